"""Zero-forcing: where one density vanishes, another does."""

from __future__ import annotations

from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.candidates import SUPPORT, Taken
from verifier.kernel.model import Condition
from verifier.kernel.positivity.support import says
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Statement


def infer(
    nf: Normaliser, premise: Statement, goal: Statement, condition: Condition
) -> Taken | None:
    """From d2 = 0, d1 = 0 where d1 << d2 is listed, or a finite KL(d1 || d2)."""
    if {premise.relation, goal.relation} != {"="} or condition not in (nf.model.support or ()):
        return None
    said = says(condition)
    same = said and nf.vanishes(nf.normal(said.second) - nf.normal(premise.left))
    if said is None or not same or nf.normal(premise.right):
        return None
    nf.lean(condition)
    return Taken(Statement(said.first, "=", premise.right))


RULE = Rule(
    name="absolute-continuity",
    says="from d2 = 0 at a point, d1 = 0 there, where d1 << d2 or KL(d1 || d2) is finite",
    conditions="`support` lists d1 << d2 or `finite KL(d1 || d2)`",
    source="the definition of absolute continuity; Billingsley, sec. 32",
    aliases=("zero-forcing",),
    infer=SUPPORT.given_to(infer),
    hints=Hints(needs=lambda model: model.support),
    passes="""
title: reverse KL forces zeros
model: ["p(x, z)", "q(z | x)"]
support: ["q(z | x) << p(z | x)"]
assume: ["p(z | x) = 0"]
steps:
  - {so: p(z | x) = 0, by: assumption}
  - {so: q(z | x) = 0, by: absolute-continuity}
claim: q(z | x) = 0
""",
    fails="""
title: not the other way
model: ["p(x, z)", "q(z | x)"]
support: ["q(z | x) << p(z | x)"]
assume: ["q(z | x) = 0"]
steps:
  - {so: q(z | x) = 0, by: assumption}
  - {so: p(z | x) = 0, by: absolute-continuity}
claim: p(z | x) = 0
""",
)
