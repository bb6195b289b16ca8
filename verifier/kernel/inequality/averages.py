"""Convex and concave functions, and averages that they may be taken of: for `jensen`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sympy import Expr, Integer

from verifier.kernel import terms
from verifier.kernel.arithmetic import Power, Quotient, factors, power, product, quotient, total
from verifier.kernel.binding import bind_index, free_variables, unbind, unbind_index
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.scopes import Law
from verifier.kernel.polynomials import ONE
from verifier.kernel.position import Position
from verifier.kernel.positivity.signs import nonnegative, positive
from verifier.kernel.sequences.ranges import Order
from verifier.kernel.terms import Statement


@dataclass(frozen=True)
class Shape:
    """phi applied to an argument: +1 concave, -1 convex, with the interval it needs."""

    concave: int
    argument: Expr
    apply: Callable[[Expr], Expr]
    name: Expr
    low: Expr | None = None  # the interval on which phi is concave or convex, its ends apart
    high: Expr | None = None
    closed: bool = False  # at its ends too


@dataclass(frozen=True)
class Split:
    """How a term may be an average, a candidate: by the factor of it that is an integral, an
    expectation or an indexed sum, under a law, or with weights and what they weigh, one or several.
    """

    factor: int | None = None
    law: Law | None = None
    weights: tuple[tuple[Expr, Expr], ...] = ()


@dataclass(frozen=True)
class Average:
    """E under a law of `body`, or a finite average (`weights`)."""

    law: Law
    body: Expr
    weights: tuple[tuple[Expr, Expr], ...] = ()
    index: terms.Index | None = None  # over which the one weight and value run
    integrand: Expr | None = None  # of which this is an average where its densities are not 0

    def of(self, order: Order, change: Callable[[Expr], Expr]) -> Expr:
        """The average of a function of what is averaged."""
        if self.weights:
            whole = total(*(product(weight, change(value)) for weight, value in self.weights))
            return whole if self.index is None else bind_index(terms.IndexedSum, self.index, whole)
        return self.law.mean(order, change(self.body))


ZERO = Integer(0)


def shape_of(nf: Normaliser, term: Expr) -> Shape | None:
    """A concave or convex function at an argument, if the term is one."""
    match term:
        case terms.Log():
            return Shape(1, term.args[0], terms.Log, term, low=ZERO)
        case terms.Exp():
            return Shape(-1, term.args[0], terms.Exp, term)
        case Quotient(args=(above, below)) if above == 1:
            return Shape(-1, below, lambda u: quotient(Integer(1), u), term, low=ZERO)
        case Power():
            return _power_shape(nf, term)
        case terms.Call(arguments=(argument,)) if isinstance(argument, Expr):
            function = nf.model.function[term.name]
            concave = {"concave": 1, "convex": -1}.get(function.shape, 0)
            if concave:
                return Shape(
                    concave, argument, lambda u: terms.Call(function.name, u), term,
                    function.low, function.high, function.closed,
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
        low=None if everywhere else ZERO, closed=positive(nf, known),
    )  # fmt: skip


def average(nf: Normaliser, term: Expr, position: Position, split: Split) -> Average | None:
    """A term as the average that a candidate says it is, if it is that one."""
    if split.factor is None:
        return _finite(nf, term, term, split.weights)
    above, below = parts(term)
    if not 0 <= split.factor < len(above):
        return None
    others = (f for i, f in enumerate(above) if i != split.factor)
    outside, factor = quotient(product(*others), below), above[split.factor]
    if isinstance(factor, terms.IndexedSum):
        index, body = unbind_index(factor)
        return _finite(nf, product(outside, factor), product(outside, body), split.weights, index)
    if not isinstance(factor, terms.Expectation | terms.Integral):
        return None
    bound, (body, *rest) = unbind(factor)
    if isinstance(factor, terms.Expectation):
        return _lawful(nf, Average(Law(bound, tuple(rest[0])), product(outside, body)))
    if split.law is None:
        return None
    by_slot = {v.tagged(0): v for v in bound}
    if {v.tagged(0) for v in split.law.bound} != by_slot.keys():
        return None
    moved = Law((), split.law.densities).at(nf.model.order, {**position.bound, **by_slot})
    law = Law(bound, moved.densities)
    body = product(outside, body)
    return _lawful(nf, Average(law, quotient(body, law.density), integrand=body))


def _lawful(nf: Normaliser, found: Average) -> Average | None:
    return found if found.law.is_law(nf.model.order) else None


def _finite(
    nf: Normaliser, term: Expr, summand: Expr, weights: tuple[tuple[Expr, Expr], ...],
    index: terms.Index | None = None,
) -> Average | None:  # fmt: skip
    """A sum, or one over an index, whose summand is the sum of weights >= 0 times values, where the
    weights sum to 1."""
    mass = total(*(weight for weight, _ in weights))
    whole = total(*(product(*pair) for pair in weights))
    every = mass if index is None else bind_index(terms.IndexedSum, index, mass)
    if not all(nonnegative(nf, nf.normal(weight)) for weight, _ in weights):
        return None
    if not nf.vanishes(nf.normal(every) - ONE) or nf.difference(Statement(whole, "=", summand)):
        return None
    return Average(Law((), ()), term, weights, index)


def parts(term: Expr) -> tuple[tuple[Expr, ...], Expr]:
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
