"""Both sides times a weight, integrated."""

from __future__ import annotations

from verifier.kernel.arithmetic import product
from verifier.kernel.binding import bind, fresh_tag, substitute
from verifier.kernel.definedness import weights_in
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.candidates import WEIGHTS, Taken, Weighed
from verifier.kernel.positivity.signs import nonnegative
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Integral, Statement


def infer(nf: Normaliser, premise: Statement, _goal: Statement, weighed: Weighed) -> Taken | None:
    """Integrals with a weight."""
    (bound, proposed), order = weighed, nf.model.order
    tag = fresh_tag()  # no fact at a point speaks of an integral's variables
    opened = {v: v.tagged(tag) for v in bound}
    weight = substitute(proposed, opened, order)
    if not (premise.relation == "=" or nonnegative(nf, nf.normal(weight))):
        return None
    sides = [
        bind(Integral, opened.values(), product(weight, substitute(side, opened, order)))
        for side in (premise.left, premise.right)
    ]
    nf.splits()
    said = Statement(sides[0], premise.relation, sides[1])
    return Taken(said, bound, weights_in(proposed))


RULE = Rule(
    name="integrate",
    says="from f(z) >= g(z) for all z and w >= 0, int w(z) f(z) dz >= int w(z) g(z) dz",
    conditions="w >= 0 (for = any w); the statement holds wherever w is positive",
    source="monotonicity of the integral; Billingsley, thm 16.1",
    infer=WEIGHTS.given_to(infer),
    hints=Hints(cues=(Integral,), topics=("weights",)),
    passes="""
title: integrating Bayes' rule
model: ["p(x, z)"]
steps:
  - {so: p(z | x) p(x) = p(x | z) p(z), by: bayes-rule}
  - {so: int p(z | x) p(x) dz = int p(x | z) p(z) dz, by: integrate}
claim: int p(z | x) p(x) dz = int p(x | z) p(z) dz
""",
    fails="""
title: one side has another weight
model: ["p(x, z)", q(z)]
steps:
  - {so: p(z | x) p(x) = p(x | z) p(z), by: bayes-rule}
  - {so: int p(z | x) p(x) dz = int q(z) p(x | z) p(z) dz, by: integrate}
claim: int p(z | x) p(x) dz = int q(z) p(x | z) p(z) dz
""",
)
