"""What is false of densities and holds of probabilities: which variables had to be discrete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from verifier.judge.environment import Environment
from verifier.judge.obligations import leaned_on
from verifier.judge.rulings import canonical, worth_citing
from verifier.judge.sampling import SecondOpinion
from verifier.judge.task import CheckedStep, Task
from verifier.kernel.budget import Budget, OutOfWork
from verifier.kernel.equality.context import Context
from verifier.kernel.model import Model
from verifier.kernel.rules import RULES, TIDYING, entropy_nonnegative, in_order
from verifier.kernel.terms import Var
from verifier.outcome import Verdict
from verifier.tactics.prover import Goal, prove
from verifier.tactics.smallest import smallest

_WORK = 10_000  # units for one question: it is of a step that isn't proved whatever they say
_BOUND = entropy_nonnegative.RULE.name  # the one rule that asks for it


def if_counted(environment: Environment, task: Task, found: CheckedStep) -> CheckedStep | None:
    """A step that isn't proved, with the variables on whose discreteness it is, and the rules: each
    time asked of the kernel anew. None where it isn't that, or that isn't known."""
    report, why = found.report, found.report.diagnostic
    world = report.counterexample
    dense = world is not None and bool(world.weights)
    cited = canonical(task.step.rules or ())
    if why is None or not environment.explains or report.verdict is Verdict.WRONG_RULE:
        return None
    if not dense and (world is not None or found.proved or _BOUND not in cited):
        return None
    some = [table.name for table in world.weights] if world else []
    for variables in _sets(environment, some):
        rules = _holds(environment, task, variables, cited)
        if rules is not None:
            shown = tuple(sorted(variable.label for variable in variables))
            why = replace(why, data={**why.data, "discrete": shown, "by": rules})
            return replace(found, report=replace(report, diagnostic=why))
    return None


def _sets(environment: Environment, labels: list[str]) -> Iterator[list[Var]]:
    """The slots that a world counts with widths; then all that aren't discrete."""
    model = environment.declared.model
    slots = [v for v in environment.declared.elaborator.variables if not _names(v) & model.discrete]
    some = [v for v in slots if any(_has(v, label) for label in labels)]
    yield from (some, slots) if some and some != slots else (slots,)


def _has(slot: Var, label: str) -> bool:
    return label == slot.label or (bool(slot.ends) and label.startswith(f"{slot.name}_"))


def _names(slot: Var) -> frozenset[str]:
    return frozenset({slot.name if slot.ends and slot.low != slot.high else slot.label})


def _holds(
    environment: Environment, task: Task, variables: list[Var], cited: tuple[str, ...]
) -> tuple[str, ...] | None:
    """The rules by which a step is proved where some variables are discrete."""
    model = environment.declared.model
    model = replace(model, discrete=model.discrete.union(*map(_names, variables)))
    own = in_order(name for name in cited if name in RULES)
    ways = [own, (_BOUND,), in_order({*own, _BOUND})]
    found = _first(environment, task, model, ways)
    context = Context(model, Budget(_WORK))
    second = SecondOpinion(model, context.budget)
    if found is None and second.refute(task.conjecture) is None:
        may_hold = second.may_hold(task.conjecture.premises)
        rules = _smallest(context, replace(task.goal, may_hold=may_hold))
        found = _first(environment, task, model, [worth_citing(rules)]) if rules else None
    return found


def _smallest(context: Context, goal: Goal) -> tuple[str, ...] | None:
    context.budget.refill()
    try:
        return smallest(context, goal)
    except OutOfWork:
        return None


def _first(
    environment: Environment, task: Task, model: Model, ways: Iterable[tuple[str, ...]]
) -> tuple[str, ...] | None:
    """The first of some sets of rules by which the kernel proves a step under a model."""
    for names in dict.fromkeys(ways):
        context = Context(model, Budget(_WORK))
        try:
            attempt = prove(context, task.goal, {*names, *TIDYING}) if names else None
            if attempt and not leaned_on(context, attempt.theorem, environment.written).missing:
                return names
        except (OutOfWork, ZeroDivisionError):
            continue
    return None
