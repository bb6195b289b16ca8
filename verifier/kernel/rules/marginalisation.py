"""Integrating a variable out of a joint density."""

from verifier.kernel.equality.sites import MASS
from verifier.kernel.moves.integration import integrate_out
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Entropy, Expectation, Integral

RULE = Rule(
    name="marginalisation",
    says="int p(x, z) dz = p(x), with any condition",
    conditions="z stands left of the bar of one density and nowhere else",
    source="Bishop, Pattern Recognition and Machine Learning, eq. 1.10",
    aliases=("marginalization", "sum-rule"),
    hooks=(MASS.hook(integrate_out),),
    serves="positive",
    hints=Hints(
        cues=(Integral, Expectation, Entropy),
        needs=lambda model: model.facts,
        changes=(Integral,),
        topics=("integrals",),
    ),
    passes="""
title: the evidence as an integral
model: ["p(x, z)"]
start: log p(x)
steps:
  - {eq: "log int p(x, z) dz", by: marginalisation}
claim: log p(x) = log int p(x, z) dz
""",
    fails="""
title: integrating over the condition
model: ["p(x, z)"]
start: p(x)
steps:
  - {eq: "int p(x | z) dz", by: marginalisation}
claim: p(x) = int p(x | z) dz
""",
)
