"""Worlds moved to where the assumptions hold, when no world drawn at random meets them.

Each assumption leaves a residual: what its sides differ by, for an inequality only where it fails
or nearly does. All of them are brought to 0 at once by Gauss and Newton's method, from the worlds
that come closest, along logarithms of tables and values of functions and parameters; slopes are
differences between worlds, so that a round is evaluated as two samples. What comes of it is held
against the assumptions as any other world is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from verifier.numeric.meaning.assumptions import requirements
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.search.descent import Chart
from verifier.numeric.worlds.draws import Draw, Key, Sample, cells

Floats = NDArray[np.float64]

_WORLDS = 6  # that are moved side by side
_ROUNDS = 24
_PATIENCE = 4  # rounds that gain nothing
_POINTS = 2**19  # worlds times cells of a round
_COORDINATES = range(4, 65)  # that are moved along: there need be as many as equations
_EQUATIONS = 256  # that are solved as they stand; of more the normal equations are
_STEP = 1e-5  # how far apart the worlds are that slopes are measured by
_LONGEST = 3.0  # of a step, per entry of a table: a factor of 20
_SHARES = (1.0, 0.5, 0.2, 0.05, 0.01)  # of a step: those that are tried
_TURNS = 4  # in which more inequalities are taken for equalities
_SLACKS = (0.01, 0.0)  # by which inequalities are to hold: what is tried
_ROW = 2.0**50  # the largest integer of a table's row: equations are met to the last bit
_UNIT = 44  # bits behind the point of other numbers, where there is room for them
_BITS = 60  # of an integer


@dataclass(frozen=True)
class Target:
    """What is asked of worlds: their meaning, whether they are admitted, and what may be moved."""

    interpreter: Callable[[Sample], Interpreter]
    admitted: Callable[[Sample], NDArray[np.bool_]]
    names: Collection[str]
    slack: float = 0.0  # by which inequalities are to hold

    def margins(self, sample: Sample) -> tuple[Floats, Floats]:
        """What is to be 0, or above it, row by row in each world; and the most that a row may be:
        0, or no bound."""
        interpreter = self.interpreter(sample)
        rows, most = [np.zeros((1, sample.count))], [0.0]
        with np.errstate(all="ignore"):
            for relation, gap, asks in requirements(interpreter):
                data = np.broadcast_to(gap.data, (*gap.data.shape[:-1], sample.count))
                margin = data if relation in ("=", ">", ">=") else -data
                left = margin if relation == "=" else margin - self.slack
                rows.append(np.where(asks, left, 0).reshape(-1, sample.count))
                most += [0.0 if relation == "=" else np.inf] * len(rows[-1])
        return np.concatenate(rows), np.array(most)

    def moves(self, key: Key) -> bool:
        """Whether a draw is one that the assumptions are about."""
        return key[0] == "tied" or (key[0] != "width" and key[1] in self.names)


def approached(sample: Sample, target: Target, random: Generator) -> Sample | None:
    """Admitted worlds near those of a sample that come closest to being so; None without any."""
    size = _norms(*target.margins(sample))
    count = int(np.clip(_POINTS // cells(sample) // 128, 1, _WORLDS))
    near = np.argsort(size, kind="stable")[:count]
    near = near[np.isfinite(size[near])]
    if len(near) == 0:
        return None
    few = _fine(sample.take(near))
    tried = (_Moved(few, replace(target, slack=slack), random) for slack in _SLACKS)
    return next((found for each in tried if (found := each.end()) is not None), None)


def _norms(margins: Floats, most: Floats) -> Floats:
    """How far each world is from what is asked of it."""
    exact = most.reshape(-1, *(1,) * (margins.ndim - 1)) == 0
    left = np.where(exact, margins, np.minimum(margins, 0))
    return np.asarray(np.nan_to_num(np.sqrt((left**2).sum(axis=0)), nan=np.inf))


def _fine(sample: Sample) -> Sample:
    """The same worlds, with room behind the point of what is moved."""
    draws: dict[Key, Draw] = {}
    for key, draw in sample.draws.items():
        if key[0] in ("function", "parameter") and draw.bottom > 1:
            free = _BITS - int(np.abs(draw.top).max()).bit_length()
            shift = max(0, min(_UNIT, free))
            draws[key] = draw._replace(top=draw.top << shift, bottom=draw.bottom << shift)
    return sample.with_draws(draws)


class _Moved:
    """Worlds that are moved to where a target is met. Arrays end in an axis of worlds."""

    def __init__(self, sample: Sample, target: Target, random: Generator) -> None:
        self._target = target
        self._chart = Chart(sample, target.moves, _ROW)
        self._here = self._chart.coordinates()
        most = _POINTS // (2 * sample.count * cells(sample))
        most = min(max(most, _COORDINATES[0]), _COORDINATES[-1], len(self._here))
        self._moved = np.sort(random.permutation(len(self._here))[:most])

    def end(self) -> Sample | None:
        """The admitted worlds that are come to."""
        found: Sample | None = None
        if len(self._moved) == 0:
            return None
        margins, idle = self._margins(self._here[:, None])[:, 0], 0
        for _ in range(_ROUNDS):
            level = _norms(margins, self._most)
            margins = self._step(margins)
            idle = 0 if (_norms(margins, self._most) < level * 0.9).any() else idle + 1
            worlds = self._chart.worlds(self._here, np.arange(self._here.shape[1]))
            good = self._target.admitted(worlds)
            if good.any():
                found = worlds.take(np.flatnonzero(good))
                if good.all():
                    break
            if idle == _PATIENCE:
                break
        return found

    def _margins(self, tried: Floats) -> Floats:
        """Of some coordinates for each world: rows, ways, worlds."""
        size, ways, count = tried.shape
        origin = np.tile(np.arange(count), ways)
        worlds = self._chart.worlds(tried.reshape(size, -1), origin)
        found, self._most = self._target.margins(worlds)
        return found.reshape(len(found), ways, count)

    def _step(self, margins: Floats) -> Floats:
        """Go to where all would hold, were it linear, or on the way there; the margins there."""
        scale = np.where(self._chart.logarithmic[:, None], 1, np.maximum(np.abs(self._here), 1))
        steps = np.zeros((len(self._here), len(self._moved), self._here.shape[1]))
        steps[self._moved, np.arange(len(self._moved))] = _STEP * scale[self._moved]
        around = np.concatenate([self._here[:, None] + steps, self._here[:, None] - steps], axis=1)
        up, down = np.split(self._margins(around), 2, axis=1)
        with np.errstate(invalid="ignore"):  # infinite on both sides
            slopes = np.nan_to_num((up - down) / (2 * _STEP), posinf=0.0, neginf=0.0)
        move = np.zeros(self._here.shape)
        longest = np.where(self._chart.logarithmic, _LONGEST, np.inf)[self._moved]
        for world in range(self._here.shape[1]):
            found = _solved(slopes[..., world], margins[:, world], self._most)
            move[self._moved, world] = np.clip(found, -longest, longest)
        shares = np.array([*_SHARES, 0.0])[:, None]
        tried = self._here[:, None] + shares * (move * scale)[:, None]
        reached = self._margins(tried)
        levels = _norms(reached, self._most)
        best, every = levels.argmin(axis=0), np.arange(self._here.shape[1])
        self._here = tried[:, best, every]
        return reached[:, best, every]


def _solved(slopes: Floats, margins: Floats, most: Floats) -> Floats:
    """The shortest step after which, were all linear, no row is below 0, nor above what it may be:
    inequalities that it would break are taken for equalities, a few times over."""
    now = np.nan_to_num(margins, posinf=0.0, neginf=0.0)
    rows = (most == 0) | (now < 0)
    found = np.zeros(slopes.shape[1])
    for _ in range(_TURNS):
        system, wanted = slopes[rows], -now[rows]
        if len(system) > _EQUATIONS:
            system, wanted = system.T @ system, system.T @ wanted
        found = np.linalg.lstsq(system, wanted, rcond=1e-10)[0]
        broken = (now + slopes @ found < -1e-9 * np.abs(now)) & ~rows
        if not broken.any():
            break
        rows |= broken
    return found
