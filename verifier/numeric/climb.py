"""One step of optimisation: new worlds near given ones. Any integers make a world of a sample."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from verifier.numeric.worlds import Draw, Integers, Key, Sample

_LARGEST = 10**6
_FINE = 2**10  # parts of a unit that values of functions and parameters move by
_CHANGED = 0.3  # of a world's integers


def refined(sample: Sample) -> Sample:
    """The same worlds, with finer units for what isn't an integer or a table."""
    draws = {
        key: Draw(draw.axes, draw.top * _FINE, draw.bottom * _FINE)
        for key, draw in sample.draws.items()
        if key[0] in ("function", "parameter") and draw.bottom > 1
    }
    return sample.with_draws(draws)


def offspring(parents: Sample, children: int, random: Generator) -> Sample:
    """Each parent as it is, and `children` changed copies of it."""
    copies = parents.take(np.tile(np.arange(parents.count), 1 + children))
    draws = {key: _changed(key, draw, parents.count, random) for key, draw in copies.draws.items()}
    return copies.with_draws(draws)


def _changed(key: Key, draw: Draw, unchanged: int, random: Generator) -> Draw:
    if key[0] == "width":
        return draw
    chosen = random.random(draw.top.shape) < _CHANGED
    chosen[..., :unchanged] = False
    if key[0] in ("table", "tied"):
        new = _scaled(draw.top, random)
    else:
        new = draw.top + _steps(draw, random)
    return draw._replace(top=np.where(chosen, new, draw.top))


def _steps(draw: Draw, random: Generator) -> Integers:
    """Small steps of integers; of other values steps of all sizes, from 1 to parts of a unit."""
    if draw.bottom == 1:
        return random.integers(-2, 3, draw.top.shape)
    size = draw.bottom * np.exp2(-random.uniform(0, 12, draw.top.shape))
    steps = np.rint(size * random.choice([-1, 1], draw.top.shape))
    return np.asarray(steps.astype(np.int64))


def _scaled(top: Integers, random: Generator) -> Integers:
    """Table entries made larger or smaller by a factor up to 4; zeros stay zeros."""
    factor = np.exp2(random.uniform(-2, 2, top.shape))
    new = np.clip(np.rint(top * factor), 1, _LARGEST).astype(np.int64)
    return np.where(top == 0, 0, new)
