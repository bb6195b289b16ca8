"""Sums over an index less a part of them: one of their terms, or the same sum over fewer."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr

from verifier.kernel.binding import occurring
from verifier.kernel.equality.nodes import SeriesNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.series import fresh
from verifier.kernel.polynomials import Monomial, Polynomial
from verifier.kernel.polynomials import Rational as Number
from verifier.kernel.sequences.laws import place_of
from verifier.kernel.terms import IndexedSum


def less_a_part(
    nf: Normaliser, polynomial: Polynomial
) -> Iterator[tuple[Number, SeriesNode, bool, Polynomial]]:
    """(c, a sum, whether one of its terms at least is left, the rest): a polynomial is c times what
    is left of the sum, plus the rest."""
    for monomial, c in polynomial.terms.items():
        whole = _sum(nf, monomial)
        for other, less in polynomial.terms.items() if whole else ():
            left = _left(nf, whole, other) if whole and less == -c else None
            if whole and left is not None:
                kept = polynomial.terms.keys() - {monomial, other}
                yield c, whole, left, Polynomial({m: polynomial.terms[m] for m in kept})


def _sum(nf: Normaliser, monomial: Monomial) -> SeriesNode | None:
    """The sum over an index that a monomial is."""
    node = nf.store.nodes[monomial[0][0]] if len(monomial) == 1 and monomial[0][1] == 1 else None
    return node if isinstance(node, SeriesNode) and node.kind is IndexedSum else None


def _left(nf: Normaliser, whole: SeriesNode, taken: Monomial) -> bool | None:
    """Whether something is left of a sum without what is taken away; None where that is no part."""
    order, index, value = nf.model.order, whole.index, Polynomial({taken: 1})

    def within(low: Expr, high: Expr) -> bool:
        return order.least(index.low, low) and order.least(high, index.high)

    part = _sum(nf, taken)
    if part and within(part.index.low, part.index.high):
        new = fresh(index.low, index.high)
        bodies = (nf.store.rename(node.body, {node.index: new}) for node in (whole, part))
        return False if len({*bodies}) == 1 else None
    seen, body = (occurring(nf.store.term(p)) for p in (value, whole.body))
    lags = {(v.name, lag) for v in body if (lag := place_of(v, index)) is not None}
    for place in {v.low - lag for v in seen if v.ends for name, lag in lags if name == v.name}:
        if within(place, place) and nf.store.rename(whole.body, {index: place}) == value:
            return order.less(index.low, index.high)
    return None
