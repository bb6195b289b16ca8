"""The lines of declarations as they are read, the names that they bring, and what all others may
use: parameters and functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from sympy import Expr, Integer, Symbol

from verifier.derivation.derivation import Derivation, Text
from verifier.elaborate.formula import Elaborator
from verifier.elaborate.record import IllFormed
from verifier.formula import declarations as grammar
from verifier.formula import written as w
from verifier.formula.lexer import FormulaError
from verifier.formula.scope import Scope
from verifier.kernel.arithmetic import collapse
from verifier.kernel.model import Function, Model, Parameter
from verifier.kernel.sequences.ranges import is_sliced
from verifier.kernel.terms import Var
from verifier.outcome import Diagnostic, DiagnosticError

Parsed = TypeVar("Parsed", bound=w.Written)
R = TypeVar("R")


def diagnostic_of(text: Text, error: FormulaError | IllFormed) -> Diagnostic:
    """A problem with a formula as a diagnostic with its place."""
    data = dict(error.data)
    binder = data.pop("binder", None)
    if isinstance(binder, w.Span):
        data["column"] = text.location(binder).column
    cause = data.get("cause")
    if isinstance(cause, IllFormed):
        data["cause"] = Diagnostic(cause.code, None, {**cause.data})
    return text.diagnostic(error.code, error.span, **data)


class Reader:
    """Reads the declarations of a file one by one into a model."""

    def __init__(self, derivation: Derivation, places: Mapping[str, Expr]) -> None:
        self.derivation = derivation
        self.scope = Scope()
        self.names: dict[str, str] = {}
        self.parsed: dict[int, w.Written] = {}  # by where the line begins
        self.elaborator = Elaborator(Model(), places=places)

    @property
    def model(self) -> Model:
        return self.elaborator.model

    def _update(self, **changes: object) -> None:
        model = replace(self.model, **changes)  # type: ignore[arg-type]
        variables = frozenset(v for family in model.families for v in family.slots)
        variables |= {copy for copy, _ in model.copies if not copy.ends}
        self.elaborator.model, self.elaborator.variables = model, variables

    def _read(self, text: Text, read: Callable[..., R], *arguments: Any) -> R:
        try:
            return read(*arguments)
        except (FormulaError, IllFormed) as error:
            raise DiagnosticError(diagnostic_of(text, error)) from error

    def _parse(self, text: Text, parse: Callable[..., Parsed], *arguments: object) -> Parsed:
        line = self._read(text, parse, text.value, *arguments)
        self.parsed[text.offsets[0]] = line
        return line

    def _terms(self, text: Text, *formulas: w.Written) -> list[Expr]:
        return self._read(text, self.elaborator.line, *formulas)[0]

    def _slots(self, text: Text, nodes: tuple[w.Variable, ...]) -> tuple[Var, ...]:
        """The variables that a line declares, each once."""
        return self._read(text, self.elaborator.slots, nodes)

    # -- names ------------------------------------------------------------------------------------

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
            at_a_place = parameter.symbol.name in self.elaborator.places
            if at_a_place or left.has(parameter.symbol) or right.has(parameter.symbol):
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

    def _written_slots(self) -> frozenset[Var]:
        """The variables of all families but those by formula."""
        found: set[Var] = set()
        for text in self.derivation.model:
            if not grammar.has_formula(text.value):
                density = self._parse(text, grammar.parse_family, self.scope).density
                found |= set(self._slots(text, (*density.left, *density.right)))
        return frozenset(found)

    def _function(self, text: Text, line: w.FunctionLine) -> Function:
        """A formal argument named like a variable takes variables, any other takes numbers."""
        arguments = tuple(a for formal in line.arguments for a in self._formal(text, formal))
        low, high = (None, None) if line.domain is None else self._interval(text, line)
        closed = line.domain is not None and line.domain.relation in (">=", "<=")
        return Function(line.name, arguments, line.sign, line.shape, low, high, closed)

    def _formal(self, text: Text, formal: w.Variable) -> tuple[Var | None, ...]:
        """The slots that a formal argument is named like; the sequence itself for all its parts."""
        known = self.elaborator.variables
        if formal.form == "plain" and Var(formal.base) not in known:
            sequence = any(v.name == formal.base and v.ends for v in known)
            return (Var(formal.base) if sequence else None,)
        new = formal.form != "plain" and formal.label is None
        return self._slots(text, (formal,)) if new or self.elaborator.knows(formal) else (None,)

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
