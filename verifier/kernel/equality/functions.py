"""Leaves, logarithms, exponentials, powers; sums and products over an index."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeVar

from sympy import Integer

from verifier.kernel.equality import sites
from verifier.kernel.equality.nodes import CallNode, DensityNode, ExpNode, PowerNode, TermNode
from verifier.kernel.equality.side_conditions import SideConditions
from verifier.kernel.equality.sites import Site
from verifier.kernel.polynomials import ONE, UNIT, ZERO, Polynomial, raised, unmarked
from verifier.kernel.sequences.ranges import is_sliced, union
from verifier.kernel.terms import Index, Indexed, IndexedProduct

Leaf = TypeVar("Leaf", DensityNode, CallNode, TermNode)
MAX_SPLIT = 16  # a power of no more factors than this is split into them


class Functions(SideConditions):
    """What is made of polynomials without a variable that is bound, but for an index."""

    def density(self, node: DensityNode) -> Polynomial:
        """A density; of nothing it is 1."""
        if any(map(is_sliced, node.left)) or any(map(is_sliced, node.right)):
            node = DensityNode(node.family, union(node.left), union(node.right))
        return self.leaf(sites.DENSITY, node) if node.left else ONE

    def leaf(self, site: Site[Leaf], node: Leaf) -> Polynomial:
        """A density, a call, or a term that is not looked into."""
        result = self.ask(site, node)
        return self.store.atom(node) if result is None else result

    # -- logarithms, exponentials, powers ---------------------------------------------------------

    def log(self, argument: Polynomial) -> Polynomial:
        """log of a polynomial, in factors."""
        argument = self.factored(argument)
        if argument.single is not None:  # where it has a logarithm no factor is 0
            argument = Polynomial({unmarked(argument.single[0]): argument.single[1]})
        if argument == ONE:
            return ZERO
        result = self.ask(sites.LOG, argument)
        return self.log_atom(argument) if result is None else result

    def log_atom(self, argument: Polynomial) -> Polynomial:
        """log u as it stands, kept as whichever of log u and -log(1/u) is canonical."""
        sign, node = self.store.oriented(argument)
        return self.store.atom(node).scaled(sign)

    def exp(self, exponent: Polynomial) -> Polynomial:
        """exp of a polynomial."""
        if not exponent:
            return ONE
        result = self.ask(sites.EXP, exponent)
        return self.store.atom(ExpNode(self.reduced(exponent))) if result is None else result

    def power(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        """base ^ exponent. An integer exponent is arithmetic, any other is for the rules."""
        value = exponent.value
        if value is not None and Fraction(value).denominator == 1:
            return self.integer_power(base, int(value))
        if base == ONE:
            return ONE
        result = self.ask(sites.POWER, base, exponent)
        if result is not None:
            return result
        exponent = self.reduced(exponent)
        varying = exponent - Polynomial.constant(exponent.terms.get(UNIT, 0)) or exponent
        if varying.primitive(self.store.key)[1] < 0:  # 1 / u^a, not u^(-a): both are written so
            return self.integer_power(self._upward(base, -exponent), -1)
        return self._upward(base, exponent)

    def _upward(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        """base ^ exponent; of an integer exponent, n at least, as base^n base^(exponent - n)."""
        end, order, least = self.store.end(exponent), self.model.order, 0
        whole = order.whole(end)
        while whole and least < MAX_SPLIT and order.least(Integer(least + 1), end):
            least += 1
        if least in (0, MAX_SPLIT):
            return self.store.atom(PowerNode(self.factored(base), exponent))
        rest = PowerNode(self.factored(base), exponent - Polynomial.constant(least))
        return self.integer_power(base, least) * self.store.atom(rest)

    # -- over an index ----------------------------------------------------------------------------

    def series(self, kind: type[Indexed], index: Index, body: Polynomial) -> Polynomial:
        """The sum or the product of a body over an opened index."""
        self.budget.spend(1 + len(body.terms))
        if index.high - index.low == -1:  # of nothing
            return ONE if kind is IndexedProduct else ZERO
        if kind is IndexedProduct:
            return self._product_over(index, self.factored(body))
        body = self.reduced(body)
        if body == ONE:
            return self._count(index)
        return self._over(kind, index, body) if body else body

    def _over(self, kind: type[Indexed], index: Index, body: Polynomial) -> Polynomial:
        result = self.ask(sites.SERIES, kind, index, body)
        return self.store.series(kind, index, body) if result is None else result

    def _count(self, index: Index) -> Polynomial:
        return self.normal(index.high - index.low + 1)

    def _product_over(self, index: Index, body: Polynomial) -> Polynomial:
        """A product of products, factor by factor."""
        if body.single is None:
            return self.store.series(IndexedProduct, index, body)
        monomial, coefficient = body.single
        found = []
        if coefficient != 1:
            found.append(self.power(Polynomial.constant(coefficient), self._count(index)))
        for atom, exponent in monomial:
            factor = Polynomial.of(atom)
            if index in self.store.free_in_atom(atom):
                made = self._over(IndexedProduct, index, factor)
            else:
                made = self.power(factor, self._count(index))
            if made.single is None:
                return self.store.series(IndexedProduct, index, body)
            ((inner, c),) = made.terms.items()
            if c != 1:  # a root of a number stays a power
                found.append(self.power(Polynomial.constant(c), Polynomial.constant(exponent)))
            found.append(Polynomial({raised(inner, exponent): 1}))
        return self.product(found)
