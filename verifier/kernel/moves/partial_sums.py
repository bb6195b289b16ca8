"""Sums and products over an index as differences and ratios of partial ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from sympy import Add, Basic, Expr, Integer

from verifier.kernel.arithmetic import Total, collapse
from verifier.kernel.binding import occurring, replaced
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.series import fresh, term_at, wellformed
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.sequences.laws import place_of
from verifier.kernel.terms import Density, Index, Indexed, IndexedProduct, IndexedSum, Var

_REACH = 8  # how far beyond a sum's range its terms are looked at
_LONGEST = 64  # of a sum between numbers that is written out


def from_the_start(
    nf: Normaliser, kind: type[Indexed], index: Index, body: Polynomial
) -> Polynomial | None:
    """A sum as the difference of two that begin where its terms first mean something, each as far
    as a place that only its symbols choose: sums of the same terms then differ by single ones. A
    product as the ratio of two, but for products of conditional densities, which stay as they are
    (`series.merged`)."""
    if kind is IndexedSum and (len(body.terms) > 1 or body.single != (next(iter(body.terms)), 1)):
        return Polynomial.total(
            nf.series(kind, index, Polynomial({m: 1})).scaled(c) for m, c in body.terms.items()
        )
    term = nf.store.term(body)
    if kind is IndexedProduct and isinstance(term, Density) and _is_step(term, index):
        return None
    shift = max(_offsets(term, index), default=Integer(0))
    low, high = index.low + shift, index.high + shift
    moved = fresh(low, high)
    series = _Series(nf, kind, moved, term_at(nf, index, body, moved - shift))
    start = series.start
    if start is None or (low.is_Integer and not start <= low <= start + _LONGEST):
        return None
    before, whole = series.up_to(low - 1), series.up_to(high)
    if before is None or whole is None:
        return None
    if kind is IndexedSum:
        result = whole - before
    elif before.single is not None and whole.single is not None:
        result = whole * nf.integer_power(before, -1)
    else:
        return None
    return None if result == nf.store.series(kind, index, body) else result


def _is_step(density: Density, index: Index) -> bool:
    """Whether a density is of one element that moves with the index."""
    return len(density.left) == 1 and place_of(density.left[0], index) is not None


def _offsets(term: Expr, index: Index) -> Iterator[Expr]:
    """How far from the index the parts of sequences in a term begin and end."""
    for variable in occurring(term):
        for end in variable.ends:
            if (end - index).is_Integer:
                yield end - index
    yield from _added(term, index)
    for inner in term.atoms(Index):
        for end in (inner.low, inner.high):
            if inner != index and (end - index).is_Integer:
                yield end - index


def _added(term: Basic, index: Index) -> Iterator[Expr]:
    """How far from the index the numbers are that it stands in."""
    if isinstance(term, Var):
        return
    if isinstance(term, Index | Add | Total) and (collapse(term) - index).is_Integer:
        yield collapse(term) - index
    elif term.args and not isinstance(term, Index):
        for part in term.args:
            yield from _added(part, index)


@dataclass(frozen=True)
class _Series:
    """Terms over an index, whatever the range."""

    nf: Normaliser
    kind: type[Indexed]
    index: Index
    body: Polynomial

    @cached_property
    def term(self) -> Expr:
        return self.nf.store.term(self.body)

    @cached_property
    def start(self) -> Expr | None:
        """The first place from which on a term means something: the same for each range."""
        bases = {v.name for v in occurring(self.term) if v.ends and v.ends.has(self.index)}
        declared = [
            int(slot.low)
            for family in self.nf.model.families
            for slot in family.slots
            if slot.name in bases and slot.ends and slot.low.is_Integer
        ]
        lowest = min(declared, default=1 if bases else 0)
        for place in range(lowest - 1 if declared else lowest, lowest + _REACH):
            if self._means(fresh(Integer(place), self.index.high)):
                return Integer(place)
        return None

    def _means(self, place: Expr) -> bool:
        return wellformed(self.nf, replaced(self.term, {self.index: place}))

    def _holds(self, last: Expr) -> bool:
        """Whether a sum up to a place is one, an empty one at least."""
        return self.start is not None and self.nf.model.order.least(self.start - 1, last)

    def at(self, place: Expr) -> Polynomial:
        """The term at a place."""
        return term_at(self.nf, self.index, self.body, place)

    def up_to(self, end: Expr) -> Polynomial | None:
        """The terms from the start to `end`: between numbers written out, else up to the last
        place that differs from `end` by a number and has a term, without the terms in between."""
        if self.start is None or (end.is_Integer and end - self.start > _LONGEST):
            return None
        if end.is_Integer:
            places = range(int(self.start), int(end) + 1)
            return self._together(self.at(Integer(place)) for place in places)
        last = self._last(end)
        if not self._holds(last):
            return None
        new = fresh(self.start, last)
        total = self.nf.store.series(self.kind, new, self.at(new))
        gap = int(last - end)
        extra = self._together(self.at(end + step) for step in range(1, gap + 1))
        missing = self._together(self.at(end - step) for step in range(-gap))
        if self.kind is IndexedSum:
            return total - extra + missing
        return total * missing * self.nf.integer_power(extra, -1)

    def _last(self, end: Expr) -> Expr:
        reach = [end + step for step in range(1, _REACH) if self._means(end + step)]
        if len(reach) == _REACH - 1:  # no end in sight
            plain = end - end.as_coeff_Add()[0]
            return plain if self._holds(plain) else end
        while end + 1 in reach:
            end += 1
        return end

    def _together(self, parts: Iterable[Polynomial]) -> Polynomial:
        return Polynomial.total(parts) if self.kind is IndexedSum else self.nf.product(parts)
