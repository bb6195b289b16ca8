"""Joint densities that stand in a product as their declared factors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from verifier.kernel.equality.nodes import DensityNode, SeriesNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.series import whole_of
from verifier.kernel.equality.slices import united
from verifier.kernel.model import Family
from verifier.kernel.moves.factors import factored
from verifier.kernel.polynomials import Monomial, Polynomial
from verifier.kernel.sequences.graph import is_sequence
from verifier.kernel.sequences.ranges import union
from verifier.kernel.terms import Density, Var, Variables, slot_order
from verifier.kernel.theorem import Declared


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
            if nf.density(joint) == united(nf, Polynomial({chosen: 1})):
                nf.lean(Declared("model", family.name))
                yield cut, tuple(f for f in monomial if f not in chosen)


def _density_in(nf: Normaliser, atom: int) -> DensityNode | None:
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
