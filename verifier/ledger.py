"""The hypotheses of a theorem, each met or missing, and what they were met by: the one place where
the standing assumption, `support` and declared signs discharge them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sympy import Add, Expr

from verifier.elaborate.restate import Restater, UnwritableError
from verifier.kernel import terms
from verifier.kernel.algebra import Context, Normaliser
from verifier.kernel.binding import free_variables, fresh_tag, is_fixed, rename, unbind
from verifier.kernel.model import Condition, Domination, Fact, Finite, Model, Positive
from verifier.kernel.polynomials import ZERO, Polynomial
from verifier.kernel.prover import Goal, scoped
from verifier.kernel.ranges import order
from verifier.kernel.rules import closure, hooks_of
from verifier.kernel.rules.bound import laws_in
from verifier.kernel.signs import nonzero, positive
from verifier.kernel.support import Discharged, dominated, finite, listed
from verifier.kernel.terms import Statement, densities
from verifier.kernel.theorem import Declared, Given, Needed, Theorem
from verifier.language.printer import plain

STANDING = (
    "every density is positive on one common support, and every expectation written is finite"
)
# An integral of a joint density is positive where the marginal that it is.
MARGINALS = frozenset({"linearity", "expectation", "normalisation", "marginalisation"})
# Rules that add, split or move terms: where one is infinite they read infinity minus infinity.
_SPLITTING = frozenset(
    {"linearity", "rearrange", "cross-multiply", "combine", "information", "tower", "swap"}
    | {"gibbs", "integrate"}
)
# Of what a binder binds: what a fact says at a point it doesn't say there.
_BENEATH = fresh_tag()
# What may be infinite.
_UNBOUNDED = (terms.Binder, terms.VariableEntropy, terms.Information)


@dataclass(frozen=True)
class Missing:
    """A condition that does not follow from what is declared."""

    code: str  # needs-positive, needs-nonzero, needs-domination, needs-finite
    text: str


@dataclass
class Ledger:
    """What a step leaned on."""

    missing: list[Missing] = field(default_factory=list)
    by: set[Condition] = field(default_factory=set)
    facts: set[Fact] = field(default_factory=set)
    declared: set[Declared] = field(default_factory=set)
    given: set[int] = field(default_factory=set)
    standing: bool = False

    def settle(self, found: Discharged, missing: Missing) -> None:
        """Enter one condition."""
        self.standing |= found.standing
        self.by.update(found.by)
        if not found.holds:
            self.lack(missing)

    def lack(self, missing: Missing) -> None:
        """Enter a condition that isn't met."""
        if missing not in self.missing:
            self.missing.append(missing)


def audited(context: Context, theorem: Theorem) -> Ledger:
    """The ledger of a theorem's hypotheses."""
    ledger = Ledger()
    nf = Normaliser(context, hooks_of(MARGINALS))
    splits = _splits(context, theorem)
    # In an order of their own: what is looked at first is numbered first, and acted on first later.
    for hypothesis in sorted(theorem.hypotheses, key=_by_text):
        match hypothesis:
            case Given(step):
                ledger.given.add(step)
            case Fact():
                ledger.facts.add(hypothesis)
            case Domination() | Positive() | Finite():
                ledger.by.add(hypothesis)
            case Declared():
                ledger.declared.add(hypothesis)
            case Needed(kind="finite", term=term, text=text, cancels=cancelled):
                if splits or cancelled:
                    ledger.settle(finite(context.model, term), Missing("needs-finite", text))
            case Needed() if hypothesis.vanishing:
                _sign(nf, ledger, hypothesis)
                _domination(context, ledger, hypothesis)
    ledger.facts |= nf.facts
    ledger.missing.sort(key=lambda missing: (missing.code, missing.text))
    return ledger


def _by_text(hypothesis: object) -> tuple[str, ...]:
    shown = (getattr(hypothesis, name, "") for name in ("kind", "text", "term", "weight"))
    return type(hypothesis).__name__, *map(str, shown)


def undeclared(context: Context, conditions: Iterable[object]) -> Missing | None:
    """A sign that lines need as they are written, and that is neither evident nor declared."""
    ledger = Ledger()
    nf = Normaliser(context, hooks_of(MARGINALS))
    for item in conditions:
        if isinstance(item, Needed) and item.kind in ("above", "nonzero"):
            _sign(nf, ledger, item)
    return next(iter(ledger.missing), None)


def undefined(context: Context, conditions: Iterable[object]) -> bool:
    """Whether a formula may have no value at some of its points: a sign is not declared, or with
    `support` a density that it divides by may vanish."""
    items = [item for item in conditions if isinstance(item, Needed) and item.vanishing]
    weights = {d: w for item in items for d, w in item.weights}
    return undeclared(context, items) is not None or not all(
        dominated(context.model, weights.get(density, ()), density).holds
        for item in items
        for density in densities(item.term, sums=True)
    )


def _splits(context: Context, theorem: Theorem) -> bool:
    """Whether the proof of a theorem moves or cancels terms that must then be finite."""
    rules = {inference.rule for inference in theorem.proof}
    if context.model.support is None or not rules.isdisjoint(_SPLITTING):
        return not rules.isdisjoint(_SPLITTING)
    names = closure(rules)
    nf = Normaliser(scoped(context, Goal(theorem.statement), names), hooks_of(names))
    sums = (*_sums(theorem.left), *_sums(theorem.right))
    return any(_cancels(nf, total) for total in sums)


def _sums(term: Any) -> Iterator[Expr]:
    """The sums in a term, binders opened, in which something may be infinite."""
    if isinstance(term, Add) and term.has(*_UNBOUNDED):
        yield term
    for part in unbind(term)[1] if isinstance(term, terms.Binder) else term.args:
        yield from _sums(part)


def _cancels(nf: Normaliser, total: Expr) -> bool:
    """Whether summands of a sum cancel, though not as they are written: KL - E[log q/p]."""
    try:
        values = [nf.normal(summand).terms for summand in total.args]
    except ZeroDivisionError:
        return True
    signs: dict[Any, set[bool]] = {}
    for monomial, coefficient in (item for value in values for item in value.items()):
        if any(nf.store.term(Polynomial.of(a)).has(*_UNBOUNDED) for a, _ in monomial):
            signs.setdefault(monomial, set()).add(coefficient > 0)
    return any(len(found) > 1 for found in signs.values())


def carried(
    model: Model, statement: Statement, here: frozenset[Expr], lost: Iterable[Expr], ledger: Ledger
) -> None:
    """Enter what a statement's premises take for positive and it doesn't show: it follows where
    that is positive only, which is everywhere where its own densities and laws are."""
    if model.support is None:
        return
    laws = laws_in(statement.left, statement.right)
    for density in sorted(lost, key=str):
        free = free_variables(density)
        scopes = [law.densities for law in laws if not order().disjoint(free, law.bound)] or [()]
        for weight in scopes:
            ledger.settle(
                dominated(model, (*weight, *here), density),
                _undominated(model, weight, density),
            )


def _undominated(model: Model, weight: tuple[Expr, ...], density: Expr) -> Missing:
    """What would have to be listed for a density not to vanish under a weight."""
    weight, density = listed(model, weight, density)
    shown = _shown(model, (density,))
    text = f"{_shown(model, weight)} << {shown}" if weight else f"{shown} > 0"
    return Missing("needs-domination", text)


def _sign(nf: Normaliser, ledger: Ledger, item: Needed) -> None:
    parts = (part for v in item.bound for part in ((v,) if is_fixed(v) else (v, v.root)))
    anywhere = {part: part.tagged(_BENEATH) for part in parts}
    try:
        value = nf.normal(rename(item.term, anywhere))
    except ZeroDivisionError:
        value = ZERO
    if item.kind == "above" and not positive(nf, value):
        ledger.lack(Missing("needs-positive", item.text or _shown(nf.model, (item.term,))))
    elif item.kind == "nonzero" and not nonzero(nf, value):
        ledger.lack(Missing("needs-nonzero", item.text or _shown(nf.model, (item.term,))))


def _domination(context: Context, ledger: Ledger, item: Needed) -> None:
    """Where its variables are bound, a density is divided by, or its log taken, under a weight."""
    model = context.model
    for density, weight in item.weights:
        ledger.settle(dominated(model, weight, density), _undominated(model, weight, density))


def _shown(model: Model, product: tuple[Expr, ...]) -> str:
    pen = Restater(model)
    try:
        return " ".join(dict.fromkeys(plain(pen.restated(pen.named(each))) for each in product))
    except UnwritableError:
        return "this"
