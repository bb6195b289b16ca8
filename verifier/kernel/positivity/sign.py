"""Signs and their arithmetic. A sign is the set of those of -1, 0, 1 that a value may have."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import reduce

from verifier.kernel.polynomials import Rational as Number

Sign = frozenset[int]
ZERO: Sign = frozenset({0})
POSITIVE: Sign = frozenset({1})
NONNEGATIVE: Sign = frozenset({0, 1})
NONZERO: Sign = frozenset({-1, 1})
UNKNOWN: Sign = frozenset({-1, 0, 1})
SAYS: dict[str, Sign] = {
    "": UNKNOWN, "=": ZERO, "!=": NONZERO,
    ">": POSITIVE, ">=": NONNEGATIVE, "<": frozenset({-1}), "<=": frozenset({-1, 0}),
}  # fmt: skip


def of_number(value: Number) -> Sign:
    """The sign of one value."""
    return frozenset({(value > 0) - (value < 0)})


def plus(first: Sign, second: Sign) -> Sign:
    """The sign of a sum."""
    return frozenset().union(*(UNKNOWN if x * y < 0 else {x or y} for x in first for y in second))


def total(signs: Iterable[Sign]) -> Sign:
    """The sign of a sum of several."""
    return reduce(plus, signs, ZERO)


def product(first: Sign, second: Sign) -> Sign:
    """The sign of a product."""
    return frozenset(x * y for x in first for y in second)


def power(base: Sign, exponent: Number) -> Sign:
    """The sign of a power. The reciprocal of what may be 0 has none that is evident: whoever
    multiplies by it takes it for defined. A root is of what is >= 0."""
    whole = Fraction(exponent).denominator == 1
    if (exponent < 0 and 0 in base) or not (whole or base <= NONNEGATIVE):
        return UNKNOWN
    return frozenset(x * x for x in base) if whole and exponent % 2 == 0 else base
