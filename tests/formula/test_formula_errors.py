"""Text that is refused: the code, the place (marked by the text found there), and the data."""

from __future__ import annotations

import contextlib

import pytest
from effort import calls
from formula_tables import SCOPE

from verifier.formula.lexer import MAX_DEPTH, MAX_LENGTH, FormulaError
from verifier.formula.parser import parse_expression, parse_statement
from verifier.formula.written import Written
from verifier.typeset.latex import latex
from verifier.typeset.printer import plain


def refusal(text: str) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        parse_expression(text, SCOPE)
    return caught.value


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("log p(x) q(z)", "(log p(x)) q(z)", "log (p(x) q(z))"),
        ("log p(x) * q(z)", "(log p(x)) * q(z)", "log (p(x) * q(z))"),
        ("log p(x) / q(x)", "(log p(x)) / q(x)", "log (p(x) / q(x))"),
        ("ln a b", "(ln a) b", "ln (a b)"),
        ("log^2 a b", "(log^2 a) b", "log^2 (a b)"),
        ("log^{a + 1} p(x) / 2", "(log^{a + 1} p(x)) / 2", "log^{a + 1} (p(x) / 2)"),
        ("log a^2", "(log a)^2", "log (a^2)"),
        ("ln a^2", "(ln a)^2", "ln (a^2)"),
        ("log(a)^2", "(log a)^2", "log (a^2)"),
        ("log[a + 1]^b", "(log[a + 1])^b", "log ([a + 1]^b)"),
        ("log p(x)^{a + b}", "(log p(x))^{a + b}", "log (p(x)^{a + b})"),
        ("log E_{q(z)}[a]^2", "(log E_{q(z)}[a])^2", "log (E_{q(z)}[a]^2)"),
        ("log sqrt(a)^2", "(log sqrt(a))^2", "log (sqrt(a)^2)"),
        ("log exp(a)^2", "(log exp(a))^2", "log (exp(a)^2)"),
        ("log K^2 sum_{z} q(z)", "(log K)^2", "log (K^2)"),
        ("log^2 a^b", "(log^2 a)^b", "log^2 (a^b)"),
        ("log p(x) sum_{z} q(z)", "(log p(x)) sum_{z} q(z)", "log (p(x) sum_{z} q(z))"),
        ("log (1/K) p(x)", "(log (1/K)) p(x)", "log ((1/K) p(x))"),
        ("a / b c", "(a / b) c", "a / (b c)"),
        ("a / b / c", "(a / b) / c", "a / (b / c)"),
        ("a / b * c", "(a / b) * c", "a / (b * c)"),
        ("a b / L (a)", "(a b / L) (a)", "a b / (L (a))"),
        ("a^b^c", "(a^b)^c", "a^(b^c)"),
        ("e^{a}^2", "(e^{a})^2", "e^({a}^2)"),
        ("sum_{z} p(z) q(x)", "(sum_{z} p(z)) q(x)", "sum_{z} (p(z) q(x))"),
        ("sum_{z} p(z) / 2", "(sum_{z} p(z)) / 2", "sum_{z} (p(z) / 2)"),
        ("sum_{z} p(z) a L", "(sum_{z} p(z) a) L", "sum_{z} (p(z) a L)"),
        ("sum_{z_1} p(z_1) q(z_t)", "(sum_{z_1} p(z_1)) q(z_t)", "sum_{z_1} (p(z_1) q(z_t))"),
        (
            "sum_{x} p(x) sum_{z} q(z | x)",
            "(sum_{x} p(x)) sum_{z} q(z | x)",
            "sum_{x} (p(x) sum_{z} q(z | x))",
        ),
        ("prod_{k=1}^{K} k beta", "(prod_{k=1}^{K} k) beta", "prod_{k=1}^{K} (k beta)"),
    ],
)
def test_two_readings_are_refused_and_both_shown(text: str, first: str, second: str) -> None:
    error = refusal(text)
    assert error.code == "ambiguous"
    assert error.data["readings"] == (first, second)
    assert text.startswith(text[error.span.start : error.span.end])


@pytest.mark.parametrize("text", ["b + log p(x) q(z) - c", "E_{q(z)}[log p(x) q(z)]"])
def test_an_ambiguity_is_marked_where_it_stands(text: str) -> None:
    span = refusal(text).span
    assert text[span.start : span.end] == "log p(x) q"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("log p(x) q(z)", 0),
        ("log p(x) q(z)", 1),
        ("a / b c", 0),
        ("a / b c", 1),
        ("log(a)^2", 0),
        ("log(a)^2", 1),
        ("log^2 a^b", 0),
        ("log^2 a^b", 1),
        ("sum_{x} p(x) sum_{z} q(z)", 0),
        ("sum_{x} p(x) sum_{z} q(z)", 1),
    ],
)
def test_each_reading_shown_can_be_written(text: str, reading: int) -> None:
    readings = refusal(text).data["readings"]
    assert isinstance(readings, tuple)
    parse_expression(readings[reading], SCOPE)


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("", "operand", ""),
        ("a +", "operand", ""),
        ("a * / b", "operand", "/"),
        ("a - -b", "operand", "-"),
        ("a ) b", "end", ")"),
        ("10 000", "end", "000"),
        ("a_b_c", "end", "_"),
        ("a^-1", "operand", "-"),
        ("a^log b", "exponent", "log"),
        ("e", "^", ""),
        ("int a + dz", "operand", "dz"),
        ("int (a dz)", ")", "dz"),
        ("int p(z) dz^2", "end", "^"),
        ("p(x, )", "variable", ")"),
        ("p(2)", "variable", "2"),
        ("p(x | z | y)", ")", "|"),
        ("z_{0:t", "}", ""),
        ("z_1.5", "{", "1.5"),
        ("E_{w q}[a]", "~", "q"),
        ("E_{prod_{k=1}^{K} k}[a]", "density", "k"),
        ("KL(q(z)) || p(z)", "||", ")"),
        ("KL_q(a || b)", "(", "_"),
        ("H_2(x)", "family", "2"),
        ("I_p(x)", ";", ")"),
        ("prod_{z} p(z)", "=", "}"),
        ("sum_{k=1} k", "^", "k"),
    ],
)
def test_what_is_missing_is_named(text: str, expected: str, found: str) -> None:
    error = refusal(text)
    if error.code == "unclosed":
        assert error.data["expected"] == expected
    else:
        assert error.code == "expected"
        assert (error.data["expected"], error.data["found"]) == (expected, found)
        assert text[error.span.start : error.span.end] == found


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a \u0302 + 1", "unexpected-character", "\u0302"),
        ("2\u0302", "unexpected-character", "\u0302"),
        ("a ☃ b", "unexpected-character", "☃"),
        ("a \0 b", "unexpected-character", "\0"),
        ("a ٣", "unexpected-character", "٣"),
        ("\\logg a", "unknown-command", "\\logg"),
        ("a + \\nabla b", "meaningless", "\\nabla"),
        ("a \\mathbf{a + b} a", "braces", "\\mathbf{a + b}"),
        ("a = b", "two-sides", "="),
        ("KL(q(z), p(z))", "kl-bars", "KL(q(z), p(z))"),
        ("a + int dz p(z)", "differential-first", "int dz p(z)"),
        ("int_Y p(z) dz", "domain", "_Y"),
        ("E_{z | x}[a]", "bare-expectation", "z"),
        ("a + int p(z)", "missing-differential", "int"),
        ("int int p(x, z) dx", "missing-differential", "int"),
        ("a E[log b]", "bare-expectation", "E"),
        ("p(E)", "reserved-name", "E"),
        ("(1 - e) p(x)", "reserved-name", "e"),
        ("a e + 1", "reserved-name", "e"),
        ("p(D_KL(x))", "expected", "("),
        ("p(x; D_KL)", "reserved-name", "D"),
        ("a r(z | x)", "undeclared-name", "r"),
        ("p_phi(x)", "undeclared-name", "p_phi"),
        ("E_{r(z)}[a]", "undeclared-name", "r(z)"),
        ("E_{z ~ r}[a]", "undeclared-name", "r"),
        ("E_r[a]", "undeclared-name", "r"),
        ("H_r(x)", "undeclared-name", "r"),
    ],
)
def test_refusals_have_a_code_and_a_place(text: str, code: str, place: str) -> None:
    error = refusal(text)
    assert (error.code, text[error.span.start : error.span.end]) == (code, place)


@pytest.mark.parametrize(
    ("text", "opener", "place"),
    [
        ("(a + b ", "(", 6),
        ("E_{q(z)}[log a", "[", 14),
        (r"\left(a + b", r"\left(", 11),
        (r"\mathrm{KL(q || p)", "{", 10),
        (r"\textcolor{red", "{", 10),
    ],
)
def test_what_is_never_closed_is_said_where_the_bracket_is_missed(
    text: str, opener: str, place: int
) -> None:
    error = refusal(text)
    assert (error.code, error.data["opener"], error.span.start) == ("unclosed", opener, place)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("(", ")"),
        ("-f(", ") / a"),
        ("log ", ""),
        ("E_q[", "]"),
        ("sum_{k=1}^{K} ", ""),
        ("int dz ", ""),
        ("int ", " dz"),
        ("p(z_{", "})"),
        ("a^{", "}"),
        ("e^{", "}"),
        ("KL(q || ", ")"),
    ],
)
@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 5_000])
def test_deep_nesting_is_refused(opening: str, closing: str, levels: int) -> None:
    error = refusal(opening * levels + "k" + closing * levels)
    assert (error.code, error.data) == ("too-deep", {"limit": MAX_DEPTH})


@pytest.mark.parametrize("unit", ["-a b - f(", "a^2 (", "p(x) / log("])
def test_the_deepest_formula_allowed_is_printed_and_compared(unit: str) -> None:
    def nested(levels: int) -> Written:
        return parse_expression(unit * levels + "k" + ")" * levels, SCOPE)

    levels = (MAX_DEPTH - 1) // (2 if "log" in unit else 1)
    assert parse_expression(plain(nested(levels)), SCOPE) == nested(levels)
    assert latex(nested(levels)).count("k") == 1


@pytest.mark.parametrize(
    "unit",
    [
        *(" ", "a ", "a + ", "(a)", "a^", "log ", "int ", "z_", "f(a,", "é", "z'", "z~q", "{a+"),
        *("\\frac", "{\\over ", "\\left(", "\\right)", "\\mathbf{", "\\hat ", "dxdz ", "Σ_", "²"),
    ],
)
def test_reading_the_longest_text_takes_linear_work(unit: str) -> None:
    def reading() -> None:
        with contextlib.suppress(FormulaError):
            parse_expression(unit * (MAX_LENGTH // len(unit)), SCOPE)

    assert calls(reading) <= 40 * MAX_LENGTH


def test_long_text_is_refused() -> None:
    assert refusal("a" * (MAX_LENGTH + 1)).code == "too-long"


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("a", "relation", ""),
        ("a > b", "relation", ">"),
        ("a = b = c", "end", "="),
        ("for all x: a = b", "relation", ":"),
    ],
)
def test_a_statement_has_one_relation_of_those_allowed(
    text: str, expected: str, found: str
) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_statement(text, SCOPE)
    assert caught.value.data == {"expected": expected, "found": found}
