"""The definition of the expectation."""

from __future__ import annotations

from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.sites import MEAN
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.rule import Rule
from verifier.kernel.terms import Variables


def unfold(nf: Normaliser, bound: Variables, law: Polynomial, body: Polynomial) -> Polynomial:
    """E_q[f] = int q f."""
    return nf.integral(bound, law * body)


RULE = Rule(
    name="expectation",
    says="E_{q(z)}[f(z)] = int q(z) f(z) dz",
    conditions="none: points where q vanishes don't count on either side",
    source="Billingsley, Probability and Measure, sec. 21",
    aliases=("definition-of-expectation",),
    tidying=True,
    hooks=(MEAN.hook(unfold),),
    serves="positive",
    passes="""
title: an expectation as an integral
model: ["p(x, z)", q(z)]
start: int q(z) log p(x, z) dz
steps:
  - {eq: "E_{q(z)}[log p(x, z)]", by: expectation}
claim: int q(z) log p(x, z) dz = E_{q(z)}[log p(x, z)]
""",
    fails="""
title: under another law it is another integral
model: ["p(x, z)", q(z)]
start: int q(z) log p(x, z) dz
steps:
  - {eq: "E_{p(z)}[log p(x, z)]", by: expectation}
claim: int q(z) log p(x, z) dz = E_{p(z)}[log p(x, z)]
""",
)
