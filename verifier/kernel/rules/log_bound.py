"""The logarithm lies below its tangent at 1."""

from __future__ import annotations

from sympy import Expr, Integer

from verifier.kernel import terms
from verifier.kernel.arithmetic import minus, total
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.candidates import ARGUMENTS, PART, Comparison
from verifier.kernel.polynomials import ONE, Polynomial
from verifier.kernel.position import Position
from verifier.kernel.positivity.signs import positive
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.theorem import Direction


def compare(_: Normaliser, position: Position, direction: Direction, __: None) -> Comparison | None:
    """log u <= u - 1 from below, exp u >= 1 + u from above."""
    match position.part:
        case terms.Log(args=(u,)) if direction > 0:
            return Comparison(minus(u, Integer(1)), (("u", u),))
        case terms.Exp(args=(u,)) if direction < 0:
            return Comparison(total(Integer(1), u), (("u", u),))
    return None


def nonnegative(nf: Normaliser, u: Polynomial) -> tuple[Expr, Comparison] | None:
    """u - 1 - log u >= 0."""
    if not positive(nf, u):
        return None
    term = nf.store.term(u)
    return minus(nf.store.term(u - ONE), terms.Log(term)), Comparison(Integer(0), (("u", term),))


RULE = Rule(
    name="log-bound",
    says="log u <= u - 1 for u > 0; exp(u) >= 1 + u",
    conditions="u > 0 under the logarithm",
    source="concavity of log and its tangent at 1; Cover & Thomas, sec. 2.6",
    aliases=("ln-bound", "exp-bound"),
    compares=PART.given_to(compare),
    nonnegative=ARGUMENTS.given_to(nonnegative),
    hints=Hints(cues=(terms.Log, terms.Exp, terms.KL)),
    passes="""
title: the ln bound
model: ["p(x, z)", q(z)]
start: -log(p(z | x) / q(z))
steps:
  - {ge: 1 - p(z | x) / q(z), by: log-bound}
claim: -log(p(z | x) / q(z)) >= 1 - p(z | x) / q(z)
""",
    fails="""
title: the tangent lies above
model: ["p(x, z)", q(z)]
start: log(p(z | x) / q(z))
steps:
  - {ge: p(z | x) / q(z) - 1, by: log-bound}
claim: log(p(z | x) / q(z)) >= p(z | x) / q(z) - 1
""",
)
