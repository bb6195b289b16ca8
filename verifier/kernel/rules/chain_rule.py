"""The chain rule of probability, which also defines conditional densities."""

from __future__ import annotations

from verifier.kernel.algebra import Normaliser
from verifier.kernel.nodes import DensityNode, Variables
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.rules.rule import Rule


def untagged(variables: Variables) -> Variables:
    """The slots that variables are values of."""
    return frozenset(variable.tagged(0) for variable in variables)


def over_joint(nf: Normaliser, node: DensityNode) -> Polynomial | None:
    """p(x | z) = p(x, z) / p(z), what the family is always given staying right of the bar."""
    family = nf.model.family[node.family]
    given = frozenset(v for v in node.right if v.tagged(0) in family.right)
    condition = node.right - given
    if not condition or len(given) != len(family.right):
        return None
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
