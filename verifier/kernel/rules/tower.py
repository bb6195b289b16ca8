"""The tower rule: iterated expectations."""

from __future__ import annotations

from verifier.kernel.equality.nodes import DensityNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.sites import INTEGRAND, MASS, NESTED
from verifier.kernel.moves.factors import over_joint
from verifier.kernel.moves.integration import integrate_out, merge
from verifier.kernel.polynomials import Polynomial, Rational
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import KL, Entropy, Expectation, Integral, Variables


def joint_laws(nf: Normaliser, _bound: Variables, body: Polynomial) -> Polynomial | None:
    """The densities that weigh an integral, by joint densities: q(a) q(b | a) is q(a, b)."""

    def by_joint(atom: int, exponent: Rational) -> Polynomial:
        node, joint = nf.store.nodes[atom], None
        if isinstance(node, DensityNode) and exponent == int(exponent):
            joint = over_joint(nf, node)
        whole = Polynomial.of(atom, exponent)
        return whole if joint is None else nf.integer_power(joint, int(exponent))

    result = nf.by_atoms(body, by_joint)
    return None if result.unmarked == body.unmarked else result


RULE = Rule(
    name="tower",
    says="E_{q(a, b)}[f] = E_{q(a)}[E_{q(b | a)}[f]]; variables that f doesn't use drop out",
    conditions="f is integrable or nonnegative under the joint law",
    source="Billingsley, Probability and Measure, thm 34.4",
    aliases=("iterated-expectation",),
    implies=("expectation",),
    hooks=(INTEGRAND.hook(joint_laws), MASS.hook(integrate_out), NESTED.hook(merge)),
    serves="finite",
    hints=Hints(
        cues=(Integral, Expectation, KL, Entropy), changes=(Expectation,), topics=("integrals",)
    ),
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
