"""What isn't proved as declared and holds with one declaration more: that variables are discrete,
or that facts hold for all values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from verifier.judge.environment import Environment
from verifier.judge.obligations import leaned_on
from verifier.judge.rulings import canonical, worth_citing
from verifier.judge.sampling import SecondOpinion
from verifier.judge.task import CheckedStep, Task
from verifier.kernel import terms
from verifier.kernel.binding import free_variables
from verifier.kernel.budget import Budget, OutOfWork
from verifier.kernel.equality.context import Context
from verifier.kernel.model import Model
from verifier.kernel.rules import RULES, TIDYING, entropy_nonnegative, in_order
from verifier.kernel.terms import Var
from verifier.outcome import Verdict
from verifier.tactics.prover import Goal, prove
from verifier.tactics.smallest import smallest

_WORK = 10_000  # units for one question: it is of a step that isn't proved whatever they say
# What the data of a complaint calls it, how it is shown, and the model with it.
Declared = tuple[str, tuple[str, ...], Model]
_BOUND = entropy_nonnegative.RULE.name  # the one rule that asks for discrete variables


def if_declared(environment: Environment, task: Task, found: CheckedStep) -> CheckedStep | None:
    """A step that isn't proved, with what it holds under if that is declared, and the rules: each
    time asked of the kernel anew. None where it isn't that, or that isn't known."""
    report, why = found.report, found.report.diagnostic
    if why is None or not environment.explains or report.verdict is Verdict.WRONG_RULE:
        return None
    for key, shown, model in (*_counted(environment, task, found), *_everywhere(environment, task)):
        rules = _holds(environment, task, model)
        if rules and not _first(environment, task, environment.declared.model, [rules]):
            why = replace(why, data={**why.data, key: shown, "by": rules})
            return replace(found, report=replace(report, diagnostic=why))
    return None


def _counted(environment: Environment, task: Task, found: CheckedStep) -> Iterator[Declared]:
    """Variables that are discrete: what a world counts with widths, or where `entropy-nonnegative`
    is cited."""
    model, world = environment.declared.model, found.report.counterexample
    if not world and (found.proved or _BOUND not in canonical(task.step.rules or ())):
        return
    if world and not world.weights:
        return
    some = [table.name for table in world.weights] if world else []
    for variables in _sets(environment, some):
        counted = model.discrete.union(*map(_names, variables))
        shown = tuple(sorted(variable.label for variable in variables))
        yield "discrete", shown, replace(model, discrete=counted)


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


def _everywhere(environment: Environment, task: Task) -> Iterator[Declared]:
    """Facts for all values: those that hold at one point of what the step binds."""
    model, said = environment.declared.model, task.goal.statement
    binders = said.left.atoms(terms.Binder) | said.right.atoms(terms.Binder)
    bound = {v.tagged(0) for binder in binders for v in binder.bound}
    facts, shown = [], []
    for fact in model.facts:
        point = (free_variables(fact.left) | free_variables(fact.right)) - fact.quantified
        if point & bound:
            names = ", ".join(sorted(v.label for v in point))
            shown.append(f"for all {names}: {fact.text}")
            fact = replace(fact, quantified=fact.quantified | point)
        facts.append(fact)
    if shown:
        yield "facts", tuple(shown), replace(model, facts=tuple(facts))


def _holds(environment: Environment, task: Task, model: Model) -> tuple[str, ...] | None:
    """The rules by which a step is proved under a model."""
    own = in_order(name for name in canonical(task.step.rules or ()) if name in RULES)
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
