"""Numbers: rationals, floats where logarithms come in, +-oo, and tails of countable tables.

A *tail* stands for the points n = 1, 2, .. of a countable alphabet. What depends on such a point
is a `Tail`: a sum of terms c n^k 2^(b n) 2^(d 4^n), whose sum over all n is known in closed form,
or is +oo or -oo. So a divergent expectation is a true one, of a function that is finite at each
point, and f - f is 0 where f alone has no finite mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

OO = math.inf
TINY = 1e-11
ALMOST = Fraction(1, 10**30)
Key = tuple[Fraction, Fraction, int]  # d, b, k of c n^k 2^(b n) 2^(d 4^n)
Number = Fraction | float  # exact as long as no logarithm comes in
CONSTANT: Key = (Fraction(0), Fraction(0), 0)
LINEAR: Key = (Fraction(0), Fraction(0), 1)
FOURFOLD: Key = (Fraction(0), Fraction(2), 0)
LOG2 = math.log(2)


class Undefined(Exception):  # noqa: N818  (a meaning, not a mishap)
    """A formula has no value here. `why` is `domain`, or `infinite` for oo - oo and the like."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Unknown(Exception):  # noqa: N818
    """The evaluator has no opinion: beyond what it can do, or not settled by the specification."""


class Tail:
    """What a quantity is at the points n = 1, 2, .. of a tail."""

    def __init__(self, terms: Mapping[Key, Number]) -> None:
        self.terms = {key: c for key, c in terms.items() if not negligible(c)}

    def plus(self, other: Tail) -> Tail:
        terms = dict(self.terms)
        for key, c in other.terms.items():
            old = terms.get(key, Fraction(0))
            new = old + c
            terms[key] = Fraction(0) if size(new) < TINY * size(old) else new
        return Tail(terms)

    def times(self, other: Tail) -> Tail:
        total = Tail({})
        for (d, b, k), c in self.terms.items():
            scaled = {(d + e, b + a, k + m): c * x for (e, a, m), x in other.terms.items()}
            total = total.plus(Tail(scaled))
        return total

    def monomial(self) -> tuple[Key, Number]:
        if len(self.terms) != 1 or next(iter(self.terms))[2] != 0:
            raise Unknown("a tail that isn't one exponential")
        return next(iter(self.terms.items()))

    def power(self, exponent: Fraction) -> Tail:
        """A real power, of one exponential."""
        if exponent.denominator == 1 and exponent >= 0:
            total = Tail({CONSTANT: Fraction(1)})
            for _ in range(int(exponent)):
                total = total.times(self)
            return total
        (d, b, _), c = self.monomial()
        return Tail({(d * exponent, b * exponent, 0): power(c, exponent)})  # type: ignore[dict-item]

    def log(self) -> Tail:
        (d, b, _), c = self.monomial()
        return Tail({CONSTANT: math.log(c), LINEAR: float(b) * LOG2, FOURFOLD: float(d) * LOG2})

    def exp(self) -> Tail:
        if not self.terms.keys() <= {CONSTANT, LINEAR, FOURFOLD}:
            raise Unknown("exp of a tail")
        c, b, d = (self.terms.get(key, Fraction(0)) for key in (CONSTANT, LINEAR, FOURFOLD))
        return Tail({(_binary(d), _binary(b), 0): math.exp(c)})

    def total(self) -> Number:
        """The sum over n = 1, 2, ..: its terms have one sign from some n on."""
        diverging = [key for key in self.terms if key[:2] >= (Fraction(0), Fraction(0))]
        if diverging:
            return math.copysign(OO, self.terms[max(diverging)])
        return sum((c * _series(key) for key, c in self.terms.items()), Fraction(0))

    def sign(self) -> int | None:
        """The sign at every point; None where there isn't one."""
        signs = set()
        for n in range(1, 5):
            terms = [c * _at(key, n) for key, c in self.terms.items()]
            rounding = TINY * float(sum(map(size, terms)))
            value = sum(terms)
            signs.add(0 if size(value) <= rounding else 1 if value > 0 else -1)
        if self.terms:
            signs.add(1 if self.terms[max(self.terms)] > 0 else -1)
        return signs.pop() if len(signs) == 1 else None


Value = Fraction | float | Tail


def size(value: Number) -> Number:
    """Its distance from 0."""
    return value if value >= 0 else -value


def negligible(value: Number) -> bool:
    return value == 0 or (isinstance(value, float) and size(value) < TINY)


def _sign(value: Number) -> int:
    return 0 if negligible(value) else 1 if value > 0 else -1


def _at(key: Key, n: int) -> float:
    d, b, k = key
    exponent = float(b) * n + (float(d) * 4.0**n if d else 0.0)
    scaled: float = 2.0 ** max(-900.0, min(900.0, exponent))
    return float(n) ** k * scaled


def _series(key: Key) -> Number:
    """The sum over n of one term that tends to 0."""
    d, b, k = key
    if d == 0 and k == 0 and b.denominator == 1:
        ratio = Fraction(2) ** int(b)
        return ratio / (1 - ratio)
    return sum(_at(key, n) for n in range(1, 900 if d == 0 else 8))


def _binary(exponent: Number) -> Fraction:
    """An exponent of e as one of 2, which must be rational."""
    found = Fraction(float(exponent) / LOG2).limit_denominator(1000)
    if size(float(found) * LOG2 - float(exponent)) > 1e-9 * max(1.0, size(float(exponent))):
        raise Unknown("exp of a tail")
    return found


def _tail(value: Value) -> Tail:
    if isinstance(value, Tail):
        return value
    if math.isinf(value):
        raise Unknown("oo at a tail")
    return Tail({CONSTANT: value})


def sign(value: Value) -> int | None:
    """-1, 0 or 1; None for a tail that has no one sign."""
    return value.sign() if isinstance(value, Tail) else _sign(value)


def add(a: Value, b: Value) -> Value:
    if isinstance(a, Tail) or isinstance(b, Tail):
        return _tail(a).plus(_tail(b))
    if math.isinf(a) and math.isinf(b) and a != b:
        raise Undefined("infinite")
    if math.isinf(a) or math.isinf(b):
        return a if math.isinf(a) else b
    return _sum(a, b)


def _sum(a: Number, b: Number) -> Number:
    """Where floats cancel, what is left over is rounding."""
    total = a + b
    rounding = isinstance(total, float) and size(total) < TINY * max(size(a), size(b))
    return 0.0 if rounding else total  # not exact: what is left may be anything as small


def mul(a: Value, b: Value) -> Value:
    if isinstance(a, Tail) or isinstance(b, Tail):
        return _tail(a).times(_tail(b))
    if math.isinf(a) or math.isinf(b):
        if negligible(a) or negligible(b):
            raise Undefined("infinite")
        return math.copysign(OO, float(_sign(a) * _sign(b)))
    return _finite(a, b, lambda x, y: x * y)


def _finite(a: Number, b: Number, act: object) -> Number:
    try:
        result: Number = act(a, b)  # type: ignore[operator]
    except OverflowError as error:
        raise Unknown("too large") from error
    if isinstance(result, float) and not math.isfinite(result):
        raise Unknown("too large")
    return result


def negative(a: Value) -> Value:
    return mul(Fraction(-1), a)


def reciprocal(a: Value) -> Value:
    if isinstance(a, Tail):
        if a.sign() in (0, None):
            raise Undefined("domain")
        return a.power(Fraction(-1))
    if negligible(a):
        raise Undefined("domain")
    return Fraction(0) if math.isinf(a) else 1 / a


def div(a: Value, b: Value) -> Value:
    if not isinstance(a, Tail) and not isinstance(b, Tail) and math.isinf(a) and math.isinf(b):
        raise Undefined("infinite")
    return mul(a, reciprocal(b))


def power(base: Value, exponent: Value) -> Value:
    if isinstance(exponent, Tail) or math.isinf(exponent):
        raise Unknown("an exponent that isn't a number")
    if isinstance(exponent, float):
        exponent = Fraction(exponent).limit_denominator(10**6)
    whole = exponent.denominator == 1
    at = sign(base)
    if at == 0 and exponent == 0:
        raise Unknown("0^0")
    if at == 0 and (exponent < 0 or not whole):
        if exponent > 0:
            raise Unknown("a root of 0")
        raise Undefined("domain")
    if at != 1 and not whole:
        raise Undefined("domain")
    if isinstance(base, Tail):
        return base.power(exponent)
    if math.isinf(base):
        if exponent == 0:
            raise Unknown("oo^0")
        large = OO if base > 0 or exponent % 2 == 0 else -OO
        return large if exponent > 0 else Fraction(0)
    if whole and size(exponent) <= 64:
        return base ** int(exponent)
    return _finite(float(base), float(exponent), lambda x, y: x**y)


def log(a: Value) -> Value:
    if sign(a) != 1:
        raise Undefined("domain")
    if isinstance(a, Tail):
        return a.log()
    if math.isinf(a):
        return OO
    if a == 1:
        return Fraction(0)
    if isinstance(a, float):
        return math.log(a)
    return math.log(a.numerator) - math.log(a.denominator)


def exp(a: Value) -> Value:
    if isinstance(a, Tail):
        return a.exp()
    if math.isinf(a):
        return OO if a > 0 else Fraction(0)
    if a == 0:
        return Fraction(1)
    if size(a) > 600:
        raise Unknown("too large")
    return math.exp(a)


def total(a: Value) -> Value:
    """A value at a tail, summed over its points."""
    return a.total() if isinstance(a, Tail) else _tail(a).total()


def same(a: Value, b: Value) -> bool:
    if isinstance(a, Tail) or isinstance(b, Tail):
        return sign(add(a, negative(b))) == 0
    if math.isinf(a) or math.isinf(b):
        return a == b
    if isinstance(a, Fraction) and isinstance(b, Fraction):  # what a band leaves out is far less
        return size(a - b) <= ALMOST * max(1, size(a), size(b))
    return size(a - b) <= 1e-7 * max(1.0, size(float(a)), size(float(b)))


def holds(a: Value, relation: str, b: Value) -> bool:
    """Whether a relation holds, with some tolerance where it is about equality."""
    if relation == "=":
        return same(a, b)
    if relation == "!=":
        return not same(a, b)
    if relation in ("<=", "<"):
        a, b = b, a
        relation = {"<=": ">=", "<": ">"}[relation]
    if isinstance(a, Tail) or isinstance(b, Tail):
        at = sign(add(a, negative(b)))
        return at == 1 or (relation == ">=" and at == 0)
    return (relation == ">=" and same(a, b)) or (a > b and not same(a, b))
