"""The definition of the Kullback-Leibler divergence."""

from verifier.kernel import terms
from verifier.kernel.equality.sites import DIVERGENCE, FACTOR, NESTED
from verifier.kernel.moves.divergences import unfold_kl
from verifier.kernel.moves.integration import merge, pull_out_number
from verifier.kernel.rule import Hints, Rule

RULE = Rule(
    name="kl",
    says="KL(q || p) = int q log(q / p) = -int q log(p / q), also as E_q[..]; p any term >= 0",
    conditions="p > 0 where q > 0 for a finite value: q << p",
    source="Kullback & Leibler 1951; Cover & Thomas, eq. 2.26",
    aliases=("definition-of-kl",),
    implies=("expectation",),
    hooks=(DIVERGENCE.hook(unfold_kl), NESTED.hook(merge), FACTOR.hook(pull_out_number)),
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
