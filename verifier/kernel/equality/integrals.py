"""Integrals, expectations, divergences and entropies, from variables opened."""

from __future__ import annotations

from verifier.kernel.binding import fresh_tag
from verifier.kernel.equality import sites
from verifier.kernel.equality.functions import Functions
from verifier.kernel.equality.marks import paid
from verifier.kernel.equality.nodes import DivergenceNode
from verifier.kernel.equality.slices import cells_of, cut, one_tag, union_of, united
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.sequences.ranges import Cells, is_sliced
from verifier.kernel.terms import Binder, Var, Variables


class Integrals(Functions):
    """What binds variables."""

    def mean(self, bound: Variables, law: Polynomial, body: Polynomial) -> Polynomial:
        """The expectation of a polynomial."""
        result = self.ask(sites.MEAN, bound, law, body)
        return self.integral(bound, body, law) if result is None else result

    def integral(
        self, bound: Variables, body: Polynomial, law: Polynomial | None = None
    ) -> Polynomial:
        """The integral over opened variables, or the expectation under `law`."""
        if not bound or not body:
            return body
        self.budget.spend(1 + len(body.terms) + sum(map(len, body.terms)) // 8)
        if self.model.copies:
            bound, body, law = self._as_slots(bound, body, law)
        if any(map(is_sliced, bound)):
            return self._over_parts(bound, body, law)
        return self._integrated(bound, body, law)

    def _as_slots(
        self, bound: Variables, body: Polynomial, law: Polynomial | None
    ) -> tuple[Variables, Polynomial, Polynomial | None]:
        """Bound copies under the name of the slot that they are copies of: which of several is
        meant shows in a slice only."""
        parts = (body,) if law is None else (body, law)
        free = {v for part in parts for v in self.store.free(part) if isinstance(v, Var)}
        names = {}
        for variable in bound:
            slot = self.model.slot(variable)
            own = {v for v in (*free, *bound) if v.root == variable.root}
            if slot != variable.tagged(0) and all(v.low == v.high for v in own if v.ends):
                names[variable] = slot.tagged(fresh_tag())
        if not names or any(v not in names for v in free for copy in names if v.root == copy.root):
            return bound, body, law
        renamed = [self.store.rename(part, names) for part in parts]
        bound = frozenset(names.get(v, v) for v in bound)
        return bound, renamed[0], renamed[1] if law is not None else None

    def _integrated(self, bound: Variables, body: Polynomial, law: Polynomial | None) -> Polynomial:
        body = self.reduced(body)
        if law is None:
            changed = self.ask(sites.INTEGRAND, bound, body)
            if changed is not None:
                body = changed if self.store.cells is None else cut(self, changed)
        body = paid(self, bound, body, law)
        for stage in sites.STAGES:
            result = self.ask(stage, bound, body, law)
            if result is not None:
                return result
        return self.store.binder(law, paid(self, bound, united(self, body), law), union_of(bound))

    def _over_parts(self, bound: Variables, body: Polynomial, law: Polynomial | None) -> Polynomial:
        """The same over slices: cut where the body's parts of them begin and end, so that the
        rules see variables that a factor has or has not; united again when the rules are done."""
        before = self.store.cells
        self.budget.spend(20 if before is None else 20 + before.depth**2)  # it may go on for ever
        bound, (body, *rest) = one_tag(self, bound, *((body,) if law is None else (body, law)))
        body, law = united(self, self.reduced(body)), rest[0] if rest else None
        bound = union_of(bound)
        try:
            if body.single is not None:  # a sum is split first, and each term cut by itself
                bound = cells_of(self, bound, body)
            self.store.cells = Cells(self.model.order, bound, before)
            body = cut(self, body)
            return self._integrated(bound, body, law) if bound else body
        finally:
            self.store.cells = before

    def divergence(
        self, kind: type[Binder], bound: Variables, parts: tuple[Polynomial, ...]
    ) -> Polynomial:
        """A divergence or an entropy."""
        result = self.ask(sites.DIVERGENCE, kind, bound, parts)
        if result is not None:
            return result
        variables, closed = self.store.close(bound, *parts)
        return self.store.atom(DivergenceNode(kind, tuple(closed), variables))
