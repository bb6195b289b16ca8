"""Copies change places under a law that doesn't tell them apart."""

from __future__ import annotations

from itertools import permutations

from verifier.kernel.binding import fresh_tag
from verifier.kernel.equality.nodes import SeriesNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.sites import NESTED
from verifier.kernel.equality.slices import united
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.sequences.ranges import union
from verifier.kernel.terms import Var, Variables

_MOST = 3  # copies that are told apart


def exchanged(
    nf: Normaliser, bound: Variables, body: Polynomial, law: Polynomial | None
) -> Polynomial | None:
    """Single copies of a slice as the first ones, where all else is the same for all copies."""
    if law is not None or not nf.model.copies:
        return None
    body = united(nf, body)
    if body.single is None:
        return None
    for whole in union(bound):
        slot = nf.model.slot(whole)
        if slot != whole.tagged(0) and whole.ends and whole.low != whole.high:
            result = _moved(nf, whole, body)
            if result is not None and result != body:
                return nf.integral(union(bound), result)
    return None


def _moved(nf: Normaliser, whole: Var, body: Polynomial) -> Polynomial | None:
    """The body with its single copies at the first places; of several ways the least."""
    singles: set[Var] = set()
    for atom in body.atoms:
        parts = {v for v in nf.store.parts_in(atom) if isinstance(v, Var) and v.root == whole.root}
        if not parts or _symmetric(nf, atom, whole):
            continue
        if any(part.low != part.high for part in parts):
            return None
        singles |= parts
    order = nf.model.order
    some = sorted(singles, key=str)
    apart = all(order.apart(v, w) for i, v in enumerate(some) for w in some[:i])
    if not some or len(some) > _MOST or not apart:
        return None
    if not order.least(whole.low + len(some) - 1, whole.high):
        return None
    firsts = [whole.between(whole.low + i, whole.low + i) for i in range(len(some))]
    ways = [
        nf.store.rename(body, dict(zip(some, places, strict=True)))
        for places in permutations(firsts)
    ]
    return min(ways, key=nf.store.order_of)


def _symmetric(nf: Normaliser, atom: int, whole: Var) -> bool:
    """Whether an atom is a sum or a product over all copies, of one copy each."""
    node = nf.store.nodes[atom]
    if not isinstance(node, SeriesNode):
        return False
    if (node.index.low, node.index.high) != (whole.low, whole.high):
        return False
    index, inside = nf.store.open_series(node)
    one = Var(whole.name, tag=fresh_tag())  # the index may say which copy it is, and nothing else
    moved = nf.store.rename(inside, {whole.between(index, index): one})
    left = nf.store.free(moved)
    return index not in left and not any(
        isinstance(v, Var) and v.ends and v.root == whole.root for v in left
    )


RULE = Rule(
    name="exchange",
    says=(
        "copies may be exchanged under a law that is invariant under it: E_{q(z_{1:K})}[f(z_j)] = "
        "E_{q(z_{1:K})}[f(z_1)]"
    ),
    conditions="what else the expectation holds is the same for all copies",
    source="Billingsley, Probability and Measure, sec. 35",
    hooks=(NESTED.hook(exchanged),),
    hints=Hints(needs=lambda model: model.copies),
    passes="""
title: one share of a sum is any other
parameters: [K >= 2]
model: ["p(x, z)", "q(z | x)"]
functions: ["w(z) > 0"]
copies: [z_k of z]
start: "E_{q(z_{1:K} | x)}[w(z_2) / (sum_{k=1}^{K} w(z_k))]"
steps:
  - {eq: "E_{q(z_{1:K} | x)}[w(z_1) / (sum_{k=1}^{K} w(z_k))]", by: [expectation, exchange]}
claim: "E_{q(z_{1:K} | x)}[w(z_2) / (sum_{k=1}^{K} w(z_k))]
  = E_{q(z_{1:K} | x)}[w(z_1) / (sum_{k=1}^{K} w(z_k))]"
""",
    fails="""
title: the weights tell the copies apart
parameters: [K >= 2]
model: ["p(x, z)", "q(z | x)"]
functions: ["w(z) > 0", "v(z) > 0"]
copies: [z_k of z]
start: "E_{q(z_{1:K} | x)}[w(z_2) v(z_1)]"
steps:
  - {eq: "E_{q(z_{1:K} | x)}[w(z_1) v(z_1)]", by: [expectation, exchange]}
claim: "E_{q(z_{1:K} | x)}[w(z_2) v(z_1)] = E_{q(z_{1:K} | x)}[w(z_1) v(z_1)]"
""",
)
