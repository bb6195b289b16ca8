"""Evident signs: what follows from declarations is seen, its false neighbours are not."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Expr, Integer, Mul, Symbol, lambdify

from verifier.derivation.loader import load_text
from verifier.elaborate.model import Declarations, read_declarations
from verifier.formula.parser import parse_expression
from verifier.kernel.arithmetic import minus, negative, power, quotient, total
from verifier.kernel.definedness import defined, where
from verifier.kernel.equality.context import Context, Known
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inference import added
from verifier.kernel.inference import given as unproved
from verifier.kernel.model import Fact, Model, Parameter
from verifier.kernel.polynomials import Polynomial, marks
from verifier.kernel.positivity.signs import nonnegative, nonzero, positive
from verifier.kernel.rules import hooks_of
from verifier.kernel.terms import Density, Statement, Var

FILE = """title: t
model: ["p(x, z)", q(z)]
functions: [f(z), g(z) >= 0, h(z) > 0, k(z) < 0, m(z) != 0]
{}
steps: [{{so: 1 = 1}}]
claim: 1 = 1
"""


@cache
def file(lines: str) -> Declarations:
    return read_declarations(load_text(FILE.format(lines)))


def strongest(nf: Normaliser, term: Expr) -> str:
    """What is seen of the sign of a term: the strongest relation to 0."""
    value = nf.normal(term)
    for relation, seen in (
        (">", positive(nf, value)),
        ("<", positive(nf, -value)),
        ("=", nonnegative(nf, value) and nonnegative(nf, -value)),
        (">=", nonnegative(nf, value)),
        ("<=", nonnegative(nf, -value)),
        ("!=", nonzero(nf, value)),
    ):
        if seen:
            assert relation in ("=", ">=", "<=") or nonzero(nf, value)
            return relation
    return ""


def seen(lines: str, text: str, *rules: str) -> tuple[str, set[Fact]]:
    """What is seen of the sign of a formula, and the facts that it rests on."""
    here = file(lines)
    (term,), _ = here.elaborator.line(parse_expression(text, here.scope))
    nf = Normaliser(Context(here.model), hooks_of(rules))
    return strongest(nf, term), {item for item in nf.frame if isinstance(item, Fact)}


CASES = [
    # powers and products of what is affine in one parameter
    ("n >= 2, n in integers", "(n - 1)^2", ">"),
    ("n >= 2, n in integers", "(n - 2)^2", ">="),
    ("n >= 2, n in integers", "(n - 3)^2", ">="),
    ("n >= 2, n in integers", "(n - 1) (n - 2)", ">="),
    ("n > 1, n in integers", "(n - 1)^2 (n + 3) - 1", ">"),
    ("n > 1", "(n - 1)^2 (n + 3)", ">"),
    ("n > 1", "(n - 1)^2 (n + 3) - 1", ""),
    ("n >= 2, n in integers", "n^3 - 3 n^2 + 3 n - 1", ">"),
    ("n", "(n - 1)^2", ">="),
    ("n", "(n - 1)^3", ""),
    ("n != 1", "(n - 1)^2", ">"),
    ("n != 1", "(n - 1)^3", "!="),
    ("n != 1", "(n - 1) (n - 2)", ""),
    ("n != 1, n != 2", "(n - 1) (n - 2)", "!="),
    ("n != 1", "2 - 2 n", "!="),
    ("0 < w < 1", "1 - w^2", ">"),
    ("0 < w <= 1", "1 - w^2", ">="),
    ("0 < w", "1 - w^2", ""),
    ("0 < w < 1", "w - w^2", ">"),
    ("0 <= w < 1", "w - w^2", ">="),
    ("0 < w < 1", "w^3 - w", "<"),
    ("0 < w < 1", "w (1 - w) - 1/4", "<="),
    ("0 < w < 1", "w (1 - w) - 1/3", "<"),
    ("0 < w < 1", "w (1 - w) - 1/5", ""),
    ("w < -1", "1 - w^2", "<"),
    ("w < -1", "w^3 + 1", "<"),
    ("-1 <= w <= 1", "1 - w^2", ">="),
    ("-1 <= w <= 1", "2 - w^2 - w", ">="),
    ("w", "w^2 - w + 1", ">"),
    ("w", "w^2 - w + 1/4", ">="),
    ("w", "w^2 - w + 1/5", ""),
    ("w", "w^4 - w + 1", ">"),
    ("w", "w^2 - 2", ""),
    ("w >= 2", "w^2 - 2", ">"),
    ("w >= 1", "w^2 - 2", ""),
    ("w = 3", "w^2 - 9", "="),
    ("w = 3", "w^2 - 8", ">"),
    # quotients
    ("n >= 2, n in integers", "1 / (n - 1)", ">"),
    ("n >= 2, n in integers", "1 - 1 / n", ">"),
    ("n >= 1, n in integers", "1 - 1 / n", ">="),
    ("n >= 1", "1 / (n + 1) - 1 / (n + 2)", ">"),
    ("0 < w < 1", "w / (1 - w)", ">"),
    ("0 < w < 1", "1 / w - 1 / (1 - w)", ""),
    ("0 <= w <= 1", "1 / (1 + w) - 1/2", ">="),
    # several parameters
    ("0 <= a <= 1, 0 <= b <= 1", "1 - a b", ">="),
    ("0 <= a < 1, 0 <= b <= 1", "1 - a b", ">"),
    ("0 <= a <= 1, 0 <= b < 1", "1 - a b", ">"),
    ("0 <= a <= 1, 0 <= b <= 1", "a + b - a b", ">="),
    ("0 < a < 1, 0 < b < 1", "a + b - 2 a b", ">"),
    ("0 < a < 1, 0 < b < 1", "a + b - 3 a b", ""),
    ("0 <= a <= 1, 0 <= b", "1 - a b", ""),
    ("0 <= a <= 1, 0 <= b <= 1, 0 <= c <= 1", "1 - a b c", ">="),
    ("a, b", "a^2 - 2 a b + b^2", ">="),
    ("a, b", "a^2 + 2 a b + b^2 + 1", ""),
    ("a, b", "a^2 + b^2 + 1", ">"),
    ("a, b", "a^2 - b^2", ""),
    ("b >= 0, a >= b", "a^2 - b^2", ">="),
    ("b >= 0, a > b", "a^2 - b^2", ">"),
    ("b, a > b", "a^2 - b^2", ""),
    ("b, a != b", "a^2 - 2 a b + b^2", ">"),
    ("T >= 2, t >= 1, t <= T - 1, T in integers, t in integers", "T - t", ">"),
    ("T >= 2, t >= 1, t <= T - 1, T in integers, t in integers", "(T - t)^2 t", ">"),
    ("T >= 2, t >= 1, t <= T - 1, T in integers, t in integers", "(T - t) / T - 1", "<"),
    ("T >= 2, t >= 1, t <= T - 1, T in integers, t in integers", "T - t - 1", ">="),
    ("T >= 2, t >= 1, t <= T - 1, T in integers, t in integers", "T - t - 2", ""),
    ("T >= 2, t >= 1, t <= T - 1, T in integers, t in integers", "T - 2 t", ""),
    ("s >= 0, t >= s, u >= t + 1", "u - s", ">"),
    ("s >= 0, t >= s, u >= t + 1", "u t - s t", ">="),
    ("a > 0, b >= 1 / a", "b - 1 / a + 1", ">"),
    ("a > 0, b >= 1 / a", "b - 1 / a", ">="),
    # with densities, functions and averages
    ("N >= 1, N in integers", "1 + (p(z) / q(z)) (N - 1)", ">"),
    ("N", "1 + (p(z) / q(z)) (N - 1)", ""),
    ("N >= 0, N in integers", "1 + (p(z) / q(z)) (N - 1)", ""),
    ("N >= 1, N in integers", "N p(z) - p(z) + q(z)", ">"),
    ("0 <= w <= 1", "w p(z) + (1 - w) q(z)", ">"),
    ("0 <= w <= 1", "w p(z) + (1 - w) g(z)", ">="),
    ("0 < w <= 1", "w p(z) + (1 - w) g(z)", ">"),
    ("0 <= w <= 1", "w p(z) + (1 - w) f(z)", ""),
    ("0 <= w <= 2", "w p(z) + (1 - w) q(z)", ""),
    ("n >= 2", "E_{q(z)}[(n - 1) h(z)]", ">"),
    ("n >= 2", "E_{q(z)}[(n - 2) g(z) - (n - 1) k(z)]", ">"),
    ("n", "p(z)^2 - 2 p(z) q(z) + q(z)^2", ">="),
    ("n", "p(z)^2 - p(z) q(z)", ""),
    ("n", "f(z)^2 - f(z) + 1", ">"),
    ("n", "f(z)^2 - 2 f(z) g(z) + g(z)^2", ">="),
    ("n", "k(z) f(z)^2", "<="),
    ("n", "k(z) m(z)^2", "<"),
    ("n", "k(z) m(z)", "!="),
    ("n", "k(z) m(z) f(z)", ""),
    ("n", "E_{q(z)}[k(z)]", "<"),
    ("n", "E_{q(z)}[m(z)]", ""),
    ("n >= 2", "log n", ">"),
    ("n >= 1", "log n", ">="),
    ("n >= 1", "log(n - 1/2)", ""),
    ("0 < w < 1", "log w", "<"),
    ("0 < w < 1", "w log(1 - w)", "<"),
    ("0 < w < 1", "log(2 w)", ""),
    # powers
    ("t >= 0", "g(z)^t", ">="),
    ("t >= 0", "h(z)^t", ">"),
    ("t >= 0", "f(z)^t", ""),
    ("t >= 0, t in integers", "f(z)^(2 t)", ">="),
    ("t >= 0, t in integers", "m(z)^(2 t)", ">"),
    ("t >= 0, t in integers", "f(z)^(2 t + 2)", ">="),
    ("t >= 0, t in integers", "f(z)^(2 t + 1)", ""),
    ("t >= 0, t in integers", "f(z)^(3 t)", ""),
    ("t >= 0, t in integers", "m(z)^t", "!="),
    ("t >= 0", "f(z)^(2 t)", ""),
    ("n", "E_{q(z)}[g(z)]^(3/2)", ">="),
    ("n", "E_{q(z)}[h(z)]^(3/2)", ">"),
    ("n", "sqrt(g(z))", ">="),
    # indexed sums and products
    ("T >= 1, T in integers", "sum_{i=1}^{T} i", ">"),
    ("T >= 1, T in integers", "sum_{i=1}^{T} (T - i)", ">="),
    ("T >= 1, T in integers", "sum_{i=1}^{T} (T - i + 1)^2", ">"),
    ("T >= 0, T in integers", "sum_{i=1}^{T} i", ">="),
    ("T >= 1, T in integers", "sum_{i=1}^{T} (2 - i)", ""),
    ("T >= 1, T in integers", "prod_{i=1}^{T} (i + 1)", ">"),
    ("T >= 1, T in integers", "prod_{i=1}^{T} (-i)", "!="),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "text", "sign"), CASES)
def test_sign_from_declarations(parameters: str, text: str, sign: str) -> None:
    assert seen(f"parameters: [{parameters}]", text) == (sign, set())


FACTS = [
    # facts, what they are asked for, what is seen, which of them it rests on
    (["f(z) > 0"], "f(z)", ">", [0]),
    (["f(z) >= 2"], "f(z) - 1", ">", [0]),
    (["f(z) >= 2"], "3 f(z) - 7", "", []),
    (["f(z) <= 2"], "3 f(z) - 7", "<", [0]),
    (["f(z) != 0"], "f(z)^2", ">", [0]),
    (["f(z) != 0"], "f(z)", "!=", [0]),
    (["f(z) >= 0", "f(z) != 0"], "f(z)", ">", [0, 1]),
    (["g(z) != 0"], "g(z)", ">", [0]),
    (["h(z) > 0"], "h(z)", ">", []),
    (["h(z) >= 1"], "h(z)", ">", []),
    (["f(z) <= g(z)"], "g(z) - f(z)", ">=", [0]),
    (["f(z) > 0", "f(z) < 5"], "f(z)", ">", [0]),
    (["f(z) = 1"], "f(z)", "", []),
    (["c >= log Z"], "Z", "", []),
    (["Z > 0", "c >= log Z"], "c - log Z", ">=", [0, 1]),
    (["Z > 0", "c >= log Z"], "Z", ">", [0]),
    (["c > 1 + log Z", "Z > log c", "c > 2"], "c - log Z", ">", [0, 2]),
]


@pytest.mark.parametrize(("facts", "text", "sign", "used"), FACTS)
def test_sign_from_facts(facts: list[str], text: str, sign: str, used: list[int]) -> None:
    """Facts are named only where a sign, or the form of a fact that is asked, rests on them."""
    lines = "parameters: [c, Z]\nassume:" + "".join(f"\n  - {fact}" for fact in facts)
    model_facts = file(lines).model.facts
    assert seen(lines, text, "log-rules") == (sign, {model_facts[i] for i in used})


# -- with support: densities that may be 0 ---------------------------------------------------------

SUPPORT = "support: [finite all]\nparameters: [T >= 1, T in integers]\n"
NEITHER: list[str] | None = None
GIVEN = [
    # what is asked for its sign; what is then owed to be positive, NEITHER: it isn't seen
    (positive, "q(z)", ["q(z)"]),
    (positive, "q(z)^2 h(z)", ["q(z)"]),
    (positive, "1 / q(z)", ["q(z)"]),
    (positive, "p(x, z) / q(z)", ["p(x, z)", "q(z)"]),
    (positive, "2 + p(x, z) / q(z)", []),
    (positive, "h(z) + q(z)", []),
    (positive, "h(z) q(z) + q(z)^2", ["q(z)"]),
    (positive, "q(z) p(x, z) + p(z)", ["p(z)"]),
    (positive, "p(z) + p(x, z) q(z)", ["p(z)"]),
    (positive, "1 / (p(z) + q(z) p(x, z))", ["p(z)"]),
    (positive, "p(x, z)^T", ["p(x, z)"]),
    (positive, "sqrt(q(z))", ["q(z)"]),
    (positive, "log(1 + q(z))", ["q(z)"]),
    (positive, "E_{q(z)}[p(x, z)]", ["E_{q(z)}[p(x, z)]"]),
    (positive, "E_{q(z)}[p(x, z)] q(z)", ["E_{q(z)}[p(x, z)]", "q(z)"]),
    (positive, "E_{q(z)}[1 / p(x, z)]", ["E_{q(z)}[1 / p(x, z)]"]),
    (positive, "E_{q(z)}[h(z)]", []),
    (positive, "E_{q(z)}[h(z) + p(x, z)]", []),
    (positive, "sum_{i=1}^{T} (i q(z))", ["sum_{i=1}^{T} (i q(z))"]),
    (positive, "sum_{i=1}^{T} (i + q(z))", []),
    (positive, "E_{q(z)}[g(z)]", NEITHER),
    (positive, "g(z) q(z)", NEITHER),
    (positive, "q(z) - p(z)", NEITHER),
    (positive, "h(z) - q(z)", NEITHER),
    (nonnegative, "q(z)", []),
    (nonnegative, "g(z) p(x, z) / q(z)", []),
    (nonnegative, "E_{q(z)}[g(z) p(x, z) / q(z)]", []),
    (nonnegative, "sqrt(q(z))", []),
    (nonnegative, "f(z) / q(z)", NEITHER),
    (nonnegative, "q(z) - p(z)", NEITHER),
    (nonzero, "m(z) q(z)", ["q(z)"]),
    (nonzero, "k(z) - q(z)", []),
    (nonzero, "k(z) q(z) - p(x, z) p(z)", ["q(z)"]),
    (nonzero, "f(z) q(z)", NEITHER),
]


@pytest.mark.parametrize(("asked", "text", "owed"), GIVEN)
def test_what_a_sign_presumes_is_owed(
    asked: Callable[[Normaliser, Polynomial], bool], text: str, owed: list[str] | None
) -> None:
    nf, term = under(SUPPORT, text)
    assert asked(nf, nf.normal(term)) == (owed is not NEITHER)
    assert nf.frame == {where("positive", under(SUPPORT, part)[1]) for part in owed or ()}


def under(lines: str, text: str) -> tuple[Normaliser, Expr]:
    here = file(lines)
    (term,), _ = here.elaborator.line(parse_expression(text, here.scope))
    return Normaliser(Context(here.model), hooks_of(())), term


def test_without_support_densities_are_positive() -> None:
    nf, term = under("parameters: [T]", "p(x, z) E_{q(z)}[p(x, z)] / q(z)")
    assert positive(nf, nf.normal(term))
    assert not nf.frame


OPENED = Density("q", (Var("z").tagged(-1),), ())
MARK = quotient(OPENED, OPENED)
MARKS = [
    # a term with the mark that q isn't 0; whether it is >= 0, and > 0 where q is
    (MARK, True, True),
    (total(Integer(1), MARK), True, True),
    (minus(Integer(2), MARK), False, False),
    (minus(MARK, Integer(1)), False, False),
    (negative(MARK), False, False),
    (total(MARK, negative(OPENED), power(OPENED, Integer(2))), False, False),
    (total(minus(MARK, Integer(1)), negative(OPENED), power(OPENED, Integer(2))), False, False),
]


@pytest.mark.parametrize(("term", "weakly", "strictly"), MARKS)
def test_a_mark_is_0_or_1(term: Expr, weakly: bool, strictly: bool) -> None:
    nf, _ = under(SUPPORT, "1")
    value = nf.normal(term)
    assert any(map(marks, value.terms))
    assert nonnegative(nf, value) == weakly
    assert not nf.frame
    assert positive(nf, value) == strictly
    assert nf.frame <= {where("positive", OPENED)}
    assert bool(nf.frame) == (strictly and value.single is not None)


GRANTED = [
    # what is asked to be positive where densities are granted below laws only
    ("p(x, z)", False),
    ("1 + p(x, z)", True),
    ("E_{q(z)}[p(x, z)]", True),
    ("E_{q(z)}[p(x) h(z)]", True),
    ("E_{q(z)}[p(x) h(z)] p(x)", False),
    ("p(x) E_{q(z)}[p(x) h(z)]", False),
    ("int p(x, z) dz", False),
    ("sum_{i=1}^{T} E_{q(z)}[i p(x, z)]", True),
    ("sum_{i=1}^{T} (i p(x, z))", False),
]


@pytest.mark.parametrize(("text", "seen"), GRANTED)
def test_densities_that_are_granted(text: str, seen: bool) -> None:
    """Each at its own place: what a law grants below it is not granted beside it."""
    nf, term = under(SUPPORT, text)
    nf.grants = lambda _, weights: bool(weights)
    assert positive(nf, nf.normal(term)) == seen
    assert not nf.frame


def test_what_is_granted_for_a_time_is_owed_after_it() -> None:
    nf, term = under(SUPPORT, "p(x)")
    value = nf.normal(term)
    nf.grants = lambda *_: True
    assert positive(nf, value)
    assert not nf.frame
    nf.grants = None
    for _ in range(2):  # and once more where it is remembered
        with nf.framed() as owed:
            assert positive(nf, value)
        assert owed
    nf.grants = lambda *_: False
    assert not positive(nf, value)


LEANING = [
    # a fact, what is asked, whether it rests on the fact, and what it then owes
    ("for all z: f(z) >= p(z) / q(z)", "f(z) - p(z) / q(z)", True, [("nonzero", "q(z)")]),
    ("for all z: f(z) >= p(z) / q(z)", "h(z)", False, []),
    ("for all z: log f(z) >= 1", "log f(z) - 1", True, [("positive", "f(z)")]),
    ("p(z) / q(z) > 0", "p(z) / q(z)", False, []),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "text", "used", "owed"), LEANING)
def test_a_fact_owes_that_its_sides_are_defined(
    fact: str, text: str, used: bool, owed: list[tuple[Any, str]]
) -> None:
    lines = f"{SUPPORT}assume: ['{fact}']"
    nf, term = under(lines, text)
    assert nonnegative(nf, nf.normal(term))
    assert nf.frame == {
        *(nf.model.facts if used else ()),
        *(where(kind, under(lines, part)[1]) for kind, part in owed),
    }


def test_what_multiplies_an_inequality_is_defined() -> None:
    """f q >= g q gives f >= g where q isn't 0, though 1/q is >= 0 wherever it has a value."""
    nf, _ = under(SUPPORT, "1")
    _, factor = under(SUPPORT, "1 / q(z)")
    texts = ("f(z)", "g(z)", "f(z) q(z)", "g(z) q(z)")
    left, right, *sides = (under(SUPPORT, text)[1] for text in texts)
    known = Known("facts", unproved(Statement(sides[0], ">=", sides[1]), 1))
    part = ("assumption", known, nf.normal(factor))
    found = added(nf, Statement(left, ">=", right), [part])
    assert found is not None
    assert where("nonzero", under(SUPPORT, "q(z)")[1]) in found.hypotheses


DOMAINS = [
    # parameters, a power, what its base must be
    ("t", "f(z)^3", ""),
    ("t", "f(z)^(-2)", "nonzero"),
    ("t", "f(z)^(1/2)", "nonnegative"),
    ("t", "f(z)^(-1/2)", "positive"),
    ("t", "f(z)^t", "positive"),
    ("t >= 0", "f(z)^t", "positive"),
    ("t > 0", "f(z)^t", "nonnegative"),
    ("t >= 0", "f(z)^(t + 1)", "nonnegative"),
    ("t < 1", "f(z)^(1 - t)", "nonnegative"),
    ("t <= 1", "f(z)^(1 - t)", "positive"),
    ("s > 0, t >= s", "f(z)^t", "nonnegative"),
    ("t in integers", "f(z)^t", "nonzero"),
    ("t >= 0, t in integers", "f(z)^t", ""),
    ("t >= 0, t in integers", "f(z)^(t - 1)", "nonzero"),
    ("t > 0, t in integers", "f(z)^(t - 1)", ""),
    ("t > 0, t in integers", "f(z)^(t / 2)", "nonnegative"),
    ("t >= 0, t in integers", "f(z)^(t / 2)", "positive"),
]


@pytest.mark.parametrize(("parameters", "text", "base"), DOMAINS)
def test_where_a_power_is_defined(parameters: str, text: str, base: Any) -> None:
    lines = f"parameters: [{parameters}]"
    nf, term = under(lines, text)
    owed = {where(base, under(lines, "f(z)")[1])} if base else set()
    assert defined(nf.model, term) == owed


FACTORS = [
    # parameters, and whether c KL is defined whatever KL is
    ("c", False),
    ("c >= 0", False),
    ("c > 0", True),
    ("c < 0", True),
    ("c != 0", True),
    ("0 != c", True),
    ("c != 1", False),
    ("c >= 1/2", True),
    ("d >= 1, c >= d", True),
    ("d >= 0, c >= d", False),
    ("d >= 0, c > d", True),
    ("c <= -1", True),
]


@pytest.mark.parametrize(("parameters", "always"), FACTORS)
def test_no_0_times_infinity(parameters: str, always: bool) -> None:
    nf, term = under(f"parameters: [{parameters}]", "c KL(q(z) || q(z))")
    owed = {c for c in defined(nf.model, term) if c.kind == "finite"}
    assert bool(owed) != always


POWERS = [
    ("t >= 1, t in integers", "f(z)^t", "f(z) f(z)^(t - 1)", True),
    ("t >= 1, t in integers", "f(z)^(t + 1)", "f(z)^2 f(z)^(t - 1)", True),
    ("t >= 0, t in integers", "f(z)^(t + 1)", "f(z) f(z)^t", True),
    ("t >= 0, t in integers", "f(z)^(2 t + 2)", "f(z)^2 f(z)^(2 t)", True),
    ("t >= 1, t in integers", "(f(z) + g(z))^t", "(f(z) + g(z)) (f(z) + g(z))^(t - 1)", True),
    ("t >= 1, t in integers", "m(z)^(-t)", "1 / (m(z) m(z)^(t - 1))", True),
    ("t >= 1, t in integers", "0^t", "0", True),
    ("t >= 0, t in integers", "0^t", "0", False),
    ("t >= 0, t in integers", "f(z)^t", "f(z) f(z)^(t - 1)", False),
    ("t in integers", "f(z)^t", "f(z) f(z)^(t - 1)", False),
    ("t >= 1", "f(z)^t", "f(z) f(z)^(t - 1)", False),
    ("t >= 1, t in integers", "f(z)^t", "f(z)^(t - 1)", False),
    ("t >= 1, t in integers", "f(z)^(t - 1)", "f(z)^t / f(z)", True),
]


@pytest.mark.parametrize(("parameters", "first", "second", "equal"), POWERS)
def test_factor_of_an_integer_power(parameters: str, first: str, second: str, equal: bool) -> None:
    """u^t = u u^(t - 1) for an integer t >= 1, also where u is 0; for no other."""
    assert (seen(f"parameters: [{parameters}]", f"{first} - {second}")[0] == "=") == equal


# -- random polynomials at random points ----------------------------------------------------------

NAMES = tuple(map(Symbol, "ab"))
WHOLE = tuple(map(Fraction, range(-3, 4)))
VALUES = (*WHOLE, *(Fraction(n, 3) for n in (-5, -1, 2, 10)))
HOLDS: dict[str, Callable[[Fraction], bool]] = {
    ">": lambda u: u > 0, ">=": lambda u: u >= 0, "<": lambda u: u < 0, "<=": lambda u: u <= 0,
    "!=": lambda u: u != 0, "=": lambda u: u == 0, "": lambda _: True,
}  # fmt: skip


@st.composite
def parameters(draw: st.DrawFn) -> tuple[Parameter, ...]:
    """Real or integers, above a number or an earlier one, below another number, or unequal."""
    found: list[Parameter] = []
    for symbol in NAMES:
        low = Integer(draw(st.integers(-2, 1)))
        high = low + draw(st.integers(1, 2))
        earlier = [Integer(0), *(p.symbol for p in found)]
        low += draw(st.sampled_from(earlier))
        bounds = (
            (symbol, draw(st.sampled_from((">=", ">"))), low),
            (symbol, draw(st.sampled_from(("<=", "<"))), high),
            (symbol, "!=", high),
        )
        kept = draw(st.sampled_from([(0, 1), (0, 1), (0,), (1,), (1, 2), (2,), ()]))
        chosen: Any = tuple(bound for i, bound in enumerate(bounds) if i in kept)
        found.append(Parameter(symbol, bool(draw(st.integers(0, 1))), chosen))
    return tuple(found)


@st.composite
def questions(draw: st.DrawFn) -> tuple[tuple[Parameter, ...], Expr]:
    """A sum of products of distances to bounds, and of what is like them."""
    declared: tuple[Parameter, ...] = draw(parameters())
    gaps = [left - right for p in declared for left, _, right in p.bounds]
    factors = st.sampled_from([*gaps, *NAMES, Integer(1), NAMES[0] - NAMES[1], NAMES[0] + 1])
    term = st.builds(Mul, st.sampled_from([Integer(-1), Integer(1), Integer(2)]), factors, factors)
    rest = st.just(Integer(0)) | st.integers(-1, 1).map(Integer) | term
    return declared, draw(term) + draw(rest)


@given(questions())
@settings(max_examples=400)
def test_what_is_seen_holds_at_every_point(
    question: tuple[tuple[Parameter, ...], Expr],
) -> None:
    declared, term = question
    nf = Normaliser(Context(Model(parameters=declared)), {})
    relation = strongest(nf, term)
    value = lambdify(NAMES, term)
    for point in _points(declared):
        assert HOLDS[relation](value(*point)), point


def _points(declared: tuple[Parameter, ...]) -> Iterator[tuple[Fraction, ...]]:
    """Some points of a grid that keep the bounds."""
    ends = [[(r, lambdify(NAMES, end)) for _, r, end in p.bounds] for p in declared]
    grids = [WHOLE if parameter.integer else VALUES for parameter in declared]
    for point in itertools.product(*grids):
        kept = (
            HOLDS[r](u - end(*point)) for u, own in zip(point, ends, strict=True) for r, end in own
        )
        if all(kept):
            yield point
