"""Copies change places under a law that doesn't tell them apart."""

from verifier.kernel.equality.sites import NESTED
from verifier.kernel.moves.copies import exchanged
from verifier.kernel.rule import Hints, Rule

RULE = Rule(
    name="exchange",
    says=(
        "copies may be exchanged under a law that is invariant under it: E_{q(z_{1:K})}[f(z_j)] = "
        "E_{q(z_{1:K})}[f(z_1)]; a share averages E_{q(z_{1:K})}[w(z_j) / (sum_{k=1}^{K} w(z_k))] "
        "= 1 / K"
    ),
    conditions="what else the expectation holds is the same for all copies",
    source="Billingsley, Probability and Measure, sec. 35",
    hooks=(NESTED.hook(exchanged),),
    hints=Hints(needs=lambda model: model.copies, common=True),
    passes="""
title: one share of a sum is any other
parameters: [K >= 2]
model: ["p(x, z)", "q(z | x)"]
functions: ["w(z) > 0"]
copies: [z_k of z]
start: "E_{q(z_{1:K} | x)}[w(z_2) / (sum_{k=1}^{K} w(z_k))]"
steps:
  - {eq: "E_{q(z_{1:K} | x)}[w(z_1) / (sum_{k=1}^{K} w(z_k))]", by: [expectation, exchange]}
claim: "E_{q(z_{1:K} | x)}[w(z_2) / (sum_{k=1}^{K} w(z_k))]
  = E_{q(z_{1:K} | x)}[w(z_1) / (sum_{k=1}^{K} w(z_k))]"
""",
    fails="""
title: the weights tell the copies apart
parameters: [K >= 2]
model: ["p(x, z)", "q(z | x)"]
functions: ["w(z) > 0", "v(z) > 0"]
copies: [z_k of z]
start: "E_{q(z_{1:K} | x)}[w(z_2) v(z_1)]"
steps:
  - {eq: "E_{q(z_{1:K} | x)}[w(z_1) v(z_1)]", by: [expectation, exchange]}
claim: "E_{q(z_{1:K} | x)}[w(z_2) v(z_1)] = E_{q(z_{1:K} | x)}[w(z_1) v(z_1)]"
""",
)
