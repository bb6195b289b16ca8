"""The numeric second opinion: sampled worlds, checks of statements on them, counterexamples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np

from verifier.kernel.model import Model
from verifier.kernel.terms import Statement
from verifier.numeric.arithmetic import FLOAT
from verifier.numeric.arrays import Buffers, UnsupportedError
from verifier.numeric.batches import LARGEST, Source
from verifier.numeric.confirm import is_world
from verifier.numeric.evaluate import Interpreter
from verifier.numeric.facts import Solutions, solve
from verifier.numeric.judging import Premises, judge, margin, room
from verifier.numeric.search import Search
from verifier.numeric.validity import TOLERANCE
from verifier.outcome import Counterexample, Numeric


class Laboratory:
    """Samples worlds of a model and holds statements against them. Building it costs nothing.

    `spend` is told the work done, in points (worlds times cells), and may raise to stop.
    """

    def __init__(
        self, model: Model, spend: Callable[[int], None] = lambda _: None, seed: int = 0
    ) -> None:
        self.model = model
        self._spend = spend
        self._seed = seed

    @cached_property
    def solutions(self) -> Solutions:
        """What the model's facts determine."""
        return solve(self.model)

    @cached_property
    def source(self) -> Source:
        """Where worlds come from."""
        return Source(self.model, self.solutions, self._spend, self._seed)

    @cached_property
    def _interpreters(self) -> list[Interpreter]:
        buffers = Buffers()
        return [
            Interpreter(sample, FLOAT, solutions=self.solutions, buffers=buffers)
            for sample in self.source.batches()
        ]

    def check(
        self,
        statements: Sequence[Statement],
        premises: Sequence[Premises] | None = None,
    ) -> list[Numeric | None]:
        """Each statement on all worlds, at every value of its free variables.

        `premises[i]` are statements that statement i rests on: worlds where one of them fails
        don't count. None for a statement that could not be sampled.
        """
        given = premises if premises is not None else [()] * len(statements)
        return [self._check(s, tuple(g)) for s, g in zip(statements, given, strict=True)]

    def _check(self, statement: Statement, premises: Premises) -> Numeric | None:
        samples, worst = 0, np.inf
        try:
            for interpreter in self._rooms((statement, *premises)):
                with np.errstate(all="ignore"):
                    judged = judge(interpreter, statement, premises)
                gaps = np.where(judged.counts, margin(statement, judged.gap), np.inf)
                worlds = judged.counts.reshape(-1, judged.counts.shape[-1]).any(axis=0)
                samples += int(worlds.sum())
                worst = min(worst, float(gaps.min(initial=np.inf)))
        except UnsupportedError:
            return None
        if samples == 0:
            return None
        if statement.relation == "=":
            return Numeric(samples, -worst <= TOLERANCE, abs(worst))
        return Numeric(samples, worst >= -TOLERANCE, worst)

    def _rooms(self, statements: Sequence[Statement]) -> Iterator[Interpreter]:
        """Interpreters of all worlds, small enough parts at a time for these statements."""
        for interpreter in self._interpreters:
            sample = interpreter.tables.sample
            size = room(interpreter, statements)
            self._spend(sample.count * size)
            if sample.count * size <= LARGEST:
                yield interpreter
                continue
            step = max(1, LARGEST // size)
            for start in range(0, sample.count, step):
                part = sample.take(slice(start, start + step))
                yield Interpreter(part, FLOAT, solutions=self.solutions)

    # -- counterexamples --------------------------------------------------------------------------

    @cached_property
    def _search(self) -> Search:
        return Search(self.source, self._spend)

    def refute(self, statement: Statement, premises: Premises = ()) -> Counterexample | None:
        """A world that breaks the statement while its premises hold, confirmed exactly.

        Looks at 2 by 2 tables first. None when the search, which is bounded, finds none.
        """
        try:
            return self._search.refute(statement, tuple(premises))
        except UnsupportedError:
            return None

    def confirm(self, statement: Statement, premises: Premises = ()) -> Counterexample | None:
        """A contradiction that `check` found, confirmed exactly: simple worlds, then its own."""
        found = self.refute(statement, premises)
        if found is not None:
            return found
        try:
            return self._search.among(self._interpreters, statement, tuple(premises))
        except UnsupportedError:
            return None

    def witness(self) -> bool:
        """Whether an exact world that meets the model's assumptions is found."""
        try:
            if not self.model.facts and self.model.support is None:
                return bool(self._interpreters)  # every world is one
            return any(is_world(interpreter) for interpreter in self._interpreters)
        except UnsupportedError:
            return True

    @cached_property
    def vacuous(self) -> bool:
        """Whether no exact world that meets the model's assumptions is found."""
        return not self.witness()
