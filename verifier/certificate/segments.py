"""The factors of a family, ordered so that each looks at those before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sympy import Expr

from verifier.certificate.names import UncertifiableError
from verifier.kernel.arithmetic import factors
from verifier.kernel.binding import hull, unbind_index
from verifier.kernel.model import Family, Model
from verifier.kernel.terms import Density, Index, IndexedProduct, Var

FORWARD, BACKWARD = "", "rev "


@dataclass(frozen=True)
class Segment:
    """A factor: its densities in an order in which each looks at those before it; whether the index
    goes up or down."""

    densities: tuple[Density, ...]
    index: Index | None = None
    way: str = FORWARD


@dataclass(frozen=True)
class Ordering:
    """The order of the factors of a family."""

    model: Model
    family: Family

    def segments(self) -> list[Segment]:
        """The factors, ordered. Raises UncertifiableError where no order is seen."""
        family, order = self.family, self.model.order
        own = family.factors or (Density(family.name, family.left, family.right),)
        waiting = [s for f in own for s in self._segments(f)]
        known: set[Var] = {*family.right}
        done: list[Segment] = []
        while waiting:
            ready = next(
                (s for s in waiting if order.subset(self._asked(s), (*known, *self._heads(s)))),
                None,
            )
            if ready is None:
                raise UncertifiableError(f"the order of the factors of {family.name}")
            waiting.remove(ready)
            known.update(self._heads(ready))
            done.append(ready)
        return done

    def _whole(self, variable: Var, index: Index | None) -> Var:
        return variable if index is None else hull(variable, index)

    def _heads(self, segment: Segment) -> list[Var]:
        return [self._whole(v, segment.index) for d in segment.densities for v in d.left]

    def _asked(self, segment: Segment) -> list[Var]:
        """What the densities of a segment look at."""
        return [self._whole(v, segment.index) for d in segment.densities for v in d.right]

    def _is_apart(self, heads: set[Var], asked: Iterable[Var]) -> bool:
        """Whether none of these is among others; variables aren't, that are no sequence's."""
        return all(
            h != a if not (h.ends and a.ends) else self.model.order.apart(h, a)
            for h in heads
            for a in asked
            if h.name == a.name
        )

    def _segments(self, factor: Expr) -> Iterator[Segment]:
        if not isinstance(factor, IndexedProduct):
            for part in factors(factor):
                yield self._ordered((part,), None)
            return
        index, body = unbind_index(factor)
        yield self._ordered(factors(body), index)

    def _ordered(self, parts: tuple[Expr, ...], index: Index | None) -> Segment:
        densities = [d for d in parts if isinstance(d, Density) and d.family == self.family.name]
        if len(densities) < len(parts):
            raise UncertifiableError(f"a factor of another family in {self.family.name}")
        done: list[Density] = []
        while densities:
            heads = {v for d in densities for v in d.left}
            ready = next((d for d in densities if self._is_apart(heads - {*d.left}, d.right)), None)
            if ready is None:
                raise UncertifiableError(f"the order of the factors of {self.family.name}")
            densities.remove(ready)
            done.append(ready)
        if index is None:
            return Segment(tuple(done))
        order = self.model.order
        heads_ = [v for d in done for v in d.left]
        beside = [
            (c, h) for d in done for c in d.right for h in heads_ if c.name == h.name and c.ends
        ]
        if all(order.least(c.high, h.low) for c, h in beside):
            return Segment(tuple(done), index)
        if all(order.least(h.high, c.low) for c, h in beside):
            return Segment(tuple(done), index, BACKWARD)
        raise UncertifiableError(f"the order of the factors of {self.family.name}")
