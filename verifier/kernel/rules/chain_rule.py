"""The chain rule of probability, which also defines conditional densities."""

from verifier.kernel.equality.sites import DENSITY
from verifier.kernel.moves.factors import over_joint
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Density

RULE = Rule(
    name="chain-rule",
    says="p(x, z) = p(x | z) p(z), with any further condition",
    conditions="p(z) > 0 where p(x | z) is written",
    source="Bishop, Pattern Recognition and Machine Learning, eq. 1.11",
    aliases=("product-rule", "conditional-probability"),
    hooks=(DENSITY.hook(over_joint),),
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
