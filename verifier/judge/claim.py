"""The claim: whether what the last chain came to says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from verifier.derivation.derivation import Text
from verifier.elaborate.model import Declarations
from verifier.elaborate.reader import diagnostic_of
from verifier.elaborate.record import IllFormed
from verifier.formula.written import Statement as WrittenStatement
from verifier.judge.chain import Run
from verifier.judge.environment import Environment
from verifier.judge.hinted import hinted
from verifier.judge.lines import Line, check_scope, elaborated, required
from verifier.judge.obligations import Obligation, leaned_on, obligations
from verifier.judge.reached import Reached
from verifier.judge.task import CheckedStep
from verifier.kernel.budget import OutOfWork
from verifier.kernel.discharge import Discharge
from verifier.kernel.inference import transitive, turn, weaken
from verifier.kernel.rules import TIDYING, in_order, rearrange
from verifier.kernel.terms import Statement
from verifier.kernel.theorem import Theorem, implies
from verifier.outcome import ClaimReport, Diagnostic
from verifier.tactics.prover import Goal, prove
from verifier.typeset.latex import latex
from verifier.typeset.printer import plain


@dataclass(frozen=True)
class CheckedClaim:
    """What is said of a claim, and why it isn't proved. Where it is reached, `statement` is it, for
    other files to use, and `leaned` what it leans on, which no step of its chain may do: that both
    ends are defined where a line between them has more conditions than they."""

    report: ClaimReport
    problem: Diagnostic | None = None
    statement: Reached | None = None
    leaned: tuple[Discharge, ...] = ()


def written_claim(declared: Declarations, text: Text) -> WrittenStatement:
    """The claim, read. Raises DiagnosticError."""
    written = required(declared, text, statement=True)
    assert isinstance(written, WrittenStatement)
    return written


def check_claim(environment: Environment, run: Run) -> CheckedClaim:
    """The claim of a file whose last chain came to a statement, or to none."""
    reached = run.reached
    text, written = environment.derivation.claim, environment.claim
    report = ClaimReport(plain(written), latex(written), reached=False, proved=False)
    try:
        line = elaborated(environment.declared, written)
        check_scope(
            environment.declared.model.order, line, reached.free if reached else frozenset()
        )
    except IllFormed as error:
        return CheckedClaim(report, hinted(environment.declared, diagnostic_of(text, error)))
    if reached is None:
        return CheckedClaim(report, text.diagnostic("claim-not-reached", reached="nothing"))
    try:
        claimed = _claimed(environment, line, reached)
    except OutOfWork:
        spent = environment.context.budget.units
        return CheckedClaim(report, text.diagnostic("claim-undecided", spent=spent))
    if isinstance(claimed, Obligation):
        return CheckedClaim(report, text.diagnostic(claimed.code, condition=claimed.text))
    if claimed is None and run.unread:
        unread = tuple(step.index for step in run.unread)
        return CheckedClaim(report, text.diagnostic("claim-unread", steps=unread))
    if claimed is None:
        missing = _last_step(environment, line, reached)
        why = text.diagnostic("claim-not-reached", reached=reached.text, missing=missing)
        return CheckedClaim(report, why)
    theorem, leaned = claimed
    statement = Reached(theorem, written.left, written.right, line.free, line.free)
    rests_on = {*reached.given, *(step.index for step in run.unread)}
    if rests_on:
        at_fault = {n for step in run.steps if step.report.index in rests_on for n in _faults(step)}
        steps = ", ".join(map(str, sorted(at_fault)))
        why = text.diagnostic("claim-not-proved", steps=steps)
        return CheckedClaim(replace(report, reached=True), why, statement)
    return CheckedClaim(replace(report, reached=True, proved=True), None, statement, (leaned,))


def _faults(step: CheckedStep) -> tuple[int, ...]:
    """The steps that are at fault where one isn't proved."""
    report = step.report
    if report.follows is not None:
        return (report.follows,)
    why = report.diagnostic
    unread: tuple[int, ...] = why.data["steps"] if why and why.code == "line-unread" else ()
    return (*unread, *([report.index] if report.fault or not unread else []))


def _claimed(
    environment: Environment, line: Line, reached: Reached
) -> tuple[Theorem, Discharge] | Obligation | None:
    """The claim as a theorem: what was reached up to algebra, definitions, exchange of sides, or
    weaker; and what that leans on. Else what it needs that is not declared, if it is that; None
    where it says another thing. Raises OutOfWork where there is no telling."""
    context = environment.context
    context.budget.refill()
    claim = line.statement
    unmet: Obligation | None = None
    try:
        for premise in _readings(reached.theorem, claim):
            ends = (
                Statement(claim.left, "=", premise.left),
                Statement(premise.right, "=", claim.right),
            )
            links = [prove(context, Goal(said), {"definition"}) for said in ends]
            if links[0] is None or links[1] is None:
                continue
            whole = transitive(transitive(links[0].theorem, premise), links[1].theorem)
            leaned = leaned_on(context, whole, environment.written)
            if not leaned.missing or reached.given:  # what isn't proved is said of its steps
                return whole, leaned
            unmet = obligations(context, leaned.missing)[0]
    except ZeroDivisionError:
        pass
    except OutOfWork:
        if unmet is None:
            raise
    return unmet


def _last_step(environment: Environment, line: Line, reached: Reached) -> str | None:
    """The step that is missing for the claim, as it is written in a file, where what was reached
    only has to be rearranged."""
    if not environment.explains:
        return None
    context = environment.context
    context.budget.refill()
    goal = Goal(line.statement, reached.theorem, so=True)
    for tidying in ((), TIDYING):
        try:
            attempt = prove(context, goal, {rearrange.RULE.name, *tidying})
        except (OutOfWork, ZeroDivisionError):
            return None
        if attempt is None or reached.theorem not in attempt.premises:
            continue
        if leaned_on(context, attempt.theorem, environment.written).missing:
            return None
        strict = environment.derivation.strict
        cited = in_order(attempt.used) if strict else (rearrange.RULE.name,)
        rules = cited[0] if len(cited) == 1 else f"[{', '.join(cited)}]"
        return f"add `- so: {plain(line.written)}` by {rules}"
    return None


def _readings(reached: Theorem, claim: Statement) -> Iterator[Theorem]:
    """A theorem reached, also with its sides exchanged, weakened to the relation of a claim."""
    for way in (reached, turn(reached)):
        if implies(way.relation, claim.relation):
            yield weaken(way, claim.relation)
