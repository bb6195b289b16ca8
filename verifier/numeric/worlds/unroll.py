"""Terms and models at a horizon: indices become integers, slices elements, sums and products plain.

A term over z_{0:t} says something at each t. At t = 2 its slices are z_0, z_1, z_2 and its indexed
sums have three summands: that is what worlds give a value to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import Any

from sympy import Basic, Expr, Integer, S, Symbol

from verifier.kernel.arithmetic import Product, Quotient, Total, negative
from verifier.kernel.binding import is_fixed, rebuild
from verifier.kernel.terms import (
    KL,
    Call,
    CrossEntropy,
    Density,
    Entropy,
    Expectation,
    Index,
    Indexed,
    IndexedProduct,
    IndexedSum,
    Information,
    Integral,
    Log,
    Statement,
    Tuple,
    Var,
    VariableEntropy,
    parts_in_row,
    slots,
)
from verifier.numeric.numbers.arrays import UnsupportedError
from verifier.numeric.worlds.forms import PRODUCTS, SUMS

Values = Mapping[Symbol, int]
Ranging = tuple[tuple[Index, int], ...]  # the indices of the sums and products around a term

_NO_NUMBERS = (S.ComplexInfinity, S.NaN, S.Infinity, S.NegativeInfinity)
MOST_TERMS = 2**12  # of the sums and products of one statement that are written out
MOST_ELEMENTS = 2**8  # of one slice


@lru_cache(maxsize=16384)
def is_plain(term: Basic) -> bool:
    """Whether a term is the same at every horizon: no slice and no index stands in it."""
    if isinstance(term, Var):
        return is_fixed(term)
    return not isinstance(term, (Index, Indexed)) and all(is_plain(part) for part in term.args)


def number(term: Basic, values: Mapping[Basic, int]) -> Fraction:
    """The value of rational arithmetic over symbols and indices. Raises `UnsupportedError`."""
    if term.is_Rational:
        return Fraction(int(term.p), int(term.q))
    if term in values:
        return Fraction(values[term])
    if isinstance(term, SUMS):
        return sum((number(part, values) for part in term.args), start=Fraction(0))
    if isinstance(term, PRODUCTS):
        return prod((number(part, values) for part in term.args), start=Fraction(1))
    if isinstance(term, Quotient) and (below := number(term.args[1], values)):
        return number(term.args[0], values) / below
    raise UnsupportedError(f"no integer for {term}")


def integer(term: Basic, values: Mapping[Basic, int]) -> int:
    """The value of an end of a range."""
    value = number(term, values)
    if value.denominator != 1:
        raise UnsupportedError(f"{term} is no integer")
    return value.numerator


def positions(low: Basic, high: Basic, values: Mapping[Basic, int]) -> range:
    """The integers from one end to the other: none where they lie one apart the wrong way."""
    first, last = integer(low, values), integer(high, values)
    if last < first - 1:
        raise UnsupportedError(f"{first}:{last} ends before it begins")
    return range(first, last + 1)


def function_name(name: str, counts: Iterable[int]) -> str:
    """The name of a function where its slices have these lengths: for each a function of its own.

    At single elements it is the function itself, also where the element is a slice of length 1.
    """
    lengths = [*counts]
    alone = all(length == 1 for length in lengths)
    return name if alone else f"{name}[{','.join(map(str, lengths))}]"


# -- terms ----------------------------------------------------------------------------------------


class Unroller:
    """Unrolls terms at one horizon: the values of the symbols that are used as indices."""

    def __init__(self, values: Values) -> None:
        self.values: dict[Basic, int] = dict(values)
        self._left = MOST_TERMS
        self._made: dict[tuple[Basic, Ranging], Basic] = {}

    def term(self, term: Basic, ranging: Ranging = ()) -> Basic:
        """A term without slices and indices. Raises `UnsupportedError` where it means nothing."""
        key = (term, ranging)
        if key not in self._made:
            unroll = _MEANINGS.get(type(term), Unroller._rebuilt)
            self._made[key] = unroll(self, term, ranging)
        return self._made[key]

    def statement(self, statement: Statement) -> Statement:
        """What a statement says at this horizon."""
        self._left = MOST_TERMS
        left, right = self.term(statement.left), self.term(statement.right)
        return Statement(left, statement.relation, right)

    def variables(self, variables: Iterable[Var], ranging: Ranging = ()) -> tuple[Var, ...]:
        """Variables, slices element by element."""
        return tuple(part for variable in variables for part in self._parts(variable, ranging))

    def _parts(self, variable: Var, ranging: Ranging) -> tuple[Var, ...]:
        if not variable.ends:
            return (variable,)
        here = self._range(variable, MOST_ELEMENTS, ranging)
        return tuple(variable.between(k, k) for k in here)

    def factors(self, term: Expr, ranging: Ranging = ()) -> tuple[Density, ...]:
        """The densities of nonempty heads that a product of densities consists of, in its order."""
        if isinstance(term, IndexedProduct):
            parts = ((term.body, within) for within in self._steps(term, ranging))
            return tuple(each for part in parts for each in self.factors(*part))
        if isinstance(term, PRODUCTS):
            return tuple(each for part in term.args for each in self.factors(part, ranging))
        made = self.term(term, ranging)
        if made is not S.One and not isinstance(made, Density):
            raise UnsupportedError(f"{made} is no density")
        return () if made is S.One else (made,)

    def _steps(self, term: Indexed, ranging: Ranging) -> Iterator[Ranging]:
        """The index at each of its values, with the indices around it."""
        index = term.index
        here = self._range(index, self._left, ranging)
        self._left -= len(here)
        for k in here:
            yield (*ranging, (index, k))

    def _range(self, of: Var | Index, most: int, ranging: Ranging) -> range:
        """The places from one end to the other, counted before anything is made at them."""
        here = positions(of.low, of.high, self._around(ranging))
        if here[most:]:
            raise UnsupportedError(f"{here.start}:{here.stop - 1} is too long to be written out")
        return here

    def rangings(self, indices: Iterable[Index]) -> Iterator[Ranging]:
        """The values that opened indices take together, outer ones first."""
        found: list[Ranging] = [()]
        for index in sorted(indices, key=lambda i: -i.tag):
            most = MOST_TERMS // max(1, len(found))
            found = [
                (*ranging, (index, k))
                for ranging in found
                for k in self._range(index, most, ranging)
            ]
        yield from found

    def _around(self, ranging: Ranging) -> dict[Basic, int]:
        return {**self.values, **dict(ranging)} if ranging else self.values

    # -- atoms and arithmetic ---------------------------------------------------------------------

    def _rebuilt(self, term: Basic, ranging: Ranging) -> Basic:
        made = rebuild(term, lambda part: self.term(part, ranging)) if term.args else term
        if made in _NO_NUMBERS:
            raise UnsupportedError(f"{term} is no number here")
        return made

    def _symbol(self, term: Symbol, ranging: Ranging) -> Expr:  # noqa: ARG002
        return Integer(self.values[term]) if term in self.values else term

    def _index(self, term: Index, ranging: Ranging) -> Expr:
        return Integer(integer(term, dict(ranging)))

    def _indexed(self, term: Indexed, ranging: Ranging) -> Expr:
        parts = (self.term(term.body, within) for within in self._steps(term, ranging))
        whole: Expr = Total(*parts) if isinstance(term, IndexedSum) else Product(*parts)
        return whole

    # -- densities and functions ------------------------------------------------------------------

    def _density(self, term: Density, ranging: Ranging) -> Expr:
        left, right = self.variables(term.left, ranging), self.variables(term.right, ranging)
        if len({*left, *right}) < len(left) + len(right):
            raise UnsupportedError(f"{term}: a variable twice in one density")
        return Density(term.family, left, right) if left else S.One

    def _call(self, term: Call, ranging: Ranging) -> Expr:
        groups = [
            (self.term(part, ranging),)
            if isinstance(part, Expr)
            else self.variables(parts_in_row(part), ranging)
            for part in term.arguments
        ]
        of_variables = zip(groups, term.arguments, strict=True)
        counts = [len(group) for group, part in of_variables if not isinstance(part, Expr)]
        return Call(function_name(term.name, counts), *(part for group in groups for part in group))

    # -- binders ----------------------------------------------------------------------------------

    def _bound(self, bound: Tuple, ranging: Ranging) -> Tuple:
        """The elements that are bound, each once."""
        return slots(set(self.variables(bound, ranging)))

    def _expectation(self, term: Expectation, ranging: Ranging) -> Expr:
        body, laws, bound = term.args
        elements = self._bound(bound, ranging)
        inside = self.term(body, ranging)
        if not elements:
            return inside
        factors = (factor for law in laws for factor in self.factors(law, ranging))
        return Expectation(inside, Tuple(*factors), elements)

    def _integral(self, term: Integral, ranging: Ranging) -> Expr:
        elements = self._bound(term.bound, ranging)
        body = self.term(term.args[0], ranging)
        return Integral(body, elements) if elements else body

    def _divergence(self, term: KL | Entropy | CrossEntropy, ranging: Ranging) -> Expr:
        elements = self._bound(term.bound, ranging)
        parts = [self.term(part, ranging) for part in term.parts]
        if elements:
            return term.func(*parts, elements)
        return S.Zero if parts[-1] == 1 else negative(Log(parts[-1]))

    # -- information of random variables ----------------------------------------------------------

    def _closed(self, term: VariableEntropy | Information, ranging: Ranging) -> Expr:
        name, *labels = term.args
        groups = [self.variables(group, ranging) for group in labels]
        about = groups[:1] if isinstance(term, VariableEntropy) else groups[:2]
        return term.func(name, *groups) if all(about) else S.Zero


_MEANINGS: dict[type, Callable[[Unroller, Any, Ranging], Any]] = {
    Symbol: Unroller._symbol,
    Index: Unroller._index,
    IndexedSum: Unroller._indexed,
    IndexedProduct: Unroller._indexed,
    Density: Unroller._density,
    Call: Unroller._call,
    Expectation: Unroller._expectation,
    Integral: Unroller._integral,
    KL: Unroller._divergence,
    Entropy: Unroller._divergence,
    CrossEntropy: Unroller._divergence,
    VariableEntropy: Unroller._closed,
    Information: Unroller._closed,
}


def unrolled(term: Expr, values: Values) -> Expr:
    """A term at a horizon. Raises `UnsupportedError` where it means nothing there."""
    return Unroller(values).term(term)
