"""What the `model` lines declare: factorisations and the independences that follow."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from verifier.kernel.algebra import Normaliser
from verifier.kernel.model import Family
from verifier.kernel.nodes import DensityNode, Variables
from verifier.kernel.polynomials import ONE, Monomial, Polynomial
from verifier.kernel.rules.rule import Rule
from verifier.kernel.terms import Var, slot_order


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


def separated(family: Family, first: Variables, second: Variables, given: Variables) -> bool:
    """Whether the factorisation makes `first` independent of `second` given `given` (d-separation:
    Lauritzen's criterion on the moral graph of the ancestors)."""
    graph = {slot: condition for slot, (_, condition) in parents(family).items()}
    ancestors = _ancestors(graph, first | second | given)
    neighbours: dict[Var, set[Var]] = {slot: set() for slot in ancestors}
    for slot in ancestors:
        group = {slot, *graph.get(slot, ())}
        for member in group:
            neighbours[member] |= group
    reached, frontier = set(first), list(first)
    while frontier:
        for neighbour in neighbours[frontier.pop()] - reached - given:
            reached.add(neighbour)
            frontier.append(neighbour)
    return reached.isdisjoint(second)


def _ancestors(graph: dict[Var, Variables], slots: Variables) -> set[Var]:
    found: set[Var] = set()
    frontier = list(slots)
    while frontier:
        slot = frontier.pop()
        if slot not in found:
            found.add(slot)
            frontier.extend(graph.get(slot, ()))
    return found


def needed(family: Family, left: Variables, right: Variables) -> Variables:
    """The conditions that a density of `left` depends on."""
    for slot in sorted(right, key=slot_order):
        if separated(family, left, frozenset({slot}), right - {slot}):
            right -= {slot}
    return right


def factored(nf: Normaliser, node: DensityNode) -> Polynomial | None:
    """A density by the declared factors, as far as they give it."""
    family = nf.model.family[node.family]
    values = {v.tagged(0): v for v in node.left | node.right}
    if not family.factors or len(values) < len(node.left | node.right):
        return None
    left = frozenset(v.tagged(0) for v in node.left)
    right = frozenset(v.tagged(0) for v in node.right)
    given = right & frozenset(family.right)
    result = _product(nf, family, left, right, values, declared_only=True)
    chained = next((r for r in ("chain-rule", "bayes-rule") if nf.allows(r)), None)
    if result is None and chained is not None and len(given) == len(family.right):
        condition = right - given
        joint = _product(nf, family, left | condition, given, values)
        marginal = _product(nf, family, condition, given, values)
        if joint is not None and marginal is not None:
            result = joint * nf.integer_power(marginal, -1)
            nf.used.add(chained)
    if result is None:
        result = nf.store.atom(_node(family.name, left, needed(family, left, right), values))
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
        given = needed(family, frozenset({slot}), earlier)
        if given == condition and owner != family.name:
            result = result * nf.density(_node(owner, frozenset({slot}), given, values))
        elif given == condition or not declared_only:
            node = _node(family.name, frozenset({slot}), given, values)
            result = result * nf.store.atom(node)
        else:
            return None
        earlier |= {slot}
    return result


def gathered(
    nf: Normaliser, monomial: Monomial, bound: Variables
) -> Iterator[tuple[DensityNode, Monomial]]:
    """Joint densities that stand in a product as their factors.

    Yields (joint, the rest of the product) for each with a bound variable left of its bar.
    """
    if not nf.allows("factorisation"):
        return
    for family in nf.model.families:
        owners = {family.name, *(factor.family for factor in family.factors)}
        single = [frozenset({variable}) for variable in sorted(bound, key=slot_order)]
        for variables in (bound, *single) if family.factors else ():
            chosen = tuple(
                (atom, exponent)
                for atom, exponent in monomial
                if not variables.isdisjoint(nf.store.free_in_atom(atom))
                and isinstance(node := nf.store.nodes[atom], DensityNode)
                and node.family in owners
            )
            joint = _joint_of(nf, family, chosen)
            if joint is None or variables.isdisjoint(joint.left):
                continue
            if nf.density(joint) == Polynomial({chosen: 1}):
                yield joint, tuple(f for f in monomial if f not in chosen)


def _joint_of(nf: Normaliser, family: Family, chosen: Monomial) -> DensityNode | None:
    nodes = [node for a, e in chosen if isinstance(node := nf.store.nodes[a], DensityNode)]
    if any(exponent != 1 for _, exponent in chosen) or len(nodes) < 2:
        return None
    left = frozenset().union(*(node.left for node in nodes))
    right = frozenset().union(*(node.right for node in nodes)) - left
    if not {v.tagged(0) for v in left | right} <= family.slots:
        return None
    return DensityNode(family.name, left, right)


RULE = Rule(
    name="factorisation",
    aliases=("factorization", "independence"),
    says="a density is the product of the factors that its `model` line declares, and doesn't "
    "depend on conditions from which they separate it",
    conditions="only what `model` declares",
    source="Lauritzen, Graphical Models, sec. 3.2",
    hooks=(("density", 4, factored),),
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
