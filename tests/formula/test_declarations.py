"""Lines that declare: what they parse to, how they print, and what they put in scope."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from formula_tables import SCOPE, sexp

from verifier.formula.declarations import (
    parse_copies,
    parse_definition,
    parse_discrete,
    parse_family,
    parse_function,
    parse_parameter,
    parse_support,
)
from verifier.formula.lexer import FormulaError
from verifier.formula.parser import parse_expression
from verifier.formula.scope import build_scope
from verifier.formula.written import Written
from verifier.typeset.printer import plain

Parse = Callable[[str], Written]


def family(text: str) -> Written:
    return parse_family(text, SCOPE)


def definition(text: str) -> Written:
    return parse_definition(text, SCOPE)


def support(text: str) -> Written:
    return parse_support(text, SCOPE)


LINES = [
    (family, "r(x, z)", "(FamilyLine (Density r [x z]))"),
    (family, "r(x; theta_old)", "(FamilyLine (Density r [x] [theta_old]))"),
    (
        family,
        "r(x, z) = r(x | z) p(z)",
        "(FamilyLine (Density r [x z]) [(Density r [x] [z]) (Density p [z])])",
    ),
    (
        family,
        "r(z_{0:t}) = r(z_0) prod_{s=1}^{t} r(z_s | z_{s-1})",
        "(FamilyLine (Density r [z<slice 0 t>]) [(Density r [z<element 0>]) (Indexed prod s 1 t"
        " (Density r [z<element s>] [z<element (Sum [s 1] +-)>]))])",
    ),
    (
        family,
        "r(x, z) = [prod_{s=1}^{t} (r(x_s) r(z_s))] (p(x))",
        "(FamilyLine (Density r [x z]) [(Bracket (Indexed prod s 1 t (Bracket (Product"
        " [(Density r [x<element s>]) (Density r [z<element s>])] [_]))) square)"
        " (Bracket (Density p [x]))])",
    ),
    (
        family,
        "m(z) := (p(z) + q(z)) / 2",
        "(FamilyLine (Density m [z])"
        " (Quotient (Bracket (Sum [(Density p [z]) (Density q [z])] ++)) 2))",
    ),
    (parse_parameter, "lambda", "(ParameterLine [lambda])"),
    (parse_parameter, "beta > 0", "(ParameterLine [beta] [(Statement beta > 0)])"),
    (
        parse_parameter,
        "0 <= a <= 1",
        "(ParameterLine [a] [(Statement 0 <= a) (Statement a <= 1)])",
    ),
    (parse_parameter, "0 < a", "(ParameterLine [a] [(Statement 0 < a)])"),
    (
        parse_parameter,
        "a, b >= 1",
        "(ParameterLine [a b] [(Statement a >= 1) (Statement b >= 1)])",
    ),
    (parse_parameter, "t <= T - 1", "(ParameterLine [t] [(Statement t <= (Sum [T 1] +-))])"),
    (parse_parameter, "K in positive integers", "(ParameterLine [K] positive integers)"),
    (parse_parameter, "n, m in integers", "(ParameterLine [n m] integers)"),
    (parse_function, "f(x, z)", "(FunctionLine f [x z])"),
    (parse_function, "r(z) >= 0", "(FunctionLine r [z] >= 0)"),
    (parse_function, "r(z) != 0", "(FunctionLine r [z] != 0)"),
    (parse_function, "g(u) increasing", "(FunctionLine g [u] increasing)"),
    (
        parse_function,
        "phi(u) concave for u > 0",
        "(FunctionLine phi [u] concave (Statement u > 0))",
    ),
    (parse_copies, "z_k of z", "(CopiesLine z<element k> z)"),
    (parse_copies, "Z of z", "(CopiesLine Z z)"),
    (definition, "M = log p(x)", "(DefinitionLine M [] (Logarithm (Density p [x])))"),
    (definition, "M(u) = u (1 - u)", None),
    (support, "q(z) << p(z | x)", "(Domination (Density q [z]) (Density p [z] [x]))"),
    (support, "p(x) q(z) > 0", "(Positivity (Product [(Density p [x]) (Density q [z])] [_]))"),
    (support, "finite L + 1", "(Finiteness (Sum [L 1] ++))"),
    (support, "finite all", "(Finiteness)"),
    (parse_discrete, "z_1", "z<element 1>"),
]


@pytest.mark.parametrize(("parse", "text", "tree"), LINES)
def test_lines(parse: Parse, text: str, tree: str | None) -> None:
    if tree is None:
        tree = "(DefinitionLine M [u] (Product [u (Bracket (Sum [1 u] +-))] [_]))"
    assert sexp(parse(text)) == tree


@pytest.mark.parametrize(("parse", "text"), [(parse, text) for parse, text, _ in LINES])
def test_lines_are_printed_as_they_are_written(parse: Parse, text: str) -> None:
    assert plain(parse(text)) == text


@pytest.mark.parametrize(("parse", "text"), [(parse, text) for parse, text, _ in LINES])
def test_a_line_spans_its_text(parse: Parse, text: str) -> None:
    span = parse(f" {text} ").span
    assert (span.start, span.end) == (1, 1 + len(text))


@pytest.mark.parametrize(
    ("parse", "text", "code", "place"),
    [
        (family, "E(x)", "reserved-name", "E"),
        (family, "r", "expected", ""),
        (family, "r(x) = f(x)", "expected", "f(x)"),
        (family, "r(x) = (r(x) (f(x) + 1))", "expected", "f(x) + 1"),
        (
            family,
            "r(x) = prod_{s=1}^{2} (r(x) prod_{t=1}^{2} p(x))",
            "expected",
            "prod_{t=1}^{2} p(x)",
        ),
        (family, "r(x) := r(x)", "undeclared-name", "r"),
        (family, "r(x) = w(x)", "undeclared-factor", "w"),
        (parse_parameter, "e > 0", "reserved-name", "e"),
        (parse_parameter, "0 <= 1", "expected", "1"),
        (parse_parameter, "K in reals", "expected", "reals"),
        (parse_parameter, "K in positive numbers", "expected", "numbers"),
        (parse_parameter, "a > 0 > 1 > 2", "expected", ">"),
        (parse_function, "f", "expected", ""),
        (parse_function, "f(x) >= 1", "expected", "1"),
        (parse_function, "f(x) smooth", "expected", "smooth"),
        (parse_copies, "z_k z", "expected", "z"),
        (definition, "log = 1", "reserved-name", "log"),
        (definition, "D_KL = 1", "reserved-name", "D"),
        (support, "q(z) < p(z)", "expected", "<"),
        (support, "q(z) > 1", "expected", "1"),
        (parse_discrete, "z x", "expected", "x"),
    ],
)
def test_refused_lines(parse: Parse, text: str, code: str, place: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    span = caught.value.span
    assert (caught.value.code, text[span.start : span.end]) == (code, place)


def test_a_scope_adds_up_from_lines() -> None:
    scope = build_scope([parse_family("p(x, z_{0:t})"), parse_parameter("a, b > 0")])
    scope = scope.declare(parse_function("f(x)"), parse_copies("x_k of x"))
    scope = scope.declare(parse_definition("L = log p(x)", scope))
    scope = scope.declare(parse_definition("F(x) = L + p(x)", scope))
    assert scope.families == {"p"}
    assert scope.parameters == {"a", "b"}
    assert scope.functions == {"f"}
    assert scope.variables == {"x", "z_", "x_k"}
    assert scope.abbreviations == {"L"}
    assert scope.templates == {"F"}
    assert scope.mentions["F"] >= {"L", "x"}


@pytest.mark.parametrize(
    ("label", "answer"),
    [("x", True), ("x_k", True), ("x_i", True), ("z_3", True), ("z", False), ("a_1", False)],
)
def test_variables_are_known_by_name_or_by_their_sequence(label: str, answer: bool) -> None:
    scope = build_scope([parse_family("p(x, z_{0:t})"), parse_copies("x_k of x")])
    assert scope.is_variable(label) is answer


def test_a_factor_that_hides_the_index_in_an_abbreviation_is_part_of_the_body() -> None:
    scope = build_scope([parse_family("p(x, z)")])
    scope = scope.declare(parse_definition("R = log p(z)", scope))
    scope = scope.declare(parse_definition("S = 2 R", scope))
    assert sexp(parse_expression("sum_{z} p(z) S", scope)).startswith("(SumOver")
    with pytest.raises(FormulaError, match="ambiguous"):
        parse_expression("sum_{x} p(x) S", scope)
