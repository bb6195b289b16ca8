"""The definitions of entropy and cross-entropy."""

from __future__ import annotations

from verifier.kernel import terms
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.sites import DIVERGENCE, FACTOR, NESTED
from verifier.kernel.moves.integration import merge, pull_out_number
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.rule import Hints, Rule


def unfold(
    nf: Normaliser, kind: type[terms.Binder], bound: terms.Variables, parts: tuple[Polynomial, ...]
) -> Polynomial | None:
    """H(q) = -int q log q, H(q, p) = -int q log p."""
    return None if kind is terms.KL else nf.integral(bound, -(parts[0] * nf.log(parts[-1])))


RULE = Rule(
    name="entropy",
    says="H(q) = -int q log q = int q log(1/q), H(q, p) = -int q log p, also as -E_q[..]",
    conditions="none; without `discrete` H is the differential entropy and may be negative",
    source="Shannon 1948; Cover & Thomas, eqs 2.1 and 8.1",
    aliases=("definition-of-entropy",),
    implies=("expectation",),
    hooks=(DIVERGENCE.hook(unfold), NESTED.hook(merge), FACTOR.hook(pull_out_number)),
    serves="finite",
    hints=Hints(
        cues=(terms.Entropy, terms.CrossEntropy),
        changes=(terms.Entropy, terms.CrossEntropy),
        topics=("logarithms",),
    ),
    passes="""
title: an entropy as an expectation
model: [q(z)]
start: -E_{q(z)}[log q(z)]
steps:
  - {eq: H(q(z)), by: entropy}
claim: -E_{q(z)}[log q(z)] = H(q(z))
""",
    fails="""
title: the sign of an entropy
model: [q(z)]
start: E_{q(z)}[log q(z)]
steps:
  - {eq: H(q(z)), by: entropy}
claim: E_{q(z)}[log q(z)] = H(q(z))
""",
)
