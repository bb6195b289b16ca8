"""Numbers: rationals, balls where logarithms come in, +-oo, and tails of countable tables.

A *tail* stands for the points n = 1, 2, .. of a countable alphabet. What depends on such a point
is a `Tail`: a sum of terms c n^k 2^(b n) 2^(d 4^n), whose sum over all n is known in closed form,
or is +oo or -oo. So a divergent expectation is a true one, of a function that is finite at each
point, and f - f is 0 where f alone has no finite mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from . import balls
from .balls import LOG2, ROUNDING, Ball, Exact, Unknown, ball

OO = math.inf
ALMOST = Fraction(1, 10**30)
Key = tuple[Fraction, Fraction, int]  # d, b, k of c n^k 2^(b n) 2^(d 4^n)
Number = Exact | float  # a float is oo or -oo
CONSTANT: Key = (Fraction(0), Fraction(0), 0)
LINEAR: Key = (Fraction(0), Fraction(0), 1)
FOURFOLD: Key = (Fraction(0), Fraction(2), 0)


class Undefined(Exception):  # noqa: N818  (a meaning, not a mishap)
    """A formula has no value here. `why` is `domain`, or `infinite` for oo - oo and the like."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Tail:
    """What a quantity is at the points n = 1, 2, .. of a tail."""

    def __init__(self, terms: Mapping[Key, Exact]) -> None:
        self.terms = {key: c for key, c in terms.items() if c != 0}

    def plus(self, other: Tail) -> Tail:
        terms = dict(self.terms)
        for key, c in other.terms.items():
            terms[key] = c + terms[key] if key in terms else c
        return Tail(terms)

    def times(self, other: Tail) -> Tail:
        total = Tail({})
        for (d, b, k), c in self.terms.items():
            scaled = {(d + e, b + a, k + m): c * x for (e, a, m), x in other.terms.items()}
            total = total.plus(Tail(scaled))
        return total

    def monomial(self) -> tuple[Key, Exact]:
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
        return Tail({CONSTANT: balls.log(c), LINEAR: _logs(b), FOURFOLD: _logs(d)})

    def exp(self) -> Tail:
        if not self.terms.keys() <= {CONSTANT, LINEAR, FOURFOLD}:
            raise Unknown("exp of a tail")
        c, b, d = (self.terms.get(key, Fraction(0)) for key in (CONSTANT, LINEAR, FOURFOLD))
        return Tail({(_binary(d), _binary(b), 0): exp(c)})  # type: ignore[dict-item]

    def total(self) -> Number:
        """The sum over n = 1, 2, ..: its terms have one sign from some n on."""
        diverging = [key for key in self.terms if key[:2] >= (Fraction(0), Fraction(0))]
        if diverging:
            return OO * _sign(self.terms[max(diverging)])
        whole: Exact = Fraction(0)
        for key, c in self.terms.items():
            whole = whole + c * _series(key)
        return whole

    def sign(self) -> int | None:
        """The sign at every point; None where there isn't one."""
        signs = {_sign(c) for c in self.terms.values()} or {0}
        if len(signs) > 1:  # the first few points, and what it comes to
            signs = {_sign(self.terms[max(self.terms)])}
            for n in range(1, 9):
                if all(abs(_exponent(key, n)) < LARGE for key in self.terms):
                    terms = [c * _at(key, n) for key, c in self.terms.items()]
                    signs.add(_sign(sum(terms[1:], terms[0])))
        return signs.pop() if len(signs) == 1 else None


Value = Number | Tail
LARGE = 900  # an exponent of 2 that is out of the question


def _sign(value: Number) -> int:
    if isinstance(value, Ball):
        return value.sign()
    return (value > 0) - (value < 0)


def _logs(exponent: Fraction) -> Exact:
    """log 2^n / n."""
    return exponent * LOG2 if exponent else exponent


def _exponent(key: Key, n: int) -> float:
    d, b, _ = key
    return float(b) * n + (float(d) * 4.0**n if d else 0.0)


def _at(key: Key, n: int) -> Ball:
    scaled = 2.0 ** max(-LARGE, min(LARGE, _exponent(key, n)))
    return Ball.rounded(float(n) ** key[2] * scaled, 16 * float(n) ** key[2] * scaled * ROUNDING)


def _series(key: Key) -> Exact:
    """The sum over n of one term that tends to 0."""
    d, b, k = key
    if d == 0 and k == 0 and b.denominator == 1:
        ratio = Fraction(2) ** int(b)
        return ratio / (1 - ratio)
    if k > 4 or not (b < -Fraction(1, 4) if d == 0 else d < -Fraction(1, 8)):
        raise Unknown("a sum of many terms")
    terms = [_at(key, n) for n in range(1, LARGE if d == 0 else 8)]
    return sum(terms[1:], terms[0])


def _binary(exponent: Exact) -> Fraction:
    """An exponent of e as one of 2, which must be rational."""
    if exponent == 0:
        return Fraction(0)
    found = Fraction(float(exponent) / math.log(2)).limit_denominator(1000)
    if isinstance(exponent, Fraction) or not _near(exponent - found * LOG2, Fraction(0)):
        raise Unknown("exp of a tail")
    return found


def _tail(value: Value) -> Tail:
    if isinstance(value, Tail):
        return value
    if isinstance(value, float):
        raise Unknown("oo at a tail")
    return Tail({CONSTANT: value})


def sign(value: Value) -> int | None:
    """-1, 0 or 1; None for a tail that has no one sign."""
    return value.sign() if isinstance(value, Tail) else _sign(value)


def add(a: Value, b: Value) -> Value:
    if isinstance(a, Tail) or isinstance(b, Tail):
        return _tail(a).plus(_tail(b))
    if isinstance(a, float) or isinstance(b, float):
        if isinstance(a, float) and isinstance(b, float) and a != b:
            raise Undefined("infinite")
        return a if isinstance(a, float) else b
    return a + b


def mul(a: Value, b: Value) -> Value:
    if isinstance(a, Tail) or isinstance(b, Tail):
        return _tail(a).times(_tail(b))
    if isinstance(a, float) or isinstance(b, float):
        signs = _sign(a) * _sign(b)
        if not signs:
            raise Undefined("infinite")
        return OO * signs
    if a == 0 or b == 0:  # exactly
        return Fraction(0)
    return a * b


def negative(a: Value) -> Value:
    return mul(Fraction(-1), a)


def reciprocal(a: Value) -> Value:
    if isinstance(a, Tail):
        if a.sign() in (0, None):
            raise Undefined("domain")
        return a.power(Fraction(-1))
    if isinstance(a, float):
        return Fraction(0)
    if a == 0:
        raise Undefined("domain")
    return a.reciprocal() if isinstance(a, Ball) else 1 / a


def div(a: Value, b: Value) -> Value:
    if isinstance(a, float) and isinstance(b, float):
        raise Undefined("infinite")
    return mul(a, reciprocal(b))


def power(base: Value, exponent: Value) -> Value:
    if isinstance(exponent, Tail | float):
        raise Unknown("an exponent that isn't a number")
    whole = isinstance(exponent, Fraction) and exponent.denominator == 1
    at, direction = sign(base), _sign(exponent)
    if at == 0 and direction == 0:
        raise Unknown("0^0")
    if at == 0 and (direction < 0 or not whole):
        if direction > 0:
            raise Unknown("a root of 0")
        raise Undefined("domain")
    if at != 1 and not whole:
        raise Undefined("domain")
    if isinstance(base, Tail):
        if isinstance(exponent, Ball):
            raise Unknown("a real power of a tail")
        return base.power(exponent)
    if isinstance(base, float):
        if direction == 0:
            raise Unknown("oo^0")
        large = OO if base > 0 or exponent % 2 == 0 else -OO  # type: ignore[operator]
        return large if direction > 0 else Fraction(0)
    if not whole:
        return exp(mul(exponent, log(base)))
    count = int(exponent)  # type: ignore[arg-type]
    if abs(count) > 64:
        raise Unknown("too large")
    if isinstance(base, Fraction):
        return base**count
    value: Value = Fraction(1)
    for _ in range(abs(count)):
        value = mul(value, base)
    return reciprocal(value) if count < 0 else value


def log(a: Value) -> Value:
    if sign(a) != 1:
        raise Undefined("domain")
    if isinstance(a, Tail):
        return a.log()
    return OO if isinstance(a, float) else balls.log(a)


def exp(a: Value) -> Value:
    if isinstance(a, Tail):
        return a.exp()
    if isinstance(a, float):
        return OO if a > 0 else Fraction(0)
    return Fraction(1) if a == 0 else ball(a).exp()


def total(a: Value) -> Value:
    """A value at a tail, summed over its points."""
    return _tail(a).total()


def is_infinite(a: Value) -> bool:
    return isinstance(a, float)


def bound(a: Exact) -> Fraction:
    """A number that is at least as far from 0."""
    b = ball(a)
    return Fraction(abs(b.middle) + b.radius)


def _near(a: Exact, b: Exact) -> bool:
    """Whether two numbers may be one. What a band leaves out is far less than `ALMOST`."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return bool(abs(a - b) <= ALMOST * max(Fraction(1), abs(a), abs(b)))
    apart = ball(a) - ball(b)
    return abs(apart.middle) <= apart.radius + float(ALMOST)


def same(a: Value, b: Value) -> bool:
    """Whether two values may be one: where logarithms come in, up to rounding."""
    if isinstance(a, Tail) or isinstance(b, Tail):
        return all(_near(c, Fraction(0)) for c in _tail(add(a, negative(b))).terms.values())
    if isinstance(a, float) or isinstance(b, float):
        return a == b
    return _near(a, b)


def holds(a: Value, relation: str, b: Value) -> bool:
    """Whether a relation may hold."""
    if relation == "=":
        return same(a, b)
    if relation == "!=":
        return not same(a, b)
    if relation in ("<=", "<"):
        a, b = b, a
        relation = {"<=": ">=", "<": ">"}[relation]
    if same(a, b):
        return relation == ">="
    if isinstance(a, Tail) or isinstance(b, Tail):
        return sign(add(a, negative(b))) == 1
    if isinstance(a, float) or isinstance(b, float):
        return float(a) > float(b)
    return _sign(a - b) > 0
