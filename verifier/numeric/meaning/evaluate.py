"""The meaning of terms: one interpreter over an arithmetic, for all worlds of a sample at once.

It knows no rule of the kernel. What is undefined is NaN: log 0, u / 0, inf - inf, 0 * inf. Under
binders a point where a weight is 0 doesn't count: a law of the binder, or a density about bound
variables that is a factor of a product, makes the product 0 there, whatever its other factors are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from sympy import Add, Basic, Expr, Mul, Number, Pow, Rational, S, Symbol, Tuple

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
    VariableEntropy,
)
from verifier.numeric.meaning.functions import Functions
from verifier.numeric.numbers.arithmetic import Arithmetic
from verifier.numeric.numbers.arrays import (
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
from verifier.numeric.worlds.draws import Sample
from verifier.numeric.worlds.facts import NONE, Solutions
from verifier.numeric.worlds.forms import PRODUCTS, SUMS, ratio_of, weights
from verifier.numeric.worlds.tables import Tables

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

    def _total(self, term: Expr) -> Field:
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
        if isinstance(term, PRODUCTS) and term.args[0].is_Rational and term.args[0].is_negative:
            return -1, self._product(term, sign=-1)
        return 1, self.value(term)

    def _negated(self, field: Field) -> Field:
        return self.fields.multiply(field, self._number(Rational(-1)))

    def _product(self, term: Expr, sign: int = 1) -> Field:
        coefficient, total = Rational(sign), None
        for factor in term.args:
            if factor.is_Rational:
                coefficient = coefficient * factor
            else:
                value = self.value(factor)
                total = value if total is None else self.fields.multiply(total, value)
        if total is None:
            return self._number(coefficient)
        if coefficient is not S.One:
            total = self.fields.multiply(total, self._number(coefficient))
        return self.annulled(total, term)

    def _quotient(self, term: Quotient) -> Field:
        above, below = (self.value(part) for part in term.args)
        return self.annulled(self.fields.divide(above, below), term)

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
        return self._number(Rational(1)) if total is None else total

    def _both(self, left: Field, right: Field) -> Field:
        if self.tables.positive:
            return self.fields.multiply(left, right)
        zeros = [self.fields.vanishes(left), self.fields.vanishes(right)]
        mask = self.fields.compare(np.logical_or, *zeros)
        return self.fields.fill(self.fields.multiply(left, right), mask)

    def _power(self, term: Expr) -> Field:
        base, exponent = term.args
        if exponent is S.NegativeOne:
            return self.fields.divide(self._number(Rational(1)), self.value(base))
        whole = self._is_integer(exponent)
        operation = self.arithmetic.power if whole else self.arithmetic.real_power
        return self.fields.apply(operation, self.value(base), self.value(exponent))

    def _is_integer(self, term: Expr) -> bool:
        """Whether a term is declared to be an integer, in every world."""
        if isinstance(term, Symbol):
            parameter = self.tables.model.parameter.get(term.name)
            return term.name in self.indices or (parameter is not None and parameter.integer)
        if isinstance(term, SUMS + PRODUCTS):
            return all(map(self._is_integer, term.args))
        return bool(term.is_Integer)

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
        return self.tables.weighed(self.measure(laws), variables)

    def weighted_total(self, weight: Field, body: Field, variables: Axes) -> Field:
        """The sum of weight * body over variables, points where the weight is 0 dropped."""
        weight = self.tables.full(weight.shared(), variables)
        integrand = self.fields.multiply(weight, body)
        if not self.tables.positive:
            integrand = self.fields.fill(integrand, self.fields.vanishes(weight))
        return self.fields.total(integrand, variables)

    def relative(self, term: Basic, body: Callable[[Field], Field]) -> Field:
        """int first * body(first), where first is a density or a product of them."""
        variables = axes_of(term.args[-1])
        density = self.value(term.args[0]).shared()
        measure = self.tables.weighed(self.tables.full(density, variables), variables)
        return self.weighted_total(measure, body(density), variables)

    def _kl(self, term: KL) -> Field:
        """A function of its own: inf where the first has mass and the second hasn't."""

        def log_ratio(density: Field) -> Field:
            second = self.value(term.args[1]).shared()
            ratio = self.fields.divide(density, second)
            logarithm = self.fields.map(self.arithmetic.log, ratio)
            missing = self.fields.vanishes(second)
            if not missing.data.any():
                return logarithm
            return self.fields.fill(logarithm, missing, self.arithmetic.infinity)

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
    Total: Interpreter._total,
    Add: Interpreter._total,
    Product: Interpreter._product,
    Mul: Interpreter._product,
    Quotient: Interpreter._quotient,
    Power: Interpreter._power,
    Pow: Interpreter._power,
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
