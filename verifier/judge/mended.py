"""One slip, not two: a line that goes on from what a line above should have been.

Each step is judged against the line before it as written. What is not proved so may follow all the
same from a mended line above, or from the line before that: then it isn't counted as a fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from verifier.judge.declaring import if_declared
from verifier.judge.diagnosis import PROOFS, holds, likely, mended
from verifier.judge.environment import Environment
from verifier.judge.lines import KEYS, RELATIONS
from verifier.judge.rulings import canonical
from verifier.judge.splits import explained
from verifier.judge.task import CheckedStep, Task, come_to
from verifier.kernel.budget import OutOfWork
from verifier.kernel.rules import RULES, TIDYING
from verifier.kernel.theorem import composed
from verifier.outcome import Verdict


@dataclass(frozen=True)
class _Meant:
    """What a step may be meant to go on from: the step, put there; the step above that is at fault
    then, and the line that it is mended to, or none where what follows does so from before it."""

    task: Task
    fault: int
    line: str = ""


def accounted_for(environment: Environment, task: Task, found: CheckedStep) -> CheckedStep:
    """A step that isn't proved, with what it was meant to be or what is missing, if it isn't what
    the line above was meant to be."""
    found = judged_from_meant(environment, task, found)
    if found.report.follows:
        return found
    return if_declared(environment, task, found) or explained(environment, task, found)


def judged_from_meant(environment: Environment, task: Task, found: CheckedStep) -> CheckedStep:
    """A step that isn't proved: whether it follows from what a line above was meant to be; if not,
    and a line between can't be read, what it was itself meant to be, seen from there."""
    report, text = found.report, task.step.formula
    if found.proved or not task.above or task.unusable is not None or not environment.explains:
        return found
    asked = _cited if report.verdict is Verdict.WRONG_RULE else likely
    first = None
    for meant in _meant(environment, task):
        if _shown(environment, meant.task, asked(environment, meant.task)):
            why = text.diagnostic("follows-mended", step=meant.fault, line=meant.line)
            report = replace(report, follows=meant.fault, diagnostic=why, suggestion=None)
            return replace(found, report=report)
        first = first or (meant if meant.line else None)
    if first is None or not task.unread:
        return found
    known = mended(environment, first.task)
    if known is None:
        return found
    return replace(found, report=replace(report, diagnosis=known.diagnosis), mended=known.task)


def _meant(environment: Environment, task: Task) -> Iterator[_Meant]:
    """Each of the lines above as it is mended, the nearest first, and the line before them all."""
    step = task.step
    for above in reversed(task.above):
        report = above.report
        if above.mended is not None and report.diagnosis is not None:
            before = come_to(environment.declared, above.mended)
            put = replace(task, step=step, reached=before, above=())
            yield _Meant(put, report.index, report.diagnosis.line)
        if task.goes_on and report.kind != "chain":
            return  # a chain began there
        rules = tuple(replace(step.formula, value=name) for name in report.rules)
        cited = (*step.rules, *rules) if step.rules is not None and rules else None
        step = replace(step, rules=cited)
        if task.goes_on:
            own = above.task.relation if above.task is not None else report.relation
            relation = composed(own, RELATIONS[step.key])  # type: ignore[arg-type]
            if relation is None:
                return
            step = replace(step, key=KEYS[relation])
    first = task.above[0]
    if first.task is not None and first.task.reached is not None:
        put = replace(task, step=step, reached=first.task.reached, above=())
        yield _Meant(put, first.report.index)


def _cited(environment: Environment, task: Task) -> list[frozenset[str]]:
    """The rules cited: of a step that follows, as written, by others."""
    del environment
    cited = frozenset(name for name in canonical(task.step.rules or ()) if name in RULES)
    return [cited if task.strict else cited | TIDYING]


def _shown(environment: Environment, task: Task, asked: Iterable[frozenset[str]]) -> bool:
    """Whether a step follows by some of these rules, given the line that it is put after."""
    budget = environment.context.budget
    try:
        budget.left = PROOFS
        return environment.second.probable(task.conjecture) and any(
            holds(environment, task, names, given=True) for names in asked
        )
    except OutOfWork:
        return False
    finally:
        budget.refill()
