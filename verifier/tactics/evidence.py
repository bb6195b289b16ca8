"""The bound of an evidence as Jensen gives it, where a line says at once what it is split into."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.arithmetic import Product, negative, quotient
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.scopes import Law
from verifier.kernel.model import Model
from verifier.kernel.terms import Density, Statement, Var


def bounded(nf: Normaliser, said: Statement) -> Callable[[Any], Any]:
    """For log p(x) >= B what puts E_q[log(p(x, z) / q(z))] for B, q of the families that B names;
    the same for B >= -log p(x)."""
    match said.left, said.right:
        case terms.Log(args=(Density() as seen,)), other:
            found = _bound(nf.model, seen, other)
        case other, Product(args=(sign, terms.Log(args=(Density() as seen,)))) if sign == -1:
            found = _bound(nf.model, seen, other)
            found = found and negative(found)
        case _:
            return lambda term: term
    return lambda term: found if found is not None and term == other else term


def _bound(model: Model, seen: Density, other: Expr) -> Expr | None:
    law = _law(model, seen, other)
    if law is None:
        return None
    joint = Density(seen.family, (*seen.left, *law.bound), seen.right)
    return law.mean(model.order, terms.Log(quotient(joint, law.density)))


def _law(model: Model, seen: Density, bound: Expr) -> Law | None:
    """The law of all that a family is over beside what is seen, of the other families in a bound,
    or of its own given that; None where they don't make one."""
    order, family = model.order, model.family[seen.family]
    hidden = order.without(family.left, (*seen.left, *seen.right))
    named = {density.family for density in bound.atoms(Density)} - {family.name}
    densities: list[Expr] = []
    variables: list[Var] = []
    for other in (each for each in model.families if each.name in named):
        own = order.common(hidden, other.left)
        if own:
            given = order.common(other.left, (*seen.left, *seen.right))
            densities.append(Density(other.name, own, (*other.right, *given)))
            variables += own
    if not densities and hidden:
        densities.append(Density(family.name, hidden, (*seen.left, *seen.right)))
        variables += hidden
    law = Law(tuple(variables), tuple(densities))
    return law if densities and law.is_law(order) and set(variables) == set(hidden) else None
