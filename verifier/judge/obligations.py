"""Obligations: side conditions that don't follow, as a report names what to declare for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr

from verifier.judge.delaborate import Delaborator, UnwritableError
from verifier.kernel.arithmetic import collapse, densities, factors, product
from verifier.kernel.binding import as_written, bind, unbind
from verifier.kernel.budget import Budget
from verifier.kernel.definedness import (
    Conditions,
    condition_of,
    defined,
    is_guard,
    nested_summands,
    opened,
)
from verifier.kernel.discharge import Discharge, as_slots, discharged
from verifier.kernel.equality.context import Context
from verifier.kernel.inference import reflexive
from verifier.kernel.model import Model
from verifier.kernel.positivity.support import as_densities, dominated, means
from verifier.kernel.sequences.laws import left_of
from verifier.kernel.sequences.ranges import union
from verifier.kernel.terms import Density, Expectation, Index, IndexedProduct, Integral, Tuple
from verifier.kernel.theorem import Theorem
from verifier.typeset.printer import plain

STANDING = (
    "every density is positive on one common support, and every expectation written is finite"
)
WORK = 120_000  # units of kernel work for the conditions of one theorem


@dataclass(frozen=True)
class Obligation:
    """A side condition that does not follow from what is declared: what to declare for it."""

    code: str  # needs-positive, needs-nonzero, needs-domination, needs-finite
    text: str


def leaned_on(context: Context, theorem: Theorem, written: Conditions) -> Discharge:
    """What a theorem leans on."""
    budget = Budget(WORK)  # of its own: what is proved isn't lost for want of work
    found = discharged(replace(context, budget=budget), theorem, written)
    spent = WORK - budget.left
    context.budget.left = max(context.budget.left - spent, 0)
    context.budget.rest -= spent
    return found


def may_be_undefined(context: Context, term: Expr) -> bool:
    """Whether a term may have no value at some of its points."""
    missing = discharged(context, reflexive(context.model, term)).missing
    if any(opened(condition)[0] not in ("finite", "integrable", "term") for condition in missing):
        return True
    signed = (opened(c) for c in defined(context.model, term) if is_guard(c))
    return context.model.support is not None and not all(
        dominated(context.model, (), density) is not None
        for kind, part, _ in signed
        if kind not in ("finite", "term")
        for density in densities(part)
    )


AsWritten = Callable[[Expr], str | None]


def obligations(
    context: Context, conditions: Iterable[Any], written: AsWritten = lambda _: None
) -> list[Obligation]:
    """What to declare for conditions, in an order of their own. `written`: how a line has a term,
    if it does."""
    found = {_obligation(context, condition, written) for condition in conditions}
    return sorted(found, key=lambda each: (each.code, each.text))


def _obligation(context: Context, condition: Any, written: AsWritten) -> Obligation:
    model = context.model
    kind, part, weights = opened(condition)
    if kind in ("finite", "integrable", "term"):
        whole = _joint(part) if kind == "integrable" else part
        return Obligation("needs-finite", written(as_written(whole)) or _shown(model, whole))
    weights = tuple(as_slots(weight) for weight in weights)
    around = tuple(w for w in weights if isinstance(w, Density | IndexedProduct))
    for density in densities(as_slots(part), sums=True) if model.support is not None else ():
        if dominated(model, around, density) is None:
            weight, density = _listed(model, around, density)
            text = " ".join(dict.fromkeys(_shown(model, each) for each in weight))
            text = (
                f"{text} << {_shown(model, density)}" if weight else f"{_shown(model, density)} > 0"
            )
            return Obligation("needs-domination", text)
    text = written(as_written(part)) or _shown(context.model, part)
    return Obligation("needs-nonzero" if kind == "nonzero" else "needs-positive", text)


def _listed(model: Model, weight: tuple[Expr, ...], density: Expr) -> tuple[tuple[Expr, ...], Expr]:
    """weight << density as it can be listed: of whole sequences where an index is bound, and with
    what a conditional is conditioned on, unless that is known to be positive too."""
    if any(d.atoms(Index) for d in (*weight, density)):
        laws = (_line(model, d) for law in weight for d in as_densities(model, law))
        return tuple(dict.fromkeys(laws)), _line(model, density)
    reached = {d for law in weight for d in as_densities(model, law)}
    condition = condition_of(model, density)
    bound = union(v for law in reached for v in left_of(law))
    open_ = condition is not None and not means(model, density, reached, bound)
    if condition is None or not open_ or dominated(model, weight, condition) is not None:
        return weight, density
    both = union((*density.left, *condition.left))
    return weight, Density(density.family, both, condition.right)


def _line(model: Model, density: Expr) -> Expr:
    """The density of a family's `model` line."""
    if not isinstance(density, Density):
        return density
    family = model.family[density.family]
    return Density(family.name, family.left, family.right)


def _joint(term: Expr) -> Expr:
    """An integral over what the first integral in it is over too: what is to be finite for their
    order not to matter."""
    bound, (body, *laws) = unbind(next(iter(nested_summands(term)), term))
    for inner in factors(body):
        if isinstance(inner, Expectation | Integral):
            more, (inside, *own) = unbind(inner)
            whole = product(*(f for f in factors(body) if f is not inner), inside)
            both = [law for group in (*laws, *own) for law in group]
            if laws and own:
                made: Expr = bind(Expectation, (*bound, *more), whole, Tuple(*both))
            else:
                made = bind(Integral, (*bound, *more), product(*both, whole))
            return made
    return term


def _shown(model: Model, term: Expr) -> str:
    delaborator = Delaborator(model)
    try:
        return plain(delaborator.formula(delaborator.named(collapse(term))))
    except UnwritableError:
        return plain(delaborator.formula(collapse(as_slots(term))))
