"""What is wrong with a false line, asked once it is known that nobody means it otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from verifier.derivation.derivation import Derivation
from verifier.judge.checked import CheckedFile
from verifier.judge.environment import SEARCH_WORK, STEP_WORK, within
from verifier.kernel.budget import Budget
from verifier.outcome import Verdict

MOST = 8  # files, each with its worlds


@dataclass(frozen=True, slots=True)
class _Judged:
    """A file that ends with a step that is refuted, and what was left of its work then."""

    file: CheckedFile
    left: int
    rest: int


@dataclass(frozen=True, slots=True)
class Later:
    """The last files that were checked and not explained, and end with a step that is refuted."""

    _kept: dict[Derivation, _Judged] = field(default_factory=dict)

    def keep(self, derivation: Derivation, file: CheckedFile) -> None:
        """Keep one that may have to be explained; of what has several cases it is judged anew."""
        if file.run.steps[-1].report.verdict is Verdict.REFUTED and not file.environment.cases:
            budget = file.environment.context.budget
            self._kept[derivation] = _Judged(file, budget.left, budget.rest)
            for old in [*self._kept][:-MOST]:
                del self._kept[old]

    def explained(self, derivation: Derivation) -> CheckedFile | None:
        """The same with what its last step was meant to be, as if that had been asked with it; None
        where it isn't kept."""
        from verifier.judge.mended import accounted_for  # brings what looks for slips

        known = self._kept.get(derivation)
        if known is None:
            return None
        environment, run = known.file.environment, known.file.run
        budget, step = environment.context.budget, run.steps[-1]
        assert step.task is not None
        most = SEARCH_WORK if step.task.step.rules is None else STEP_WORK
        spent = Budget(0).rest - known.rest
        budget.left, budget.rest = known.left, known.rest
        with within(budget, most - spent):
            found = accounted_for(environment, step.task, step)
        step.task.forms.clear()
        return replace(known.file, run=replace(run, steps=(*run.steps[:-1], found)))
