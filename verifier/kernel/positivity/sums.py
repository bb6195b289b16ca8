"""Sums over an index less one of their terms."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.kernel.binding import occurring
from verifier.kernel.equality.nodes import SeriesNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.polynomials import Rational as Number
from verifier.kernel.sequences.laws import place_of
from verifier.kernel.terms import IndexedSum


def less_a_term(
    nf: Normaliser, polynomial: Polynomial
) -> Iterator[tuple[Number, SeriesNode, Polynomial]]:
    """(c, a sum, the rest): a polynomial is c times the sum less a term of it, plus the rest."""
    for monomial, c in polynomial.terms.items():
        node = nf.store.nodes[monomial[0][0]] if [e for _, e in monomial] == [1] else None
        if isinstance(node, SeriesNode) and node.kind is IndexedSum:
            for other in [m for m, less in polynomial.terms.items() if less == -c]:
                if _is_term(nf, node, Polynomial({other: 1})):
                    yield c, node, polynomial - Polynomial({monomial: c, other: -c})


def _is_term(nf: Normaliser, whole: SeriesNode, value: Polynomial) -> bool:
    """Whether a value is that of a sum at a place within its range."""
    least, index = nf.model.order.least, whole.index
    seen, body = (occurring(nf.store.term(p)) for p in (value, whole.body))
    lags = {(v.name, lag) for v in body if (lag := place_of(v, index)) is not None}
    places = {v.low - lag for v in seen if v.ends for name, lag in lags if name == v.name}
    return any(
        least(index.low, place)
        and least(place, index.high)
        and nf.store.rename(whole.body, {index: place}) == value
        for place in places
    )
