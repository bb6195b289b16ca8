"""The definition of the Kullback-Leibler divergence.

says: KL(q || p) = int q log(q / p) = -int q log(p / q), also as E_q[..]; p any term >= 0
conditions: p > 0 where q > 0 for a finite value: q << p
source: Kullback & Leibler 1951; Cover & Thomas, eq. 2.26
"""

from __future__ import annotations

from verifier.kernel import terms
from verifier.kernel.definedness import weights_in
from verifier.kernel.equality.nodes import Variables
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.rules.linearity import pull_out_number
from verifier.kernel.rules.tower import merge


def unfold(
    nf: Normaliser, kind: type[terms.Binder], bound: Variables, parts: tuple[Polynomial, ...]
) -> Polynomial | None:
    """KL(q || p) = int q log(q / p)."""
    if kind is not terms.KL or not parts[1]:
        return None
    first, second = parts
    weights = weights_in(nf.store.term(first))
    nf.owe("positive", nf.store.term(second), weights)
    return nf.integral(bound, first * nf.log(first * nf.integer_power(second, -1)))


RULE = Rule(
    name="kl",
    aliases=("definition-of-kl",),
    implies=("expectation",),
    hooks=(("divergence", 0, unfold), ("integral", 4, merge), ("integral", 8, pull_out_number)),
    serves="finite",
    hints=Hints(cues=(terms.KL,), changes=(terms.KL,), topics=("logarithms",)),
    passes="""
title: the divergence from the posterior
model: ["p(x, z)", q(z)]
start: KL(q(z) || p(z | x))
steps:
  - {eq: "int q(z) log(q(z) / p(z | x)) dz", by: kl}
claim: KL(q(z) || p(z | x)) = int q(z) log(q(z) / p(z | x)) dz
""",
    fails="""
title: the ratio is upside down
model: ["p(x, z)", q(z)]
start: KL(q(z) || p(z | x))
steps:
  - {eq: "int q(z) log(p(z | x) / q(z)) dz", by: kl}
claim: KL(q(z) || p(z | x)) = int q(z) log(p(z | x) / q(z)) dz
""",
)
