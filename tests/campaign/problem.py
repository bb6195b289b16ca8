"""A derivation file as the evaluator has it: declarations and lines as written trees."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from verifier.derivation.derivation import Derivation, Text
from verifier.derivation.loader import load_text
from verifier.formula import declarations as grammar
from verifier.formula import written as w
from verifier.formula.lexer import FormulaError
from verifier.formula.parser import COMPARISONS, parse_expression, parse_statement
from verifier.formula.scope import Scope
from verifier.outcome import DiagnosticError

RELATIONS = {"eq": "=", "ge": ">=", "le": "<="}


@dataclass(frozen=True)
class Line:
    """A statement that a step makes, with the line before it if it goes on from that."""

    step: int
    left: w.Written
    relation: str
    right: w.Written


@dataclass(frozen=True)
class Problem:
    """All that a file says. `support` None is the standing assumption."""

    scope: Scope
    families: tuple[w.FamilyLine, ...]
    copies: tuple[w.CopiesLine, ...]
    parameters: tuple[w.ParameterLine, ...]
    functions: tuple[w.FunctionLine, ...]
    definitions: tuple[w.DefinitionLine, ...]
    discrete: tuple[w.Variable, ...]
    support: tuple[w.Written, ...] | None
    facts: tuple[w.Statement, ...]
    lines: tuple[Line, ...]
    claim: Line
    premises: Mapping[int, tuple[int, ...]]  # by a step, the steps whose statements it starts from
    texts: Mapping[w.Written, str]  # of the lines of `support` and `assume`

    def resting_on(self, lines: frozenset[str]) -> Problem:
        """The same with no other lines of `support` and `assume` than these."""
        support = self.support
        if support is not None:
            support = tuple(line for line in support if self.texts[line] in lines)
        facts = tuple(fact for fact in self.facts if self.texts[fact] in lines)
        return replace(self, support=support, facts=facts)

    @cached_property
    def written(self) -> tuple[w.Written, ...]:
        """Every expression that the file writes, declarations included."""
        sides = [side for line in (*self.lines, self.claim) for side in (line.left, line.right)]
        facts = [side for fact in self.facts for side in (fact.left, fact.right)]
        return (*sides, *facts, *(line.body for line in self.definitions))


def problem(text: str) -> Problem | None:
    """The problem that a file poses; None for one that isn't a derivation."""
    try:
        return _read(load_text(text))
    except (DiagnosticError, FormulaError):
        return None


def _read(file: Derivation) -> Problem:
    scope = Scope()

    def each(texts: tuple[Text, ...], parse: Callable[..., w.Written]) -> Iterator[w.Written]:
        nonlocal scope
        for text in texts:
            line = parse(text.value, scope)
            scope = scope.declare(line)
            yield line

    parameters = [*each(file.parameters, grammar.parse_parameter)]
    families = [*each(file.model, grammar.parse_family)]
    copies = [*each(file.copies, lambda text, _: grammar.parse_copies(text))]
    functions = [*each(file.functions, grammar.parse_function)]
    definitions = [*each(file.define, grammar.parse_definition)]
    facts = {parse_statement(t.value, scope, COMPARISONS, True): t.value for t in file.assume}
    support = {grammar.parse_support(t.value, scope): t.value for t in file.support or ()}
    lines, premises = _lines(file, scope)
    claim = parse_statement(file.claim.value, scope)
    return Problem(
        scope,
        tuple(families),  # type: ignore[arg-type]
        tuple(copies),  # type: ignore[arg-type]
        tuple(parameters),  # type: ignore[arg-type]
        tuple(functions),  # type: ignore[arg-type]
        tuple(definitions),  # type: ignore[arg-type]
        tuple(grammar.parse_discrete(text.value) for text in file.discrete),
        None if file.support is None else tuple(support),
        tuple(facts),
        lines,
        Line(0, claim.left, claim.relation, claim.right),
        premises,
        dict([*facts.items(), *support.items()]),
    )


def _lines(file: Derivation, scope: Scope) -> tuple[tuple[Line, ...], dict[int, tuple[int, ...]]]:
    """What each step says, and which statements of this file it may lean on."""
    before = None if file.start is None else parse_expression(file.start.value, scope)
    lines: list[Line] = []
    premises: dict[int, tuple[int, ...]] = {}
    labels: dict[str, int] = {}
    for number, step in enumerate(file.steps, 1):
        using = tuple(labels[name.value] for name in step.using if name.value in labels)
        premises[number] = using
        if step.key in RELATIONS:
            after = parse_expression(step.formula.value, scope)
            assert before is not None
            lines.append(Line(number, before, RELATIONS[step.key], after))
            before = after
        else:
            said = parse_statement(step.formula.value, scope)
            lines.append(Line(number, said.left, said.relation, said.right))
            if step.key == "so":
                premises[number] = (*using, number - 1) if number > 1 else using
                before = said.right
        if step.label is not None:
            labels[step.label.value] = number
    return tuple(lines), premises
