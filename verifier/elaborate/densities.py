"""Densities: marginals and conditionals of the families declared, and products that are laws."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from verifier.elaborate.elaboration import inside_brackets
from verifier.elaborate.record import IllFormed
from verifier.elaborate.variables import VariableElaboration
from verifier.formula import written as w
from verifier.kernel import terms
from verifier.kernel.arithmetic import factors, product
from verifier.kernel.binding import bind_index, fresh_tag
from verifier.kernel.model import Family
from verifier.kernel.sequences.independence import needed
from verifier.kernel.sequences.laws import first_circle, flows, left_of, place_of, right_of
from verifier.kernel.sequences.ranges import is_sliced, union
from verifier.kernel.terms import Index, Var, slot_order

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
        slots = [self.model.slot(v) for v in left]
        if len(set(slots)) < len(slots) or any(
            v.low != v.high for v, slot in zip(left, slots, strict=True) if v.ends and slot != v
        ):  # one copy each of several slots is a point of their joint density
            return self._of_copies(family, left, right, node)
        return terms.Density(family.name, left, right)

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
        order, both = self.order, left + right
        slots = [self.model.slot(v) for v in both]
        for i, variable in enumerate(both):
            if not all(order.apart(variable, other) for other in both[:i]):
                raise IllFormed("bound-twice", node.span, name=variable.label)
            if not order.covered(slots[i], family.slots):
                raise IllFormed(
                    "not-covered", node.span, name=family.name, variables=variable.label
                )
        conditions = slots[len(left) :]
        if not {*slots[: len(left)]}.isdisjoint(conditions):  # a copy given a copy of its own slot
            raise IllFormed("copies-together", node.span)
        if len(set(conditions)) < len(conditions) or any(
            v.low != v.high for v in right if v.ends and self.model.slot(v) != v
        ):
            raise IllFormed("copies-together", node.span)
        for variable, slot in zip(left, slots, strict=False):
            if not order.disjoint([slot], family.right):
                raise IllFormed("only-given", node.span, name=family.name, variable=variable.label)
        missing = order.without(family.right, conditions)
        if missing and family.factors:
            mine = union(slots[: len(left)])
            kept = needed(order, family, mine, union([*conditions, *missing]))
            missing = order.without(missing, order.without(missing, kept))
        if missing and left:
            names = ", ".join(v.label for v in sorted(missing, key=slot_order))
            raise IllFormed("condition-missing", node.span, name=family.name, variables=names)

    def whole(self, node: w.Law) -> Expr:
        """A family's name alone: the density of its `model` line."""
        family = self.model.family.get(str(node.family))
        if family is None:
            raise IllFormed("undeclared-family", node.span, name=str(node.family))
        left, right = (
            [part for slot in group for part in self._seen(slot, node)]
            for group in (family.left, family.right)
        )
        return terms.Density(family.name, left, right)

    # -- distributions ----------------------------------------------------------------------------

    def distribution(self, nodes: tuple[w.Written, ...]) -> tuple[list[Law], list[Var]]:
        """The densities of a product that is a distribution, and the variables that it binds."""
        before = dict(self.record.free), dict(self.record.bound)
        laws = [
            (factor, node) for node in nodes for factor in factors(self._product(node))
            if factor != 1
        ]  # fmt: skip
        self.record.free, self.record.bound = before  # marked when it is known what is bound
        return laws, self._bound_by(laws)

    def _product(self, node: w.Written) -> Expr:
        """A density, or an indexed product of densities."""
        node = inside_brackets(node)
        if isinstance(node, w.Density):
            return self.density(node)
        if isinstance(node, w.Law):
            return self.whole(node)
        if isinstance(node, w.Indexed) and node.kind == "prod":
            with self.indexed(node) as index:
                inner = inside_brackets(node.body)
                parts = inner.factors if isinstance(inner, w.Product) else (inner,)
                found = [self._product(part) for part in parts]
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
        if not any(map(is_sliced, lefts)):
            return laws
        return [
            (factor, node) for node in dict.fromkeys(node for _, node in laws)
            for factor in factors(self._product(node)) if factor != 1
        ]  # fmt: skip

    def _bound_by(self, laws: list[Law]) -> list[Var]:
        """The variables left of the bars, in an order without a circle."""
        order = self.order
        owned: list[Var] = []
        for law, node in laws:
            for variable in left_of(law):
                if not all(order.apart(variable, other) for other in owned):
                    raise IllFormed("bound-twice", node.span, name=variable.label)
                owned.append(variable)
        circle = first_circle(order, [law for law, _ in laws])
        if circle is not None:
            node = next(node for law, node in laws if law is circle)
            met = (v for v in right_of(circle) if not order.disjoint([v], owned))
            raise IllFormed("circular-law", node.span, name=next(met).label)
        return sorted(union(owned), key=slot_order)
