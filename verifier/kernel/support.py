"""Conditions that a step needs, discharged in one place: by the standing assumption, by what
`support` lists and what evidently follows from it, by declared signs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Expr, Mul

from verifier.kernel import terms
from verifier.kernel.model import Condition, Domination, Finite, Model, Positive


@dataclass(frozen=True)
class Discharged:
    """Whether a condition holds, and the listed conditions that it follows from."""

    holds: bool
    by: tuple[Condition, ...] = ()
    standing: bool = False


STANDING = Discharged(True, standing=True)


def dominated(model: Model, weight: Iterable[Expr], density: Expr) -> Discharged:
    """weight << density: the closure of what is listed under marginals, conditionals of the same
    family, and transitivity."""
    if model.support is None:
        return STANDING
    reached = set(weight)
    by: list[Condition] = []
    waiting = [c for c in model.support if isinstance(c, Domination | Positive)]
    while not _covers(reached, density):
        usable = next((c for c in waiting if _usable(model, c, reached)), None)
        if usable is None:
            return Discharged(False)
        waiting.remove(usable)
        by.append(usable)
        reached |= set(
            _factors(usable.second if isinstance(usable, Domination) else usable.density)
        )
    return Discharged(True, tuple(by))


def _usable(model: Model, condition: Domination | Positive, reached: set[Expr]) -> bool:
    if isinstance(condition, Positive):
        return True
    return all(_covers(reached, factor) for factor in _factors(condition.first)) and all(
        _means(model, factor, reached) for factor in _factors(condition.second)
    )


def _means(model: Model, density: Expr, reached: set[Expr]) -> bool:
    """Whether a conditional means something where it is listed: where a law binds what it is
    conditioned on, that it does so is a condition of its own."""
    if not isinstance(density, terms.Density):
        return True
    family = model.family[density.family]
    condition = [v for v in density.right if v in family.left]
    bound = {v for law in reached if isinstance(law, terms.Density) for v in law.left}
    given = [v for v in density.right if v in family.right]
    return bound.isdisjoint(condition) or _covers(
        reached, terms.Density(family.name, condition, given)
    )


def _factors(product: Expr) -> tuple[Expr, ...]:
    return tuple(Mul.make_args(product))


def _covers(reached: set[Expr], density: Expr) -> bool:
    """Whether one of the densities vanishes wherever this one does: a joint where a marginal or
    a conditional over some of its variables does."""
    return any(
        isinstance(known, terms.Density)
        and isinstance(density, terms.Density)
        and known.family == density.family
        and set(density.left) | set(density.right) <= set(known.left) | set(known.right)
        for known in reached
    )


def finite(model: Model, term: Expr) -> Discharged:
    """Whether an expectation, integral, KL or entropy is assumed finite."""
    if model.support is None:
        return STANDING
    listed = (c for c in model.support if isinstance(c, Finite))
    by = next((c for c in listed if c.expression is None or c.expression == term), None)
    return Discharged(by is not None, (by,) if by else ())
