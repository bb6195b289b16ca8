"""Which worlds a file is checked on: alphabet sizes, kinds of worlds, the admissible ones.

Sizes and seeds depend on the model alone, so the worlds are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.random import SFC64, Generator
from numpy.typing import NDArray

from verifier.kernel.model import Model
from verifier.kernel.terms import Var
from verifier.numeric.arithmetic import FLOAT
from verifier.numeric.arrays import UnsupportedError
from verifier.numeric.evaluate import Interpreter
from verifier.numeric.facts import Solutions
from verifier.numeric.validity import admissible
from verifier.numeric.worlds import Drawing, Mode, Sample, Shape, join, slots_of

Spend = Callable[[int], None]

WORLDS = 1024  # of one batch
LARGEST = 2**24  # worlds times cells at a time
_CELLS = 2**8  # of a table over all variables: 4,096 worlds stay far below LARGEST
_ROUNDS = 8  # of rejection sampling, per kind of world
# Alphabet sizes, repeated over the variables, and whether points have widths.
_FREE: tuple[tuple[tuple[int, ...], bool], ...] = (
    ((2,), False),
    ((3, 2), True),
    ((4, 2, 3), False),
)


def generator(seed: int, *place: int) -> Generator:
    """A random generator of its own for each seed and place that draws."""
    return Generator(SFC64(np.random.SeedSequence((seed, *place))))


def alphabet(slots: Sequence[Var], pattern: Sequence[int]) -> dict[Var, int]:
    """Sizes that repeat a pattern, the largest made smaller until a table has room."""
    sizes = [pattern[i % len(pattern)] for i in range(len(slots))]
    while np.prod(sizes, dtype=object) > _CELLS and max(sizes) > 2:
        sizes[sizes.index(max(sizes))] -= 1
    if np.prod(sizes, dtype=object) > LARGEST:
        raise UnsupportedError(f"{len(slots)} variables are too many to sample")
    return dict(zip(slots, sizes, strict=True))


def cells(sample: Sample) -> int:
    """The cells of a table over all variables."""
    return int(np.prod(list(sample.shape.sizes.values()), dtype=object))


class Source:
    """Draws admissible worlds of a model."""

    def __init__(self, model: Model, solutions: Solutions, spend: Spend, seed: int) -> None:
        self.model = replace(model, functions=(*model.functions, *solutions.slacks))
        self.solutions = solutions
        self.slots = slots_of(model)
        self._spend = spend
        self._seed = seed

    def batches(self) -> Iterator[Sample]:
        """The worlds that every statement is checked on: at least 4,096 where they are found."""
        for place, shape in enumerate(self._shapes()):
            sample = self.found(shape, place)
            if sample is not None:
                yield sample

    def _shapes(self) -> Iterator[Shape]:
        """Free tables of all sizes, half of them with zeros where `support` says so; tied ones."""
        for place, (pattern, stepped) in enumerate(_FREE):
            zeros = self.model.support is not None and place % 4 in (1, 2)
            yield Shape(alphabet(self.slots, pattern), WORLDS, stepped=stepped, zeros=zeros)
        yield Shape(alphabet(self.slots, (2, 3)), WORLDS, stepped=True, mode="tied")

    def found(self, shape: Shape, place: int) -> Sample | None:
        """Admissible worlds of a shape: free tables first, then tied and uniform ones."""
        modes: tuple[Mode, ...] = ("free", "tied", "uniform")
        for mode in modes[modes.index(shape.mode) :]:
            sample = self._admissible(replace(shape, mode=mode), place)
            if sample is not None:
                return sample
        return None

    def _admissible(self, shape: Shape, place: int) -> Sample | None:
        """`shape.count` admissible worlds, drawn again where rejected, repeated where too few."""
        kept: list[Sample] = []
        for attempt in range(_ROUNDS):
            sample = Drawing(self.model, shape, self.random(place, attempt)).sample()
            good = self.admitted(sample)
            if good.any():
                kept.append(sample.take(np.flatnonzero(good)))
            if sum(part.count for part in kept) >= shape.count:
                break
        if not kept:
            return None
        whole = join(kept)
        return whole.take(np.arange(shape.count) % whole.count)

    def random(self, *place: int) -> Generator:
        """A random generator of its own for each place that draws."""
        return generator(self._seed, *place)

    def admitted(self, sample: Sample) -> NDArray[np.bool_]:
        """Which worlds of a sample meet the model's assumptions, in floats."""
        self._spend(sample.count * cells(sample))
        with np.errstate(all="ignore"):
            mask = admissible(Interpreter(sample, FLOAT, solutions=self.solutions))
        return np.broadcast_to(mask.data, (sample.count,))
