"""What is computed of arrays, written down once and done again with others of the same shapes.

Terms are walked over `Slot`s in place of arrays, in the arithmetic of a `Tape`, where operations
become steps. What numbers an array holds isn't known then: whoever asks is told what is usual, that
nothing is 0, undefined or infinite, and a step checks it each time the tape is played.

Logarithms and quotients on a tape aren't looked at for what is undefined. There they are infinite
or NaN, and so is all that sums, products, numerators and logarithms make of them. What might hide
it, a denominator, a power or a comparison, has its operands checked, and so have the results: where
all that is checked is finite, every number is the one that the arithmetic of floats makes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from math import prod
from operator import itemgetter, methodcaller
from typing import Any, NoReturn, cast

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from verifier.numeric.numbers.arithmetic import FLOAT, Arithmetic
from verifier.numeric.numbers.arrays import Buffers, Data, Field

_LARGEST = 2**20  # numbers in the arrays of a tape
_PAGE = 512  # of them in a page of memory
# What they make of an operand that isn't finite isn't finite either.
_CARRYING = (np.add, np.subtract, np.multiply, np.log, np.absolute)
_LOOKING = ("exp", "power", "real_power")  # for undefined points, by themselves
# What takes the array that it ends in by name.
_BY_NAME = (np.maximum, np.minimum, *(getattr(FLOAT, name) for name in _LOOKING))

Operation = Callable[..., Any]
View = Callable[[Data], Data]
Given = Callable[..., Data | None]


class UnrecordedError(Exception):
    """What a tape has no steps for."""


class UnusualError(Exception):
    """Numbers that aren't as they were taken to be when a tape was made."""


class Slot(NDArrayOperatorsMixin):
    """The place of an array on a tape. `array` shows its shape; its numbers mean nothing."""

    def __init__(self, tape: Tape, array: Data, base: Slot | None = None) -> None:
        self.tape, self.array, self.base = tape, array, base
        self.shape, self.size, self.dtype = array.shape, array.size, array.dtype
        self.place = tape.hold(array)

    @property
    def owner(self) -> int:
        """The place of the array in whose memory the numbers are."""
        return self.place if self.base is None else self.base.place

    def __getitem__(self, index: Any) -> Slot:
        return self.tape.view(self, itemgetter(index))

    def transpose(self, order: Sequence[int]) -> Slot:
        """A view."""
        return self.tape.view(self, methodcaller("transpose", order))

    def all(self, axis: tuple[int, ...]) -> Slot:
        """Of booleans: whether all along the axes hold."""
        return cast(Slot, np.logical_and.reduce(cast(Data, self), axis=axis))

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *operands: Any, out: Any = (None,), **options: Any
    ) -> Slot:
        operation: Operation = ufunc
        if ufunc not in _CARRYING:
            self.tape.check(*operands)
        if method == "reduce" and options.keys() == {"axis"}:
            operation, operands = ufunc.reduce, (*operands, options["axis"], None)
        elif method != "__call__" or options:
            raise UnrecordedError(ufunc.__name__)
        return self.tape.step(operation, operands, *out)

    def __array_function__(
        self, function: Operation, _: Any, operands: Any, options: Any
    ) -> Slot | None:
        if function is np.broadcast_to and not options:
            return self.tape.view(operands[0], partial(np.broadcast_to, shape=operands[1]))
        if function is np.clip and not options:
            self.tape.check(*operands)
            return self.tape.step(function, operands)
        if function is np.copyto and options.keys() == {"where"}:
            data, number = operands
            self.tape.fill(data, number, options["where"])
            return None
        raise UnrecordedError(function.__name__)

    def _unknown(self, *_: Any) -> NoReturn:
        raise UnrecordedError("what an array holds")

    __array__ = __bool__ = __iter__ = __len__ = __float__ = __int__ = __index__ = _unknown
    __setitem__ = __getattr__ = _unknown


class Tape:
    """Steps from inputs to results, and the arrays that they are done in.

    To be made: take `input`s, compute with `arithmetic` and `buffers`, `finish`. What cannot be
    recorded raises `UnrecordedError`. Then to be played, by one thread at a time.
    """

    def __init__(self) -> None:
        self.buffers = Buffers(lambda shape: cast(Data, self._made(_aligned(shape))))
        self._values: list[Any] = []
        self._size = 0
        self._steps: list[tuple[Operation, Callable[[list[Any]], Sequence[Any]]]] = []
        self._views: list[tuple[int, int, View]] = []  # of inputs: to be taken each time
        self._inputs: dict[int, tuple[str, object]] = {}  # their names
        self._used: set[int] = set()
        self._finite: dict[int, set[int]] = {}  # places of finite numbers, by their owners
        self._given: list[tuple[int, object, tuple[str, object]]] = []
        self._results: Sequence[Field] = ()

    # -- made -------------------------------------------------------------------------------------

    @property
    def arithmetic(self) -> Arithmetic:
        """That of floats, in steps."""
        usual = {"is_zero": False, "is_positive": True, "is_negligible": True}
        usual |= {"is_defined": True, "is_finite": True}
        tests = {name: partial(self._taken, getattr(FLOAT, name), it) for name, it in usual.items()}
        own = {name: partial(self._own, getattr(FLOAT, name)) for name in _LOOKING}
        steps: dict[str, Any] = {**tests, **own, "divide": self._divide, "log": np.log}
        return replace(FLOAT, **steps)

    def _divide(self, above: Any, below: Any, out: Slot | None = None) -> Slot:
        self.check(below)
        return self.step(np.divide, (above, below), out)

    def _own(self, operation: Operation, *operands: Any, out: Slot) -> Slot:
        """One that looks for undefined points."""
        self.check(*operands)
        return self.step(operation, operands, out)

    def _taken(self, test: View, usual: bool, data: Any) -> Data:
        """The usual answer to a test, to be checked."""
        if not isinstance(data, Slot):
            return test(data)
        self.check(data)
        if test not in (FLOAT.is_defined, FLOAT.is_finite):
            self._write(partial(_expect, test, usual), (data,))
        return np.full(data.shape, usual)

    def input(self, name: tuple[str, object], array: Data) -> Data:
        """The place of an array that is handed in when the tape is played."""
        if array.dtype.kind not in "if":
            raise UnrecordedError("numbers of another kind")
        slot = Slot(self, array)
        self._inputs[slot.place] = name
        return cast(Data, slot)

    def _made(self, array: Data) -> Slot:
        self._size += array.size
        if self._size > _LARGEST:
            raise UnrecordedError("more than there is room for")
        return Slot(self, array)

    def hold(self, value: Any) -> int:
        """Where a value stands on the tape."""
        if isinstance(value, Slot):
            return value.place
        self._values.append(value)
        return len(self._values) - 1

    def view(self, slot: Slot, view: View) -> Slot:
        """Some of a slot's numbers, or all in another order."""
        seen = Slot(self, view(slot.array), slot if slot.base is None else slot.base)
        if seen.owner in self._inputs:
            self._views.append((seen.place, slot.place, view))
            self._used.add(seen.owner)
        return seen

    def step(self, operation: Operation, operands: Sequence[Any], out: Slot | None = None) -> Slot:
        """An operation that ends in `out`, or in an array of its own."""
        if out is None:
            with np.errstate(all="ignore"):
                shown = [each.array if isinstance(each, Slot) else each for each in operands]
                out = self._made(operation(*shown))
        named = operation in _BY_NAME
        self._write(partial(_into, operation) if named else operation, (*operands, out))
        self._finite.pop(out.owner, None)
        return out

    def _write(self, operation: Operation, operands: Sequence[Any]) -> None:
        places = [self.hold(operand) for operand in operands]
        self._used.update(places)
        one = slice(places[0], places[0] + 1)
        self._steps.append((operation, itemgetter(*places) if len(places) > 1 else itemgetter(one)))

    def fill(self, data: Any, number: Any, where: Any) -> None:
        """A number wherever a mask is true."""
        if not isinstance(data, Slot):
            raise UnrecordedError("an array that isn't on the tape")
        if isinstance(where, Slot) or where.any():
            self.check(data, number)
            self._write(np.copyto, (data, number, "same_kind", where))
            self._finite.pop(data.owner, None)

    def check(self, *operands: Any) -> None:
        """Have the numbers of slots checked: each is finite, or the tape is of no use."""
        for slot in operands:
            if isinstance(slot, Slot) and slot.dtype.kind == "f":
                known = self._finite.setdefault(slot.owner, set())
                if slot.place not in known:
                    self._write(_expect_finite, (slot,))
                    known.add(slot.place)

    def finish(self, results: Sequence[Field]) -> Tape:
        """What the tape is to give."""
        self.check(*(result.data for result in results))
        self._results = results
        for place in self._inputs.keys() & self._used:
            self._given.append((place, _layout(self._values[place]), self._inputs[place]))
        return self

    # -- played -----------------------------------------------------------------------------------

    def play(self, given: Given) -> list[Field] | None:
        """The results for other inputs, `given` by their names, in arrays of whoever asks; None
        where an input has another shape, or where something isn't as usual."""
        values = self._values
        for place, layout, name in self._given:
            array = given(*name)
            if array is None or _layout(array) != layout:
                return None
            values[place] = array
        for place, of, view in self._views:
            values[place] = view(values[of])
        try:
            for operation, pick in self._steps:
                operation(*pick(values))
        except UnusualError:
            return None
        return [Field(axes, self._result(data)) for axes, data, _ in self._results]

    def _result(self, data: Any) -> Data:
        array: Data = self._values[data.place] if isinstance(data, Slot) else data
        return array.copy()


def _aligned(shape: tuple[int, ...]) -> Data:
    """An array at the start of a page, if it has so many numbers. Others begin a little behind one
    and are read across the lines of the cache, or where something is being written: all takes a
    tenth longer."""
    size = prod(shape)
    if size < _PAGE:
        return np.empty(shape)
    data = np.empty(size + _PAGE)
    start = -data.ctypes.data // data.itemsize % _PAGE
    return data[start : start + size].reshape(shape)


def _layout(array: Data) -> object:
    return array.shape, array.strides, array.dtype


def _into(operation: Operation, *operands: Data) -> None:
    operation(*operands[:-1], out=operands[-1])


def _expect_finite(data: Data) -> None:
    if np.count_nonzero(np.isfinite(data)) < data.size:
        raise UnusualError


def _expect(test: View, usual: bool, data: Data) -> None:
    if (test(data) != usual).any():
        raise UnusualError
