"""Numbers that depend on unknowns: a ball for their values over a box, and one for each slope.

`value` holds what a number comes to anywhere in the box of the unknowns, `slopes` what its
derivative by each of them does. What doesn't depend on them stays as `numbers.exact` has
it. What a box is too wide to decide raises `UncertainError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from flint import arb, fmpq

from verifier.numeric.numbers import exact
from verifier.numeric.numbers.exact import UncertainError

INFINITY = exact.INFINITY

_LARGE = 2**40  # what is above isn't worth being exact about: it is one of many like it


class Dual:
    """A number that depends on the unknowns in `slopes`. Always finite."""

    __slots__ = ("slopes", "value")

    def __init__(self, value: arb, slopes: Mapping[int, arb]) -> None:
        if not value.is_finite() or not all(slope.is_finite() for slope in slopes.values()):
            raise UncertainError
        self.value = value
        self.slopes = slopes


Number: TypeAlias = Dual | exact.Number


def _value(number: Number) -> arb:
    return number.value if isinstance(number, Dual) else exact.ball(number)


def _slopes(number: Number) -> Mapping[int, arb]:
    return number.slopes if isinstance(number, Dual) else {}


def _combined(value: arb, *parts: tuple[Number, arb]) -> Dual:
    """A number whose slopes are a sum of those of others, each times a factor."""
    slopes: dict[int, arb] = {}
    for number, factor in parts:
        for unknown, slope in _slopes(number).items():
            term = slope * factor
            slopes[unknown] = slopes[unknown] + term if unknown in slopes else term
    return Dual(value, slopes)


def _binary(
    plain: Callable[[Number, Number], Number], dual: Callable[[Number, Number], Number]
) -> Callable[[Number, Number], Number]:
    def operation(left: Number, right: Number) -> Number:
        if isinstance(left, Dual) or isinstance(right, Dual):
            if not (exact.is_defined(_value(left)) and exact.is_defined(_value(right))):
                return exact.NAN
            return dual(left, right)
        return plain(left, right)

    return operation


def _unary(
    plain: Callable[[Number], Number], dual: Callable[[Dual], Number]
) -> Callable[[Number], Number]:
    return lambda number: dual(number) if isinstance(number, Dual) else plain(number)


def _is_infinite(number: Number) -> bool:
    return not isinstance(number, Dual) and not exact.is_finite(number)


def _add(left: Number, right: Number) -> Number:
    if _is_infinite(left) or _is_infinite(right):
        return _value(left) + _value(right)
    return _combined(_value(left) + _value(right), (left, arb(1)), (right, arb(1)))


def _multiply(left: Number, right: Number) -> Number:
    if any(not isinstance(side, Dual) and exact.is_zero(side) for side in (left, right)):
        return fmpq(0)
    if _is_infinite(left) or _is_infinite(right):
        return exact.multiply(_signed(left), _signed(right))
    a, b = _value(left), _value(right)
    return _combined(a * b, (left, b), (right, a))


def _signed(number: Number) -> arb:
    """The value of what has a sign."""
    is_positive(number)
    return _value(number)


def _divide(left: Number, right: Number) -> Number:
    if not isinstance(right, Dual) and (exact.is_zero(right) or not exact.is_finite(right)):
        return exact.divide(_signed(left), right)
    return _multiply(left, _power_to(right, -1))


def _power_to(number: Number, exponent: int) -> Number:
    """An integer power of what isn't 0, or a positive one of anything."""
    if not isinstance(number, Dual):
        return exact.power(number, fmpq(exponent))
    if exponent < 0:
        is_positive(number)
    base = number.value
    return _combined(base**exponent, (number, exponent * base ** (exponent - 1)))


def _power(base: Number, exponent: fmpq) -> Number:
    return fmpq(1) if exponent == 0 else _power_to(base, int(exponent.p))


def _real_power(base: Number, exponent: Number) -> Number:
    if isinstance(exponent, fmpq) and exponent.q == 1 and exponent != 0:
        return _power_to(base, int(exponent.p))
    if not is_positive(base):
        return exact.NAN
    return exp(multiply(exponent, log(base)))


def _log(number: Dual) -> Number:
    if not is_positive(number):
        return exact.NAN
    return _combined(number.value.log(), (number, 1 / number.value))


def _exp(number: Dual) -> Number:
    value = number.value.exp()
    return _combined(value, (number, value))


def _absolute(number: Dual) -> Number:
    return number if is_positive(number) else multiply(fmpq(-1), number)


def _subtract(left: Number, right: Number) -> Number:
    return add(left, multiply(fmpq(-1), right))


def _maximum(left: Number, right: Number) -> Number:
    return left if is_positive(subtract(left, right)) else right


def _is_positive(number: Dual) -> bool:
    if number.value.contains(0):
        raise UncertainError
    return bool(number.value > 0)


def _is_zero(number: Dual) -> bool:
    _is_positive(number)  # or there is no telling
    return False


def ratio(top: Dual | int, bottom: int) -> Number:
    """What a draw has, over its denominator."""
    if isinstance(top, Dual):
        return _combined(top.value / bottom, (top, arb(1) / bottom))
    number = exact.ratio(top, bottom)
    return number if abs(int(top)) < _LARGE else exact.ball(number)


def is_negligible(number: Number) -> bool:
    """Whether a number may be 0: asked of what is known to be, as the totals of densities."""
    return exact.is_defined(_value(number)) and bool(_value(number).contains(0))


add = _binary(exact.add, _add)
subtract = _binary(exact.subtract, _subtract)
multiply = _binary(exact.multiply, _multiply)
divide = _binary(exact.divide, _divide)
power = _binary(exact.power, _power)
real_power = _binary(exact.real_power, _real_power)
maximum = _binary(exact.maximum, _maximum)
log = _unary(exact.log, _log)
exp = _unary(exact.exp, _exp)
absolute = _unary(exact.absolute, _absolute)
is_positive = _unary(exact.is_positive, _is_positive)
is_zero = _unary(exact.is_zero, _is_zero)
meets = _unary(exact.is_zero, lambda number: bool(number.value.contains(0)))
is_defined = _unary(exact.is_defined, lambda _: True)
is_finite = _unary(exact.is_finite, lambda _: True)
