# ruff: noqa: RUF001
"""Spellings that people use: each is read as its plain formula, or refused with the right hint."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

import pytest
from derivation_table import ROOT
from formula_strategies import without_brackets
from sympy import Expr

from verifier.derivation.derivation import Derivation, Text
from verifier.derivation.loader import load, load_text
from verifier.elaborate.model import Declarations, read_declarations
from verifier.elaborate.reader import diagnostic_of
from verifier.elaborate.record import IllFormed
from verifier.formula import declarations
from verifier.formula.lexer import FormulaError
from verifier.formula.parser import COMPARISONS, parse_expression, parse_statement
from verifier.formula.scope import Scope, build_scope
from verifier.formula.written import Written
from verifier.judge.lines import check_scope, elaborated
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.normaliser import Normaliser
from verifier.messages import hint, message
from verifier.outcome import Diagnostic, DiagnosticError
from verifier.typeset.latex import latex, latex_name

Reading = Callable[[str], Written]

FILES = {
    file.relative_to(ROOT).as_posix(): file
    for folder in ("derivations", "tests/corpus", "tests/audit")
    for file in sorted((ROOT / folder).rglob("*.yaml"))
}
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
    _, found = declared()
    line = elaborated(found, parse_expression(text, found.scope))
    check_scope(found.model.order, line, frozenset())
    return line.terms[0]


def refusal(text: str) -> Diagnostic:
    where = Text(text, range(len(text) + 1), declared()[0].source)
    try:
        term(text)
    except (FormulaError, IllFormed) as error:
        return diagnostic_of(where, error)
    pytest.fail("it is read")


@pytest.mark.parametrize(("typed", "plain"), [row[::2] for row in ROWS if row[1] == "="])
def test_a_spelling_is_read_as_its_plain_formula(typed: str, plain: str) -> None:
    _, found = declared()
    nf = Normaliser(Context(found.model), {})
    assert nf.normal(term(typed)) == nf.normal(term(plain))


@pytest.mark.parametrize(("typed", "named"), [row[::2] for row in ROWS if row[1] == "?"])
def test_what_is_not_read_is_refused_with_the_right_hint(typed: str, named: str) -> None:
    diagnostic = refusal(typed)
    said = f"{message(diagnostic)}\n{hint(diagnostic) or ''}"
    quoted = re.findall(r"`[^`]+`", named)
    for part in quoted or [named]:
        assert part in said


@pytest.mark.parametrize(
    ("key", "typed", "plain"),
    [
        ("model", r"q_\phi(\mathbf{z} \mid \mathbf{x})", "q_phi(z | x)"),
        ("model", r"p(x, z) = p(x \mid z)\, p(z).", "p(x, z) = p(x | z) p(z)"),
        ("model", r"m(z) \coloneqq (p(z) + q(z)) / 2", "m(z) := (p(z) + q(z)) / 2"),
        ("model", "m(z) ≔ (p(z) + q(z)) / 2", "m(z) := (p(z) + q(z)) / 2"),
        ("support", r"q(z) \ll p(z \mid x)", "q(z) << p(z | x)"),
        ("support", "q(z) ≪ p(z ∣ x)", "q(z) << p(z | x)"),
        ("support", r"\text{finite all}", "finite all"),
        ("assume", r"\forall x, z: p(x) \neq 0", "for all x, z: p(x) != 0"),
        ("assume", r"\beta > 0", "beta > 0"),
        ("parameters", r"0 \leq \beta \leq 1", "0 <= beta <= 1"),
        ("parameters", "λ ≥ 0", "lambda >= 0"),
        ("parameters", r"K \in \mathbb{N}_{>0}", "K in positive integers"),
        ("parameters", r"K \in \mathbb{N}^+", "K in positive integers"),
        ("parameters", r"K \in \mathbb{N}_0", "K in nonnegative integers"),
        ("parameters", "k ∈ ℤ", "k in integers"),
        ("parameters", r"\lambda \in \mathbb{R}", "lambda"),
        ("functions", r"\varphi(u) \text{ concave for } u > 0", "varphi(u) concave for u > 0"),
        ("functions", r"r(z) \ge 0", "r(z) >= 0"),
        ("define", r"\mathcal{L} \triangleq \log p(x)", "L = log p(x)"),
        ("define", r"\mathcal{L}(\beta) = \beta \log p(x)", "L(beta) = beta log p(x)"),
        ("define", r"\mathrm{ELBO} \overset{\text{def}}{=} \log p(x)", "ELBO = log p(x)"),
        ("copies", r"\mathbf{z}_k \text{ of } \mathbf{z}", "z_k of z"),
        ("copies", "z' of z", "zprime of z"),
        ("discrete", r"\mathbf{z}", "z"),
    ],
)
def test_so_it_is_with_declarations(key: str, typed: str, plain: str) -> None:
    read = readers(build_scope(map(declarations.parse_family, ("p(x, z)", "q(z)"))))[key]
    assert without_brackets(read(typed)) == without_brackets(read(plain))


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "theta",
        "q_phi",
        "x_obs",
        "z_10",
        "phat",
        "mutilde_k",
        "alphabar",
        "zprime",
        "ELBO",
        "qstar",
        "thetaprime_old",
        "varphi",
        "ell",
        "Sigma",
        "Alpha",
        "é",
        "z1",
        "hat",
        "in",
    ],
)
def test_a_name_in_latex_is_read_as_itself(name: str) -> None:
    scope = build_scope(())
    assert parse_expression(latex_name(name), scope) == parse_expression(name, scope)


@pytest.mark.parametrize("name", FILES)
def test_every_formula_of_ours_is_read_as_itself_from_its_latex(name: str) -> None:
    """Steps, claims, declarations: what ships and what is kept in the tests."""
    try:
        derivation = load(FILES[name])
        scope = read_declarations(derivation).scope
    except DiagnosticError:
        return  # a file that is refused, as some of the tests' are
    for read, text in formulas(derivation, scope):
        with suppress(FormulaError):
            tree = read(text.value)
            assert without_brackets(read(latex(tree))) == without_brackets(tree)


def formulas(derivation: Derivation, scope: Scope) -> Iterator[tuple[Reading, Text]]:
    """Each formula of a file with the reader of its kind."""
    for key, read in readers(scope).items():
        yield from ((read, text) for text in getattr(derivation, key) or ())
    for step in derivation.steps:
        whole = step.key in ("so", "side")
        yield partial(parse_statement if whole else parse_expression, scope=scope), step.formula
    yield partial(parse_statement, scope=scope), derivation.claim


def readers(scope: Scope) -> dict[str, Reading]:
    """How the lines of each key are read."""
    return {
        "model": lambda text: declarations.parse_family(text, scope),
        "support": lambda text: declarations.parse_support(text, scope),
        "assume": lambda text: parse_statement(text, scope, COMPARISONS, quantifier=True),
        "parameters": lambda text: declarations.parse_parameter(text, scope),
        "functions": lambda text: declarations.parse_function(text, scope),
        "define": lambda text: declarations.parse_definition(text, scope),
        "copies": declarations.parse_copies,
        "discrete": declarations.parse_discrete,
    }
