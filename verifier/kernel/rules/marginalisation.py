"""Integrating a variable out of a joint density.

says: int p(x, z) dz = p(x), with any condition
conditions: z stands left of the bar of one density and nowhere else
source: Bishop, Pattern Recognition and Machine Learning, eq. 1.10
"""

from __future__ import annotations

from verifier.kernel.equality.nodes import DensityNode, Variables
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.rules.factorisation import gathered
from verifier.kernel.rules.normalisation import lone_density
from verifier.kernel.terms import Expectation, Integral, slot_order


def integrate_out(
    nf: Normaliser, bound: Variables, body: Polynomial, law: Polynomial | None
) -> Polynomial | None:
    """int p(x, z) dz = p(x) inside a product that doesn't use z otherwise."""
    if law is not None or body.single is None:
        return None
    monomial, coefficient = body.single
    for variable in sorted(bound, key=slot_order):
        owner = lone_density(nf, monomial, variable)
        if owner is not None and len(owner[1].left) > 1:
            atom, node = owner
            rest = Polynomial({tuple(f for f in monomial if f[0] != atom): coefficient})
            marginal = nf.density(DensityNode(node.family, node.left - {variable}, node.right))
            return nf.integral(bound - {variable}, rest * marginal)
    return _from_factors(nf, bound, body)


def _from_factors(nf: Normaliser, bound: Variables, body: Polynomial) -> Polynomial | None:
    """The same for a joint density that stands there as its factors."""
    if body.single is None:
        return None
    monomial, coefficient = body.single
    for head, rest in gathered(nf, monomial, bound):
        gone = head.left & bound
        gone -= nf.store.free_in(rest)
        if not gone or gone == head.left:
            continue
        marginal = nf.density(DensityNode(head.family, head.left - gone, head.right))
        if len(marginal.terms) == 1:
            return nf.integral(bound - gone, marginal * Polynomial({rest: coefficient}))
    return None


RULE = Rule(
    name="marginalisation",
    aliases=("marginalization", "sum-rule"),
    hooks=(("integral", 2, integrate_out),),
    serves="positive",
    hints=Hints(cues=(Integral, Expectation), changes=(Integral,), topics=("integrals",)),
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
