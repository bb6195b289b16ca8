"""More worlds than a report looks at of itself: as many as one asks for, from a seed on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from verifier.judge.agreement import Agreement, contradicted
from verifier.judge.environment import Environment
from verifier.judge.sampling import SecondOpinion
from verifier.judge.task import CheckedStep, Task
from verifier.judge.unproved import disagreement
from verifier.outcome import Counterexample, StepReport, Verdict
from verifier.outcome.search import Search, over_all, plus

_OPEN = (Verdict.PROVED, Verdict.WRONG_RULE, Verdict.UNPROVED)


@dataclass(frozen=True, slots=True)
class _Found:
    """What batches say of a step, and a world in which it fails, at which they end."""

    report: StepReport
    world: Counterexample | None = None

    @property
    def open(self) -> bool:
        return self.report.numeric is None or self.report.numeric.agrees


def widened(environment: Environment, agreed: Agreement, search: Search) -> Agreement:
    """The same in more worlds; of a later part of a search in these alone. A step that isn't proved
    and fails in one of them is refuted; a proved one that does is an error of the verifier."""
    later = search.part[0] > 0
    tasks = {s.report.index: s.task for s in agreed.steps if s.task and _may_fail(s.report)}
    found = {
        s.report.index: _Found(replace(s.report, numeric=None) if later else s.report)
        for s in agreed.steps
    }
    for seed in search.seeds:
        second = SecondOpinion(environment.declared.model, environment.context.budget, seed)
        for index, task in tasks.items():
            if found[index].open:
                found[index] = _looked(second, task, found[index])
        second.forget()  # worlds are large: not only when a circle is looked for
    steps = tuple(_with(environment, step, found[step.report.index]) for step in agreed.steps)
    figure = over_all(None if later else agreed.numeric, [step.report for step in steps])
    agreed = replace(agreed, steps=steps, numeric=figure)
    for step in steps:
        world = found[step.report.index].world
        if world and step.unconditional and agreed.contradiction is None:
            return contradicted(environment, agreed, step.report.index, world)
    return agreed


def _may_fail(report: StepReport) -> bool:
    return report.verdict in _OPEN and report.counterexample is None


def _looked(second: SecondOpinion, task: Task, known: _Found) -> _Found:
    """With the worlds of one batch more."""
    (figure,) = second.figures([task.conjecture])
    if figure is None:
        return known
    world = None if figure.agrees else second.refute(task.conjecture)
    return _Found(replace(known.report, numeric=plus(known.report, figure)), world)


def _with(environment: Environment, step: CheckedStep, found: _Found) -> CheckedStep:
    """A step with what more worlds say of it."""
    report, task = found.report, step.task
    if found.world is not None and task is not None and not step.holds:
        report = replace(
            report,
            verdict=Verdict.REFUTED,
            diagnostic=disagreement(environment, task, found.world),
            counterexample=found.world,
            suggestion=None,
        )
    return replace(step, report=report)
