"""Spellings that people use: each is read as its plain formula, or refused with the right hint."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from sympy import Expr

from verifier.derivation.derivation import Derivation, Text
from verifier.derivation.loader import load_text
from verifier.elaborate.model import Declarations, read_declarations
from verifier.elaborate.reader import diagnostic_of
from verifier.elaborate.record import IllFormed
from verifier.formula.lexer import FormulaError
from verifier.formula.parser import parse_expression
from verifier.judge.lines import check_scope, elaborated
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.normaliser import Normaliser
from verifier.messages import hint, message
from verifier.outcome import Diagnostic

ROWS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("spellings.tsv").read_text("utf-8").splitlines()
]
FILE = r"""
title: t
model:
  - p(x, z)
  - q(z)
  - q_\phi(z | x)
  - \hat p(z)
  - q^*(z)
parameters: [\beta, 'K \geq 1', \bar\alpha, '\theta, \theta_{\text{old}}, \theta''']
copies: [z_k of z]
start: 1
steps: [{eq: 1}]
claim: 1 = 1
"""


@cache
def declared() -> tuple[Derivation, Declarations]:
    derivation = load_text(FILE)
    return derivation, read_declarations(derivation)


def term(text: str) -> Expr:
    """What a formula means, in the normal form of the kernel."""
    _, declarations = declared()
    line = elaborated(declarations, parse_expression(text, declarations.scope))
    check_scope(declarations.model.order, line, frozenset())
    return line.terms[0]


def refusal(text: str) -> Diagnostic:
    derivation, _ = declared()
    with pytest.raises((FormulaError, IllFormed)) as caught:
        term(text)
    where = Text(text, range(len(text) + 1), derivation.source)
    return diagnostic_of(where, caught.value)


@pytest.mark.parametrize(("typed", "plain"), [row[::2] for row in ROWS if row[1] == "="])
def test_a_spelling_is_read_as_its_plain_formula(typed: str, plain: str) -> None:
    _, declarations = declared()
    context = Context(declarations.model)
    nf = Normaliser(context, {})
    assert nf.normal(term(typed)) == nf.normal(term(plain))


@pytest.mark.parametrize(("typed", "named"), [row[::2] for row in ROWS if row[1] == "?"])
def test_what_is_not_read_is_refused_with_the_right_hint(typed: str, named: str) -> None:
    diagnostic = refusal(typed)
    said = f"{message(diagnostic)}\n{hint(diagnostic) or ''}"
    quoted = re.findall(r"`[^`]+`", named)
    for part in quoted or [named]:
        assert part in said
