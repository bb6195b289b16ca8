"""What a declared factorisation says of one family: whose conditional each slot is, and what a
density depends on."""

from __future__ import annotations

from functools import lru_cache

from verifier.kernel.model import Family
from verifier.kernel.sequences import graph as graphs
from verifier.kernel.sequences.graph import FactorisationGraph, is_sequence
from verifier.kernel.sequences.ranges import Order
from verifier.kernel.terms import Var, Variables, slot_order


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
