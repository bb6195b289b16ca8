"""The search for counterexamples: simple worlds first, then those that optimisation comes to.

Floats propose, exact arithmetic confirms: a candidate is returned only when there its assumptions
and premises hold, both sides are defined, and the statement fails for certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from verifier.kernel.terms import Statement, Var
from verifier.numeric.arithmetic import FLOAT, exact
from verifier.numeric.arrays import Field
from verifier.numeric.batches import Source, Spend, alphabet, generator
from verifier.numeric.climb import offspring, refined
from verifier.numeric.evaluate import Interpreter
from verifier.numeric.judging import Judged, Premises, counted, judge, margin, room
from verifier.numeric.show import counterexample
from verifier.numeric.validity import (
    TOLERANCE,
    Sign,
    admissible,
    at_the_point,
    difference,
    somewhere,
)
from verifier.numeric.worlds import Mode, Sample, Shape
from verifier.outcome import Counterexample

_WORLDS = 256  # of one stage of the search
_CANDIDATES = 6  # confirmed exactly per stage, the simplest first
_PRECISIONS = (64, 256, 1024)
_ROUNDS = 24  # of optimisation
_PARENTS = 16
_CHILDREN = 8
_SEARCH = 1000  # sets the seeds of the search apart from those of the checks

Point = tuple[tuple[Var, int], ...]


class Search:
    """Counterexamples to statements about one model's worlds."""

    def __init__(self, source: Source, spend: Spend) -> None:
        self._source = source
        self._spend = spend
        self._stages: dict[int, Interpreter | None] = {}

    def refute(self, statement: Statement, premises: Premises) -> Counterexample | None:
        """The first counterexample confirmed, if any."""
        found = self.among(self._simple(), statement, premises)
        if found is None and statement.relation != "=":
            found = self.among(self._climb(statement, premises), statement, premises)
        return found

    def among(
        self, interpreters: Iterable[Interpreter], statement: Statement, premises: Premises
    ) -> Counterexample | None:
        """The first counterexample confirmed among the worlds of interpreters in turn."""
        for interpreter in interpreters:
            judged = self._judge(interpreter, statement, premises)
            for world, point in candidates(interpreter, statement, judged):
                found = confirmed(interpreter, world, point, statement, premises)
                if found is not None:
                    return found
        return None

    def _judge(self, interpreter: Interpreter, statement: Statement, premises: Premises) -> Judged:
        self._spend(interpreter.tables.sample.count * room(interpreter, (statement, *premises)))
        with np.errstate(all="ignore"):
            return judge(interpreter, statement, premises)

    # -- stages -----------------------------------------------------------------------------------

    def _simple(self) -> Iterator[Interpreter]:
        for place, shape in enumerate(self._shapes()):
            interpreter = self._stage(place, shape)
            if interpreter is not None:
                yield interpreter

    def _shapes(self) -> Iterator[Shape]:
        """Kinds of worlds, the simplest first."""
        zeros = self._source.model.support is not None
        modes: tuple[Mode, ...] = ("free", "tied", "uniform")
        small = Shape(alphabet(self._source.slots, (2,)), _WORLDS, tiny=True)
        for mode in modes:
            yield replace(small, mode=mode)
        if zeros:
            yield replace(small, zeros=True)
            yield replace(small, zeros=True, mode="tied")
        yield replace(small, stepped=True)
        yield replace(small, stepped=True, mode="tied")
        yield replace(small, tiny=False)
        for pattern in ((2, 3), (3, 2), (3,)):
            sizes = alphabet(self._source.slots, pattern)
            yield replace(small, sizes=sizes, tiny=False, zeros=zeros)
            yield replace(small, sizes=sizes, stepped=True)

    def _stage(self, place: int, shape: Shape) -> Interpreter | None:
        """The worlds of a stage, which all statements share."""
        if place not in self._stages:
            sample = self._source.found(shape, _SEARCH + place)
            self._stages[place] = None if sample is None else self._interpreter(sample)
        return self._stages[place]

    def _interpreter(self, sample: Sample) -> Interpreter:
        return Interpreter(sample, FLOAT, solutions=self._source.solutions)

    # -- optimisation -----------------------------------------------------------------------------

    def _climb(self, statement: Statement, premises: Premises) -> Iterator[Interpreter]:
        """Worlds ever closer to a violation, from the closest ones of some stages."""
        for place, shape in enumerate(self._shapes()):
            start = self._stage(place, shape)
            if start is None or shape.mode != "free" or shape.tiny:
                continue
            sample = refined(start.tables.sample)
            closest = self._closest(start, statement, premises)
            for turn in range(_ROUNDS):
                random = generator(_SEARCH, place, turn)
                children = offspring(sample.take(closest), _CHILDREN, random)
                sample = children.take(np.flatnonzero(self._source.admitted(children)))
                if not sample.count:
                    break
                interpreter = self._interpreter(sample)
                closest = self._closest(interpreter, statement, premises)
                yield interpreter

    def _closest(
        self, interpreter: Interpreter, statement: Statement, premises: Premises
    ) -> NDArray[np.intp]:
        """The worlds that come closest to violating the statement."""
        judged = self._judge(interpreter, statement, premises)
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
    for world in worlds[np.argsort(size, kind="stable")][:_CANDIDATES]:
        place = np.unravel_index(int(failing[..., world].argmax()), failing.shape[:-1])
        yield int(world), tuple(zip(judged.axes, (int(i) for i in place), strict=True))


def complexity(sample: Sample) -> NDArray[np.int64]:
    """How large the integers of each world are, all told."""
    total = np.zeros(sample.count, dtype=np.int64)
    for draw in sample.draws.values():
        total += np.abs(draw.top).reshape(-1, sample.count).sum(axis=0)
    return total


def confirmed(
    interpreter: Interpreter, world: int, point: Point, statement: Statement, premises: Premises
) -> Counterexample | None:
    """The counterexample at a world and a point, if exact arithmetic says that it is one."""
    from flint import ctx

    from verifier.numeric.exact import UndecidedError

    one = interpreter.tables.sample.take(np.array([world]))
    for bits in _PRECISIONS:
        with ctx.workprec(bits):
            again = Interpreter(one, exact(), interpreter.indices, interpreter.solutions)
            try:
                if not breaks(again, point, statement, premises):
                    return None
                return counterexample(again, statement, dict(point))
            except UndecidedError:
                continue
    return None


def breaks(
    interpreter: Interpreter, point: Point, statement: Statement, premises: Premises
) -> bool:
    """Whether an exact world breaks the statement at a point. Raises `UndecidedError`."""
    if not admissible(interpreter).data.all():
        return False
    if not at(counted(interpreter, statement, premises), point):
        return False
    gap = at(difference(interpreter, statement.left, statement.right), point)
    test = Sign(interpreter.arithmetic, np.array([gap], dtype=object)).test
    violated = {"=": "!=", ">=": "<", "<=": ">"}[statement.relation]
    return bool(test(violated)[0])  # type: ignore[arg-type]


def at(field: Field, point: Point) -> object:
    """The value of a one-world field at a point."""
    place = dict(point)
    lengths = zip(field.axes, field.data.shape, strict=False)
    index = [place.get(variable, 0) if length > 1 else 0 for variable, length in lengths]
    return field.data[(*index, 0)]


def is_world(interpreter: Interpreter) -> bool:
    """Whether one of a sample's worlds meets the assumptions exactly, among the first few."""
    with np.errstate(all="ignore"):
        mask = somewhere(at_the_point(interpreter, ()))
    count = interpreter.tables.sample.count
    return any(
        _is_exact_world(interpreter, int(world))
        for world in np.flatnonzero(np.broadcast_to(mask.data, (count,)))[:_CANDIDATES]
    )


def _is_exact_world(interpreter: Interpreter, world: int) -> bool:
    from flint import ctx

    from verifier.numeric.exact import UndecidedError

    one = interpreter.tables.sample.take(np.array([world]))
    for bits in _PRECISIONS:
        with ctx.workprec(bits):
            again = Interpreter(one, exact(), interpreter.indices, interpreter.solutions)
            try:
                good = admissible(again).data.all() and somewhere(at_the_point(again, ())).data
            except UndecidedError:
                continue
            return bool(np.all(good))
    return False
