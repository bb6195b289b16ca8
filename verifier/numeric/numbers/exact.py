"""Real numbers that are exact where possible: rationals, rational sums of logs, and balls.

A sum `c0 + c1 log p1 + c2 log p2 + ...` over distinct primes is 0 only when all its coefficients
are (unique factorisation, and Hermite and Lindemann for `c0`), so with rational tables most
equalities of logarithms are decided exactly. What leaves that set becomes an `arb` ball of the
precision in force. NaN stands for what is undefined; what a ball is too wide to decide raises
`UncertainError`, so that every answer given here is certain.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from flint import arb, ctx, fmpq, fmpz

INFINITY = arb.pos_inf()
NAN = arb.nan()
_FACTORED_BITS = 80  # factoring stays below a millisecond; larger logarithms become balls
_SHOWN_BITS = 40  # of a fraction that is shown as one
_MOST_PRIMES = 512  # of a sum; more become a ball
_EXPANDED_BITS = 4096  # an exact exp(c log p) larger than this becomes a ball


class UncertainError(Exception):
    """The balls are too wide to tell; a higher precision may."""


class Logs:
    """`constant` plus the sum of `coefficient * log(prime)`; never without a logarithm, never 0."""

    __slots__ = ("constant", "terms")

    def __init__(self, constant: fmpq, terms: dict[int, fmpq]) -> None:
        self.constant = constant
        self.terms = terms

    def ball(self) -> arb:
        """An enclosure at the precision in force."""
        total = arb(self.constant)
        for prime, coefficient in self.terms.items():
            total += coefficient * arb(prime).log()
        return total


Number: TypeAlias = fmpq | Logs | arb


def _logs(constant: fmpq, terms: dict[int, fmpq]) -> Number:
    kept = {prime: c for prime, c in terms.items() if c != 0}
    return Logs(constant, kept) if kept else constant


def ratio(top: int, bottom: int) -> fmpq:
    """A rational number of two integers."""
    return fmpq(int(top), int(bottom))


def ball(number: Number) -> arb:
    """An enclosure of any number."""
    if isinstance(number, arb):
        return number
    return number.ball() if isinstance(number, Logs) else arb(number)


def add(left: Number, right: Number) -> Number:
    """left + right."""
    if isinstance(left, arb) or isinstance(right, arb):
        return ball(left) + ball(right)
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return left + right
    constant, terms = _parts(left)
    other_constant, other = _parts(right)
    if len(terms) + len(other) > _MOST_PRIMES:
        return ball(left) + ball(right)
    merged = dict(terms)
    for prime, coefficient in other.items():
        merged[prime] = merged.get(prime, fmpq(0)) + coefficient
    return _logs(constant + other_constant, merged)


def _parts(number: Number) -> tuple[fmpq, dict[int, fmpq]]:
    return (number.constant, number.terms) if isinstance(number, Logs) else (number, {})


def negate(number: Number) -> Number:
    """-number."""
    return multiply(fmpq(-1), number)


def subtract(left: Number, right: Number) -> Number:
    """left - right."""
    return add(left, negate(right))


def multiply(left: Number, right: Number) -> Number:
    """left * right; 0 * inf is undefined."""
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return left * right
    if isinstance(right, fmpq):
        left, right = right, left
    if isinstance(left, fmpq) and isinstance(right, Logs):
        terms = {prime: left * coefficient for prime, coefficient in right.terms.items()}
        return _logs(left * right.constant, terms)
    return _decided(ball(left) * ball(right), ball(left), ball(right))


def _decided(result: arb, *operands: arb) -> arb:
    """A result that is NaN for what its operands are, not for how wide they are."""
    if result.is_nan() and any(_is_wide(operand) for operand in operands):
        raise UncertainError
    return result


def _is_wide(number: arb) -> bool:
    """Whether a ball has 0 in it and more."""
    return not number.is_nan() and not number.is_exact() and bool(number.contains(0))


def divide(left: Number, right: Number) -> Number:
    """left / right; undefined where right is 0."""
    if is_zero(right):
        return NAN
    if isinstance(right, fmpq):
        return multiply(1 / right, left)
    if is_zero(left) and is_finite(right):
        return fmpq(0)
    return ball(left) / ball(right)


def log(number: Number) -> Number:
    """The natural logarithm; undefined at 0 and below."""
    if is_zero(number):
        return NAN
    if isinstance(number, fmpq):
        return _log_ratio(number) if number > 0 else NAN
    return ball(number).log()


def _log_ratio(number: fmpq) -> Number:
    if _bits(number) > _FACTORED_BITS:
        return arb(number).log()
    terms = dict(_factors(int(number.p)))
    for prime, power in _factors(int(number.q)):
        terms[prime] = -power
    return _logs(fmpq(0), terms)


@lru_cache(maxsize=65536)
def _factors(number: int) -> tuple[tuple[int, fmpq], ...]:
    return tuple((int(prime), fmpq(power)) for prime, power in fmpz(number).factor())


def exp(number: Number) -> Number:
    """The exponential; exact for integer multiples of logarithms of rationals."""
    if is_zero(number):
        return fmpq(1)
    if isinstance(number, Logs) and number.constant == 0:
        exponents = {prime: c for prime, c in number.terms.items() if c.q == 1}
        bits = sum(abs(int(c.p)) * prime.bit_length() for prime, c in exponents.items())
        if len(exponents) == len(number.terms) and bits <= _EXPANDED_BITS:
            return _product(exponents)
    if isinstance(number, arb) and number == -INFINITY:
        return fmpq(0)
    return ball(number).exp()


def _product(exponents: dict[int, fmpq]) -> fmpq:
    product = fmpq(1)
    for prime, exponent in exponents.items():
        product *= fmpq(prime) ** int(exponent.p)
    return product


def power(base: Number, exponent: fmpq) -> Number:
    """base ** exponent for an integer: 0 ** 0 is 1, undefined of 0 with exponents below 0."""
    if exponent == 0:
        return fmpq(1) if is_finite(base) else NAN
    if is_zero(base):
        return fmpq(0) if exponent > 0 else NAN
    if isinstance(base, fmpq) and _bits(base) * abs(exponent.p) <= _EXPANDED_BITS:
        return base ** int(exponent.p)
    if is_positive(base):
        return exp(multiply(exponent, log(base)))
    return ball(base) ** fmpz(exponent.p)


def real_power(base: Number, exponent: Number) -> Number:
    """base ** exponent, of a base that is positive; of 0 where the exponent is."""
    if is_zero(base):
        return fmpq(0) if is_positive(exponent) else NAN
    if not is_positive(base):
        return NAN
    if isinstance(exponent, fmpq) and exponent.q == 1:
        return power(base, exponent)
    return exp(multiply(exponent, log(base)))


def _bits(number: fmpq) -> int:
    return int(max(number.p.bit_length(), number.q.bit_length()))


def absolute(number: Number) -> Number:
    """The absolute value."""
    if isinstance(number, arb):
        return abs(number)
    return number if is_positive(number) else negate(number)


def maximum(left: Number, right: Number) -> Number:
    """The larger of two numbers."""
    if isinstance(left, arb) or isinstance(right, arb):
        return ball(left).max(ball(right))
    return left if not is_positive(subtract(right, left)) else right


def is_zero(number: Number) -> bool:
    """Whether the number is 0. Raises `UncertainError`."""
    if isinstance(number, arb) and _is_wide(number):
        raise UncertainError
    return not isinstance(number, Logs) and bool(number == 0)


meets = is_zero


def is_positive(number: Number) -> bool:
    """Whether the number is above 0. Raises `UncertainError`."""
    if isinstance(number, fmpq):
        return bool(number > 0)
    enclosure = ball(number)
    if _is_wide(enclosure):
        raise UncertainError
    return bool(enclosure > 0)


def is_defined(number: Number) -> bool:
    """Whether the number is one of the extended reals."""
    return not isinstance(number, arb) or not number.is_nan()


def is_finite(number: Number) -> bool:
    """Whether the number is finite."""
    return not isinstance(number, arb) or bool(number.is_finite())


def is_negligible(number: Number) -> bool:
    """Whether the number is 0 as far as 200 bits tell. Raises `UncertainError`."""
    if not isinstance(number, arb):
        return is_zero(number)
    if number.contains(0) and number.rad() > arb(2) ** -200:
        raise UncertainError
    return bool(number.contains(0))


def text(number: Number) -> str:
    """A rational as a short fraction, any other number as decimals that are right."""
    if not is_defined(number):
        return "undefined"
    if isinstance(number, fmpq) and _bits(number) <= _SHOWN_BITS:
        return str(number)
    with ctx.workprec(max(256, ctx.prec)):
        enclosure = ball(number)
    if enclosure == INFINITY or enclosure == -INFINITY:
        return "inf" if enclosure > 0 else "-inf"
    return str(enclosure.str(20, radius=False))


def exact_text(number: Number) -> str:
    """A number of a table: a fraction, the logarithm of one, or decimals."""
    if isinstance(number, fmpq):
        return str(number)
    if isinstance(number, Logs):
        argument = exp(number)
        if isinstance(argument, fmpq) and _bits(argument) <= _SHOWN_BITS:
            return f"log({argument})"
    return text(number)
