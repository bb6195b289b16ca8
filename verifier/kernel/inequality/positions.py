"""The positions in a term: its parts, outermost first, and what their polarity rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sympy import Expr, Integer

from verifier.kernel import terms
from verifier.kernel.arithmetic import Power, Product, Quotient, Total, factors, product, quotient
from verifier.kernel.binding import bind, bind_index, unbind, unbind_index
from verifier.kernel.definedness import NOTHING, Conditions, weights_in
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.position import Position
from verifier.kernel.positivity.signs import nonnegative, positive


def positions(nf: Normaliser, term: Expr) -> tuple[Position, ...]:
    """All positions in a term, outermost first: in abbreviations too, where a rule unfolds them."""
    if term not in nf.positions:
        whole = Position(term, 1, lambda new: new, {})
        nf.positions[term] = tuple(_walk(nf, whole, "abbreviation" in nf.hooks))
    return nf.positions[term]


def _walk(nf: Normaliser, position: Position, unfold: bool) -> Iterator[Position]:
    nf.context.budget.spend()
    yield position
    for below in _below(nf, position, unfold):
        yield from _walk(nf, below, unfold)


def _below(nf: Normaliser, position: Position, unfold: bool) -> Iterator[Position]:
    term = position.part
    if isinstance(term, Total):
        for i in range(len(term.args)):
            yield _child(position, 1, i)
    elif isinstance(term, Product):
        for i in range(len(term.args)):
            others = product(*(a for j, a in enumerate(term.args) if j != i))
            polarity, owed = _polarity(nf, position, others)
            yield _child(position, polarity, i, weights_in(others), owed)
    elif isinstance(term, Quotient):
        polarity, owed = _polarity(nf, position, quotient(Integer(1), term.args[1]))
        yield _child(position, polarity, 0, (), owed)
        above, below = term.args
        if above == 1:
            yield _divisor(nf, position)
        else:  # a / b as a times 1 / b
            polarity, owed = _polarity(nf, position, above)
            inverse, weights = quotient(Integer(1), below), weights_in(above)
            yield position.inside(
                inverse, polarity, lambda new: product(above, new), None, weights, owed
            )
    elif isinstance(term, terms.Log | terms.Exp):
        yield _child(position, 1, 0)
    elif isinstance(term, terms.Call):
        yield from _argument(nf, position, term)
    elif isinstance(term, Power):
        yield _base(nf, position)
    elif isinstance(term, terms.Indexed):
        yield _each(position, term)
    elif isinstance(term, terms.Binder):
        yield from _under(position, term)
    elif isinstance(term, terms.Abbreviation) and unfold:
        yield replace(position, part=term.body)


def _argument(nf: Normaliser, position: Position, call: terms.Call) -> Iterator[Position]:
    """The argument of a function of one number: monotone where it is declared so everywhere."""
    function = nf.model.function[call.name]
    if len(function.arguments) == 1 and function.arguments[0] is None:
        everywhere = function.low is None and function.high is None
        polarity = {"increasing": 1, "decreasing": -1}.get(function.shape, 0)
        yield _child(position, polarity if everywhere else 0, 1)


def _child(
    position: Position, polarity: int, index: int, weights: tuple[Expr, ...] = (),
    owed: Conditions = NOTHING,
) -> Position:  # fmt: skip
    term = position.part

    def within(new: Expr) -> Expr:
        return term.func(*(new if i == index else part for i, part in enumerate(term.args)))

    return position.inside(term.args[index], polarity, within, None, weights, owed)


def _base(nf: Normaliser, position: Position) -> Position:
    """The base of a power: monotone among nonnegative numbers, or positive ones for 1/u."""
    with nf.weighed(position.weights), nf.framed() as owed:
        polarity = _power_polarity(nf, position.part)
    child = _child(position, polarity, 0, (), frozenset(owed))
    known = positive if polarity < 0 else nonnegative
    return replace(child, admits=lambda new: known(nf, nf.normal(new)) and child.admits(new))


def _divisor(nf: Normaliser, position: Position) -> Position:
    """What is divided by: antitone among positive numbers, where what is above is >= 0."""
    above, below = position.part.args
    polarity, owed = _polarity(nf, position, above)
    with nf.weighed((*position.weights, *weights_in(above))), nf.framed() as more:
        polarity = -polarity if positive(nf, nf.normal(below)) else 0
    child = _child(position, polarity, 1, weights_in(above), owed | more)
    return replace(child, admits=lambda new: positive(nf, nf.normal(new)) and child.admits(new))


def _each(position: Position, term: terms.Indexed) -> Position:
    """The body of an indexed sum, which grows with each of its terms; of a product for equalities
    only."""
    index, body = unbind_index(term)
    polarity = 1 if isinstance(term, terms.IndexedSum) else 0
    bound = {term.index: index}
    return position.inside(body, polarity, lambda new: bind_index(term.func, index, new), bound)


def _under(position: Position, term: terms.Binder) -> Iterator[Position]:
    """The body of an integral or an expectation, which grow with it; the parts of a divergence or
    an entropy, for equalities only."""
    opened, parts = unbind(term)
    bound = {variable.tagged(0): variable for variable in opened}
    averages = isinstance(term, terms.Integral | terms.Expectation)
    laws = tuple(*parts[1:]) if averages else factors(parts[0])

    def put_at(index: int) -> Callable[[Expr], Expr]:
        return lambda new: bind(
            term.func, opened, *(new if i == index else part for i, part in enumerate(parts))
        )

    for i, part in enumerate(parts[:1] if averages else parts):
        yield position.inside(part, 1 if averages else 0, put_at(i), bound, laws)


def _polarity(nf: Normaliser, position: Position, factor: Expr) -> tuple[int, Conditions]:
    """How a product grows with what this is the other factor of, and what that rests on."""
    with nf.weighed(position.weights), nf.framed() as owed:
        polynomial = nf.normal(factor)
        sign = 1 if nonnegative(nf, polynomial) else -int(nonnegative(nf, -polynomial))
        return sign, frozenset(owed)


def _power_polarity(nf: Normaliser, power: Power) -> int:
    """u^a is monotone in u >= 0 when the sign of a is known; 1/u in u > 0."""
    base, exponent = map(nf.normal, power.args)
    if not nonnegative(nf, base):
        return 0
    return 1 if nonnegative(nf, exponent) else -int(nonnegative(nf, -exponent))
