"""The exponential of both sides."""

from __future__ import annotations

from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.candidates import GOAL, Taken
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Exp, Log, Statement


def infer(_nf: Normaliser, premise: Statement, _goal: Statement, _: None) -> Taken:
    """exp is increasing."""
    return Taken(Statement(Exp(premise.left), premise.relation, Exp(premise.right)))


RULE = Rule(
    name="exponentiate",
    says="from a >= b, exp a >= exp b; from a = b, exp a = exp b",
    conditions="none",
    source="exp is increasing",
    infer=GOAL.given_to(infer),
    hints=Hints(cues=(Exp, Log)),
    passes="""
title: a bound on the evidence itself
model: ["p(x, z)", q(z)]
start: log p(x) - KL(q(z) || p(z | x))
steps:
  - {le: log p(x), by: gibbs}
  - {so: "exp(log p(x) - KL(q(z) || p(z | x))) <= p(x)", by: [exponentiate, log-rules]}
claim: exp(log p(x) - KL(q(z) || p(z | x))) <= p(x)
""",
    fails="""
title: exp of one side
model: ["p(x, z)", q(z)]
start: log p(x) - KL(q(z) || p(z | x))
steps:
  - {le: log p(x), by: gibbs}
  - {so: "exp(log p(x) - KL(q(z) || p(z | x))) <= log p(x)", by: [exponentiate, log-rules]}
claim: exp(log p(x) - KL(q(z) || p(z | x))) <= log p(x)
""",
)
