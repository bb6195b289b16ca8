"""Convex and concave functions, and averages that they may be taken of: for `jensen`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from itertools import product as tuples

from sympy import Expr, Integer

from verifier.kernel import terms
from verifier.kernel.algebra import Normaliser
from verifier.kernel.arithmetic import (
    Power,
    Quotient,
    Total,
    factors,
    power,
    product,
    quotient,
    total,
)
from verifier.kernel.binding import bind_index, free_variables, unbind, unbind_index
from verifier.kernel.places import Place
from verifier.kernel.polynomials import ONE
from verifier.kernel.rules.bound import Law, mean
from verifier.kernel.signs import nonnegative, positive
from verifier.kernel.terms import Index, IndexedSum, Var


@dataclass(frozen=True)
class Shape:
    """phi applied to an argument: +1 concave, -1 convex, with the interval it needs."""

    concave: int
    argument: Expr
    apply: Callable[[Expr], Expr]
    name: Expr
    above: Expr | None = None  # phi is concave or convex for arguments above this
    below: Expr | None = None
    closed: bool = False  # at its ends too


@dataclass(frozen=True)
class Average:
    """E over `bound` under `densities` of `body`, or a finite average (`weights`)."""

    bound: tuple[Var, ...]
    densities: tuple[Expr, ...]
    body: Expr
    weights: tuple[tuple[Expr, Expr], ...] = ()
    index: Index | None = None  # over which the one weight and value run
    integrand: Expr | None = None  # of which this is an average where its densities are not 0

    def of(self, change: Callable[[Expr], Expr]) -> Expr:
        """The average of a function of what is averaged."""
        if self.weights:
            whole = total(*(product(weight, change(value)) for weight, value in self.weights))
            return whole if self.index is None else bind_index(IndexedSum, self.index, whole)
        return mean(self.bound, self.densities, change(self.body))


ZERO = Integer(0)
MAX_SPLITS = 64  # ways to tell weights from values


def shape_of(nf: Normaliser, term: Expr) -> Shape | None:
    """A concave or convex function at an argument, if the term is one."""
    match term:
        case terms.Log():
            return Shape(1, term.args[0], terms.Log, term, above=ZERO)
        case terms.Exp():
            return Shape(-1, term.args[0], terms.Exp, term)
        case Quotient(args=(above, below)) if above == 1:
            return Shape(-1, below, lambda u: quotient(Integer(1), u), term, above=ZERO)
        case Power():
            return _power_shape(nf, term)
        case terms.Call() if len(term.arguments) == 1 and not isinstance(term.arguments[0], Var):
            function = nf.model.function[term.name]
            concave = {"concave": 1, "convex": -1}.get(function.shape, 0)
            if concave:
                return Shape(
                    concave, term.arguments[0], lambda u: terms.Call(function.name, u), term,
                    function.above, function.below, function.closed,
                )  # fmt: skip
    return None


def _power_shape(nf: Normaliser, term: Expr) -> Shape | None:
    """u^a for u > 0 (u >= 0 where a > 0): concave for 0 <= a <= 1, convex elsewhere, a free of
    variables; an even power is convex everywhere."""
    base, exponent = term.args
    if free_variables(exponent):
        return None
    known = nf.normal(exponent)
    if nonnegative(nf, known) and nonnegative(nf, ONE - known):
        concave = 1
    elif nonnegative(nf, -known) or nonnegative(nf, known - ONE):
        concave = -1
    else:
        return None
    everywhere = bool(exponent.is_Integer and exponent > 0 and exponent.is_even)
    return Shape(
        concave, base, lambda u: power(u, exponent), term,
        above=None if everywhere else ZERO, closed=positive(nf, known),
    )  # fmt: skip


def averages(nf: Normaliser, term: Expr, place: Place, laws: tuple[Law, ...]) -> Iterator[Average]:
    """The ways in which a term is an average."""
    parts, below = _parts(term)
    sums = [part for part in parts if isinstance(part, Total)]
    if len(sums) == 1 and not isinstance(term, Total):  # (a u + b v) / c
        rest = [part for part in parts if part is not sums[0]]
        spread = (quotient(product(*rest, part), below) for part in sums[0].args)
        yield from _finite(nf, total(*spread))
    for i, factor in enumerate(parts):
        if isinstance(factor, terms.Expectation | terms.Integral):
            outside = quotient(product(*(f for j, f in enumerate(parts) if j != i)), below)
            bound, (body, *rest) = unbind(factor)
            if isinstance(factor, terms.Expectation):
                yield Average(bound, tuple(rest[0]), product(outside, body))
            else:
                yield from _weighted(bound, product(outside, body), place, laws)
        elif isinstance(factor, IndexedSum):
            outside = quotient(product(*(f for j, f in enumerate(parts) if j != i)), below)
            yield from _indexed(nf, outside, factor)
    if isinstance(term, Total):
        yield from _finite(nf, term)


def _weighted(
    bound: tuple[Var, ...], body: Expr, place: Place, laws: tuple[Law, ...]
) -> Iterator[Average]:
    """An integral as an average under a density of its body, or of the other side."""
    by_slot = {v.tagged(0): v for v in bound}
    for law in laws:
        if {v.tagged(0) for v in law.bound} == by_slot.keys():
            scope = Place(place.part, 1, place.put, {**place.bound, **by_slot})
            densities = Law((), law.densities).at(scope).densities
            averaged = quotient(body, product(*densities))
            yield Average(bound, densities, averaged, integrand=body)


def _indexed(nf: Normaliser, outside: Expr, series: IndexedSum) -> Iterator[Average]:
    """A sum over an index of w u, with weights w >= 0 free of variables that sum to 1."""
    index, body = unbind_index(series)
    whole = product(outside, body)
    for weight, value in islice(_weight_and_value(whole), MAX_SPLITS):
        mass = nf.normal(bind_index(IndexedSum, index, weight))
        if mass == ONE and nonnegative(nf, nf.normal(weight)):
            yield Average((), (), product(outside, series), ((weight, value),), index)


def _finite(nf: Normaliser, term: Expr) -> Iterator[Average]:
    """a u + b v with a, b >= 0 free of variables and a + b = 1, whichever factors a and b are."""
    splits = [list(_weight_and_value(summand)) for summand in term.args]
    for weights in islice(tuples(*splits), MAX_SPLITS):
        whole = nf.normal(total(*(weight for weight, _ in weights)))
        if whole == ONE and all(nonnegative(nf, nf.normal(weight)) for weight, _ in weights):
            yield Average((), (), term, weights)


def _weight_and_value(summand: Expr) -> Iterator[tuple[Expr, Expr]]:
    """A product as weight times value, the weight of constants, as many as can be first."""
    above, below = _parts(summand)
    inverses = [quotient(Integer(1), part) for part in factors(below) if part != 1]
    parts = [part for part in (*above, *inverses) if part != 1]
    constants = [part for part in parts if not free_variables(part) and not _random(part)]
    above = tuple(part for part in above if part not in constants)
    under = (part for part in factors(below) if quotient(Integer(1), part) not in constants)
    rest = quotient(product(*above), product(*under))
    for size in range(len(constants), -1, -1):
        for chosen in combinations(constants, size):
            others = product(*(f for f in constants if f not in chosen))
            yield product(*chosen), product(others, rest)


def _parts(term: Expr) -> tuple[tuple[Expr, ...], Expr]:
    """The factors of a product above, and what it is divided by."""
    above: list[Expr] = []
    below: list[Expr] = []
    for factor in factors(term):
        if isinstance(factor, Quotient):
            above += factors(factor.args[0])
            below.append(factor.args[1])
        else:
            above.append(factor)
    return tuple(above), product(*below)


def _random(term: Expr) -> bool:
    return bool(term.has(terms.Binder, terms.Density, terms.Call))
