"""What sign is evident: from declarations, exactly, never by sampling.

A sign is the set of those of -1, 0, 1 that a value may have. Signs of sums and products follow from
those of their parts; a parameter is written by what it is above its bounds, which is >= 0. Where
`support` is declared a density, or what averages one, may be 0: that it isn't is presumed and owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import reduce
from typing import Any

from sympy import Expr, Integer, Poly, Rational, Symbol

from verifier.kernel import terms
from verifier.kernel.arithmetic import Power, Product, Quotient, Total
from verifier.kernel.binding import substitute, unbind
from verifier.kernel.definedness import defined, weights_in
from verifier.kernel.equality import nodes
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.matching import nearby
from verifier.kernel.model import Fact
from verifier.kernel.polynomials import ONE, Monomial, Polynomial, marks
from verifier.kernel.polynomials import Rational as Number
from verifier.kernel.terms import Index, IndexedProduct

Sign = frozenset[int]
POSITIVE: Sign = frozenset({1})
NONNEGATIVE: Sign = frozenset({0, 1})
NONZERO: Sign = frozenset({-1, 1})
UNKNOWN: Sign = frozenset({-1, 0, 1})
_SAYS: dict[str, Sign] = {
    "": UNKNOWN, "=": frozenset({0}), "!=": NONZERO,
    ">": POSITIVE, ">=": NONNEGATIVE, "<": frozenset({-1}), "<=": frozenset({-1, 0}),
}  # fmt: skip
_STEPS = 100  # of putting bounds for symbols, one after the other
_LARGE = 12  # a degree or a number of terms that isn't looked into
_OFFSET = -1  # stands for an atom: what a symbol is above its bound
End = tuple[Number, bool]  # of an interval; whether it is left out


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
        case Total() | Product() | Quotient():
            return all(evident(nf, part) for part in term.args) or _normal_sign(nf, term)
        case terms.Expectation() | terms.Integral():
            return evident(nf, unbind(term)[1][0]) or _normal_sign(nf, term)
    return _normal_sign(nf, term)


def _normal_sign(nf: Normaliser, term: Expr) -> bool:
    return nonnegative(nf, nf.normal(term))


def multiple(first: Polynomial, second: Polynomial) -> Number | None:
    """The rational c with first = c second, c != 0, if there is one."""
    if first.terms.keys() != second.terms.keys() or not first:
        return None
    ratios = {Fraction(c) / second.terms[m] for m, c in first.terms.items()}
    return ratios.pop() if len(ratios) == 1 else None


def _within(nf: Normaliser, polynomial: Polynomial, wanted: Sign) -> bool:
    """Whether a sign is as wanted: by what is declared, else by facts; if need be where some atoms
    are not 0. What it rests on is owed."""
    for facts in dict.fromkeys(((), nf.model.facts)):
        signs = _Signs(nf, facts)
        rests = signs.rests_on(polynomial, wanted)
        if rests is None and 0 not in wanted:
            rests = _given(nf, facts, tuple(signs.vanishing), polynomial, wanted)
        if rests is not None:
            nf.frame |= rests
            return True
    return False


def _given(
    nf: Normaliser, facts: tuple[Fact, ...], atoms: tuple[int, ...], polynomial: Polynomial,
    wanted: Sign,
) -> set[Any] | None:  # fmt: skip
    """What a sign rests on that is as wanted where some atoms, as few as do, are not 0."""

    def rests(given: tuple[int, ...]) -> set[Any] | None:
        return _Signs(nf, facts, given).rests_on(polynomial, wanted)

    found = rests(atoms) if atoms else None
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


# -- arithmetic of signs --------------------------------------------------------------------------


def _of_number(value: Number) -> Sign:
    return frozenset({(value > 0) - (value < 0)})


def _sum(first: Sign, second: Sign) -> Sign:
    return frozenset().union(*(UNKNOWN if x * y < 0 else {x or y} for x in first for y in second))


def _total(signs: Iterable[Sign]) -> Sign:
    return reduce(_sum, signs, _SAYS["="])


def _product(first: Sign, second: Sign) -> Sign:
    return frozenset(x * y for x in first for y in second)


def _power(base: Sign, exponent: Number) -> Sign:
    """The reciprocal of what may be 0 has no evident sign: whoever multiplies by it takes it for
    defined. A root is of what is >= 0."""
    whole = Fraction(exponent).denominator == 1
    if (exponent < 0 and 0 in base) or not (whole or base <= NONNEGATIVE):
        return UNKNOWN
    return frozenset(x * x for x in base) if whole and exponent % 2 == 0 else base


class _Signs:
    """The signs of one question, by the declarations and some facts, where the atoms `given` are
    not 0. `standing`: no density is."""

    def __init__(
        self,
        nf: Normaliser,
        facts: tuple[Fact, ...],
        given: tuple[int, ...] = (),
        standing: bool = False,
    ) -> None:
        self.nf = nf
        self.vanishing: dict[int, None] = {}  # atoms >= 0 that are 0 only where a density is
        self._given = given
        self._standing = standing or not nf.marks
        self._facts = tuple(fact for fact in facts if fact.relation != "=")
        self._bounds = [
            Fact(left, relation, right, frozenset(), "")
            for parameter in nf.model.parameters
            for left, relation, right in parameter.bounds
        ]
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
            if len(found) > 1 and len(polynomial.terms) > 1:
                found = self._bounded(polynomial, found & self._rootless(polynomial), gone)
        return found

    def _of_terms(self, polynomial: Polynomial, gone: frozenset[int]) -> Sign:
        total = _SAYS["="]
        for monomial, coefficient in polynomial.terms.items():
            value = _of_number(coefficient)
            for atom, exponent in monomial:
                base = self._of_atom(atom, gone)
                if atom in self.vanishing:  # a power of it counts as 0 where it is 0
                    exponent = abs(Fraction(exponent))
                value = _product(value, _power(base, exponent))
            total = _sum(total, value)
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
        alike = _Signs(self.nf, self._facts, standing=True)
        return averages and alike._of_node(node) == POSITIVE

    def _of_node(self, node: nodes.Node) -> Sign:
        nf = self.nf
        match node:
            case nodes.ExpNode():
                return POSITIVE
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
                return _sum(each, each)
            case nodes.SeriesNode(kind, body, index):
                each = self._inside(body if nf.grants is None else nf.store.open_series(node)[1])
                if kind is IndexedProduct:
                    return POSITIVE | each | _product(each, each) if each != POSITIVE else each
                filled = nf.model.order.least(index.low, index.high)
                return _sum(each, each) | (frozenset() if filled else {0})
            case nodes.CallNode(name):
                return _SAYS[nf.model.function[name].sign.partition(" ")[0]]
            case nodes.TermNode(term) if isinstance(term, terms.Abbreviation):
                return self.of(nf.normal(term.body))
            case _:
                return UNKNOWN

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
        return _Signs(self.nf, self._facts, standing=self._standing).of(body)

    def _of_power(self, base: Polynomial, exponent: Polynomial) -> Sign:
        """Of u^a, where it has a value; 0^0 = 1. Where a is no integer, u >= 0."""
        found, order, end = self.of(base), self.nf.model.order, self.nf.store.end(exponent)
        if order.whole(end / 2):
            found = _power(found, 2)
        elif not found <= NONNEGATIVE:
            found = NONZERO if 0 not in found and order.whole(end) else UNKNOWN
        return found | POSITIVE if 0 in found else found

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
        for atom in sorted(polynomial.atoms - gone, key=self._is_index, reverse=True):
            powers = _coefficients(polynomial, atom) or []
            for above, below, *ends in self._ranges(atom) if powers else ():
                if len(found) == 1 or not self._steps:
                    return found
                self._steps -= 1
                parts = _coefficients(_put(powers, above, below), _OFFSET) or []
                signs = [self._of_sum(part, gone | {atom}) for part in parts]
                found &= _between(signs, len(powers) - 1, *ends)
        return found

    def _is_index(self, atom: int) -> bool:
        node = self.nf.store.nodes[atom]
        return isinstance(node, nodes.TermNode) and isinstance(node.term, Index)

    def _ranges(self, atom: int) -> Iterator[tuple[Polynomial, Polynomial, Sign, Sign]]:
        """A symbol as a fraction in an offset u >= 0: low + u, high - u, with numbers for ends
        (low + high u) / (1 + u); and the signs of u and 1 in proportion."""
        offset = Polynomial.of(_OFFSET)
        low, high = self._numbers(atom)
        if low is not None and high is not None:
            (start, open_start), (end, open_end) = low, high
            moved = Polynomial.constant(start) + offset.scaled(end)
            yield moved, ONE + offset, _distance(open_start), _distance(open_end)
        for side, bound, strict in self._ends(atom):
            yield bound + offset.scaled(side), ONE, _distance(strict), POSITIVE

    def _ends(self, atom: int) -> Iterator[tuple[int, Polynomial, bool]]:
        """What a symbol is above (1) or below (-1), and whether it isn't that itself."""
        store = self.nf.store
        node = store.nodes[atom]
        if not isinstance(node, nodes.TermNode) or not isinstance(node.term, Symbol | Index):
            return
        for gap, strict in self.nf.model.order.bounds(node.term):
            factor = -gap[node.term]
            end = Polynomial.total(
                (ONE if key.is_Integer else store.atom(nodes.TermNode(key))).scaled(value / factor)
                for key, value in gap.items()
                if key != node.term and value
            )
            yield (-1 if factor > 0 else 1), end, strict

    def _numbers(self, atom: int) -> tuple[End | None, End | None]:
        """The closest numbers below and above a symbol."""
        ends = [(side, end.value, strict) for side, end, strict in self._ends(atom)]
        low = [(value, strict) for side, value, strict in ends if side > 0 and value is not None]
        high = [(value, strict) for side, value, strict in ends if side < 0 and value is not None]
        return max(low, default=None), min(high, key=lambda e: (e[0], not e[1]), default=None)

    def _rootless(self, polynomial: Polynomial) -> Sign:
        """The sign of a polynomial in one atom that has no root where the atom may lie."""
        atom = next(iter(polynomial.atoms))
        powers = _coefficients(polynomial, atom) if len(polynomial.atoms) == 1 else None
        if powers is None or len(powers) < 3:
            return UNKNOWN
        values = [Fraction(part.value or 0) for part in powers]
        low, high = (None if end is None else end[0] for end in self._numbers(atom))
        at = next((end for end in (low, high) if end is not None), 0)
        ends = (None if end is None else Rational(end) for end in (low, high))
        if Poly([Rational(value) for value in reversed(values)], Symbol("u")).count_roots(*ends):
            return UNKNOWN
        return _of_number(sum(value * at**i for i, value in enumerate(values)))


def _distance(strict: bool) -> Sign:
    return POSITIVE if strict else NONNEGATIVE


def _coefficients(polynomial: Polynomial, atom: int) -> list[Polynomial] | None:
    """Those of the powers of an atom, unless one is negative, a fraction, high or a mark."""
    found: dict[Number, dict[Monomial, Number]] = {}
    for monomial, coefficient in polynomial.terms.items():
        power = dict(monomial).get(atom, 0)
        if atom in marks(monomial):
            return None
        found.setdefault(power, {})[tuple(f for f in monomial if f[0] != atom)] = coefficient
    if not found.keys() <= set(range(_LARGE)):
        return None
    return [Polynomial(found.get(power, {})) for power in range(1 + int(max(found, default=0)))]


def _put(powers: list[Polynomial], above: Polynomial, below: Polynomial) -> Polynomial:
    """A polynomial, given by its coefficients, at above / below, times below to its degree."""
    return Polynomial.total(
        part * above.power(i) * below.power(len(powers) - 1 - i) for i, part in enumerate(powers)
    )


def _between(parts: list[Sign], degree: int, start: Sign, end: Sign) -> Sign:
    """The sign of the sum of c_i a^i b^(degree - i), for a and b not both 0."""
    return frozenset().union(
        *(
            _total(_product(c, _of_number(a**i * b ** (degree - i))) for i, c in enumerate(parts))
            for a in start
            for b in end
            if a or b
        )
    )


def _implied(polynomial: Polynomial, known: Polynomial, relation: str) -> Sign:
    """The sign of a multiple of what is known, plus a number."""
    parts = [Polynomial({m: c for m, c in p.terms.items() if m}) for p in (polynomial, known)]
    ratio = multiple(*parts)
    if ratio is None:
        return UNKNOWN
    excess = (polynomial - known.scaled(ratio)).value
    return _sum(_product(_of_number(ratio), _SAYS[relation]), _of_number(excess or 0))


def _instance(
    nf: Normaliser, polynomial: Polynomial, fact: Fact
) -> tuple[Polynomial, tuple[Any, ...]]:
    """A fact's left - right, its quantified variables being those of a polynomial, and what its
    use owes: that its sides are defined there."""
    values = nearby(nf.model, fact.quantified, nf.store.free(polynomial))
    sides = [substitute(side, values, nf.model.order) for side in (fact.left, fact.right)]
    nf.active.append(fact)
    try:
        with nf.framed() as owed:
            left, right = map(nf.normal, sides)
    finally:
        nf.active.pop()
    return left - right, (*owed, *(c for side in sides for c in defined(nf.model, side)))
