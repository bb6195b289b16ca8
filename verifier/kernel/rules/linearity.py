"""Linearity of expectations, integrals and sums."""

from __future__ import annotations

from verifier.kernel.equality.nodes import SeriesNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.sites import FACTOR, SERIES, SUM
from verifier.kernel.moves.integration import place_by_place, term_by_term
from verifier.kernel.polynomials import Monomial, Polynomial
from verifier.kernel.rule import Rule
from verifier.kernel.terms import Index, Indexed, IndexedSum, Variables


def split_sum(
    nf: Normaliser, bound: Variables, body: Polynomial, law: Polynomial | None
) -> Polynomial | None:
    """The integral of a sum: the sum of the integrals."""
    if len(body.terms) < 2:
        return _into_series(nf, bound, body, law)
    nf.splits()
    terms = [Polynomial({m: c}) for m, c in body.terms.items()]
    return Polynomial.total(term_by_term(nf, bound, law, terms))


def pull_out(
    nf: Normaliser, bound: Variables, body: Polynomial, law: Polynomial | None
) -> Polynomial | None:
    """What is free of the bound variables comes out."""
    if body.single is None:
        return None
    monomial, coefficient = body.single
    outside, inside = nf.store.split(monomial, bound)
    groups = _apart(nf, bound, inside) if law is None else [(bound, inside)]
    if len(groups) < 2 and not outside and coefficient == 1:
        return place_by_place(nf, bound, inside) if law is None else None
    nf.splits()
    parts = (nf.integral(own, Polynomial({factors: 1}), law) for own, factors in groups)
    return Polynomial({outside: coefficient}) * nf.product(parts)


def _apart(nf: Normaliser, bound: Variables, inside: Monomial) -> list[tuple[Variables, Monomial]]:
    """A product of factors over different variables: what has some of them in common together.
    One comes out of the integral over the other's variables."""
    groups: list[tuple[Variables, Monomial]] = []
    for factor in inside:
        own = nf.store.free_in_atom(factor[0]) & bound
        met = [group for group in groups if not own.isdisjoint(group[0])]
        groups = [group for group in groups if group not in met]
        together = tuple(sorted((factor, *(f for _, factors in met for f in factors))))
        groups.append((own.union(*(variables for variables, _ in met)), together))
    whole = frozenset().union(*(variables for variables, _ in groups))
    return groups if whole == bound else [(bound, inside)]


def _into_series(
    nf: Normaliser, bound: Variables, body: Polynomial, law: Polynomial | None
) -> Polynomial | None:
    """The integral of an indexed sum: the sum of the integrals."""
    for atom, node, rest in nf.store.cofactors(body):
        if not isinstance(node, SeriesNode) or nf.store.free_in_atom(atom).isdisjoint(bound):
            continue
        if node.kind is IndexedSum:
            nf.splits()
            index, inside = nf.store.open_series(node)
            (each,) = term_by_term(nf, bound, law, [rest * inside], several=True)
            return nf.series(IndexedSum, index, each)
    return None


def split_series(
    nf: Normaliser, kind: type[Indexed], index: Index, body: Polynomial
) -> Polynomial | None:
    """An indexed sum of a sum: the sum of the sums; what is free of the index comes out."""
    if kind is not IndexedSum:
        return None
    if len(body.terms) > 1:
        return Polynomial.total(
            nf.series(kind, index, Polynomial({m: c})) for m, c in body.terms.items()
        )
    ((monomial, coefficient),) = body.terms.items()
    outside, inside = nf.store.split(monomial, (index,))
    if not outside and coefficient == 1:
        return None
    return Polynomial({outside: coefficient}) * nf.series(kind, index, Polynomial({inside: 1}))


RULE = Rule(
    name="linearity",
    says=(
        "E[a f + b g] = a E[f] + b E[g] for a, b free of the bound variables; the same for "
        "integrals and sums; E and a finite sum change places"
    ),
    conditions="the parts are finite (else the split may read infinity minus infinity)",
    source="Billingsley, Probability and Measure, thm 16.1",
    tidying=True,
    hooks=(SUM.hook(split_sum), FACTOR.hook(pull_out), SERIES.hook(split_series)),
    passes="""
title: the expectation of a difference
model: ["p(x, z)", q(z)]
start: E_{q(z)}[log p(x, z) - log q(z)]
steps:
  - {eq: "E_{q(z)}[log p(x, z)] - E_{q(z)}[log q(z)]", by: linearity}
claim: E_{q(z)}[log p(x, z) - log q(z)] = E_{q(z)}[log p(x, z)] - E_{q(z)}[log q(z)]
""",
    fails="""
title: a factor that uses the bound variable stays inside
model: ["p(x, z)", q(z)]
functions: ["f(z)", "g(z)"]
start: E_{q(z)}[f(z) g(z)]
steps:
  - {eq: "E_{q(z)}[f(z)] E_{q(z)}[g(z)]", by: linearity}
claim: E_{q(z)}[f(z) g(z)] = E_{q(z)}[f(z)] E_{q(z)}[g(z)]
""",
)
