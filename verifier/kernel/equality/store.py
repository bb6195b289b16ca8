"""The store of a derivation's atoms: their variables renamed, bound and opened; and back to terms.

Binders are closed as in `binding`, the bound variables with the tag 1 + the highest bound inside,
so that nodes are equal up to bound names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import islice, permutations
from typing import Any

import sympy
from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.arithmetic import collapse, factors, power, product, quotient, total
from verifier.kernel.binding import fresh_tag, is_fixed, rename, renamed, replaced
from verifier.kernel.equality import nodes
from verifier.kernel.equality.atoms import Atoms
from verifier.kernel.polynomials import UNIT, Monomial, Polynomial, Rational, raised, times
from verifier.kernel.sequences.ranges import in_row, union
from verifier.kernel.terms import Index, Tuple, Var, Variables, parts_in_row, slot_order

Names = Mapping[Any, Any]  # of variables, and of indices


class Store(Atoms):
    """Atoms whose variables are renamed, bound and opened, and the terms that they stand for."""

    def rename(self, polynomial: Polynomial, names: Names) -> Polynomial:
        """Replace variables and indices; tags rule out capture, as in `binding`."""
        touched = {atom for atom in polynomial.atoms if self._mentions(atom, names)}
        if not touched:
            return polynomial
        new = {atom: self._renamed(self.nodes[atom], names) for atom in touched}
        return Polynomial.total(
            self._with_atoms(monomial, coefficient, new)
            for monomial, coefficient in polynomial.terms.items()
        )

    def _with_atoms(
        self, monomial: Monomial, coefficient: Rational, new: Mapping[int, tuple[int, nodes.Node]]
    ) -> Polynomial:
        result: Monomial = ()
        for atom, exponent in monomial:
            sign = 1
            if atom in new:
                sign, node = new[atom]
                atom = self.intern(node)
            if sign < 0 and exponent != int(exponent):
                raise ZeroDivisionError  # a root of something negative
            coefficient = coefficient * sign ** int(exponent)
            result = times(result, ((atom, exponent),))
        return Polynomial({result: coefficient})

    def _mentions(self, atom: int, names: Names) -> bool:
        if any(variable.tag > 0 for variable in names):
            return True  # opening: bound variables don't show among the free ones
        found = self._free[atom]
        return not found.isdisjoint(names) or any(v.ends and v.root in names for v in found)

    def _renamed(self, node: nodes.Node, names: Names) -> tuple[int, nodes.Node]:
        """(sign, node): which way round a logarithm or a sum is kept depends on its atoms."""
        match node:
            case nodes.LogNode(argument):
                return self.oriented(self.rename(argument, names))
            case nodes.SumNode(value):
                renamed = self.rename(value, names)
                if not renamed:  # two of its variables have become one
                    raise ZeroDivisionError
                _, scale, rest = renamed.primitive(self.key)
                return (-1 if scale < 0 else 1), nodes.SumNode(rest)
            case _:
                return 1, self._rebuilt(node, names)

    def oriented(self, argument: Polynomial) -> tuple[int, nodes.LogNode]:
        """log u or -log(1/u), whichever is kept: u in factors, one term."""
        if argument.single is not None and argument.single[0]:
            monomial, coefficient = argument.single
            first = min(monomial, key=lambda factor: (self._keys[factor[0]], factor[0]))
            if first[1] < 0:
                return -1, nodes.LogNode(
                    Polynomial({raised(monomial, -1): 1 / Fraction(coefficient)})
                )
        return 1, nodes.LogNode(argument)

    def _rebuilt(self, node: nodes.Node, names: Names) -> nodes.Node:
        indices = {old: new for old, new in names.items() if isinstance(old, Index)}

        def change(item: Any) -> Any:
            if isinstance(item, Polynomial):
                return self.rename(item, names)
            new = renamed(item, names)
            return replaced(new, indices) if indices and new.ends else new

        def argument(item: Any) -> Any:
            one = isinstance(item, Polynomial)
            return change(item) if one else in_row(map(change, parts_in_row(item)))

        match node:
            case nodes.DensityNode(family, left, right):
                return nodes.DensityNode(
                    family, union(map(change, left)), union(map(change, right))
                )
            case nodes.CallNode(name, arguments):
                return nodes.CallNode(name, tuple(map(argument, arguments)))
            case nodes.TermNode(term):
                return nodes.TermNode(replaced(rename(term, names), indices))
            case nodes.BinderNode(law, body, bound):
                bound = frozenset(replaced(v, indices) if v.ends else v for v in bound)
                return nodes.BinderNode(None if law is None else change(law), change(body), bound)
            case nodes.DivergenceNode(kind, parts, bound):
                bound = frozenset(replaced(v, indices) if v.ends else v for v in bound)
                return nodes.DivergenceNode(kind, tuple(map(change, parts)), bound)
            case nodes.SeriesNode(kind, body, index):
                # the index carries its range, also where it stands in the body
                inner = replaced(index, indices) if indices else index
                own = {index: inner} if inner != index else {}
                return nodes.SeriesNode(kind, self.rename(body, {**names, **own}), inner)
            case _:
                return type(node)(*map(change, nodes.parts_of(node)))

    def close(self, variables: Variables, *parts: Polynomial) -> tuple[Variables, list[Polynomial]]:
        """Bind opened variables in parts: canonical tags, so that alpha-equal nodes are equal."""
        lowest = 1 + max((self.height(part) for part in parts), default=0)
        choices = [
            {v: v.tagged(lowest + place) for v, place in order.items()}
            for order in _orders(variables)
        ]
        candidates = [(names, [self.rename(p, _whole(names)) for p in parts]) for names in choices]
        names, closed = candidates[0]
        if len(candidates) > 1:
            names, closed = min(candidates, key=lambda c: [self.order_of(p) for p in c[1]])
        return frozenset(names.values()), closed

    def binder(self, law: Polynomial | None, body: Polynomial, bound: Variables) -> Polynomial:
        """An integral or an expectation as an atom, from opened variables."""
        variables, closed = self.close(bound, *((body,) if law is None else (body, law)))
        return self.atom(nodes.BinderNode(None if law is None else closed[1], closed[0], variables))

    def open(self, bound: Variables, *parts: Polynomial) -> tuple[Variables, list[Polynomial]]:
        """Fresh variables for bound ones."""
        tags = {variable.root: fresh_tag() for variable in sorted(bound, key=slot_order)}
        names = {v: v.tagged(tags[v.root]) for v in bound}
        opening = {**names, **{root: root.tagged(tag) for root, tag in tags.items()}}
        self.opened(names.values())
        return frozenset(names.values()), [self.rename(part, opening) for part in parts]

    def opened(self, variables: Iterable[Var]) -> None:
        """Take note of what is bound of sequences."""
        for variable in variables:
            if variable.ends:
                known = self.scopes.get(variable.root, frozenset())
                self.scopes[variable.root] = known | {variable}

    def series(self, kind: type[terms.Indexed], index: Index, body: Polynomial) -> Polynomial:
        """A sum or a product over an opened index as an atom."""
        closed = index.tagged(1 + self.height(body))
        return self.atom(nodes.SeriesNode(kind, self.rename(body, {index: closed}), closed))

    def open_series(self, node: nodes.SeriesNode) -> tuple[Index, Polynomial]:
        """A fresh index for a bound one, and the body over it."""
        index = node.index.tagged(fresh_tag())
        return index, self.rename(node.body, {node.index: index})

    def cofactors(self, polynomial: Polynomial) -> Iterator[tuple[int, nodes.Node, Polynomial]]:
        """Of a single term the atoms to the power 1, each with its node and what is beside it."""
        monomial, coefficient = polynomial.single or (UNIT, 0)
        for atom, exponent in monomial:
            if exponent == 1:
                rest = Polynomial({tuple(f for f in monomial if f[0] != atom): coefficient})
                yield atom, self.nodes[atom], rest

    # -- back to terms ----------------------------------------------------------------------------

    def term(self, polynomial: Polynomial) -> Expr:
        """A term with this normal form."""
        return total(*(self._summand(m, Fraction(c)) for m, c in polynomial.terms.items()))

    def end(self, polynomial: Polynomial) -> Expr:
        """The same as the end of a slice or a range: in SymPy's own arithmetic."""
        return collapse(self.term(polynomial))

    def _summand(self, monomial: Monomial, coefficient: Fraction) -> Expr:
        above = (power(self._term(a), sympy.Rational(e)) for a, e in monomial if e >= 0)
        below = (power(self._term(a), sympy.Rational(-e)) for a, e in monomial if e < 0)
        return product(sympy.Rational(coefficient), quotient(product(*above), product(*below)))

    def _term(self, atom: int) -> Expr:
        known = self._terms.get(atom)
        if known is None:
            known = self._terms[atom] = self._term_of(self.nodes[atom])
        return known

    def _term_of(self, node: nodes.Node) -> Expr:
        match node:
            case nodes.DensityNode(family, left, right):
                return terms.Density(family, left, right)
            case nodes.CallNode(name, arguments):
                return terms.Call(
                    name, *(self.term(a) if isinstance(a, Polynomial) else a for a in arguments)
                )
            case nodes.TermNode(term):
                return term
            case nodes.LogNode(argument):
                return terms.Log(self.term(argument))
            case nodes.ExpNode(exponent):
                return terms.Exp(self.term(exponent))
            case nodes.PowerNode(base, exponent):
                return power(self.term(base), self.term(exponent))
            case nodes.SumNode(value):
                return self.term(value)
            case nodes.BinderNode(Polynomial() as law, body, bound):
                laws = Tuple(*factors(self.term(law)))
                return terms.Expectation(self.term(body), laws, terms.slots(bound))
            case nodes.BinderNode(_, body, bound):
                return terms.Integral(self.term(body), terms.slots(bound))
            case nodes.DivergenceNode(kind, parts, bound):
                return kind(*(self.term(part) for part in parts), terms.slots(bound))
            case nodes.SeriesNode(kind, body, index):
                made: Expr = kind(self.term(body), index)
                return made


def _whole(names: Mapping[Var, Var]) -> Names:
    """Names of variables, and those of which they are parts that may be cut."""
    return {**names, **{v.root: new.root for v, new in names.items() if not is_fixed(v)}}


def _orders(variables: Variables) -> list[dict[Var, int]]:
    """Which of several variables of one slot comes first: places, in all orders.

    Parts of one variable have one place; variables whose parts differ have places of their own.
    """
    parts: dict[Var, list[Var]] = {}
    sliced = {variable.name for variable in variables if not is_fixed(variable)}
    for variable in sorted(variables, key=slot_order):
        whole = variable.root if variable.name in sliced else variable
        parts.setdefault(whole, []).append(variable)
    groups: dict[tuple[str, str], list[list[Var]]] = {}
    for group in parts.values():
        groups.setdefault((group[0].name, str([slot_order(v)[1] for v in group])), []).append(group)
    taken: dict[str, int] = {}
    orders: list[dict[Var, int]] = [{}]
    for (name, _), alike in groups.items():
        start = taken.get(name, 0) if name in sliced else 0
        taken[name] = start + len(alike)
        more = (
            {**known, **{v: start + i for i, group in enumerate(order) for v in group}}
            for known in orders
            for order in permutations(alike)
        )
        orders = [*islice(more, 720 if len(alike) < 6 else 24)]  # of 6 all are too many to try
    return orders
