"""Whether each assumption is needed: a world in which a step fails without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from verifier.judge.sampling import SecondOpinion
from verifier.judge.task import CheckedStep
from verifier.kernel.budget import OutOfWork
from verifier.kernel.model import Fact, Finite, Model
from verifier.kernel.terms import Statement
from verifier.numeric.search.sampled_model import SampledModel
from verifier.outcome import Counterexample, Necessity


def necessity(
    model: Model, steps: Sequence[CheckedStep], second: SecondOpinion
) -> Iterator[Necessity]:
    """Each assumption of a file that steps lean on, dropped by itself."""
    for condition in model.support or ():
        rest = tuple(other for other in model.support or () if other is not condition)
        without = replace(model, support=rest)
        leaning = [item for item in steps if condition in item.leaned.by]
        if leaning:
            found = _first(without, leaning, second, condition.text)
            yield replace(found, finite=isinstance(condition, Finite))
    for fact in model.facts:
        leaning = [item for item in steps if fact in item.leaned.facts]
        if leaning:
            yield _first(_without(model, fact), leaning, second, fact.text)


def _without(model: Model, fact: Fact) -> Model:
    return replace(model, facts=tuple(other for other in model.facts if other is not fact))


def _first(
    model: Model, leaning: Sequence[CheckedStep], second: SecondOpinion, text: str
) -> Necessity:
    """The first of the steps for which a world is found."""
    sampled = SampledModel(model, second.spend)
    for item in leaning:
        second.refill()
        found = None if item.task is None else _failure(sampled, item.task.goal.statement)
        if found is not None:
            return Necessity(text, item.report.index, found)
    return Necessity(text)


def _failure(sampled: SampledModel, statement: Statement) -> Counterexample | None:
    try:
        return sampled.failure(statement)
    except OutOfWork:
        return None
