"""One written formula to a term: arithmetic and functions, and which handler a node has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Expr, I, Rational, zoo

from verifier.elaborate.binders import Binders
from verifier.elaborate.conditions import IllFormed, Record
from verifier.elaborate.work import MAX_DIGITS, Abbreviated, inside_brackets
from verifier.kernel import terms
from verifier.kernel.arithmetic import (
    collapse,
    densities,
    negative,
    power,
    powers,
    product,
    quotient,
    total,
)
from verifier.kernel.binding import rebuild
from verifier.kernel.model import Model
from verifier.kernel.ranges import elements, in_force
from verifier.kernel.terms import Var
from verifier.language import written as w


@dataclass
class Elaborator:
    """Turns the formulas of one file into terms."""

    model: Model
    abbreviations: dict[str, Abbreviated] = field(default_factory=dict)
    variables: frozenset[Var] = frozenset()
    _terms: dict[Any, Any] = field(default_factory=dict)

    def line(self, *formulas: w.Written) -> tuple[list[Expr], Record]:
        """The terms of a line's formulas, and what the line shows. Raises IllFormed."""
        work = self._work()
        with in_force(self.model.order):
            return [self._shared(work.term(formula)) for formula in formulas], work.record

    def slots(self, nodes: tuple[w.Variable, ...]) -> tuple[Var, ...]:
        """Variables as a line declares them, each once; short slices as their elements. Raises
        IllFormed."""
        work = self._work()
        found: list[Var] = []
        for node in nodes:
            for slot in elements(work.slot(node)):
                if not all(self.model.order.apart(slot, other) for other in found):
                    raise IllFormed("bound-twice", node.span, name=slot.label)
                found.append(slot)
        return tuple(found)

    def knows(self, node: w.Variable) -> bool:
        """Whether a variable is declared."""
        try:
            self._work().part(node)
        except IllFormed:
            return False
        return True

    def distribution(self, factors: tuple[w.Written, ...]) -> tuple[Expr, ...]:
        """The terms of a product of densities (also indexed ones) that is one density. Raises
        IllFormed."""
        with in_force(self.model.order):
            laws, _ = self._work().distribution(factors)
        return tuple(law for law, _ in laws)

    def _work(self) -> _Line:
        return _Line(self.model, self.abbreviations, self.variables)

    def _shared(self, term: Any) -> Any:
        """The same term with equal parts as one object: most comparisons then end at once."""
        known = self._terms.get(term)
        if known is None:
            known = rebuild(term, self._shared)
            self._terms[known] = known
        return known


class _Line(Binders):
    """The elaboration of one line."""

    def handled(self, node: w.Written) -> Expr:
        return _HANDLERS[type(node)](self, node)

    def sum(self, node: w.Sum) -> Expr:
        start = len(self.record.needed)
        parts = [self.term(part) for part in node.terms]
        signed = (p if s == "+" else negative(p) for s, p in zip(node.signs, parts, strict=True))
        return self._kept(start, parts, total(*signed))

    def _kept(self, start: int, parts: list[Expr], whole: Expr) -> Expr:
        """A sum or product. What SymPy has cancelled from it must be finite: KL - KL, 0 KL."""
        for i, item in enumerate(self.record.needed[start:], start):
            gone = item.kind == "finite" and not collapse(whole).has(collapse(item.term))
            if gone and any(part.has(item.term) for part in parts):
                self.record.needed[i] = replace(item, cancels=True)
        return whole

    def product(self, node: w.Product) -> Expr:
        """Each factor is weighed by the densities among the others, where they are bound; not
        under a function, whose argument is 0 where they vanish."""
        start = len(self.record.needed)
        plain = [f for f in node.factors if _is_weight(f) and not self.in_function]
        found = {id(f): self.term(f) for f in plain}
        before = self.weight
        self.weight = (*before, *(d for term in found.values() for d in densities(term)))
        try:
            parts = [found[id(f)] if id(f) in found else self.term(f) for f in node.factors]
        finally:
            self.weight = before
        return self._kept(start, parts, product(*parts))

    def quotient(self, node: w.Quotient) -> Expr:
        above = self.term(node.numerator)
        below = self.term(node.denominator)
        before = self.weight
        if not self.in_function:
            self.weight = (*before, *densities(above))
        self._divide(below, node.denominator)
        self.weight = before
        return quotient(above, below)

    def _divide(self, below: Expr, node: w.Written) -> None:
        if collapse(below).is_zero:
            raise IllFormed("division-by-zero", node.span)
        self.need("nonzero", below, node)

    def power(self, node: w.Power) -> Expr:
        base, exponent = self.term(node.base), self.term(node.exponent)
        if collapse(exponent).is_Integer:
            exponent = collapse(exponent)
        if not exponent.is_Integer:
            self._real_power(base, node.base)
        elif _bits(base) * abs(exponent) > 3 * MAX_DIGITS:
            raise IllFormed("number-too-large", node.span)
        elif exponent < 0:
            self._divide(base, node.base)
        return _real(power(base, exponent), node)

    def logarithm(self, node: w.Logarithm) -> Expr:
        return terms.Log(self._above(node.argument))

    def root(self, node: w.Root) -> Expr:
        base = self.term(node.argument)
        self._real_power(base, node.argument)
        return _real(power(base, Rational(1, 2)), node)

    def _real_power(self, base: Expr, node: w.Written) -> None:
        """The base of a power that is a factor: q^(-a) q^a is 0/0 where q vanishes."""
        before = self.weight, self.in_power
        if not self.in_function:
            above = (factor for factor, exponent in powers(base) if exponent == 1)
            self.weight = (*self.weight, *densities(product(*above)))
            self.in_power = True
        self.need("above", base, node)
        self.weight, self.in_power = before

    def exponential(self, node: w.Exponential) -> Expr:
        """exp(-log q) is 1/q: under a law q it is no more defined than that is."""
        before, self.in_power = self.in_power, True
        try:
            return terms.Exp(self.inside(node.argument))
        finally:
            self.in_power = before

    def _above(self, node: w.Written) -> Expr:
        """The argument of a function that takes positive numbers."""
        argument = self.inside(node)
        self.need("above", argument, node)
        return argument

    def inside(self, node: w.Written) -> Expr:
        """The argument of a function: what it is divided by weighs nothing there."""
        before, self.in_function = self.in_function, True
        try:
            return self.term(node)
        finally:
            self.in_function = before


def _real(term: Expr, node: w.Written) -> Expr:
    """A power that SymPy has not found to be imaginary or infinite."""
    if collapse(term).has(I, zoo):
        raise IllFormed("not-real", node.span)
    return term


def _bits(term: Expr) -> int:
    """About how many bits the rational factor of a term has; 0 for 1."""
    factor = collapse(term).as_coeff_Mul()[0]
    return int(max(abs(factor.p), factor.q).bit_length() - 1) if factor.is_Rational else 0


def _is_weight(node: w.Written) -> bool:
    """A factor that weighs the others: a density, a quotient over or of densities."""
    node = inside_brackets(node)
    if isinstance(node, w.Product):
        return all(_is_weight(f) for f in node.factors)
    return isinstance(node, w.Density)


def _variable(_: _Line, node: w.Variable) -> Expr:
    raise IllFormed("variable-in-arithmetic", node.span, name=node.label or node.base)


_HANDLERS: dict[type, Callable[[_Line, Any], Expr]] = {
    w.Number: _Line.number,
    w.Name: _Line.name,
    w.Variable: _variable,
    w.Density: _Line.density,
    w.Call: _Line.call,
    w.Sum: _Line.sum,
    w.Product: _Line.product,
    w.Quotient: _Line.quotient,
    w.Power: _Line.power,
    w.Bracket: lambda line, node: line.term(node.body),
    w.Logarithm: _Line.logarithm,
    w.Exponential: _Line.exponential,
    w.Root: _Line.root,
    w.Integral: _Line.integral,
    w.SumOver: _Line.integral,
    w.Expectation: _Line.expectation,
    w.Divergence: _Line.divergence,
    w.Entropy: _Line.entropy,
    w.VariableEntropy: _Line.variable_entropy,
    w.Information: _Line.information,
    w.Indexed: _Line.series,
}
