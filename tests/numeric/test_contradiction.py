"""Contradictions are shown of facts alone, whatever the tables; and of no facts that can hold."""

from __future__ import annotations

import pytest
from numeric_models import PLAIN, d, entropy, kl, mean, x
from sympy import Expr, Integer, Rational, Symbol, sqrt

from verifier.kernel.binding import free_variables
from verifier.kernel.model import Comparison, Condition, Fact, Finite, Function, Model, Parameter
from verifier.kernel.terms import Call, Exp, Log
from verifier.numeric.search.contradiction import contradiction

A, B, N, M = (Symbol(name) for name in "abnm")
F, G = Call("f", x), Call("g", x)
PARAMETERS = (
    Parameter(A),
    Parameter(B, False, ((B, ">", Integer(0)), (B, "<=", Integer(1)))),
    Parameter(N, True, ((N, ">=", Integer(1)),)),
    Parameter(M, True),
)
FUNCTIONS = (Function("f", (x,)), Function("g", (x,), ">= 0"))
DIVERGENCE, ENTROPY = kl(d("r z"), d("p z")), entropy(d("r z"))


def fact(left: Expr, relation: Comparison, right: Expr | int, everywhere: bool = False) -> Fact:
    right = Integer(right) if isinstance(right, int) else right
    variables = free_variables(left) | free_variables(right) if everywhere else frozenset()
    return Fact(left, relation, right, variables, f"{left} {relation} {right}")


def model(*facts: Fact, support: tuple[Condition, ...] | None = None, discrete: str = "") -> Model:
    return Model(
        families=PLAIN.families, facts=facts, functions=FUNCTIONS, parameters=PARAMETERS,
        support=support, discrete=frozenset(discrete),
    )  # fmt: skip


OTHER = fact(A + 7, ">=", F)
CONTRADICTORY: dict[str, list[Fact]] = {
    "numbers": [fact(Integer(1), "=", 2)],
    "two values": [fact(A, "=", 1), fact(A, ">=", 2)],
    "strictly": [fact(A, "<", 1), fact(A, ">=", 1)],
    "not equal": [fact(A, "=", 1), fact(A, "!=", 1)],
    "a sum": [fact(A + B, ">=", 3), fact(A, "<=", 2), fact(B, "<", 1)],
    "a bound that is declared": [fact(B, ">=", 2)],
    "a square": [fact(A**2, "=", -1)],
    "a product of signs": [fact(G * B, "<", 0)],
    "a root": [fact(sqrt(B), "<", 0)],
    "multiplied out": [fact((A + 1) ** 2, "<", A**2 + 2 * A)],
    "integers between": [fact(N, ">", 1), fact(N, "<", 2)],
    "integers halved": [fact(2 * N, "=", 2 * M + 1)],
    "a function": [fact(F, "<=", 1, True), fact(F, ">=", 2)],
    "itself": [fact(d("p x"), ">", d("p x") + 1, True)],
    "a density": [fact(d("p x"), "<", 0)],
    "a density under its standing assumption": [fact(d("p x"), "=", 0)],
    "an exponential": [fact(Exp(F), "<=", 0)],
    "a divergence": [fact(DIVERGENCE, "<", 0)],
    "a mean": [fact(mean(F**2, d("p x")), "<", 0)],
    "two divergences": [fact(DIVERGENCE, "=", 1), fact(DIVERGENCE, "=", 2)],
    "a logarithm that is defined": [
        fact(Log(d("p x")), ">=", 1, True), fact(Log(d("p x")), "<=", 0, True)
    ],
}  # fmt: skip

SATISFIABLE: dict[str, list[Fact]] = {
    "nothing": [],
    "a large number": [fact(A, ">=", 10**9)],
    "a point": [fact(A, ">=", 1), fact(A, "<=", 1)],
    "a negative function": [fact(F, "<", 0)],
    "a product": [fact(A * B, "<", 0)],
    "not equal": [fact(A, "!=", 1), fact(A, "!=", 2)],
    "an even number": [fact(N, "=", 2 * M)],
    "a cube": [fact(A**3, "=", -1)],
    "a large density": [fact(d("p x"), ">=", 5)],
    "a negative entropy": [fact(ENTROPY, "<", 0)],
    "what may be undefined everywhere": [
        fact(Log(F), ">=", 1, True), fact(Log(F), "<=", 0, True)
    ],
    "a quotient that may be": [fact(1 / F, ">=", 1, True), fact(1 / F, "<=", 0, True)],
    "both sides": [fact(A, "<=", Rational(1, 2)), fact(A, ">", Rational(1, 3))],
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRADICTORY)
def test_contradictions_are_shown_with_what_makes_them(name: str) -> None:
    facts = CONTRADICTORY[name]
    found = contradiction(model(OTHER, *facts))
    assert {each.text for each in facts} <= {*found}
    assert OTHER.text not in found


@pytest.mark.parametrize("name", SATISFIABLE)
def test_facts_that_can_hold_are_no_contradiction(name: str) -> None:
    assert contradiction(model(*SATISFIABLE[name])) == ()


@pytest.mark.parametrize(
    ("facts", "discrete", "contradicts"),
    [
        ([fact(d("p x"), ">", 1)], "x", True),
        ([fact(d("p x z"), ">", 1)], "x", False),
        ([fact(ENTROPY, "<", 0)], "z", True),
    ],
)
def test_probabilities_are_at_most_1(facts: list[Fact], discrete: str, contradicts: bool) -> None:
    assert bool(contradiction(model(*facts, discrete=discrete))) == contradicts


@pytest.mark.parametrize(
    ("facts", "support", "contradicts"),
    [
        # infinite on both sides: inf >= 2 + inf
        ([fact(DIVERGENCE, ">=", ENTROPY + 2), fact(DIVERGENCE, "<=", ENTROPY)], (), False),
        (
            [fact(DIVERGENCE, ">=", ENTROPY + 2), fact(DIVERGENCE, "<=", ENTROPY)],
            (Finite(None, ""),),
            True,
        ),
        ([fact(DIVERGENCE, "=", 1), fact(DIVERGENCE, ">=", 2)], (), True),
        ([fact(DIVERGENCE, ">=", 2), fact(DIVERGENCE, "<=", 1)], (Finite(DIVERGENCE, ""),), True),
        ([fact(d("p x"), "=", 0)], (), False),
        ([fact(d("p x | z"), ">=", 2, True), fact(d("p x | z"), "<=", 1, True)], (), False),
        ([fact(d("p x | z"), ">=", 2), fact(d("p x | z"), "<=", 1)], (), True),
    ],
)
def test_what_is_infinite_or_undefined_is_no_number(
    facts: list[Fact], support: tuple[Condition, ...], contradicts: bool
) -> None:
    assert bool(contradiction(model(*facts, support=support))) == contradicts
