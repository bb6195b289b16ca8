"""One step of optimisation: new worlds near given ones. Any integers make a world of a sample."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from verifier.numeric.worlds import Draw, Integers, Key, Sample

_LARGEST = 10**6
_CHANGED = 0.3  # of a world's integers


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
        new = draw.top + random.integers(-4, 5, draw.top.shape)
    return draw._replace(top=np.where(chosen, new, draw.top))


def _scaled(top: Integers, random: Generator) -> Integers:
    """Table entries made larger or smaller by a factor up to 4; zeros stay zeros."""
    factor = np.exp2(random.uniform(-2, 2, top.shape))
    new = np.clip(np.rint(top * factor), 1, _LARGEST).astype(np.int64)
    return np.where(top == 0, 0, new)
