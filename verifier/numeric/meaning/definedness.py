"""Where a statement means something: masks over points and worlds.

A statement speaks only of points where both sides are defined as they are written, under `finite`
only of points where their integrals are finite.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import cast

import numpy as np
from sympy import Basic, Expr

from verifier.kernel.arithmetic import ONE, Quotient
from verifier.kernel.model import Finite
from verifier.kernel.terms import Binder, Closed, Density, Log, Var
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.numbers.arrays import Axes, Data, Field
from verifier.numeric.worlds.forms import POWERS

# -- masks ----------------------------------------------------------------------------------------


def conjunction(masks: list[Field], interpreter: Interpreter) -> Field:
    """Where all masks hold; everywhere for none."""
    total = masks[0] if masks else Field((), np.ones(1, dtype=bool))
    for mask in masks[1:]:
        total = interpreter.fields.compare(np.logical_and, total, mask)
    return total


def everywhere(mask: Field, kept: Axes = ()) -> Field:
    """Where a mask holds for all values of the variables that aren't kept."""
    gone = tuple(i for i, variable in enumerate(mask.axes) if variable not in kept)
    data = cast(Data, mask.data.all(axis=gone))
    return Field(tuple(v for v in mask.axes if v in kept), data)


def somewhere(mask: Field, kept: Axes = ()) -> Field:
    """Where a mask holds for some value of the variables that aren't kept."""
    gone = tuple(i for i, variable in enumerate(mask.axes) if variable not in kept)
    data = cast(Data, mask.data.any(axis=gone))
    return Field(tuple(v for v in mask.axes if v in kept), data)


def negation(mask: Field) -> Field:
    """Where a mask doesn't hold."""
    return Field(mask.axes, ~mask.data)


# -- meaning --------------------------------------------------------------------------------------


@lru_cache(maxsize=16384)
def guards(term: Basic) -> tuple[Expr, ...]:
    """The parts without bound variables that may be undefined at a point, outside binders and
    inside: logarithms, 1 / u for what is divided by, powers, conditional densities. No weight of a
    binder counts for them."""
    if isinstance(term, Closed):
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
    if isinstance(term, Closed):
        return frozenset()
    inside = frozenset[Var]().union(*(open_variables(part) for part in term.args))
    return inside - frozenset(term.bound) if isinstance(term, Binder) else inside


def meaningful(interpreter: Interpreter, sides: tuple[Expr, ...]) -> Field:
    """Where all sides are defined and, under `finite`, their integrals are finite."""
    masks = (
        interpreter.kept.once(("meaning", side), partial(_of_side, interpreter, side))
        for side in sides
    )
    return conjunction([*masks], interpreter)


def _of_side(interpreter: Interpreter, side: Expr) -> Field:
    return conjunction([*_finite(interpreter, side), defined(interpreter, side)], interpreter)


def defined(interpreter: Interpreter, term: Expr) -> Field:
    """Where a side of a statement is defined."""
    value = is_defined(interpreter, interpreter.side(term))
    return conjunction([value, *(_met(interpreter, g) for g in _hidden(term))], interpreter)


def spoken_of(interpreter: Interpreter, term: Expr) -> Field:
    """Where the guards of a term hold."""
    return conjunction([_met(interpreter, guard) for guard in guards(term)], interpreter)


def _met(interpreter: Interpreter, guard: Expr) -> Field:
    """Where a guard is defined; a density, at all values that are bound."""
    mask = is_defined(interpreter, interpreter.value(guard))
    return everywhere(mask, tuple(variable for variable in mask.axes if variable.tag <= 0))


def is_defined(interpreter: Interpreter, value: Field) -> Field:
    """Where a value is a number or an infinity."""
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
    here = (term,) if isinstance(term, Binder | Closed) else ()
    inside = (binder for part in term.args for binder in _binders(part))
    return tuple(dict.fromkeys((*here, *inside)))
