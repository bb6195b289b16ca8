"""The expectation of both sides."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.kernel.algebra import Normaliser
from verifier.kernel.laws import is_law
from verifier.kernel.rules.bound import Taken, laws_in, mean
from verifier.kernel.rules.rule import Rule
from verifier.kernel.terms import Statement


def infer(_: Normaliser, premise: Statement, goal: Statement) -> Iterator[Taken]:
    """Expectations under the laws that the new statement shows."""
    for law in laws_in(goal.left, goal.right):
        if is_law(law.bound, law.densities):
            sides = [mean(law.bound, law.densities, side) for side in (premise.left, premise.right)]
            said = Statement(sides[0], premise.relation, sides[1])
            yield Taken(said, law.bound, law.densities)


RULE = Rule(
    name="take-expectation",
    says="from f(z) >= g(z) for all z, E_{q(z)}[f(z)] >= E_{q(z)}[g(z)]",
    conditions="the statement holds wherever q is positive; no fact at a single z was used",
    source="monotonicity of the integral; Billingsley, thm 16.1",
    infer=infer,
    passes="""
title: an expectation of a pointwise bound
model: ["p(x, z)", q(z)]
start: -log(p(z | x) / q(z))
steps:
  - {ge: 1 - p(z | x) / q(z), by: log-bound}
  - so: E_{q(z)}[-log(p(z | x) / q(z))] >= E_{q(z)}[1 - p(z | x) / q(z)]
    by: take-expectation
claim: E_{q(z)}[-log(p(z | x) / q(z))] >= E_{q(z)}[1 - p(z | x) / q(z)]
""",
    fails="""
title: two different laws
model: ["p(x, z)", q(z)]
start: -log(p(z | x) / q(z))
steps:
  - {ge: 1 - p(z | x) / q(z), by: log-bound}
  - so: E_{q(z)}[-log(p(z | x) / q(z))] >= E_{p(z)}[1 - p(z | x) / q(z)]
    by: take-expectation
claim: E_{q(z)}[-log(p(z | x) / q(z))] >= E_{p(z)}[1 - p(z | x) / q(z)]
""",
)
