"""The declarations of a file to a Model: what can't be read here is an error of the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from sympy import Expr, Integer, Symbol, Tuple

from verifier.derivation.derivation import Derivation, Text
from verifier.elaborate.formula import Elaborator
from verifier.elaborate.record import IllFormed
from verifier.elaborate.variables import Abbreviated, family_name
from verifier.formula import declarations as grammar
from verifier.formula import written as w
from verifier.formula.lexer import FormulaError
from verifier.formula.parser import COMPARISONS, parse_statement
from verifier.formula.scope import Scope
from verifier.kernel import model, terms
from verifier.kernel.arithmetic import collapse, factors
from verifier.kernel.binding import free_variables, unfolded
from verifier.kernel.model import Condition, Fact, Family, Function, Model, Parameter
from verifier.kernel.sequences.laws import left_of
from verifier.kernel.sequences.ranges import is_sliced
from verifier.kernel.terms import Var
from verifier.outcome import Diagnostic, DiagnosticError

Parsed = TypeVar("Parsed", bound=w.Written)
KEYS = (
    "model", "copies", "parameters", "functions", "define", "discrete", "support", "assume",
)  # fmt: skip


@dataclass(frozen=True)
class Declared:
    """A file's declarations: the model, the scope for parsing, the elaborator of its formulas."""

    model: Model
    scope: Scope
    elaborator: Elaborator
    written: Mapping[str, tuple[w.Written, ...]]  # all lines, by their key


def problem(text: Text, error: FormulaError | IllFormed) -> Diagnostic:
    """A problem with a formula as a diagnostic with its place."""
    data = dict(error.data)
    binder = data.pop("binder", None)
    if isinstance(binder, w.Span):
        data["column"] = text.location(binder).column
    cause = data.get("cause")
    if isinstance(cause, IllFormed):
        data["cause"] = Diagnostic(cause.code, None, {**cause.data})
    return text.diagnostic(error.code, error.span, **data)


def declared(derivation: Derivation) -> Declared:
    """All declarations of a file. Raises DiagnosticError at the first that can't be read."""
    return _Reader(derivation).read()


class _Reader:
    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.scope = Scope()
        self.names: dict[str, str] = {}
        self.parsed: dict[int, w.Written] = {}  # by where the line begins
        self.elaborator = Elaborator(Model())

    def read(self) -> Declared:
        self._parameters()  # first: a density by formula may use them
        self._families()
        self._abbreviations()
        self._update(discrete=frozenset(self._discrete(text) for text in self.derivation.discrete))
        self._update(facts=tuple(self._fact(text) for text in self.derivation.assume))
        if self.derivation.support is not None:
            self._update(support=tuple(self._condition(t) for t in self.derivation.support))
        return Declared(self.model, self.scope, self.elaborator, self._by_key())

    def _by_key(self) -> dict[str, tuple[w.Written, ...]]:
        """Every declaration as it was read."""
        return {
            key: tuple(self.parsed[text.offsets[0]] for text in getattr(self.derivation, key) or ())
            for key in KEYS
        }

    @property
    def model(self) -> Model:
        return self.elaborator.model

    def _update(self, **changes: object) -> None:
        model = replace(self.model, **changes)  # type: ignore[arg-type]
        variables = frozenset(v for family in model.families for v in family.slots)
        variables |= {copy for copy, _ in model.copies if not copy.ends}
        self.elaborator.model, self.elaborator.variables = model, variables

    def _parse(self, text: Text, parse: Callable[..., Parsed], *arguments: object) -> Parsed:
        try:
            line = parse(text.value, *arguments)
        except FormulaError as error:
            raise DiagnosticError(problem(text, error)) from error
        self.parsed[text.offsets[0]] = line
        return line

    def _terms(self, text: Text, *formulas: w.Written) -> list[Expr]:
        try:
            return self.elaborator.line(*formulas)[0]
        except IllFormed as error:
            raise DiagnosticError(problem(text, error)) from error

    def _new_name(self, text: Text, name: str, kind: str, again: bool = False) -> None:
        """Let a name stand for one thing; `again` for one more line about the same."""
        other = "variable" if self._is_variable(name) else self.names.get(name)
        if other is not None and not (again and other == kind):
            raise text.refused("declared-twice", name=name, kind=kind, other=other)
        self.names[name] = kind

    def _new_variables(self, text: Text) -> None:
        """The same for the variables that a line has brought."""
        for name, other in self.names.items():
            if self._is_variable(name):
                raise text.refused("declared-twice", name=name, kind="variable", other=other)

    def _is_variable(self, name: str) -> bool:
        """Whether this is the name of a variable, of a sequence, of an element of a slice."""
        copies = [copy for copy, _ in self.model.copies]
        return any(
            name in (variable.label, variable.name)
            or (name.startswith(f"{variable.name}_") and is_sliced(variable))
            for variable in (*self.elaborator.variables, *copies)
        )

    # -- families ---------------------------------------------------------------------------------

    def _families(self) -> None:
        for text in self.derivation.model:
            if ":=" in text.value:  # a density by formula may use functions
                self._functions()
            line = self._parse(text, grammar.parse_family, self.scope)
            name = family_name(line.density)
            self._new_name(text, line.density.family, "family", again=name not in self.model.family)
            for parameter in line.density.parameters:
                self._new_name(text, parameter, "parameter", again=True)
            self._update(families=(*self.model.families, self._family(text, line)))
            self._new_variables(text)
            self.scope = self.scope.declare(line)
        for text in self.derivation.copies or ():
            self._copies(text)
        self._functions()

    def _copies(self, text: Text) -> None:
        """`z_k of z`: all elements of z; `Z of z`."""
        line = self._parse(text, grammar.parse_copies)
        copied = self.elaborator.slots((line.slot,))
        if len(copied) != 1 or copied[0] not in self.elaborator.variables:
            raise text.refused("unknown-variable", name=line.slot.base, near=())
        if line.copy.form == "plain":
            copy = Var(line.copy.base)
        else:
            letter = Symbol("k")
            copy = Var(line.copy.base, Tuple(letter, letter))
        if (copy, copied[0]) in self.model.copies:  # `z_1 of z` and `z_2 of z` say the same
            return
        known = (*self.elaborator.variables, *(v for v, _ in self.model.copies))
        if any(v.name == copy.name and bool(v.ends) == bool(copy.ends) for v in known):
            raise text.refused("declared-twice", name=copy.label, kind="copy", other="variable")
        self.scope = self.scope.declare(line)
        self._update(copies=(*self.model.copies, (copy, copied[0])))
        self._new_variables(text)

    def _written_slots(self) -> frozenset[Var]:
        """The variables of all families but those by formula."""
        found: set[Var] = set()
        for text in self.derivation.model:
            if ":=" not in text.value:
                density = self._parse(text, grammar.parse_family, self.scope).density
                found |= set(self._slots(text, (*density.left, *density.right)))
        return frozenset(found)

    def _slots(self, text: Text, nodes: tuple[w.Variable, ...]) -> tuple[Var, ...]:
        """The variables that a line declares, each once."""
        try:
            return self.elaborator.slots(nodes)
        except IllFormed as error:
            raise DiagnosticError(problem(text, error)) from error

    def _family(self, text: Text, line: w.FamilyLine) -> Family:
        both = self._slots(text, (*line.density.left, *line.density.right))
        left = self._slots(text, line.density.left)
        right = tuple(slot for slot in both if slot not in left)
        family = Family(family_name(line.density), left, right)
        if line.formula is not None:
            return self._by_formula(text, family, line.formula)
        return self._with_factors(text, family, line) if line.factors else family

    def _by_formula(self, text: Text, family: Family, formula: w.Written) -> Family:
        self.elaborator.variables |= family.slots  # known while its line is read
        (term,) = self._terms(text, formula)
        if not self.model.order.subset(free_variables(term), family.slots):
            raise text.refused("formula-variables", name=family.name)
        return replace(family, formula=term)

    def _with_factors(self, text: Text, family: Family, line: w.FamilyLine) -> Family:
        """A factorisation: each variable left of the bar in exactly one factor, no circle."""
        before = self.model.families
        # Within its own line a family's conditionals are known, its factorisation isn't yet: a
        # factor shows the conditions that it depends on.
        whole = replace(family, left=(*family.left, *family.right), right=())
        self._update(families=(*before, whole))
        try:
            factors = self.elaborator.distribution(line.factors)
        except IllFormed as error:
            raise DiagnosticError(self._no_factors(text, family, error)) from error
        self._update(families=before)
        order = self.model.order
        heads = [v for factor in factors for v in left_of(factor)]
        odd = order.without(heads, family.left) | order.without(family.left, heads)
        for variable in sorted(odd, key=str):
            raise text.refused("factor-heads", name=family.name, variable=variable.label)
        return replace(family, factors=factors)

    def _no_factors(self, text: Text, family: Family, error: IllFormed) -> Diagnostic:
        """Why a product is no factorisation."""
        if error.code == "bound-twice" and "name" in error.data:
            name = str(error.data["name"])
            return text.diagnostic("factor-heads", name=family.name, variable=name)
        if error.code == "circular-law":
            return text.diagnostic("factor-circle", name=family.name)
        return problem(text, error)

    # -- parameters, functions --------------------------------------------------------------------

    def _parameters(self) -> None:
        lines = []
        for text in self.derivation.parameters:
            line = self._parse(text, grammar.parse_parameter, self.scope)
            lines.append((text, line))
            self.scope = self.scope.declare(line)
            for name in line.names:
                self._new_name(text, name, "parameter", again=True)
        known = {name: Parameter(Symbol(name)) for _, line in lines for name in line.names}
        self._update(parameters=tuple(known.values()))
        for text, line in lines:
            for name in line.names:
                known[name] = self._bounded(text, line, known[name])
        self._update(parameters=tuple(known.values()))

    def _bounded(self, text: Text, line: w.ParameterLine, parameter: Parameter) -> Parameter:
        bounds = list(parameter.bounds)
        for bound in line.bounds:
            left, right = map(collapse, self._terms(text, bound.left, bound.right))
            if left.has(parameter.symbol) or right.has(parameter.symbol):
                bounds.append((left, bound.relation, right))
        lowest = {"positive integers": 1, "nonnegative integers": 0}.get(line.integer)
        if lowest is not None:
            bounds.append((parameter.symbol, ">=", Integer(lowest)))
        return Parameter(parameter.symbol, parameter.integer or bool(line.integer), tuple(bounds))

    def _functions(self) -> None:
        if self.model.functions:
            return
        if self.derivation.functions:
            self.elaborator.variables |= self._written_slots()
        found = []
        for text in self.derivation.functions:
            line = self._parse(text, grammar.parse_function, self.scope)
            self._new_name(text, line.name, "function")
            found.append(self._function(text, line))
            self.scope = self.scope.declare(line)
        self._update(functions=tuple(found))

    def _function(self, text: Text, line: w.FunctionLine) -> Function:
        """A formal argument named like a variable takes variables, any other takes numbers."""
        arguments = tuple(self._formal(text, formal) for formal in line.arguments)
        low, high = (None, None) if line.domain is None else self._interval(text, line)
        closed = line.domain is not None and line.domain.relation in (">=", "<=")
        return Function(line.name, arguments, line.sign, line.shape, low, high, closed)

    def _formal(self, text: Text, formal: w.Variable) -> Var | None:
        """The slot that a formal argument is named like; the sequence itself for all its parts."""
        known = self.elaborator.variables
        if formal.form == "plain" and Var(formal.base) not in known:
            return Var(formal.base) if any(
                v.name == formal.base and v.ends for v in known
            ) else None  # fmt: skip
        if formal.form == "plain" or formal.label is not None:
            (found,) = self._slots(text, (formal,)) or (None,)
            return found if self.elaborator.knows(formal) else None
        return self._slots(text, (formal,))[0]

    def _interval(self, text: Text, line: w.FunctionLine) -> tuple[Expr | None, Expr | None]:
        """`for u > 0`: the ends of the interval on which a shape holds."""
        assert line.domain is not None
        formal = {argument.label for argument in line.arguments}
        left, right = (
            None if isinstance(side, w.Name) and side.name in formal else self._terms(text, side)[0]
            for side in (line.domain.left, line.domain.right)
        )
        upward = line.domain.relation in (">", ">=")
        if (left is None) == (right is None) or line.domain.relation in ("=", "!="):
            raise text.refused("shape-domain")
        end = right if left is None else left
        return (end, None) if upward == (left is None) else (None, end)

    # -- abbreviations, facts, support ------------------------------------------------------------

    def _abbreviations(self) -> None:
        for text in self.derivation.define:
            line = self._parse(text, grammar.parse_definition, self.scope)
            self._new_name(text, line.name, "abbreviation")
            arguments = tuple(a.label or a.base for a in line.arguments)
            self.scope = self.scope.declare(line)
            self.elaborator.abbreviations[line.name] = Abbreviated(arguments, line.body)
            if not arguments:
                self._terms(text, line.body)

    def _discrete(self, text: Text) -> str:
        variable = self._parse(text, grammar.parse_discrete)
        if variable.form == "plain" and self._formal(text, variable):
            return variable.base
        (found, *_) = self._slots(text, (variable,))
        if not self.elaborator.knows(variable):
            known = (v.label for v in self.elaborator.variables)
            raise DiagnosticError(text.unknown("unknown-variable", known))
        return found.name if found.ends and found.low != found.high else found.label

    def _fact(self, text: Text) -> Fact:
        line = self._parse(text, parse_statement, self.scope, COMPARISONS, True)
        left, right = self._terms(text, line.left, line.right)
        quantified = frozenset(self._slots(text, line.quantified))
        return Fact(left, line.relation, right, quantified, text.value)

    def _condition(self, text: Text) -> Condition:
        line = self._parse(text, grammar.parse_support, self.scope)
        match line:
            case w.Domination():
                first, second = self._terms(text, line.first, line.second)
                self._products(text, first, second)
                return model.Domination(first, second, text.value)
            case w.Positivity():
                (density,) = self._terms(text, line.density)
                self._products(text, density)
                return model.Positive(density, text.value)
            case w.Finiteness():
                if line.expression is None:
                    return model.Finite(None, text.value)
                return model.Finite(unfolded(self._terms(text, line.expression)[0]), text.value)

    def _products(self, text: Text, *sides: Expr) -> None:
        for side in sides:
            if not all(isinstance(f, terms.Density) for f in factors(side)):
                raise text.refused("not-a-density")
