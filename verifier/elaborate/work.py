"""What the elaboration of a line keeps track of: scopes, weights, conditions, names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from sympy import Expr, Integer, Rational, Symbol, Tuple

from verifier.elaborate.conditions import IllFormed, Record
from verifier.kernel import terms
from verifier.kernel.binding import free_variables
from verifier.kernel.model import Family, Function, Model
from verifier.kernel.rules.factorisation import needed as needed_conditions
from verifier.kernel.terms import Var, slot_order
from verifier.kernel.theorem import Needed
from verifier.language import written as w
from verifier.language.printer import plain

Kind = Literal["above", "nonzero", "conditioned"]
MAX_DIGITS = 1000  # of a number, written or raised to a power
MAX_EXPANSION = 50_000  # nodes elaborated in one line, abbreviations unfolded
MAX_DEPTH = 80  # of a line, abbreviations unfolded


@dataclass(frozen=True)
class Abbreviated:
    """A `define` line: formal arguments, and the written formula that they stand in."""

    arguments: tuple[str, ...]
    body: w.Written


def slot(variable: w.Variable) -> Var:
    """A variable as a model line has it: `x`, `z_1`, `x_obs`."""
    label = variable.label
    if label is None:
        raise IllFormed("sequences-later", variable.span)
    if variable.form == "element" and isinstance(variable.low, w.Number):
        number = Integer(int(variable.low.text))
        return Var(variable.base, Tuple(number, number))
    return Var(label)


def family_name(density: w.Density) -> str:
    """The family's name with its parameters: `p`, `p;theta`."""
    return ";".join((density.family, *density.parameters))


class Work:
    """The elaboration of one line: its state, and what names stand for in it."""

    def __init__(
        self, model: Model, abbreviations: Mapping[str, Abbreviated], variables: frozenset[Var]
    ) -> None:
        self.model = model
        self.abbreviations = abbreviations
        self.variables = variables
        self.record = Record()
        self.scope: list[frozenset[Var]] = []
        self.weight: tuple[Expr, ...] = ()
        self.laws: tuple[Expr, ...] = ()
        self.in_function = False  # below a logarithm or another function
        self.in_power = False  # in an exponential, whose logarithms are factors of its value
        self.formals: dict[str, Any] = {}
        self.outside = 0  # how many binders stand around the abbreviation that is unfolded
        self.unfolding = 0
        self.depth = 0
        self.spent = 0

    def term(self, node: w.Written) -> Expr:
        """The term of a formula."""
        self.spent += 1
        if self.spent > MAX_EXPANSION:
            raise IllFormed("too-long", node.span)
        if self.depth > MAX_DEPTH:
            raise IllFormed("too-deep", node.span)
        self.depth += 1
        term = self.handled(node)
        self.depth -= 1
        if not self.unfolding:
            self.record.spans.setdefault(term, node.span)
        return term

    def handled(self, node: w.Written) -> Expr:
        """The term of a formula, by its kind."""
        raise NotImplementedError

    # -- variables --------------------------------------------------------------------------------

    def variable(self, node: w.Variable) -> Var:
        """A variable where one is expected."""
        if node.label in self.formals and isinstance(self.formals[node.label], Var):
            return self._seen(self.formals[node.label], node)
        found = slot(node)
        if found not in self.variables:
            raise IllFormed("unknown-variable", node.span, name=found.label)
        return self._seen(found, node)

    def _seen(self, variable: Var, node: w.Written) -> Var:
        bound = any(variable in group for group in self.scope)
        if not bound:
            self.record.free.setdefault(variable, node.span)
        elif not self.unfolding:  # what an abbreviation binds doesn't show in the line
            self.record.bound.setdefault(variable, node.span)
        return variable

    @contextmanager
    def binding(self, variables: Iterable[Var], span: w.Span, *weights: Expr) -> Iterator[None]:
        """A scope in which variables are bound, weighed by densities. What weighs a variable that
        it hides says nothing of its own."""
        group = frozenset(variables)
        before = self.weight, self.laws, self.in_function, self.in_power
        outer, laws = (
            tuple(d for d in known if free_variables(d).isdisjoint(group)) for known in before[:2]
        )
        for variable in sorted(group, key=slot_order) if not self.unfolding else ():
            self.record.bound.setdefault(variable, span)
            if any(variable in outer for outer in self.scope):
                self.record.hidden.append((variable, span))
        self.scope.append(group)
        self.weight, self.laws = (*outer, *weights), (*laws, *weights)
        self.in_function = self.in_power = False
        try:
            yield
        finally:
            self.scope.pop()
            self.weight, self.laws, self.in_function, self.in_power = before

    # -- names and applications -------------------------------------------------------------------

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
        if len(function.arguments) != len(node.arguments):
            raise IllFormed(
                "wrong-arguments", node.span, name=node.name,
                expected=len(function.arguments), found=len(node.arguments),
            )  # fmt: skip
        return terms.Call(
            node.name,
            *(self._argument(function, i, part) for i, part in enumerate(node.arguments)),
        )

    def _argument(self, function: Function, index: int, node: w.Written) -> Any:
        formal = function.arguments[index]
        if formal is None:
            return self.term(node)
        if not isinstance(node, w.Variable):
            raise IllFormed("variable-expected", node.span, name=formal.label)
        actual = self.variable(node)
        if actual != formal:
            raise IllFormed("wrong-kind", node.span, name=actual.label, expected=formal.label)
        return actual

    def _abbreviation(self, name: str, actual: tuple[w.Written, ...], span: w.Span) -> Expr:
        """What an abbreviation stands for here: its free variables are those of this place."""
        definition = self.abbreviations[name]
        if len(actual) != len(definition.arguments):
            raise IllFormed(
                "wrong-arguments", span, name=name,
                expected=len(definition.arguments), found=len(actual),
            )  # fmt: skip
        values = [self.variable(a) if isinstance(a, w.Variable) else self.term(a) for a in actual]
        before = self.formals, self.outside
        self.formals = dict(zip(definition.arguments, values, strict=True))
        self.outside = len(self.scope)
        self.unfolding += 1
        try:
            body = self.term(definition.body)
        except IllFormed as problem:
            raise IllFormed("in-definition", span, name=name, cause=problem) from problem
        finally:
            self.unfolding -= 1
            self.formals, self.outside = before
        return terms.Abbreviation(name, body)

    def density(self, node: w.Density) -> Expr:
        family = self.model.family.get(family_name(node))
        if family is None:
            raise IllFormed("undeclared-family", node.span, name=family_name(node))
        left = [self.variable(v) for v in node.left]
        right = [self.variable(v) for v in node.right]
        _check_slots(family, left, right, node)
        condition = [v for v in right if v in family.left]
        if condition:
            given = [v for v in right if v in family.right]
            self.need("conditioned", terms.Density(family.name, condition, given), node)
        return terms.Density(family.name, left, right)

    # -- conditions --------------------------------------------------------------------------------

    def need(self, kind: Kind, term: Expr, node: w.Written) -> None:
        """Record a condition, with what weighs it."""
        bound = frozenset[Var]().union(*self.scope) & free_variables(term)
        cancels = self.in_power if kind == "above" else kind == "nonzero" and not self.in_function
        text = plain(inside_brackets(node))
        self.record.needed.append(Needed(kind, term, text, self.weight, bound, cancels, self.laws))


def _check_slots(family: Family, left: list[Var], right: list[Var], node: w.Density) -> None:
    """Raises IllFormed for what is no marginal or conditional of a family."""
    both = left + right
    for variable in both:
        if both.count(variable) > 1:
            raise IllFormed("bound-twice", node.span, name=variable.label)
        if variable not in family.slots:
            raise IllFormed("not-covered", node.span, name=family.name, variables=variable.label)
    for variable in left:
        if variable in family.right:
            raise IllFormed("only-given", node.span, name=family.name, variable=variable.label)
    missing = frozenset(family.right) - frozenset(right)
    if missing and family.factors:
        everything = frozenset(right) | missing
        missing &= needed_conditions(family, frozenset(left), everything)
    if missing and left:
        names = ", ".join(v.label for v in sorted(missing, key=slot_order))
        raise IllFormed("condition-missing", node.span, name=family.name, variables=names)


def inside_brackets(node: w.Written) -> w.Written:
    while isinstance(node, w.Bracket):
        node = node.body
    return node
