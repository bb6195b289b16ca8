"""Worlds in which a step fails once an assumption is dropped: not only where it is false, also
where it means nothing, as 0/0 or infinity minus infinity under a binder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from sympy import Integer

from verifier.kernel.terms import Statement
from verifier.numeric.meaning.assumptions import admissible
from verifier.numeric.meaning.definedness import conjunction, defined, spoken_of
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.meaning.relations import difference, holds, is_related_to_zero
from verifier.numeric.numbers.arrays import Field, ordered, spread
from verifier.numeric.search.confirm import CANDIDATES, Point, at, decided
from verifier.numeric.search.show import counterexample
from verifier.outcome import Counterexample


def failure(interpreters: Iterable[Interpreter], statement: Statement) -> Counterexample | None:
    """The first world, confirmed exactly, in which a statement fails at a point that it speaks of:
    where its parts without bound variables are defined."""
    for interpreter in interpreters:
        for world, point in _candidates(interpreter, statement):
            found = decided(interpreter, world, lambda e, p=point: _confirmed(e, p, statement))  # type: ignore[misc]
            if found is not None:
                return found
    return None


def _confirmed(
    interpreter: Interpreter, point: Point, statement: Statement
) -> Counterexample | None:
    if not admissible(interpreter).data.all() or not at(_failing(interpreter, statement), point):
        return None
    return counterexample(interpreter, (statement,), dict(point))


def _candidates(interpreter: Interpreter, statement: Statement) -> Iterator[tuple[int, Point]]:
    """Worlds and points where floats see a failure."""
    interpreter.tidy()
    with np.errstate(all="ignore"):
        failing = _failing(interpreter, statement)
    count = interpreter.tables.sample.count
    data = np.broadcast_to(failing.data, (*failing.data.shape[:-1], count))
    for world in np.flatnonzero(data.reshape(-1, count).any(axis=0))[:CANDIDATES]:
        place = np.unravel_index(int(data[..., world].argmax()), data.shape[:-1])
        yield int(world), tuple(zip(failing.axes, map(int, place), strict=True))


def _failing(interpreter: Interpreter, statement: Statement) -> Field:
    """Where a statement speaks and just one side is defined, or its relation doesn't hold. One
    whose sides mean nothing both says nothing false."""
    fields, sides = interpreter.fields, (statement.left, statement.right)
    known = [defined(interpreter, side) for side in sides]
    either, both = (fields.compare(join, *known) for join in (np.logical_or, np.logical_and))
    good = fields.compare(np.logical_and, both, _held(interpreter, statement, both))
    speaks = conjunction([either, *(spoken_of(interpreter, side) for side in sides)], interpreter)
    axes = ordered((*good.axes, *speaks.axes))
    return Field(axes, spread(speaks, axes) & ~spread(good, axes))


def _held(interpreter: Interpreter, statement: Statement, known: Field) -> Field:
    """Where a relation holds, of sides that are defined; the same infinity on both is equal."""
    left, relation, right = statement.left, statement.relation, statement.right
    if not interpreter.arithmetic.exact:
        return holds(interpreter, left, relation, right)
    fields, arithmetic = interpreter.fields, interpreter.arithmetic
    infinite = []
    for sign in (1, -1):
        unit = arithmetic.number(Integer(sign))
        for side in (left, right):
            data = interpreter.side(side).data
            above = arithmetic.is_positive(arithmetic.multiply(data, unit))
            infinite.append(Field(interpreter.side(side).axes, above & ~arithmetic.is_finite(data)))
    alike = [fields.compare(np.logical_and, *infinite[i : i + 2]) for i in (0, 2)]
    same = fields.compare(np.logical_or, *alike)
    settled = fields.compare(np.logical_or, same, Field(known.axes, ~known.data))
    gap = difference(interpreter, left, right)
    axes = ordered((*gap.axes, *settled.axes))
    values, done = np.broadcast_arrays(spread(gap, axes), spread(settled, axes))
    gap = fields.fill(Field(axes, values.copy()), Field(axes, done))
    return Field(axes, is_related_to_zero(arithmetic, gap.data, relation))
