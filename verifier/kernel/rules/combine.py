"""Statements chained and added."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Relation, Statement
from verifier.kernel.theorem import composed, implies


def together(nf: Normaliser, premises: Sequence[Statement], goal: Statement) -> bool:
    """Whether a goal's difference is the sum of the premises', all in its sense."""
    relation: Relation | None = "="
    gap = nf.difference(goal)
    for premise in premises:
        relation = composed(relation, premise.relation) if relation else None
        gap = gap - nf.difference(premise)
    return relation is not None and implies(relation, goal.relation) and nf.vanishes(gap)


RULE = Rule(
    name="combine",
    says=(
        "transitivity, and sums of statements in the same sense, from the one reached and those "
        "in `using`"
    ),
    conditions="the statements have the same sense; the sums are finite",
    source="arithmetic of ordered fields",
    together=together,
    hints=Hints(topics=("statements",), shortens=True),
    passes="""
title: two bounds in a row
model: []
parameters: [a, b, c]
assume: [a >= b, b >= c]
steps:
  - {so: a >= b, by: assumption, label: first}
  - {side: b >= c, by: assumption, label: second}
  - {so: a >= c, by: combine, using: [first, second]}
claim: a >= c
""",
    fails="""
title: two bounds that don't meet
model: []
parameters: [a, b, c]
assume: [a >= b, c >= b]
steps:
  - {so: a >= b, by: assumption, label: first}
  - {side: c >= b, by: assumption, label: second}
  - {so: a >= c, by: combine, using: [first, second]}
claim: a >= c
""",
)
