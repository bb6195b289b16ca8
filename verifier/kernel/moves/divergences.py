"""Divergences: their definition, and which compare normalised densities, so that they are >= 0."""

from __future__ import annotations

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.arithmetic import factors
from verifier.kernel.binding import unbind
from verifier.kernel.definedness import weights_in
from verifier.kernel.equality.nodes import BinderNode, SeriesNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.polynomials import ONE, UNIT, Polynomial
from verifier.kernel.positivity.signs import nonnegative
from verifier.kernel.sequences.laws import is_law


def unfold_kl(
    nf: Normaliser, kind: type[terms.Binder], bound: terms.Variables, parts: tuple[Polynomial, ...]
) -> Polynomial | None:
    """KL(q || p) = int q log(q / p)."""
    if kind is not terms.KL or not parts[1]:
        return None
    first, second = parts
    weights = weights_in(nf.store.term(first))
    nf.owe("positive", nf.store.term(second), weights)
    return nf.integral(bound, first * nf.log(first * nf.integer_power(second, -1)))


def is_divergence(nf: Normaliser, term: Expr) -> bool:
    """Whether a KL compares two normalised densities over the same variables."""
    if not isinstance(term, terms.KL):
        return False
    bound, (first, second) = unbind(term)
    return all(is_law(nf.model.order, bound, factors(part)) for part in (first, second))


def diverges(nf: Normaliser, value: Polynomial) -> bool:
    """Whether a normal form is a divergence or an information, or an average, a sum or a product of
    such over an index, times what is evidently >= 0."""
    monomial, coefficient = value.single or (UNIT, 0)
    found = [a for a, exponent in monomial if exponent == 1 and _is_divergence(nf, a)]
    others = tuple(f for f in monomial if f[0] not in found)
    return bool(found) and coefficient > 0 and nonnegative(nf, Polynomial({others: 1}))


def _is_divergence(nf: Normaliser, atom: int) -> bool:
    node = nf.store.nodes[atom]
    if isinstance(node, BinderNode | SeriesNode):
        law = node.law if isinstance(node, BinderNode) else None
        return diverges(nf, node.body) and nonnegative(nf, ONE if law is None else law)
    term = nf.store.term(Polynomial.of(atom))
    return is_divergence(nf, term) or isinstance(term, terms.Information)
