"""One written formula to a term: names, functions, arithmetic, and which handler a node has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import starmap
from typing import Any

from sympy import Expr, I, Integer, Rational, Symbol, zoo

from verifier.elaborate.binders import BinderElaboration
from verifier.elaborate.record import IllFormed, Record
from verifier.elaborate.variables import MAX_DIGITS, Definition
from verifier.formula import written as w
from verifier.kernel.arithmetic import collapse, negative, power, product, quotient, total
from verifier.kernel.binding import free_variables, rebuild
from verifier.kernel.model import Function, Model
from verifier.kernel.sequences.ranges import elements
from verifier.kernel.terms import Abbreviation, Call, Exp, Log, Var, slot_order


@dataclass
class Elaborator:
    """Turns the formulas of one file into terms."""

    model: Model
    abbreviations: dict[str, Definition] = field(default_factory=dict)
    variables: frozenset[Var] = frozenset()
    places: Mapping[str, Expr] = field(default_factory=dict)  # of parameters in a case
    _terms: dict[Any, Any] = field(default_factory=dict)

    def line(self, *formulas: w.Written) -> tuple[list[Expr], Record]:
        """The terms of a line's formulas, and what the line shows. Raises IllFormed."""
        work = self._work()
        return [self._shared(work.term(formula)) for formula in formulas], work.record

    def slots(self, nodes: tuple[w.Variable, ...]) -> tuple[Var, ...]:
        """Variables as a line declares them, each once; short slices as their elements. Raises
        IllFormed."""
        return self._work().slots(nodes, new=True)

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

    def _work(self) -> OneLine:
        return OneLine(self.model, self.abbreviations, self.variables, indices={**self.places})

    def _shared(self, term: Any) -> Any:
        """The same term with equal parts as one object: most comparisons then end at once."""
        known = self._terms.get(term)
        if known is None:
            known = rebuild(term, self._shared)
            self._terms[known] = known
        return known


class OneLine(BinderElaboration):
    """The elaboration of one line."""

    def handled(self, node: w.Written) -> Expr:
        return _HANDLERS[type(node)](self, node)

    def number(self, node: w.Number) -> Expr:
        if len(node.text) > MAX_DIGITS:
            raise IllFormed("number-too-large", node.span)
        return Rational(node.text)

    def name(self, node: w.Name) -> Expr:
        if node.name in self.formals:
            value = self.formals[node.name]
            if isinstance(value, Var):
                raise IllFormed("variable-in-arithmetic", node.span, name=node.name)
            inner = frozenset[Var]().union(*self.scope[self.outside :])
            for variable in sorted(free_variables(value) & inner, key=slot_order):
                raise IllFormed("captured", node.span, name=variable.label)
            return value
        if node.name in self.indices:
            return self.indices[node.name]
        if node.name in self.model.parameter:
            return Symbol(node.name)
        if node.name in self.abbreviations:
            return self._abbreviation(node.name, (), node.span)
        if any(variable.label == node.name for variable in self.variables):
            raise IllFormed("variable-in-arithmetic", node.span, name=node.name)
        raise IllFormed("undeclared-name", node.span, name=node.name)

    def call(self, node: w.Call) -> Expr:
        if node.name in self.abbreviations:
            return self._abbreviation(node.name, node.arguments, node.span)
        function = self.model.function.get(node.name)
        if function is None:
            raise IllFormed("undeclared-name", node.span, name=node.name)
        given = [pair for part in node.arguments for pair in self._spread(function, part)]
        _check_number(node.name, node.span, len(function.arguments), len(given))
        pairs = zip(function.arguments, given, strict=True)
        return Call(node.name, *starmap(self._argument, pairs))

    def _spread(self, function: Function, node: w.Written) -> list[tuple[w.Written, Var | None]]:
        """An argument, a short slice as its elements unless slices of all lengths are taken."""
        whole = self.meant(node) if isinstance(node, w.Variable) else None
        own = () if whole is None or Var(whole.name) in function.arguments else elements(whole)
        return [(node, part) for part in own or (whole,)]

    def _argument(self, formal: Var | None, given: tuple[w.Written, Var | None]) -> Any:
        node, actual = given
        if formal is None:
            return self.term(node)
        if actual is None:
            raise IllFormed("variable-expected", node.span, name=formal.label)
        part = actual.name == formal.name and not formal.ends
        if actual != formal and not part and self.model.slot(actual) != formal:
            raise IllFormed("wrong-kind", node.span, name=actual.label, expected=formal.label)
        return self.in_row(actual, node)

    def _abbreviation(self, name: str, actual: tuple[w.Written, ...], span: w.Span) -> Expr:
        """What an abbreviation stands for here: its free variables are those of this place."""
        definition = self.abbreviations[name]
        _check_number(name, span, len(definition.arguments), len(actual))
        values = [self.variable(a) if isinstance(a, w.Variable) else self.term(a) for a in actual]
        formals, here = dict(zip(definition.arguments, values, strict=True)), len(self.scope)
        try:
            with self.within(formals=formals, outside=here, unfolding=True, taken=frozenset()):
                return Abbreviation(name, self.term(definition.body))
        except IllFormed as problem:
            raise IllFormed("in-definition", span, name=name, cause=problem) from problem

    # -- arithmetic -------------------------------------------------------------------------------

    def sum(self, node: w.Sum) -> Expr:
        pairs = zip(node.signs, map(self.term, node.terms), strict=True)
        return total(*(part if sign == "+" else negative(part) for sign, part in pairs))

    def product(self, node: w.Product) -> Expr:
        return product(*(self.term(factor) for factor in node.factors))

    def quotient(self, node: w.Quotient) -> Expr:
        above, below = self.term(node.numerator), self.term(node.denominator)
        if collapse(below).is_zero:
            raise IllFormed("division-by-zero", node.denominator.span)
        return quotient(above, below)

    def power(self, node: w.Power) -> Expr:
        base, exponent = self.term(node.base), self.term(node.exponent)
        if isinstance(exponent, Integer):
            if _bits(base) * abs(exponent) > 3 * MAX_DIGITS:
                raise IllFormed("number-too-large", node.span)
            if exponent < 0 and collapse(base).is_zero:
                raise IllFormed("division-by-zero", node.base.span)
        return _real(power(base, exponent), node)

    def root(self, node: w.Root) -> Expr:
        return _real(power(self.term(node.argument), Rational(1, 2)), node)


def _check_number(name: str, span: w.Span, expected: int, found: int) -> None:
    """Raises IllFormed for too many arguments, or too few."""
    if expected != found:
        raise IllFormed("wrong-arguments", span, name=name, expected=expected, found=found)


def _real(term: Expr, node: w.Written) -> Expr:
    """A power that SymPy has not found to be imaginary or infinite."""
    if collapse(term).has(I, zoo):
        raise IllFormed("not-real", node.span)
    return term


def _bits(term: Expr) -> int:
    """About how many bits the rational factor of a term has; 0 for 1."""
    factor = collapse(term).as_coeff_Mul()[0]
    return int(max(abs(factor.p), factor.q).bit_length() - 1) if factor.is_Rational else 0


def _variable(_: OneLine, node: w.Variable) -> Expr:
    raise IllFormed("variable-in-arithmetic", node.span, name=node.label or node.base)


_HANDLERS: dict[type, Callable[[OneLine, Any], Expr]] = {
    w.Number: OneLine.number,
    w.Name: OneLine.name,
    w.Variable: _variable,
    w.Density: OneLine.density,
    w.Law: OneLine.whole,
    w.Call: OneLine.call,
    w.Sum: OneLine.sum,
    w.Product: OneLine.product,
    w.Quotient: OneLine.quotient,
    w.Power: OneLine.power,
    w.Bracket: lambda line, node: line.term(node.body),
    w.Logarithm: lambda line, node: Log(line.term(node.argument)),
    w.Exponential: lambda line, node: Exp(line.term(node.argument)),
    w.Root: OneLine.root,
    w.Integral: OneLine.integral,
    w.SumOver: OneLine.integral,
    w.Expectation: OneLine.expectation,
    w.Divergence: OneLine.divergence,
    w.Entropy: OneLine.entropy,
    w.VariableEntropy: OneLine.variable_entropy,
    w.Information: OneLine.information,
    w.Indexed: OneLine.series,
}
