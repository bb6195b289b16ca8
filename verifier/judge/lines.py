"""The lines of a derivation, read: written formulas, terms, and what each line shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sympy import Expr

from verifier.derivation.derivation import Step, Text
from verifier.elaborate.model import Declarations
from verifier.elaborate.reader import diagnostic_of
from verifier.elaborate.record import IllFormed, Record
from verifier.formula.lexer import FormulaError
from verifier.formula.parser import parse_expression, parse_statement
from verifier.formula.written import Name, Span, Written
from verifier.formula.written import Statement as WrittenStatement
from verifier.judge.hinted import hinted
from verifier.kernel.binding import as_written
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.sequences.ranges import Order
from verifier.kernel.terms import Relation, Statement, Var
from verifier.outcome import Diagnostic, DiagnosticError

RELATIONS: dict[str, Relation] = {"eq": "=", "ge": ">=", "le": "<="}
KEYS = {relation: key for key, relation in RELATIONS.items()}
CHAIN = frozenset(RELATIONS)


@dataclass(frozen=True)
class Line:
    """One line: an expression of the chain, or a statement (`so`, `side`, `claim`)."""

    written: Written
    terms: tuple[Expr, ...]
    record: Record

    @property
    def statement(self) -> Statement:
        """The statement that a `so`, a `side` or a claim is."""
        assert isinstance(self.written, WrittenStatement)
        relation: Relation = self.written.relation  # type: ignore[assignment]
        return Statement(self.terms[0], relation, self.terms[1])

    def carrying(self, nf: Normaliser, rest: Polynomial) -> Span | None:
        """The part of the line that what remains of a difference came from."""
        found = {
            self.record.spans.get(as_written(nf.origins[atom]))
            for atom in rest.atoms & nf.origins.keys()
        } - {None}
        spans = [span for span in found if span is not None]
        if not spans:
            return None
        return Span(min(span.start for span in spans), max(span.end for span in spans))

    @property
    def free(self) -> frozenset[Var]:
        return frozenset(self.record.free)


UNREAD = Line(Name(""), (), Record())  # in the place of what can't be read


def parsed(declared: Declarations, text: Text, statement: bool) -> Written:
    """A line's written formula. Raises FormulaError."""
    parse: Callable[..., Written] = parse_statement if statement else parse_expression
    return parse(text.value, declared.scope)


def required(declared: Declarations, text: Text, statement: bool) -> Written:
    """The same for `start` and `claim`, which a file can't do without."""
    try:
        return parsed(declared, text, statement)
    except FormulaError as error:
        raise DiagnosticError(hinted(declared, diagnostic_of(text, error))) from error


def elaborated(declared: Declarations, written: Written) -> Line:
    """The terms of a written line. Raises IllFormed."""
    parts: Sequence[Written] = (written,)
    if isinstance(written, WrittenStatement):
        parts = (written.left, written.right)
    terms, record = declared.elaborator.line(*parts)
    return Line(written, tuple(terms), record)


def line_of(declared: Declarations, text: Text, statement: bool) -> Line:
    """A line, parsed and elaborated; once for a text. Raises FormulaError, IllFormed."""
    key = text.value, statement
    if key not in declared.known:
        declared.known[key] = elaborated(declared, parsed(declared, text, statement))
    line = declared.known[key]
    assert isinstance(line, Line)
    return line


def read(
    declared: Declarations, text: Text, statement: bool, before: frozenset[Var]
) -> Line | Diagnostic:
    """A step's line, or why it means nothing. `before`: the variables free in the line before."""
    try:
        line = line_of(declared, text, statement)
        check_scope(declared.model.order, line, before)
    except (FormulaError, IllFormed) as error:
        return hinted(declared, diagnostic_of(text, error))
    return line


def check_scope(order: Order, line: Line, before: frozenset[Var]) -> None:
    """Raises IllFormed for a variable that leaves its binder: free and bound in one line, and
    not free in the line before."""
    for variable, span in line.record.free.items():
        if order.covered(variable, before):
            continue
        for bound, binder in line.record.bound.items():
            if not order.apart(variable, bound):
                name = line.record.shown.get(variable, variable.label)
                raise IllFormed("out-of-scope", span, name=name, binder=binder)


def scope_remarks(
    order: Order, text: Text, line: Line, before: frozenset[Var] | None
) -> list[Diagnostic]:
    """Remarks on hidden variables and on those that become free."""
    remarks = [
        text.diagnostic("hides", span, name=variable.label) for variable, span in line.record.hidden
    ]
    for variable, span in line.record.free.items():
        if before is not None and not order.covered(variable, before):
            remarks.append(text.diagnostic("for-all", span, name=variable.label))
    return remarks


def check_relations(declared: Declarations, steps: Sequence[Step]) -> None:
    """Raises DiagnosticError for >= and <= in one chain, at the step that turns round."""
    reached: Relation = "="
    for step in steps:
        if step.key == "side":
            continue
        if step.key == "so":
            reached = _relation_of(declared, step)
            continue
        relation = RELATIONS[step.key]
        if relation != "=" and reached not in ("=", relation):
            raise step.formula.refused("relation-turned", reached=reached, relation=relation)
        reached = reached if relation == "=" else relation


def _relation_of(declared: Declarations, step: Step) -> Relation:
    """The relation of a `so`; of one that can't be read =, which turns nothing round."""
    try:
        written = parsed(declared, step.formula, statement=True)
    except FormulaError:
        return "="
    assert isinstance(written, WrittenStatement)
    relation: Relation = written.relation  # type: ignore[assignment]
    return relation
