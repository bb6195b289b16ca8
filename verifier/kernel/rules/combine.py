"""Statements chained and added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from verifier.kernel.algebra import Normaliser
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.rules.rearrange import difference
from verifier.kernel.rules.rule import Rule
from verifier.kernel.terms import Relation, Statement
from verifier.kernel.theorem import composed, implies, turned

MAX_PREMISES = 8


def infer_all(
    nf: Normaliser, premises: Sequence[Statement], goal: Statement
) -> Iterator[tuple[Statement, tuple[int, ...]]]:
    """The goal, when its difference is a sum of the premises' differences, each used once at most
    and read from left to right or from right to left; with the numbers of those used."""
    want = difference(nf, goal)
    reads = [(p, turned(p)) for p in premises[:MAX_PREMISES]]
    options: list[list[tuple[Statement | None, Polynomial | None]]] = [
        [(None, None), *((r, difference(nf, r)) for r in read)] for read in reads
    ]
    for choice in product(*options):
        nf.context.budget.spend()
        used = [(i, c) for i, c in enumerate(choice) if c[0] is not None]
        relation: Relation | None = "="
        total = Polynomial({})
        for _, (statement, gap) in used:
            if relation is not None and statement is not None and gap is not None:
                relation = composed(relation, statement.relation)
                total = total + gap
        if used and relation and implies(relation, goal.relation) and nf.vanishes(want - total):
            yield goal, tuple(i for i, _ in used)


RULE = Rule(
    name="combine",
    says="transitivity, and sums of statements in the same sense, from the one reached and those "
    "in `using`",
    conditions="the statements have the same sense; the sums are finite",
    source="arithmetic of ordered fields",
    infer=infer_all,
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
