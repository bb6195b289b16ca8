"""One model's worlds, and statements held against them: at one horizon, where it has such."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from verifier.kernel.terms import Statement
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.meaning.gaps import (
    Gaps,
    Premises,
    cells_needed,
    gaps_of,
    margin,
    terms_needed,
)
from verifier.numeric.meaning.relations import TOLERANCE
from verifier.numeric.numbers.arrays import Buffers, Spend
from verifier.numeric.search.batches import LARGEST, POINTS_PER_TERM, Setting, Source
from verifier.numeric.search.confirm import is_world
from verifier.numeric.search.figures import Figure
from verifier.numeric.worlds.facts import Solutions, solve
from verifier.numeric.worlds.unroll import is_plain
from verifier.numeric.worlds.unrolled import Unrolled
from verifier.outcome import Counterexample

if TYPE_CHECKING:
    from verifier.numeric.search.given_world import Outcome
    from verifier.numeric.search.search import Search

_MUCH = 2**21  # worlds times cells of one batch in which a statement is looked at
_KEPT = 2**23  # numbers that all interpreters together keep for the next statement
PROBED = 24  # worlds of each batch: enough to drop most of what is false


class SampledHorizon:
    """Samples worlds of a model at one horizon. Statements are unrolled first; building it costs
    nothing."""

    def __init__(
        self,
        unrolled: Unrolled,
        spend: Spend,
        seed: int,
        setting: Setting,
        buffers: Buffers,
    ) -> None:
        self.model = unrolled.model
        self.unroller = unrolled.unroller
        self._spend = spend
        self._seed = seed
        self._setting = setting
        self._buffers = buffers
        self._strained = False  # whether a number was beyond floats in a probe

    @cached_property
    def solutions(self) -> Solutions:
        """What the model's facts determine."""
        return solve(self.model)

    @cached_property
    def source(self) -> Source:
        """Where worlds come from."""
        return Source(self.model, self.solutions, self._spend, self._seed, self._setting)

    @cached_property
    def interpreters(self) -> list[Interpreter]:
        """The worlds that every statement is checked on."""
        batches = self.source.batches()
        return [self.source.interpreter(sample, self._buffers) for sample in batches]

    def rest(self) -> None:
        """Let go of what was worked out in the worlds, for others come next."""
        for interpreter in vars(self).get("interpreters", ()):
            interpreter.let_go()
        self._buffers.clear()

    @cached_property
    def _search(self) -> Search:
        # Imported late, as all that is only asked of what is wrong: start-up is felt.
        from verifier.numeric.search.search import Search

        return Search(self.source, self._spend, self._buffers)

    def _unrolled(self, statement: Statement) -> Statement:
        if is_plain(statement.left) and is_plain(statement.right) and not self.unroller.values:
            return statement
        return self.unroller.statement(statement)

    def _all(self, statement: Statement, premises: Premises) -> tuple[Statement, Premises]:
        return self._unrolled(statement), tuple(map(self._unrolled, premises))

    def check(self, statement: Statement, premises: Premises) -> Figure:
        """A statement on all worlds. Raises `UnsupportedError`."""
        statement, premises = self._all(statement, premises)
        samples, worst = 0, np.inf
        margins = [np.empty(0)]
        for interpreter in self._in_parts((statement, *premises)):
            with np.errstate(all="ignore"):
                gaps = gaps_of(interpreter, statement, premises)
            at_points = np.where(gaps.counts, margin(statement, gaps.gap), np.inf)
            worlds = gaps.counts.reshape(-1, gaps.counts.shape[-1]).any(axis=0)
            times = interpreter.tables.sample.times
            counted = np.repeat(np.arange(len(times)), np.where(worlds, times, 0))
            samples += len(counted)
            worst = min(worst, float(at_points.min(initial=np.inf)))
            if statement.relation != "=":
                margins.append(at_points.reshape(-1, at_points.shape[-1]).min(axis=0)[counted])
        return Figure(samples, worst, np.concatenate(margins))

    @cached_property
    def _few(self) -> list[Interpreter]:
        """Some of the worlds of each batch."""
        few = slice(PROBED)
        samples = (each.tables.sample.take(few) for each in self.interpreters)
        return [self.source.interpreter(sample, self._buffers) for sample in samples]

    def probe(self, statement: Statement, premises: Premises) -> bool | None:
        """Whether a statement holds in a few worlds; None where it means nothing in any. Raises
        `UnsupportedError`."""
        statement, premises = self._all(statement, premises)
        met, also_exactly = False, True
        for interpreter in self._few:
            size = interpreter.tables.sample.count * cells_needed(
                interpreter, (statement, *premises)
            )
            terms = 2 * terms_needed((statement, *premises))  # their magnitudes, too
            self._spend(size + POINTS_PER_TERM * terms)
            if size > LARGEST:
                return None
            with np.errstate(all="ignore", over="call", under="call", call=self._strain):
                gaps = gaps_of(
                    interpreter, statement, premises, also_exactly, lambda: self._strained
                )
            held = _held(statement, gaps)
            if held is False:
                return False
            met = met or bool(held)
            also_exactly = met  # of what means nothing in the first worlds either: once is enough
        return met or None

    def _strain(self, kind: str, flag: int) -> None:
        """Take note of an overflow or an underflow."""
        del kind, flag
        self._strained = True

    def holds(self, statement: Statement, premises: Premises) -> bool | None:
        """Whether `check` would agree, told at the first worlds that don't; None where a statement
        means nothing in any. Raises `UnsupportedError`."""
        statement, premises = self._all(statement, premises)
        met = None
        for interpreter in self._in_parts((statement, *premises)):
            with np.errstate(all="ignore"):
                held = _held(statement, gaps_of(interpreter, statement, premises))
            if held is False:
                return False
            met = met or held
        return met

    def _in_parts(self, statements: Sequence[Statement]) -> Iterator[Interpreter]:
        """Interpreters of all worlds, or of as many of a batch as there is work for, small enough
        parts at a time for these statements."""
        for interpreter in self.interpreters:
            sample = interpreter.tables.sample
            size = cells_needed(interpreter, statements)
            if size > LARGEST:
                continue
            count = min(sample.count, max(1, _MUCH // size))
            self._spend(count * size + POINTS_PER_TERM * terms_needed(statements))
            if sample.count * size <= LARGEST:
                yield interpreter
                interpreter.tidy(_KEPT // len(self.interpreters))
                continue
            step = LARGEST // size
            for start in range(0, count, step):
                part = slice(start, min(start + step, count))
                yield self.source.interpreter(sample.take(part))

    def refute(self, statement: Statement, premises: Premises) -> Counterexample | None:
        """A counterexample that the search finds, confirmed exactly; where a glance will do, none.
        Raises `UnsupportedError`."""
        if self._setting.is_glance:
            return None
        return self._search.refute(*self._all(statement, premises))

    def among_its_own(self, statement: Statement, premises: Premises) -> Counterexample | None:
        """A counterexample among the worlds of `check`. Raises `UnsupportedError`."""
        return self._search.among(self.interpreters, *self._all(statement, premises))

    def replayed(self, statement: Statement, premises: Premises, given: Counterexample) -> Outcome:
        """A given world held against a statement. Raises `UnsupportedError`, DiagnosticError."""
        from verifier.numeric.search.given_world import replayed

        return replayed(self.source, *self._all(statement, premises), given)

    @property
    def indices(self) -> Mapping[str, int]:
        """The values of the symbolic indices."""
        return self._setting.indices

    def failure(self, statement: Statement, _: Premises) -> Counterexample | None:
        """A world in which a statement is false or means nothing. Raises `UnsupportedError`."""
        from verifier.numeric.search.necessity import failure

        return failure(self._search.simple(), self._unrolled(statement))

    def witness(self) -> bool:
        """Whether an exact world that meets the model's assumptions is found."""
        if not self.model.facts and self.model.support is None:
            return bool(self.interpreters)  # every world is one
        return any(is_world(interpreter) for interpreter in self.interpreters)


def _held(statement: Statement, gaps: Gaps) -> bool | None:
    """Whether a statement holds in some worlds; None where it means nothing in any."""
    if (gaps.counts & (margin(statement, gaps.gap) < -TOLERANCE)).any():
        return False
    return bool(gaps.counts.any()) or None
