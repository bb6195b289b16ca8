"""The search for counterexamples: simple worlds first, then those that optimisation comes to.

Floats propose, exact arithmetic (`verifier.numeric.search.confirm`) confirms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verifier.kernel.terms import Statement, Var
from verifier.numeric.meaning.assumptions import admissible
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.meaning.gaps import (
    Gaps,
    Look,
    Premises,
    cells_needed,
    gaps_of,
    margin,
    seen,
    terms_needed,
)
from verifier.numeric.meaning.relations import TOLERANCE
from verifier.numeric.meaning.repeated import Repeated
from verifier.numeric.numbers.arrays import Buffers, Spend, free
from verifier.numeric.search.batches import LARGEST, POINTS_PER_TERM, Source
from verifier.numeric.search.confirm import CANDIDATES, Point, confirmed
from verifier.numeric.search.descent import descend
from verifier.numeric.search.show import needed, unspoken_of
from verifier.numeric.search.shrink import Breaches, cost, shrunk
from verifier.numeric.worlds.draws import Sample, Shape, drawn
from verifier.outcome import Counterexample

_WORLDS = 256  # of one stage of the search
_CLOSEST = 4  # that a descent begins from
_RETRACED = 4  # worlds that shrinking led to: the simplest ones, asked for exactly
_KEPT = 2**18  # numbers that a stage keeps for the next statement: there are many stages
_PRICED = 2**20  # numbers of worlds of which the simplest are looked for
_LONG = 2000  # terms of a statement
_SEARCH = 1000  # sets the seeds of the search apart from those of the checks

WithGaps = tuple[Interpreter, Gaps | None]


class Search:
    """Counterexamples to statements about one model's worlds."""

    def __init__(self, source: Source, spend: Spend, buffers: Buffers) -> None:
        self._source = source
        self._spend = spend
        self._buffers = buffers
        self._stages: dict[int, Interpreter | None] = {}

    def refute(self, statement: Statement, premises: Premises) -> Counterexample | None:
        """The first counterexample confirmed, if any."""
        return self._first_confirmed(self._stages_of(statement, premises), statement, premises)

    def among(
        self, interpreters: Iterable[Interpreter], statement: Statement, premises: Premises
    ) -> Counterexample | None:
        """The first counterexample confirmed in the worlds of some interpreters."""
        fitting = (self._fitting(each, (statement, *premises)) for each in interpreters)
        looked_at = ((each, self._gaps(each, statement, premises)) for each in fitting)
        return self._first_confirmed(looked_at, statement, premises)

    def _fitting(self, interpreter: Interpreter, said: Sequence[Statement]) -> Interpreter:
        """An interpreter of as many of the worlds as there is room for at a time."""
        sample = interpreter.tables.sample
        room = max(1, LARGEST // cells_needed(interpreter, said))
        return interpreter if sample.count <= room else self._interpreter(sample.take(slice(room)))

    def _gaps(
        self,
        interpreter: Interpreter,
        statement: Statement,
        premises: Premises,
        look: Look | None = None,
    ) -> Gaps | None:
        """What the worlds make of a statement; None where there isn't room enough to tell."""
        points = interpreter.tables.sample.count * cells_needed(interpreter, (statement, *premises))
        if points > LARGEST:
            return None
        self._spend(points + POINTS_PER_TERM * terms_needed((statement, *premises)))
        with np.errstate(all="ignore"):
            gaps = gaps_of(interpreter, statement, premises, look=look)
        interpreter.tidy(_KEPT)
        return gaps

    # -- stages -----------------------------------------------------------------------------------

    def simple(self) -> Iterator[Interpreter]:
        """The simplest worlds, stage by stage."""
        for place, shape in enumerate(self._shapes()):
            interpreter = self._stage(place, shape)
            if interpreter is not None:
                yield interpreter

    def _shapes(self) -> Iterator[Shape]:
        """Kinds of worlds, the simplest first."""
        for turn, (pattern, kind) in enumerate(self._kinds()):
            yield from self._source.shapes(pattern, _WORLDS, turn, **kind)

    def _kinds(self) -> Iterator[tuple[tuple[int, ...], dict[str, Any]]]:
        """A pattern of alphabets, and what else there is to say of a shape."""
        zeros = self._source.model.support is not None
        for mode in ("free", "tied", "uniform"):
            yield (2,), {"tiny": True, "mode": mode}
        for mode in ("free", "tied") if zeros else ():
            yield (2,), {"tiny": True, "zeros": True, "mode": mode}
        for mode in ("free", "tied"):
            yield (2,), {"tiny": True, "stepped": True, "mode": mode}
        yield (2,), {"stepped": True}
        for pattern in ((2, 3), (3, 2), (3,)):
            yield pattern, {"zeros": zeros, "tiny": True}
            yield pattern, {"zeros": zeros, "stepped": True}

    def _stage(self, place: int, shape: Shape) -> Interpreter | None:
        """The worlds of a stage, which all statements share."""
        if place not in self._stages:
            sample = self._source.found(shape, _SEARCH + place)
            self._stages[place] = None if sample is None else self._interpreter(sample)
        return self._stages[place]

    def _interpreter(self, sample: Sample) -> Interpreter:
        return self._source.interpreter(sample, self._buffers)

    # -- optimisation -----------------------------------------------------------------------------

    def _stages_of(self, statement: Statement, premises: Premises) -> Iterator[WithGaps]:
        """The simplest worlds, stage by stage; of the larger stages also where a descent from the
        closest ones leads: an inequality may fail in a corner that no sample comes near."""
        descended: list[Mapping[Var, int]] = []
        look = Repeated(partial(seen, statement=statement, premises=premises))
        for place, shape in enumerate(self._shapes()):
            start = self._stage(place, shape)
            if start is None:
                continue
            start = self._fitting(start, (statement, *premises))
            gaps = self._gaps(start, statement, premises)
            yield start, gaps
            if gaps is None or statement.relation == "=" or shape.tiny:
                continue
            if len({*shape.sizes.values()} - {1}) <= 1 and shape.sizes not in descended:
                descended.append(shape.sizes)
                few = start.tables.sample.take(closest(statement, gaps))
                height = partial(self._height, statement, premises, look)
                interpreter = self._interpreter(descend(few, height))
                yield interpreter, self._gaps(interpreter, statement, premises)

    def _height(
        self, statement: Statement, premises: Premises, look: Look, sample: Sample
    ) -> NDArray[np.float64]:
        """How far each world is from violating the statement: inf where it doesn't count."""
        interpreter = self._interpreter(sample)
        gaps = self._gaps(interpreter, statement, premises, look)
        if gaps is None:
            return np.full(sample.count, np.inf)
        return np.where(self._source.admitted(sample), heights(statement, gaps), np.inf)

    # -- confirmation -----------------------------------------------------------------------------

    def _first_confirmed(
        self, looked_at: Iterable[WithGaps], statement: Statement, premises: Premises
    ) -> Counterexample | None:
        """The first violation seen in floats that exact arithmetic confirms, made simpler."""
        names = needed(self._source.model, self._source.solutions, (statement, *premises))
        for interpreter, gaps in looked_at:
            if gaps is None:
                continue
            breach = -heights(statement, gaps)
            worlds = np.flatnonzero(breach > TOLERANCE)
            if len(worlds) == 0:
                continue
            for world in self._simplest(interpreter, worlds, names):
                point = broken_at(statement, gaps, int(world))
                found = confirmed(interpreter, int(world), point, statement, premises)
                if found is not None:
                    sample = interpreter.tables.sample.take(np.array([world]))
                    return self._simpler(sample, names, statement, premises) or found
        return None

    def _simplest(
        self, interpreter: Interpreter, worlds: NDArray[np.intp], names: frozenset[str]
    ) -> NDArray[np.intp]:
        """The worlds that are easiest to read, of as many as can be looked at."""
        sample = interpreter.tables.sample
        room = _PRICED // max(1, sum(drawn(sample.model, sample.shape.sizes)))
        if room < sample.count:
            return worlds[:CANDIDATES]
        size = cost(interpreter, names)[worlds]
        return worlds[np.argsort(size, kind="stable")][:CANDIDATES]

    def _simpler(
        self, sample: Sample, names: frozenset[str], statement: Statement, premises: Premises
    ) -> Counterexample | None:
        """The simplest world that a confirmed one shrinks to, if it is confirmed too.

        Its work is bounded, and nobody is told of it: what was found isn't to be lost again. Of a
        very long statement no other world is looked for.
        """
        if terms_needed((statement, *premises)) > _LONG:
            return None

        look = Repeated(partial(seen, statement=statement, premises=premises))

        def measure(proposals: Sample) -> Breaches | None:
            interpreter, gaps = self._looked_at(proposals, statement, premises, look)
            if gaps is None:
                return None
            with np.errstate(all="ignore"):
                breach = np.maximum(-heights(statement, gaps), 0)
                breach = np.where(admissible(interpreter).data, breach, 0)
            return Breaches(breach, cost(interpreter, names))

        zeros = self._source.model.support is not None
        said, source = (statement, *premises), self._source
        unspoken = unspoken_of(source.model, source.solutions, said, source.slots)
        path = shrunk(sample, measure, zeros, source.random(_SEARCH), unspoken)
        for smaller in path[: -1 - _RETRACED : -1]:
            interpreter, gaps = self._looked_at(smaller, statement, premises, look)
            if gaps is not None:
                point = broken_at(statement, gaps, 0)
                found = confirmed(interpreter, 0, point, statement, premises)
                if found is not None:
                    return found
        return None

    def _looked_at(
        self, sample: Sample, statement: Statement, premises: Premises, look: Look
    ) -> tuple[Interpreter, Gaps | None]:
        interpreter = self._source.interpreter(sample, self._buffers, free)
        if sample.count * cells_needed(interpreter, (statement, *premises)) > LARGEST:
            return interpreter, None
        with np.errstate(all="ignore"):
            return interpreter, gaps_of(interpreter, statement, premises, look=look)


def closest(statement: Statement, gaps: Gaps) -> NDArray[np.intp]:
    """The worlds that come closest to violating the statement."""
    return np.argsort(heights(statement, gaps), kind="stable")[:_CLOSEST]


def heights(statement: Statement, gaps: Gaps) -> NDArray[np.float64]:
    """The least margin of a statement in each world, over the points that count."""
    worst = _margins(statement, gaps)
    return np.asarray(worst.reshape(-1, worst.shape[-1]).min(axis=0))


def broken_at(statement: Statement, gaps: Gaps, world: int) -> Point:
    """The first point at which a world breaks the statement about as much as it does anywhere."""
    here = _margins(statement, gaps)[..., world]
    place = np.unravel_index(int((here <= here.min() / 2).argmax()), here.shape)
    return tuple(zip(gaps.axes, map(int, place), strict=True))


def _margins(statement: Statement, gaps: Gaps) -> NDArray[np.float64]:
    return np.where(gaps.counts, margin(statement, gaps.gap), np.inf)
