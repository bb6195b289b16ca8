"""The two arithmetics that terms are evaluated in: float64 and exact.

Both are tables of NumPy ufuncs, so that the interpreter shares everything else. In both, what is
undefined is NaN, 0 / 0 and inf - inf are undefined, log 0 = -inf, and 1 / 0 = inf.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

Data = NDArray[Any]


@dataclass(frozen=True)
class Arithmetic:
    """What an arithmetic can do with arrays of its numbers.

    `is_negligible` tests a sum that should be 0 but for the way in which it is computed; `meets`
    what an assumption asks to be 0. `ratio` makes numbers of integer numerators and one
    denominator.
    """

    exact: bool
    zero: Any
    add: np.ufunc
    subtract: np.ufunc
    multiply: np.ufunc
    divide: np.ufunc
    power: np.ufunc
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


def _float_ratio(top: Data, bottom: int) -> Data:
    return np.asarray(top, dtype=np.float64) / bottom


def _float_power(base: Any, exponent: Any) -> Any:
    """base ** exponent, with 0 ** 0 undefined as u ** a = exp(a log u) has it."""
    return np.where((base == 0) & (exponent == 0), np.nan, np.power(base, exponent))


class _Power:
    """`_float_power` with the `out` of a ufunc."""

    def __call__(self, base: Data, exponent: Data, out: Data | None = None) -> Data:
        made: Data = _float_power(base, exponent)
        if out is None:
            return made
        out[...] = made
        return out


FLOAT = Arithmetic(
    exact=False,
    zero=0.0,
    add=np.add,
    subtract=np.subtract,
    multiply=np.multiply,
    divide=np.divide,
    power=_Power(),  # type: ignore[arg-type]
    maximum=np.maximum,
    log=np.log,
    exp=np.exp,
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
    from verifier.numeric import exact as numbers

    return _of(numbers)


@lru_cache(maxsize=1)
def unknowns() -> Arithmetic:
    """The same, of numbers that may depend on unknowns in a box."""
    from verifier.numeric import duals

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
        meets=test(numbers.meets),
        add=np.frompyfunc(numbers.add, 2, 1),
        subtract=np.frompyfunc(numbers.subtract, 2, 1),
        multiply=np.frompyfunc(numbers.multiply, 2, 1),
        divide=np.frompyfunc(numbers.divide, 2, 1),
        power=np.frompyfunc(numbers.power, 2, 1),
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
