"""Shrinking: from a world that breaks a statement to the simplest one near it that does.

Round by round, simpler worlds are proposed, all at once: fewer values of a variable; tables, rows
and entries in small integers; values that are 0, 1, 1/2 or another simple fraction. The simplest
that still breaks the statement, and visibly, is where the next round begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verifier.kernel.terms import Var
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.search.show import Shown, world
from verifier.numeric.worlds.draws import Draw, Integers, Key, Sample, cells, join, refined

Floats = NDArray[np.float64]

_ROUNDS = 16
_POINTS = 2**19  # worlds times cells, or times the numbers that they are made from, of a round
_MIXED = 96  # proposals of a round that simplify several things at once,
_SHARE = 0.6  # each of them this share of the draws
_COARSE = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 50, 100, 1000, 10**4, 10**5, 10**6, 10**7, 10**8)
_VALUES = (0, 1, -1, 2, 1 / 2, -1 / 2, -2, 3, 1 / 4, 1 / 3)
_VISIBLE = 0.02  # a breach that one sees at a glance, on the scale of the sides
_WHOLE = 2.0**36  # the largest integer of a row whose entries are no simple ones
_ENDLESS = 1e9  # the denominator of what is no simple fraction
_TERMS = 20  # of a continued fraction
_ROUGH = 1e-13  # how far from an integer a multiple of a float may be that stands for one
_ZERO = 40.0  # what a 0 in a table costs: more than another simple fraction does


@dataclass(frozen=True)
class Breaches:
    """What a sample's worlds come to: how visibly each breaks the statement (0: not, or not
    admissible), and what it would cost to read."""

    breach: Floats
    cost: Floats

    @property
    def price(self) -> Floats:
        """What is to be low: the cost, and a little more for what is hard to see."""
        hidden = np.log2(np.maximum(_VISIBLE / np.maximum(self.breach, 1e-300), 1))
        return np.asarray(self.cost + 2 * hidden)


Measure = Callable[[Sample], "Breaches | None"]


@np.errstate(all="ignore")
def cost(interpreter: Interpreter, names: frozenset[str]) -> Floats:
    """How hard each world is to read: the numerators and denominators of all that is shown."""
    count = interpreter.tables.sample.count
    total = np.zeros(count)
    for shown in world(interpreter, names):
        rows = _rows(shown, count)
        total += _size(rows.reshape(len(rows), -1), shown.kind).reshape(-1, count).sum(axis=0)
    return total


def _rows(shown: Shown, count: int) -> Floats:
    """What is shown, the entries of a row first, then its rows, then the worlds."""
    axes, data = shown.values.axes, shown.values.data
    order = sorted(range(len(axes)), key=lambda i: axes[i] in shown.given)
    rows = np.broadcast_to(data, (*data.shape[:-1], count)).transpose(*order, len(axes))
    inside = prod(data.shape[i] for i in order if axes[i] not in shown.given)
    return np.asarray(rows, dtype=np.float64).reshape(inside, -1, count)


def _size(values: Floats, kind: str) -> Floats:
    """The common denominator of numbers, for each of them, and a little for each by itself."""
    bottom = denominators(values)
    common = _common(bottom)
    single = bottom + np.abs(values * bottom)
    if kind == "table":
        single = np.where(values == 0, _ZERO, single)
    elif kind == "width":
        common = np.where((values == 1).all(axis=0), 0, 2 + common)
        single = np.where(values == 1, 0, single)
    else:
        single = 4 * single + (values < 0)
    return np.asarray(len(values) * common + single.sum(axis=0) / 4)


def denominators(values: Floats) -> Floats:
    """The denominator of each number as a simple fraction, by its continued fraction; `_ENDLESS`
    for what is none."""
    different, places = np.unique(values, return_inverse=True)
    return _denominators(different)[places.reshape(values.shape)]


def _denominators(values: Floats) -> Floats:
    rest, before, bottom = np.abs(values), np.zeros(values.shape), np.ones(values.shape)
    whole = np.floor(rest)
    found = np.full(values.shape, _ENDLESS)
    for _ in range(_TERMS):
        off = np.abs(values * bottom - np.rint(values * bottom))
        fits = (off < _ROUGH * np.maximum(1, np.abs(values * bottom))) & (bottom < _ENDLESS)
        found = np.where(fits, np.minimum(found, bottom), found)
        rest = 1 / np.where(fits | (rest == whole), 0.5, rest - whole)
        whole = np.floor(rest)
        before, bottom = bottom, np.minimum(whole * bottom + before, _ENDLESS)
    return found


def _common(bottom: Floats) -> Floats:
    """The common multiple of each column of denominators, as far as it is small."""
    total = np.ones(bottom.shape[-1], dtype=np.int64)
    for row in bottom.astype(np.int64):
        total = np.minimum(np.lcm(total, row), int(_ENDLESS))
    return total.astype(np.float64)


def shrunk(
    sample: Sample,
    measure: Measure,
    zeros: bool,
    random: np.random.Generator,
    unspoken: frozenset[Var] = frozenset(),
) -> list[Sample]:
    """Worlds that break what the sample's one world breaks, ever simpler, it the first of them.

    `zeros` says whether tables may have zeros that theirs don't have yet; `unspoken` are variables
    that nothing is said of, which need no second value.
    """
    whole = refined(sample)
    path = [replace(whole, shape=replace(whole.shape, zeros=zeros or whole.shape.zeros))]
    first = measure(path[0])
    if first is None or not first.breach[0] > 0:
        return path
    least = float(first.breach[0]) / 10
    reached = float(first.price[0])
    for smaller, proposals in _rounds(path, zeros, random, unspoken):
        found = measure(proposals)
        if found is None:
            continue
        price = np.where(found.breach >= least, found.price, np.inf)
        best = int(np.lexsort((-found.breach, price))[0])
        if price[best] < (np.inf if smaller else reached):
            reached = float(price[best])
            path.append(proposals.take(np.array([best])))
    return path


def _rounds(
    path: list[Sample], zeros: bool, random: np.random.Generator, unspoken: frozenset[Var]
) -> Iterator[tuple[bool, Sample]]:
    """What is tried, each time from the world that `path` has come to; whether it is smaller, and
    so to be preferred whatever its numbers are."""
    single = 1 in path[0].shape.sizes.values()
    spoken_of = {path[0].shape.space(v) for v in path[0].shape.sizes if v not in unspoken}
    for _ in range(_ROUNDS):
        before = len(path)
        for space in _spaces(path[-1]):
            least = 1 if single or space not in spoken_of else 2
            for proposals in (_fewer(path[-1], space, least), _flattened(path[-1], space)):
                if proposals is not None:
                    yield True, proposals
        yield False, _simpler(path[-1], zeros, random)
        if len(path) == before:
            return


def _spaces(sample: Sample) -> list[Var]:
    """The alphabets of a world, each once."""
    return list(dict.fromkeys(map(sample.shape.space, sample.shape.sizes)))


# -- fewer values, no widths ----------------------------------------------------------------------


def _fewer(sample: Sample, space: Var, least: int) -> Sample | None:
    """The world without one value of a variable, or of all elements of a sequence: any of them."""
    here = [slot for slot in sample.shape.sizes if sample.shape.space(slot) == space]
    size = sample.shape.sizes[here[0]]
    if size <= least:
        return None
    sizes = {slot: length - (slot in here) for slot, length in sample.shape.sizes.items()}
    smaller = replace(sample.shape, sizes=sizes)
    worlds = []
    for gone in range(size):
        draws = dict(sample.draws)
        for key, draw in draws.items():
            draws[key] = _without(draw, gone, _along(sample, draw, here))
        worlds.append(Sample(sample.model, smaller, draws))
    return join(worlds)


def _without(draw: Draw, gone: int, along: list[int]) -> Draw:
    """A draw without the values at a place of some axes; what has one value left has no axis."""
    top = draw.top
    for axis in along:
        top = np.delete(top, gone, axis=axis)
    single = tuple(axis for axis in along if top.shape[axis] == 1)
    axes = tuple(v for i, v in enumerate(draw.axes) if i not in single)
    return draw._replace(axes=axes, top=top.squeeze(axis=single))


def _flattened(sample: Sample, space: Var) -> Sample | None:
    """The world with points of width 1 that have the probabilities that theirs have."""
    widths = {key[1]: draw for key, draw in sample.draws.items() if key[0] == "width"}
    here = [slot for slot in widths if sample.shape.space(slot) == space]
    if not here:
        return None
    width = widths[here[0]].top[..., 0]
    draws: dict[Key, Draw] = {}
    for key, draw in sample.draws.items():
        if key[0] in ("table", "tied"):
            left, _ = _sides(key, draw)
            mass = draw.top[..., 0].astype(np.float64)
            for axis in set(left).intersection(_along(sample, draw, here)):
                mass *= width.reshape([-1 if i == axis else 1 for i in range(mass.ndim)])
            largest = np.maximum(mass.max(axis=left, keepdims=True), 1)
            whole = np.rint(mass * (_WHOLE / largest))
            top = np.where(mass == 0, 0, np.maximum(whole, 1)).astype(np.int64)
            draws[key] = draw._replace(top=top[..., None])
    kept = {k: d for k, d in sample.draws.items() if k[0] != "width" or k[1] not in here}
    return replace(sample, draws={**kept, **draws})


def _along(sample: Sample, draw: Draw, slots: list[Var]) -> list[int]:
    """The axes of a draw that range over some slots."""
    copies = dict(sample.model.copies)
    return [i for i, v in enumerate(draw.axes) if copies.get(v, v) in slots]


# -- simpler numbers ------------------------------------------------------------------------------

Change = Mapping[Key, Integers]


def _simpler(sample: Sample, zeros: bool, random: np.random.Generator) -> Sample:
    """The world with one draw made simpler in each of many ways, and with several."""
    ways = {key: _ways(key, draw, zeros) for key, draw in sample.draws.items()}
    tables = [key for key in ways if key[0] in ("table", "tied")]
    changes: list[Change] = [
        {key: _rounded(key, sample.draws[key], coarse) for key in tables} for coarse in _COARSE
    ]
    for _ in range(_MIXED):
        some = [key for key, tops in ways.items() if tops and random.random() < _SHARE]
        changes.append({key: ways[key][int(random.integers(len(ways[key])))] for key in some})
    changes += [{key: top} for key, tops in ways.items() for top in tops]
    numbers = sum(draw.top.size for draw in sample.draws.values())
    most = max(len(_COARSE) + _MIXED, _POINTS // max(cells(sample), numbers))
    return _changed(sample, [_alike(sample, change) for change in changes[:most]])


def _alike(sample: Sample, change: Change) -> Change:
    """A change that gives the elements of a sequence the same widths."""
    space = sample.shape.space
    return {
        key: top
        for mine, top in change.items()
        for key in (
            [k for k in sample.draws if k[0] == "width" and space(k[1]) == space(mine[1])]
            if mine[0] == "width"
            else [mine]
        )
    }


def _changed(sample: Sample, changes: list[Change]) -> Sample:
    """One copy of the world for each change."""
    many = sample.take(np.zeros(len(changes), dtype=np.intp))
    draws: dict[Key, Draw] = {}
    for key, draw in many.draws.items():
        top = draw.top
        for i, change in enumerate(changes):
            if key in change:
                top[..., i] = change[key]
        draws[key] = draw._replace(top=top)
    return many.with_draws(draws)


def _ways(key: Key, draw: Draw, zeros: bool) -> list[Integers]:
    """Simpler integers for a draw of one world, without the axis of worlds."""
    top = draw.top[..., 0]
    if key[0] in ("table", "tied"):
        return [*_tables(key, draw, zeros)] if draw.axes else []
    values: list[float] = [*_VALUES]
    if key[0] == "width":
        values = [value for value in (*_VALUES, 4, 3 / 2) if value > 0]
    if draw.bottom == 1:
        values = [*range(-2, 4)]
    found = [np.full_like(top, round(value * draw.bottom)) for value in values]
    if draw.bottom > 1:
        for coarse in _COARSE[:14]:
            rough = np.rint(top * (coarse / draw.bottom)) / coarse
            found += _one_by_one(top, np.rint(rough * draw.bottom).astype(np.int64), True)
    if top.ndim:
        for value in values:
            found += _one_by_one(top, np.full_like(top, round(value * draw.bottom)), False)
    return [new for new in found if new.min() > 0] if key[0] == "width" else found


def _one_by_one(top: Integers, new: Integers, whole: bool) -> Iterator[Integers]:
    """An array with one entry made new at a time, or also with all."""
    if whole:
        yield new
    if top.ndim:
        for place in np.ndindex(top.shape):
            if top[place] != new[place]:
                changed = top.copy()
                changed[place] = new[place]
                yield changed


def _tables(key: Key, draw: Draw, zeros: bool) -> Iterator[Integers]:
    """Uniform and rounded tables, with all rows alike, with one row or one entry changed."""
    top = draw.top[..., 0]
    left, right = _sides(key, draw)
    ones = np.minimum(top, 1)
    yield ones
    largest = top.max(axis=left, keepdims=True)
    for coarse in _COARSE:
        yield _rounded(key, draw, coarse)
        yield np.where(4 * top >= largest, coarse, 1) * ones
    for row in np.ndindex(*(top.shape[i] for i in right)):
        here: list[Any] = [slice(None)] * top.ndim
        for axis, place in zip(right, row, strict=True):
            here[axis] = slice(place, place + 1)
        yield np.broadcast_to(top[tuple(here)], top.shape)
        alone = ones.copy()
        alone[tuple(here)] = top[tuple(here)]
        yield alone
        for new in (ones, *(_rounded(key, draw, coarse) for coarse in _COARSE[:10])):
            changed = top.copy()
            changed[tuple(here)] = new[tuple(here)]
            yield changed
    small = top.max() <= _COARSE[11]
    for step in (1, -1) if small else ():
        yield from _one_by_one(top, np.where(top == 0, 0, np.maximum(top + step, 1)), False)
    if zeros:
        yield from _one_by_one(top, np.zeros_like(top), False)
        yield from _one_by_one(top, np.maximum(top, 1), False)


def _sides(key: Key, draw: Draw) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes of a table that its rows run along, and those that tell rows apart."""
    left = key[2] if key[0] == "table" else draw.axes
    along = tuple(i for i, variable in enumerate(draw.axes) if variable in left)
    return along, tuple(i for i in range(len(draw.axes)) if i not in along)


def _rounded(key: Key, draw: Draw, total: int) -> Integers:
    """A table whose rows are rounded to integers of this total, or more where entries are many;
    what was positive stays so."""
    top = draw.top[..., 0]
    along, _ = _sides(key, draw)
    sums = top.sum(axis=along, keepdims=True)
    rough = np.rint(top * (total / np.maximum(sums, 1))).astype(np.int64)
    rough = np.where(top == 0, 0, np.maximum(rough, 1))
    largest = rough == rough.max(axis=along, keepdims=True)
    missing = total - rough.sum(axis=along, keepdims=True)
    alone = largest.sum(axis=along, keepdims=True) == 1
    return np.where(largest & alone, np.maximum(rough + missing, 1), rough)
