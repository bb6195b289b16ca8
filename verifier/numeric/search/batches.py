"""Which worlds a file is checked on: alphabet sizes, kinds of worlds, the admissible ones.

Sizes and seeds depend on the model alone, so the worlds are the same on every machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from math import prod
from typing import Any

import numpy as np
from numpy.random import SFC64, Generator
from numpy.typing import NDArray

from verifier.kernel.model import Model
from verifier.kernel.terms import Var
from verifier.numeric.meaning.assumptions import admissible, at_the_point
from verifier.numeric.meaning.definedness import somewhere
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.numbers.arithmetic import FLOAT
from verifier.numeric.numbers.arrays import Buffers, UnsupportedError
from verifier.numeric.search.contradiction import contradiction
from verifier.numeric.search.newton import Target, approached
from verifier.numeric.search.show import assumed_of
from verifier.numeric.worlds.draws import Drawing, Mode, Sample, Shape, cells, join, slots_of, space
from verifier.numeric.worlds.facts import Solutions

Spend = Callable[[int], None]

WORLDS = 1024  # of one batch
LARGEST = 2**24  # worlds times cells at a time
_CELLS = 2**8  # of a table over all variables: 4,096 worlds stay far below LARGEST
_ROUNDS = 8  # of rejection sampling, per kind of world
_GLANCE = 4  # worlds of a batch, where a few are all
_FEW = 64  # worlds of an unusual kind, and those that a search begins from
_MANY = (16, 256, 4096, 2**15)  # values of one variable
# Alphabet sizes, repeated over the variables, and whether points have widths.
_FREE: tuple[tuple[tuple[int, ...], bool], ...] = (
    ((2,), False),
    ((3, 2), True),
    ((4, 2, 3), False),
)


def generator(seed: int, *place: int) -> Generator:
    """A random generator of its own for each seed and place that draws."""
    return Generator(SFC64(np.random.SeedSequence((seed, *place))))


def alphabet(
    slots: Sequence[Var], pattern: Sequence[int], sequences: frozenset[str] = frozenset()
) -> dict[Var, int]:
    """Sizes that repeat a pattern, the largest made smaller until a table has room.

    The elements of each of the `sequences` have one size.
    """
    spaces = [space(slot, sequences) for slot in slots]
    counts = Counter(spaces)  # in the order of the slots
    sizes = [pattern[i % len(pattern)] for i in range(len(counts))]

    def together() -> int:
        powers = (size**count for size, count in zip(sizes, counts.values(), strict=True))
        return prod(powers)

    while together() > _CELLS and max(sizes) > 2:
        sizes[sizes.index(max(sizes))] -= 1
    if together() > LARGEST:
        raise UnsupportedError(f"{len(slots)} variables are too many to sample")
    of = dict(zip(counts, sizes, strict=True))
    return {slot: of[here] for slot, here in zip(slots, spaces, strict=True)}


@dataclass(frozen=True)
class Setting:
    """What the worlds of a model at one horizon share; by default the model has no other.

    `indices` are the values of symbolic indices; the elements of each of the `sequences` have one
    alphabet; `worlds` is how many a batch has: none, where a glance will do.
    """

    indices: Mapping[str, int] = field(default_factory=dict)
    sequences: frozenset[str] = frozenset()
    worlds: int = WORLDS

    @property
    def is_glance(self) -> bool:
        """Whether a few small worlds are all."""
        return self.worlds == 0


ALONE = Setting()


class Source:
    """Draws admissible worlds of a model."""

    def __init__(
        self,
        model: Model,
        solutions: Solutions,
        spend: Spend,
        seed: int,
        setting: Setting = ALONE,
    ) -> None:
        self.setting = setting
        self.model = replace(model, functions=(*model.functions, *solutions.slacks))
        self.solutions = solutions
        self.slots = slots_of(model)
        self._spend = spend
        self._seed = seed
        self._idle: set[Mode] = set()

    def batches(self) -> Iterator[Sample]:
        """The worlds that every statement is checked on: at least 4,096 where they are found.

        Where none of the usual shapes meets the facts, those of the first unusual one that does.
        """
        usual, some = [*self._shapes()], False
        for place, shape in enumerate(chain(usual, self._unusual())):
            if some and place >= len(usual):
                return
            sample = self.found(shape, place) or self._approached(shape, place)
            if sample is not None:
                some = True
                yield sample

    def _shapes(self) -> Iterator[Shape]:
        """Free tables of all sizes, half of them with zeros where `support` says so; tied ones,
        where all families have their zeros at the same points."""
        if self.setting.is_glance:
            zeros = self.model.support is not None
            yield self.shape((2,), _GLANCE, stepped=True, zeros=zeros)
            yield self.shape((2,), _GLANCE, mode="tied")
            return
        for place, (pattern, stepped) in enumerate(_FREE):
            zeros = self.model.support is not None and place % 4 in (1, 2)
            yield self.shape(pattern, self.setting.worlds, stepped=stepped, zeros=zeros)
        zeros = self.model.support is not None
        yield self.shape((2, 3), self.setting.worlds, stepped=True, mode="tied", zeros=zeros)

    def _unusual(self) -> Iterator[Shape]:
        """Points of very small and of very large width; then many values of one variable."""
        if not self._is_hopeful:
            return
        for pattern in ((2,), (3, 2)):
            yield self.shape(pattern, _FEW, stepped=True, wide=True)
        small = self.shape((2,), _FEW)
        for size in _MANY:
            for chosen in dict.fromkeys(map(small.space, self.slots)):
                sizes = {s: size if small.space(s) == chosen else n for s, n in small.sizes.items()}
                room = prod(sizes.values())
                if room <= _MANY[-1] * 8:
                    yield replace(small, sizes=sizes, count=min(_FEW, _MANY[-1] * 8 // room))

    @cached_property
    def _is_hopeful(self) -> bool:
        """Whether there are facts to be met, none that can't be, and more is wanted than a
        glance."""
        wanted = bool(self.model.facts) and not self.setting.is_glance
        return wanted and not contradiction(self.model)

    def _approached(self, shape: Shape, place: int) -> Sample | None:
        """Admitted worlds that a search from the closest comes to."""
        if not self._is_hopeful:
            return None
        names = assumed_of(self.model, self.solutions)
        target = Target(self.interpreter, self.admitted, names)
        modes: tuple[Mode, ...] = ("free", "tied", "uniform")
        for mode in modes[modes.index(shape.mode) : 2]:
            few = replace(shape, mode=mode, count=min(shape.count, _FEW))
            sample = Drawing(self.model, few, self.random(place, _ROUNDS)).sample()
            self._spend(sample.count * cells(sample))
            found = approached(sample, target, self.random(place, _ROUNDS + 1))
            if found is not None:
                return found.take(np.arange(shape.count) % found.count)
        return None

    def shape(self, pattern: Sequence[int], count: int, **kind: Any) -> Shape:
        """A kind of worlds, of alphabets that repeat a pattern."""
        sequences = self.setting.sequences
        sizes = alphabet(self.slots, pattern, sequences)
        return Shape(sizes, count, sequences=sequences, **kind)

    def interpreter(self, sample: Sample, buffers: Buffers | None = None) -> Interpreter:
        """The meaning of terms, in floats, in the worlds of a sample."""
        return Interpreter(sample, FLOAT, self.setting.indices, self.solutions, buffers)

    def found(self, shape: Shape, place: int) -> Sample | None:
        """Admissible worlds of a shape: free tables first, then tied and uniform ones."""
        modes: tuple[Mode, ...] = ("free", "tied", "uniform")
        for mode in modes[modes.index(shape.mode) :]:
            sample = self._admissible(replace(shape, mode=mode), place)
            if sample is not None:
                return sample
        return None

    def _admissible(self, shape: Shape, place: int) -> Sample | None:
        """`shape.count` admissible worlds, drawn again where rejected, repeated where too few. At a
        glance, and of a mode that had none before, they are drawn but once."""
        kept: list[Sample] = []
        for attempt in range(_ROUNDS):
            sample = Drawing(self.model, shape, self.random(place, attempt)).sample()
            good = self.admitted(sample)
            if good.any():
                kept.append(sample.take(np.flatnonzero(good)))
            if sum(part.count for part in kept) >= shape.count:
                break
            if not kept and (self.setting.is_glance or shape.mode in self._idle):
                break
        if not kept:
            self._idle.add(shape.mode)
            return None
        whole = join(kept)
        return whole.take(np.arange(shape.count) % whole.count)

    def random(self, *place: int) -> Generator:
        """A random generator of its own for each place that draws."""
        return generator(self._seed, *place)

    def admitted(self, sample: Sample) -> NDArray[np.bool_]:
        """Which worlds of a sample meet the model's assumptions, in floats: what is assumed of one
        point, at some point."""
        self._spend(sample.count * cells(sample))
        with np.errstate(all="ignore"):
            interpreter = self.interpreter(sample)
            mask = admissible(interpreter).data
            if self.solutions.local_facts:
                mask = mask & somewhere(at_the_point(interpreter, ())).data
        interpreter.drop()
        return np.broadcast_to(mask, (sample.count,))
