"""Densities integrate to 1; the expectation of a constant is that constant."""

from __future__ import annotations

from verifier.kernel.algebra import Normaliser
from verifier.kernel.nodes import DensityNode, Variables
from verifier.kernel.polynomials import Monomial, Polynomial, times
from verifier.kernel.rules.factorisation import gathered
from verifier.kernel.rules.rule import Rule


def lone_density(
    nf: Normaliser, monomial: Monomial, variable: object
) -> tuple[int, DensityNode] | None:
    """The density that alone of a product depends on a variable, left of its bar."""
    owners = [f for f in monomial if variable in nf.store.free_in_atom(f[0])]
    if len(owners) != 1 or owners[0][1] != 1:
        return None
    node = nf.store.nodes[owners[0][0]]
    if not isinstance(node, DensityNode) or variable not in node.left:
        return None
    return owners[0][0], node


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
        node = nf.store.nodes[atom]
        if exponent == 1 and isinstance(node, DensityNode):
            remaining = _without(nf, monomial, atom, node, bound)
            if remaining is not None:
                left, rest = remaining
                return nf.integral(bound - left, Polynomial({rest: coefficient}))
    for head, rest in gathered(nf, monomial, bound):
        if head.left <= bound and nf.store.free_in(rest).isdisjoint(head.left):
            return nf.integral(bound - head.left, Polynomial({rest: coefficient}))
    return None


def _without(
    nf: Normaliser, monomial: Monomial, atom: int, node: DensityNode, bound: Variables
) -> tuple[Variables, Monomial] | None:
    """(variables integrated out, what is left), for a density or a joint over its marginal."""
    removed = node.left & bound
    rest = tuple(f for f in monomial if f[0] != atom)
    if not removed:
        return None
    if removed != node.left:  # p(x, z) / p(x) is p(z | x)
        marginal = nf.store.intern(DensityNode(node.family, node.left - removed, node.right))
        if dict(monomial).get(marginal, 0) > -1:
            return None
        rest = times(rest, ((marginal, 1),))
    return (removed, rest) if nf.store.free_in(rest).isdisjoint(removed) else None


RULE = Rule(
    name="normalisation",
    aliases=("normalization", "constant-expectation"),
    tidying=True,
    says="int q(z) dz = 1; E_q[c] = c for c free of the bound variables",
    conditions="q is a density over exactly the variables integrated",
    source="the definition of a density",
    hooks=(("integral", 1, integrate_to_one),),
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
