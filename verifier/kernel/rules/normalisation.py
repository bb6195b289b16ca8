"""Densities integrate to 1; the expectation of a constant is that constant."""

from __future__ import annotations

from verifier.kernel.binding import hull
from verifier.kernel.equality.nodes import DensityNode, Node
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.series import density_of
from verifier.kernel.equality.sites import MASS
from verifier.kernel.moves.factors import gathered
from verifier.kernel.polynomials import Monomial, Polynomial, times
from verifier.kernel.rule import Rule
from verifier.kernel.sequences.laws import flows
from verifier.kernel.terms import Variables


def integrate_to_one(
    nf: Normaliser, bound: Variables, body: Polynomial, law: Polynomial | None
) -> Polynomial | None:
    """int q(z) dz = 1 inside a product that doesn't use z otherwise; E_q[c] = c."""
    if law is not None:
        return body if nf.store.free(body).isdisjoint(bound) else None
    if body.single is None:
        return None
    monomial, coefficient = body.single
    for atom, exponent in monomial:
        remaining = _without(nf, monomial, atom, bound) if exponent == 1 else None
        if remaining is not None:
            left, rest = remaining
            return nf.integral(bound - left, Polynomial({rest: coefficient}))
    for head, rest in gathered(nf, monomial, bound):
        if head.left <= bound and nf.store.free_in(rest).isdisjoint(head.left):
            return nf.integral(bound - head.left, Polynomial({rest: coefficient}))
    return None


def _without(
    nf: Normaliser, monomial: Monomial, atom: int, bound: Variables
) -> tuple[Variables, Monomial] | None:
    """(variables integrated out, what is left), for a density or a joint over its marginal."""
    node, rest = nf.store.nodes[atom], tuple(f for f in monomial if f[0] != atom)
    if not isinstance(node, DensityNode):
        return _without_product(nf, node, rest, bound)
    removed = node.left & bound
    if not removed:
        return None
    if removed != node.left:  # p(x, z) / p(x) is p(z | x)
        marginal = nf.store.intern(DensityNode(node.family, node.left - removed, node.right))
        if dict(monomial).get(marginal, 0) > -1:
            return None
        rest = times(rest, ((marginal, 1),))
    return (removed, rest) if nf.store.free_in(rest).isdisjoint(removed) else None


def _without_product(
    nf: Normaliser, node: Node, rest: Monomial, bound: Variables
) -> tuple[Variables, Monomial] | None:
    """The same for an indexed product of densities, each of which is conditioned on elements on
    one side of its own at most: the last of them integrates to 1, then the one before it."""
    found = density_of(nf, node)
    if found is None:
        return None
    index, density = found
    removed = nf.store.partition(hull(head, index) for head in density.left)
    if removed is None or not removed <= bound or not nf.store.free_in(rest).isdisjoint(removed):
        return None
    return (removed, rest) if flows(nf.model.order, index, [density]) else None


RULE = Rule(
    name="normalisation",
    says="int q(z) dz = 1; E_q[c] = c for c free of the bound variables",
    conditions="q is a density over exactly the variables integrated",
    source="the definition of a density",
    aliases=("normalization", "constant-expectation"),
    tidying=True,
    hooks=(MASS.hook(integrate_to_one),),
    serves="positive",
    passes="""
title: a density integrates to 1
model: [q(z)]
start: int q(z) dz
steps:
  - {eq: "1", by: normalisation}
claim: int q(z) dz = 1
""",
    fails="""
title: the likelihood is no density of z
model: ["p(x, z)"]
start: int p(x | z) dz
steps:
  - {eq: "1", by: normalisation}
claim: int p(x | z) dz = 1
""",
)
