"""The search for counterexamples: simple worlds first, then those that optimisation comes to.

Floats propose, exact arithmetic (`verifier.numeric.confirm`) confirms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from verifier.kernel.terms import Statement
from verifier.numeric.arrays import Buffers
from verifier.numeric.batches import LARGEST, Source, Spend
from verifier.numeric.climb import offspring, refined
from verifier.numeric.confirm import CANDIDATES, Point, confirmed
from verifier.numeric.evaluate import Interpreter
from verifier.numeric.judging import Judged, Premises, judge, margin, room
from verifier.numeric.validity import TOLERANCE
from verifier.numeric.worlds import Mode, Sample, Shape
from verifier.outcome import Counterexample

_WORLDS = 256  # of one stage of the search
_ROUNDS = 24  # of optimisation
_PARENTS = 16
_CHILDREN = 8
_KEPT = 2**18  # numbers that a stage keeps for the next statement: there are many stages
_SEARCH = 1000  # sets the seeds of the search apart from those of the checks

Judgement = tuple[Interpreter, Judged | None]


class Search:
    """Counterexamples to statements about one model's worlds."""

    def __init__(self, source: Source, spend: Spend, buffers: Buffers) -> None:
        self._source = source
        self._spend = spend
        self._buffers = buffers
        self._stages: dict[int, Interpreter | None] = {}

    def refute(self, statement: Statement, premises: Premises) -> Counterexample | None:
        """The first counterexample confirmed, if any."""
        found = self.among(self.simple(), statement, premises)
        if found is None and statement.relation != "=":
            found = first_confirmed(self._climb(statement, premises), statement, premises)
        return found

    def among(
        self, interpreters: Iterable[Interpreter], statement: Statement, premises: Premises
    ) -> Counterexample | None:
        """The first counterexample confirmed in the worlds of some interpreters."""
        judgements = ((each, self._judged(each, statement, premises)) for each in interpreters)
        return first_confirmed(judgements, statement, premises)

    def _judged(
        self, interpreter: Interpreter, statement: Statement, premises: Premises
    ) -> Judged | None:
        """What the worlds make of a statement; None where there isn't room enough to tell."""
        points = interpreter.tables.sample.count * room(interpreter, (statement, *premises))
        if points > LARGEST:
            return None
        self._spend(points)
        with np.errstate(all="ignore"):
            judged = judge(interpreter, statement, premises)
        interpreter.tidy(_KEPT)
        return judged

    # -- stages -----------------------------------------------------------------------------------

    def simple(self) -> Iterator[Interpreter]:
        """The simplest worlds, stage by stage."""
        for place, shape in enumerate(self._shapes()):
            interpreter = self._stage(place, shape)
            if interpreter is not None:
                yield interpreter

    def _shapes(self) -> Iterator[Shape]:
        """Kinds of worlds, the simplest first."""
        zeros = self._source.model.support is not None
        modes: tuple[Mode, ...] = ("free", "tied", "uniform")
        small = self._source.shape((2,), _WORLDS, tiny=True)
        for mode in modes:
            yield replace(small, mode=mode)
        if zeros:
            yield replace(small, zeros=True)
            yield replace(small, zeros=True, mode="tied")
        yield replace(small, stepped=True)
        yield replace(small, stepped=True, mode="tied")
        yield replace(small, tiny=False)
        for pattern in ((2, 3), (3, 2), (3,)):
            larger = self._source.shape(pattern, _WORLDS)
            yield replace(larger, zeros=zeros)
            yield replace(larger, tiny=True, stepped=True)

    def _stage(self, place: int, shape: Shape) -> Interpreter | None:
        """The worlds of a stage, which all statements share."""
        if place not in self._stages:
            sample = self._source.found(shape, _SEARCH + place)
            self._stages[place] = None if sample is None else self._interpreter(sample)
        return self._stages[place]

    def _interpreter(self, sample: Sample) -> Interpreter:
        return self._source.interpreter(sample, self._buffers)

    # -- optimisation -----------------------------------------------------------------------------

    def _climb(self, statement: Statement, premises: Premises) -> Iterator[Judgement]:
        """Worlds ever closer to a violation, from the closest ones of some stages."""
        for place, shape in enumerate(self._shapes()):
            start = self._stage(place, shape)
            if start is not None and shape.mode == "free" and not shape.tiny:
                yield from self._climb_from(start, place, statement, premises)

    def _climb_from(
        self, start: Interpreter, place: int, statement: Statement, premises: Premises
    ) -> Iterator[Judgement]:
        sample = refined(start.tables.sample)
        judged = self._judged(start, statement, premises)
        for turn in range(_ROUNDS):
            if judged is None:
                return
            sample = self._nearby(sample.take(closest(statement, judged)), place, turn)
            interpreter = self._interpreter(sample)
            judged = self._judged(interpreter, statement, premises)
            yield interpreter, judged

    def _nearby(self, parents: Sample, place: int, turn: int) -> Sample:
        """Admissible worlds near the parents, and the parents."""
        random = self._source.random(_SEARCH, place, turn)
        children = offspring(parents, _CHILDREN, random)
        return children.take(np.flatnonzero(self._source.admitted(children)))


def first_confirmed(
    judgements: Iterable[Judgement], statement: Statement, premises: Premises
) -> Counterexample | None:
    """The first violation seen in floats that exact arithmetic confirms."""
    for interpreter, judged in judgements:
        found_in_floats = () if judged is None else candidates(interpreter, statement, judged)
        for world, point in found_in_floats:
            found = confirmed(interpreter, world, point, statement, premises)
            if found is not None:
                return found
    return None


def closest(statement: Statement, judged: Judged) -> NDArray[np.intp]:
    """The worlds that come closest to violating the statement."""
    worst = np.where(judged.counts, margin(statement, judged.gap), np.inf)
    per_world = worst.reshape(-1, worst.shape[-1]).min(axis=0)
    return np.argsort(per_world, kind="stable")[:_PARENTS]


def candidates(
    interpreter: Interpreter, statement: Statement, judged: Judged
) -> Iterator[tuple[int, Point]]:
    """Worlds and points where floats see a violation, the simplest worlds first."""
    failing = judged.counts & (margin(statement, judged.gap) < -TOLERANCE)
    worlds = np.flatnonzero(failing.reshape(-1, failing.shape[-1]).any(axis=0))
    size = complexity(interpreter.tables.sample)[worlds]
    for world in worlds[np.argsort(size, kind="stable")][:CANDIDATES]:
        place = np.unravel_index(int(failing[..., world].argmax()), failing.shape[:-1])
        yield int(world), tuple(zip(judged.axes, (int(i) for i in place), strict=True))


def complexity(sample: Sample) -> NDArray[np.int64]:
    """How large the integers of each world are, all told."""
    total = np.zeros(sample.count, dtype=np.int64)
    for draw in sample.draws.values():
        total += np.abs(draw.top).reshape(-1, sample.count).sum(axis=0)
    return total
