"""The second opinion on a file: its steps and whole chains on sampled worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from verifier.kernel.budget import Budget, OutOfWork
from verifier.kernel.model import Condition, Model
from verifier.kernel.terms import Statement
from verifier.numeric.laboratory import Laboratory
from verifier.outcome import Counterexample, Numeric

POINTS_PER_UNIT = 1024  # worlds times cells that cost about what a unit of kernel work does


@dataclass(frozen=True)
class Check:
    """A statement to sample: the step that it belongs to, and premises that worlds must meet."""

    step: int
    statement: Statement
    premises: tuple[Statement, ...] = ()


class SecondOpinion:
    """The laboratory of one file, on the counter that the kernel's work runs through.

    Each question has the whole budget; out of it there is no opinion.
    """

    def __init__(self, model: Model, budget: Budget) -> None:
        self._model = model
        self._budget = budget
        self._laboratory = Laboratory(model, self._spend)

    def _spend(self, points: int) -> None:
        self._budget.spend(points // POINTS_PER_UNIT)

    def refute(
        self,
        statement: Statement,
        premises: tuple[Statement, ...],
        defined: tuple[Condition, ...] = (),
    ) -> Counterexample | None:
        """A counterexample, confirmed, in which the premises hold and further conditions too."""
        self._budget.refill()
        laboratory = self._laboratory
        if defined:
            support = (*(self._model.support or ()), *defined)
            laboratory = Laboratory(replace(self._model, support=support), self._spend)
        try:
            return laboratory.refute(statement, premises)
        except OutOfWork:
            return None

    def confirm(self, statement: Statement) -> Counterexample | None:
        """A contradiction of a proved statement, in exact or ball arithmetic."""
        self._budget.refill()
        try:
            return self._laboratory.confirm(statement)
        except OutOfWork:
            return None

    def figures(self, checks: Sequence[Check]) -> list[Numeric | None]:
        """What sampling says of each statement."""
        self._budget.refill()
        try:
            return self._laboratory.check(
                [check.statement for check in checks], [check.premises for check in checks]
            )
        except OutOfWork:
            return [None] * len(checks)

    def vacuous(self) -> bool:
        """Whether no exact world was found that meets the file's assumptions."""
        self._budget.refill()
        try:
            return self._laboratory.vacuous
        except OutOfWork:
            return True


def summary(checks: Sequence[Check], found: Sequence[Numeric | None]) -> Numeric | None:
    """One figure for a file: the largest residual, or violation of an inequality."""
    figures = [(c, n) for c, n in zip(checks, found, strict=True) if n is not None]
    if not figures:
        return None
    return Numeric(
        samples=max(n.samples for _, n in figures),
        agrees=all(n.agrees for _, n in figures),
        worst=max(n.worst if c.statement.relation == "=" else -n.worst for c, n in figures),
    )
