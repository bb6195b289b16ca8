"""Arrays with named axes: one axis per variable, the worlds last.

A `Field` over (x, z) holds, for thousands of worlds at once, one number per value of x and z. Axes
stand in one fixed order of variables, so that fields are aligned by inserting axes of length 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from verifier.kernel.terms import Tuple, Var, slot_order
from verifier.numeric.numbers.arithmetic import Arithmetic

Data = NDArray[Any]
Axes = tuple[Var, ...]
_Index = tuple[slice | None, ...]
_WHOLE = slice(None)
_POOLED = 2**23  # numbers in all the buffers that wait to be used again
POINTS_PER_EXACT = 32  # floats that take as long as one number of exact arithmetic

Spend = Callable[[int], None]  # is told of points that are worked out, and may raise to stop


def free(_: int) -> None:
    """For work that nobody counts."""


class UnsupportedError(Exception):
    """What the numeric side gives no meaning to (yet): its statement cannot be sampled."""


class BeyondFloatsError(UnsupportedError):
    """A number that no float is near to: exact arithmetic has it."""


class Field(NamedTuple):
    """Numbers over `axes`. `data` has one axis per variable and the worlds as its last axis. A
    variable of one value has none.

    Every axis has the length of its alphabet or 1. `fresh` data belongs to nobody else and may be
    overwritten by whatever it is handed to: use a fresh field once, or its `shared` form.
    """

    axes: Axes
    data: Data
    fresh: bool = False

    def shared(self) -> Field:
        """The same field, for more than one use: its data is not to be overwritten."""
        return Field(self.axes, self.data) if self.fresh else self


@lru_cache(maxsize=65536)
def _order(variable: Var) -> tuple[str, str, int]:
    return slot_order(variable)


@lru_cache(maxsize=65536)
def canonical(variable: Var) -> Var:
    """One object for all equal variables: lookups then end at identity, not deep comparison."""
    return variable


@lru_cache(maxsize=65536)
def axes_of(variables: Tuple) -> Axes:
    """The variables of a term's Tuple in the order of axes."""
    return ordered(variables)


def ordered(variables: Iterable[Var]) -> Axes:
    """Variables in the order of axes, each once."""
    return tuple(sorted({canonical(variable) for variable in variables}, key=_order))


@lru_cache(maxsize=4096)
def _index(axes: Axes, union: Axes) -> _Index:
    """What inserts the axes of `union` that `axes` lacks; empty when none is lacking."""
    if axes == union:
        return ()
    return (*(_WHOLE if variable in axes else None for variable in union), _WHOLE)


@lru_cache(maxsize=4096)
def _layout(left: Axes, right: Axes) -> tuple[Axes, _Index, _Index]:
    union = ordered((*left, *right))
    return union, _index(left, union), _index(right, union)


_broadcast = lru_cache(maxsize=4096)(np.broadcast_shapes)


def spread(field: Field, axes: Axes) -> Data:
    """The data of a field, with axes of length 1 for the variables of `axes` that it lacks."""
    index = _index(field.axes, axes)
    return field.data[index] if index else field.data


def rename(field: Field, names: Mapping[Var, Var]) -> Field:
    """The same numbers over other variables; a view. Two variables may become one."""
    axes, data = tuple(names.get(variable, variable) for variable in field.axes), field.data
    if axes == field.axes:
        return Field(axes, data)
    target = ordered(axes)
    while len(axes) > len(target):
        axes, data = _diagonal(axes, data)
    if axes == target:
        return Field(axes, data)
    order = [axes.index(variable) for variable in target]
    return Field(target, data.transpose([*order, len(order)]))


def _diagonal(axes: Axes, data: Data) -> tuple[Axes, Data]:
    """Two axes of one variable as one, where both have the same value."""
    late = next(place for place, variable in enumerate(axes) if variable in axes[:place])
    early = axes.index(axes[late])
    data = np.moveaxis(np.diagonal(data, axis1=early, axis2=late), -1, early)
    return (*axes[:late], *axes[late + 1 :]), data


def first(field: Field, variables: Iterable[Var]) -> Field:
    """The field at the first value of `variables`, which it must not depend on."""
    dropped = frozenset(variables)
    if not dropped:
        return field
    index = tuple(0 if variable in dropped else _WHOLE for variable in field.axes)
    kept = tuple(variable for variable in field.axes if variable not in dropped)
    return Field(kept, field.data[index])


class Buffers:
    """Float arrays to be used again: a new one costs more than what is computed in it."""

    def __init__(self, make: Callable[[tuple[int, ...]], Data] = np.empty) -> None:
        self._make = make
        self._free: dict[tuple[int, ...], list[Data]] = {}
        self._size = 0

    def take(self, shape: tuple[int, ...]) -> Data:
        """An array of a shape, with anything in it."""
        free = self._free.get(shape)
        if not free:
            return self._make(shape)
        data = free.pop()
        self._size -= data.size
        return data

    def give(self, data: Data) -> None:
        """Hand back an array that nobody looks at any more; views and too many are ignored."""
        if data.base is None and data.dtype == np.float64 and self._size < _POOLED:
            self._size += data.size
            self._free.setdefault(data.shape, []).append(data)

    def clear(self) -> None:
        """Let go of them."""
        self._free.clear()
        self._size = 0


class Fields:
    """Operations of one arithmetic on fields: broadcasting, sums over axes, masks. `spend` is told
    what is done in exact arithmetic; of floats who asks for values knows how many they are."""

    def __init__(self, arithmetic: Arithmetic, buffers: Buffers, spend: Spend = free) -> None:
        self.arithmetic = arithmetic
        self.buffers = buffers
        self._spend = spend

    def _count(self, shape: tuple[int, ...]) -> None:
        if self.arithmetic.exact:
            self._spend(POINTS_PER_EXACT * prod(shape))

    def apply(self, operation: np.ufunc, left: Field, right: Field) -> Field:
        """A binary operation, in place where an operand's data is fresh and large enough."""
        axes, expand_left, expand_right = _layout(left.axes, right.axes)
        a = left.data[expand_left] if expand_left else left.data
        b = right.data[expand_right] if expand_right else right.data
        shape = a.shape if a.shape == b.shape else _broadcast(a.shape, b.shape)
        if self.arithmetic.exact:
            self._count(shape)
        out: Data | None
        if left.fresh and a.shape == shape:
            out = a
        elif right.fresh and b.shape == shape:
            out = b
        else:
            out = self._new(shape)
        result = Field(axes, operation(a, b, out=out), True)
        if left.fresh:
            self._release(left, out)
        if right.fresh:
            self._release(right, out)
        return result

    def _new(self, shape: tuple[int, ...]) -> Data | None:
        return None if self.arithmetic.exact else self.buffers.take(shape)

    def _release(self, field: Field, used: Data | None) -> None:
        """Give back an operand's memory, unless the result lies in it."""
        in_use = used is field.data or (used is not None and used.base is field.data)
        if field.fresh and not in_use and not self.arithmetic.exact:
            self.buffers.give(field.data)

    def map(self, operation: np.ufunc, field: Field) -> Field:
        """A unary operation, in place where the data is fresh."""
        self._count(field.data.shape)
        out = field.data if field.fresh else self._new(field.data.shape)
        return Field(field.axes, operation(field.data, out=out), True)

    def compare(self, operation: np.ufunc, left: Field, right: Field) -> Field:
        """A binary operation whose results are booleans."""
        axes, expand_left, expand_right = _layout(left.axes, right.axes)
        a = left.data[expand_left] if expand_left else left.data
        b = right.data[expand_right] if expand_right else right.data
        return Field(axes, operation(a, b))

    def add(self, left: Field, right: Field) -> Field:
        """left + right."""
        return self.apply(self.arithmetic.add, left, right)

    def subtract(self, left: Field, right: Field) -> Field:
        """left - right."""
        return self.apply(self.arithmetic.subtract, left, right)

    def multiply(self, left: Field, right: Field) -> Field:
        """left * right."""
        return self.apply(self.arithmetic.multiply, left, right)

    def divide(self, left: Field, right: Field) -> Field:
        """left / right; undefined where right is 0."""
        return self.apply(self.arithmetic.divide, left, right)

    def total(self, field: Field, variables: Iterable[Var]) -> Field:
        """The plain sum over variables; the field must have the axes of those that have several
        values, at full length."""
        gone = frozenset(variables)
        for position in reversed([i for i, v in enumerate(field.axes) if v in gone]):
            self._count(field.data.shape)
            shape = field.data.shape[:position] + field.data.shape[position + 1 :]
            out = self._new(shape)
            data = self.arithmetic.add.reduce(field.data, axis=position, out=out)
            self._release(field, data)
            field = Field(field.axes[:position] + field.axes[position + 1 :], data, True)
        return field

    def fill(self, field: Field, mask: Field, number: ArrayLike | None = None) -> Field:
        """The field with a number, 0 unless told, wherever `mask` (of booleans, over no other
        axes) is true."""
        data = field.data if field.fresh else field.data.copy()
        number = self.arithmetic.zero if number is None else number
        np.copyto(data, number, where=spread(mask, field.axes))
        return Field(field.axes, data, True)

    def vanishes(self, field: Field) -> Field:
        """Where the field is exactly 0, as booleans."""
        return Field(field.axes, self.arithmetic.is_zero(field.data))
