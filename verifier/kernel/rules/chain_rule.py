"""The chain rule of probability, which also defines conditional densities."""

from __future__ import annotations

from collections.abc import Iterable

from verifier.kernel.algebra import Normaliser
from verifier.kernel.nodes import DensityNode, Variables
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.ranges import Undecided, is_sliced
from verifier.kernel.rules.rule import Hints, Rule
from verifier.kernel.terms import Density, Var


def untagged(variables: Variables) -> Variables:
    """The slots that variables are values of."""
    return frozenset(variable.tagged(0) for variable in variables)


def conditions(nf: Normaliser, node: DensityNode) -> tuple[Variables, Variables] | None:
    """(what the family is always given, the other conditions) of a density; None where what it
    is always given is not all there."""
    family = nf.model.family[node.family]
    if not any(map(is_sliced, (*family.left, *family.right))):
        given = frozenset(v for v in node.right if nf.model.slot(v) in family.right)
        return (given, node.right - given) if len(given) == len(family.right) else None
    order = nf.model.order
    try:
        cells = order.cut(node.right, by_tags(family.right, node.right))
    except Undecided:
        return None
    given = frozenset(c for c in cells if order.covered(c.tagged(0), family.right))
    complete = order.subset(family.right, untagged(given))
    return (given, cells - given) if complete else None


def by_tags(slots: Iterable[Var], variables: Iterable[Var]) -> list[Var]:
    """Slots, as parts of each of the variables that are values of them."""
    tags = sorted({(v.name, v.tag) for v in variables})
    return [s.tagged(tag) for name, tag in tags for s in slots if s.name == name]


def over_joint(nf: Normaliser, node: DensityNode) -> Polynomial | None:
    """p(x | z) = p(x, z) / p(z), what the family is always given staying right of the bar."""
    found = conditions(nf, node)
    if found is None or not found[1]:
        return None
    given, condition = found
    joint = nf.density(DensityNode(node.family, node.left | condition, given))
    marginal = nf.density(DensityNode(node.family, condition, given))
    return joint * nf.integer_power(marginal, -1)


RULE = Rule(
    name="chain-rule",
    aliases=("product-rule", "conditional-probability"),
    says="p(x, z) = p(x | z) p(z), with any further condition",
    conditions="p(z) > 0 where p(x | z) is written",
    source="Bishop, Pattern Recognition and Machine Learning, eq. 1.11",
    hooks=(("density", 6, over_joint),),
    hints=Hints(
        cues=(Density,), changes=(Density,), topics=("conditionals", "integrals"), common=True
    ),
    passes="""
title: a joint density in two factors
model: ["p(x, z)"]
start: p(x, z)
steps:
  - {eq: p(x | z) p(z), by: chain-rule}
claim: p(x, z) = p(x | z) p(z)
""",
    fails="""
title: a joint density is not the product of its marginals
model: ["p(x, z)"]
start: p(x, z)
steps:
  - {eq: p(x) p(z), by: chain-rule}
claim: p(x, z) = p(x) p(z)
""",
)
