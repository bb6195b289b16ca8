"""The meaning of terms: one interpreter over an arithmetic, for all worlds of a sample at once.

It knows no rule of the kernel. Conventions: 0 log 0 = 0, q log(q / 0) = inf; what is undefined is
NaN, and an undefined integrand counts as 0 where its weight is exactly 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Add, Basic, Expr, Mul, Number, Pow, Rational, S, Symbol, Tuple

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
    VariableEntropy,
)
from verifier.numeric.arithmetic import Arithmetic
from verifier.numeric.arrays import (
    Axes,
    Buffers,
    Field,
    Fields,
    UnsupportedError,
    axes_of,
    first,
    ordered,
    rename,
)
from verifier.numeric.facts import NONE, Solutions
from verifier.numeric.forms import Product, product, ratio_of, surely_positive
from verifier.numeric.functions import Functions
from verifier.numeric.tables import Tables
from verifier.numeric.worlds import Sample

_MUCH = 2**21  # numbers kept by one interpreter


class Interpreter:
    """Gives terms their values in the worlds of a sample, as fields over their free variables.

    `indices` holds the values of symbolic indices, which all the worlds of a sample share;
    `solutions` what the model's facts determine. Values of densities, of their logarithms and of
    binders are kept until `forget`. Raises `UnsupportedError` for what has no
    meaning here.
    """

    def __init__(
        self,
        sample: Sample,
        arithmetic: Arithmetic,
        indices: Mapping[str, int] | None = None,
        solutions: Solutions = NONE,
        buffers: Buffers | None = None,
    ) -> None:
        self.arithmetic = arithmetic
        self.fields = Fields(arithmetic, buffers or Buffers())
        self.indices = indices or {}
        self.solutions = solutions
        self.tables = Tables(sample, self.fields, self.value, solutions.tables)
        self.functions = Functions(self)
        self._kept: dict[Basic | tuple[Any, ...], Field] = {}
        self._wanted: set[Basic] = set()

    def value(self, term: Expr) -> Field:
        """The values of a term. Shape: one axis per free variable it depends on, then worlds."""
        meaning = _MEANINGS.get(type(term))
        if meaning is not None:
            return meaning(self, term)
        if isinstance(term, Number):
            return self._number(term)
        raise UnsupportedError(f"no meaning for {type(term).__name__}")

    def side(self, term: Expr) -> Field:
        """The value of a side of a statement, which is asked for many times."""
        return self.keep(("side", term), lambda: self.value(term))

    # -- what is kept -----------------------------------------------------------------------------

    def keep(self, key: Basic | tuple[Any, ...], make: Callable[[], Field]) -> Field:
        """A value made once; not fresh, for others share it."""
        if key not in self._kept:
            self._kept[key] = make().shared()
        return self._kept[key]

    def keep_again(self, key: Basic, make: Callable[[], Field]) -> Field:
        """A value kept from the second time on: one that is wanted once may be overwritten."""
        if key not in self._kept and key not in self._wanted:
            self._wanted.add(key)
            return make()
        return self.keep(key, make)

    def tidy(self, much: int = _MUCH) -> None:
        """Forget what is kept when it has become much; to be called between statements."""
        if sum(kept.data.size for kept in self._kept.values()) > much:
            self.forget()

    def forget(self) -> None:
        """Drop all kept values but the joint tables of families.

        Their memory is used again: values returned before must not be looked at any more.
        """
        arrays = [*self.tables.forget(), *(kept.data for kept in self._kept.values())]
        self._kept.clear()
        self._wanted.clear()
        for data in {id(array): array for array in arrays}.values():
            if not self.tables.holds(data):
                self.fields.buffers.give(data)

    def drop(self) -> None:
        """Let go of everything, for one that isn't asked again: it is part of a circle, which would
        keep its arrays until the garbage collector comes."""
        self._kept.clear()
        self._wanted.clear()
        self.tables.drop()

    # -- atoms and arithmetic ---------------------------------------------------------------------

    def _number(self, term: Number) -> Field:
        if not term.is_Rational:
            raise UnsupportedError(f"no meaning for the number {term}")
        return Field((), self.arithmetic.number(term))

    def _symbol(self, term: Symbol) -> Field:
        if term.name in self.indices:
            return self._number(Rational(self.indices[term.name]))
        if term in self.solutions.values:
            return self.keep(("solved", term), lambda: self._solved_parameter(term))
        return self.tables.parameter(term)

    def _solved_parameter(self, term: Symbol) -> Field:
        """What a fact makes a parameter; what was drawn where that is no number."""
        value = self.value(self.solutions.values[term])
        value = first(value, value.axes)
        given = self.arithmetic.is_finite(value.data)
        if given.all():
            return value
        return Field((), np.where(given, value.data, self.tables.parameter(term).data))

    def _add(self, term: Add) -> Field:
        sign, total = self._signed(term.args[0])
        for summand in term.args[1:]:
            other, value = self._signed(summand)
            if sign == other:
                total = self.fields.add(total, value)
            elif sign > 0:
                total = self.fields.subtract(total, value)
            else:
                sign, total = 1, self.fields.subtract(value, total)
        return total if sign > 0 else self._negated(total)

    def _signed(self, term: Expr) -> tuple[int, Field]:
        """A summand without its leading minus, and its sign."""
        if isinstance(term, Mul) and term.args[0].is_negative and term.args[0].is_Rational:
            return -1, self._product(product(term, self.tables.nonnegative), sign=-1)
        return 1, self.value(term)

    def _negated(self, field: Field) -> Field:
        return self.fields.multiply(field, self._number(Rational(-1)))

    def _mul(self, term: Mul) -> Field:
        return self._product(product(term, self.tables.nonnegative), sign=1)

    def _product(self, parts: Product, sign: int) -> Field:
        coefficient = sign * parts.coefficient
        weight = self._weight(parts.weights)
        quotient = self._over(weight, parts.over)
        others = self._times(parts.others)
        result = others if quotient is None else quotient
        if quotient is not None and others is not None:
            result = self.fields.multiply(quotient, others)
            if parts.weights and not (self.tables.positive and surely_positive(parts.weights)):
                result = self._annulled(result, weight, parts.over)
        if result is None:
            return self._number(coefficient)
        return result if coefficient is S.One else self._scaled(result, coefficient)

    def _scaled(self, field: Field, coefficient: Rational) -> Field:
        return self.fields.multiply(field, self._number(coefficient))

    def _times(self, factors: tuple[Expr, ...]) -> Field | None:
        total: Field | None = None
        for factor in factors:
            value = self.value(factor)
            total = value if total is None else self.fields.multiply(total, value)
        return total

    def _weight(self, factors: tuple[Expr, ...]) -> Field | None:
        """A product of weights: 0 where one of them is, even if another is undefined there."""
        total: Field | None = None
        for factor in factors:
            value = self.value(factor)
            total = value if total is None else self._both(total, value)
        return total

    def _both(self, left: Field, right: Field) -> Field:
        if self.tables.positive:
            return self.fields.multiply(left, right)
        zeros = [self.fields.vanishes(left), self.fields.vanishes(right)]
        mask = self.fields.compare(np.logical_or, *zeros)
        return self.fields.clear(self.fields.multiply(left, right), mask)

    def _over(self, top: Field | None, factors: tuple[Expr, ...]) -> Field | None:
        bottom = self._times(factors)
        if bottom is None:
            # Not in place: the weight is looked at again for its zeros.
            return None if top is None else top.shared()
        top = self._number(Rational(1)) if top is None else top.shared()
        return self.fields.divide(top, bottom)

    def _annulled(self, result: Field, weight: Field | None, over: tuple[Expr, ...]) -> Field:
        """The product with 0 where its weight is 0 and what it is divided by is not."""
        if weight is None:
            return result
        mask = self.fields.vanishes(weight)
        bottom = self._times(over)
        if bottom is not None:
            mask = self.fields.compare(np.greater, mask, self.fields.vanishes(bottom))
        return self.fields.clear(result, mask)

    def _pow(self, term: Pow) -> Field:
        base, exponent = term.args
        if exponent is S.NegativeOne:
            return self.fields.divide(self._number(Rational(1)), self.value(base))
        return self.fields.apply(self.arithmetic.power, self.value(base), self.value(exponent))

    def _log(self, term: Log) -> Field:
        argument = term.args[0]
        if isinstance(argument, Density):
            return self.keep_again(term, lambda: self._logarithm(argument))
        return self._logarithm(argument)

    def _logarithm(self, argument: Expr) -> Field:
        return self.fields.map(self.arithmetic.log, self.value(argument))

    def _exp(self, term: Exp) -> Field:
        return self.fields.map(self.arithmetic.exp, self.value(term.args[0]))

    # -- densities and functions ------------------------------------------------------------------

    def _density(self, term: Density) -> Field:
        return self.keep(term, lambda: self._at_variables(term))

    def _at_variables(self, term: Density) -> Field:
        """A table over slots, which densities that differ in variables share, at variables."""
        left, right, names, axes = self.tables.place(term)
        table = self.tables.density(term.family, left, right)
        return rename(table, names) if axes is None else Field(axes, table.data)

    def _call(self, term: Call) -> Field:
        return self.keep(term, lambda: self.functions.call(term))

    def _abbreviation(self, term: Abbreviation) -> Field:
        return self.value(term.body)

    # -- binders ----------------------------------------------------------------------------------

    def _integral(self, term: Integral) -> Field:
        return self.keep(term, lambda: self.integrate(self.value(term.args[0]), term.bound))

    def integrate(self, field: Field, bound: Tuple) -> Field:
        """The integral over bound variables, also those that the field doesn't depend on."""
        variables = axes_of(bound)
        return self.tables.integrate(self.tables.full(field, variables), variables)

    def _expectation(self, term: Expectation) -> Field:
        body, laws, bound = term.args
        return self.keep(term, lambda: self.mean(self.value(body), tuple(laws), bound))

    def mean(self, body: Field, laws: tuple[Density, ...], bound: Tuple) -> Field:
        """The sum of laws times body over the bound variables, points of weight 0 dropped."""
        variables = axes_of(bound)
        measure = self.keep((laws, bound), lambda: self._measure(laws, variables))
        return self.weighted_total(measure, body, variables)

    def _measure(self, laws: tuple[Density, ...], variables: Axes) -> Field:
        """The probability of each point: the laws times the widths."""
        return self.tables.weighed(self._weight(laws) or self._number(Rational(1)), variables)

    def weighted_total(self, weight: Field, body: Field, variables: Axes) -> Field:
        """The sum of weight * body over variables, points where the weight is 0 dropped."""
        weight = self.tables.full(weight.shared(), variables)
        integrand = self.fields.multiply(weight, body)
        if not self.tables.positive:
            integrand = self.fields.clear(integrand, self.fields.vanishes(weight))
        return self.fields.total(integrand, variables)

    def relative(self, term: Basic, body: Callable[[Field], Field]) -> Field:
        """int first * body(first), where first is a density or a product of them."""
        variables = axes_of(term.args[-1])
        density = self.value(term.args[0]).shared()
        measure = self.tables.weighed(self.tables.full(density, variables), variables)
        return self.weighted_total(measure, body(density), variables)

    def _kl(self, term: KL) -> Field:
        def log_ratio(density: Field) -> Field:
            ratio = self.fields.divide(density, self.value(term.args[1]))
            return self.fields.map(self.arithmetic.log, ratio)

        return self.keep(term, lambda: self.relative(term, log_ratio))

    def _entropy(self, term: Entropy) -> Field:
        return self._expected_log(term, Log(term.args[0]))

    def _cross_entropy(self, term: CrossEntropy) -> Field:
        return self._expected_log(term, Log(term.args[1]))

    def _expected_log(self, term: Basic, logarithm: Log) -> Field:
        """Minus the mean of a logarithm under the first part of a binder."""

        def total() -> Field:
            return self._negated(self.relative(term, lambda _: self.value(logarithm)))

        return self.keep(term, total)

    # -- information of random variables ----------------------------------------------------------

    def _closed(self, term: VariableEntropy | Information) -> Field:
        argument = Log(ratio_of(term))
        return self.keep(term, lambda: self.mean_of_labels(term, self.value(argument)))

    def mean_of_labels(self, term: VariableEntropy | Information, body: Field) -> Field:
        """The mean of `body`, over labels, under the family that a term names."""
        name, *labels = term.args
        family = self.tables.model.family.get(str(name))
        if family is None or family.right:
            raise UnsupportedError(f"{name} has no joint density")
        joint = Density(str(name), [variable for group in labels for variable in group])
        variables = ordered(joint.left)
        return self.weighted_total(self._measure((joint,), variables), body, variables)


_MEANINGS: dict[type, Callable[[Any, Any], Field]] = {
    Symbol: Interpreter._symbol,
    Add: Interpreter._add,
    Mul: Interpreter._mul,
    Pow: Interpreter._pow,
    Log: Interpreter._log,
    Exp: Interpreter._exp,
    Density: Interpreter._density,
    Call: Interpreter._call,
    Abbreviation: Interpreter._abbreviation,
    Integral: Interpreter._integral,
    Expectation: Interpreter._expectation,
    KL: Interpreter._kl,
    Entropy: Interpreter._entropy,
    CrossEntropy: Interpreter._cross_entropy,
    VariableEntropy: Interpreter._closed,
    Information: Interpreter._closed,
}
