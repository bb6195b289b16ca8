"""The hypotheses of a theorem, each met or missing: by the standing assumption, by what is listed
under `support`, by declared signs, or by the points at which a statement shows itself to be
defined. What each leaned on comes back with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from sympy import Basic, Expr

from verifier.kernel import binding, definedness, terms
from verifier.kernel.arithmetic import densities, term_order
from verifier.kernel.binding import free_variables, occurring, rename, replaced
from verifier.kernel.budget import OutOfWork
from verifier.kernel.definedness import Conditions, Each, Where, binders, defined, is_guard, opened
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.nodes import BinderNode, DensityNode, SeriesNode, TermNode, parts_of
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.model import Condition, Fact, Finite
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.positivity.signs import nonnegative, nonzero, positive
from verifier.kernel.positivity.support import dominated
from verifier.kernel.rules import RULES, closure, hooks_of
from verifier.kernel.sequences.ranges import Undecided
from verifier.kernel.terms import Statement, Var, end_text
from verifier.kernel.theorem import Declared, Given, Sides, Theorem


def _serving(asked: str) -> frozenset[str]:
    """The rules by which a term that something is asked of may be written otherwise."""
    return closure(name for name, rule in RULES.items() if rule.serves == asked)


# Up to these what is listed as finite, or written, is as finite as another way to write it: the
# first do most often, and are soon done.
_COMMON = {name for name, rule in RULES.items() if rule.tidying or rule.hints.common}
_UNFOLDED = (_serving("finite"), _serving("finite") | _COMMON)
_CANONICAL = -(10**9)
_DEPTH = 3  # of what is owed for what is owed


Vector = Mapping[Any, Any]  # coefficients of monomials


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
    if isinstance(hypothesis, Basic):
        return type(hypothesis).__name__, term_order(hypothesis)
    return type(hypothesis).__name__, str(hypothesis).encode()


class _Work:
    """The discharge of one theorem's hypotheses."""

    def __init__(self, context: Context, statement: Statement, written: Conditions) -> None:
        self.context = context
        self.model = context.model
        # What the statement itself says comes first: it is most often what is asked.
        own = binders(statement.left) | binders(statement.right)
        self.own, self.written = own, written | own
        self.found = Discharge()
        self.guards = _Guards(context, statement)
        # An average of what is positive is, as it stands; an integral, as the marginal that it is.
        self.forms = [Normaliser(context, hooks_of(rules)) for rules in ((), _serving("positive"))]
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
        kind, part, weights = opened(condition)
        try:
            if kind == "finite":
                met = self.is_finite(condition, part)
            elif kind == "integrable":
                met = self.is_integrable(part)
            else:
                self.standing(part)
                met = self.has_sign(kind, part, weights)
        except (ZeroDivisionError, Undecided, OutOfWork):
            met = False
        if met:
            self.found.by.update(self.used)
        return met

    def standing(self, part: Expr) -> None:
        """Whether a condition is met by the standing assumption."""
        bound = (v.tag < 0 for density in densities(part, sums=True) for v in occurring(density))
        if self.model.support is None and any(bound):
            self.found.standing = True

    # -- signs ------------------------------------------------------------------------------------

    def has_sign(self, kind: str, part: Expr, weights: tuple[Expr, ...]) -> bool:
        """Whether a part is positive, nonnegative or not 0, weighed by densities."""
        if isinstance(part, terms.Density) and self.is_positive(part, weights):
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
            kind, part, weights = opened(item)
            if kind == "finite":
                return self.is_finite(item, part)
            if kind == "integrable":
                return self.is_integrable(part)
            return self.has_sign(kind, part, weights)
        finally:
            self.depth -= 1

    def is_positive(self, term: Expr, weights: tuple[Expr, ...]) -> bool:
        """Whether a density is positive where its weights are, and where the statement shows its
        own to be."""
        if self.model.support is None:
            return True
        if self._dominated(term, (*weights, *self.guards.densities)):
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
        found = dominated(self.model, tuple(known), as_slots(term), free)
        self.used += found.by
        return found.holds

    def _are_apart(self, variables: Iterable[Var]) -> bool:
        """Whether no two variables are values of one slot, so that slots can stand for them."""
        by_name: dict[str, list[Var]] = {}
        for variable in variables:
            by_name.setdefault(variable.name, []).append(variable)
        return all(
            v.tag == w.tag or self.model.order.apart(v.tagged(0), w.tagged(0))
            for alike in by_name.values()
            for i, v in enumerate(alike)
            for w in alike[:i]
        )

    # -- finiteness -------------------------------------------------------------------------------

    def is_finite(self, condition: Any, part: Expr) -> bool:
        """Whether what may be infinite is assumed finite, up to the normal form."""
        if self.model.support is None:
            self.found.standing = True
            return True
        for fact, conditions in self.guards.finite_by_facts:
            if condition in conditions:
                self.found.facts.add(fact)
                return True
        everything = next((c for c in self.listed if c.expression is None), None)
        if everything is not None and condition in self.written:
            self.used.append(everything)
            return True
        return self._is_known(part, self.said)

    def is_integrable(self, part: Expr) -> bool:
        """Whether an integral of an integral converges over both: of one sign, or known to be
        finite as one."""
        if self.model.support is None:
            self.found.standing = True
            return True
        nf = self.forms[0]
        alone = [(by, term) for by, term in self.said if not definedness.is_nested(term)]
        if self._is_known(part, alone):
            return True
        for summand in definedness.nested_summands(part):
            value = nf.normal(summand)
            one_sign = nonnegative(nf, value) or nonnegative(nf, -value)
            if not one_sign and not self._is_known(summand, alone):
                return False
        return True

    @cached_property
    def listed(self) -> list[Finite]:
        return [c for c in self.model.support or () if isinstance(c, Finite)]

    @cached_property
    def said(self) -> list[tuple[Condition, Expr]]:
        """What is listed as finite; with `finite all`, what the file writes."""
        found: list[tuple[Condition, Expr]] = []
        for condition in self.listed:
            if condition.expression is not None:
                found.append((condition, condition.expression))
            else:
                by_order = sorted(self.written, key=lambda w: (w not in self.own, term_order(w)))
                found += [(condition, opened(w)[1]) for w in by_order]
        return found

    def _is_known(self, part: Expr, said: list[tuple[Condition, Expr]]) -> bool:
        """Whether what may be infinite in a part is a sum of multiples of what is finite."""
        return any(self._is_spanned(part, said, rules) for rules in _UNFOLDED)

    def _is_spanned(
        self, part: Expr, said: list[tuple[Condition, Expr]], rules: frozenset[str]
    ) -> bool:
        value = self._infinite(part, rules)
        if not value:
            return value is not None
        likely = sorted(said, key=lambda item: len(_families(part) ^ _families(item[1])))
        known = ((by, self._infinite(term, rules)) for by, term in likely)
        by = _spanned(value, ((by, vector) for by, vector in known if vector))
        self.used += by or ()
        return by is not None

    def _infinite(self, part: Expr, rules: frozenset[str]) -> Vector | None:
        """The terms of a normal form that may be infinite; None where that isn't known."""
        store, known = self.context.store, self.context.unfolded
        key = _canonical(part), rules
        if key not in known:
            try:
                value = Normaliser(self.context, hooks_of(rules)).normal(key[0])
                known[key] = {
                    m: Fraction(c)
                    for m, c in value.terms.items()
                    if any(_may_be(store, a) for a, _ in m)
                }
            except (OutOfWork, ZeroDivisionError, Undecided):
                known[key] = None
        found: Vector | None = known[key]
        return found


@lru_cache(maxsize=4096)
def _families(term: Expr) -> frozenset[tuple[str, int, int]]:
    """What kinds of densities stand in a term: of terms that have the same, one is likely to be a
    multiple of the other."""
    found = term.atoms(terms.Density)
    return frozenset((d.family, len(d.left), len(d.right)) for d in found)


def _canonical(term: Any) -> Any:
    """A term with its opened variables as they were written, and its opened indices by tags of
    their own, so that what was opened elsewhere is the same."""
    term = binding.as_written(term)
    free = [index for index in binding.free_indices(term) if index.tag < 0]
    for place, index in enumerate(sorted(free, key=lambda i: (end_text(i.low), end_text(i.high)))):
        term = replaced(term, {index: index.tagged(_CANONICAL - place)})
    return term


def _spanned(value: Vector, known: Iterable[tuple[Condition, Vector]]) -> list[Condition] | None:
    """The conditions by which a vector is a combination of others, looked at one after the other as
    far as that takes; None where it is none."""
    basis: list[tuple[Any, Vector, list[Condition]]] = []

    def reduced(vector: Vector, by: list[Condition]) -> tuple[dict[Any, Any], list[Condition]]:
        left = dict(vector)
        for pivot, other, own in basis:
            if pivot in left:
                by, factor = [*by, *own], left[pivot] / other[pivot]
                for key, coefficient in other.items():
                    left[key] = left.get(key, 0) - factor * coefficient
                    if not left[key]:
                        del left[key]
        return left, by

    for condition, vector in known:
        left, by = reduced(vector, [condition])
        if left:
            basis.append((next(iter(left)), left, by))
            left, by = reduced(value, [])
            if not left:
                return list(dict.fromkeys(by))
    return None


def _may_be(store: Any, atom: int) -> bool:
    node = store.nodes[atom]
    if isinstance(node, TermNode):
        return isinstance(node.term, terms.VariableEntropy | terms.Information | terms.Abbreviation)
    if isinstance(node, DensityNode):
        return False
    if isinstance(node, SeriesNode) or not isinstance(node, BinderNode | SeriesNode):
        inside = {a for part in parts_of(node) for a in part.atoms}
        return type(node).__name__ == "DivergenceNode" or any(_may_be(store, a) for a in inside)
    return True


def as_slots(term: Any) -> Any:
    """A term with the slots of its variables, free or opened, in their place."""
    return rename(term, {v: v.tagged(0) for v in occurring(term) if v.tag})


@dataclass(frozen=True)
class _Guards:
    """The points at which a statement, or a fact at a point, shows itself to be defined."""

    context: Context
    statement: Statement

    @cached_property
    def conditions(self) -> tuple[Any, ...]:
        """What is positive or not 0 at a point where both sides are defined."""
        model = self.context.model
        found = defined(model, self.statement.left) | defined(model, self.statement.right)
        return _signed(found)

    @cached_property
    def densities(self) -> tuple[Expr, ...]:
        """The densities that are positive at those points."""
        return tuple(dict.fromkeys(d for c in self.conditions for d in densities(c.part)))

    @cached_property
    def finite_by_facts(self) -> list[tuple[Fact, Conditions]]:
        """What facts without quantifier say to be finite."""
        model, said = self.context.model, {self.statement.left, self.statement.right}
        found = []
        for fact in model.facts:
            if not fact.quantified:
                granted = _finite_by(fact)
                if said <= {fact.left, fact.right}:  # the fact itself: where it is defined it holds
                    granted |= defined(model, fact.left) | defined(model, fact.right)
                found.append((fact, granted))
        return found

    @cached_property
    def at_facts(self) -> tuple[tuple[Fact, Expr], ...]:
        """Those that are positive at the point of a fact: it says that its sides are defined."""
        model = self.context.model
        return tuple(
            (fact, density)
            for fact in model.facts
            for condition in _signed(defined(model, fact.left) | defined(model, fact.right))
            if free_variables(condition).isdisjoint(fact.quantified)
            for density in densities(condition.part)
        )


def _finite_by(fact: Fact) -> Conditions:
    """`E = c` says that E is finite. That a side is defined doesn't: it may be infinite."""
    sides = fact.left, fact.right
    found = [definedness.infinite_parts(side) for side in sides]
    if fact.relation != "=" or sorted(map(len, found)) != [0, 1]:
        return frozenset()
    return frozenset(
        definedness.where("finite", part)
        for side, parts in zip(sides, found, strict=True)
        for part, _ in parts
        if part == side
    )


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
