"""Fubini's theorem: integrals and expectations change places."""

from __future__ import annotations

from verifier.kernel.equality.nodes import BinderNode, Variables
from verifier.kernel.equality.normaliser import Normaliser, at
from verifier.kernel.equality.sites import NESTED
from verifier.kernel.moves.integration import merge
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Expectation, Integral


def exchanged(
    nf: Normaliser, bound: Variables, body: Polynomial, law: Polynomial | None
) -> Polynomial | None:
    """Nested integrals as one; E_p[f E_q[g]] over both laws at once, where q doesn't depend on
    what p binds."""
    if law is None:
        return merge(nf, bound, body, law)
    if body.single is None:
        return None
    monomial, coefficient = body.single
    for atom, exponent in monomial:
        node = nf.store.nodes[atom]
        if exponent == 1 and isinstance(node, BinderNode) and node.law is not None:
            if not nf.store.free(node.law).isdisjoint(bound):
                continue
            nf.merges()
            inner, (inside, inner_law) = nf.store.open(node.bound, node.body, node.law)
            rest = Polynomial({tuple(f for f in monomial if f[0] != atom): coefficient})
            return nf.integral(bound | inner, rest * inside, law * inner_law)
    return None


RULE = Rule(
    name="swap",
    says=(
        "int int f dx dz = int int f dz dx; E_{p(x)}[E_{q(z)}[f]] = E_{q(z)}[E_{p(x)}[f]] for "
        "laws that don't depend on one another"
    ),
    conditions="f is integrable or nonnegative under both",
    source="Billingsley, Probability and Measure, thm 18.3",
    aliases=("fubini",),
    hooks=(at(NESTED, exchanged),),
    hints=Hints(cues=(Integral, Expectation), topics=("integrals",)),
    passes="""
title: two independent expectations
model: [p(x), q(z)]
functions: ["f(x, z)"]
start: E_{p(x)}[E_{q(z)}[f(x, z)]]
steps:
  - {eq: "E_{q(z)}[E_{p(x)}[f(x, z)]]", by: swap}
claim: E_{p(x)}[E_{q(z)}[f(x, z)]] = E_{q(z)}[E_{p(x)}[f(x, z)]]
""",
    fails="""
title: a law that depends on the other variable stays inside
model: [p(x), "q(x, z)"]
functions: ["f(x, z)"]
start: E_{p(x)}[E_{q(z | x)}[f(x, z)]]
steps:
  - {eq: "E_{q(z)}[E_{p(x)}[f(x, z)]]", by: swap}
claim: E_{p(x)}[E_{q(z | x)}[f(x, z)]] = E_{q(z)}[E_{p(x)}[f(x, z)]]
""",
)
