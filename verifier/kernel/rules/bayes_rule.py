"""Bayes' rule."""

from verifier.kernel.equality.sites import DENSITY
from verifier.kernel.moves.factors import over_joint
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Density

RULE = Rule(
    name="bayes-rule",
    says="p(z | x) = p(x | z) p(z) / p(x) = p(x, z) / p(x), with any further condition",
    conditions="p(x) > 0",
    source="Bishop, Pattern Recognition and Machine Learning, eq. 1.12",
    hooks=(DENSITY.hook(over_joint),),
    hints=Hints(cues=(Density,), topics=("conditionals",)),
    passes="""
title: the posterior
model: ["p(x, z)"]
start: p(z | x)
steps:
  - {eq: p(x | z) p(z) / p(x), by: bayes-rule}
claim: p(z | x) = p(x | z) p(z) / p(x)
""",
    fails="""
title: the evidence is missing
model: ["p(x, z)"]
start: p(z | x)
steps:
  - {eq: p(x | z) p(z), by: bayes-rule}
claim: p(z | x) = p(x | z) p(z)
""",
)
