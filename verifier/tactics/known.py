"""Known equations put into an expression: a multiple of one, an average, its logarithm.

`L = R` in any of these forms is added to a side as a term that is 0, and one `L` in it replaced.
Proposals only: that the sides are then equal is for the normal form to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from itertools import combinations
from typing import Any

from sympy import Expr, Integer, Symbol, preorder_traversal

from verifier.kernel import terms
from verifier.kernel.arithmetic import Quotient, negative, product, total
from verifier.kernel.binding import bind, free_variables
from verifier.kernel.equality.context import Known, quantified
from verifier.kernel.equality.nodes import CallNode, DensityNode, SumNode, TermNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.positions import positions
from verifier.kernel.inequality.scopes import Law
from verifier.kernel.inference import Replacement, equal, replacement, transitive
from verifier.kernel.polynomials import Monomial, Polynomial, raised, times
from verifier.kernel.positivity.signs import nonnegative, positive
from verifier.kernel.rules import RULES
from verifier.kernel.sequences.ranges import Order
from verifier.kernel.terms import Relation, Statement
from verifier.kernel.theorem import Direction, Theorem, implies

MAX_USES = 3  # of known equations in one line
MAX_KEPT = 2  # variables of a marginal
MAX_REMAINDERS = 4  # what uses leave of an inequality, and is looked at
_DIRECTIONS: dict[Relation, Direction] = {"=": 0, ">=": -1, "<=": 1}
_SHOWN: dict[Callable[[Expr], Expr], tuple[type, ...]] = {  # functions, and where they show
    terms.Log: (terms.Log, terms.KL, terms.Entropy, terms.CrossEntropy, terms.Closed),
    terms.Exp: (terms.Exp,),
}
Shape = Callable[[Expr], Expr]
Proved = Callable[[Statement], Theorem | None]


@dataclass(frozen=True)
class _Form:
    """A known equation in one form: a rule that may use it, its sides, and what their difference is
    in normal form."""

    rule: str
    known: Known
    form: Shape
    value: Polynomial
    sign: int  # -1 where it is read against the sense of the goal
    direction: Direction

    def piece(self, side: Expr, factor: Expr) -> Expr:
        """A multiple of a side; as a quotient by 1 a sum stays together."""
        return product(Integer(self.sign), factor, Quotient(self.form(side), Integer(1)))


_Use = tuple[_Form, Polynomial]  # and how often it is put in


def rewritings(known: Iterable[Known]) -> tuple[Known, ...]:
    """Those of what is known that rewrite an atom, of several the first."""
    equations = (_oriented(item) for item in known if item.theorem.relation == "=")
    kept = {item.statement.left: item for item in reversed([e for e in equations if e])}
    return tuple(reversed(kept.values()))


def _oriented(known: Known) -> Known | None:
    """An equality as a rewriting of an atom that its other side doesn't mention."""
    for read in (known, replace(known, turned=True)):
        kind = _head(read.statement.left)
        mentioned = map(_head, preorder_traversal(read.statement.right))
        if kind is not None and kind not in mentioned:
            return read
    return None


def _head(term: Any) -> object:
    """What an atom is an instance of; None for a term that is no atom."""
    if isinstance(term, terms.Density):
        return "density", term.family, frozenset(term.left), frozenset(term.right)
    if isinstance(term, terms.Call):
        return "call", term.name
    return ("symbol", term) if isinstance(term, Symbol) else None


def put_in(
    nf: Normaliser, names: Sequence[str], laws: Sequence[Law], goal: Statement, proved: Proved
) -> Theorem | None:
    """A relation between two sides, by known equations that are put into the left one."""
    forms = [*_forms(nf, names, laws, goal)]
    gap = nf.difference(goal)
    if not forms or not gap:
        return None
    for uses in _chosen(nf, gap, forms, goal.relation):
        found = _put(nf, goal, uses, proved)
        if found is not None:
            nf.used.update(form.rule for form, _ in uses)
            return found
    return None


def marginals(nf: Normaliser) -> Iterator[Known]:
    """Of equations that say what a joint density is, what its marginals are."""
    for known in nf.context.known:
        for read in (known, replace(known, turned=True)) if known.theorem.relation == "=" else ():
            density, every = read.statement.left, quantified(nf.model.order, read.theorem)
            if isinstance(density, terms.Density) and {*density.left} <= every:
                for size in range(1, min(len(density.left), MAX_KEPT + 1)):
                    for kept in combinations(density.left, size):
                        yield from _marginal(nf, read, density, kept)


def _marginal(
    nf: Normaliser, known: Known, joint: Any, kept: tuple[terms.Var, ...]
) -> Iterator[Known]:
    """p(x) = int p(x, z) dz = int R dz, of a statement p(x, z) = R."""
    over = [v for v in joint.left if v not in kept]
    rule = next(name for name, rule in RULES.items() if rule.uses == known.source)
    before, after = (bind(terms.Integral, over, side) for side in (joint, known.statement.right))
    first = equal(nf, terms.Density(joint.family, kept, joint.right), before)
    step = None if first is None else _replaced(nf, rule, known, 0, before, after)
    if first is not None and step is not None:
        value = nf.store.term(nf.normal(after))
        last = equal(nf, after, value)
        if last is not None:
            yield Known(known.source, transitive(transitive(first, step.theorem()), last))


def _forms(
    nf: Normaliser, names: Sequence[str], laws: Sequence[Law], goal: Statement
) -> Iterator[_Form]:
    """What may be used towards a goal, each as it is known, then under a law; also logarithms and
    exponentials, where it has such."""
    order = nf.model.order
    own = [law for law in laws if law.is_law(order)]
    functions: list[Shape] = [_itself]
    functions += [kind for kind, shows in _SHOWN.items() if _has(goal, *shows)]
    for name in names:
        for known in nf.context.known if RULES[name].uses else ():
            equal = known.theorem.relation == "="
            if known.source != RULES[name].uses or not (equal or goal.relation != "="):
                continue
            read = replace(known, turned=bool(known.theorem.left.is_Rational))
            sign = 1 if implies(read.statement.relation, goal.relation) else -1
            direction = _DIRECTIONS["=" if equal else goal.relation]
            over = free_variables(read.statement.left) | free_variables(read.statement.right)
            every = quantified(order, read.theorem)
            both = dict.fromkeys((*own, *_joint(nf, read.statement, over)))
            near = [law for law in both if (here := over & {*law.bound}) and here <= every]
            for form in (_after(under, f) for f in functions for under in _binders(order, near)):
                value = _value(nf, read, form)
                if value:
                    yield _Form(name, read, form, value.scaled(sign), sign, direction)


def _joint(nf: Normaliser, said: Statement, over: terms.Variables) -> Iterator[Law]:
    """The law of all that a statement is about, by each family in it that has such."""
    found = (d.family for side in (said.left, said.right) for d in side.atoms(terms.Density))
    for name in dict.fromkeys(found):
        family = nf.model.family[name]
        if over and not family.right and nf.model.order.subset(over, family.slots):
            bound = tuple(sorted(over, key=terms.slot_order))
            yield Law(bound, (terms.Density(name, bound),))


def _has(goal: Statement, *kinds: type) -> bool:
    return any(side.has(*kinds) for side in (goal.left, goal.right))


def _binders(order: Order, laws: Sequence[Law]) -> Iterator[Shape]:
    """As it is, as a mean under each law, integrated over what the laws bind."""
    yield _itself
    yield from (partial(law.mean, order) for law in laws)
    for bound in dict.fromkeys(law.bound for law in laws):
        yield partial(bind, terms.Integral, bound, order=order)


def _itself(term: Expr) -> Expr:
    return term


def _after(outer: Shape, inner: Shape) -> Shape:
    return lambda u: outer(inner(u))


def _value(nf: Normaliser, known: Known, form: Shape) -> Polynomial | None:
    """The difference of the sides, where they have one."""
    said = known.statement
    try:
        return nf.difference(Statement(form(said.left), "=", form(said.right)))
    except ZeroDivisionError:
        return None


def _chosen(
    nf: Normaliser, gap: Polynomial, forms: Sequence[_Form], relation: Relation
) -> Iterator[list[_Use]]:
    """Uses that close a gap; of an inequality also one that makes it shorter."""
    search = _Search(nf, forms)
    for depth in range(1, MAX_USES + 1):
        closing = search.closing(gap, depth)
        if closing is not None:
            yield closing
            return
    uses = [use for m in gap.terms for use in search.cancelling(gap, m)] if relation != "=" else []
    left = [(len(rest.terms), use) for use in uses if (rest := search.rest(gap, use))]
    shorter = (item for item in left if item[0] < len(gap.terms))
    for _, use in sorted(shorter, key=lambda item: item[0])[:MAX_REMAINDERS]:
        yield [use]


@dataclass(frozen=True)
class _Search:
    """Ways to close a gap by some forms; which atoms may be in a factor, and be divided by."""

    nf: Normaliser
    forms: Sequence[_Form]
    scales: dict[tuple[int, bool], bool] = field(default_factory=dict)

    def closing(self, gap: Polynomial, depth: int) -> list[_Use] | None:
        """Uses that add up to a gap: one takes away the term of it that the fewest can."""
        if self.nf.vanishes(gap.unmarked):
            return []
        if not depth:
            return None
        for use in min((self.cancelling(gap, m) for m in gap.terms), key=len):
            others = self.closing(self.rest(gap, use), depth - 1)
            if others is not None:
                return [use, *others]
        return None

    def rest(self, gap: Polynomial, use: _Use) -> Polynomial:
        """What a use leaves of a gap."""
        form, factor = use
        return self.nf.reduced(gap - form.value * factor)

    def cancelling(self, gap: Polynomial, monomial: Monomial) -> list[_Use]:
        """Each form as often as it takes to cancel a term of a gap."""
        found = []
        for form in self.forms:
            self.nf.context.budget.spend(1 + len(form.value.terms) // 4)
            for own, coefficient in form.value.terms.items():
                powers = times(monomial, raised(own, -1))
                if all(self._scales(atom, exponent < 0) for atom, exponent in powers):
                    scale = Fraction(gap.terms[monomial]) / Fraction(coefficient)
                    factor = Polynomial({powers: scale})
                    equal = form.known.theorem.relation == "="
                    if equal or nonnegative(self.nf, factor):
                        found.append((form, factor))
        return found

    def _scales(self, atom: int, below: bool) -> bool:
        """Whether an atom may be in a factor: a parameter, a density, a function; `below`: divided
        by, where it is a parameter or positive."""
        key = atom, below
        if key not in self.scales:
            node = self.nf.store.nodes[atom]
            plain = isinstance(node, TermNode) and node.term.is_Symbol
            able = plain or isinstance(node, DensityNode | CallNode | SumNode)
            known = plain or not below or not able or positive(self.nf, Polynomial.of(atom))
            self.scales[key] = able and known
        return self.scales[key]


def _put(nf: Normaliser, goal: Statement, uses: Sequence[_Use], proved: Proved) -> Theorem | None:
    """left = left + (L - L) + .. = left + (R - L) + .. REL right."""
    here = goal.left
    pieces = [
        (form, *(form.piece(side, nf.store.term(factor)) for side in _sides(form)))
        for form, factor in uses
    ]
    before = total(here, *(p for _, old, _ in pieces for p in (old, negative(old))))
    found = equal(nf, here, before)
    for form, old, new in pieces if found is not None else ():
        after = _exchanged(before, old, new)
        step = _replaced(nf, form.rule, form.known, form.direction, before, after)
        if step is None or found is None:
            return None
        found, before = transitive(found, step.theorem()), after
    rest = proved(Statement(before, goal.relation, goal.right)) if found is not None else None
    return None if found is None or rest is None else transitive(found, rest)


def _sides(form: _Form) -> tuple[Expr, Expr]:
    said = form.known.statement
    return said.left, said.right


def _exchanged(whole: Expr, old: Expr, new: Expr) -> Expr:
    """A sum with another summand."""
    parts = list(whole.args)
    parts.remove(old)
    return total(*parts, new)


def _replaced(
    nf: Normaliser, rule: str, known: Known, direction: Direction, before: Expr, after: Expr
) -> Replacement | None:
    """The step in which one side of what is known is put for the other."""
    for number, _ in enumerate(positions(nf, before)):
        found = replacement(nf, rule, before, number, direction, known)
        if found is not None and found.new == after:
            return found
    return None
