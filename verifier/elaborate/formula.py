"""One written formula to a term: arithmetic and functions, and which handler a node has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, I, Rational, zoo

from verifier.elaborate.binders import Binders
from verifier.elaborate.record import IllFormed, Record
from verifier.elaborate.variables import MAX_DIGITS, Abbreviated
from verifier.formula import written as w
from verifier.kernel import terms
from verifier.kernel.arithmetic import collapse, negative, power, product, quotient, total
from verifier.kernel.binding import rebuild
from verifier.kernel.model import Model
from verifier.kernel.sequences.ranges import elements
from verifier.kernel.terms import Var


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
        parts = [self.term(part) for part in node.terms]
        return total(
            *(p if s == "+" else negative(p) for s, p in zip(node.signs, parts, strict=True))
        )

    def product(self, node: w.Product) -> Expr:
        return product(*(self.term(factor) for factor in node.factors))

    def quotient(self, node: w.Quotient) -> Expr:
        above, below = self.term(node.numerator), self.term(node.denominator)
        if collapse(below).is_zero:
            raise IllFormed("division-by-zero", node.denominator.span)
        return quotient(above, below)

    def power(self, node: w.Power) -> Expr:
        base, exponent = self.term(node.base), self.term(node.exponent)
        if collapse(exponent).is_Integer:
            exponent = collapse(exponent)
            if _bits(base) * abs(exponent) > 3 * MAX_DIGITS:
                raise IllFormed("number-too-large", node.span)
            if exponent < 0 and collapse(base).is_zero:
                raise IllFormed("division-by-zero", node.base.span)
        return _real(power(base, exponent), node)

    def root(self, node: w.Root) -> Expr:
        return _real(power(self.term(node.argument), Rational(1, 2)), node)


def _real(term: Expr, node: w.Written) -> Expr:
    """A power that SymPy has not found to be imaginary or infinite."""
    if collapse(term).has(I, zoo):
        raise IllFormed("not-real", node.span)
    return term


def _bits(term: Expr) -> int:
    """About how many bits the rational factor of a term has; 0 for 1."""
    factor = collapse(term).as_coeff_Mul()[0]
    return int(max(abs(factor.p), factor.q).bit_length() - 1) if factor.is_Rational else 0


def _variable(_: _Line, node: w.Variable) -> Expr:
    raise IllFormed("variable-in-arithmetic", node.span, name=node.label or node.base)


_HANDLERS: dict[type, Callable[[_Line, Any], Expr]] = {
    w.Number: _Line.number,
    w.Name: _Line.name,
    w.Variable: _variable,
    w.Density: _Line.density,
    w.Law: _Line.whole,
    w.Call: _Line.call,
    w.Sum: _Line.sum,
    w.Product: _Line.product,
    w.Quotient: _Line.quotient,
    w.Power: _Line.power,
    w.Bracket: lambda line, node: line.term(node.body),
    w.Logarithm: lambda line, node: terms.Log(line.term(node.argument)),
    w.Exponential: lambda line, node: terms.Exp(line.term(node.argument)),
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
