"""Places in a term, with their polarity: where a larger part makes the whole larger or smaller."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr, Integer

from verifier.kernel import terms
from verifier.kernel.arithmetic import Power, Product, Quotient, Total, factors, product, quotient
from verifier.kernel.binding import bind, bind_index, unbind, unbind_index
from verifier.kernel.definedness import NOTHING, Conditions, weights_in
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.positivity.signs import nonnegative, positive


@dataclass(frozen=True)
class Place:
    """A part of a term, its binders opened.

    `polarity` is +1 where the whole grows with the part, -1 where it shrinks, 0 where that is
    unknown: for the parts that it `admits`. `put` gives the whole with another part in its place.
    `bound` maps slots to the opened variables in scope, and bound indices to the opened ones.
    """

    part: Expr
    polarity: int
    put: Callable[[Expr], Expr]
    bound: Mapping[Any, Any]
    admits: Callable[[Expr], bool] = lambda _: True
    weights: tuple[Expr, ...] = ()  # laws and densities around the part
    owed: Conditions = NOTHING  # what the polarity rests on

    def inside(
        self, part: Expr, polarity: int, within: Callable[[Expr], Expr],
        bound: Mapping[Any, Any] | None = None, weights: tuple[Expr, ...] = (),
        owed: Conditions = NOTHING,
    ) -> Place:  # fmt: skip
        """The place of a part of the part, that `within` puts another into."""
        return Place(
            part, self.polarity * polarity, lambda new: self.put(within(new)),
            {**self.bound, **(bound or {})}, lambda new: self.admits(within(new)),
            (*self.weights, *weights), self.owed | owed,
        )  # fmt: skip


def places(nf: Normaliser, term: Expr) -> tuple[Place, ...]:
    """All places of a term, outermost first: in abbreviations too, where a rule unfolds them."""
    if term not in nf.places:
        whole = Place(term, 1, lambda new: new, {})
        nf.places[term] = tuple(_walk(nf, whole, "abbreviation" in nf.hooks))
    return nf.places[term]


def _walk(nf: Normaliser, place: Place, unfold: bool) -> Iterator[Place]:
    nf.context.budget.spend()
    yield place
    for below in _below(nf, place, unfold):
        yield from _walk(nf, below, unfold)


def _below(nf: Normaliser, place: Place, unfold: bool) -> Iterator[Place]:
    term = place.part
    if isinstance(term, Total):
        for i in range(len(term.args)):
            yield _child(place, 1, i)
    elif isinstance(term, Product):
        for i in range(len(term.args)):
            others = product(*(a for j, a in enumerate(term.args) if j != i))
            polarity, owed = _polarity(nf, place, others)
            yield _child(place, polarity, i, weights_in(others), owed)
    elif isinstance(term, Quotient):
        polarity, owed = _polarity(nf, place, quotient(Integer(1), term.args[1]))
        yield _child(place, polarity, 0, (), owed)
        above, below = term.args
        if above == 1:
            yield _divisor(nf, place)
        else:  # a / b as a times 1 / b
            polarity, owed = _polarity(nf, place, above)
            inverse, weights = quotient(Integer(1), below), weights_in(above)
            yield place.inside(
                inverse, polarity, lambda new: product(above, new), None, weights, owed
            )
    elif isinstance(term, terms.Log | terms.Exp):
        yield _child(place, 1, 0)
    elif isinstance(term, terms.Call):
        yield from _argument(nf, place, term)
    elif isinstance(term, Power):
        yield _base(nf, place)
    elif isinstance(term, terms.Integral | terms.Expectation):
        yield _under(place, term)
    elif isinstance(term, terms.Indexed):
        yield _each(place, term)
    elif isinstance(term, terms.Binder):
        yield from _parts(place, term)
    elif isinstance(term, terms.Abbreviation) and unfold:
        yield replace(place, part=term.body)


def _argument(nf: Normaliser, place: Place, call: terms.Call) -> Iterator[Place]:
    """The argument of a function of one number: monotone where it is declared so everywhere."""
    function = nf.model.function[call.name]
    if len(function.arguments) == 1 and function.arguments[0] is None:
        everywhere = function.low is None and function.high is None
        polarity = {"increasing": 1, "decreasing": -1}.get(function.shape, 0)
        yield _child(place, polarity if everywhere else 0, 1)


def _child(
    place: Place, polarity: int, index: int, weights: tuple[Expr, ...] = (),
    owed: Conditions = NOTHING,
) -> Place:  # fmt: skip
    term = place.part

    def within(new: Expr) -> Expr:
        return term.func(*(new if i == index else part for i, part in enumerate(term.args)))

    return place.inside(term.args[index], polarity, within, None, weights, owed)


def _base(nf: Normaliser, place: Place) -> Place:
    """The base of a power: monotone among nonnegative numbers, or positive ones for 1/u."""
    with nf.weighed(place.weights), nf.framed() as owed:
        polarity = _power_polarity(nf, place.part)
    child = _child(place, polarity, 0, (), frozenset(owed))
    known = positive if polarity < 0 else nonnegative
    return replace(child, admits=lambda new: known(nf, nf.normal(new)) and child.admits(new))


def _divisor(nf: Normaliser, place: Place) -> Place:
    """What is divided by: antitone among positive numbers, where what is above is >= 0."""
    above, below = place.part.args
    polarity, owed = _polarity(nf, place, above)
    with nf.weighed((*place.weights, *weights_in(above))), nf.framed() as more:
        polarity = -polarity if positive(nf, nf.normal(below)) else 0
    child = _child(place, polarity, 1, weights_in(above), owed | more)
    return replace(child, admits=lambda new: positive(nf, nf.normal(new)) and child.admits(new))


def _under(place: Place, term: terms.Integral | terms.Expectation) -> Place:
    opened, (body, *others) = unbind(term)
    laws = tuple(others[0]) if others else ()
    bound = {variable.tagged(0): variable for variable in opened}
    return place.inside(body, 1, lambda new: bind(term.func, opened, new, *others), bound, laws)


def _each(place: Place, term: terms.Indexed) -> Place:
    """The body of an indexed sum, which grows with each of its terms; of a product for equalities
    only."""
    index, body = unbind_index(term)
    polarity = 1 if isinstance(term, terms.IndexedSum) else 0
    bound = {term.index: index}
    return place.inside(body, polarity, lambda new: bind_index(term.func, index, new), bound)


def _parts(place: Place, term: terms.Binder) -> Iterator[Place]:
    """The parts of a divergence or an entropy: for equalities only."""
    opened, parts = unbind(term)
    bound = {variable.tagged(0): variable for variable in opened}

    def put_at(index: int) -> Callable[[Expr], Expr]:
        return lambda new: bind(
            term.func, opened, *(new if i == index else part for i, part in enumerate(parts))
        )

    for i, part in enumerate(parts):
        yield place.inside(part, 0, put_at(i), bound, factors(parts[0]))


def _polarity(nf: Normaliser, place: Place, factor: Expr) -> tuple[int, Conditions]:
    """How a product grows with what this is the other factor of, and what that rests on."""
    with nf.weighed(place.weights), nf.framed() as owed:
        polynomial = nf.normal(factor)
        if nonnegative(nf, polynomial):
            return 1, frozenset(owed)
        return (-1 if nonnegative(nf, -polynomial) else 0), frozenset(owed)


def _power_polarity(nf: Normaliser, power: Any) -> int:
    """u^a is monotone in u >= 0 when the sign of a is known; 1/u in u > 0."""
    base, exponent = map(nf.normal, power.args)
    if not nonnegative(nf, base):
        return 0
    if nonnegative(nf, exponent):
        return 1
    return -1 if nonnegative(nf, -exponent) else 0
