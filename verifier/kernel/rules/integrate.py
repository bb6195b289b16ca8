"""Both sides times a weight, integrated."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Integer, Mul

from verifier.kernel import terms
from verifier.kernel.algebra import Normaliser
from verifier.kernel.binding import bind, unbind
from verifier.kernel.rules.bound import laws_in
from verifier.kernel.rules.rule import Rule
from verifier.kernel.signs import nonnegative
from verifier.kernel.terms import Statement, Var


def infer(nf: Normaliser, premise: Statement, goal: Statement) -> Iterator[Statement]:
    """Integrals with each weight that the new statement suggests."""
    for bound, weight in _weights(nf, premise, goal):
        weighs = premise.relation == "=" or nonnegative(nf, nf.normal(weight))
        if weighs and nf.context.fixed.isdisjoint(bound):
            sides = [
                bind(terms.Integral, bound, Mul(weight, side))
                for side in (premise.left, premise.right)
            ]
            yield Statement(sides[0], premise.relation, sides[1])


def _weights(
    nf: Normaliser, premise: Statement, goal: Statement
) -> Iterator[tuple[tuple[Var, ...], Expr]]:
    for law in laws_in(goal.left, goal.right):
        yield law.bound, law.density
    for whole in (goal.left, goal.right):
        for integral in whole.atoms(terms.Integral):
            bound, (body,) = unbind(integral, tag=0)
            yield bound, Integer(1)
            for side in (premise.left, premise.right):
                have = nf.factored(nf.normal(side))
                if have:
                    ratio = nf.factored(nf.normal(body)) * nf.integer_power(have, -1)
                    yield bound, nf.store.term(nf.reduced(ratio))


RULE = Rule(
    name="integrate",
    says="from f(z) >= g(z) for all z and w >= 0, int w(z) f(z) dz >= int w(z) g(z) dz",
    conditions="w >= 0 (for = any w); the statement holds wherever w is positive",
    source="monotonicity of the integral; Billingsley, thm 16.1",
    infer=infer,
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
