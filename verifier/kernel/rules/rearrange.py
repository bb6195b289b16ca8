"""Equivalent forms of one statement."""

from __future__ import annotations

from sympy import Symbol

from verifier.kernel.arithmetic import minus
from verifier.kernel.equality.nodes import Node, SumNode, TermNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.candidates import GOAL, Taken
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.positivity.signs import multiple, nonzero, positive
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Statement
from verifier.kernel.theorem import implies, turned


def infer(nf: Normaliser, premise: Statement, goal: Statement, _: None) -> Taken | None:
    """The goal, when its difference of sides is a constant times the premise's."""
    have, want = nf.difference(premise), nf.difference(goal)
    factor = _ratio(nf, want, have) if have and want else None
    if factor is None or not nf.vanishes(want - factor * have):
        return None
    if positive(nf, factor) or (premise.relation == "=" and nonzero(nf, factor)):
        reached = premise.relation
    elif positive(nf, -factor):
        reached = turned(premise).relation
    else:
        return None
    if not implies(reached, goal.relation):
        return None
    return Taken(goal, sums=(minus(premise.left, premise.right), minus(goal.left, goal.right)))


def _ratio(nf: Normaliser, want: Polynomial, have: Polynomial) -> Polynomial | None:
    """want / have, when it is a number or an expression in parameters."""
    number = multiple(want, have)
    if number is not None:
        return Polynomial.constant(number)
    ratio = nf.factored(want) * nf.integer_power(nf.factored(have), -1)
    return ratio if all(_constant(nf, nf.store.nodes[a]) for a in ratio.atoms) else None


def _constant(nf: Normaliser, node: Node) -> bool:
    if isinstance(node, SumNode):
        return all(_constant(nf, nf.store.nodes[a]) for a in node.value.atoms)
    return isinstance(node, TermNode) and isinstance(node.term, Symbol)


RULE = Rule(
    name="rearrange",
    says=(
        "add to both sides, multiply by a positive constant, change sign (the relation turns), "
        "exchange the sides, weaken ="
    ),
    conditions="the constant is declared positive; what is added is finite",
    source="arithmetic of ordered fields",
    moves=True,
    infer=GOAL.given_to(infer),
    hints=Hints(topics=("statements",), shortens=True),
    passes="""
title: moving a term to the other side
model: []
parameters: [a, b, c]
assume: ["a = b - c"]
steps:
  - {so: "a = b - c", by: assumption}
  - {so: "b = a + c", by: rearrange}
claim: b = a + c
""",
    fails="""
title: moving a term without its sign
model: []
parameters: [a, b, c]
assume: ["a = b - c"]
steps:
  - {so: "a = b - c", by: assumption}
  - {so: "b = a - c", by: rearrange}
claim: b = a - c
""",
)
