"""One step checked: under the rules it cites, against its conditions, against counterexamples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from verifier.judge.environment import STEP_WORK, Environment, within
from verifier.judge.lines import scope_remarks
from verifier.judge.obligations import leaned_on
from verifier.judge.rulings import Ruling, canonical, rule_on
from verifier.judge.task import CheckedStep, Task, shown
from verifier.judge.traces import positions, trace
from verifier.judge.unproved import disagreement, obligation, residual, undeclared
from verifier.kernel.budget import OutOfWork
from verifier.kernel.theorem import Theorem
from verifier.outcome import Diagnostic, StepReport, Suggestion, Verdict
from verifier.tactics.prover import Attempt


def check_step(environment: Environment, task: Task) -> CheckedStep:
    """The verdict on a step whose line means something."""
    report = replace(shown(task.report, task.line), statement=task.written)
    before = task.reached.last if task.goes_on and task.reached else None
    remarks = tuple(
        scope_remarks(environment.declared.model.order, task.step.formula, task.line, before)
    )
    ruling = _counted(environment, task)
    if task.unread:
        return _over_unread(environment, task, replace(report, remarks=remarks), ruling)
    report = replace(report, rules=ruling.rules or report.rules)
    if ruling.attempt is None or task.unusable is not None:
        found = _refused(environment, task, report, ruling)
        return replace(found, report=replace(found.report, remarks=remarks))
    report = replace(
        report,
        trace=trace(environment, task, ruling.attempt),
        remarks=(*remarks, *_remarks(task, ruling)),
    )
    return _concluded(environment, task, report, ruling.attempt)


def _ruling(environment: Environment, task: Task) -> Ruling:
    cited = _cited(task)

    def meets(theorem: Theorem) -> bool:
        return not leaned_on(environment.context, theorem, environment.written).missing

    try:
        return rule_on(
            environment.context,
            replace(task.goal, meets=meets),
            cited,
            task.strict,
            lambda: _agrees(environment, task),
            lambda: _stands(environment, task),
            lambda attempt: meets(attempt.theorem),
            environment.superfluous and environment.explains,
        )
    except OutOfWork:
        return Ruling(cited or ())


def _counted(environment: Environment, task: Task) -> Ruling:
    """A ruling, with what was spent on it where that was all there is. Of a step that cites rules
    half of the work is kept back for a counterexample and for what is said of it; of one that cites
    none a search is what is asked for."""
    budget = environment.context.budget
    before, kept_back = budget.rest, 0 if task.step.rules is None else STEP_WORK // 2
    with within(budget, before - kept_back):
        ruling = _ruling(environment, task)
        is_out = min(budget.left, budget.rest) <= 0
    return replace(ruling, spent=before - budget.rest) if is_out else ruling


def _cited(task: Task) -> tuple[str, ...] | None:
    """The rules cited, from the line before on: also those of lines between that mean nothing. None
    where one cites none."""
    own = None if task.step.rules is None else canonical(task.step.rules)
    between = [above.rules for above in task.unread if above.kind == "chain"]
    if own is None or not (task.strict or all(between)):
        return None
    return tuple(dict.fromkeys((*own, *(name for rules in between for name in rules))))


def _agrees(environment: Environment, task: Task) -> bool:
    """Whether no world that is known speaks against a step: else it is not worth a search for
    rules."""
    (figure,) = environment.second.figures([task.conjecture])
    return figure is None or figure.agrees


def _stands(environment: Environment, task: Task) -> bool:
    """Whether nothing speaks against an inequality, which may fail in a corner that no sample is
    in: else it is not worth a long search."""
    conjecture = task.conjecture
    return conjecture.statement.relation == "=" or environment.second.refute(conjecture) is None


def _over_unread(
    environment: Environment, task: Task, report: StepReport, ruling: Ruling
) -> CheckedStep:
    """A step below lines that mean nothing, against the last one that does: proved, or open. What
    it was to go on from isn't known, so nothing speaks against it."""
    text, steps = task.step.formula, tuple(above.index for above in task.unread)
    report = replace(report, judged=task.relation if task.goes_on else None)
    if ruling.attempt is not None and task.unusable is None:
        remark = text.diagnostic("over-unread", relation=report.judged, steps=steps)
        told = replace(
            report,
            rules=report.rules or ruling.rules,
            trace=trace(environment, task, ruling.attempt),
            remarks=(*report.remarks, *((remark,) if task.goes_on else ())),
        )
        found = _proved(environment, task, told, ruling.attempt)
        if found.proved:
            return found
    why = task.unusable or text.diagnostic("line-unread", steps=steps)
    return CheckedStep(replace(report, verdict=Verdict.UNPROVED, diagnostic=why), task)


def _proved(
    environment: Environment, task: Task, report: StepReport, attempt: Attempt
) -> CheckedStep:
    """A step with what its theorem leans on: proved, when nothing is missing."""
    leaned = leaned_on(environment.context, attempt.theorem, environment.written)
    if not leaned.missing:
        report = replace(report, verdict=Verdict.PROVED, given=tuple(sorted(leaned.given)))
        return CheckedStep(report, task, leaned, attempt.theorem)
    return CheckedStep(report, task, leaned)


def _concluded(
    environment: Environment, task: Task, report: StepReport, attempt: Attempt
) -> CheckedStep:
    """Proved, when all its conditions are met; else what they are."""
    proved = _proved(environment, task, report, attempt)
    if proved.proved:
        return proved
    why = obligation(environment, task, proved.leaned)
    found = _undecided(environment, task, report, lambda: why)
    # Said of what is refuted too: left less right is 0 but for the condition.
    return replace(found, report=replace(found.report, diagnostic=why))


def _refused(
    environment: Environment, task: Task, report: StepReport, ruling: Ruling
) -> CheckedStep:
    """Not proved by the rules cited: unless no others would do either, they are wrong."""
    if task.unusable is not None:
        report = replace(report, verdict=Verdict.UNPROVED, diagnostic=task.unusable)
        return CheckedStep(report, task)
    if ruling.suggested is None:
        # what remains is worked out only where no counterexample is found: it may take long
        return _undecided(
            environment,
            task,
            report,
            lambda: undeclared(environment, task) or residual(environment, task, ruling.spent),
        )
    if ruling.otherwise is not None:  # under other rules it follows, unless a condition is missing
        leaned = leaned_on(environment.context, ruling.otherwise.theorem, environment.written)
        if leaned.missing:
            return _concluded(environment, task, report, ruling.otherwise)
    why = task.step.formula.diagnostic(
        "wrong-rule", rules=ruling.rules, suggestion=ruling.suggested
    )
    where = (
        positions(environment, task, ruling.suggested, ruling.otherwise) if ruling.otherwise else ()
    )
    suggestion = Suggestion(ruling.suggested, where)
    report = replace(report, verdict=Verdict.WRONG_RULE, diagnostic=why, suggestion=suggestion)
    return CheckedStep(report, task)


def _undecided(
    environment: Environment, task: Task, report: StepReport, unproved: Callable[[], Diagnostic]
) -> CheckedStep:
    """Refuted, when a counterexample is found; else unproved."""
    found = environment.second.refute(task.conjecture)
    if found is None:
        report = replace(report, verdict=Verdict.UNPROVED, diagnostic=unproved())
        return CheckedStep(report, task)
    why = disagreement(environment, task, found)
    report = replace(report, verdict=Verdict.REFUTED, diagnostic=why, counterexample=found)
    return CheckedStep(report, task)


def _remarks(task: Task, ruling: Ruling) -> list[Diagnostic]:
    text = task.step.formula
    remarks = [text.diagnostic("superfluous", name=name) for name in ruling.superfluous]
    if ruling.uncited:
        remarks.append(text.diagnostic("tidied", rules=ruling.uncited))
    if task.alike:
        remarks.append(text.diagnostic("same-sides"))
    elif ruling.equality and task.goal.statement.relation != "=" and task.goes_on:
        remarks.append(text.diagnostic("equality"))
    return remarks
