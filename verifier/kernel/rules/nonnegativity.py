"""What is at least 0 may be dropped or added."""

from __future__ import annotations

from sympy import Expr, Integer

from verifier.kernel.arithmetic import Total, minus, product
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.candidates import DIFFERENCE, SUMMANDS, Comparison
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.position import Position
from verifier.kernel.positivity import signs
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.theorem import Direction


def compare(
    nf: Normaliser, position: Position, direction: Direction, dropped: Expr
) -> Comparison | None:
    """A sum without one of its terms, 0 for a term: where its sign is evident."""
    term = position.part
    whole = dropped == term
    part = dropped and (whole or (isinstance(term, Total) and dropped in term.args))
    if not part or not signs.evident(nf, product(Integer(-direction), dropped)):
        return None
    return Comparison(Integer(0) if whole else minus(term, dropped), (("dropped", dropped),))


def nonnegative(nf: Normaliser, difference: Polynomial) -> tuple[Expr, Comparison] | None:
    """A difference that is itself evidently >= 0."""
    if not signs.nonnegative(nf, difference):
        return None
    term = nf.store.term(difference)
    return term, Comparison(Integer(0), (("difference", term),))


RULE = Rule(
    name="nonnegativity",
    says="what is >= 0, assumed or evident, may be dropped or added",
    conditions="its sign is declared or evident (densities, exp, even powers, averages of such)",
    source="arithmetic",
    compares=SUMMANDS.given_to(compare),
    nonnegative=DIFFERENCE.given_to(nonnegative),
    hints=Hints(topics=("signs",)),
    passes="""
title: dropping a weighted density
model: [q(z)]
parameters: [beta >= 0]
functions: ["f(z)"]
start: f(z) + beta q(z)
steps:
  - {ge: f(z), by: nonnegativity}
claim: f(z) + beta q(z) >= f(z)
""",
    fails="""
title: dropping what may be negative
model: [q(z)]
functions: ["f(z)", "g(z)"]
start: f(z) + g(z)
steps:
  - {ge: f(z), by: nonnegativity}
claim: f(z) + g(z) >= f(z)
""",
)
