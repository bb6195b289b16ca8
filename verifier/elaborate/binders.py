"""Expectations, integrals, divergences, entropies: what binds variables and what weighs them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sympy import Expr, Integer, Tuple

from verifier.elaborate.densities import DensityElaboration
from verifier.elaborate.elaboration import inside_brackets
from verifier.elaborate.record import IllFormed
from verifier.formula import written as w
from verifier.kernel import terms
from verifier.kernel.arithmetic import densities, product, total
from verifier.kernel.binding import bind, bind_index
from verifier.kernel.sequences.laws import left_of
from verifier.kernel.sequences.ranges import Undecided, elements, is_empty, union
from verifier.kernel.terms import Var
from verifier.typeset.printer import plain


def _factors(node: w.Written) -> tuple[w.Written, ...]:
    """The factors of a product that is a distribution."""
    node = inside_brackets(node)
    return node.factors if isinstance(node, w.Product) else (node,)


class BinderElaboration(DensityElaboration):
    """The formulas that bind variables."""

    def bind(
        self, node: w.Written, kind: type[terms.Binder], variables: list[Var], *parts: Any
    ) -> Expr:
        """A term that binds variables, of which it is known what parts of them they catch."""
        try:
            made: Expr = bind(kind, variables, *parts, order=self.order)
        except Undecided as problem:
            name = variables[0].label
            raise IllFormed("which-part", node.span, name=name) from problem
        return made

    def integral(self, node: w.Integral | w.SumOver) -> Expr:
        variables = self._slots(node.variables)
        with self.binding(variables, node.span):
            body = self.term(node.body)
        if not variables:
            return body
        return self.bind(node, terms.Integral, variables, body)

    def _slots(self, nodes: tuple[w.Variable, ...]) -> list[Var]:
        """The variables that are bound here: whole, whatever is bound around."""
        found: list[Var] = []
        for node in nodes:
            for variable in elements(self.part(node)):
                if not all(self.order.apart(variable, other) for other in found):
                    raise IllFormed("bound-twice", node.span, name=variable.label)
                if not is_empty(variable):
                    found.append(variable)
        return found

    def series(self, node: w.Indexed) -> Expr:
        """An indexed sum or product. Where just its first or last term has a variable that is free
        or bound otherwise than in the others, that term by itself and the rest."""
        before = self.state()
        try:
            return self._series(node)
        except IllFormed as problem:
            if problem.code != "which-part":
                raise
            for first in (True, False):
                self.restore(before)
                try:
                    return self._split(node, first)
                except IllFormed as again:
                    if again.code != "which-part":
                        raise
            raise

    def _series(self, node: w.Indexed) -> Expr:
        with self.indexed(node) as index:
            body = self.term(node.body)
        kind = terms.IndexedSum if node.kind == "sum" else terms.IndexedProduct
        return bind_index(kind, index, body)

    def _split(self, node: w.Indexed, first: bool) -> Expr:
        """The first or the last term, and the others."""
        low, high = self.end(node.low), self.end(node.high)
        if not self.order.least(low, high):
            raise IllFormed("which-part", node.span, name=plain(node))
        with self.within(indices={**self.indices, node.index: low if first else high}):
            alone = self.term(node.body)
        shifted = w.Sum((node.low if first else node.high, w.Number("1")), "++" if first else "+-")
        rest = replace(node, low=shifted) if first else replace(node, high=shifted)
        others = self._series(rest)
        return (total if node.kind == "sum" else product)(alone, others)

    # -- laws -------------------------------------------------------------------------------------

    def expectation(self, node: w.Expectation) -> Expr:
        nodes = tuple(law.density or law if isinstance(law, w.Law) else law for law in node.laws)
        laws, lefts = self.distribution(nodes)
        for law, part in zip(node.laws, nodes, strict=True):
            named = self._slots(law.variables) if isinstance(law, w.Law) else []
            own = [v for law_term, at in laws if at is part for v in left_of(law_term)]
            if named and union(named) != union(own):
                names = ", ".join(v.label for v in named)
                family = next(d.family for d in densities(laws[0][0]))
                raise IllFormed("not-a-law-of", law.span, name=names, law=family)
        with self.binding(lefts, node.span):
            laws = self._within(laws, lefts)
            body = self.term(node.body)
        if not lefts:
            return body
        return self.bind(node, terms.Expectation, lefts, body, Tuple(*(law for law, _ in laws)))

    def divergence(self, node: w.Divergence) -> Expr:
        first, second = self._named(node.first), self._named(node.second)
        by_line = first is not node.first or second is not node.second
        laws, lefts = self.distribution(_factors(first))
        with self.binding(lefts, node.span):
            laws = self._within(laws, lefts)
            other = self.term(second)
            measure = [law for law, _ in laws]
            if by_line and not self._same_variables(measure, other):
                raise IllFormed("different-variables", node.span)
        if not lefts:
            return Integer(0)
        return self.bind(node, terms.KL, lefts, product(*measure), other)

    def _same_variables(self, laws: list[Expr], other: Expr) -> bool:
        first = [(set(d.left), set(d.right)) for d in laws]
        second = [(set(d.left), set(d.right)) for d in densities(other)]
        return [f[0] for f in first] == [s[0] for s in second]

    def _named(self, node: w.Written) -> w.Written:
        """A family's name alone stands for its model line."""
        if isinstance(node, w.Name) and node.name in self.model.family:
            return w.Law(family=node.name, span=node.span)
        return node

    def entropy(self, node: w.Entropy) -> Expr:
        first = self._named(node.first)
        laws, lefts = self.distribution(_factors(first))
        with self.binding(lefts, node.span):
            laws = self._within(laws, lefts)
            measure = product(*(law for law, _ in laws))
            other = () if node.second is None else (self.term(self._named(node.second)),)
        if not lefts:
            return Integer(0)
        kind = terms.CrossEntropy if other else terms.Entropy
        return self.bind(node, kind, lefts, measure, *other)

    # -- random variables -------------------------------------------------------------------------

    def variable_entropy(self, node: w.VariableEntropy) -> Any:
        groups = [self._slots(group) for group in (node.left, node.right)]
        return terms.VariableEntropy(self._covering(node, *groups), *groups)

    def information(self, node: w.Information) -> Any:
        groups = [self._slots(group) for group in (node.first, node.second, node.given)]
        return terms.Information(self._covering(node, *groups), *groups)

    def _covering(self, node: Any, *groups: list[Var]) -> str:
        """The family named, or the only one whose joint covers the variables."""
        wanted = [v for group in groups for v in group]
        for i, variable in enumerate(wanted):
            if not all(self.order.apart(variable, other) for other in wanted[:i]):
                raise IllFormed("bound-twice", node.span, name=variable.label)
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
