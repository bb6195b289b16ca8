"""The two arithmetics that terms are evaluated in: float64 and exact.

Both are tables of NumPy ufuncs, so that the interpreter shares everything else. In both, what is
undefined is NaN: u / 0, log 0, inf - inf, inf / inf, 0 * inf, 0 to a power that isn't above 0, but
for the integer 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import Rational

Data = NDArray[Any]
_MOST_BITS = 1000  # of a float, left of the point or right of it


@dataclass(frozen=True)
class Arithmetic:
    """What an arithmetic can do with arrays of its numbers.

    `is_negligible` tests a sum that should be 0 but for the way in which it is computed; `meets`
    what an assumption asks to be 0. `ratio` makes numbers of integer numerators and one
    denominator. `power` is for integer exponents.
    """

    exact: bool
    zero: ArrayLike
    infinity: ArrayLike
    add: np.ufunc
    subtract: np.ufunc
    multiply: np.ufunc
    divide: np.ufunc
    power: np.ufunc
    real_power: np.ufunc
    maximum: np.ufunc
    log: np.ufunc
    exp: np.ufunc
    absolute: np.ufunc
    is_zero: Callable[[Data], Data]
    meets: Callable[[Data], Data]
    is_positive: Callable[[Data], Data]
    is_negligible: Callable[[Data], Data]
    is_defined: Callable[[Data], Data]
    is_finite: Callable[[Data], Data]
    ratio: Callable[[Data, int], Data]

    def number(self, value: Rational) -> Data:
        """A constant, as an array of one world."""
        return self.ratio(np.array([int(value.p)], dtype=object), int(value.q))


def is_near_a_float(number: Rational) -> bool:
    """Whether a rational number is one of the floats that have all their digits, but for
    rounding."""
    size = abs(int(number.p)).bit_length() - int(number.q).bit_length()
    return abs(size) < _MOST_BITS or not number


def _float_ratio(top: Data, bottom: int) -> Data:
    if top.dtype == object:  # whose quotients are floats, if they themselves are not
        return np.asarray(top / bottom, dtype=np.float64)
    return top / bottom


_LARGEST_EXPONENT = 700.0  # of e: beyond it there are no floats, or few


class _Partial:
    """An operation on floats that is NaN where it is undefined, with the `out` of a ufunc."""

    def __init__(self, operation: np.ufunc, undefined: Callable[..., Data]) -> None:
        self._operation = operation
        self._undefined = undefined

    def __call__(self, *operands: Data, out: Data | None = None) -> Data:
        undefined = self._undefined(*operands)
        made: Data = self._operation(*operands, out=out)
        if np.count_nonzero(undefined):
            np.copyto(made, np.nan, where=undefined)
        return made


def _no_power(base: Data, exponent: Data) -> Data:
    """Where an integer power is undefined, or beyond floats; the infinite may be rounded."""
    empty = (exponent == 0) & ~np.isfinite(base)
    return np.asarray(empty | ((base == 0) & (exponent < 0)) | _is_beyond(base, exponent))


def _is_beyond(base: Data, exponent: Data) -> Data:
    """Where a power of a number other than 0 has no float."""
    with np.errstate(all="ignore"):
        size = np.log(np.abs(base)) * exponent
    return np.asarray((np.abs(size) > _LARGEST_EXPONENT) & np.isfinite(size))


def _no_real_power(base: Data, exponent: Data) -> Data:
    domain = (base > 0) | ((base == 0) & (exponent > 0))
    empty = np.isnan(exponent) | (np.isinf(base) & (exponent == 0))
    return np.asarray(~domain | empty | _is_beyond(base, exponent))


def _float_log(data: Data, out: Data | None = None) -> Data:
    """The logarithm; NaN at 0 and at infinity, which may be an overflow."""
    made: Data = np.log(data, out=out)
    infinite = np.isinf(made)
    if np.count_nonzero(infinite):
        np.copyto(made, np.nan, where=infinite)
    return made


def _float_exp(data: Data, out: Data | None = None) -> Data:
    """The exponential; NaN where it is beyond the largest and the smallest of floats."""
    beyond = np.abs(data) > _LARGEST_EXPONENT
    if np.count_nonzero(beyond):
        beyond &= np.isfinite(data)
    made: Data = np.exp(data, out=out)
    if np.count_nonzero(beyond):
        np.copyto(made, np.nan, where=beyond)
    return made


def _partial(operation: np.ufunc, undefined: Callable[..., Data]) -> np.ufunc:
    return cast(np.ufunc, _Partial(operation, undefined))


FLOAT = Arithmetic(
    exact=False,
    zero=0.0,
    infinity=np.inf,
    add=np.add,
    subtract=np.subtract,
    multiply=np.multiply,
    divide=_partial(np.divide, lambda _, below: below == 0),
    power=_partial(np.power, _no_power),
    real_power=_partial(np.power, _no_real_power),
    maximum=np.maximum,
    log=cast(np.ufunc, _float_log),
    exp=cast(np.ufunc, _float_exp),
    absolute=np.absolute,
    is_zero=lambda data: data == 0,
    meets=lambda data: data == 0,
    is_positive=lambda data: data > 0,
    is_negligible=lambda data: np.abs(data) <= 1e-12,
    is_defined=lambda data: ~np.isnan(data),
    is_finite=np.isfinite,
    ratio=_float_ratio,
)


@lru_cache(maxsize=1)
def exact() -> Arithmetic:
    """Exact arithmetic where it is possible, balls elsewhere; python-flint is imported here."""
    from verifier.numeric.numbers import exact as numbers

    return _of(numbers)


@lru_cache(maxsize=1)
def unknowns() -> Arithmetic:
    """The same, of numbers that may depend on unknowns in a box."""
    from verifier.numeric.numbers import duals

    return _of(duals)


def _of(numbers: Any) -> Arithmetic:
    """The arithmetic that a module has for numbers, as ufuncs."""

    def test(predicate: Callable[[Any], bool]) -> Callable[[Data], Data]:
        ufunc = np.frompyfunc(predicate, 1, 1)
        return lambda data: np.asarray(ufunc(data), dtype=bool)

    ratio = np.frompyfunc(numbers.ratio, 2, 1)
    return Arithmetic(
        exact=True,
        zero=numbers.ratio(0, 1),
        infinity=numbers.INFINITY,
        meets=test(numbers.meets),
        add=np.frompyfunc(numbers.add, 2, 1),
        subtract=np.frompyfunc(numbers.subtract, 2, 1),
        multiply=np.frompyfunc(numbers.multiply, 2, 1),
        divide=np.frompyfunc(numbers.divide, 2, 1),
        power=np.frompyfunc(numbers.power, 2, 1),
        real_power=np.frompyfunc(numbers.real_power, 2, 1),
        maximum=np.frompyfunc(numbers.maximum, 2, 1),
        log=np.frompyfunc(numbers.log, 1, 1),
        exp=np.frompyfunc(numbers.exp, 1, 1),
        absolute=np.frompyfunc(numbers.absolute, 1, 1),
        is_zero=test(numbers.is_zero),
        is_positive=test(numbers.is_positive),
        is_negligible=test(numbers.is_negligible),
        is_defined=test(numbers.is_defined),
        is_finite=test(numbers.is_finite),
        ratio=lambda top, bottom: np.asarray(ratio(top, bottom), dtype=object),
    )
