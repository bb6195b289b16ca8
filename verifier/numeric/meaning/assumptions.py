"""Where what the model assumes holds: in which worlds what it says of all points, and at which of
their points what it says of one. In exact arithmetic every mask is certain, or `UncertainError` is
raised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np
from sympy import Expr, Integer

from verifier.kernel.model import Comparison, Domination, Fact, Finite, Function, Model, Positive
from verifier.kernel.terms import Density
from verifier.numeric.meaning.definedness import (
    conjunction,
    defined,
    everywhere,
    is_defined,
    meaningful,
    negation,
    somewhere,
    spoken_of,
)
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.meaning.functions import formal_call
from verifier.numeric.meaning.relations import difference, holds, is_related_to_zero
from verifier.numeric.numbers.arithmetic import Data
from verifier.numeric.numbers.arrays import Axes, Field, first, ordered, spread
from verifier.numeric.worlds.draws import is_strict
from verifier.numeric.worlds.forms import factors


def admissible(interpreter: Interpreter) -> Field:
    """Which worlds meet what the model says of all points: no axes but the worlds."""
    return conjunction([declared(interpreter), stated(interpreter)], interpreter)


def declared(interpreter: Interpreter) -> Field:
    """Which worlds meet bounds, signs and supports."""
    model = interpreter.tables.model
    masks = [_bounds(interpreter, model)]
    masks += [_has_sign(interpreter, f) for f in model.functions if f.sign]
    masks += [_supported(interpreter, condition) for condition in model.support or ()]
    tables = interpreter.tables
    if tables.sample.shape.stepped:
        masks.append(Field((), interpreter.alphabets.has_widths()))
    if interpreter.arithmetic.exact or not tables.positive:
        masks += [Field((), tables.is_density(family)) for family in model.families]
    return conjunction(masks, interpreter)


def stated(interpreter: Interpreter) -> Field:
    """Which worlds meet the facts about all points."""
    facts = interpreter.solutions.global_facts
    return conjunction([_fact(interpreter, fact) for fact in facts], interpreter)


def _bounds(interpreter: Interpreter, model: Model) -> Field:
    bounds = (bound for parameter in model.parameters for bound in parameter.bounds)
    return conjunction([holds(interpreter, *bound) for bound in bounds], interpreter)


def _has_sign(interpreter: Interpreter, function: Function) -> Field:
    """The sign of a function that a fact determines, or that any 0 among what is drawn breaks;
    others have theirs by construction."""
    call = formal_call(function)
    if call is None or not (call in interpreter.solutions.values or is_strict(function)):
        return conjunction([], interpreter)
    relation = cast(Comparison, function.sign.split()[0])
    return everywhere(holds(interpreter, call, relation, Integer(0)))


def _fact(interpreter: Interpreter, fact: Fact) -> Field:
    """Whether a fact about all points holds where its sides are defined, as those of one that is
    about none must be. Where they are infinite it speaks too: `finite` keeps no point out."""
    speaks = conjunction([defined(interpreter, s) for s in (fact.left, fact.right)], interpreter)
    held = _held(interpreter, fact, speaks)
    if not fact.quantified:
        return conjunction([speaks, held], interpreter)
    return everywhere(interpreter.fields.compare(np.logical_or, held, negation(speaks)))


def _held(interpreter: Interpreter, fact: Fact, speaks: Field) -> Field:
    """Where a fact holds. In exact arithmetic also by construction: where it speaks and what it was
    solved for is what it says, so that only elsewhere balls must tell."""
    left, relation, right = fact.left, fact.relation, fact.right
    solution = interpreter.solutions.solution(fact)
    if solution is None or not interpreter.arithmetic.exact:
        return holds(interpreter, left, relation, right)
    made = _made(interpreter, fact, solution, speaks)
    gap = interpreter.fields.fill(difference(interpreter, left, right), made)
    held = Field(gap.axes, is_related_to_zero(interpreter.arithmetic, gap.data, relation))
    return interpreter.fields.compare(np.logical_or, made, held)


def _made(interpreter: Interpreter, fact: Fact, solution: Expr, speaks: Field) -> Field:
    """Where a fact was solved, for a number; one that holds at a point was so at the first."""
    value = interpreter.value(solution)
    given = Field(value.axes, interpreter.arithmetic.is_finite(value.data))
    gap = difference(interpreter, fact.left, fact.right)
    axes = ordered((*gap.axes, *speaks.axes, *given.axes))
    made, _ = np.broadcast_arrays(spread(given, axes) & spread(speaks, axes), spread(gap, axes))
    if fact in interpreter.solutions.local_facts:
        here = np.zeros_like(made)
        here[(0,) * len(axes)] = made[(0,) * len(axes)]
        made = here
    return Field(axes, made)


def _supported(interpreter: Interpreter, condition: object) -> Field:
    """Whether a world has the support that a condition of `support` asks for."""
    arithmetic, fields = interpreter.arithmetic, interpreter.fields
    if isinstance(condition, Domination):
        first, second = (
            interpreter.measure(factors(d)) for d in (condition.first, condition.second)
        )
        undefined = negation(is_defined(interpreter, first))
        good = fields.compare(np.logical_or, fields.vanishes(first), undefined)
        charged = negation(fields.vanishes(second))
        return everywhere(fields.compare(np.logical_or, good, charged))
    if isinstance(condition, Positive):
        value = interpreter.measure(factors(condition.density))
        positive = arithmetic.is_positive(value.data) | ~arithmetic.is_defined(value.data)
        return everywhere(Field(value.axes, positive))
    if isinstance(condition, Finite) and condition.expression is not None:
        value = interpreter.side(condition.expression)
        good = Field(value.axes, arithmetic.is_finite(value.data))
        spoken = spoken_of(interpreter, condition.expression)
        return everywhere(fields.compare(np.logical_or, good, negation(spoken)))
    return conjunction([], interpreter)


def requirements(interpreter: Interpreter) -> Iterator[tuple[Comparison, Field, Data]]:
    """What bounds, signs and facts ask for, as relations with 0, and where they do: facts about one
    point at the first."""
    model, everywhere_ = interpreter.tables.model, np.ones(1, dtype=bool)
    for parameter in model.parameters:
        for left, relation, right in parameter.bounds:
            yield relation, difference(interpreter, left, right), everywhere_
    for function in model.functions:
        call = formal_call(function)
        if call is not None and function.sign and call in interpreter.solutions.values:
            relation = cast(Comparison, function.sign.split()[0])
            yield relation, interpreter.value(call), everywhere_
    for fact in model.facts:
        speaks = meaningful(interpreter, (fact.left, fact.right))
        gap = difference(interpreter, fact.left, fact.right)
        asks = speaks if fact.quantified else Field((), everywhere_)
        solution = interpreter.solutions.solution(fact)
        if solution is not None:
            made = _made(interpreter, fact, solution, speaks)
            asks = interpreter.fields.compare(np.greater, asks, made)
        at, where = (_at_the_first(fact, each) for each in (gap, asks))
        axes = ordered((*at.axes, *where.axes))
        yield fact.relation, Field(axes, spread(at, axes)), spread(where, axes)


def _at_the_first(fact: Fact, field: Field) -> Field:
    """A field at the first value of what a fact isn't about all of."""
    return first(field, [v for v in field.axes if v not in fact.quantified])


def at_the_point(interpreter: Interpreter, kept: Axes) -> Field:
    """Where the facts that hold at one point hold, and what `support` lists has a meaning, for some
    value of what isn't kept."""
    return somewhere(interpreter.kept.once(("point",), lambda: _at_points(interpreter)), kept)


def _at_points(interpreter: Interpreter) -> Field:
    masks = [_has_meaning(interpreter, density) for density in _conditioned(interpreter)]
    for fact in interpreter.solutions.local_facts:
        held = _held_there(interpreter, fact)
        masks.append(everywhere(held, tuple(v for v in held.axes if v not in fact.quantified)))
    return conjunction(masks, interpreter)


def _conditioned(interpreter: Interpreter) -> Iterator[Density]:
    """The conditionals that `support` lists, where nothing listed with them is over what they are
    conditioned on: it is one value."""
    for condition in interpreter.tables.model.support or ():
        listed: list[Expr] = []
        if isinstance(condition, Domination):
            listed = [*factors(condition.first), *factors(condition.second)]
        elif isinstance(condition, Positive):
            listed = [*factors(condition.density)]
        densities = [each for each in listed if isinstance(each, Density)]
        over = {variable for density in densities for variable in density.left}
        yield from (d for d in densities if d.right and over.isdisjoint(d.right))


def _has_meaning(interpreter: Interpreter, density: Density) -> Field:
    """Where what a conditional is conditioned on has mass."""
    mask = is_defined(interpreter, interpreter.value(density))
    return everywhere(mask, tuple(v for v in mask.axes if v not in density.left))


def held_at_the_first(interpreter: Interpreter) -> Field:
    """Whether the facts that hold at one point hold at the first."""
    facts = interpreter.solutions.local_facts
    held = (_at_the_first(fact, _held_there(interpreter, fact)) for fact in facts)
    return everywhere(conjunction([*held], interpreter))


def _held_there(interpreter: Interpreter, fact: Fact) -> Field:
    """Where the sides of a fact are defined and it holds."""
    speaks = meaningful(interpreter, (fact.left, fact.right))
    return conjunction([speaks, _held(interpreter, fact, speaks)], interpreter)
