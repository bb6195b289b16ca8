"""What the `model` lines declare: factorisations and the independences that follow.

says: a density is the product of the factors that its `model` line declares, and doesn't depend on
    conditions from which they separate it
conditions: only what `model` declares
source: Lauritzen, Graphical Models, sec. 3.2
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from verifier.kernel.binding import hull
from verifier.kernel.equality.nodes import DensityNode, SeriesNode, Variables
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.series import density_of, merged
from verifier.kernel.model import Family
from verifier.kernel.polynomials import ONE, Monomial, Polynomial
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.rules.chain_rule import conditions, over_joint
from verifier.kernel.sequences import graph as graphs
from verifier.kernel.sequences.graph import FactorisationGraph, is_sequence
from verifier.kernel.sequences.pieces import Values, pieces
from verifier.kernel.sequences.ranges import Order, Undecided, union
from verifier.kernel.terms import Density, IndexedProduct, Var, slot_order
from verifier.kernel.theorem import Declared


@lru_cache(maxsize=1024)
def parents(family: Family) -> dict[Var, tuple[str, Variables]]:
    """For each slot in an order in which factors come after their conditions: whose conditional
    it is, and given what."""
    found: dict[Var, tuple[str, Variables]] = {}
    waiting = list(family.factors)
    while waiting:
        ready = [f for f in waiting if set(f.right) <= found.keys() | set(family.right)]
        for factor in ready:
            earlier: list[Var] = []
            for slot in sorted(factor.left, key=slot_order):
                found[slot] = factor.family, frozenset(factor.right) | frozenset(earlier)
                earlier.append(slot)
        waiting = [factor for factor in waiting if factor not in ready]
        if not ready:
            raise ValueError(f"the factorisation of {family.name} goes in a circle")
    return found


@lru_cache(maxsize=4096)
def needed(order: Order, family: Family, left: Variables, right: Variables) -> Variables:
    """The conditions that a density of `left` depends on."""
    if is_sequence(family):
        return graphs.needed(order, family, left, right)
    graph = FactorisationGraph({slot: given for slot, (_, given) in parents(family).items()})
    for slot in sorted(right, key=slot_order):
        if graph.separates(left, frozenset({slot}), right - {slot}):
            right -= {slot}
    return right


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
    nf: Normaliser,
    family: Family,
    left: Variables,
    right: Variables,
    values: dict[Var, Var],
    declared_only: bool = False,
) -> Polynomial | None:
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
    nf: Normaliser,
    family: Family,
    left: Variables,
    right: Variables,
    values: Values,
    declared_only: bool = False,
) -> Polynomial | None:
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
        owners = {family.name, *(d.family for f in family.factors for d in f.atoms(Density))}
        owned = {
            atom: node
            for atom, _ in monomial
            if (node := _density_in(nf, atom)) is not None and node.family in owners
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
            if nf.density(joint) == nf.whole(Polynomial({chosen: 1})):
                nf.lean(Declared("model", family.name))
                yield cut, tuple(f for f in monomial if f not in chosen)


def _density_in(nf: Normaliser, atom: int) -> DensityNode | None:
    """A density, or what a product of densities is the density of."""
    node = nf.store.nodes[atom]
    if isinstance(node, DensityNode):
        return node
    found = density_of(nf, node)
    if found is None:
        return None
    index, density = found
    left, right = (
        frozenset(hull(v, index) for v in side) for side in (density.left, density.right)
    )
    return DensityNode(density.family, left, right)


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
    right = frozenset[Var]().union(*(node.right for node in nodes)) - left
    if is_sequence(family):
        order = nf.model.order
        left = union(left)
        right = order.without(right, left)
        inside = order.subset((v.tagged(0) for v in left | right), family.slots)
    else:
        inside = {nf.model.slot(v) for v in left | right} <= family.slots
    return DensityNode(family.name, left, right) if inside else None


def _in_cells(nf: Normaliser, node: DensityNode) -> DensityNode | None:
    """A density in the parts that the binder at work cuts."""
    left, right = nf.store.partition(node.left), nf.store.partition(node.right)
    return None if left is None or right is None else DensityNode(node.family, left, right)


RULE = Rule(
    name="factorisation",
    aliases=("factorization", "independence"),
    hooks=(("density", 4, factored),),
    hints=Hints(
        needs=lambda model: any(family.factors for family in model.families),
        changes=(IndexedProduct,),
        common=True,
    ),
    passes="""
title: a Markov chain in two steps
model: ["p(x, y, z) = p(x) p(y | x) p(z | y)"]
start: p(z | x, y)
steps:
  - {eq: p(z | y), by: factorisation}
claim: p(z | x, y) = p(z | y)
""",
    fails="""
title: the ends of a Markov chain are dependent
model: ["p(x, y, z) = p(x) p(y | x) p(z | y)"]
start: p(z | x)
steps:
  - {eq: p(z), by: factorisation}
claim: p(z | x) = p(z)
""",
)
