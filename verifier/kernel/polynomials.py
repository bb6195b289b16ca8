"""Laurent polynomials with rational coefficients over interned atoms: the arithmetic of `algebra`.

An atom is what ring arithmetic can't look into: a density, a logarithm, an integral, a parameter.
Its number is its place in a `Store`; equal nodes have equal numbers. A monomial is a sorted tuple
of (atom, exponent); exponents are integers, or fractions for atoms that are positive.

An exponent that becomes 0 is kept where the atom is `Kept`: the mark that it is not 0 here. Marks
are idempotent and multiply like exponents: `q^0 q = q`, and `p q^0` says p where q is not 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import Any

Rational = int | Fraction
Monomial = tuple[tuple[int, Rational], ...]
UNIT: Monomial = ()


class Kept(int):
    """An atom that may be 0 at a point of a binder, where a density that cancels may have been a
    weight: of its powers the 0th is kept."""

    __slots__ = ()


def times(first: Monomial, second: Monomial) -> Monomial:
    """The product of two monomials."""
    if not first or not second:
        return first or second
    powers = dict(first)
    for atom, exponent in second:
        total = powers.get(atom, 0) + exponent
        if total or type(atom) is Kept:
            powers[atom] = total
        else:
            powers.pop(atom, None)
    return tuple(sorted(powers.items()))


def without(monomial: Monomial, gone: Monomial) -> Monomial:
    """What is left of a product when factors are set apart from it: nothing cancels, so that no
    mark is made."""
    powers = dict(monomial)
    for atom, exponent in gone:
        total = powers.get(atom, 0) - exponent
        if total:
            powers[atom] = total
        else:
            powers.pop(atom, None)
    return tuple(sorted(powers.items()))


def marks(monomial: Monomial) -> tuple[int, ...]:
    """The atoms that are marked not to be 0."""
    return tuple(atom for atom, exponent in monomial if not exponent)


def unmarked(monomial: Monomial) -> Monomial:
    """The same without its marks."""
    return tuple(factor for factor in monomial if factor[1])


def raised(monomial: Monomial, exponent: Rational) -> Monomial:
    """A monomial to a power: of the 0th the marks are left."""
    made = ((atom, power * exponent) for atom, power in monomial)
    return tuple(factor for factor in made if factor[1] or type(factor[0]) is Kept)


class Polynomial:
    """A finite sum of coefficient times monomial. Immutable."""

    __slots__ = ("_hash", "terms")

    def __init__(self, terms: Mapping[Monomial, Rational]) -> None:
        self.terms = terms
        self._hash: int | None = None

    @staticmethod
    def of(atom: int, exponent: Rational = 1) -> Polynomial:
        """An atom to a power."""
        return Polynomial({((atom, exponent),): 1})

    @staticmethod
    def constant(value: Rational) -> Polynomial:
        """A rational number."""
        return Polynomial({UNIT: value} if value else {})

    @staticmethod
    def total(summands: Iterable[Polynomial]) -> Polynomial:
        """The sum, in time linear in the number of terms."""
        return _gathered(term for summand in summands for term in summand.terms.items())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Polynomial) and self.terms == other.terms

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.terms.items()))
        return self._hash

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __add__(self, other: Polynomial) -> Polynomial:
        return Polynomial.total((self, other))

    def __sub__(self, other: Polynomial) -> Polynomial:
        return Polynomial.total((self, other.scaled(-1)))

    def __neg__(self) -> Polynomial:
        return self.scaled(-1)

    def scaled(self, factor: Rational) -> Polynomial:
        """Times a rational number."""
        if factor == 1:
            return self
        return Polynomial({m: c * factor for m, c in self.terms.items()} if factor else {})

    def __mul__(self, other: Polynomial) -> Polynomial:
        return _gathered(
            (times(first, second), a * b)
            for first, a in self.terms.items()
            for second, b in other.terms.items()
        )

    def power(self, exponent: int) -> Polynomial:
        """A power with exponent >= 0; a single term takes any integer."""
        if len(self.terms) == 1:
            ((monomial, coefficient),) = self.terms.items()
            power = coefficient if coefficient == 1 else Fraction(coefficient) ** exponent
            return Polynomial({raised(monomial, exponent): power})
        result = ONE
        for _ in range(exponent):
            result = result * self
        return result

    @property
    def unmarked(self) -> Polynomial:
        """The same without its marks."""
        if not any(map(marks, self.terms)):
            return self
        return _gathered((unmarked(m), c) for m, c in self.terms.items())

    @property
    def atoms(self) -> frozenset[int]:
        """The atoms that occur."""
        return frozenset(atom for monomial in self.terms for atom, _ in monomial)

    @property
    def single(self) -> tuple[Monomial, Rational] | None:
        """The only term, if there is just one."""
        return next(iter(self.terms.items())) if len(self.terms) == 1 else None

    @property
    def value(self) -> Rational | None:
        """The rational number that it is, if it is one."""
        return self.terms.get(UNIT, None if self.terms else 0) if len(self.terms) < 2 else None

    def primitive(self, order: Callable[[Monomial], Any]) -> tuple[Monomial, Rational, Polynomial]:
        """(m, c, rest): self = c m rest, rest with coprime integer coefficients, without monomial
        content, and positive at its first monomial in an order."""
        exponents: dict[int, list[Rational]] = {}
        for monomial in self.terms:
            for atom, exponent in monomial:
                exponents.setdefault(atom, []).append(exponent)
        count = len(self.terms)
        content = tuple(
            sorted(
                (atom, low)
                for atom, found in exponents.items()
                if (low := min(found) if len(found) == count else min(0, *found))
            )
        )
        rest = {without(m, content): c for m, c in self.terms.items()}
        scale = _content(rest.values())
        if rest[min(rest, key=order)] < 0:
            scale = -scale
        if scale == 1:
            return content, 1, Polynomial(rest)
        return content, scale, Polynomial({m: c / scale for m, c in rest.items()})


def _gathered(summands: Iterable[tuple[Monomial, Rational]]) -> Polynomial:
    """The sum of coefficients times monomials, which may be the same."""
    terms: dict[Monomial, Rational] = {}
    for monomial, coefficient in summands:
        value = terms.get(monomial, 0) + coefficient
        if value:
            terms[monomial] = value
        else:
            del terms[monomial]
    return Polynomial(terms)


def _content(coefficients: Iterable[Rational]) -> Fraction:
    """The positive rational that leaves coprime integers."""
    fractions = [Fraction(c) for c in coefficients]
    return Fraction(
        gcd(*(f.numerator for f in fractions)), lcm(*(f.denominator for f in fractions))
    )


ZERO = Polynomial({})
ONE = Polynomial({UNIT: 1})
