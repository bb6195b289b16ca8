"""What sign is evident: from declarations, exactly, never by sampling.

Signs of sums and products follow from those of their parts; a parameter is written by what it is
above its bounds, which is >= 0. Where `support` is declared a density, or what averages one, may
be 0: that it isn't is presumed and owed.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

from sympy import Expr, Integer

from verifier.kernel.arithmetic import Power, Product, Quotient, Total, minus
from verifier.kernel.binding import substitute, unbind
from verifier.kernel.definedness import defined, infinite_parts, weights_in
from verifier.kernel.equality import nodes
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.matching import nearby
from verifier.kernel.model import Fact
from verifier.kernel.polynomials import ONE, Polynomial
from verifier.kernel.polynomials import Rational as Number
from verifier.kernel.positivity import sign
from verifier.kernel.positivity.intervals import between, is_index, on_intervals, rootless
from verifier.kernel.positivity.sign import NONNEGATIVE, NONZERO, POSITIVE, UNKNOWN, Sign
from verifier.kernel.positivity.sums import less_a_term
from verifier.kernel.terms import Abbreviation, Expectation, IndexedProduct, Integral

_STEPS = 100  # of putting bounds for symbols, one after the other
_LARGE = 12  # a number of terms that isn't looked into


def positive(nf: Normaliser, polynomial: Polynomial) -> bool:
    """Whether a polynomial is evidently > 0: with `support` that a density is, is owed."""
    return _within(nf, polynomial, POSITIVE)


def nonnegative(nf: Normaliser, polynomial: Polynomial) -> bool:
    """Whether a polynomial is evidently >= 0."""
    return _within(nf, polynomial, NONNEGATIVE)


def nonzero(nf: Normaliser, polynomial: Polynomial) -> bool:
    """Whether a polynomial is evidently not 0."""
    return _within(nf, polynomial, NONZERO)


def evident(nf: Normaliser, term: Expr) -> bool:
    """Whether a term is >= 0 as it is written: even powers, not multiplied out, averages, products
    and sums of such."""
    match term:
        case Power(args=(_, Integer() as exponent)) if exponent.is_even and exponent > 0:
            return True
        case Total() | Product() | Quotient() if all(evident(nf, part) for part in term.args):
            return True
        case Expectation() | Integral() if evident(nf, unbind(term)[1][0]):
            return True
    return nonnegative(nf, nf.normal(term))


def multiple(first: Polynomial, second: Polynomial) -> Number | None:
    """The rational c with first = c second, c != 0, if there is one."""
    if first.terms.keys() != second.terms.keys() or not first:
        return None
    ratios = {Fraction(c) / second.terms[m] for m, c in first.terms.items()}
    return ratios.pop() if len(ratios) == 1 else None


def _within(nf: Normaliser, polynomial: Polynomial, wanted: Sign) -> bool:
    """Whether a sign is as wanted. What it rests on is owed."""
    asked = polynomial, wanted, nf.weights, nf.keeping, *nf.active
    known = nf.signs if nf.grants is None else {}  # what grants takes note of what it is asked
    if asked not in known:
        known[asked] = _rests(nf, polynomial, wanted)
    nf.frame |= known[asked] or set()
    return known[asked] is not None


def _rests(nf: Normaliser, polynomial: Polynomial, wanted: Sign) -> set[Any] | None:
    """What it rests on that a sign is as wanted: what is declared, else facts; if need be that some
    atoms are not 0, and what may be infinite is finite. None where it isn't."""
    ways = product(dict.fromkeys((False, nf.marks)), dict.fromkeys(((), nf.model.facts)))
    for finite, facts in ways:
        signs = _Signs(nf, facts, finite=finite)
        rests = signs.rests_on(polynomial, wanted)
        if rests is None and 0 not in wanted:
            rests = _given(signs, polynomial, wanted)
        if rests is not None:
            return rests
    return None


def _given(signs: _Signs, polynomial: Polynomial, wanted: Sign) -> set[Any] | None:
    """What a sign rests on that is as wanted where some atoms, as few as do, are not 0."""

    def rests(given: tuple[int, ...]) -> set[Any] | None:
        return signs.alike(given=given).rests_on(polynomial, wanted)

    found = rests(atoms) if (atoms := tuple(signs.vanishing)) else None
    if found is None:
        return None
    for atom in atoms if len(atoms) > 1 else ():
        alone = rests((atom,))
        if alone is not None:
            return alone
    for atom in atoms[1:]:
        fewer = tuple(other for other in atoms if other != atom)
        without = rests(fewer)
        if without is not None:
            atoms, found = fewer, without
    return found


class _Signs:
    """The signs of one question, by the declarations and some facts, where the atoms `given` are
    not 0. `standing`: no density is. `finite`: nothing is infinite, which is owed."""

    def __init__(
        self, nf: Normaliser, facts: tuple[Fact, ...], given: tuple[int, ...] = (),
        standing: bool = False, finite: bool = False,
    ) -> None:  # fmt: skip
        self.nf = nf
        self._finite = finite
        self.vanishing: dict[int, None] = {}  # atoms >= 0 that are 0 only where a density is
        self._given = given
        self._standing = standing or not nf.marks
        self._facts = tuple(fact for fact in facts if fact.relation != "=")
        self._bounds = [Fact(*bound, frozenset(), "") for bound in nf.model.bounds]
        self._steps = 0  # left to put bounds
        self._nodes: dict[int, Sign] = {}

    def rests_on(self, polynomial: Polynomial, wanted: Sign) -> set[Any] | None:
        """What it rests on that a sign is as wanted; None where it isn't."""
        with self.nf.framed() as owed:
            shown = self.of(polynomial) <= wanted
            for atom in self._given:
                self.nf.owe("positive", self.nf.store.term(Polynomial.of(atom)))
        return owed if shown else None

    def of(self, polynomial: Polynomial) -> Sign:
        """The evident sign of a polynomial, as it stands or in factors."""
        found = self._of_sum(polynomial)
        if len(found) > 1 and 1 < len(polynomial.terms) <= _LARGE:
            found &= self._of_terms(self.nf.factored(polynomial), frozenset())
        return found

    def _of_sum(self, polynomial: Polynomial, gone: frozenset[int] = frozenset()) -> Sign:
        """The sign of a sum, in which bounds were put for the symbols that are gone."""
        found = self._of_terms(polynomial, gone)
        if len(polynomial.terms) > 1 or (polynomial.single and len(polynomial.single[0]) > 1):
            found = self._declared(polynomial, found)
            for c, node, rest in less_a_term(self.nf, polynomial) if len(found) > 1 else ():
                some = self.nf.model.order.less(node.index.low, node.index.high)
                left = sign.product(sign.of_number(c), self._of_series(node, some))
                found &= sign.plus(left, self._of_sum(rest, gone))
            if len(found) > 1 and len(polynomial.terms) > 1:
                found = self._bounded(polynomial, found & rootless(self.nf, polynomial), gone)
        return found

    def _of_terms(self, polynomial: Polynomial, gone: frozenset[int]) -> Sign:
        total = sign.ZERO
        for monomial, coefficient in polynomial.terms.items():
            value = sign.of_number(coefficient)
            for atom, exponent in monomial:
                base = self._of_atom(atom, gone)
                if atom in self.vanishing:  # a power of it counts as 0 where it is 0
                    exponent = abs(Fraction(exponent))
                part = sign.power(base, exponent)
                part = self._bounded_away(part, Polynomial.of(atom)) if exponent < 0 else part
                value = sign.product(value, part)
            total = sign.plus(total, value)
            if total == UNKNOWN:
                break
        return total

    def _of_atom(self, atom: int, gone: frozenset[int]) -> Sign:
        node, value = self.nf.store.nodes[atom], Polynomial.of(atom)
        if atom not in self._nodes:
            found = self._declared(value, self._of_node(node))
            if found == NONNEGATIVE and self._vanishes(node):
                self.vanishing[atom] = None
                found = POSITIVE if atom in self._given else found
            self._nodes[atom] = found
        found = self._nodes[atom]
        return self._bounded(value, found, gone) if isinstance(node, nodes.TermNode) else found

    def _vanishes(self, node: nodes.Node) -> bool:
        """Whether what is >= 0 is 0 only where a density is, which is then owed not to be."""
        if self._standing or self.nf.grants is not None:
            return False
        if isinstance(node, nodes.DensityNode):
            return True
        averages = isinstance(node, nodes.BinderNode | nodes.SeriesNode)
        return averages and self.alike(standing=True)._of_node(node) == POSITIVE

    def alike(self, given: tuple[int, ...] = (), standing: bool = False) -> _Signs:
        """The signs of another question."""
        return _Signs(self.nf, self._facts, given, standing, self._finite)

    def _of_node(self, node: nodes.Node) -> Sign:
        nf = self.nf
        match node:
            case nodes.ExpNode(exponent):
                return self._bounded_away(POSITIVE, exponent)
            case nodes.DensityNode():
                return POSITIVE if self._standing or self._is_granted(node) else NONNEGATIVE
            case nodes.LogNode(argument):
                return self.of(nf.reduced(argument) - ONE)
            case nodes.PowerNode(base, exponent):
                return self._of_power(base, exponent)
            case nodes.SumNode(value):
                return self._of_sum(value)
            case nodes.BinderNode():
                each = self._averaged(node)
                return sign.plus(each, each)
            case nodes.SeriesNode(_, _, index):
                return self._of_series(node, nf.model.order.least(index.low, index.high))
            case nodes.CallNode(name):
                return sign.SAYS[nf.model.function[name].sign.partition(" ")[0]]
            case nodes.TermNode(term) if isinstance(term, Abbreviation):
                return self.of(nf.normal(term.body))
            case _:
                return UNKNOWN

    def _of_series(self, node: nodes.SeriesNode, filled: bool) -> Sign:
        """Of the sum or the product of some terms; filled: one at least."""
        nf = self.nf
        each = self._inside(node.body if nf.grants is None else nf.store.open_series(node)[1])
        if node.kind is IndexedProduct:
            return POSITIVE | each | sign.product(each, each) if each != POSITIVE else each
        return sign.plus(each, each) | (frozenset() if filled else {0})

    def _is_granted(self, node: nodes.DensityNode) -> bool:
        nf = self.nf
        return nf.grants is not None and nf.grants(nf.store.term(nf.store.atom(node)), nf.weights)

    def _averaged(self, node: nodes.BinderNode) -> Sign:
        """Of what an average or an integral is over, where its law isn't 0."""
        store, law, body = self.nf.store, node.law or ONE, node.body
        weights: tuple[Expr, ...] = ()
        if self.nf.grants is not None:
            _, (law, body) = store.open(node.bound, law, body)
            weights = weights_in(store.term(law))
        with self.nf.weighed(weights):
            return self._inside(body) if self._inside(law) <= NONNEGATIVE else UNKNOWN

    def _inside(self, body: Polynomial) -> Sign:
        """Of what is below a binder, where it may be 0 at some points."""
        return self.alike(standing=self._standing).of(body)

    def _of_power(self, base: Polynomial, exponent: Polynomial) -> Sign:
        """Of u^a, where it has a value; 0^0 = 1. Where a is no integer, u >= 0."""
        found, order, end = self.of(base), self.nf.model.order, self.nf.store.end(exponent)
        if order.whole(end / 2):
            found = sign.power(found, 2)
        elif not found <= NONNEGATIVE:
            found = NONZERO if 0 not in found and order.whole(end) else UNKNOWN
        found = found | POSITIVE if 0 in found else found
        return self._bounded_away(found, base * exponent)

    def _bounded_away(self, found: Sign, value: Polynomial) -> Sign:
        """A sign of what is 0 where a value is infinite, as 1/u and exp(-u) may be."""
        parts = infinite_parts(self.nf.store.term(value)) if self.nf.marks else ()
        for part in parts if self._finite else ():
            self.nf.owe("finite", *part)
        return found | {0} if parts and not self._finite else found

    def _declared(self, polynomial: Polynomial, found: Sign) -> Sign:
        """A sign narrowed by the bounds and facts on a multiple of a polynomial, up to a number."""
        for fact in (*self._bounds, *self._facts):
            if len(found) == 1 or fact in self.nf.active:  # its own logarithms ask for signs
                continue
            known, owed = _instance(self.nf, polynomial, fact)
            narrowed = found & _implied(polynomial, known, fact.relation)
            if narrowed != found:
                self.nf.lean(*owed, *({fact} & {*self._facts}))
            found = narrowed
        return found

    # -- bounds of parameters and indices ---------------------------------------------------------

    def _bounded(self, polynomial: Polynomial, found: Sign, gone: frozenset[int]) -> Sign:
        """A sign narrowed by putting bounds for one symbol after the other."""
        if not gone:
            self._steps = _STEPS
        for atom in sorted(polynomial.atoms - gone, key=partial(is_index, self.nf), reverse=True):
            for parts, degree, *ends in on_intervals(self.nf, polynomial, atom):
                if len(found) == 1 or not self._steps:
                    return found
                self._steps -= 1
                signs = [self._of_sum(part, gone | {atom}) for part in parts]
                found &= between(signs, degree, *ends)
        return found


def _implied(polynomial: Polynomial, known: Polynomial, relation: str) -> Sign:
    """The sign of a multiple of what is known, plus a number."""
    parts = [Polynomial({m: c for m, c in p.terms.items() if m}) for p in (polynomial, known)]
    ratio = multiple(*parts)
    if ratio is None:
        return UNKNOWN
    excess = (polynomial - known.scaled(ratio)).value
    return sign.plus(
        sign.product(sign.of_number(ratio), sign.SAYS[relation]), sign.of_number(excess or 0)
    )


def _instance(
    nf: Normaliser, polynomial: Polynomial, fact: Fact
) -> tuple[Polynomial, tuple[Any, ...]]:
    """A fact's left - right, its quantified variables being those of a polynomial, and what its
    use owes: that this is defined there, which of two infinite sides it isn't."""
    values = nearby(nf.model, fact.quantified, nf.store.free(polynomial))
    sides = [substitute(side, values, nf.model.order) for side in (fact.left, fact.right)]
    nf.active.append(fact)
    try:
        with nf.framed() as owed:
            left, right = map(nf.normal, sides)
    finally:
        nf.active.pop()
    return left - right, (*owed, *defined(nf.model, minus(*sides)))
