"""What is said of a step that isn't proved: what it lacks, or what remains of its two sides."""

from __future__ import annotations

from collections.abc import Iterable

from verifier.formula.written import Span
from verifier.judge import readable
from verifier.judge.environment import Environment
from verifier.judge.obligations import leaned_on, obligations
from verifier.judge.task import Task
from verifier.kernel.budget import OutOfWork
from verifier.kernel.discharge import Discharge
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inference import reflexive
from verifier.kernel.rules import EQUALITY_RULES, TIDYING, expectation
from verifier.outcome import Counterexample, Diagnostic
from verifier.tactics.prover import follow

DISAGREEMENT_WORK = 6000  # units of kernel work for what remains of a false equality
LONGEST_RESIDUAL = 160  # characters
_KEEPING = TIDYING - {expectation.RULE.name}  # averages and divergences stay as they are written


def obligation(environment: Environment, task: Task, leaned: Discharge) -> Diagnostic:
    """What a step needs that doesn't follow from what is declared."""
    lacking = obligations(environment.context, leaned.missing, task.as_written)[0]
    return task.step.formula.diagnostic(lacking.code, condition=lacking.text)


def undeclared(environment: Environment, task: Task) -> Diagnostic | None:
    """What is to be declared for the step's lines to mean something, whatever else is missing."""
    environment.context.budget.refill()
    said = task.goal.statement
    try:
        found = [
            missing
            for side in (said.left, said.right)
            for missing in obligations(
                environment.context,
                leaned_on(
                    environment.context, reflexive(environment.declared.model, side), frozenset()
                ).missing,
                task.as_written,
            )
            if missing.code in ("needs-positive", "needs-nonzero")
        ]
    except OutOfWork:
        return None
    if not found:
        return None
    return task.step.formula.diagnostic(found[0].code, condition=found[0].text)


def residual(environment: Environment, task: Task, spent: int) -> Diagnostic:
    """What remains of left - right under all equality rules, at the part that carries it. `spent`:
    the work for a step, where the search for a proof has spent it."""
    budget = environment.context.budget
    budget.refill()
    text, values = task.step.formula, environment.second.spent_on(task.conjecture)
    found = _remaining(environment, task, EQUALITY_RULES)
    if found is not None and found[0]:
        return text.diagnostic("residual", found[1], residual=found[0], spent=spent, values=values)
    lacking = None if found is None else _but_for(environment, task)
    spent = spent or (budget.units if min(budget.left, budget.rest) < 0 else 0)
    return lacking or text.diagnostic("undecided", spent=spent, values=values)


def disagreement(environment: Environment, task: Task, found: Counterexample) -> Diagnostic:
    """That a step is false: of an equality also what remains of left - right, as short as it can
    be said, at the part that carries it."""
    text, left, right = task.step.formula, found.left, found.right
    if task.goal.statement.relation != "=":
        return text.diagnostic("refuted", left=left, right=right)
    remaining = []
    for rules in (_KEEPING, EQUALITY_RULES):
        environment.context.budget.left = DISAGREEMENT_WORK
        remaining.append(_remaining(environment, task, rules))
    environment.context.budget.refill()
    shortest = min((r for r in remaining if r is not None), key=lambda r: len(r[0]), default=None)
    if shortest is None or len(shortest[0]) > LONGEST_RESIDUAL:
        return text.diagnostic("refuted", left=left, right=right)
    if not shortest[0]:
        return _but_for(environment, task) or text.diagnostic("refuted", left=left, right=right)
    return text.diagnostic("refuted", shortest[1], left=left, right=right, residual=shortest[0])


def _but_for(environment: Environment, task: Task) -> Diagnostic | None:
    """What is missing for a step that all equality rules together show, conditions apart."""
    environment.context.budget.refill()
    try:
        attempt = follow(environment.context, task.goal, EQUALITY_RULES)
    except OutOfWork:
        return None
    if attempt is None:
        return None
    leaned = leaned_on(environment.context, attempt.theorem, environment.written)
    return obligation(environment, task, leaned) if leaned.missing else None


def _remaining(
    environment: Environment, task: Task, rules: Iterable[str]
) -> tuple[str, Span | None] | None:
    """What remains of left - right under some rules, and the part of the line it came from; no text
    where nothing but conditions does."""
    said = task.goal.statement
    try:
        nf, shared = task.forms.under(environment.context, rules)
        nf = Normaliser(nf.context, nf.hooks) if shared else nf  # whose origins are of this line
        left = nf.normal(said.left)
        nf.origins.clear()  # what only the left side has is not written in this line
        rest = nf.reduced(left - nf.normal(said.right))
        if nf.vanishes(rest.unmarked):
            return "", None
        remains = readable.text(environment.declared, nf.store.term(rest), task.formulas)
        return (remains, task.line.carrying(nf, rest)) if remains else None
    except (OutOfWork, ZeroDivisionError):
        return None
