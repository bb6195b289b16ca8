"""One written formula to a term: names looked up, variables bound, conditions collected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol, Tuple

from verifier.elaborate.conditions import IllFormed, Record, densities
from verifier.kernel import terms
from verifier.kernel.binding import bind, free_variables, rebuild
from verifier.kernel.model import Family, Function, Model
from verifier.kernel.rules.factorisation import needed as needed_conditions
from verifier.kernel.terms import Var, slot_order
from verifier.kernel.theorem import Needed
from verifier.language import written as w
from verifier.language.printer import plain

Kind = Literal["above", "nonzero", "conditioned"]
MAX_DIGITS = 1000  # of a number, written or raised to a power
MAX_EXPANSION = 5000  # nodes elaborated in one line, abbreviations unfolded


@dataclass(frozen=True)
class Abbreviated:
    """A `define` line: formal arguments, and the written formula that they stand in."""

    arguments: tuple[str, ...]
    body: w.Written


@dataclass
class Elaborator:
    """Turns the formulas of one file into terms."""

    model: Model
    abbreviations: dict[str, Abbreviated] = field(default_factory=dict)
    variables: frozenset[Var] = frozenset()
    _terms: dict[Any, Any] = field(default_factory=dict)

    def line(self, *formulas: w.Written) -> tuple[list[Expr], Record]:
        """The terms of a line's formulas, and what the line shows. Raises IllFormed."""
        work = _Line(self)
        return [self._shared(work.term(formula)) for formula in formulas], work.record

    def _shared(self, term: Any) -> Any:
        """The same term with equal parts as one object: most comparisons then end at once."""
        known = self._terms.get(term)
        if known is None:
            known = rebuild(term, self._shared)
            self._terms[known] = known
        return known


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


class _Line:
    """The elaboration of one line."""

    def __init__(self, file: Elaborator) -> None:
        self.file = file
        self.model = file.model
        self.record = Record()
        self.scope: list[frozenset[Var]] = []
        self.weight: tuple[Expr, ...] = ()
        self.in_function = False  # below a logarithm or another function
        self.formals: dict[str, Any] = {}
        self.unfolding: list[str] = []
        self.work = 0

    def term(self, node: w.Written) -> Expr:
        """The term of a formula."""
        self.work += 1
        if self.work > MAX_EXPANSION:
            raise IllFormed("too-long", node.span)
        term = _HANDLERS[type(node)](self, node)
        if not self.unfolding:
            self.record.spans.setdefault(term, node.span)
        return term

    # -- variables --------------------------------------------------------------------------------

    def variable(self, node: w.Variable) -> Var:
        """A variable where one is expected."""
        if node.label in self.formals and isinstance(self.formals[node.label], Var):
            return self._seen(self.formals[node.label], node)
        found = slot(node)
        if found not in self.file.variables:
            raise IllFormed("unknown-variable", node.span, name=found.label)
        return self._seen(found, node)

    def _seen(self, variable: Var, node: w.Written) -> Var:
        bound = any(variable in group for group in self.scope)
        (self.record.bound if bound else self.record.free).setdefault(variable, node.span)
        return variable

    @contextmanager
    def binding(self, variables: Iterable[Var], span: w.Span, *weights: Expr) -> Iterator[None]:
        """A scope in which variables are bound, weighed by densities."""
        group, before, inside = frozenset(variables), self.weight, self.in_function
        for variable in sorted(group, key=slot_order):
            self.record.bound.setdefault(variable, span)
            if any(variable in outer for outer in self.scope):
                self.record.hidden.append((variable, span))
        self.scope.append(group)
        self.weight, self.in_function = (*before, *weights), False
        try:
            yield
        finally:
            self.scope.pop()
            self.weight, self.in_function = before, inside

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
            return value
        if node.name in self.model.parameter:
            return Symbol(node.name)
        if node.name in self.file.abbreviations:
            return self._abbreviation(node.name, (), node.span)
        if any(variable.label == node.name for variable in self.file.variables):
            raise IllFormed("variable-in-arithmetic", node.span, name=node.name)
        raise IllFormed("undeclared-name", node.span, name=node.name)

    def call(self, node: w.Call) -> Expr:
        if node.name in self.file.abbreviations:
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
        definition = self.file.abbreviations[name]
        if len(actual) != len(definition.arguments):
            raise IllFormed(
                "wrong-arguments", span, name=name,
                expected=len(definition.arguments), found=len(actual),
            )  # fmt: skip
        values = [self.variable(a) if isinstance(a, w.Variable) else self.term(a) for a in actual]
        before = self.formals
        self.formals = dict(zip(definition.arguments, values, strict=True))
        self.unfolding.append(name)
        try:
            body = self.term(definition.body)
        except IllFormed as problem:
            raise IllFormed("in-definition", span, name=name, cause=problem) from problem
        finally:
            self.unfolding.pop()
            self.formals = before
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

    # -- arithmetic -------------------------------------------------------------------------------

    def sum(self, node: w.Sum) -> Expr:
        parts = (self.term(part) for part in node.terms)
        return Add(*(p if s == "+" else -p for s, p in zip(node.signs, parts, strict=True)))

    def product(self, node: w.Product) -> Expr:
        """Each factor is weighed by the densities among the others, where they are bound."""
        plain = [f for f in node.factors if _is_weight(f)]
        found = {id(f): self.term(f) for f in plain}
        before = self.weight
        self.weight = (*before, *(d for term in found.values() for d in densities(term)))
        try:
            parts = [found[id(f)] if id(f) in found else self.term(f) for f in node.factors]
        finally:
            self.weight = before
        return Mul(*parts)

    def quotient(self, node: w.Quotient) -> Expr:
        above = self.term(node.numerator)
        below = self.term(node.denominator)
        before = self.weight
        if not self.in_function:
            self.weight = (*before, *densities(above))
        self._divide(below, node.denominator)
        self.weight = before
        return above / below

    def _divide(self, below: Expr, node: w.Written) -> None:
        if below.is_zero:
            raise IllFormed("division-by-zero", node.span)
        self.need("nonzero", below, node)

    def power(self, node: w.Power) -> Expr:
        base, exponent = self.term(node.base), self.term(node.exponent)
        if not exponent.is_Integer:
            self.need("above", base, node.base)
        elif _bits(base) * abs(exponent) > 3 * MAX_DIGITS:
            raise IllFormed("number-too-large", node.span)
        elif exponent < 0:
            self._divide(base, node.base)
        return Pow(base, exponent)

    def logarithm(self, node: w.Logarithm) -> Expr:
        return terms.Log(self._above(node.argument))

    def root(self, node: w.Root) -> Expr:
        return Pow(self._above(node.argument), Rational(1, 2))

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

    def need(self, kind: Kind, term: Expr, node: w.Written) -> None:
        """Record a condition, with what weighs it."""
        bound = frozenset[Var]().union(*self.scope) & free_variables(term)
        cancels = kind == "nonzero" and not self.in_function
        self.record.needed.append(
            Needed(kind, term, plain(node), self.weight, bound, cancels)
        )

    # -- binders ----------------------------------------------------------------------------------

    def integral(self, node: w.Integral | w.SumOver) -> Expr:
        variables = self._slots(node.variables)
        with self.binding(variables, node.span):
            body = self.term(node.body)
        return self._finite(bind(terms.Integral, variables, body), node)

    def _slots(self, nodes: tuple[w.Variable, ...]) -> list[Var]:
        found = []
        for node in nodes:
            variable = slot(node)
            if variable not in self.file.variables:
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
        node = _inside_brackets(node)
        parts = node.factors if isinstance(node, w.Product) else (node,)
        laws: list[tuple[terms.Density, w.Written]] = []
        for part in map(_inside_brackets, parts):
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


def _bits(term: Expr) -> int:
    """About how many bits the rational factor of a term has; 0 for 1."""
    factor = term.as_coeff_Mul()[0]
    return int(max(abs(factor.p), factor.q).bit_length() - 1) if factor.is_Rational else 0


def _inside_brackets(node: w.Written) -> w.Written:
    while isinstance(node, w.Bracket):
        node = node.body
    return node


def _is_weight(node: w.Written) -> bool:
    """A factor that weighs the others: a density, a quotient over or of densities."""
    node = _inside_brackets(node)
    if isinstance(node, w.Product):
        return all(_is_weight(f) for f in node.factors)
    return isinstance(node, w.Density)


def _later(_: _Line, node: w.Written) -> Expr:
    raise IllFormed("sequences-later", node.span)


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
    w.Exponential: lambda line, node: terms.Exp(line.inside(node.argument)),
    w.Root: _Line.root,
    w.Integral: _Line.integral,
    w.SumOver: _Line.integral,
    w.Expectation: _Line.expectation,
    w.Divergence: _Line.divergence,
    w.Entropy: _Line.entropy,
    w.VariableEntropy: _Line.variable_entropy,
    w.Information: _Line.information,
    w.Indexed: _later,
}
