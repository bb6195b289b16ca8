"""Densities by formula: each is >= 0 and integrates to 1, proved or assumed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sympy import Integer

from verifier.judge.environment import Environment
from verifier.judge.obligations import leaned_on, may_be_undefined
from verifier.kernel import terms
from verifier.kernel.binding import bind, free_variables
from verifier.kernel.budget import OutOfWork
from verifier.kernel.discharge import Discharge
from verifier.kernel.equality.context import Context
from verifier.kernel.model import Fact, Family
from verifier.kernel.rules import EQUALITY_RULES, RULES, nonnegativity
from verifier.kernel.terms import Statement
from verifier.outcome import Diagnostic
from verifier.tactics.prover import Goal, prove


@dataclass(frozen=True)
class CheckedDensities:
    """What the proofs leaned on, and why one of the formulas may be no density."""

    leaned: tuple[Discharge, ...] = ()
    problem: Diagnostic | None = None


def check_densities(environment: Environment) -> CheckedDensities:
    """The densities by formula that a file declares, up to the first that isn't shown to be one."""
    leaned: list[Discharge] = []
    families = environment.declared.model.families
    for text, family in zip(environment.derivation.model, families, strict=True):
        code = "" if family.formula is None else _flaw(environment, family, leaned)
        if code:
            return CheckedDensities(tuple(leaned), text.diagnostic(code, name=family.name))
    return CheckedDensities(tuple(leaned))


def _flaw(environment: Environment, family: Family, leaned: list[Discharge]) -> str:
    """What is not shown of a density by formula; "" when all is. What that leans on is added."""
    environment.context.budget.refill()
    facts = tuple(fact for fact in environment.declared.model.facts if _everywhere(fact))
    context = environment.context
    context = replace(context, model=replace(context.model, facts=facts))

    def is_shown(said: Statement, rules: Iterable[str]) -> bool:
        found = _shown(context, said, rules, environment)
        leaned.extend(() if found is None else (found,))
        return found is not None

    try:
        if may_be_undefined(context, family.formula):
            return "formula-undefined"
        positive = Statement(family.formula, ">=", Integer(0))
        ways = ([nonnegativity.RULE.name], RULES)  # a fact may say it, and may hide a sign
        if not any(is_shown(positive, rules) for rules in ways):
            return "formula-negative"
        total = bind(
            terms.Integral, family.left, family.formula, order=environment.declared.model.order
        )
        # as two inequalities: so a fact serves in whatever form it is written
        halves = (Statement(total, ">=", Integer(1)), Statement(total, "<=", Integer(1)))
        if not all(is_shown(half, EQUALITY_RULES) for half in halves):
            return "formula-total"
        return ""
    except (OutOfWork, ZeroDivisionError):
        return "formula-total"


def _shown(
    context: Context, said: Statement, rules: Iterable[str], environment: Environment
) -> Discharge | None:
    """What the proof of a statement about a density leans on; None where it isn't proved."""
    result = prove(context, Goal(said), rules)
    if result is None:
        return None
    leaned = leaned_on(context, result.theorem, environment.written)
    return None if leaned.missing else leaned


def _everywhere(fact: Fact) -> bool:
    """Whether a fact holds at all values of its variables."""
    return free_variables(fact.left) | free_variables(fact.right) <= fact.quantified
