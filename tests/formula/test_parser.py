"""What formulas mean: text to tree, written as an s-expression."""

from __future__ import annotations

import pytest
from formula_tables import SCOPE, sexp

from verifier.formula.parser import COMPARISONS, parse_expression, parse_statement


def read(text: str) -> str:
    return sexp(parse_expression(text, SCOPE))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("0", "0"),
        ("0.5", "0.5"),
        ("a + b", "(Sum [a b] ++)"),
        ("a - b + c", "(Sum [a b c] +-+)"),
        ("-a", "(Sum [a] -)"),
        ("-a - b", "(Sum [a b] --)"),
        ("a b", "(Product [a b] [_])"),
        ("2a * b c", "(Product [2 a b c] [_ * _])"),
        ("a · b \u00d7 c", "(Product [a b c] [* *])"),
        ("a \u2212 b", "(Sum [a b] +-)"),
        ("a / b", "(Quotient a b)"),
        ("a b / c", "(Quotient (Product [a b] [_]) c)"),
        ("a / b + c", "(Sum [(Quotient a b) c] ++)"),
        ("a^2", "(Power a 2)"),
        ("a^n b", "(Product [(Power a n) b] [_])"),
        ("a^{n + 1}", "(Power a (Sum [n 1] ++))"),
        ("a^(1 - beta)", "(Power a (Bracket (Sum [1 beta] +-)))"),
        ("-a^2", "(Sum [(Power a 2)] -)"),
        ("(a + b) [c]", "(Product [(Bracket (Sum [a b] ++)) (Bracket c square)] [_])"),
        ("(log a)^2", "(Power (Bracket (Logarithm a)) 2)"),
        ("log^2 a", "(Power (Bracket (Logarithm a)) 2)"),
        ("ln^{-b} (a)", "(Power (Bracket (Logarithm (Bracket a) ln)) (Sum [b] -))"),
        (
            "a log^2 log^b a",
            "(Product [a (Power (Bracket (Logarithm (Power (Bracket (Logarithm a)) b))) 2)] [_])",
        ),
        ("log(a^2)", "(Logarithm (Bracket (Power a 2)))"),
        ("log e^a", "(Logarithm (Exponential a power))"),
        ("ln a", "(Logarithm a ln)"),
        ("log log a", "(Logarithm (Logarithm a))"),
        ("log(a + b)", "(Logarithm (Bracket (Sum [a b] ++)))"),
        ("a log b + c", "(Sum [(Product [a (Logarithm b)] [_]) c] ++)"),
        ("a / log b", "(Quotient a (Logarithm b))"),
        ("exp(a) sqrt(b)", "(Product [(Exponential a) (Root b)] [_])"),
        ("exp[a]^2", "(Power (Exponential a) 2)"),
        ("e^{-a} e^b", "(Product [(Exponential (Sum [a] -) power) (Exponential b power)] [_])"),
    ],
)
def test_arithmetic(text: str, tree: str) -> None:
    assert read(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("theta_old", "theta_old"),
        ("L_{max}", "L_max"),
        ("θ_1", "theta_1"),
        ("z_{t-1}", "z<element (Sum [t 1] +-)>"),
        ("beta (a + b)", "(Product [beta (Bracket (Sum [a b] ++))] [_])"),
        ("p(x, z)", "(Density p [x z])"),
        ("p_{theta}(x | z)", "(Density p_theta [x] [z])"),
        ("p(x_obs | z; theta_old)", "(Density p [x<element obs>] [z] [theta_old])"),
        ("p(x; theta, phi)", "(Density p [x] [theta phi])"),
        ("p(z_1 | z_{0:t})", "(Density p [z<element 1>] [z<slice 0 t>])"),
        ("p(x_{<t}, x_{<=t} | x_{≤t-1})", None),
        ("f(x, z_1)", "(Call f [x z<element 1>])"),
        ("f(z_{0:t})", "(Call f [z<slice 0 t>])"),
        ("f(z_0)", "(Call f [z_0])"),
        ("f(w, x y)", "(Call f [w (Product [x y] [_])])"),
        ("phi(a + b)", "(Call phi [(Sum [a b] ++)])"),
        ("F(x)", "(Call F [x])"),
        ("L (a)", "(Product [L (Bracket a)] [_])"),
        ("q", "q"),
    ],
)
def test_names_and_applications(text: str, tree: str | None) -> None:
    if tree is None:
        tree = "(Density p [x<before t> x<upto t>] [x<upto (Sum [t 1] +-)>])"
    assert read(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("KL(q(z | x) || p(z))", "(Divergence (Density q [z] [x]) (Density p [z]))"),
        ("D_KL(q || p)", "(Divergence q p)"),
        ("D_{KL}[q ‖ p]", "(Divergence q p)"),
        ("KL(q(z) || p(x, z) / L)", "(Divergence (Density q [z]) (Quotient (Density p [x z]) L))"),
        ("D(x) KL(q || p)", "(Product [(Density D [x]) (Divergence q p)] [_])"),
        ("H(q(z | x))", "(Entropy (Density q [z] [x]))"),
        ("H(q(z), p(z))", "(Entropy (Density q [z]) (Density p [z]))"),
        ("H[q]", "(Entropy q)"),
        ("H_p(x, y)", "(VariableEntropy [x y] p)"),
        ("H_{q_phi}(x | y)", "(VariableEntropy [x] [y] q_phi)"),
        ("H(x | z_{0:t})", "(VariableEntropy [x] [z<slice 0 t>])"),
        ("H(w)", "(VariableEntropy [w])"),
        ("I_p(x; y)", "(Information [x] [y] p)"),
        ("I(x, y; z | z_1)", "(Information [x y] [z] [z<element 1>])"),
    ],
)
def test_divergences_entropies_and_information(text: str, tree: str) -> None:
    assert read(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("E_{q(z)}[L]", "(Expectation [(Law (Density q [z]))] L)"),
        ("E_q[L]", "(Expectation [(Law q)] L)"),
        ("E_{q_phi}[L]", "(Expectation [(Law q_phi)] L)"),
        ("E_{z ~ q(z | x)}[L]", "(Expectation [(Law (Density q [z] [x]) [z])] L)"),
        ("E_{x, z ~ p}[L]", "(Expectation [(Law p [x z])] L)"),
        (
            "E_{p(x) q(z | x)}[L]",
            "(Expectation [(Law (Density p [x])) (Law (Density q [z] [x]))] L)",
        ),
        ("E_{x ~ p, z ~ q}[L]", "(Expectation [(Law p [x]) (Law q [z])] L)"),
        (
            "E_{p(x)}[E_{q(z | x)}[L] + L]",
            "(Expectation [(Law (Density p [x]))]"
            " (Sum [(Expectation [(Law (Density q [z] [x]))] L) L] ++))",
        ),
        (
            "E_{p(x) prod_{k=1}^{K} q(z_k | x)}[L]",
            "(Expectation [(Law (Density p [x]))"
            " (Indexed prod k 1 K (Density q [z<element k>] [x]))] L)",
        ),
        (
            "E_{(prod_{k=1}^{K} q(z_k)) p(x)}[L]",
            "(Expectation [(Bracket (Indexed prod k 1 K (Density q [z<element k>])))"
            " (Law (Density p [x]))] L)",
        ),
    ],
)
def test_expectations(text: str, tree: str) -> None:
    assert read(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("int p(x, z) dz", "(Integral (Density p [x z]) [z])"),
        ("int p(x, z) dx dz", "(Integral (Density p [x z]) [x z])"),
        ("int p(z_{0:t}) dz_{0:t}", "(Integral (Density p [z<slice 0 t>]) [z<slice 0 t>])"),
        (
            "int q(z) - p(z) dz a",
            "(Product [(Integral (Sum [(Density q [z]) (Density p [z])] +-) [z]) a] [_])",
        ),
        ("log int p(x, z) dz", "(Logarithm (Integral (Density p [x z]) [z]))"),
        ("int int p(x, z) dx dz", "(Integral (Integral (Density p [x z]) [x]) [z])"),
        (
            "int p(x) int q(z | x) dz dx",
            "(Integral (Product [(Density p [x]) (Integral (Density q [z] [x]) [z])] [_]) [x])",
        ),
        (
            "int (int p(x, y, z) dx dy) dz",
            "(Integral (Bracket (Integral (Density p [x y z]) [x y])) [z])",
        ),
        ("dz", "dz"),
        ("int dw dz", "(Integral dw [z])"),
    ],
)
def test_integrals_take_the_differentials_that_follow_them(text: str, tree: str) -> None:
    assert read(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("sum_{z} p(x, z)", "(SumOver [z] (Density p [x z]))"),
        ("sum_z p(z) + a", "(Sum [(SumOver [z] (Density p [z])) a] ++)"),
        ("sum_{x, z} p(x, z)", "(SumOver [x z] (Density p [x z]))"),
        (
            "sum_{z} a q(z) log p(z)",
            "(SumOver [z] (Product [a (Density q [z]) (Logarithm (Density p [z]))] [_ _]))",
        ),
        ("sum_{x} sum_{z} p(x, z)", "(SumOver [x] (SumOver [z] (Density p [x z])))"),
        ("sum_{z} q(z) R", "(SumOver [z] (Product [(Density q [z]) R] [_]))"),
        (
            "sum_{x} p(x) E_q[L]",
            "(SumOver [x] (Product [(Density p [x]) (Expectation [(Law q)] L)] [_]))",
        ),
        ("sum_{tau=0}^{t} tau", "(Indexed sum tau 0 t tau)"),
        ("sum_{k=1}^K k (k + 1)", None),
        (
            "prod_{k=1}^{K} p(x | z_k) / q(z_k)",
            "(Indexed prod k 1 K (Quotient"
            " (Density p [x] [z<element k>]) (Density q [z<element k>])))",
        ),
        ("log sum_{z} p(x, z)", "(Logarithm (SumOver [z] (Density p [x z])))"),
        (
            "prod_{k=1}^{K} k prod_{k=1}^{2} k",
            "(Product [(Indexed prod k 1 K k) (Indexed prod k 1 2 k)] [_])",
        ),
        (
            r"sum_{z} \frac{p(x, z)}{p(x)}",
            "(SumOver [z] (Quotient (Density p [x z]) (Density p [x]) fraction))",
        ),
        (
            "log (1/K) sum_{k=1}^{K} f(z_k)",
            "(Logarithm (Product [(Bracket (Quotient 1 K))"
            " (Indexed sum k 1 K (Call f [z<element k>]))] [_]))",
        ),
        ("log 2 prod_{k=1}^{K} k", "(Logarithm (Product [2 (Indexed prod k 1 K k)] [_]))"),
    ],
)
def test_sums_and_products_take_the_product_that_follows(text: str, tree: str | None) -> None:
    if tree is None:
        tree = "(Indexed sum k 1 K (Product [k (Bracket (Sum [k 1] ++))] [_]))"
    assert read(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("log p(x) >= L", "(Statement (Logarithm (Density p [x])) >= L)"),
        ("a ≤ b", "(Statement a <= b)"),
        ("a != b", "(Statement a != b)"),
        ("for all x, z: p(x) > 0", "(Statement (Density p [x]) > 0 [x z])"),
    ],
)
def test_statements(text: str, tree: str) -> None:
    assert sexp(parse_statement(text, SCOPE, COMPARISONS, quantifier=True)) == tree


def test_a_long_sum_is_read_in_one_go() -> None:
    tree = parse_expression(" + ".join(["a"] * 10_000), SCOPE)
    assert len(list(tree.children())) == 10_000


@pytest.mark.parametrize(
    ("text", "node", "own"),
    [
        ("a + b c / d", "Quotient", "b c / d"),
        ("a + b c / d", "Product", "b c"),
        ("-a^{n + 1}", "Power", "a^{n + 1}"),
        ("E_{ z ~ q(z) }[ L ]", "Law", "z ~ q(z)"),
        ("int p(z) dz_1 + a", "Integral", "int p(z) dz_1"),
        ("int p(z) dz_{1} + a", "Number", "1"),
        ("log(a + b)", "Bracket", "(a + b)"),
        ("H_p( x )", "VariableEntropy", "H_p( x )"),
        ("sum_{ z } p(z)", "SumOver", "sum_{ z } p(z)"),
    ],
)
def test_a_node_knows_its_own_text(text: str, node: str, own: str) -> None:
    found = next(
        part for part in parse_expression(text, SCOPE).walk() if type(part).__name__ == node
    )
    assert text[found.span.start : found.span.end] == own
