"""Steps that were checked before: what was proved of one is taken over where the same is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from verifier.judge.chain import Check, check_and_explain
from verifier.judge.environment import Environment
from verifier.judge.lines import scope_remarks
from verifier.judge.obligations import leaned_on
from verifier.judge.task import CheckedStep, Task, shown
from verifier.kernel.theorem import Theorem
from verifier.outcome import StepReport

_OF_THE_LINE = ("hides", "for-all")  # remarks that depend on the line before, in writing


def taking_over(steps: Iterable[CheckedStep], before: Environment) -> Check:
    """A check that takes over what was proved of steps `before`, in an environment that declares
    and uses the same. What a file writes may bear on what is finite: where that is another, what a
    step rests on is met anew, and how an inequality was proved, or one that cites nothing, is
    looked for anew."""
    proved = {_asked(s.task): s for s in steps if s.task and s.theorem and not s.report.given}

    def check(environment: Environment, task: Task) -> CheckedStep:
        step = proved.get(_asked(task)) if task.unusable is None and not task.unread else None
        if step is None or step.theorem is None:
            return check_and_explain(environment, task)
        if environment.written != before.written:
            if step.theorem.relation != "=" or task.step.rules is None:
                return check_and_explain(environment, task)
            leaned = leaned_on(environment.context, step.theorem, environment.written)
            if leaned.missing or leaned.given:
                return check_and_explain(environment, task)
            step = replace(step, leaned=leaned)
        return replace(step, task=task, report=_report(environment, task, step.report))

    return check


def _asked(task: Task) -> tuple[object, ...]:
    """What a step asks of the kernel, wherever it stands."""
    step, goal = task.step, task.goal
    rules = None if step.rules is None else tuple(rule.value for rule in step.rules)
    premises = [None if each is None else _said(each) for each in (goal.reached, *goal.using)]
    return step.key, step.formula.value, rules, goal.statement, task.alike, *premises


def _said(theorem: Theorem) -> tuple[object, ...]:
    return theorem.statement, theorem.hypotheses, theorem.proof


def _report(environment: Environment, task: Task, known: StepReport) -> StepReport:
    """What was said of a step, said where it stands now."""
    text = task.step.formula
    before = task.reached.last if task.goes_on and task.reached else None
    own = scope_remarks(environment.declared.model.order, text, task.line, before)
    others = (
        text.diagnostic(each.code, None, **{k: v for k, v in each.data.items() if k != "cut"})
        for each in known.remarks
        if each.code not in _OF_THE_LINE
    )
    return replace(
        shown(task.report, task.line),
        statement=task.written,
        rules=known.rules,
        verdict=known.verdict,
        trace=known.trace,
        remarks=(*own, *others),
    )
