"""The expectation of both sides."""

from __future__ import annotations

from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.candidates import LAWS, Taken
from verifier.kernel.inequality.scopes import Law
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Expectation, Integral, Statement


def infer(nf: Normaliser, premise: Statement, _goal: Statement, law: Law) -> Taken | None:
    """Expectations under a law."""
    order = nf.model.order
    if not law.is_law(order):
        return None
    left, right = law.mean(order, premise.left), law.mean(order, premise.right)
    return Taken(Statement(left, premise.relation, right), law.bound, law.densities)


RULE = Rule(
    name="take-expectation",
    says="from f(z) >= g(z) for all z, E_{q(z)}[f(z)] >= E_{q(z)}[g(z)]",
    conditions="the statement holds wherever q is positive; no fact at a single z was used",
    source="monotonicity of the integral; Billingsley, thm 16.1",
    infer=LAWS.given_to(infer),
    hints=Hints(cues=(Integral, Expectation), topics=("weights",), shortens=True),
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
