"""Fubini's theorem: integrals and expectations change places."""

from verifier.kernel.equality.sites import NESTED
from verifier.kernel.moves.integration import merge
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Expectation, Integral

RULE = Rule(
    name="swap",
    says=(
        "int int f dx dz = int int f dz dx; E_{p(x)}[E_{q(z)}[f]] = E_{q(z)}[E_{p(x)}[f]] for "
        "laws that don't depend on one another"
    ),
    conditions="f is integrable or nonnegative under both",
    source="Billingsley, Probability and Measure, thm 18.3",
    aliases=("fubini",),
    hooks=(NESTED.hook(merge),),
    hints=Hints(cues=(Integral, Expectation), topics=("integrals",)),
    passes="""
title: two independent expectations
model: [p(x), q(z)]
functions: ["f(x, z)"]
start: E_{p(x)}[E_{q(z)}[f(x, z)]]
steps:
  - {eq: "E_{q(z)}[E_{p(x)}[f(x, z)]]", by: swap}
claim: E_{p(x)}[E_{q(z)}[f(x, z)]] = E_{q(z)}[E_{p(x)}[f(x, z)]]
""",
    fails="""
title: a law that depends on the other variable stays inside
model: [p(x), "q(x, z)"]
functions: ["f(x, z)"]
start: E_{p(x)}[E_{q(z | x)}[f(x, z)]]
steps:
  - {eq: "E_{q(z)}[E_{p(x)}[f(x, z)]]", by: swap}
claim: E_{p(x)}[E_{q(z | x)}[f(x, z)]] = E_{q(z)}[E_{p(x)}[f(x, z)]]
""",
)
