"""Ranges of indexed sums and products: terms split off, shifted, merged, telescoped."""

from verifier.kernel.equality.sites import SERIES
from verifier.kernel.moves.partial_sums import from_the_start
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Index, Indexed

RULE = Rule(
    name="index",
    says=(
        "terms of an indexed sum or product split off, shift, merge and telescope: the sum of "
        "f(tau) over 0..t is f(0) + the sum over 1..t, and the sum of f(tau + 1) over 0..t - 1"
    ),
    conditions="the range holds the term for every declared value of its ends",
    source="Graham, Knuth & Patashnik, Concrete Mathematics, sec. 2.1",
    hooks=(SERIES.hook(from_the_start),),
    hints=Hints(cues=(Indexed,), changes=(Index,)),
    passes="""
title: the first term by itself
parameters: [t >= 0]
model: ["p(z_{0:t})"]
functions: ["f(z)"]
start: sum_{tau=0}^{t} f(z_tau)
steps:
  - {eq: "f(z_0) + sum_{tau=1}^{t} f(z_tau)", by: index}
claim: sum_{tau=0}^{t} f(z_tau) = f(z_0) + sum_{tau=1}^{t} f(z_tau)
""",
    fails="""
title: the last term is missing
parameters: [t >= 0]
model: ["p(z_{0:t})"]
functions: ["f(z)"]
start: sum_{tau=0}^{t} f(z_tau)
steps:
  - {eq: "sum_{tau=0}^{t-1} f(z_tau)", by: index}
claim: sum_{tau=0}^{t} f(z_tau) = sum_{tau=0}^{t-1} f(z_tau)
""",
)
