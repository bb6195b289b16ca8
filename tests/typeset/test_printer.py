"""The author's spelling comes back, a builder's tree gets its brackets, and LaTeX is LaTeX."""

from __future__ import annotations

import subprocess
import sys

import pytest
from formula_tables import SCOPE

from verifier.formula.declarations import parse_family, parse_function, parse_support
from verifier.formula.parser import COMPARISONS, parse_expression, parse_statement
from verifier.formula.written import (
    Bracket,
    Density,
    Expectation,
    Exponential,
    Indexed,
    Integral,
    Law,
    Logarithm,
    Name,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    SumOver,
    Variable,
    Written,
)
from verifier.typeset.latex import latex, latex_name
from verifier.typeset.printer import plain

A, B, C, TWO = Name("a"), Name("b"), Name("c"), Number("2")
X, Y, Z = Variable("x"), Variable("y"), Variable("z")
P_X, Q_Z = Density("p", (X,)), Density("q", (Z,))
A_PLUS_B, A_TIMES_B, A_OVER_B = Sum((A, B), "++"), Product((A, B), ("",)), Quotient(A, B)
SUM_Z = SumOver((Z,), Q_Z)


@pytest.mark.parametrize(
    "text",
    [
        "-a + b - 2 c * d^2",
        "a b / c",
        "(a + b) [c - d]^2",
        "a^{n + 1} a^(1 - beta) e^{-a}",
        "log p(x, z) - log(p(x) / q(z)) + ln L + log[a]",
        "log (1 / K) sum_{k=1}^{K} p(x, z_k) / q(z_k | x)",
        "log log a",
        "exp(a + b) sqrt(2)",
        "p_theta(x, z | z_{t-1}; theta, theta_old)",
        "f(x, z_{0:t}) phi(a + b) F(x)",
        "p(x_{<t} | x_{<=t})",
        "E_{q(z)}[E_q[a] + E_{q_phi}[b]]",
        "E_{p(x) q(z | x)}[a]",
        "E_{x ~ p, z ~ q(z | x), y, z ~ p}[a]",
        "E_{p(x) prod_{k=1}^{K} q(z_k)}[a]",
        "E_{q, (prod_{k=1}^{K} q(z_k)) p(x)}[a]",
        "KL(q(z | x) || p(z)) KL(q || p)",
        "H(q(z)) + H(q(z), p(z)) + H_p(x | z) + H(x, y)",
        "I_p(x; y) + I_{q_phi}(x; y | z)",
        "int q(z) log q(z) dz",
        "int a + b dx dz",
        "int p(x) int q(z | x) dz dx",
        "sum_{x, z} p(x, z)",
        "prod_{tau=0}^{t} f(z_tau)",
        "sum_{z} q(z) R",
    ],
)
def test_the_spelling_of_the_author_comes_back(text: str) -> None:
    assert plain(parse_expression(text, SCOPE)) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (" a  +b\n*c ", "a + b * c"),
        ("q_{phi}(z|x)", "q_phi(z | x)"),
        ("z_{1} + z_{t - 1}", "z_1 + z_{t-1}"),
        ("D_{KL}[q‖p]", "KL(q || p)"),
        ("sum_z q(z)", "sum_{z} q(z)"),
        ("prod_{k=1}^K k", "prod_{k=1}^{K} k"),
        ("E_{q}[a]", "E_q[a]"),
        ("e^a", "e^{a}"),
        ("exp[a]", "exp(a)"),
    ],
)
def test_other_spellings_are_normalised(text: str, printed: str) -> None:
    assert plain(parse_expression(text, SCOPE)) == printed


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (Sum((A, A_PLUS_B), "+-"), "a - (a + b)"),
        (Sum((A_PLUS_B,), "-"), "-(a + b)"),
        (Sum((A_OVER_B, A_TIMES_B), "++"), "a / b + a b"),
        (Product((A_PLUS_B, C), ("*",)), "(a + b) * c"),
        (Product((A, A_TIMES_B), ("",)), "a (a b)"),
        (Product((A_OVER_B, C), ("",)), "(a / b) c"),
        (Product((Logarithm(A), B), ("",)), "(log a) b"),
        (Product((SUM_Z, B), ("",)), "(sum_{z} q(z)) b"),
        (Product((TWO, Power(TWO, A)), ("",)), "2 (2^a)"),
        (Product((TWO, TWO), ("*",)), "2 * 2"),
        (Quotient(A, A_TIMES_B), "a / (a b)"),
        (Quotient(A_OVER_B, C), "(a / b) / c"),
        (Quotient(Product((A, Logarithm(B)), ("",)), C), "a (log b) / c"),
        (Quotient(A, Logarithm(B)), "a / log b"),
        (Quotient(A, B, fraction=True), "a / b"),
        (Product((Quotient(A, B, fraction=True), C), ("",)), "(a / b) c"),
        (Power(A_PLUS_B, TWO), "(a + b)^2"),
        (Power(Power(A, TWO), A_PLUS_B), "(a^2)^{a + b}"),
        (Power(Exponential(A, power=True), TWO), "(e^{a})^2"),
        (Power(Bracket(A), Bracket(B)), "(a)^(b)"),
        (Logarithm(A_OVER_B), "log(a / b)"),
        (Logarithm(Power(A, TWO)), "log(a^2)"),
        (Logarithm(Power(Bracket(A), TWO)), "log((a)^2)"),
        (Power(Logarithm(A), TWO), "(log a)^2"),
        (Power(Bracket(Logarithm(Bracket(A))), TWO), "(log(a))^2"),
        (Logarithm(Product((Power(A, TWO), SUM_Z), ("",))), "log(a^2 sum_{z} q(z))"),
        (Logarithm(Product((A, SUM_Z), ("",))), "log a sum_{z} q(z)"),
        (Logarithm(Product((P_X, SUM_Z), ("",))), "log(p(x) sum_{z} q(z))"),
        (SumOver((Z,), A_PLUS_B), "sum_{z} (a + b)"),
        (SumOver((Z,), Product((Q_Z, P_X), ("",))), "sum_{z} (q(z) p(x))"),
        (SumOver((Z,), Quotient(Q_Z, TWO)), "sum_{z} (q(z) / 2)"),
        (SumOver((X,), Product((P_X, SUM_Z), ("",))), "sum_{x} (p(x) sum_{z} q(z))"),
        (SumOver((X,), SUM_Z), "sum_{x} sum_{z} q(z)"),
        (Integral(Integral(P_X, (X, Y)), (Z,)), "int (int p(x) dx dy) dz"),
        (Integral(Integral(P_X, (X,)), (Y, Z)), "int int p(x) dx dy dz"),
        (
            Expectation((Indexed("prod", "k", A, B, Q_Z), Law(P_X)), C),
            "E_{(prod_{k=a}^{b} q(z)) p(x)}[c]",
        ),
    ],
)
def test_a_tree_gets_the_brackets_that_it_needs_and_no_others(tree: Written, text: str) -> None:
    assert plain(tree) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (
            "E_{q(z)}[log(p(x, z) / q(z))]",
            r"\mathbb{E}_{q(z)}\left[\log\left(p(x, z) / q(z)\right)\right]",
        ),
        ("KL(q(z) || p(z | x))", r"\mathrm{KL}\left(q(z) \,\Vert\, p(z \mid x)\right)"),
        ("int q(z) log q(z) dz", r"\int q(z) \log q(z) \, dz"),
        ("E_{z ~ q_phi(z | x)}[a]", r"\mathbb{E}_{z \sim q_{\phi}(z \mid x)}\left[a\right]"),
        ("E_q[a * b]", r"\mathbb{E}_{q}\left[a \cdot b\right]"),
        ("H_p(x | z) - I(x; y)", r"H_{p}\left(x \mid z\right) - I\left(x; y\right)"),
        ("sum_{tau=0}^{t} f(z_{tau-1})", r"\sum_{\tau=0}^{t} f(z_{\tau-1})"),
        ("p(x_{<=t}) sqrt(a)^2 e^{a}", r"p(x_{\leq t}) \sqrt{a}^{2} e^{a}"),
        ("exp(-beta) ln a", r"\exp\left(-\beta\right) \ln a"),
        ("log(a^2)", r"\log\left(a^{2}\right)"),
        ("log^2 a", r"\left(\log a\right)^{2}"),
    ],
)
def test_latex(text: str, printed: str) -> None:
    assert latex(parse_expression(text, SCOPE)) == printed


def test_a_fraction_needs_no_brackets_in_latex() -> None:
    fraction = Quotient(A_PLUS_B, B, fraction=True)
    assert latex(Logarithm(fraction)) == r"\log \frac{a + b}{b}"
    assert latex(Product((fraction, C), ("",))) == r"\frac{a + b}{b} c"
    assert latex(Power(fraction, TWO)) == r"\left(\frac{a + b}{b}\right)^{2}"


def test_statements_and_lines_have_latex() -> None:
    fact = parse_statement("for all x, z: p(x) != 0", SCOPE, COMPARISONS, quantifier=True)
    assert latex(fact) == r"\text{for all } x, z: p(x) \neq 0"
    assert latex(parse_support("q(z) << p(z | x)", SCOPE)) == r"q(z) \ll p(z \mid x)"
    assert latex(parse_function("phi(u) concave")) == r"\phi(u) \text{ concave }"
    assert latex(parse_family("p(x, z) = p(x) p(z)")) == "p(x, z) = p(x) p(z)"


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("x", "x"),
        ("theta", r"\theta"),
        ("θ", r"\theta"),
        ("Sigma", r"\Sigma"),
        ("Σ", r"\Sigma"),
        ("Alpha", r"\mathrm{Alpha}"),
        ("q_phi", r"q_{\phi}"),
        ("x_obs", r"x_{\mathrm{obs}}"),
        ("z_10", "z_{10}"),
        ("phat", r"\hat{p}"),
        ("mutilde_k", r"\tilde{\mu}_{k}"),
        ("alphabar", r"\bar{\alpha}"),
        ("zprime_1", "z'_{1}"),
        ("hat", r"\mathrm{hat}"),
        ("ELBO", r"\mathrm{ELBO}"),
    ],
)
def test_names_in_latex(name: str, printed: str) -> None:
    assert latex_name(name) == printed


def test_the_language_needs_the_standard_library_alone() -> None:
    heavy = ("sympy", "numpy", "yaml", "flint", "rich")
    modules = "verifier.formula.declarations, verifier.typeset.latex"
    program = f"import sys, {modules}; print([m for m in {heavy} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.stdout == "[]\n"
