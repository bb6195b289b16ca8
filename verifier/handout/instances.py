"""Formulas of texts on rules, read without judging them: what a rule says, and what its examples
come to."""

from __future__ import annotations

from functools import lru_cache

from verifier.derivation.derivation import Derivation
from verifier.derivation.loader import load_text
from verifier.formula import declarations as grammar
from verifier.formula.lexer import FormulaError
from verifier.formula.parser import COMPARISONS, parse_expression, parse_statement
from verifier.formula.scope import Scope
from verifier.formula.written import Name, Variable, Written
from verifier.handout.notes import Text
from verifier.manual.rules import declared


@lru_cache(maxsize=256)
def instance(text: str) -> Written | None:
    """The claim of a derivation; None where it can't be read by its declarations alone."""
    derivation = load_text(text)
    try:
        return parse_statement(derivation.claim.value, scope_of(derivation))
    except FormulaError:
        return None


def scope_of(derivation: Derivation) -> Scope:
    """What a file declares. Raises FormulaError for what can't be read."""
    scope = Scope()
    for line in derivation.parameters:
        scope = scope.declare(grammar.parse_parameter(line.value, scope))
    for line in derivation.model:
        scope = scope.declare(grammar.parse_family(line.value, scope))
    for line in derivation.copies:
        scope = scope.declare(grammar.parse_copies(line.value))
    for line in derivation.functions:
        scope = scope.declare(grammar.parse_function(line.value, scope))
    for line in derivation.define:
        scope = scope.declare(grammar.parse_definition(line.value, scope))
    return scope


@lru_cache(maxsize=256)
def said(text: str) -> Text:
    """A text of the manual, with the formulas that stand in it between `$`."""
    parts = text.split("$")
    return tuple(_formula(p) if i % 2 else p for i, p in enumerate(parts) if p)


def _formula(text: str) -> Written:
    scope = _scope()
    if text in scope.variables:
        return Variable(text)
    if text in scope.functions:
        return Name(text)
    if "<<" in text:
        return grammar.parse_support(text, scope)
    if any(sign in text for sign in "=<>"):
        return parse_statement(text, scope, COMPARISONS)
    return parse_expression(text, scope)


@lru_cache(maxsize=1)
def _scope() -> Scope:
    scope = Scope()
    found = declared()
    for line in found["parameters"]:
        scope = scope.declare(grammar.parse_parameter(line, scope))
    for line in found["model"]:
        scope = scope.declare(grammar.parse_family(line, scope))
    for line in found["copies"]:
        scope = scope.declare(grammar.parse_copies(line))
    for line in found["functions"]:
        scope = scope.declare(grammar.parse_function(line, scope))
    return scope
