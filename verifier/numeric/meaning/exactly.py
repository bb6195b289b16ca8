"""A statement's gap in exact arithmetic, in a few worlds: for numbers that floats have no room for.

`10^309` is no float, `(1/3)^2000` is 0 as one, and `exp(1000)` is infinite: what floats make of a
statement that has such numbers in it says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.numbers.arithmetic import exact
from verifier.numeric.worlds.draws import Sample

_WORLDS, _POINTS = 4, 2**8  # that are looked at: worlds, and worlds times cells
_PRECISIONS = (128, 1024, 8192)  # in bits; what is open at the last of them is not told
_NARROW = 2.0**-60  # a ball about 0 that is as narrow is 0 as far as floats tell

Answer = TypeVar("Answer")


def exactly(
    interpreter: Interpreter, cells: int, question: Callable[[Interpreter], Answer]
) -> Answer | None:
    """What exact arithmetic says of the first few worlds; None where balls can't tell, or for
    worlds so large, each of so many cells, that not one can be looked at."""
    from flint import ctx

    from verifier.numeric.numbers.exact import UncertainError

    few = min(_WORLDS, _POINTS // cells)
    part = interpreter.tables.sample.take(slice(few))
    for bits in _PRECISIONS if few else ():
        with ctx.workprec(bits):
            try:
                return question(in_exact(interpreter, part))
            except UncertainError:
                continue
    return None


def in_exact(interpreter: Interpreter, sample: Sample) -> Interpreter:
    """The meaning of terms in worlds in exact arithmetic, which is counted as `interpreter` is."""
    solutions, spend = interpreter.solutions, interpreter.spend
    return Interpreter(sample, exact(), interpreter.indices, solutions, spend=spend)


def relative(left: Any, right: Any) -> float:
    """(left - right) / max(|left|, |right|) of exact numbers: NaN where one of them isn't finite.

    Raises `UncertainError` where balls are too wide to tell it from 0.
    """
    from verifier.numeric.numbers.exact import UncertainError, ball, is_finite, subtract

    if not (is_finite(left) and is_finite(right)):
        return np.nan
    gap = ball(subtract(left, right))
    if gap == 0:
        return 0.0
    ratio = gap / abs(ball(left)).max(abs(ball(right)))
    if not ratio.contains(0):
        return float(ratio.mid())
    if not ratio.rad() < _NARROW:  # a NaN's isn't either
        raise UncertainError
    return 0.0
