"""Which worlds a file is checked on: alphabet sizes, kinds of worlds, the admissible ones.

Sizes and seeds depend on the model alone, so the worlds are the same on every machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
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
from verifier.numeric.meaning.assumptions import at_the_point, declared, stated
from verifier.numeric.meaning.definedness import conjunction, somewhere
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.numbers.arithmetic import FLOAT
from verifier.numeric.numbers.arrays import Buffers, Field, Spend, UnsupportedError
from verifier.numeric.search.contradiction import contradiction
from verifier.numeric.worlds.draws import (
    Drawing,
    Mode,
    Sample,
    Shape,
    cells,
    drawn,
    join,
    slots_of,
    space,
)
from verifier.numeric.worlds.facts import Solutions

WORLDS = 1024  # of one batch
POINTS_PER_TERM = (
    512  # that take as long as there is to do for a term, or a draw, beside its numbers
)
LARGEST = 2**21  # worlds times cells at a time
_CELLS = 2**8  # of a table over all variables: 4,096 worlds stay below LARGEST
_ROOM = 2**20  # worlds times cells of a batch: where two values of each are more, most have one
_TOGETHER = 8  # variables that then have several values in one world,
_WIDEST = 12  # or elements of one sequence
_MOST = 2**8  # variables: all of them have a place in some worlds
_ROUNDS = 8  # of rejection sampling, per kind of world
_GLANCE = 4  # worlds of a batch, where a few are all
_LEAST = 16  # worlds of one of many shapes, or of many tables
_LONG = 2000  # parameters and functions, each of which is drawn by itself
_DRAWN = 2**21  # integers of one kind of worlds
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
    slots: Sequence[Var],
    pattern: Sequence[int],
    sequences: frozenset[str] = frozenset(),
    several: Container[Var] | None = None,
) -> dict[Var, int]:
    """Sizes that repeat a pattern, the largest made smaller until a table has room.

    The elements of each of the `sequences` have one size. Where not all can have several values,
    `several` says which do.
    """
    spaces = [space(slot, sequences) for slot in slots]
    counts = Counter(here for here in spaces if several is None or here in several)
    sizes = [pattern[i % len(pattern)] for i in range(len(counts))]  # in the order of the slots

    def together() -> int:
        powers = (size**count for size, count in zip(sizes, counts.values(), strict=True))
        return prod(powers)

    while together() > _CELLS and max(sizes) > 2:
        sizes[sizes.index(max(sizes))] -= 1
    of = dict(zip(counts, sizes, strict=True))
    return {slot: of.get(here, 1) for slot, here in zip(slots, spaces, strict=True)}


def together(spaces: Sequence[Var], turn: int) -> Iterator[frozenset[Var]]:
    """Which alphabets have several values together, where not all can: each of them once in a turn,
    in the first two turns beside its neighbours, in others beside any.

    One of more elements than there is room for is left out. `spaces` has one for each slot.
    """
    counts = Counter(spaces)
    order = [one for one in counts if counts[one] <= _WIDEST]
    if not order:
        raise UnsupportedError(f"{len(spaces)} variables are too many to sample")
    shift = turn * _TOGETHER // 2
    order = [*order[shift:], *order[:shift]]
    if turn > 1:
        order = [order[i] for i in generator(turn).permutation(len(order))]
    while order:
        chosen = order[:1]
        room = _TOGETHER - counts[order.pop(0)]
        while order and counts[order[0]] <= room:
            room -= counts[order[0]]
            chosen.append(order.pop(0))
        yield frozenset(chosen)


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
            sample = self._distinct(shape, place) or self._approached(shape, place)
            if sample is not None:
                some = True
                yield sample.standing_for(shape.count)

    def _shapes(self) -> Iterator[Shape]:
        """Free tables of all sizes, half of them with zeros where `support` says so; tied ones,
        where all families have their zeros at the same points."""
        zeros = self.model.support is not None
        if self.setting.is_glance:
            yield from self.shapes((2,), _GLANCE, stepped=True, zeros=zeros)
            yield from self.shapes((2,), _GLANCE, 1, mode="tied")
            return
        count = self.setting.worlds
        free = _FREE[:1] if self._is_long else _FREE
        for turn, (pattern, stepped) in enumerate(free):
            here = zeros and turn % 4 in (1, 2)
            yield from self.shapes(pattern, count, turn, stepped=stepped, zeros=here)
        if self._is_long:
            return
        turn = len(_FREE)
        yield from self.shapes((2, 3), count, turn, stepped=True, mode="tied", zeros=zeros)

    @property
    def _is_long(self) -> bool:
        """Whether it takes long to draw one kind of worlds, however few."""
        return len(self.model.parameters) + len(self.model.functions) > _LONG

    def _unusual(self) -> Iterator[Shape]:
        """Points of very small and of very large width; then many values of one variable."""
        if not self._is_hopeful:
            return
        for turn, pattern in enumerate(((2,), (3, 2))):
            yield from self.shapes(pattern, _FEW, turn, stepped=True, wide=True)
        small = next(self.shapes((2,), _FEW))
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
        from verifier.numeric.search.newton import Target, approached  # few models need it
        from verifier.numeric.search.show import assumed_of

        names = assumed_of(self.model, self.solutions)
        target = Target(self.interpreter, self.admitted, names)
        modes: tuple[Mode, ...] = ("free", "tied", "uniform")
        for mode in modes[modes.index(shape.mode) : 2]:
            few = replace(shape, mode=mode, count=min(shape.count, _FEW))
            sample = Drawing(self.model, few, self.random(place, _ROUNDS)).sample()
            self._spend(sample.count * cells(sample))
            found = approached(sample, target, self.random(place, _ROUNDS + 1))
            if found is not None:
                return found
        return None

    def shapes(
        self, pattern: Sequence[int], count: int, turn: int = 0, **kind: Any
    ) -> Iterator[Shape]:
        """A kind of worlds, of alphabets that repeat a pattern: one shape, or, where all variables
        have no room in one table, several with as many worlds together, in each of which most
        variables have one value. In another turn it is others that have more."""
        chosen: list[frozenset[Var] | None] = [None]
        if self.is_crowded:
            chosen = [*together([space(slot, self.sequences) for slot in self.slots], turn)]
        each = -(-count // len(chosen))
        for several in chosen:
            sizes = alphabet(self.slots, pattern, self.sequences, several)
            room = _DRAWN // len(chosen) // max(1, sum(drawn(self.model, sizes)))
            few = min(count, max(_LEAST, min(each, room)))
            yield Shape(sizes, few, sequences=self.sequences, **kind)

    @cached_property
    def is_crowded(self) -> bool:
        """Whether a table over all variables has no room for two values of each."""
        if len(self.slots) > _MOST:
            raise UnsupportedError(f"{len(self.slots)} variables are too many to sample")
        return max(self.setting.worlds, _GLANCE) << len(self.slots) > _ROOM

    @cached_property
    def sequences(self) -> frozenset[str]:
        """Of which the elements have one alphabet. Where variables are many, only of those that a
        function is of: it has one table for all of them."""
        if not self.is_crowded:
            return self.setting.sequences
        formal = (a for f in self.model.functions for a in f.arguments if a is not None)
        return self.setting.sequences & {argument.name for argument in formal}

    def interpreter(
        self, sample: Sample, buffers: Buffers | None = None, spend: Spend | None = None
    ) -> Interpreter:
        """The meaning of terms, in floats, in the worlds of a sample. What is done in exact
        arithmetic is counted with all else, or by `spend`."""
        own = self.setting.indices, self.solutions, buffers, spend or self._spend
        return Interpreter(sample, FLOAT, *own)

    def found(self, shape: Shape, place: int) -> Sample | None:
        """Admissible worlds of a shape, repeated where too few."""
        sample = self._distinct(shape, place)
        return sample and sample.take(np.arange(shape.count) % sample.count)

    def _distinct(self, shape: Shape, place: int) -> Sample | None:
        """Admissible worlds of a shape: free tables first, then tied and uniform ones."""
        modes: tuple[Mode, ...] = ("free", "tied", "uniform")
        for mode in modes[modes.index(shape.mode) :]:
            sample = self._admissible(replace(shape, mode=mode), place)
            if sample is not None:
                return sample
        return None

    def _admissible(self, shape: Shape, place: int) -> Sample | None:
        """`shape.count` admissible worlds, drawn again where rejected, or fewer where that isn't
        enough. At a glance, and of a mode that had none before, they are drawn but once."""
        kept: list[Sample] = []
        for attempt in range(_ROUNDS):
            draws = drawn(self.model, shape.sizes)
            self._spend(shape.count * sum(draws) + POINTS_PER_TERM * len(draws))
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
        return join(kept).take(slice(shape.count))

    def random(self, *place: int) -> Generator:
        """A random generator of its own for each place that draws."""
        return generator(self._seed, *place)

    def admitted(self, sample: Sample) -> NDArray[np.bool_]:
        """Which worlds of a sample meet the model's assumptions, in floats: what is assumed of one
        point, at some point."""
        self._spend(sample.count * cells(sample))
        left, good = np.arange(sample.count), np.ones(sample.count, dtype=bool)
        interpreter = self.interpreter(sample)
        with np.errstate(all="ignore"):
            for met in (declared, stated, self._there):
                good = good & np.broadcast_to(met(interpreter).data, good.shape)
                if not good.any():
                    break
                if good.sum() * 2 < len(good):  # the next is asked of what is left
                    left, good = left[good], good[good]
                    interpreter = self.interpreter(sample.take(left))
        found = np.zeros(sample.count, dtype=bool)
        found[left[good]] = True
        return found

    def _there(self, interpreter: Interpreter) -> Field:
        """In which worlds what is assumed of one point holds, at some point."""
        local = self.solutions.local_facts
        return somewhere(at_the_point(interpreter, ())) if local else conjunction([], interpreter)
