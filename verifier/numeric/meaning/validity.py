"""Where a statement means something and its hypotheses hold: masks over points and worlds.

A statement speaks only of points where both sides are defined as they are written, under `finite`
only of points where their integrals are finite. In exact arithmetic every mask is certain, or
`UndecidedError` is raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
from sympy import Basic, Expr, Integer

from verifier.kernel.arithmetic import ONE, Quotient
from verifier.kernel.model import Comparison, Domination, Fact, Finite, Function, Model, Positive
from verifier.kernel.terms import Binder, Density, Information, Log, Var, VariableEntropy
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.meaning.functions import formal_call
from verifier.numeric.meaning.magnitude import scale
from verifier.numeric.numbers.arithmetic import Arithmetic, Data
from verifier.numeric.numbers.arrays import Axes, Field, first, ordered, spread
from verifier.numeric.worlds.draws import is_strict
from verifier.numeric.worlds.forms import POWERS, factors

# Sides that agree to 1e-9 of the terms that they are added up from count as equal. Rounding leaves
# about (number of operations) * 2^-53, that is 1e-13 at most; a false equality on tables of small
# random integers is off by far more in almost every world.
TOLERANCE = 1e-9

# What is taken for granted is held to the accuracy of rounding: a conclusion may magnify what its
# premise leaves open, as from KL(q || p) = 0 to q = p, where an error of e comes out as sqrt(e).
_GRANTED = 1e-12

_CLOSED = (VariableEntropy, Information)


def conjunction(masks: list[Field], interpreter: Interpreter) -> Field:
    """Where all masks hold; everywhere for none."""
    total = Field((), np.ones(1, dtype=bool))
    for mask in masks:
        total = interpreter.fields.compare(np.logical_and, total, mask)
    return total


def everywhere(mask: Field, kept: Axes = ()) -> Field:
    """Where a mask holds for all values of the variables that aren't kept."""
    gone = tuple(i for i, variable in enumerate(mask.axes) if variable not in kept)
    data = np.asarray(mask.data.all(axis=gone))
    return Field(tuple(v for v in mask.axes if v in kept), data)


def somewhere(mask: Field, kept: Axes = ()) -> Field:
    """Where a mask holds for some value of the variables that aren't kept."""
    gone = tuple(i for i, variable in enumerate(mask.axes) if variable not in kept)
    data = np.asarray(mask.data.any(axis=gone))
    return Field(tuple(v for v in mask.axes if v in kept), data)


# -- meaning --------------------------------------------------------------------------------------


@lru_cache(maxsize=16384)
def guards(term: Basic) -> tuple[Expr, ...]:
    """The parts without bound variables that may be undefined at a point, outside binders and
    inside: logarithms, 1 / u for what is divided by, powers, conditional densities. No weight of a
    binder counts for them."""
    if isinstance(term, _CLOSED):
        return ()
    inside = [part for argument in term.args for part in guards(argument)]
    if isinstance(term, Binder):
        return tuple(dict.fromkeys(part for part in inside if _is_guard(part)))
    own: list[Expr] = []
    if isinstance(term, (Log, *POWERS)) or (isinstance(term, Density) and term.right):
        own.append(term)
    elif isinstance(term, Quotient) and not term.args[1].is_Rational:
        own.append(Quotient(ONE, term.args[1]))
    return tuple(dict.fromkeys((*own, *inside)))


def _is_guard(term: Expr) -> bool:
    """Whether nothing in a part is bound: of a density, nothing in its condition."""
    about = term.right if isinstance(term, Density) else open_variables(term)
    return all(variable.tag <= 0 for variable in about)


@lru_cache(maxsize=16384)
def _hidden(term: Basic) -> tuple[Expr, ...]:
    """The guards inside binders: outside, the value itself is undefined where they are."""
    if isinstance(term, Binder):
        return guards(term)
    return tuple(dict.fromkeys(part for argument in term.args for part in _hidden(argument)))


@lru_cache(maxsize=16384)
def open_variables(term: Basic) -> frozenset[Var]:
    """The variables of a term, bound ones too, that are not bound inside it."""
    if isinstance(term, Var):
        return frozenset({term})
    if isinstance(term, (VariableEntropy, Information)):
        return frozenset()
    inside = frozenset[Var]().union(*(open_variables(part) for part in term.args))
    return inside - frozenset(term.bound) if isinstance(term, Binder) else inside


def meaningful(interpreter: Interpreter, sides: tuple[Expr, ...]) -> Field:
    """Where all sides are defined and, under `finite`, their integrals are finite."""
    masks = [mask for side in sides for mask in _finite(interpreter, side)]
    return conjunction([*masks, *(defined(interpreter, side) for side in sides)], interpreter)


def defined(interpreter: Interpreter, term: Expr) -> Field:
    """Where a side of a statement is defined."""
    value = _is_defined(interpreter, interpreter.side(term))
    return conjunction([value, *(_met(interpreter, g) for g in _hidden(term))], interpreter)


def spoken_of(interpreter: Interpreter, term: Expr) -> Field:
    """Where the guards of a term hold."""
    return conjunction([_met(interpreter, guard) for guard in guards(term)], interpreter)


def _met(interpreter: Interpreter, guard: Expr) -> Field:
    """Where a guard is defined; a density, at all values that are bound."""
    mask = _is_defined(interpreter, interpreter.value(guard))
    return everywhere(mask, tuple(variable for variable in mask.axes if variable.tag <= 0))


def _is_defined(interpreter: Interpreter, value: Field) -> Field:
    return Field(value.axes, interpreter.arithmetic.is_defined(value.data))


def _finite(interpreter: Interpreter, side: Expr) -> list[Field]:
    """Under `finite all`: no integral written is infinite, at any value of what is bound."""
    support = interpreter.tables.model.support or ()
    if not any(isinstance(c, Finite) and c.expression is None for c in support):
        return []
    return [_not_infinite(interpreter, binder) for binder in _binders(side)]


def _not_infinite(interpreter: Interpreter, term: Expr) -> Field:
    value = interpreter.value(term)
    arithmetic = interpreter.arithmetic
    good = arithmetic.is_finite(value.data) | ~arithmetic.is_defined(value.data)
    free = tuple(variable for variable in value.axes if variable.tag <= 0)
    return everywhere(Field(value.axes, good), free)


@lru_cache(maxsize=16384)
def _binders(term: Basic) -> tuple[Expr, ...]:
    here = (term,) if isinstance(term, (Binder, *_CLOSED)) else ()
    inside = (binder for part in term.args for binder in _binders(part))
    return tuple(dict.fromkeys((*here, *inside)))


# -- relations ------------------------------------------------------------------------------------


def difference(interpreter: Interpreter, left: Expr, right: Expr) -> Field:
    """left - right, 0 where both are the same infinity."""
    a, b = interpreter.side(left), interpreter.side(right)
    fields = interpreter.fields
    gap = fields.subtract(a, b)
    if interpreter.arithmetic.exact:
        return gap
    same = fields.compare(np.equal, a, b)
    return fields.fill(gap, same)


def scaled_gap(interpreter: Interpreter, left: Expr, right: Expr) -> Field:
    """(left - right) / scale, in floats; -1 or 1 where just one side is infinite."""
    gap = difference(interpreter, left, right)
    ratio = interpreter.fields.divide(gap, scale(interpreter, left, right))
    return Field(ratio.axes, np.clip(ratio.data, -1, 1), True)


def holds(interpreter: Interpreter, left: Expr, relation: Comparison, right: Expr) -> Field:
    """Where a relation holds: for floats within rounding errors, in exact arithmetic certainly."""
    if not interpreter.arithmetic.exact:
        gap = scaled_gap(interpreter, left, right)
        return Field(gap.axes, _FLOAT_TESTS[relation](gap.data))
    gap = difference(interpreter, left, right)
    sign = Sign(interpreter.arithmetic, gap.data)
    return Field(gap.axes, sign.test(relation))


@dataclass(frozen=True)
class Sign:
    """The sign of exact numbers, asked for only as far as a relation needs it."""

    arithmetic: Arithmetic
    data: Data

    def test(self, relation: Comparison) -> Data:
        """Where `data relation 0` holds."""
        if relation == "=":
            return self._zero()
        if relation == "!=":
            return self._above(1) | self._above(-1)
        strict = self._above(1 if ">" in relation else -1)
        return strict | self._zero() if "=" in relation else strict

    def _zero(self) -> Data:
        return self.arithmetic.meets(self.data)

    def _above(self, sign: int) -> Data:
        unit = self.arithmetic.number(Integer(sign))
        return self.arithmetic.is_positive(self.arithmetic.multiply(self.data, unit))


_FLOAT_TESTS = {
    "=": lambda gap: np.abs(gap) <= _GRANTED,
    ">=": lambda gap: gap >= -_GRANTED,
    "<=": lambda gap: gap <= _GRANTED,
    ">": lambda gap: gap > _GRANTED,
    "<": lambda gap: gap < -_GRANTED,
    "!=": lambda gap: np.abs(gap) > _GRANTED,
}


# -- assumptions ----------------------------------------------------------------------------------


def admissible(interpreter: Interpreter) -> Field:
    """Which worlds meet what the model says of all points: no axes but the worlds."""
    model = interpreter.tables.model
    masks = [_bounds(interpreter, model)]
    masks += [_has_sign(interpreter, f) for f in model.functions if f.sign]
    masks += [_fact(interpreter, fact) for fact in interpreter.solutions.global_facts]
    masks += [_supported(interpreter, condition) for condition in model.support or ()]
    tables = interpreter.tables
    if tables.sample.shape.stepped:
        masks.append(Field((), interpreter.alphabets.has_widths()))
    if interpreter.arithmetic.exact or not tables.positive:
        masks += [Field((), tables.is_density(family)) for family in model.families]
    return conjunction(masks, interpreter)


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
    about none must be."""
    speaks = meaningful(interpreter, (fact.left, fact.right))
    held = _held(interpreter, fact, speaks)
    if not fact.quantified:
        return conjunction([speaks, held], interpreter)
    return everywhere(interpreter.fields.compare(np.logical_or, held, _not(speaks)))


def _held(interpreter: Interpreter, fact: Fact, speaks: Field) -> Field:
    """Where a fact holds. In exact arithmetic also by construction: where it speaks and what it was
    solved for is what it says, so that only elsewhere balls must tell."""
    left, relation, right = fact.left, fact.relation, fact.right
    solution = interpreter.solutions.solution(fact)
    if solution is None or not interpreter.arithmetic.exact:
        return holds(interpreter, left, relation, right)
    made = _made(interpreter, fact, solution, speaks)
    gap = interpreter.fields.fill(difference(interpreter, left, right), made)
    held = Field(gap.axes, Sign(interpreter.arithmetic, gap.data).test(relation))
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


def _not(mask: Field) -> Field:
    return Field(mask.axes, ~mask.data)


def _supported(interpreter: Interpreter, condition: object) -> Field:
    """Whether a world has the support that a condition of `support` asks for."""
    arithmetic, fields = interpreter.arithmetic, interpreter.fields
    if isinstance(condition, Domination):
        first, second = (
            interpreter.measure(factors(d)) for d in (condition.first, condition.second)
        )
        undefined = _not(_is_defined(interpreter, first))
        good = fields.compare(np.logical_or, fields.vanishes(first), undefined)
        charged = _not(fields.vanishes(second))
        return everywhere(fields.compare(np.logical_or, good, charged))
    if isinstance(condition, Positive):
        value = interpreter.measure(factors(condition.density))
        positive = arithmetic.is_positive(value.data) | ~arithmetic.is_defined(value.data)
        return everywhere(Field(value.axes, positive))
    if isinstance(condition, Finite) and condition.expression is not None:
        value = interpreter.side(condition.expression)
        good = Field(value.axes, arithmetic.is_finite(value.data))
        spoken = spoken_of(interpreter, condition.expression)
        return everywhere(fields.compare(np.logical_or, good, _not(spoken)))
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
    masks = [_has_meaning(interpreter, density) for density in _conditioned(interpreter)]
    for fact in interpreter.solutions.local_facts:
        held = _held_there(interpreter, fact)
        masks.append(everywhere(held, tuple(v for v in held.axes if v not in fact.quantified)))
    return somewhere(conjunction(masks, interpreter), kept)


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
    mask = _is_defined(interpreter, interpreter.value(density))
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
