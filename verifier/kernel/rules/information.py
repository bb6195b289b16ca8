"""Entropies and information of random variables."""

from __future__ import annotations

from verifier.kernel import terms
from verifier.kernel.binding import fresh_tag
from verifier.kernel.equality.nodes import DensityNode, TermNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.sites import VARIABLES
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.rule import Hints, Rule


def unfold(nf: Normaliser, node: TermNode) -> Polynomial:
    """As an expected log ratio."""
    nf.splits()
    family = str(node.term.args[0].name)
    tag = fresh_tag()
    groups = [frozenset(v.tagged(tag) for v in group) for group in node.term.args[1:]]

    def density(left: terms.Variables, right: terms.Variables = frozenset()) -> Polynomial:
        return nf.density(DensityNode(family, left, right))

    bound = frozenset().union(*groups)
    if isinstance(node.term, terms.VariableEntropy):
        return nf.integral(bound, -(density(bound) * nf.log(density(*groups))))
    first, second, given = groups
    ratio = density(first | second, given) * nf.integer_power(
        density(first, given) * density(second, given), -1
    )
    return nf.integral(bound, density(bound) * nf.log(ratio))


RULE = Rule(
    name="information",
    says=(
        "H_p(x | y) = -E_{p(x, y)}[log p(x | y)]; I_p(x; y | z) = E_p[log p(x, y | z) / (p(x | z) "
        "p(y | z))] = KL of joint and product = H_p(x | z) - H_p(x | y, z); chain rules"
    ),
    conditions="the entropies are finite",
    source="Cover & Thomas, secs 2.2 to 2.5",
    implies=("expectation",),
    spells=(
        *("kl", "entropy", "chain-rule", "marginalisation", "tower"),
        *("log-rules", "linearity", "normalisation"),
    ),
    hooks=(VARIABLES.hook(unfold),),
    serves="finite",
    hints=Hints(
        cues=(terms.VariableEntropy, terms.Information),
        changes=(terms.VariableEntropy, terms.Information),
        topics=("logarithms",),
    ),
    passes="""
title: information as a difference of entropies
model: ["p(x, y)"]
start: I_p(x; y)
steps:
  - {eq: "H_p(x) - H_p(x | y)", by: information}
claim: I_p(x; y) = H_p(x) - H_p(x | y)
""",
    fails="""
title: information is no sum of entropies
model: ["p(x, y)"]
start: I_p(x; y)
steps:
  - {eq: "H_p(x) + H_p(x | y)", by: information}
claim: I_p(x; y) = H_p(x) + H_p(x | y)
""",
)
