"""The meaning of terms: one interpreter over an arithmetic, for all worlds of a sample at once.

It knows no rule of the kernel. What is undefined is NaN: log 0, u / 0, inf - inf, 0 * inf. Under
binders a point where a weight is 0 doesn't count: a law of the binder, or a density about bound
variables that is a factor of a product, makes the product 0 there, whatever its other factors are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from weakref import proxy

import numpy as np
from sympy import Add, Basic, Expr, Mul, Number, Pow, Rational, S, Symbol

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
    Tuple,
    VariableEntropy,
)
from verifier.numeric.meaning.functions import Functions
from verifier.numeric.meaning.kept import Kept
from verifier.numeric.numbers.arithmetic import Arithmetic, is_near_a_float
from verifier.numeric.numbers.arrays import (
    Axes,
    BeyondFloatsError,
    Buffers,
    Data,
    Field,
    Fields,
    UnsupportedError,
    axes_of,
    first,
    free,
    ordered,
    rename,
)
from verifier.numeric.worlds.alphabets import Alphabets
from verifier.numeric.worlds.draws import Sample
from verifier.numeric.worlds.facts import NONE, Solutions
from verifier.numeric.worlds.forms import PRODUCTS, SUMS, ratio_of, weights
from verifier.numeric.worlds.tables import Tables

_MUCH = 2**21  # numbers kept by one interpreter


class Interpreter:
    """Gives terms their values in the worlds of a sample, as fields over their free variables.

    `indices` holds the values of symbolic indices, which all the worlds of a sample share;
    `solutions` what the model's facts determine. Values of densities, of their logarithms and of
    binders are kept until `forget`. Raises `UnsupportedError` for what has no meaning here.
    """

    def __init__(
        self,
        sample: Sample,
        arithmetic: Arithmetic,
        indices: Mapping[str, int] | None = None,
        solutions: Solutions = NONE,
        buffers: Buffers | None = None,
        spend: Callable[[int], None] = free,
    ) -> None:
        self.arithmetic, self.spend = arithmetic, spend
        self.fields = Fields(arithmetic, buffers or Buffers(), spend)
        self.indices = indices or {}
        self.solutions = solutions
        self.alphabets = Alphabets(sample, self.fields)
        own = proxy(self)  # no circle: arrays go when the interpreter does

        def evaluate(term: Expr) -> Field:
            value: Field = own.value(term)
            return value

        self.tables = Tables(self.alphabets, evaluate, solutions.tables)
        self.kept = Kept()
        self.functions = Functions(self.tables, solutions, evaluate, self.kept)

    def value(self, term: Expr) -> Field:
        """The values of a term. Shape: one axis per free variable it depends on, then worlds."""
        meaning = _MEANINGS.get(type(term))
        if meaning is not None:
            return meaning(self, term)
        if isinstance(term, Number):
            return _number(self, term)
        raise UnsupportedError(f"no meaning for {type(term).__name__}")

    def side(self, term: Expr) -> Field:
        """The value of a side of a statement, which is asked for many times."""
        return self.kept.once(("side", term), lambda: self.value(term))

    def tidy(self, much: int = _MUCH) -> None:
        """Forget what is kept when it has become much; to be called between statements."""
        if self.kept.size + self.tables.size > much:
            self.forget()

    def forget(self) -> None:
        """Drop all kept values but the joint tables of families.

        Their memory is used again: values returned before must not be looked at any more.
        """
        for data in {id(array): array for array in self.let_go()}.values():
            if not self.tables.holds(data):
                self.fields.buffers.give(data)

    def let_go(self) -> list[Data]:
        """The same, without a second use of the memory; returns the arrays."""
        return [*self.tables.forget(), *self.kept.clear()]

    # -- weights ---------------------------------------------------------------------

    def annulled(self, field: Field, term: Expr) -> Field:
        """The field of a product or a quotient, with 0 where what weighs in it is 0."""
        weighing = () if self.tables.positive else weights(term)
        if not weighing or self.arithmetic.is_finite(field.data).all():
            return field
        for density in weighing:
            field = self.fields.fill(field, self.fields.vanishes(self.value(density)))
        return field

    def measure(self, densities: Iterable[Expr]) -> Field:
        """A product of densities: 0 where one of them is, even if another is undefined there."""
        total: Field | None = None
        for density in densities:
            value = self.value(density)
            total = value if total is None else self._both(total, value)
        return _number(self, Rational(1)) if total is None else total

    def _both(self, left: Field, right: Field) -> Field:
        if self.tables.positive:
            return self.fields.multiply(left, right)
        zeros = [self.fields.vanishes(left), self.fields.vanishes(right)]
        mask = self.fields.compare(np.logical_or, *zeros)
        return self.fields.fill(self.fields.multiply(left, right), mask)

    # -- binders ----------------------------------------------------------------------------------

    def integrate(self, field: Field, bound: Tuple) -> Field:
        """The integral over bound variables, also those that the field doesn't depend on."""
        variables = axes_of(bound)
        return self.alphabets.integrate(self.alphabets.full(field, variables), variables)

    def mean(self, body: Field, laws: tuple[Density, ...], bound: Tuple) -> Field:
        """The sum of laws times body over the bound variables, points of weight 0 dropped."""
        variables = axes_of(bound)
        measure = self.kept.once((laws, bound), lambda: self._measure(laws, variables))
        return self.weighted_total(measure, body, variables)

    def _measure(self, laws: tuple[Density, ...], variables: Axes) -> Field:
        """The probability of each point: the laws times the widths."""
        return self.alphabets.weighed(self.measure(laws), variables)

    def weighted_total(self, weight: Field, body: Field, variables: Axes) -> Field:
        """The sum of weight * body over variables, points where the weight is 0 dropped."""
        weight = self.alphabets.full(weight.shared(), variables)
        integrand = self.fields.multiply(weight, body)
        if not self.tables.positive:
            integrand = self.fields.fill(integrand, self.fields.vanishes(weight))
        return self.fields.total(integrand, variables)

    def relative(self, term: Basic, body: Callable[[Field], Field]) -> Field:
        """int first * body(first), where first is a density or a product of them."""
        variables = axes_of(term.args[-1])
        density = self.value(term.args[0]).shared()
        measure = self.alphabets.weighed(self.alphabets.full(density, variables), variables)
        return self.weighted_total(measure, body(density), variables)

    # -- information of random variables ----------------------------------------------------------

    def mean_of_labels(self, term: VariableEntropy | Information, body: Field) -> Field:
        """The mean of `body`, over labels, under the family that a term names."""
        name, *labels = term.args
        family = self.tables.model.family.get(str(name))
        if family is None or family.right:
            raise UnsupportedError(f"{name} has no joint density")
        joint = Density(str(name), [variable for group in labels for variable in group])
        variables = ordered(joint.left)
        return self.weighted_total(self._measure((joint,), variables), body, variables)


# -- atoms and arithmetic --------------------------------------------------------------------------


def _number(interpreter: Interpreter, term: Number) -> Field:
    if not term.is_Rational:
        raise UnsupportedError(f"no meaning for the number {term}")
    if not (interpreter.arithmetic.exact or is_near_a_float(term)):
        raise BeyondFloatsError("a number beyond floats")
    return Field((), interpreter.arithmetic.number(term))


def _symbol(interpreter: Interpreter, term: Symbol) -> Field:
    if term.name in interpreter.indices:
        return _number(interpreter, Rational(interpreter.indices[term.name]))
    if term in interpreter.solutions.values:
        return interpreter.kept.once(("solved", term), lambda: _solved_parameter(interpreter, term))
    return interpreter.tables.parameter(term)


def _solved_parameter(interpreter: Interpreter, term: Symbol) -> Field:
    """What a fact makes a parameter; what was drawn where that is no number."""
    value = interpreter.value(interpreter.solutions.values[term])
    value = first(value, value.axes)
    given = interpreter.arithmetic.is_finite(value.data)
    if given.all():
        return value
    return Field((), np.where(given, value.data, interpreter.tables.parameter(term).data))


def _total(interpreter: Interpreter, term: Expr) -> Field:
    sign, total = _signed(interpreter, term.args[0])
    for summand in term.args[1:]:
        other, value = _signed(interpreter, summand)
        if sign == other:
            total = interpreter.fields.add(total, value)
        elif sign > 0:
            total = interpreter.fields.subtract(total, value)
        else:
            sign, total = 1, interpreter.fields.subtract(value, total)
    return total if sign > 0 else _negated(interpreter, total)


def _signed(interpreter: Interpreter, term: Expr) -> tuple[int, Field]:
    """A summand without its leading minus, and its sign."""
    if isinstance(term, PRODUCTS) and term.args[0].is_Rational and term.args[0].is_negative:
        return -1, _product(interpreter, term, sign=-1)
    return 1, interpreter.value(term)


def _negated(interpreter: Interpreter, field: Field) -> Field:
    return interpreter.fields.multiply(field, _number(interpreter, Rational(-1)))


def _product(interpreter: Interpreter, term: Expr, sign: int = 1) -> Field:
    coefficient, total = Rational(sign), None
    for factor in term.args:
        if factor.is_Rational:
            coefficient = coefficient * factor
        else:
            value = interpreter.value(factor)
            total = value if total is None else interpreter.fields.multiply(total, value)
    if total is None:
        return _number(interpreter, coefficient)
    if coefficient is not S.One:
        total = interpreter.fields.multiply(total, _number(interpreter, coefficient))
    return interpreter.annulled(total, term)


def _quotient(interpreter: Interpreter, term: Quotient) -> Field:
    above, below = (interpreter.value(part) for part in term.args)
    return interpreter.annulled(interpreter.fields.divide(above, below), term)


def _power(interpreter: Interpreter, term: Expr) -> Field:
    base, exponent = term.args
    if exponent is S.NegativeOne:
        return interpreter.fields.divide(_number(interpreter, Rational(1)), interpreter.value(base))
    whole = _is_integer(interpreter, exponent)
    operation = interpreter.arithmetic.power if whole else interpreter.arithmetic.real_power
    return interpreter.fields.apply(operation, interpreter.value(base), interpreter.value(exponent))


def _is_integer(interpreter: Interpreter, term: Expr) -> bool:
    """Whether a term is declared to be an integer, in every world."""
    if isinstance(term, Symbol):
        parameter = interpreter.tables.model.parameter.get(term.name)
        return term.name in interpreter.indices or (parameter is not None and parameter.integer)
    if isinstance(term, SUMS + PRODUCTS):
        return all(_is_integer(interpreter, part) for part in term.args)
    return bool(term.is_Integer)


def _log(interpreter: Interpreter, term: Log) -> Field:
    argument = term.args[0]
    if isinstance(argument, Density):
        return interpreter.kept.from_the_second(term, lambda: _logarithm(interpreter, argument))
    return _logarithm(interpreter, argument)


def _logarithm(interpreter: Interpreter, argument: Expr) -> Field:
    return interpreter.fields.map(interpreter.arithmetic.log, interpreter.value(argument))


def _exp(interpreter: Interpreter, term: Exp) -> Field:
    return interpreter.fields.map(interpreter.arithmetic.exp, interpreter.value(term.args[0]))


# -- densities and functions -----------------------------------------------------------------------


def _density(interpreter: Interpreter, term: Density) -> Field:
    return interpreter.kept.once(term, lambda: _at_variables(interpreter, term))


def _at_variables(interpreter: Interpreter, term: Density) -> Field:
    """A table over slots, which densities that differ in variables share, at variables."""
    left, right, names, axes = interpreter.tables.lookup(term)
    table = interpreter.tables.density(term.family, left, right)
    alike = axes is not None and len(axes) == len(table.axes)
    return Field(axes, table.data) if alike and axes else rename(table, names)


def _call(interpreter: Interpreter, term: Call) -> Field:
    return interpreter.kept.once(term, lambda: interpreter.functions.call(term))


def _abbreviation(interpreter: Interpreter, term: Abbreviation) -> Field:
    return interpreter.value(term.body)


# -- binders ---------------------------------------------------------------------------------------


def _integral(interpreter: Interpreter, term: Integral) -> Field:
    return interpreter.kept.once(
        term, lambda: interpreter.integrate(interpreter.value(term.args[0]), term.bound)
    )


def _expectation(interpreter: Interpreter, term: Expectation) -> Field:
    body, laws, bound = term.args
    return interpreter.kept.once(
        term, lambda: interpreter.mean(interpreter.value(body), tuple(laws), bound)
    )


def _kl(interpreter: Interpreter, term: KL) -> Field:
    """A function of its own: inf where the first has mass and the second hasn't."""

    def log_ratio(density: Field) -> Field:
        second = interpreter.value(term.args[1]).shared()
        ratio = interpreter.fields.divide(density, second)
        logarithm = interpreter.fields.map(interpreter.arithmetic.log, ratio)
        missing = interpreter.fields.vanishes(second)
        if not missing.data.any():
            return logarithm
        return interpreter.fields.fill(logarithm, missing, interpreter.arithmetic.infinity)

    return interpreter.kept.once(term, lambda: interpreter.relative(term, log_ratio))


def _entropy(interpreter: Interpreter, term: Entropy) -> Field:
    return _expected_log(interpreter, term, Log(term.args[0]))


def _cross_entropy(interpreter: Interpreter, term: CrossEntropy) -> Field:
    return _expected_log(interpreter, term, Log(term.args[1]))


def _expected_log(interpreter: Interpreter, term: Basic, logarithm: Log) -> Field:
    """Minus the mean of a logarithm under the first part of a binder."""

    def total() -> Field:
        mean = interpreter.relative(term, lambda _: interpreter.value(logarithm))
        return _negated(interpreter, mean)

    return interpreter.kept.once(term, total)


def _closed(interpreter: Interpreter, term: VariableEntropy | Information) -> Field:
    argument = Log(ratio_of(term))
    return interpreter.kept.once(
        term, lambda: interpreter.mean_of_labels(term, interpreter.value(argument))
    )


_MEANINGS: dict[type, Callable[[Any, Any], Field]] = {
    Symbol: _symbol,
    Total: _total,
    Add: _total,
    Product: _product,
    Mul: _product,
    Quotient: _quotient,
    Power: _power,
    Pow: _power,
    Log: _log,
    Exp: _exp,
    Density: _density,
    Call: _call,
    Abbreviation: _abbreviation,
    Integral: _integral,
    Expectation: _expectation,
    KL: _kl,
    Entropy: _entropy,
    CrossEntropy: _cross_entropy,
    VariableEntropy: _closed,
    Information: _closed,
}
