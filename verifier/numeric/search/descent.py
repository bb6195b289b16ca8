"""Descent: worlds moved, all their integers at once, to where a statement comes closer to failing.

A quasi-Newton method (BFGS) on a few worlds at a time. Its slopes are differences between worlds,
so that a whole round, of all slopes and then of all steps, is evaluated as two samples.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from verifier.kernel.terms import Var
from verifier.numeric.worlds.draws import Draw, Integers, Key, Sample, cells, refined

Floats = NDArray[np.float64]
Height = Callable[[Sample], Floats]

_FINE = 2.0**36  # the largest integer of a row: ratios down to 1e-11
_LARGEST = 2.0**62  # of other integers
_ROUNDS = range(8, 41)  # fewer aren't worth it
_WORLDS = 4  # that descend side by side
_PATIENCE = 4  # rounds that gain next to nothing
_GAIN = 1e-3  # of the height, or of what it is measured against: what counts as something
_STRETCHES = np.exp2(np.arange(-9.0, 5.0))  # of a direction: the steps that are tried
_REACH = 1e-2  # how far from a world its slopes are measured
_LONGEST = 3.0  # of a step's coordinates: a factor of 20, or 3 units
_POINTS = 2**20  # that the slopes of one descent may cost, in worlds times cells


class Chart:
    """Coordinates of worlds: logarithms of entries of tables and of widths, values of the rest.

    Zeros of tables and integer parameters are left as they are, and so is what isn't `chosen`.
    Coordinates of W worlds have shape (number of coordinates, W); `row` is the largest integer of
    a table's row.
    """

    def __init__(
        self, sample: Sample, chosen: Callable[[Key], bool] = lambda _: True, row: float = _FINE
    ) -> None:
        self._sample = sample
        self._row = row
        self._keys = [key for key in sample.draws if self._moves(key) and chosen(key)]

    def _moves(self, key: Key) -> bool:
        """Not integers; of the widths that the elements of a sequence share, those of the first."""
        if key[0] in ("function", "parameter"):
            return self._sample.draws[key].bottom > 1
        return key[0] != "width" or key == self._shared(key[1])

    def _shared(self, slot: Var) -> Key:
        """The first of the widths that are the same as those of a slot."""
        space = self._sample.shape.space
        widths = (key for key in self._sample.draws if key[0] == "width")
        return next(key for key in widths if space(key[1]) == space(slot))

    @property
    def logarithmic(self) -> NDArray[np.bool_]:
        """Which coordinates are logarithms."""
        sizes = {key: int(np.prod(self._sample.draws[key].top.shape[:-1])) for key in self._keys}
        kinds = [np.full(n, key[0] not in ("function", "parameter")) for key, n in sizes.items()]
        return np.concatenate(kinds) if kinds else np.empty(0, dtype=bool)

    def coordinates(self) -> Floats:
        """Where the sample's worlds are."""
        parts = [self._flat(key) for key in self._keys]
        return np.concatenate(parts) if parts else np.empty((0, self._sample.count))

    def _flat(self, key: Key) -> Floats:
        draw = self._sample.draws[key]
        value = draw.top.reshape(-1, self._sample.count) / draw.bottom
        if key[0] in ("function", "parameter"):
            return value
        return np.asarray(np.log(np.where(value == 0, 1, value)))

    def worlds(self, coordinates: Floats, origin: NDArray[np.intp]) -> Sample:
        """The worlds at coordinates, each one like the world `origin` in all else."""
        base = self._sample.take(origin)
        draws: dict[Key, Draw] = {}
        row = 0
        for key in self._keys:
            draw = base.draws[key]
            size = int(np.prod(draw.top.shape[:-1]))
            values = coordinates[row : row + size].reshape(draw.top.shape)
            row += size
            made = _MADE[key[0]]
            draws[key] = made(key, draw, values, self._row)
        for key in base.draws:
            if key[0] == "width" and (shared := self._shared(key[1])) in draws:
                draws[key] = draws[shared]._replace(axes=base.draws[key].axes)
        return base.with_draws(draws)


def _table(key: Key, draw: Draw, logarithms: Floats, row: float) -> Draw:
    """Integers in proportion, each row of a conditional by itself."""
    left = key[2] if key[0] == "table" else draw.axes
    axes = tuple(i for i, variable in enumerate(draw.axes) if variable in left)
    logarithms = np.where(draw.top == 0, -np.inf, logarithms)
    largest = logarithms.max(axis=axes, keepdims=True)
    top = np.rint(row * np.exp(logarithms - largest)).astype(np.int64)
    return draw._replace(top=np.where(draw.top == 0, 0, np.maximum(top, 1)), bottom=1)


def _numbers(_: Key, draw: Draw, values: Floats, __: float) -> Draw:
    room = _LARGEST / max(float(np.abs(values).max()), 1e-300)
    bottom = max(1, min(draw.bottom, int(min(room, _LARGEST))))
    top: Integers = np.rint(np.clip(values * bottom, -_LARGEST, _LARGEST)).astype(np.int64)
    return draw._replace(top=top, bottom=bottom)


def _widths(_: Key, draw: Draw, logarithms: Floats, __: float) -> Draw:
    top: Integers = np.rint(np.exp(np.clip(logarithms, -9, 9)) * draw.bottom).astype(np.int64)
    return draw._replace(top=top)


_MADE: dict[str, Callable[[Key, Draw, Floats, float], Draw]] = {
    "table": _table,
    "tied": _table,
    "width": _widths,
}
_MADE |= dict.fromkeys(("function", "parameter"), _numbers)


@np.errstate(all="ignore")
def descend(sample: Sample, height: Height) -> Sample:
    """The first of the sample's worlds after a descent, fewer of them the larger they are.

    `height` of a world is how far it is from failing: inf for worlds that don't count.
    """
    cost = 2 * len(Chart(sample).coordinates()) * cells(sample)  # of one world's slopes
    most = _POINTS // (cost or 1)
    count = int(np.clip(most // _ROUNDS[-1], 1, _WORLDS))
    rounds = min(most // count, _ROUNDS[-1])
    few = refined(sample.take(np.arange(min(count, sample.count))))
    descent = _Descent(few, height)
    if cost > 0 and rounds in _ROUNDS:
        descent.run(rounds)
    return descent.worlds


class _Descent:
    """Worlds on their way down, side by side. Arrays end in an axis of worlds."""

    def __init__(self, sample: Sample, height: Height) -> None:
        self._chart = Chart(sample)
        self._height = height
        self._here = self._chart.coordinates()
        self._curved = np.tile(np.eye(len(self._here)), (sample.count, 1, 1))  # inverse curvature
        self._reach = _REACH

    @property
    def worlds(self) -> Sample:
        """Where the descent has come to."""
        return self._chart.worlds(self._here, np.arange(self._here.shape[1]))

    def run(self, rounds: int) -> None:
        """Go down until that gains next to nothing."""
        level = self._levels(self._here[:, None])[0]
        idle, before = 0, self._here
        slope = np.zeros(self._here.shape)
        for _ in range(rounds):
            old_slope, (slope, bend) = slope, self._slopes(level)
            self._learn(self._here - before, slope - old_slope)
            before = self._here
            new = self._step(level, slope, bend)
            gained = bool((level - new > _GAIN * np.abs(level)).any())
            idle, self._reach = (0, _REACH) if gained else (idle + 1, self._reach / 8)
            level = new
            if idle == _PATIENCE:
                return

    def _levels(self, tried: Floats) -> Floats:
        """The heights at some coordinates for each world."""
        size, ways, count = tried.shape
        origin = np.tile(np.arange(count), ways)
        return self._height(self._chart.worlds(tried.reshape(size, -1), origin)).reshape(ways, -1)

    def _slopes(self, level: Floats) -> tuple[Floats, Floats]:
        """First and second differences of the height along each coordinate."""
        steps = self._reach * np.eye(len(self._here))[:, :, None]
        around = np.concatenate([self._here[:, None] + steps, self._here[:, None] - steps], axis=1)
        up, down = np.split(self._levels(around), 2)
        known = np.isfinite(up) & np.isfinite(down)
        slope = np.where(known, (up - down) / (2 * self._reach), 0.0)
        return slope, np.where(known, (up + down - 2 * level) / self._reach**2, 1.0)

    def _learn(self, step: Floats, change: Floats) -> None:
        """One BFGS update of the inverse curvature of each world, where the height is convex."""
        along = (step * change).sum(axis=0)
        convex = along > 1e-12 * np.sqrt((step**2).sum(axis=0) * (change**2).sum(axis=0))
        along = np.where(convex, along, 1.0)
        turned = np.einsum("wij,jw->iw", self._curved, change)
        stretch = 1 + (change * turned).sum(axis=0) / along
        mixed = np.einsum("iw,jw->wij", step, turned)
        square = np.einsum("w,iw,jw->wij", stretch, step, step)
        update = (square - mixed - mixed.transpose(0, 2, 1)) / along[:, None, None]
        self._curved[convex] += update[convex]

    def _step(self, level: Floats, slope: Floats, bend: Floats) -> Floats:
        """Go where the height is lowest along some directions; the height there."""
        directions = (
            -np.einsum("wij,jw->iw", self._curved, slope),
            -slope / np.maximum(np.abs(bend), 1e-9),
            -slope / np.maximum(np.abs(slope).max(axis=0), 1e-300),
        )
        steps = [stretch * d for d in directions for stretch in _STRETCHES]
        safe = np.clip(np.nan_to_num(np.stack(steps, axis=1)), -_LONGEST, _LONGEST)
        tried = self._here[:, None] + safe
        levels = self._levels(tried)
        best, every = levels.argmin(axis=0), np.arange(len(level))
        lower = levels[best, every] < level
        self._here = np.where(lower, tried[:, best, every], self._here)
        return np.where(lower, levels[best, every], level)
