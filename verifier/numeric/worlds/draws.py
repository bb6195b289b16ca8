"""Worlds: random small integers from which every table, width, parameter and function is made.

A `Sample` holds many worlds over the same alphabets. All that is random in it are integers over
one fixed denominator, so each world is exactly rational: the float tables and the exact ones come
from the same integers (`verifier.numeric.worlds.tables` makes them).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import chain
from math import lcm, prod
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from sympy import Rational

from verifier.kernel.model import Family, Function, Model, Parameter
from verifier.kernel.terms import Var
from verifier.numeric.numbers.arrays import UnsupportedError, ordered

Integers = NDArray[np.int64]
Mode = Literal["free", "tied", "uniform"]
# What a draw is of: a family's table, the widths of a variable's points, a parameter, a coefficient
# of a function, or the one joint of all families.
Key = (
    tuple[Literal["table"], str, tuple[Var, ...], tuple[Var, ...]]
    | tuple[Literal["width"], Var]
    | tuple[Literal["parameter"], str]
    | tuple[Literal["function"], str, str]
    | tuple[Literal["tied"]]
)

KNOTS = 3  # breakpoints of a function of numbers
WIDTH_UNIT = 4  # widths of points are multiples of 1/4
VALUE_UNIT = 4  # values of functions too
_WIDTHS = np.array([1, 1, 2, 3, 4, 8, 12])  # 1/4 to 3: densities well above 1 and below it
_LARGEST_ANCHOR = 2**40
_MAGNITUDES = 24  # of wide widths: from 2^-24 to 2^24
_TABLE_TOPS = np.array([3, 8, 8, 40, 400])  # the largest integer of a world's tables


_FINE = 1_386_000  # parts of a unit: halves to twelfths, sixteenths, hundredths, thousandths


class Draw(NamedTuple):
    """Integers over axes, of variables that have several values, the worlds last, and their common
    denominator."""

    axes: tuple[Var, ...]
    top: Integers
    bottom: int


def space(slot: Var, sequences: frozenset[str]) -> Var:
    """What a slot shares its alphabet with: the sequence that it is an element of, or nothing."""
    return Var(slot.name) if slot.ends and slot.name in sequences else slot


@dataclass(frozen=True)
class Shape:
    """What the worlds of a sample share: alphabet sizes, and the kind of their tables.

    `stepped` worlds give each point of a variable that isn't discrete a width. `tied` worlds make
    every family a conditional of one joint, `uniform` ones have constant tables. `zeros` lets
    tables have zeros; `wide` ones have widths of any magnitude. The elements of each of the
    `sequences` have one alphabet, widths and all.
    """

    sizes: Mapping[Var, int]
    count: int
    stepped: bool = False
    mode: Mode = "free"
    zeros: bool = False
    tiny: bool = False
    wide: bool = False
    sequences: frozenset[str] = frozenset()

    def space(self, slot: Var) -> Var:
        """What a slot shares its alphabet with."""
        return space(slot, self.sequences)


@dataclass(frozen=True)
class Sample:
    """Many worlds of a model over the same alphabets; some may stand for several."""

    model: Model
    shape: Shape
    draws: Mapping[Key, Draw] = field(repr=False)
    repeated: Integers | None = field(default=None, repr=False)

    @property
    def count(self) -> int:
        return self.shape.count

    @property
    def times(self) -> Integers:
        """How often each world counts."""
        return np.ones(self.count, dtype=np.int64) if self.repeated is None else self.repeated

    @cached_property
    def layout(self) -> object:
        """One object for all samples of a model that differ in their integers alone."""
        shape = self.shape
        bottoms = tuple(draw.bottom for draw in self.draws.values())
        kind = shape.count, shape.stepped, shape.mode, shape.zeros, shape.sequences
        return _layout(tuple(shape.sizes.items()), *kind, bottoms)

    def take(self, worlds: Any) -> Sample:
        """The worlds that a slice, a mask or an array of indices selects."""
        draws = {key: d._replace(top=d.top[..., worlds]) for key, d in self.draws.items()}
        count = len(np.arange(self.count)[worlds])
        times = None if self.repeated is None else self.repeated[worlds]
        return replace(self, shape=replace(self.shape, count=count), draws=draws, repeated=times)

    def standing_for(self, count: int) -> Sample:
        """The same worlds, counted as if they were repeated until they are so many."""
        return replace(self, repeated=np.bincount(np.arange(count) % self.count))

    def with_draws(self, draws: Mapping[Key, Draw]) -> Sample:
        """The same sample with some draws replaced or added."""
        return replace(self, draws={**self.draws, **draws})


@lru_cache(maxsize=1024)
def _layout(*_: object) -> object:
    return object()  # compared by identity


def refined(sample: Sample) -> Sample:
    """The same worlds, what isn't an integer or a table in units that hold simple fractions."""
    draws: dict[Key, Draw] = {
        key: Draw(
            draw.axes, draw.top * (lcm(draw.bottom, _FINE) // draw.bottom), lcm(draw.bottom, _FINE)
        )
        for key, draw in sample.draws.items()
        if key[0] == "width" or (key[0] in ("function", "parameter") and draw.bottom > 1)
        if draw.bottom < _FINE
    }
    return sample.with_draws(draws)


def cells(sample: Sample) -> int:
    """The cells of a table over all variables."""
    return prod(sample.shape.sizes.values())


def join(samples: list[Sample]) -> Sample:
    """The worlds of several samples of one shape, in order."""
    head = samples[0]
    draws = {
        key: draw._replace(top=np.concatenate([s.draws[key].top for s in samples], axis=-1))
        for key, draw in head.draws.items()
    }
    count = sum(sample.count for sample in samples)
    return Sample(head.model, replace(head.shape, count=count), draws)


def slots_of(model: Model) -> tuple[Var, ...]:
    """Every slot that has an alphabet: of families, functions and facts; copies share theirs."""
    copies = dict(model.copies)
    of_families = chain.from_iterable(family.slots for family in model.families)
    of_functions = (a for f in model.functions for a in f.arguments if a is not None)
    found = [copies.get(v, v) for v in chain(of_families, of_functions, copies.values())]
    for variable in found:
        if not all(end.is_Integer for end in variable.ends):
            raise UnsupportedError(f"{variable} has a symbolic index")
    return ordered(found)


def own_tables(family: Family) -> Iterator[tuple[tuple[Var, ...], tuple[Var, ...]]]:
    """The conditional tables (left, right) that a family draws for itself."""
    if family.formula is not None:
        return
    if not family.factors:
        yield ordered(family.left), ordered(family.right)
    for factor in family.factors:
        if factor.family == family.name:
            yield ordered(factor.left), ordered(factor.right)


def drawn(model: Model, sizes: Mapping[Var, int]) -> list[int]:
    """How many integers one world is made from, its widths apart: for each draw."""
    copies = dict(model.copies)

    def room(variables: Iterable[Var | None]) -> int:
        return prod(sizes[copies.get(v, v)] for v in variables if v is not None)

    tables = [room((*left, *right)) for f in model.families for left, right in own_tables(f)]
    functions = [room(f.arguments) for f in model.functions for _ in function_parts(f)]
    return [*tables, *functions, *(1 for _ in model.parameters)]


class Drawing:
    """Draws the integers of one sample, in an order that depends on the model alone."""

    def __init__(self, model: Model, shape: Shape, random: Generator) -> None:
        self.model = model
        self.shape = shape
        self.random = random
        self.draws: dict[Key, Draw] = {}
        self._copies = dict(model.copies)
        self._widths: dict[Var, Integers] = {}
        self._holes: dict[tuple[Var, ...], NDArray[np.bool_]] = {}  # of the first table over these
        self._alike = random.random(shape.count) < 1 / 2 if shape.zeros else False

    def sample(self) -> Sample:
        """One sample of the model."""
        for slot in self.shape.sizes:
            self._draw_widths(slot)
        tables = [(f.name, *own) for f in self.model.families for own in own_tables(f)]
        if self.shape.mode == "tied" and tables:
            self._draw_table(("tied",), tuple(self.shape.sizes), ())
        else:
            for name, left, right in tables:
                self._draw_table(("table", name, left, right), left, right)
        for function in self.model.functions:
            self._draw_function(function)
        for parameter in self.model.parameters:
            self._draw_parameter(parameter)
        return Sample(self.model, self.shape, self.draws)

    def _axes(self, variables: Iterable[Var]) -> tuple[Var, ...]:
        """Those that have several values, in the order of axes."""
        return ordered(v for v in variables if self._length(v) > 1)

    def _length(self, variable: Var) -> int:
        return self.shape.sizes[self._copies.get(variable, variable)]

    def _size(self, axes: tuple[Var, ...]) -> tuple[int, ...]:
        return (*map(self._length, axes), self.shape.count)

    def _draw_widths(self, slot: Var) -> None:
        if not self.shape.stepped or slot.label in self.model.discrete:
            return
        space, axes = self.shape.space(slot), self._axes((slot,))
        if space not in self._widths:
            self._widths[space] = self.random.choice(_WIDTHS, self._size(axes))
            if self.shape.wide:
                powers = self.random.integers(0, 2 * _MAGNITUDES + 1, self.shape.count)
                self._widths[space] = self._widths[space] << powers
        unit = WIDTH_UNIT << _MAGNITUDES if self.shape.wide else WIDTH_UNIT
        self.draws["width", slot] = Draw(axes, self._widths[space], unit)

    def _draw_table(self, key: Key, left: tuple[Var, ...], right: tuple[Var, ...]) -> None:
        axes = self._axes((*left, *right))
        tops = self._tops(self._size(axes))
        if self.shape.zeros:
            self._punch(tops, axes, tuple(i for i, v in enumerate(axes) if v in left))
        self.draws[key] = Draw(axes, tops, 1)

    def _tops(self, size: tuple[int, ...]) -> Integers:
        """Positive integers, of another magnitude in each world."""
        if self.shape.mode == "uniform":
            return np.ones(size, dtype=np.int64)
        ranges = np.array([3, 4]) if self.shape.tiny else _TABLE_TOPS
        largest = self.random.choice(ranges, size[-1])
        tops = self.random.random(size, dtype=np.float32) * largest
        return np.asarray(1 + tops.astype(np.int64))

    def _punch(self, tops: Integers, axes: tuple[Var, ...], left: tuple[int, ...]) -> None:
        """Put zeros into half of the worlds, leaving every conditional row something positive.

        In half of all worlds they are where those of the first table over the same variables are,
        so that one family may be << another and both have zeros, however large their tables.
        """
        share = self.random.choice([0.0, 0.0, 0.25, 0.5], tops.shape[-1])
        holes = self.random.random(tops.shape, dtype=np.float32) < share
        tops[np.where(self._alike, self._holes.setdefault(axes, holes), holes)] = 0
        empty = ~tops.any(axis=left, keepdims=True)
        first = np.zeros(tops.shape, dtype=bool)
        first[tuple(0 if i in left else slice(None) for i in range(tops.ndim))] = True
        tops[empty & first] = 1

    def _draw_function(self, function: Function) -> None:
        axes = self._axes(a for a in function.arguments if a is not None)
        for part in function_parts(function):
            tops = self.random.integers(-12, 13, self._size(axes))
            if is_strict(function):
                tops[tops == 0] = 1
            self.draws["function", function.name, part] = Draw(axes, tops, VALUE_UNIT)

    def _draw_parameter(self, parameter: Parameter) -> None:
        tops, unit = candidates(self.model, parameter, self.shape.count, self.random)
        self.draws["parameter", parameter.symbol.name] = Draw((), tops, unit)


def is_strict(function: Function) -> bool:
    """Whether a function is declared not to be 0."""
    return function.sign in ("> 0", "< 0", "!= 0")


def function_parts(function: Function) -> list[str]:
    """The random coefficients of a function: its value at 0, and per number its pieces."""
    parts = ["offset"]
    for position, argument in enumerate(function.arguments):
        if argument is None:
            names = ["quadratic", "below", "above", *(f"slope{k}" for k in range(KNOTS + 1))]
            names += [f"knot{k}" for k in range(KNOTS)]
            parts += [f"{name}@{position}" for name in names]
    return parts


def candidates(
    model: Model, parameter: Parameter, count: int, random: Generator
) -> tuple[Integers, int]:
    """Values near the constants of a parameter's bounds, and of the facts about it; which of them
    hold is tested later."""
    constants = {Rational(0)}
    facts = ((fact.left, fact.relation, fact.right) for fact in model.facts)
    about = (
        said for said in facts if said[0].has(parameter.symbol) or said[2].has(parameter.symbol)
    )
    for left, _, right in (*parameter.bounds, *about):
        constants |= left.atoms(Rational) | right.atoms(Rational)
    constants = {c for c in constants if max(abs(c.p), c.q) <= _LARGEST_ANCHOR}
    anchors = sorted(constants)
    unit = 1 if parameter.integer else lcm(8, *(int(a.q) for a in anchors))
    bases = [int(anchor * unit) for anchor in anchors]
    steps = _whole_steps(count, random) if parameter.integer else _steps(unit, count, random)
    if len(bases) == 1:  # of many parameters nothing is said
        return bases[0] + steps, unit
    return random.choice(np.array(bases), count) + steps, unit


def _whole_steps(count: int, random: Generator) -> Integers:
    """Small integers, and now and then a power of 2 up to 1024."""
    small, large = random.integers(-3, 7, count), 2 ** random.integers(3, 11, count)
    return np.where(random.integers(0, 16, count) == 0, large, small)


def _steps(unit: int, count: int, random: Generator) -> Integers:
    """Multiples of 1/8 within 1 or 4, or 0."""
    eighth = unit // 8
    near, far = random.integers(-8, 9, count), random.integers(-32, 33, count)
    kind = random.integers(0, 8, count)
    return np.where(kind == 0, 0, np.where(kind < 5, near, far)) * eighth
