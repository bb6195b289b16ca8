"""Where a relation holds between two sides: in floats within rounding errors, in exact arithmetic
certainly, or `UndecidedError` is raised."""

from __future__ import annotations

import numpy as np
from sympy import Expr, Integer

from verifier.kernel.model import Comparison
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.meaning.magnitude import scale
from verifier.numeric.numbers.arithmetic import Arithmetic, Data
from verifier.numeric.numbers.arrays import Field

# Sides that agree to 1e-9 of the terms that they are added up from count as equal. Rounding leaves
# about (number of operations) * 2^-53, that is 1e-13 at most; a false equality on tables of small
# random integers is off by far more in almost every world.
TOLERANCE = 1e-9

# What is taken for granted is held to the accuracy of rounding: a conclusion may magnify what its
# premise leaves open, as from KL(q || p) = 0 to q = p, where an error of e comes out as sqrt(e).
_GRANTED = 1e-12


def difference(interpreter: Interpreter, left: Expr, right: Expr) -> Field:
    """left - right, 0 where both are the same infinity."""
    a, b = interpreter.side(left), interpreter.side(right)
    fields = interpreter.fields
    gap = fields.subtract(a, b)
    if interpreter.arithmetic.exact:
        return gap
    same = fields.compare(np.equal, a, b)
    return fields.fill(gap, same)


def scaled_gap(interpreter: Interpreter, left: Expr, right: Expr) -> Field:
    """(left - right) / scale, in floats; -1 or 1 where just one side is infinite."""
    gap = difference(interpreter, left, right)
    ratio = interpreter.fields.divide(gap, scale(interpreter, left, right))
    return Field(ratio.axes, np.clip(ratio.data, -1, 1), True)


def holds(interpreter: Interpreter, left: Expr, relation: Comparison, right: Expr) -> Field:
    """Where a relation holds: for floats within rounding errors, in exact arithmetic certainly."""
    if not interpreter.arithmetic.exact:
        gap = scaled_gap(interpreter, left, right)
        return Field(gap.axes, _FLOAT_TESTS[relation](gap.data))
    gap = difference(interpreter, left, right)
    return Field(gap.axes, is_related_to_zero(interpreter.arithmetic, gap.data, relation))


def is_related_to_zero(arithmetic: Arithmetic, data: Data, relation: Comparison) -> Data:
    """Where exact numbers stand in a relation to 0: no more is asked of them than that needs."""

    def beyond(side: int) -> Data:
        turned = arithmetic.multiply(data, arithmetic.number(Integer(side)))
        return arithmetic.is_positive(turned)

    if relation == "=":
        return arithmetic.meets(data)
    if relation == "!=":
        return beyond(1) | beyond(-1)
    strict = beyond(1 if ">" in relation else -1)
    return strict | arithmetic.meets(data) if "=" in relation else strict


_FLOAT_TESTS = {
    "=": lambda gap: np.abs(gap) <= _GRANTED,
    ">=": lambda gap: gap >= -_GRANTED,
    "<=": lambda gap: gap <= _GRANTED,
    ">": lambda gap: gap > _GRANTED,
    "<": lambda gap: gap < -_GRANTED,
    "!=": lambda gap: np.abs(gap) > _GRANTED,
}
