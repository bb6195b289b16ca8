"""Densities, the laws that products of them are, and what binds variables by these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sympy import Expr, Integer

from verifier.elaborate.record import IllFormed
from verifier.elaborate.variables import VariableElaboration, inside_brackets
from verifier.formula import written as w
from verifier.kernel import terms
from verifier.kernel.arithmetic import densities, factors, negative, product, total
from verifier.kernel.binding import bind, bind_index, fresh_tag
from verifier.kernel.model import Family
from verifier.kernel.sequences.graph import depends_on_law
from verifier.kernel.sequences.laws import first_circle, flows, left_of, place_of, right_of
from verifier.kernel.sequences.ranges import Undecided, is_sliced, union
from verifier.kernel.terms import Index, Tuple, Var, slot_order
from verifier.typeset.printer import plain

WRITTEN_OUT = 8  # terms of a sum or product, at most

Law = tuple[Any, w.Written]  # a density or an indexed product of them, and where it is written


def family_name(density: w.Density) -> str:
    """The family's name with its parameters: `p`, `p;theta`."""
    return ";".join((density.family, *density.parameters))


class DensityElaboration(VariableElaboration):
    """Densities, alone and as factors of a distribution."""

    def density(self, node: w.Density) -> Expr:
        family = self.model.family.get(family_name(node))
        if family is None:
            raise IllFormed("undeclared-family", node.span, name=family_name(node))
        left, right = self.variables_of(node.left), self.variables_of(node.right)
        self._check_slots(family, left, right, node)
        if self._several_copies(left):
            return self._of_copies(family, left, right, node)
        return terms.Density(family.name, left, right)

    def _several_copies(self, variables: list[Var]) -> bool:
        """Whether some are of the same slot. One copy each of several slots is a point of their
        joint density."""
        slots = [self.model.slot(v) for v in variables]
        return len(set(slots)) < len(slots) or any(
            v.low != v.high for v, s in zip(variables, slots, strict=True) if v.ends and s != v
        )

    def _of_copies(
        self, family: Family, left: list[Var], right: list[Var], node: w.Density
    ) -> Expr:
        """The values of a density at several copies of a slot, multiplied."""
        if len({self.model.slot(v) for v in left}) > 1 or self.model.slot(left[0]) == left[0]:
            raise IllFormed("copies-together", node.span)
        factors = []
        for one in left:
            if one.ends and one.low != one.high:
                index = Index("k", one.low, one.high, fresh_tag())
                value = terms.Density(family.name, [one.between(index, index)], right)
                factors.append(bind_index(terms.IndexedProduct, index, value))
            else:
                factors.append(terms.Density(family.name, [one], right))
        return product(*factors)

    def _check_slots(
        self, family: Family, left: list[Var], right: list[Var], node: w.Density
    ) -> None:
        """Raises IllFormed for what is no marginal or conditional of a family."""
        order, both, name = self.order, left + right, family.name
        slots = [self.model.slot(v) for v in both]
        for i, variable in enumerate(both):
            self.check_apart(variable, both[:i], node)
            if not order.covered(slots[i], family.slots):
                raise IllFormed("not-covered", node.span, name=name, variables=variable.label)
        conditions = slots[len(left) :]
        given_own = not {*slots[: len(left)]}.isdisjoint(conditions)  # a copy given another
        if given_own or self._several_copies(right):
            raise IllFormed("copies-together", node.span)
        for variable, slot in zip(left, slots, strict=False):
            if not order.disjoint([slot], family.right):
                raise IllFormed("only-given", node.span, name=name, variable=variable.label)
        heads, missing = slots[: len(left)], order.without(family.right, conditions)
        if missing and left and depends_on_law(order, family, heads, conditions):
            for v in sorted(missing, key=slot_order):  # those by which the others don't matter
                if not depends_on_law(order, family, heads, [*conditions, *missing - {v}]):
                    missing -= {v}
            names = ", ".join(v.label for v in sorted(missing, key=slot_order))
            raise IllFormed("condition-missing", node.span, name=name, variables=names)

    def whole(self, node: w.Law) -> Expr:
        """A family's name alone: the density of its `model` line."""
        family = self.model.family.get(str(node.family))
        if family is None:
            raise IllFormed("undeclared-family", node.span, name=str(node.family))
        groups = family.left, family.right
        sides = ([part for slot in group for part in self._seen(slot, node)] for group in groups)
        return terms.Density(family.name, *sides)

    # -- distributions ----------------------------------------------------------------------------

    def distribution(self, nodes: tuple[w.Written, ...]) -> tuple[list[Law], list[Var]]:
        """The densities of a product that is a distribution, and the variables that it binds."""
        before = dict(self.record.free), dict(self.record.bound)
        laws = self._laws(nodes)
        self.record.free, self.record.bound = before  # marked when it is known what is bound
        return laws, self._bound_by(laws)

    def _laws(self, nodes: Iterable[w.Written]) -> list[Law]:
        parts = (part for node in nodes for part in _factors(node))
        return [(f, part) for part in parts for f in factors(self._product(part)) if f != 1]

    def _product(self, node: w.Written) -> Expr:
        """A density, or an indexed product of densities."""
        node = inside_brackets(node)
        if isinstance(node, w.Density):
            return self.density(node)
        if isinstance(node, w.Law):
            return self.whole(node)
        if isinstance(node, w.Indexed) and node.kind == "prod":
            with self.indexed(node) as index:
                found = [self._product(part) for part in _factors(node.body)]
                if not all(isinstance(factor, terms.Density) for factor in found):
                    raise IllFormed("not-a-density", node.span)
                heads = [head for factor in found for head in factor.left]
                twice = next((head for head in heads if heads.count(head) > 1), None)
                if twice is not None:
                    raise IllFormed("bound-twice", node.span, name=twice.label)
                if any(place_of(head, index) is None for head in heads):
                    raise IllFormed("not-consecutive", node.span)
                if not flows(self.order, index, found):
                    name = found[0].left[0].label
                    raise IllFormed("circular-law", node.span, name=name)
            return bind_index(terms.IndexedProduct, index, product(*found))
        raise IllFormed("not-a-density", node.span)

    def _within(self, laws: list[Law], lefts: list[Var]) -> list[Law]:
        """The laws where their variables are bound: marked so, their conditions cut where only a
        part of them is."""
        for law, node in laws:
            for variable in (*left_of(law), *right_of(law)):
                self._seen(variable, node)
        return self._laws(dict.fromkeys(n for _, n in laws)) if any(map(is_sliced, lefts)) else laws

    def _bound_by(self, laws: list[Law]) -> list[Var]:
        """The variables left of the bars, in an order without a circle."""
        order = self.order
        owned: list[Var] = []
        for law, node in laws:
            for variable in left_of(law):
                self.check_apart(variable, owned, node)
                owned.append(variable)
        circle = first_circle(order, [law for law, _ in laws])
        if circle is not None:
            node = next(node for law, node in laws if law is circle)
            met = (v for v in right_of(circle) if not order.disjoint([v], owned))
            raise IllFormed("circular-law", node.span, name=next(met).label)
        return sorted(union(owned), key=slot_order)


class BinderElaboration(DensityElaboration):
    """The formulas that bind variables."""

    def bind(
        self, node: w.Written, kind: type[terms.Binder], variables: Sequence[Var], *parts: Any
    ) -> Expr:
        """A term that binds variables, of which it is known what parts they catch; where there are
        none, its first part."""
        if not variables:
            return parts[0]
        try:
            return bind(kind, variables, *parts, order=self.order)
        except Undecided as problem:
            name = variables[0].label
            raise IllFormed("which-part", node.span, name=name) from problem

    def integral(self, node: w.Integral | w.SumOver) -> Expr:
        variables = self.slots(node.variables)
        with self.binding(variables, node.span, *node.variables):
            body = self.term(node.body)
        return self.bind(node, terms.Integral, variables, body)

    def series(self, node: w.Indexed, ends: tuple[bool, ...] = (True, False)) -> Expr:
        """An indexed sum or product. Where just its first or last term, or each of them, has a
        variable that is free or bound otherwise than in the others, that by itself and the rest."""
        before, problems = self.state(), list[IllFormed]()
        for first in (None, *ends):
            others = tuple(end for end in ends if end != first)
            try:
                return self._series(node) if first is None else self._split(node, first, others)
            except IllFormed as problem:
                problems.append(problem)
                if problem.code != "which-part":
                    raise
                self.restore(before)
        raise problems[0]

    def _series(self, node: w.Indexed) -> Expr:
        with self.indexed(node) as index:
            body = self.term(node.body)
        kind = terms.IndexedSum if node.kind == "sum" else terms.IndexedProduct
        return bind_index(kind, index, body)

    def _split(self, node: w.Indexed, first: bool, ends: tuple[bool, ...]) -> Expr:
        """The first or the last term, and the others."""
        low, high = self.end(node.low), self.end(node.high)
        joined = total if node.kind == "sum" else product
        if not self.order.least(low, high):
            raise IllFormed("which-part", node.span, name=plain(node))
        if (high - low).is_Integer and high - low < WRITTEN_OUT:
            return joined(*(self._at(node, low + i) for i in range(high - low + 1)))
        shifted = w.Sum((node.low if first else node.high, w.Number("1")), "++" if first else "+-")
        rest = replace(node, low=shifted) if first else replace(node, high=shifted)
        return joined(self._at(node, low if first else high), self.series(rest, ends))

    def _at(self, node: w.Indexed, place: Expr) -> Expr:
        """The term of a sum or product at a place."""
        with self.within(indices={**self.indices, node.index: place}):
            return self.term(node.body)

    # -- laws -------------------------------------------------------------------------------------

    def expectation(self, node: w.Expectation) -> Expr:
        nodes = tuple(law.density or law if isinstance(law, w.Law) else law for law in node.laws)
        laws, lefts = self.distribution(nodes)
        for law, part in zip(node.laws, nodes, strict=True):
            named = self.slots(law.variables) if isinstance(law, w.Law) else ()
            own = [v for law_term, at in laws if at is part for v in left_of(law_term)]
            if named and union(named) != union(own):
                names = ", ".join(v.label for v in named)
                family = next(d.family for d in densities(laws[0][0]))
                raise IllFormed("not-a-law-of", law.span, name=names, law=family)
        with self.binding(lefts, node.span, *nodes):
            laws = self._within(laws, lefts)
            body = self.term(node.body)
        return self.bind(node, terms.Expectation, lefts, body, Tuple(*(law for law, _ in laws)))

    def divergence(self, node: w.Divergence) -> Expr:
        first, second = self._named(node.first), self._named(node.second)
        by_line = first is not node.first or second is not node.second
        laws, lefts = self.distribution(_factors(first))
        with self.binding(lefts, node.span, first):
            laws = self._within(laws, lefts)
            other = self.term(second)
            measure = [law for law, _ in laws]
            if by_line and [{*d.left} for d in measure] != [{*d.left} for d in densities(other)]:
                raise IllFormed("different-variables", node.span)
        if not lefts:
            return _of_nothing(other)
        return self.bind(node, terms.KL, lefts, product(*measure), other)

    def _named(self, node: w.Written) -> w.Written:
        """A family's name alone stands for its model line."""
        if isinstance(node, w.Name) and node.name in self.model.family:
            return w.Law(family=node.name, span=node.span)
        return node

    def entropy(self, node: w.Entropy) -> Expr:
        first = self._named(node.first)
        laws, lefts = self.distribution(_factors(first))
        with self.binding(lefts, node.span, first):
            laws = self._within(laws, lefts)
            measure = product(*(law for law, _ in laws))
            other = () if node.second is None else (self.term(self._named(node.second)),)
        if not lefts:
            return _of_nothing(*other or (measure,))
        kind = terms.CrossEntropy if other else terms.Entropy
        return self.bind(node, kind, lefts, measure, *other)

    # -- random variables -------------------------------------------------------------------------

    def variable_entropy(self, node: w.VariableEntropy) -> Any:
        groups = [self.slots(group) for group in (node.left, node.right)]
        return terms.VariableEntropy(self._covering(node, *groups), *groups)

    def information(self, node: w.Information) -> Any:
        groups = [self.slots(group) for group in (node.first, node.second, node.given)]
        return terms.Information(self._covering(node, *groups), *groups)

    def _covering(self, node: Any, *groups: tuple[Var, ...]) -> str:
        """The family named, or the only one whose joint covers the variables."""
        wanted = [v for group in groups for v in group]
        for i, variable in enumerate(wanted):
            self.check_apart(variable, wanted[:i], node)
        covering = [
            f.name for f in self.model.families if not f.right and self.order.subset(wanted, f.left)
        ]
        if node.family is None:
            if len(covering) != 1:
                raise IllFormed("which-family", node.span, found=tuple(covering))
            return covering[0]
        if node.family not in self.model.family:
            raise IllFormed("undeclared-family", node.span, name=node.family)
        if node.family not in covering:
            names = ", ".join(v.label for v in wanted)
            raise IllFormed("not-covered", node.span, name=node.family, variables=names)
        return str(node.family)


def _of_nothing(second: Expr) -> Expr:
    """A divergence or an entropy that binds nothing: log(1 / second)."""
    return Integer(0) if second == 1 else negative(terms.Log(second))


def _factors(node: w.Written) -> tuple[w.Written, ...]:
    """The factors of a product that is a distribution, in whatever brackets."""
    node = inside_brackets(node)
    parts = node.factors if isinstance(node, w.Product) else ()
    return tuple(factor for part in parts for factor in _factors(part)) or (node,)
