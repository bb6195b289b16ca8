"""What a variable may stand for: the only place where facts, lemmas and formal arguments are
instantiated."""

from __future__ import annotations

from collections.abc import Iterable

from verifier.kernel.model import Model
from verifier.kernel.terms import Index, Var


def stands_for(model: Model, formal: Var, actual: Var) -> bool:
    """Whether a variable is a value of the slot that another is: the same place of the same
    sequence, free or bound, or a copy of it. No other place, no slice of another length."""
    bare = actual.tagged(0)
    return bare == formal.tagged(0) or (model.slot(bare) == formal.tagged(0) and not formal.tag)


def instance(
    model: Model, pairs: Iterable[tuple[object, object]], quantified: frozenset[Var]
) -> dict[Var, Var] | None:
    """Values of quantified variables, from what stands where each formal argument stands; all
    others are the same in both. None where they don't fit."""
    values: dict[Var, Var] = {}
    for formal, actual in pairs:
        if not isinstance(formal, Var):
            return None
        if formal not in quantified:
            if formal != actual:
                return None
            continue
        if not isinstance(actual, Var) or not stands_for(model, formal, actual):
            return None
        if values.setdefault(formal, actual) != actual:
            return None
    return values


def nearby(
    model: Model, quantified: Iterable[Var], around: Iterable[Var | Index]
) -> dict[Var, Var]:
    """Values of quantified variables from the variables that stand in a term: those of the same
    slot, where one does."""
    found: dict[Var, Var] = {}
    known = [v for v in around if isinstance(v, Var)]  # no indices
    for formal in quantified:
        fits = [v for v in known if stands_for(model, formal, v)]
        if len(fits) == 1:
            found[formal] = fits[0]
    return found
