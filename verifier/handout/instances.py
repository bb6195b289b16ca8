"""The statement of a short derivation, read without judging it: what a rule's example comes to."""

from __future__ import annotations

from functools import lru_cache

from verifier.derivation.loader import load_text
from verifier.formula import declarations as grammar
from verifier.formula.lexer import FormulaError
from verifier.formula.parser import parse_statement
from verifier.formula.scope import Scope
from verifier.formula.written import Written


@lru_cache(maxsize=256)
def instance(text: str) -> Written | None:
    """The claim of a derivation; None where it can't be read by its declarations alone."""
    derivation = load_text(text)
    scope = Scope()
    try:
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
        return parse_statement(derivation.claim.value, scope)
    except FormulaError:
        return None
