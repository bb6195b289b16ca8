"""Whether the worlds agree: every step and every whole chain, sampled."""

from __future__ import annotations

from dataclasses import dataclass, replace

from verifier.judge.chain import Run
from verifier.judge.environment import Environment
from verifier.judge.sampling import Conjecture, summary
from verifier.judge.task import CheckedStep
from verifier.outcome import Counterexample, Diagnostic, Numeric


@dataclass(frozen=True)
class Agreement:
    """The steps with what sampling says of each, one figure for all of it, and, where a world
    contradicts a proof, that: an internal error."""

    steps: tuple[CheckedStep, ...]
    numeric: Numeric | None
    contradiction: Diagnostic | None = None


def agreement(environment: Environment, run: Run) -> Agreement:
    """Every step and every whole chain on sampled worlds; of steps that aren't proved those at
    fault."""
    asked = {step.report.index for step in run.steps if step.proved or step.report.fault}
    tasks = {index: task for index, task in run.tasks.items() if index in asked}
    conjectures = [task.conjecture for task in tasks.values()]
    chains = (known for known in run.chains if not known.given)
    conjectures += [Conjecture(known.index, known.statement) for known in chains]
    figures = environment.second.figures(conjectures)
    numeric = dict(zip(tasks, figures, strict=False))
    steps = tuple(
        replace(step, report=replace(step.report, numeric=numeric.get(step.report.index)))
        for step in run.steps
    )
    whole = summary(conjectures, figures)
    open_steps = {step.report.index for step in run.steps if not step.unconditional}
    for conjecture, figure in zip(conjectures, figures, strict=True):
        if figure is None or figure.agrees or conjecture.step in open_steps:
            continue
        found = environment.second.refute(conjecture)
        if found is not None:
            return contradicted(environment, Agreement(steps, whole), conjecture.step, found)
    return Agreement(steps, whole)


def contradicted(
    environment: Environment, agreed: Agreement, number: int, found: Counterexample
) -> Agreement:
    """With a counterexample to a step that is proved."""
    steps = tuple(
        replace(step, report=replace(step.report, counterexample=found))
        if step.report.index == number
        else step
        for step in agreed.steps
    )
    text = environment.derivation.steps[number - 1].formula
    why = text.diagnostic("contradiction", step=number, left=found.left, right=found.right)
    return replace(agreed, steps=steps, contradiction=why)
