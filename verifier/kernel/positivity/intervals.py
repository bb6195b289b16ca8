"""Polynomials in parameters and indices, over the intervals in which these lie."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from sympy import Poly, Rational, Symbol

from verifier.kernel.equality import nodes
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.polynomials import ONE, Monomial, Polynomial, marks
from verifier.kernel.polynomials import Rational as Number
from verifier.kernel.positivity import sign
from verifier.kernel.positivity.sign import NONNEGATIVE, POSITIVE, UNKNOWN, Sign
from verifier.kernel.terms import Index

_LARGE = 12  # a degree that isn't looked into
_OFFSET = -1  # stands for an atom: what a symbol is above its bound
_DISTANCE = {True: POSITIVE, False: NONNEGATIVE}  # from an end that is left out, or not
End = tuple[Number, bool]  # of an interval; whether it is left out


def is_index(nf: Normaliser, atom: int) -> bool:
    """Whether an atom is the index of a sum or a product."""
    node = nf.store.nodes[atom]
    return isinstance(node, nodes.TermNode) and isinstance(node.term, Index)


def on_intervals(
    nf: Normaliser, polynomial: Polynomial, atom: int
) -> Iterator[tuple[list[Polynomial], int, Sign, Sign]]:
    """A polynomial in a symbol over each interval in which it is known to lie: what is to be put
    into `between`, the signs of the coefficients to be found."""
    ranges = [*_ranges(nf, atom)]
    powers = (_coefficients(polynomial, atom) if ranges else None) or []
    degree = len(powers) - 1
    for above, below, start, end in ranges if powers else ():
        terms = (c * above.power(i) * below.power(degree - i) for i, c in enumerate(powers))
        yield _coefficients(Polynomial.total(terms), _OFFSET) or [], degree, start, end


def _ranges(nf: Normaliser, atom: int) -> Iterator[tuple[Polynomial, Polynomial, Sign, Sign]]:
    """A symbol as a fraction in an offset u >= 0: low + u, high - u, with numbers for ends
    (low + high u) / (1 + u); and the signs of u and 1 in proportion."""
    offset = Polynomial.of(_OFFSET)
    low, high = _numbers(nf, atom)
    if low is not None and high is not None:
        (start, open_start), (end, open_end) = low, high
        moved = Polynomial.constant(start) + offset.scaled(end)
        yield moved, ONE + offset, _DISTANCE[open_start], _DISTANCE[open_end]
    for side, bound, strict in _ends(nf, atom):
        yield bound + offset.scaled(side), ONE, _DISTANCE[strict], POSITIVE


def _ends(nf: Normaliser, atom: int) -> Iterator[tuple[int, Polynomial, bool]]:
    """What a symbol is above (1) or below (-1), and whether it isn't that itself."""
    store = nf.store
    node = store.nodes[atom]
    if not isinstance(node, nodes.TermNode) or not isinstance(node.term, Symbol | Index):
        return
    for gap, strict in nf.model.order.bounds(node.term):
        factor = -gap[node.term]
        end = Polynomial.total(
            (ONE if key is None else store.atom(nodes.TermNode(key))).scaled(
                Fraction(value) / factor
            )
            for key, value in gap.items()
            if key != node.term and value
        )
        yield (-1 if factor > 0 else 1), end, strict


def _numbers(nf: Normaliser, atom: int) -> tuple[End | None, End | None]:
    """The closest numbers below and above a symbol."""
    ends = [(side, end.value, strict) for side, end, strict in _ends(nf, atom)]
    low = [(value, strict) for side, value, strict in ends if side > 0 and value is not None]
    high = [(value, strict) for side, value, strict in ends if side < 0 and value is not None]
    return max(low, default=None), min(high, key=lambda e: (e[0], not e[1]), default=None)


def rootless(nf: Normaliser, polynomial: Polynomial) -> Sign:
    """The sign of a polynomial in one atom that has no root where the atom may lie."""
    atom = next(iter(polynomial.atoms))
    powers = _coefficients(polynomial, atom) if len(polynomial.atoms) == 1 else None
    if powers is None or len(powers) < 3:
        return UNKNOWN
    values = [Fraction(part.value or 0) for part in powers]
    low, high = (None if end is None else end[0] for end in _numbers(nf, atom))
    at = next((end for end in (low, high) if end is not None), 0)
    ends = (None if end is None else Rational(end) for end in (low, high))
    if Poly([Rational(value) for value in reversed(values)], Symbol("u")).count_roots(*ends):
        return UNKNOWN
    return sign.of_number(sum(value * at**i for i, value in enumerate(values)))


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


def between(parts: list[Sign], degree: int, start: Sign, end: Sign) -> Sign:
    """The sign of the sum of c_i a^i b^(degree - i), for a and b not both 0."""
    found: Sign = frozenset()
    for a, b in product(start, end):
        if a or b:
            powers = (sign.of_number(a**i * b ** (degree - i)) for i in range(len(parts)))
            found |= sign.total(map(sign.product, parts, powers))
    return found
