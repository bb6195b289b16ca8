"""The tower rule: iterated expectations.

says: E_{q(a, b)}[f] = E_{q(a)}[E_{q(b | a)}[f]]; variables that f doesn't use drop out
conditions: f is integrable or nonnegative under the joint law
source: Billingsley, Probability and Measure, thm 34.4
"""

from __future__ import annotations

from verifier.kernel.equality.nodes import BinderNode, DensityNode, Variables
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.polynomials import Monomial, Polynomial, Rational
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.rules.chain_rule import over_joint
from verifier.kernel.rules.marginalisation import integrate_out
from verifier.kernel.terms import KL, Expectation, Integral


def joint_laws(nf: Normaliser, bound: Variables, body: Polynomial) -> Polynomial | None:
    """The densities that weigh an integral, by joint densities: q(a) q(b | a) is q(a, b)."""
    del bound
    result = Polynomial.total(_joint_factors(nf, m, c) for m, c in body.terms.items())
    return None if result.unmarked == body.unmarked else result


def _joint_factors(nf: Normaliser, monomial: Monomial, coefficient: Rational) -> Polynomial:
    factors = [Polynomial.constant(coefficient)]
    for atom, exponent in monomial:
        node = nf.store.nodes[atom]
        joint = None
        if isinstance(node, DensityNode) and exponent == int(exponent):
            joint = over_joint(nf, node)
        power = Polynomial.of(atom, exponent)
        factors.append(power if joint is None else nf.integer_power(joint, int(exponent)))
    return nf.product(factors)


def merge(
    nf: Normaliser, bound: Variables, body: Polynomial, law: Polynomial | None
) -> Polynomial | None:
    """int f int g = iint f g."""
    if law is not None or body.single is None:
        return None
    monomial, coefficient = body.single
    for atom, exponent in monomial:
        node = nf.store.nodes[atom]
        if exponent == 1 and isinstance(node, BinderNode) and node.law is None:
            nf.merges()
            inner, (inside,) = nf.store.open(node.bound, node.body)
            rest = Polynomial({tuple(f for f in monomial if f[0] != atom): coefficient})
            return nf.integral(bound | inner, rest * inside)
    return None


RULE = Rule(
    name="tower",
    aliases=("iterated-expectation",),
    implies=("expectation",),
    hooks=(("integrand", 0, joint_laws), ("integral", 3, integrate_out), ("integral", 4, merge)),
    serves="finite",
    hints=Hints(cues=(Integral, Expectation, KL), changes=(Expectation,), topics=("integrals",)),
    passes="""
title: an expectation in two stages
model: ["q(a, b)"]
functions: ["f(a, b)"]
start: E_{q(a, b)}[f(a, b)]
steps:
  - {eq: "E_{q(a)}[E_{q(b | a)}[f(a, b)]]", by: tower}
claim: E_{q(a, b)}[f(a, b)] = E_{q(a)}[E_{q(b | a)}[f(a, b)]]
""",
    fails="""
title: the inner law forgets its condition
model: ["q(a, b)"]
functions: ["f(a, b)"]
start: E_{q(a, b)}[f(a, b)]
steps:
  - {eq: "E_{q(a)}[E_{q(b)}[f(a, b)]]", by: tower}
claim: E_{q(a, b)}[f(a, b)] = E_{q(a)}[E_{q(b)}[f(a, b)]]
""",
)
