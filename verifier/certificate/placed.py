"""Where the factors of a family over sequences stand: the places of each, of what comes before it,
and which index it has at a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Expr

from verifier.certificate import names
from verifier.certificate.changes import Changes
from verifier.certificate.scope import Scope
from verifier.certificate.segments import Segment
from verifier.kernel.binding import replaced
from verifier.kernel.terms import Density, Index, Var

HEAD = "h"  # the place that a factor is taken off at


@dataclass(frozen=True)
class Factor:
    """A factor: the segments of its family, of which it is in the one at `place`; its number among
    the densities of that, and of all."""

    segments: list[Segment]
    place: int
    own: int
    number: int

    @property
    def segment(self) -> Segment:
        return self.segments[self.place]

    @property
    def density(self) -> Density:
        return self.segment.densities[self.own]

    @property
    def index(self) -> str:
        """What its index is called; empty where it has none."""
        return names.bound(self.segment.index.label) if self.segment.index else ""

    @property
    def before(self) -> list[Density]:
        """The densities that come before it, at its own index."""
        earlier = [d for s in self.segments[: self.place] for d in s.densities]
        return [*earlier, *self.segment.densities[: self.own]]


@dataclass
class Placed(Changes):
    """The factors of one family and their places."""

    def _heads(self, densities: Iterable[Density], whole: Var) -> list[Var]:
        return [v for d in densities for v in self.sequences.of(whole, d.left)]

    def _spread(self, segment: Segment, whole: Var, low: Expr, high: Expr) -> list[Var]:
        """The places of a segment from one index to another."""
        index, found, ends = segment.index, [], (low, high)
        for v in self._heads(segment.densities, whole):
            if index is not None:
                start, end = (
                    replaced(e, {index: ends[(_slope(e, index) > 0) == last]})
                    for e, last in ((v.low, False), (v.high, True))
                )
                v = v.between(start, end)
            found.append(v)
        return found

    def _before(self, factor: Factor, whole: Var, inside: bool) -> str:
        """The places of all segments before one, and of that before what its index stands at, or
        up to it."""
        found = []
        for segment in factor.segments[: factor.place]:
            ends = (segment.index.low, segment.index.high) if segment.index else (0, 0)
            found += self._spread(segment, whole, *ends)
        own, index = factor.segment, factor.segment.index
        if index is not None:
            ends = (index.low, index if inside else index - 1)
            if own.way:
                ends = (index if inside else index + 1, index.high)
            found += self._spread(own, whole, *ends)
        elif inside:
            found += self._heads(own.densities, whole)
        if not inside:
            found += self._heads(own.densities[: factor.own], whole)
        return self.sequences.places(found, self._around(factor))

    def _around(self, factor: Factor) -> Scope:
        every = (*self.left, *self.given)
        return self._scope(factor.segment, {v: self.tables.name(v) for v in every})

    def _plain_of(self, densities: Iterable[Density]) -> set[Var]:
        return {*self.sequences.plain(v for d in densities for v in d.left)}

    def _ends_of(self, factor: Factor) -> tuple[str, str]:
        """The ends of a factor's index."""
        index = factor.segment.index
        assert index is not None
        return (
            self.sequences.place(index.low, Scope({})),
            self.sequences.place(index.high, Scope({})),
        )

    def _head(self, factor: Factor, heads: list[Var]) -> tuple[list[str], str]:
        """Which index a factor has that is taken off at a place; and the names of both."""
        index, own = factor.segment.index, factor.index
        binders = (f" ({HEAD} : Z)" if heads else "") + (f" ({own} : Z)" if own else "")
        if not heads:
            return [], binders
        place, named = heads[0].low, self.tables.names
        if index is None or _slope(place, index) != 1:
            scope = Scope({index: own} if index else {})
            return [f"{HEAD} = ({scope.place(place, named)})%Z"], binders
        back = Scope({index: HEAD}).place(index - (place - index), named)
        return [f"{own} = ({back})%Z"], binders

    def _kept_heads(self, densities: Iterable[Density]) -> list[Var]:
        every = [*densities]
        return [v for whole in self._kept for v in self._heads(every, whole)]


def _slope(end: Expr, index: Index) -> int:
    """How many places an end goes on with an index."""
    return int(end.as_coefficients_dict()[index])
