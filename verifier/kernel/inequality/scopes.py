"""Laws, and expectations under one law or two: what candidates for inequalities are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.arithmetic import product
from verifier.kernel.binding import bind, fresh_tag, rename, replaced, substitute
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.positivity.signs import positive
from verifier.kernel.sequences.laws import is_law
from verifier.kernel.sequences.ranges import Order
from verifier.kernel.terms import Index, Tuple, Var


@dataclass(frozen=True)
class Law:
    """A product of densities over the variables that it binds, as free slots."""

    bound: tuple[Var, ...]
    densities: tuple[Expr, ...]

    @property
    def density(self) -> Expr:
        return product(*self.densities)

    def is_law(self, order: Order) -> bool:
        """Whether the densities are together one, over what is bound."""
        return is_law(order, self.bound, self.densities)

    def mean(self, order: Order, body: Expr) -> Expr:
        """The expectation of a term, over free or opened variables."""
        return _mean(self, order, body)

    def at(self, order: Order, opened: Mapping[Var | Index, Var | Index]) -> Law:
        """The law where a position's opened variables and indices are in scope."""
        indices = {old: new for old, new in opened.items() if isinstance(old, Index)}
        bound = tuple(replaced(v, indices) for v in self.bound) if indices else self.bound
        slots = [s for s in opened if isinstance(s, Var) and order.disjoint([s], bound)]
        values = {slot: opened[slot] for slot in slots}
        moved = (replaced(d, indices) if indices else d for d in self.densities)
        return Law(bound, tuple(substitute(d, values, order) for d in moved))


@lru_cache(maxsize=16384)
def _mean(law: Law, order: Order, body: Expr) -> Expr:
    made: Expr = bind(terms.Expectation, law.bound, body, Tuple(*law.densities), order=order)
    return made


_ANYWHERE = fresh_tag()


@dataclass(frozen=True)
class Scope:
    """The expectation under a law, itself averaged under `outer` if there is one."""

    inner: Law
    outer: Law | None = None
    joint: bool = False  # what is averaged twice stands under the product of the laws

    @property
    def both(self) -> Law:
        """The product of the laws."""
        outer, inner = self.outer, self.inner
        if outer is None:
            return inner
        return Law((*outer.bound, *inner.bound), (*outer.densities, *inner.densities))

    def is_law(self, order: Order) -> bool:
        """Whether each law is one, and both together."""
        return all(law.is_law(order) for law in (self.inner, self.outer or self.inner, self.both))

    def positive(self, nf: Normaliser, body: Polynomial) -> bool:
        """Whether a term is positive wherever it is averaged: at variables of which no fact at a
        point speaks."""
        names = {v: v.tagged(_ANYWHERE) for v in self.both.bound}
        with nf.weighed(rename(density, names) for density in self.both.densities):
            return positive(nf, nf.store.rename(body, names))

    def around(self, order: Order, body: Expr) -> Expr:
        """A term under the outer law."""
        return self.outer.mean(order, body) if self.outer else body

    def whole(self, order: Order, body: Expr) -> Expr:
        """A term under both laws."""
        nested = self.around(order, self.inner.mean(order, body))
        return self.both.mean(order, body) if self.joint else nested


# What a difference may average the logarithm of, a candidate: a term, and under which laws.
Gathered = tuple[Scope, Polynomial]
