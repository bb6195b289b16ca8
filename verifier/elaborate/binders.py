"""Expectations, integrals, divergences, entropies: what binds variables and what weighs them."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Mul, Tuple

from verifier.elaborate.conditions import IllFormed
from verifier.elaborate.work import Work, inside_brackets, slot
from verifier.kernel import terms
from verifier.kernel.binding import bind
from verifier.kernel.terms import Var, densities, slot_order
from verifier.kernel.theorem import Needed
from verifier.language import written as w
from verifier.language.printer import plain


class Binders(Work):
    """The formulas that bind variables."""

    def integral(self, node: w.Integral | w.SumOver) -> Expr:
        variables = self._slots(node.variables)
        with self.binding(variables, node.span):
            body = self.term(node.body)
        return self._finite(bind(terms.Integral, variables, body), node)

    def _slots(self, nodes: tuple[w.Variable, ...]) -> list[Var]:
        found = []
        for node in nodes:
            variable = slot(node)
            if variable not in self.variables:
                raise IllFormed("unknown-variable", node.span, name=variable.label)
            if variable in found:
                raise IllFormed("bound-twice", node.span, name=variable.label)
            found.append(variable)
        return found

    def expectation(self, node: w.Expectation) -> Expr:
        laws = [self._law(law) for law in node.laws]
        lefts = self._bound_by(laws, node.laws)
        with self.binding(lefts, node.span, *(d for d, _ in laws)):
            for density, law in laws:
                self._mark(density, law)
            body = self.term(node.body)
        return self._finite(
            bind(terms.Expectation, lefts, body, Tuple(*(d for d, _ in laws))), node
        )

    def _law(self, law: w.Written) -> tuple[terms.Density, w.Written]:
        if not isinstance(law, w.Law):
            raise IllFormed("sequences-later", law.span)
        density = self._whole(law.family, law.span) if law.family else law.density
        assert density is not None
        term = self._quietly(density)
        named = self._slots(law.variables)
        if named and set(named) != set(term.left):
            names = ", ".join(v.label for v in named)
            raise IllFormed("not-a-law-of", law.span, name=names, law=str(density.family))
        return term, law

    def _quietly(self, density: w.Density) -> Any:
        """A density whose variables are marked later, when it is known which it binds."""
        free, bound = dict(self.record.free), dict(self.record.bound)
        term = self.density(density)
        self.record.free, self.record.bound = free, bound
        return term

    def _mark(self, density: terms.Density, node: w.Written) -> None:
        for variable in (*density.left, *density.right):
            self._seen(variable, node)

    def _whole(self, family: str | None, span: w.Span) -> w.Density:
        """A family's `model` line as a density."""
        found = self.model.family.get(str(family))
        if found is None:
            raise IllFormed("undeclared-family", span, name=str(family))
        left, right = (
            tuple(w.Variable(v.label, span=span) for v in group)
            for group in (found.left, found.right)
        )
        name, *parameters = found.name.split(";")
        return w.Density(name, left, right, tuple(parameters), span=span)

    def _bound_by(
        self, laws: list[tuple[terms.Density, w.Written]], nodes: tuple[w.Written, ...]
    ) -> list[Var]:
        """The variables left of the bars, in an order without a circle."""
        owner: dict[Var, int] = {}
        for i, (density, node) in enumerate(laws):
            for variable in density.left:
                if variable in owner:
                    raise IllFormed("bound-twice", node.span, name=variable.label)
                owner[variable] = i
        waiting = list(range(len(laws)))
        known: set[Var] = set()
        while waiting:
            ready = [i for i in waiting if not (set(laws[i][0].right) & owner.keys()) - known]
            if not ready:
                law, node = laws[waiting[0]]
                name = next(v.label for v in law.right if v in owner)
                raise IllFormed("circular-law", nodes[waiting[0]].span, name=name)
            known.update(v for i in ready for v in laws[i][0].left)
            waiting = [i for i in waiting if i not in ready]
        return sorted(owner, key=slot_order)

    def divergence(self, node: w.Divergence) -> Expr:
        first, second = self._named(node.first), self._named(node.second)
        by_line = first is not node.first or second is not node.second
        laws, lefts = self._measure(first)
        with self.binding(lefts, node.span, *laws):
            self._mark_all(laws, first)
            other = self.term(second)
            if by_line and not self._same_variables(laws, other):
                raise IllFormed("different-variables", node.span)
        return self._finite(bind(terms.KL, lefts, Mul(*laws), other), node)

    def _same_variables(self, laws: tuple[terms.Density, ...], other: Expr) -> bool:
        first = [(set(d.left), set(d.right)) for d in laws]
        second = [(set(d.left), set(d.right)) for d in densities(other)]
        return [f[0] for f in first] == [s[0] for s in second]

    def _named(self, node: w.Written) -> w.Written:
        """A family's name alone stands for its model line."""
        if isinstance(node, w.Name) and node.name in self.model.family:
            return self._whole(node.name, node.span)
        return node

    def _measure(self, node: w.Written) -> tuple[tuple[terms.Density, ...], list[Var]]:
        """The densities of a product that is a distribution, and the variables that it binds."""
        node = inside_brackets(node)
        parts = node.factors if isinstance(node, w.Product) else (node,)
        laws: list[tuple[terms.Density, w.Written]] = []
        for part in map(inside_brackets, parts):
            if not isinstance(part, w.Density):
                raise IllFormed("not-a-density", part.span)
            laws.append((self._quietly(part), part))
        lefts = self._bound_by(laws, tuple(part for _, part in laws))
        return tuple(density for density, _ in laws), lefts

    def _mark_all(self, laws: tuple[terms.Density, ...], node: w.Written) -> None:
        for density in laws:
            self._mark(density, node)

    def entropy(self, node: w.Entropy) -> Expr:
        first = self._named(node.first)
        laws, lefts = self._measure(first)
        with self.binding(lefts, node.span, *laws):
            self._mark_all(laws, first)
            if node.second is None:
                made = bind(terms.Entropy, lefts, Mul(*laws))
            else:
                second = self._named(node.second)
                other = self.term(second)
                made = bind(terms.CrossEntropy, lefts, Mul(*laws), other)
        return self._finite(made, node)

    def _finite(self, term: Expr, node: w.Written) -> Expr:
        self.record.needed.append(Needed("finite", term, plain(node)))
        return term

    # -- random variables -------------------------------------------------------------------------

    def variable_entropy(self, node: w.VariableEntropy) -> Expr:
        groups = [self._labels(node.left), self._labels(node.right)]
        family = self._covering(node, *groups)
        return self._finite(terms.VariableEntropy(family, *groups), node)

    def information(self, node: w.Information) -> Expr:
        groups = [self._labels(g) for g in (node.first, node.second, node.given)]
        family = self._covering(node, *groups)
        return self._finite(terms.Information(family, *groups), node)

    def _labels(self, nodes: tuple[w.Variable, ...]) -> list[Var]:
        return self._slots(nodes)

    def _covering(self, node: Any, *groups: list[Var]) -> str:
        """The family named, or the only one whose joint covers the variables."""
        wanted = [v for group in groups for v in group]
        if len(set(wanted)) < len(wanted):
            name = next(v.label for v in wanted if wanted.count(v) > 1)
            raise IllFormed("bound-twice", node.span, name=name)
        covering = [
            f.name for f in self.model.families if set(wanted) <= set(f.left) and not f.right
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
