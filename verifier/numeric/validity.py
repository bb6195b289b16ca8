"""Where a statement means something and its hypotheses hold: masks over points and worlds.

A statement speaks only of points where both sides are defined as they are written, under `finite`
only of points where their integrals are finite. In exact arithmetic every mask is certain, or
`UndecidedError` is raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
from sympy import Basic, Expr, Integer

from verifier.kernel.arithmetic import ONE, Quotient
from verifier.kernel.model import Comparison, Domination, Fact, Finite, Function, Model, Positive
from verifier.kernel.terms import Binder, Density, Information, Log, Var, VariableEntropy
from verifier.numeric.arithmetic import Arithmetic, Data
from verifier.numeric.arrays import Axes, Field
from verifier.numeric.evaluate import Interpreter
from verifier.numeric.forms import POWERS, factors
from verifier.numeric.functions import formal_call
from verifier.numeric.magnitude import scale
from verifier.numeric.worlds import is_strict

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


def unmatched(interpreter: Interpreter, left: Expr, right: Expr) -> Field:
    """Where the left side is defined and the right one isn't."""
    without = _not(defined(interpreter, right))
    return interpreter.fields.compare(np.logical_and, defined(interpreter, left), without)


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
        return self.arithmetic.is_zero(self.data)

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
    masks += [_fact(interpreter, fact) for fact in _tested_facts(interpreter)]
    masks += [_supported(interpreter, condition) for condition in model.support or ()]
    tables = interpreter.tables
    if tables.sample.shape.stepped:
        masks.append(Field((), tables.has_widths()))
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


def _tested_facts(interpreter: Interpreter) -> tuple[Fact, ...]:
    """All facts in floats; in exact arithmetic those that don't hold by construction."""
    solutions = interpreter.solutions
    return solutions.open_facts if interpreter.arithmetic.exact else solutions.global_facts


def _fact(interpreter: Interpreter, fact: Fact) -> Field:
    """Whether a fact holds at all points: where it is defined, and one about no point is."""
    held = holds(interpreter, fact.left, fact.relation, fact.right)
    sides = conjunction([defined(interpreter, s) for s in (fact.left, fact.right)], interpreter)
    if not fact.quantified:
        return everywhere(interpreter.fields.compare(np.logical_and, held, sides))
    return everywhere(interpreter.fields.compare(np.logical_or, held, _not(sides)))


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


def at_the_point(interpreter: Interpreter, kept: Axes) -> Field:
    """Where the facts that hold at one point hold, for some value of what isn't kept."""
    masks = []
    for fact in interpreter.solutions.local_facts:
        held = holds(interpreter, fact.left, fact.relation, fact.right)
        if fact in interpreter.solutions.solved_facts:
            held = _at_the_first(held)
        masks.append(everywhere(held, tuple(v for v in held.axes if v not in fact.quantified)))
    return somewhere(conjunction(masks, interpreter), kept)


def _at_the_first(held: Field) -> Field:
    """A mask, and the first point of its axes, where the fact holds by construction."""
    data = held.data.copy()
    data[(0,) * len(held.axes)] = True
    return Field(held.axes, data, True)
