"""The tower rule: iterated expectations."""

from __future__ import annotations

from verifier.kernel.equality.nodes import DensityNode
from verifier.kernel.equality.normaliser import Normaliser, at
from verifier.kernel.equality.sites import INTEGRAND, MASS, NESTED
from verifier.kernel.moves.conditionals import over_joint
from verifier.kernel.moves.integration import integrate_out, merge
from verifier.kernel.polynomials import Monomial, Polynomial, Rational
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import KL, Expectation, Integral, Variables


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


RULE = Rule(
    name="tower",
    says="E_{q(a, b)}[f] = E_{q(a)}[E_{q(b | a)}[f]]; variables that f doesn't use drop out",
    conditions="f is integrable or nonnegative under the joint law",
    source="Billingsley, Probability and Measure, thm 34.4",
    aliases=("iterated-expectation",),
    implies=("expectation",),
    hooks=(at(INTEGRAND, joint_laws), at(MASS, integrate_out), at(NESTED, merge)),
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
