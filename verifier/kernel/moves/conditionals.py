"""Conditional densities as a joint density over a marginal one."""

from __future__ import annotations

from verifier.kernel.definedness import told_apart
from verifier.kernel.equality.nodes import DensityNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.sequences.ranges import Undecided
from verifier.kernel.terms import Variables


def conditions(nf: Normaliser, node: DensityNode) -> tuple[Variables, Variables] | None:
    """(what the family is always given, the other conditions) of a density; None where what it
    is always given is not all there."""
    model, family = nf.model, nf.model.family[node.family]
    try:
        given, others = told_apart(model, family, node.right)
    except Undecided:
        return None
    slots = frozenset(map(model.slot, given))
    complete = len(slots) == len(given) and model.order.subset(family.right, slots)
    return (given, others) if complete else None


def over_joint(nf: Normaliser, node: DensityNode) -> Polynomial | None:
    """p(x | z) = p(x, z) / p(z), what the family is always given staying right of the bar."""
    found = conditions(nf, node)
    if found is None or not found[1]:
        return None
    given, condition = found
    joint = nf.density(DensityNode(node.family, node.left | condition, given))
    marginal = nf.density(DensityNode(node.family, condition, given))
    return joint * nf.integer_power(marginal, -1)
