"""Facts of `assume`."""

from verifier.kernel.moves.equations import differences, replacing, rewriting
from verifier.kernel.rule import Hints, Rule

RULE = Rule(
    name="assumption",
    says="a fact of `assume` holds: an equation anywhere, an inequality at a monotone place",
    conditions="a fact without `for all` holds at one point: nothing may bind its variables",
    source="the file's `assume`",
    uses="facts",
    hooks=rewriting("facts"),
    compares=replacing("facts"),
    nonnegative=differences("facts"),
    hints=Hints(topics=("signs",)),
    passes="""
title: an exact posterior
model: ["p(x, z)", "q(z | x)"]
assume: ["for all x, z: q(z | x) = p(z | x)"]
start: E_{q(z | x)}[log q(z | x)]
steps:
  - {eq: "E_{p(z | x)}[log p(z | x)]", by: assumption}
claim: E_{q(z | x)}[log q(z | x)] = E_{p(z | x)}[log p(z | x)]
""",
    fails="""
title: a fact about another density
model: ["p(x, z)", "q(z | x)"]
assume: ["for all x, z: q(z | x) = p(z | x)"]
start: E_{q(z | x)}[log q(z | x)]
steps:
  - {eq: "E_{p(z)}[log p(z)]", by: assumption}
claim: E_{q(z | x)}[log q(z | x)] = E_{p(z)}[log p(z)]
""",
)
