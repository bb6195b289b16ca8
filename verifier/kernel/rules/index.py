"""Ranges of indexed sums and products: terms split off, shifted, merged, telescoped."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Integer

from verifier.kernel.algebra import Normaliser
from verifier.kernel.binding import occurring, replaced
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.rules.rule import Rule
from verifier.kernel.series import fresh, term_at, wellformed
from verifier.kernel.terms import Index, Indexed, IndexedSum

_REACH = 8  # how far beyond a sum's range its terms are looked at
_LONGEST = 64  # of a sum between numbers that is written out


def from_the_start(
    nf: Normaliser, kind: type[Indexed], index: Index, body: Polynomial
) -> Polynomial | None:
    """A sum as the difference of two that begin where its terms first mean something, each as far
    as a place that only its symbols choose: sums of the same terms then differ by single ones."""
    if kind is not IndexedSum:
        return None
    if len(body.terms) > 1 or body.single != (next(iter(body.terms)), 1):
        return Polynomial.total(
            nf.series(kind, index, Polynomial({m: 1})).scaled(c) for m, c in body.terms.items()
        )
    shift = max(_offsets(nf.store.term(body), index), default=Integer(0))
    low, high = index.low + shift, index.high + shift
    moved = fresh(low, high)
    shifted = _shifted(nf, index, body, moved, shift)
    start = _start(nf, moved, shifted)
    if low.is_Integer and (low < start or low - start > _LONGEST):
        return None
    before = _up_to(nf, moved, shifted, start, low - 1)
    whole = _up_to(nf, moved, shifted, start, high)
    if before is None or whole is None:
        return None
    result = whole - before
    return None if result == nf.store.series(kind, index, body) else result


def _shifted(
    nf: Normaliser, index: Index, body: Polynomial, moved: Index, shift: Expr
) -> Polynomial:
    return body if not shift and moved == index else term_at(nf, index, body, moved - shift)


def _offsets(term: Expr, index: Index) -> Iterator[Expr]:
    """How far from the index the parts of sequences in a term begin and end."""
    for variable in occurring(term):
        for end in variable.ends:
            if (end - index).is_Integer:
                yield end - index
    for inner in term.atoms(Index):
        for end in (inner.low, inner.high):
            if inner != index and (end - index).is_Integer:
                yield end - index


def _start(nf: Normaliser, index: Index, body: Polynomial) -> Expr:
    """The first place at which a term means something: the same for each range."""
    term = nf.store.term(body)
    bases = {v.name for v in occurring(term) if v.ends and v.ends.has(index)}
    declared = [
        v.low for family in nf.model.families for v in family.slots if v.name in bases and v.ends
    ]
    lowest = min((int(low) for low in declared if low.is_Integer), default=1 if bases else 0)
    for place in range(lowest - 1 if declared else lowest, lowest + _REACH):
        beyond = fresh(Integer(place), index.high)
        if wellformed(nf, replaced(term, {index: beyond})):
            return Integer(place)
    return Integer(lowest)


def _up_to(
    nf: Normaliser, index: Index, body: Polynomial, start: Expr, end: Expr
) -> Polynomial | None:
    """The sum from `start` to `end`: between numbers written out, else as the sum up to the last
    place that differs from `end` by a number and has a term, less the terms in between."""
    if end.is_Integer:
        if end - start > _LONGEST:
            return None
        places = range(int(start), int(end) + 1)
        return Polynomial.total(term_at(nf, index, body, Integer(place)) for place in places)
    term = nf.store.term(body)
    reach = [
        end + step
        for step in range(1, _REACH)
        if wellformed(nf, replaced(term, {index: end + step}))
    ]
    if len(reach) == _REACH - 1:  # no end in sight
        last = end - end.as_coeff_Add()[0]
    else:
        last = end
        while last + 1 in reach:
            last += 1
    total = nf.store.series(*_series(nf, index, body, start, last))
    gap = int(last - end)
    for step in range(1, gap + 1):
        total = total - term_at(nf, index, body, end + step)
    for step in range(0, -gap):
        total = total + term_at(nf, index, body, end - step)
    return total


def _series(
    nf: Normaliser, index: Index, body: Polynomial, low: Expr, high: Expr
) -> tuple[type[Indexed], Index, Polynomial]:
    new = fresh(low, high)
    return IndexedSum, new, term_at(nf, index, body, new)


RULE = Rule(
    name="index",
    says="terms of an indexed sum or product split off, shift, merge and telescope: the sum of "
    "f(tau) over 0..t is f(0) + the sum over 1..t, and the sum of f(tau + 1) over 0..t - 1",
    conditions="the range holds the term for every declared value of its ends",
    source="Graham, Knuth & Patashnik, Concrete Mathematics, sec. 2.1",
    hooks=(("series", 1, from_the_start),),
    passes="""
title: the first term by itself
parameters: [t >= 0]
model: ["p(z_{0:t})"]
functions: ["f(z)"]
start: sum_{tau=0}^{t} f(z_tau)
steps:
  - {eq: "f(z_0) + sum_{tau=1}^{t} f(z_tau)", by: index}
claim: sum_{tau=0}^{t} f(z_tau) = f(z_0) + sum_{tau=1}^{t} f(z_tau)
""",
    fails="""
title: the last term is missing
parameters: [t >= 0]
model: ["p(z_{0:t})"]
functions: ["f(z)"]
start: sum_{tau=0}^{t} f(z_tau)
steps:
  - {eq: "sum_{tau=0}^{t-1} f(z_tau)", by: index}
claim: sum_{tau=0}^{t} f(z_tau) = sum_{tau=0}^{t-1} f(z_tau)
""",
)
