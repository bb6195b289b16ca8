"""Multiplying or dividing both sides by something positive."""

from __future__ import annotations

from verifier.kernel.arithmetic import product
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.candidates import GOAL, Taken
from verifier.kernel.positivity.signs import nonzero, positive
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Statement
from verifier.kernel.theorem import implies, turned


def infer(nf: Normaliser, premise: Statement, goal: Statement, _: None) -> Taken | None:
    """The goal, when both its sides are the premise's times the same positive factor."""
    for read in (premise, turned(premise)):
        have = [nf.normal(read.left), nf.normal(read.right)]
        want = [nf.normal(goal.left), nf.normal(goal.right)]
        pivot = 0 if have[0] and want[0] else 1
        if not have[pivot] or not want[pivot] or not implies(read.relation, goal.relation):
            continue
        factor = nf.factored(want[pivot]) * nf.integer_power(nf.factored(have[pivot]), -1)
        fits = nf.vanishes(want[1 - pivot] - factor * have[1 - pivot])
        allowed = positive(nf, factor) or (read.relation == "=" and nonzero(nf, factor))
        if fits and allowed:
            term = nf.store.term(factor)
            return Taken(goal, sums=(product(term, read.left), product(term, read.right)))
    return None


RULE = Rule(
    name="cross-multiply",
    says="multiply or divide both sides by something positive (for =, by something not 0)",
    conditions="the factor is positive where the statement holds",
    source="arithmetic of ordered fields",
    infer=GOAL.given_to(infer),
    hints=Hints(topics=("statements",)),
    passes="""
title: the evidence from Bayes' rule
model: ["p(x, z)"]
start: p(z | x)
steps:
  - {eq: p(x | z) p(z) / p(x), by: bayes-rule}
  - {so: p(x) = p(x | z) p(z) / p(z | x), by: cross-multiply}
claim: p(x) = p(x | z) p(z) / p(z | x)
""",
    fails="""
title: one side is multiplied, the other divided
model: ["p(x, z)"]
start: p(z | x)
steps:
  - {eq: p(x | z) p(z) / p(x), by: bayes-rule}
  - {so: p(x) = p(z | x) / (p(x | z) p(z)), by: cross-multiply}
claim: p(x) = p(z | x) / (p(x | z) p(z))
""",
)
