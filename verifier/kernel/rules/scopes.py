"""Where a difference may hide an average: laws, their marginals and conditionals, one in another.

Proposals only: what is gathered here counts when a rule's own statement, in normal form, closes
the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.algebra import Normaliser
from verifier.kernel.binding import free_variables, fresh_tag, rename
from verifier.kernel.laws import is_law, left_of, right_of
from verifier.kernel.nodes import BinderNode, DensityNode, LogNode
from verifier.kernel.polynomials import ONE, ZERO, Monomial, Polynomial
from verifier.kernel.ranges import order
from verifier.kernel.rules.bound import Law, mean
from verifier.kernel.terms import Var

MAX_SCOPES = 24
_ANYWHERE = fresh_tag()


@dataclass(frozen=True)
class Scope:
    """The expectation under a law, itself averaged under `outer` if there is one."""

    inner: Law
    outer: Law | None = None
    joint: bool = False  # what is averaged twice stands under the product of the laws

    @property
    def slots(self) -> frozenset[Var]:
        return frozenset(self.inner.bound) | frozenset(self.outer.bound if self.outer else ())

    def anywhere(self, nf: Normaliser, body: Polynomial) -> Polynomial:
        """What is averaged, at variables of which no fact at a point speaks."""
        return nf.store.rename(body, {v: v.tagged(_ANYWHERE) for v in self.slots})

    @property
    def weights(self) -> tuple[Expr, ...]:
        """What weighs what is averaged, at variables of which no fact at a point speaks."""
        names = {v: v.tagged(_ANYWHERE) for v in self.slots}
        laws = (*self.inner.densities, *(self.outer.densities if self.outer else ()))
        return tuple(rename(density, names) for density in laws)

    def averaged(self, body: Expr) -> Expr:
        """A term under the inner law alone."""
        return mean(self.inner.bound, self.inner.densities, body)

    def around(self, body: Expr) -> Expr:
        """A term under the outer law."""
        return mean(self.outer.bound, self.outer.densities, body) if self.outer else body

    def whole(self, body: Expr) -> Expr:
        """A term under both laws."""
        if self.outer is None or not self.joint:
            return self.around(self.averaged(body))
        bound = (*self.outer.bound, *self.inner.bound)
        return mean(bound, (*self.outer.densities, *self.inner.densities), body)


def scopes(laws: Iterable[Law]) -> tuple[Scope, ...]:
    """The laws in sight; those nested in one another; their marginals and conditionals."""
    given = [law for law in laws if is_law(law.bound, law.densities)]
    found = [Scope(law) for law in given]
    found += [
        Scope(inner, outer)
        for inner in given
        for outer in given
        if _free(inner) & set(outer.bound) and not set(inner.bound) & set(outer.bound)
    ]
    found += [scope for law in given for scope in _parts(law)]
    found += [replace(scope, joint=True) for scope in found if _chained(scope)]
    return tuple(dict.fromkeys(found))[:MAX_SCOPES]


def _chained(scope: Scope) -> bool:
    """Whether two laws are together one: p(x | z) and q(z | x) go in a circle."""
    outer, inner = scope.outer, scope.inner
    return outer is not None and is_law(
        (*outer.bound, *inner.bound), (*outer.densities, *inner.densities)
    )


def _free(law: Law) -> set[Var]:
    return {v for density in law.densities for v in free_variables(density)} - set(law.bound)


def _parts(law: Law) -> Iterator[Scope]:
    """A law over several variables as one in another, and its marginals."""
    if len(law.densities) > 1:
        for last in law.densities:
            own = left_of(last)
            others = tuple(d for d in law.densities if d is not last)
            if any(not order().disjoint(own, right_of(other)) for other in others):
                continue
            outer = Law(tuple(order().without(law.bound, own)), others)
            yield Scope(Law(tuple(own), (last,)), outer)
            yield Scope(outer)
        return
    (density,) = law.densities
    if not isinstance(density, terms.Density):
        return
    for size in range(1, len(law.bound)):
        for kept in combinations(law.bound, size):
            rest = tuple(v for v in law.bound if v not in kept)
            marginal = terms.Density(density.family, rest, density.right)
            given = terms.Density(density.family, kept, (*rest, *density.right))
            yield Scope(Law(kept, (given,)), Law(rest, (marginal,)))
            yield Scope(Law(rest, (marginal,)))


def gathered(nf: Normaliser, difference: Polynomial, scope: Scope) -> Iterator[Polynomial]:
    """Y, for a difference in which -E[log Y] stands: all of it, then without what the inner law
    doesn't average."""
    if scope.joint and nf.allows("tower"):
        return  # the same as one in another
    found = []
    for monomial, coefficient in difference.terms.items():
        part = _averaged(nf, monomial, scope)
        if part is not None:
            inside = not {v.tagged(0) for v in nf.store.free(part)}.isdisjoint(scope.inner.bound)
            found.append((part, -Fraction(coefficient), inside))
    tried = set()
    for chosen in (found, [item for item in found if item[2]]):
        product = _exponential(nf, [(part, weight) for part, weight, _ in chosen])
        if product != ONE and product not in tried:
            tried.add(product)
            yield product


def _exponential(nf: Normaliser, parts: Iterable[tuple[Polynomial, Fraction]]) -> Polynomial:
    """exp of a weighted sum, of logarithms with whole weights as a product of powers."""
    product, exponent = ONE, ZERO
    for part, weight in parts:
        argument = _logarithm(nf, part)
        if argument is not None and weight.denominator == 1:
            product = product * nf.integer_power(argument, int(weight))
        else:
            exponent = exponent + part.scaled(weight)
    return product * nf.exp(exponent)


def _logarithm(nf: Normaliser, part: Polynomial) -> Polynomial | None:
    (monomial,) = part.terms
    node = nf.store.nodes[monomial[0][0]]
    lone = len(monomial) == 1 and monomial[0][1] == 1
    return node.argument if lone and isinstance(node, LogNode) else None


def _averaged(nf: Normaliser, monomial: Monomial, scope: Scope) -> Polynomial | None:
    """f, when a term is E[f] under the scope, f without densities as factors."""
    for atom, exponent in monomial:
        node = nf.store.nodes[atom]
        if exponent != 1 or not isinstance(node, BinderNode) or node.law is not None:
            continue
        names = {v: v.tagged(0) for v in node.bound}
        if len(set(names.values())) < len(names) or not set(names.values()) <= scope.slots:
            continue
        body = nf.store.rename(node.body, names).single
        if body is None:
            continue
        rest = tuple(f for f in body[0] if not isinstance(nf.store.nodes[f[0]], DensityNode))
        part = Polynomial({rest: 1})
        if rest and not nf.store.free(part).isdisjoint(names.values()):
            term = scope.whole(nf.store.term(part))
            if nf.normal(term) == Polynomial({monomial: 1}):
                return part
    return None
