"""The size of the numbers that a value was added up from: what rounding errors are relative to.

`magnitude(term)` bounds, to first order and in units of the machine's epsilon, how far a float
value of the term may be off: the sum of the absolute values of its summands, carried through
products, logarithms, exponentials and binders.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import Add, Expr, Mul, Pow

from verifier.kernel.arithmetic import Power, Product, Quotient, Total
from verifier.kernel.terms import (
    KL,
    Abbreviation,
    Call,
    CrossEntropy,
    Density,
    Entropy,
    Exp,
    Expectation,
    Information,
    Integral,
    Log,
    Var,
    VariableEntropy,
)
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.numbers.arrays import Field
from verifier.numeric.worlds.draws import KNOTS, VALUE_UNIT
from verifier.numeric.worlds.forms import ratio_of

_WRITTEN_OUT = 8  # powers up to this are products
_STEEPEST = (KNOTS + 1) * 12 / VALUE_UNIT  # of the slopes that `worlds` draws


def magnitude(interpreter: Interpreter, term: Expr) -> Field:
    """The magnitude of a term, over the axes of its value."""
    measure = _MAGNITUDES.get(type(term))
    if measure is None:
        return _absolute(interpreter, term)
    return interpreter.kept.once(("magnitude", term), lambda: measure(interpreter, term))


def _absolute(interpreter: Interpreter, term: Expr) -> Field:
    return interpreter.fields.map(np.absolute, interpreter.value(term))


def _relative(interpreter: Interpreter, term: Expr) -> Field:
    """magnitude / |value|: at least 1, and 1 for what is rounded once."""
    if isinstance(term, Density):
        return Field((), np.ones(1))
    fields = interpreter.fields
    return fields.divide(magnitude(interpreter, term), _absolute(interpreter, term))


def _sum(interpreter: Interpreter, term: Expr) -> Field:
    total = magnitude(interpreter, term.args[0])
    for summand in term.args[1:]:
        total = interpreter.fields.add(total, magnitude(interpreter, summand))
    return total


def _product(interpreter: Interpreter, term: Expr) -> Field:
    total = magnitude(interpreter, term.args[0])
    for factor in term.args[1:]:
        total = interpreter.fields.multiply(total, magnitude(interpreter, factor))
    return interpreter.annulled(total, term)


def _quotient(interpreter: Interpreter, term: Quotient) -> Field:
    above, below = term.args
    fields = interpreter.fields
    total = fields.multiply(magnitude(interpreter, above), _relative(interpreter, below))
    return interpreter.annulled(fields.divide(total, _absolute(interpreter, below)), term)


def _power(interpreter: Interpreter, term: Expr) -> Field:
    base, exponent = term.args
    if exponent.is_Integer and 0 <= exponent <= _WRITTEN_OUT:  # the base may be 0
        fields, size = interpreter.fields, magnitude(interpreter, base).shared()
        total = Field((), np.array([max(1.0, float(exponent))]))
        for _ in range(int(exponent)):
            total = fields.multiply(total, size)
        return total
    steps = interpreter.fields.multiply(
        magnitude(interpreter, exponent), _relative(interpreter, base)
    )
    return _times_one_plus(interpreter, _absolute(interpreter, term), steps)


def _times_one_plus(interpreter: Interpreter, value: Field, steps: Field) -> Field:
    one = Field((), np.ones(1))
    return interpreter.fields.multiply(value, interpreter.fields.add(one, steps))


def _log(interpreter: Interpreter, term: Log) -> Field:
    value = _absolute(interpreter, term)
    return interpreter.fields.add(value, _relative(interpreter, term.args[0]))


def _exp(interpreter: Interpreter, term: Exp) -> Field:
    exponent = magnitude(interpreter, term.args[0])
    return _times_one_plus(interpreter, _absolute(interpreter, term), exponent)


def _call(interpreter: Interpreter, term: Call) -> Field:
    """Functions of numbers pass an error on, times their slope."""
    total = _absolute(interpreter, term)
    for argument in term.arguments:
        if not isinstance(argument, Var):
            slope = interpreter.fields.add(
                Field((), np.array([_STEEPEST])), _absolute(interpreter, argument)
            )
            error = interpreter.fields.multiply(slope, magnitude(interpreter, argument))
            total = interpreter.fields.add(total, error)
    return total


def _abbreviation(interpreter: Interpreter, term: Abbreviation) -> Field:
    return magnitude(interpreter, term.body)


def _integral(interpreter: Interpreter, term: Integral) -> Field:
    return interpreter.integrate(magnitude(interpreter, term.args[0]), term.bound)


def _expectation(interpreter: Interpreter, term: Expectation) -> Field:
    body, laws, bound = term.args
    return interpreter.mean(magnitude(interpreter, body), tuple(laws), bound)


def _divergence(interpreter: Interpreter, term: KL | CrossEntropy | Entropy) -> Field:
    """int first * magnitude(log ..), whatever the logarithm is of."""
    argument = term.args[0] if isinstance(term, Entropy) else term.args[1]
    logarithm = Log(Quotient(term.args[0], argument) if isinstance(term, KL) else argument)
    return interpreter.relative(term, lambda _: magnitude(interpreter, logarithm))


def _closed(interpreter: Interpreter, term: VariableEntropy | Information) -> Field:
    return interpreter.mean_of_labels(term, magnitude(interpreter, Log(ratio_of(term))))


def scale(interpreter: Interpreter, left: Expr, right: Expr) -> Field:
    """The scale on which two sides are compared: finite, positive, at least |left| and |right|."""
    fields = interpreter.fields
    sides = [fields.map(np.absolute, interpreter.side(side)) for side in (left, right)]
    sizes = [magnitude(interpreter, side) for side in (left, right)]
    total = fields.apply(np.add, sizes[0].shared(), sizes[1])
    largest = fields.apply(np.fmax, fields.apply(np.fmax, *sides), total)
    tiny = np.finfo(np.float64).tiny
    odd = Field(largest.axes, ~(np.isfinite(largest.data) & (largest.data > tiny)))
    return fields.fill(largest, odd, 1.0)


_MAGNITUDES: dict[type, Callable[[Interpreter, Any], Field]] = {
    Total: _sum,
    Add: _sum,
    Product: _product,
    Mul: _product,
    Quotient: _quotient,
    Power: _power,
    Pow: _power,
    Log: _log,
    Exp: _exp,
    Call: _call,
    Abbreviation: _abbreviation,
    Integral: _integral,
    Expectation: _expectation,
    KL: _divergence,
    Entropy: _divergence,
    CrossEntropy: _divergence,
    VariableEntropy: _closed,
    Information: _closed,
}
