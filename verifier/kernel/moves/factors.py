"""Densities by the factors that their `model` line declares."""

from __future__ import annotations

from verifier.kernel.equality.nodes import DensityNode, Variables
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.series import merged
from verifier.kernel.model import Family
from verifier.kernel.moves.conditionals import conditions, over_joint
from verifier.kernel.polynomials import ONE, Polynomial
from verifier.kernel.sequences.graph import is_sequence, needed, parents
from verifier.kernel.sequences.pieces import Values, pieces
from verifier.kernel.sequences.ranges import Undecided
from verifier.kernel.terms import IndexedProduct, Var
from verifier.kernel.theorem import Declared


def factored(nf: Normaliser, node: DensityNode) -> Polynomial | None:
    """A density by the declared factors, as far as they give it."""
    family = nf.model.family[node.family]
    if not family.factors:
        return None
    if is_sequence(family):
        nf.context.budget.spend(40)
        result = _factored_sequence(nf, family, node)
    else:
        result = _factored(nf, family, node)
    if result is not None and result != nf.store.atom(node):
        nf.lean(Declared("model", family.name))
    return result


def _factored(nf: Normaliser, family: Family, node: DensityNode) -> Polynomial | None:
    values = {nf.model.slot(v): v for v in node.left | node.right}
    if len(values) < len(node.left | node.right):
        return None
    left = frozenset(map(nf.model.slot, node.left))
    right = frozenset(map(nf.model.slot, node.right))
    given = right & frozenset(family.right)
    result = _product(nf, family, left, right, values, declared_only=True)
    chained = nf.acting(over_joint)
    if result is None and chained is not None and len(given) == len(family.right):
        condition = right - given
        joint = _product(nf, family, left | condition, given, values)
        marginal = _product(nf, family, condition, given, values)
        if joint is not None and marginal is not None:
            result = joint * nf.integer_power(marginal, -1)
            nf.used.add(chained)
    if result is None:
        kept = needed(nf.model.order, family, left, right)
        result = nf.store.atom(_node(family.name, left, kept, values))
    return None if result == nf.store.atom(node) else result


def _node(family: str, left: Variables, right: Variables, values: dict[Var, Var]) -> DensityNode:
    return DensityNode(
        family, frozenset(values[s] for s in left), frozenset(values[s] for s in right)
    )


def _product(
    nf: Normaliser, family: Family, left: Variables, right: Variables, values: dict[Var, Var],
    declared_only: bool = False,
) -> Polynomial | None:  # fmt: skip
    """The chain rule over `left` in the order of the factorisation, each slot given what it needs.

    A slot whose declared conditions aren't all there is a marginal conditional of the family, or
    with `declared_only` the whole is None.
    """
    result, earlier = ONE, right
    for slot, (owner, condition) in parents(family).items():
        if slot not in left:
            continue
        given = needed(nf.model.order, family, frozenset({slot}), earlier)
        if given == condition and owner != family.name:
            result = result * nf.density(_node(owner, frozenset({slot}), given, values))
        elif given == condition or not declared_only:
            node = _node(family.name, frozenset({slot}), given, values)
            result = result * nf.store.atom(node)
        else:
            return None
        earlier |= {slot}
    return result


def _factored_sequence(nf: Normaliser, family: Family, node: DensityNode) -> Polynomial | None:
    """The same for a family over slices, for every horizon."""
    order = nf.model.order
    values = Values(order, node.left | node.right)
    # not united: a product stays where its variables are bound
    left = frozenset(v.tagged(0) for v in node.left)
    right = frozenset(v.tagged(0) for v in node.right)
    if not values.distinct or not order.subset(left | right, family.slots):
        return None
    try:
        result = _sequence(nf, family, left, right, values, declared_only=True)
        if result == nf.store.atom(node):
            return result  # a declared factor, and no ratio of longer products for the chain rule
        chained = nf.acting(over_joint)
        found = conditions(nf, DensityNode(family.name, left, right))
        if result is None and chained is not None and found is not None:
            given, condition = found
            joint = _sequence(nf, family, left | condition, given, values)
            marginal = _sequence(nf, family, condition, given, values)
            if joint is not None and marginal is not None:
                result = joint * nf.integer_power(marginal, -1)
                nf.used.add(chained)
        if result is None:
            kept = needed(order, family, left, right)
            result = nf.store.atom(DensityNode(family.name, node.left, values.at(kept)))
    except Undecided:
        return None
    return None if result == nf.store.atom(node) else result


def _sequence(
    nf: Normaliser, family: Family, left: Variables, right: Variables, values: Values,
    declared_only: bool = False,
) -> Polynomial | None:  # fmt: skip
    """The chain rule over `left`, as `_product`."""
    result = ONE
    for piece in pieces(nf.model.order, family, left, right):
        if declared_only and not piece.declared:
            return None
        for part in values.told_apart(piece):
            node = DensityNode(part.owner, values.at(part.left), values.at(part.right))
            own = part.owner == family.name
            factor = nf.store.atom(node) if own else nf.density(node)
            if part.index is not None:
                factor = nf.series(IndexedProduct, part.index, factor)
            result = result * factor
    return Polynomial({merged(nf, result.single[0]): 1}) if result.single else result
