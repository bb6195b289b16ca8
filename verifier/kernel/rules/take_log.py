"""The logarithm of both sides."""

from __future__ import annotations

from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.candidates import GOAL, Taken
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Log, Statement


def infer(_nf: Normaliser, premise: Statement, _goal: Statement, _: None) -> Taken:
    """log is increasing on positive numbers, where it is defined."""
    return Taken(Statement(Log(premise.left), premise.relation, Log(premise.right)))


RULE = Rule(
    name="take-log",
    says="from a >= b, log a >= log b; from a = b, log a = log b",
    conditions="both sides are positive",
    source="log is increasing",
    infer=GOAL.given_to(infer),
    hints=Hints(cues=(Log,)),
    passes="""
title: the logarithm of Bayes' rule
model: ["p(x, z)"]
steps:
  - {so: p(x) = p(x | z) p(z) / p(z | x), by: bayes-rule}
  - {so: log p(x) = log(p(x | z) p(z) / p(z | x)), by: take-log}
claim: log p(x) = log(p(x | z) p(z) / p(z | x))
""",
    fails="""
title: the logarithm of one side
model: ["p(x, z)"]
steps:
  - {so: p(x) = p(x | z) p(z) / p(z | x), by: bayes-rule}
  - {so: log p(x) = p(x | z) p(z) / p(z | x), by: take-log}
claim: log p(x) = p(x | z) p(z) / p(z | x)
""",
)
