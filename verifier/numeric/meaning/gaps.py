"""A statement held against worlds: its gap at every point, and the points that count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod

import numpy as np
from numpy.typing import NDArray
from sympy import Basic, Expr

from verifier.kernel.terms import Density, Statement, Tuple, Var
from verifier.numeric.meaning.assumptions import at_the_point
from verifier.numeric.meaning.definedness import conjunction, everywhere, meaningful, open_variables
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.meaning.exactly import exactly, relative
from verifier.numeric.meaning.relations import holds, scaled_gap
from verifier.numeric.numbers.arrays import (
    Axes,
    BeyondFloatsError,
    Field,
    ordered,
    spread,
)
from verifier.numeric.worlds.draws import cells

Premises = Sequence[Statement]
Look = Callable[[Interpreter], Sequence[Field]]


@dataclass(frozen=True)
class Gaps:
    """The scaled gap left - right of a statement, and at which points it counts."""

    axes: Axes
    gap: NDArray[np.float64]
    counts: NDArray[np.bool_]


def gaps_of(
    interpreter: Interpreter,
    statement: Statement,
    premises: Premises,
    also_exactly: bool = True,
    strained: Callable[[], bool] = lambda: True,
    look: Look | None = None,
) -> Gaps:
    """A statement's gap at every point of every world: in floats; unless told otherwise in a few of
    the worlds exactly, where floats have no room for its numbers. `strained`: whether any may have
    been beyond them; else what has no value in floats has none. `look`: what is seen in floats,
    where it is asked for again and again."""
    interpreter.tidy()
    try:
        gap, mask = look(interpreter) if look else seen(interpreter, statement, premises)
    except BeyondFloatsError:
        instead = _exactly(interpreter, statement, premises) if also_exactly else None
        if instead is None:
            raise
        return instead
    found = _everywhere(interpreter, gap, mask)
    if found.counts.any() or np.isfinite(found.gap).all():
        return found
    if not also_exactly or not strained():
        return found
    return _exactly(interpreter, statement, premises) or found


def _exactly(interpreter: Interpreter, statement: Statement, premises: Premises) -> Gaps | None:
    """The same of the first few worlds; the others don't count. None where balls can't tell."""

    def gaps(exact: Interpreter) -> Gaps:
        left, right = (exact.side(side) for side in (statement.left, statement.right))
        mask = counted(exact, statement, premises)
        axes = ordered((*left.axes, *right.axes, *mask.axes))
        sides = np.broadcast_arrays(*(spread(each, axes) for each in (left, right, mask)))
        gap = np.frompyfunc(relative, 2, 1)(*sides[:2]).astype(np.float64)
        few, count = exact.tables.sample.count, interpreter.tables.sample.count
        room = [(0, 0)] * len(axes) + [(0, count - few)]
        shape = (*gap.shape[:-1], few)
        gap, seen = (np.broadcast_to(each, shape) for each in (gap, sides[2] & np.isfinite(gap)))
        return Gaps(axes, np.pad(np.nan_to_num(gap), room), np.pad(seen, room))

    return exactly(interpreter, cells_needed(interpreter, (statement, *premises)), gaps)


def seen(interpreter: Interpreter, statement: Statement, premises: Premises) -> tuple[Field, Field]:
    """A statement's gap in floats, and where it counts."""
    gap = scaled_gap(interpreter, statement.left, statement.right)
    return gap, counted(interpreter, statement, premises)


def _everywhere(interpreter: Interpreter, gap: Field, mask: Field) -> Gaps:
    axes = ordered((*gap.axes, *mask.axes))
    count = interpreter.tables.sample.count
    gaps, masks = spread(gap, axes), spread(mask, axes)
    shape = (*np.broadcast_shapes(gaps.shape, masks.shape)[:-1], count)
    return Gaps(axes, np.broadcast_to(gaps, shape), np.broadcast_to(masks, shape))


def counted(interpreter: Interpreter, statement: Statement, premises: Premises) -> Field:
    """Where a statement means something and its premises, and facts at a point, hold."""
    meaning = meaningful(interpreter, (statement.left, statement.right))
    value_axes = [interpreter.side(side).axes for side in (statement.left, statement.right)]
    axes = ordered((*meaning.axes, *value_axes[0], *value_axes[1]))
    given = [_given(interpreter, premise) for premise in premises]
    return conjunction([meaning, at_the_point(interpreter, axes), *given], interpreter)


def _given(interpreter: Interpreter, premise: Statement) -> Field:
    """The worlds in which a premise holds wherever it means something and is claimed."""
    meaning = meaningful(interpreter, (premise.left, premise.right))
    held = holds(interpreter, premise.left, premise.relation, premise.right)
    axes = ordered((*meaning.axes, *held.axes))
    claimed = conjunction([meaning, at_the_point(interpreter, axes)], interpreter)
    failed = interpreter.fields.compare(np.logical_and, claimed, Field(held.axes, ~held.data))
    return everywhere(Field(failed.axes, ~failed.data))


@lru_cache(maxsize=16384)
def _axes_within(term: Basic) -> frozenset[frozenset[Var]]:
    """The sets of variables that some part of a term has its value over."""
    inside = (_axes_within(part) for part in term.args)
    return frozenset({open_variables(term)}).union(*inside)


def cells_needed(interpreter: Interpreter, statements: Sequence[Statement]) -> int:
    """The cells of the largest field that the statements' evaluation needs."""
    sides = [side for s in statements for side in (s.left, s.right)]
    sets_of_axes = {axes for side in sides for axes in _axes_within(side)}
    free = frozenset[Var]().union(*(open_variables(side) for side in sides))
    size = interpreter.alphabets.size
    sizes = (prod(map(size, axes)) for axes in {*sets_of_axes, free})
    return max(cells(interpreter.tables.sample), *sizes)


@lru_cache(maxsize=16384)
def _size(term: Basic) -> int:
    """How many parts of a term have values: a density is looked up, however many its variables."""
    parts = () if isinstance(term, Density) else term.args
    return 1 + sum(_size(part) for part in parts if isinstance(part, Expr | Tuple))


def terms_needed(statements: Sequence[Statement]) -> int:
    """How many terms the statements' evaluation goes through."""
    return sum(_size(side) for s in statements for side in (s.left, s.right))


def margin(statement: Statement, gap: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far a statement is from failing: negative where it fails, for an equality -|gap|."""
    if statement.relation == "=":
        return np.asarray(-np.abs(gap))
    return gap if statement.relation == ">=" else np.asarray(-gap)
