"""The hypotheses of a theorem, each met or missing: by the standing assumption, by what is listed
under `support`, by declared signs, or by the points at which a statement shows itself to be
defined. What each leaned on comes back with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any

from sympy import Basic, Expr, Rational

from verifier.kernel import definedness
from verifier.kernel.arithmetic import densities, powers, term_order
from verifier.kernel.binding import free_variables, occurring, rename
from verifier.kernel.budget import OutOfWork
from verifier.kernel.definedness import Conditions, Each, Where, binders, defined, is_guard, opened
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.nodes import BinderNode, DensityNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.finiteness import Listed, serving
from verifier.kernel.model import Condition, Fact, Model
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.positivity.signs import nonnegative, nonzero, positive
from verifier.kernel.positivity.support import dominated
from verifier.kernel.rules import hooks_of
from verifier.kernel.sequences.ranges import Undecided
from verifier.kernel.terms import Density, IndexedProduct, Statement, Var
from verifier.kernel.theorem import Declared, Given, Sides, Theorem

_DEPTH = 3  # of what is owed for what is owed


@dataclass
class Discharge:
    """What became of a theorem's hypotheses, and what they leaned on. `missing`: the conditions
    that don't follow."""

    missing: list[Any] = field(default_factory=list)
    by: set[Condition] = field(default_factory=set)
    facts: set[Fact] = field(default_factory=set)
    declared: set[Declared] = field(default_factory=set)
    given: set[int] = field(default_factory=set)
    standing: bool = False


def discharged(context: Context, theorem: Theorem, written: Conditions = frozenset()) -> Discharge:
    """Each hypothesis of a theorem, held against what is declared and what its sides show.
    `written`: that each expectation written in the file is finite, which `finite all` says, of the
    theorem's own sides too."""
    work = _Work(context, theorem.statement, written)
    for hypothesis in sorted(theorem.hypotheses, key=_by_text):
        work.enter(hypothesis)
    work.found.missing.sort(key=term_order)
    return work.found


def _by_text(hypothesis: object) -> tuple[str, bytes]:
    """An order that doesn't depend on hashes."""
    text = term_order(hypothesis) if isinstance(hypothesis, Basic) else str(hypothesis).encode()
    return type(hypothesis).__name__, text


class _Work:
    """The discharge of one theorem's hypotheses."""

    def __init__(self, context: Context, statement: Statement, written: Conditions) -> None:
        self.context = context
        self.model = context.model
        # What the statement itself says comes first: it is most often what is asked.
        own = binders(statement.left) | binders(statement.right)
        self.listed = Listed(context, own, written | own, self.follows)
        self.found = Discharge()
        self.guards = _Guards(context.model, statement)
        # An average of what is positive is, as it stands; an integral, as the marginal that it is.
        self.forms = [Normaliser(context, hooks_of(rules)) for rules in ((), serving("positive"))]
        for nf in self.forms:
            nf.grants = self.is_positive
        self.depth = 0
        self.used: list[Condition] = []

    def enter(self, hypothesis: Any) -> None:
        """Enter one hypothesis."""
        match hypothesis:
            case Given(step):
                self.found.given.add(step)
            case Fact():
                self.found.facts.add(hypothesis)
            case Declared():
                self.found.declared.add(hypothesis)
            case Where() | Each():
                if not self.holds(hypothesis):
                    self.found.missing.append(hypothesis)
            case _:
                self.found.by.add(hypothesis)

    def holds(self, condition: Any) -> bool:
        """Whether a condition follows."""
        self.used = []
        try:
            self.standing(opened(condition)[1])
            met = self.is_met(condition)
        except (ZeroDivisionError, Undecided, OutOfWork):
            met = False
        self.found.by.update(self.used if met else ())
        return met

    def standing(self, part: Expr) -> None:
        """Whether a condition on a part is met by the standing assumption."""
        bound = (v.tag < 0 for density in densities(part, sums=True) for v in occurring(density))
        self.found.standing |= self.model.support is None and any(bound)

    def is_met(self, condition: Any) -> bool:
        """Whether a part is what a condition says."""
        for fact, conditions in self.guards.by_facts:
            if condition in conditions:
                self.found.facts.add(fact)
                return True
        kind, part, weights = opened(condition)
        if kind not in ("finite", "integrable", "term"):
            return self.has_sign(kind, part, weights)
        if self.model.support is None:
            self.found.standing = True
            return True
        if kind == "integrable":
            return self.is_integrable(part)
        return self._is_known(self.listed.by(condition, part, kind == "term"))

    # -- signs ------------------------------------------------------------------------------------

    def has_sign(self, kind: str, part: Expr, weights: tuple[Expr, ...]) -> bool:
        """Whether a part is positive, nonnegative or not 0, weighed by densities."""
        if isinstance(part, Density) and self.is_positive(part, weights):
            return True  # most that is asked is: no normal form is needed
        known = {"positive": positive, "nonnegative": nonnegative, "nonzero": nonzero}[kind]
        for nf in self.forms:
            for keeping in (True, False) if nf.marks else (False,):
                with nf.weighed(weights), nf.framed() as owed, nf.keep(keeping):
                    value = nf.normal(part)
                    shown = kind != "nonnegative" and self.shows(nf, value)
                    met = shown or known(nf, value)
                if met and all(self.follows(item) for item in owed):
                    return True
                if Sides.MARKED not in owed:
                    break
        return False

    def shows(self, nf: Normaliser, value: Polynomial) -> bool:
        """Whether a side shows that this, a density or an average of such, is positive."""
        if not any(isinstance(nf.store.nodes[a], DensityNode | BinderNode) for a in value.atoms):
            return False
        for condition in self.guards.conditions:
            with nf.framed() as owed:
                known = nf.normal(condition.part)
            if known == value and all(map(self.follows, owed)):
                return _would_be_positive(nf, value)
        return False

    def follows(self, item: Any) -> bool:
        """Whether what a sign rests on itself follows."""
        if isinstance(item, Fact):
            self.found.facts.add(item)
        if not isinstance(item, Where | Each):
            return True
        if self.depth >= _DEPTH:
            return False
        self.depth += 1
        try:
            return self.is_met(item)
        finally:
            self.depth -= 1

    def is_positive(self, term: Expr, weights: tuple[Expr, ...]) -> bool:
        """Whether a density is positive where its weights are, and where the statement shows its
        own to be."""
        known = (*weights, *self.guards.densities)
        if self.model.support is None or self._dominated(term, known):
            return True
        points = [(f, d) for f, d in self.guards.at_facts if d not in self.guards.densities]
        if points and self._dominated(term, (*weights, *(d for _, d in points))):
            self.found.facts.update(fact for fact, _ in points)
            return True
        return False

    def _dominated(self, term: Expr, weights: tuple[Expr, ...]) -> bool:
        here = set(free_variables(term))
        if not self._are_apart(here):
            return False
        known = []
        for weight in weights:
            own = free_variables(weight)
            if self._are_apart(here | own):
                here |= own
                known.append(as_slots(weight))
        free = frozenset(v.tagged(0) for v in here if v.tag >= 0)
        return self._is_known(dominated(self.model, tuple(known), as_slots(term), free))

    def _are_apart(self, variables: Iterable[Var]) -> bool:
        """Whether no two variables are values of one slot, so that slots can stand for them."""
        return all(
            v.name != w.name or v.tag == w.tag or self.model.order.apart(v.tagged(0), w.tagged(0))
            for v, w in combinations(variables, 2)
        )

    # -- finiteness -------------------------------------------------------------------------------

    def is_integrable(self, part: Expr) -> bool:
        """Whether an integral of an integral converges over both: of one sign, or known to be
        finite as one."""
        nf = self.forms[0]

        def as_one(term: Expr) -> bool:
            return self._is_known(self.listed.spanning(term, nested=False))

        def one_sign(term: Expr) -> bool:
            return any(nonnegative(nf, value) for value in (nf.normal(term), -nf.normal(term)))

        return as_one(part) or all(
            one_sign(each) or as_one(each) for each in definedness.nested_summands(part)
        )

    def _is_known(self, by: Iterable[Condition] | None) -> bool:
        self.used += by or ()
        return by is not None


def as_slots(term: Any) -> Any:
    """A term with the slots of its variables, free or opened, in their place."""
    return rename(term, {v: v.tagged(0) for v in occurring(term) if v.tag})


@dataclass(frozen=True)
class _Guards:
    """The points at which a statement, or a fact at a point, shows itself to be defined."""

    model: Model
    statement: Statement

    @cached_property
    def conditions(self) -> tuple[Any, ...]:
        """What is positive or not 0 at a point where both sides are defined."""
        left, right = self.statement.left, self.statement.right
        return _signed(defined(self.model, left) | defined(self.model, right))

    @cached_property
    def densities(self) -> tuple[Expr, ...]:
        """The densities that are positive at those points."""
        found = (d for c in self.conditions for d in _shown(self.model, c.part))
        return tuple(dict.fromkeys(found))

    @cached_property
    def by_facts(self) -> list[tuple[Fact, Conditions]]:
        """What facts without quantifier say: what isn't 0 there, as they are defined; and what is
        finite, which that they are defined doesn't say."""
        model, said = self.model, {self.statement.left, self.statement.right}
        found = []
        for fact in model.facts:
            if not fact.quantified:
                own = defined(model, fact.left) | defined(model, fact.right)
                if not said <= {fact.left, fact.right}:  # the fact itself holds where it is defined
                    own = frozenset(_signed(own))
                found.append((fact, own | _finite_by(fact)))
        return found

    @cached_property
    def at_facts(self) -> tuple[tuple[Fact, Expr], ...]:
        """Those that are positive at the point of a fact: it says that its sides are defined."""
        model = self.model
        return tuple(
            (fact, density)
            for fact in model.facts
            for condition in _signed(defined(model, fact.left) | defined(model, fact.right))
            if free_variables(condition).isdisjoint(fact.quantified)
            for density in _shown(model, condition.part)
        )


def _finite_by(fact: Fact) -> Conditions:
    """`E = c` says that E is finite. That a side is defined doesn't: it may be infinite."""
    sides = fact.left, fact.right
    found = [part for side in sides for part, _ in definedness.infinite_parts(side)]
    if fact.relation != "=" or len(found) != 1 or found[0] not in sides:
        return frozenset()
    return frozenset({definedness.where("finite", found[0])})


def _shown(model: Model, part: Expr) -> Iterator[Expr]:
    """The densities that aren't 0 where a part isn't: of none to the power 0, or over no index."""
    for base, exponent in powers(part):
        filled = not isinstance(base, IndexedProduct) or model.order.least(*base.index.args[1:3])
        if filled and isinstance(exponent, Rational) and exponent:
            yield from densities(base)


def _signed(conditions: Conditions) -> tuple[Any, ...]:
    """The guards that say what is positive or not 0."""
    guards = (c for c in conditions if is_guard(c) and c.kind in ("positive", "nonzero"))
    return tuple(sorted(guards, key=term_order))


def _would_be_positive(nf: Normaliser, value: Polynomial) -> bool:
    """Whether a value is positive if all densities are: no other sign is open."""
    grants, nf.grants = nf.grants, lambda *_: True
    try:
        with nf.framed():
            return positive(nf, value) or positive(nf, -value)
    finally:
        nf.grants = grants
