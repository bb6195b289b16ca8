"""Both sides times a weight, integrated."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Basic, Expr, Integer

from verifier.kernel import terms
from verifier.kernel.algebra import Normaliser
from verifier.kernel.arithmetic import product
from verifier.kernel.binding import bind, fresh_tag, substitute, unbind
from verifier.kernel.definedness import weights_in
from verifier.kernel.rules.bound import Taken, laws_in
from verifier.kernel.rules.rule import Rule
from verifier.kernel.signs import nonnegative
from verifier.kernel.terms import Statement, Var


def infer(nf: Normaliser, premise: Statement, goal: Statement) -> Iterator[Taken]:
    """Integrals with each weight that the new statement suggests."""
    for bound, proposed in _weights(nf, premise, goal):
        tag = fresh_tag()  # no fact at a point speaks of an integral's variables
        opened = {v: v.tagged(tag) for v in bound}
        weight = substitute(proposed, opened)
        if premise.relation == "=" or nonnegative(nf, nf.normal(weight)):
            sides = [
                bind(terms.Integral, opened.values(), product(weight, substitute(side, opened)))
                for side in (premise.left, premise.right)
            ]
            nf.splits()
            said = Statement(sides[0], premise.relation, sides[1])
            yield Taken(said, bound, weights_in(proposed))


def _weights(
    nf: Normaliser, premise: Statement, goal: Statement
) -> Iterator[tuple[tuple[Var, ...], Expr]]:
    for law in laws_in(goal.left, goal.right):
        yield law.bound, law.density
    for bound, body in dict.fromkeys((*_integrals(goal.left), *_integrals(goal.right))):
        yield bound, Integer(1)
        for side in (premise.left, premise.right):
            have = nf.factored(nf.normal(side))
            if have:
                ratio = nf.factored(nf.normal(body)) * nf.integer_power(have, -1)
                yield bound, nf.store.term(nf.reduced(ratio))


def _integrals(term: Basic) -> Iterator[tuple[tuple[Var, ...], Expr]]:
    """The integrals of a term, outermost first, their variables by slot."""
    parts = term.args
    if isinstance(term, terms.Binder):
        bound, parts = unbind(term, tag=0)
        if isinstance(term, terms.Integral):
            yield bound, parts[0]
    for part in parts:
        yield from _integrals(part)


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
