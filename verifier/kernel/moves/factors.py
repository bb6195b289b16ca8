"""Densities by others: a conditional one by joint ones, one by the factors that its `model` line
declares, and joint ones that stand in a product as their factors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from verifier.kernel.definedness import told_apart
from verifier.kernel.equality.nodes import DensityNode, SeriesNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.series import merged, whole_of
from verifier.kernel.equality.slices import united
from verifier.kernel.model import Family
from verifier.kernel.polynomials import ONE, Monomial, Polynomial
from verifier.kernel.sequences.graph import is_sequence, needed, parents
from verifier.kernel.sequences.pieces import Values, pieces
from verifier.kernel.sequences.ranges import Undecided, union
from verifier.kernel.terms import IndexedProduct, Var, Variables, slot_order
from verifier.kernel.theorem import Declared


def conditions(nf: Normaliser, node: DensityNode) -> tuple[Variables, Variables] | None:
    """(what the family is always given, the other conditions) of a density; None where of the
    former only some are there."""
    model, family = nf.model, nf.model.family[node.family]
    given, others = told_apart(model, family, node.right)
    slots = frozenset(map(model.slot, given))
    complete = len(slots) == len(given) and model.order.subset(family.right, slots)
    return (given, others) if complete or not given else None


def over_joint(nf: Normaliser, node: DensityNode) -> Polynomial | None:
    """p(x | z) = p(x, z) / p(z), what the family is always given staying right of the bar."""
    found = conditions(nf, node)
    if found is None or not found[1]:
        return None
    given, condition = found
    joint = nf.density(DensityNode(node.family, node.left | condition, given))
    marginal = nf.density(DensityNode(node.family, condition, given))
    return joint * nf.integer_power(marginal, -1)


# -- declared factors ------------------------------------------------------------------------------


def factored(nf: Normaliser, node: DensityNode) -> Polynomial | None:
    """A density by the declared factors, as far as they give it."""
    family, order = nf.model.family[node.family], nf.model.order
    if not family.factors:
        return None
    sequence = is_sequence(family)
    nf.context.budget.spend(40 if sequence else 0)
    own, values = nf.store.atom(node), Values(nf.model, node.left | node.right)
    # not united: a product stays where its variables are bound
    left, right = (frozenset(map(nf.model.slot, side)) for side in (node.left, node.right))
    if not values.distinct or not order.subset(left | right, family.slots):
        return None
    product = partial(_sequence if sequence else _product, nf, family, values)
    try:
        result = product(left, right, declared_only=True)
        if result == own:  # a declared factor: of a sequence, no ratio of longer products
            return result if sequence else None
        if result is None:
            result = _ratio(nf, DensityNode(family.name, left, right), product)
        if result is None:
            kept = needed(order, family, left, right)
            result = nf.store.atom(DensityNode(family.name, node.left, values.at(kept)))
    except Undecided:
        return None
    if result == own:
        return None
    nf.lean(Declared("model", family.name))
    return result


def _ratio(
    nf: Normaliser, node: DensityNode, product: Callable[[Variables, Variables], Polynomial | None]
) -> Polynomial | None:
    """A density of slots by the chain rule: the factors of a joint one over those of a marginal."""
    chained, found = nf.acting(over_joint), conditions(nf, node)
    if chained is None or found is None:
        return None
    given, condition = found
    above, below = product(node.left | condition, given), product(condition, given)
    if above is None or below is None:
        return None
    nf.used.add(chained)
    return above * nf.integer_power(below, -1)


def _product(
    nf: Normaliser, family: Family, values: Values, left: Variables, right: Variables,
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
        if declared_only and given != condition:
            return None
        foreign = given == condition and owner != family.name
        sides = values.at({slot}), values.at(given)
        node = DensityNode(owner if foreign else family.name, *sides)
        result = result * (nf.density(node) if foreign else nf.store.atom(node))
        earlier |= {slot}
    return result


def _sequence(
    nf: Normaliser, family: Family, values: Values, left: Variables, right: Variables,
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


# -- and back --------------------------------------------------------------------------------------


def gathered(
    nf: Normaliser, monomial: Monomial, bound: Variables
) -> Iterator[tuple[DensityNode, Monomial]]:
    """Joint densities that stand in a product as their factors.

    Yields (joint, the rest of the product) for each with a bound variable left of its bar.
    """
    if nf.acting(factored) is None:
        return
    for family in nf.model.families:
        if not family.factors:
            continue
        owned = {
            atom: node
            for atom, _ in monomial
            if (node := density_in(nf, atom)) is not None and node.family in family.owners
        }
        single = [frozenset({variable}) for variable in sorted(bound, key=slot_order)]
        closed = [_downstream(nf, owned, variables) for variables in single]
        for variables in dict.fromkeys((bound, *single, *closed)):
            chosen = tuple(
                (atom, exponent)
                for atom, exponent in monomial
                if atom in owned and not variables.isdisjoint(nf.store.free_in_atom(atom))
            )
            joint = _joint_of(nf, family, chosen, owned)
            cut = None if joint is None else _in_cells(nf, joint)
            if joint is None or cut is None or variables.isdisjoint(cut.left):
                continue
            if nf.density(joint) == united(nf, Polynomial({chosen: 1})):
                nf.lean(Declared("model", family.name))
                yield cut, tuple(f for f in monomial if f not in chosen)


def density_in(nf: Normaliser, atom: int) -> DensityNode | None:
    """A density, or what a product of densities is the density of."""
    node = nf.store.nodes[atom]
    return node if isinstance(node, DensityNode) else whole_of(nf, node)


def _downstream(
    nf: Normaliser, owned: Mapping[int, DensityNode], variables: Variables
) -> Variables:
    """Variables with all whose densities depend on them."""
    found = variables
    while True:
        touched = [n for a, n in owned.items() if not found.isdisjoint(nf.store.free_in_atom(a))]
        larger = found.union(*(nf.store.in_cells(node.left) for node in touched))
        if larger == found:
            return found
        found = larger


def _joint_of(
    nf: Normaliser, family: Family, chosen: Monomial, owned: Mapping[int, DensityNode]
) -> DensityNode | None:
    nodes = [owned[atom] for atom, _ in chosen]
    several = len(nodes) > 1 or any(isinstance(nf.store.nodes[a], SeriesNode) for a, _ in chosen)
    if any(exponent != 1 for _, exponent in chosen) or not several:
        return None
    left = frozenset[Var]().union(*(node.left for node in nodes))
    left, order = union(left), nf.model.order
    right = order.without(frozenset[Var]().union(*(node.right for node in nodes)), left)
    inside = order.subset(map(nf.model.slot, left | right), family.slots)
    return DensityNode(family.name, left, right) if inside else None


def _in_cells(nf: Normaliser, node: DensityNode) -> DensityNode | None:
    """A density in the parts that the binder at work cuts."""
    left, right = nf.store.partition(node.left), nf.store.partition(node.right)
    return None if left is None or right is None else DensityNode(node.family, left, right)
