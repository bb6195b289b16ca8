"""Worlds that no fractions make are shown to be there, and no others are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flint import arb, ctx, fmpq
from numeric_models import PLAIN, d, entropy, kl, mean, z
from sympy import Expr, Rational, Symbol

from verifier.kernel.binding import free_variables
from verifier.kernel.model import Comparison, Fact, Function, Model, Parameter
from verifier.kernel.terms import Call, Log, Statement
from verifier.numeric.numbers import duals
from verifier.numeric.numbers.duals import Dual
from verifier.numeric.numbers.exact import NAN, UncertainError
from verifier.numeric.search.sampled_model import SampledModel

F, G = Call("f", z), Call("g", z)
A, B = Symbol("a"), Symbol("b")
ENTROPY, DIVERGENCE = entropy(d("r z")), kl(d("r z"), d("p z"))


def fact(left: Expr, relation: Comparison, right: Expr | float, everywhere: bool = False) -> Fact:
    right = Rational(str(right)) if isinstance(right, (int, float)) else right
    variables = free_variables(left) | free_variables(right) if everywhere else frozenset()
    return Fact(left, relation, right, variables, "")


def sampled(*facts: Fact, discrete: str = "") -> SampledModel:
    functions = (Function("f", (z,)), Function("g", (z,)))
    return SampledModel(
        Model(
            families=PLAIN.families, facts=facts, functions=functions,
            parameters=(Parameter(A), Parameter(B)), discrete=frozenset(discrete),
        )
    )  # fmt: skip


MET: dict[str, list[Fact]] = {
    "an entropy": [fact(ENTROPY, "=", 1)],
    "a divergence": [fact(DIVERGENCE, "=", 0.5)],
    "both": [fact(ENTROPY, "=", 1), fact(DIVERGENCE, "=", 0.5), fact(entropy(d("p z")), "=", 2)],
    "a negative entropy": [fact(ENTROPY, "=", -10)],
    "a large divergence": [fact(DIVERGENCE, ">=", 20)],
    "moments": [
        fact(mean(F, d("r z")), "=", 1),
        fact(mean(G, d("r z")), "=", 2),
        fact(mean(F * G, d("r z")), "=", 3),
    ],
    "moments of a density": [
        fact(mean(d("p z"), d("r z")), "=", Rational(1, 3)),
        fact(mean(d("p z") ** 2, d("r z")), "=", Rational(1, 7)),
    ],
    "a parameter": [fact(A**2 + A, "=", 3)],
    "parameters far apart": [fact(A, ">=", 10 * B), fact(B, ">=", 10**6)],
    "a density at a point": [fact(d("p z"), ">=", 5)],
    "a large density everywhere": [fact(d("p z"), ">=", 1000, True)],
    "a small density everywhere": [fact(d("p z"), "<=", 0.01, True)],
    "a table that is another": [fact(d("r z"), "=", d("p z"), True), fact(ENTROPY, "=", 1)],
    "a function's logarithm": [fact(mean(Log(F), d("r z")), "=", 1), fact(F, ">", 0, True)],
    "an inequality that is near": [fact(ENTROPY, "=", 1), fact(ENTROPY, ">=", 0.999999)],
}

# What rounding doesn't tell from what can be.
MISSED: dict[str, list[Fact]] = {
    "a variance below 0": [
        fact(mean(F, d("r z")), "=", 1), fact(mean(F**2, d("r z")), "=", 1 - Rational(1, 10**14))
    ],
    "a divergence below 0": [fact(DIVERGENCE, "=", Rational(-1, 10**14))],
    "two entropies": [
        fact(ENTROPY, "=", 1), fact(ENTROPY + A * 0, "=", 1 + Rational(1, 10**14))
    ],
    "a strict inequality": [fact(ENTROPY, "=", 1), fact(ENTROPY, ">", 1)],
    "a table that is no density": [
        fact(d("r z"), "=", d("p z") * (1 + Rational(1, 10**14)), True), fact(ENTROPY, "=", 1)
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", MET)
def test_a_world_is_found(name: str) -> None:
    here = sampled(*MET[name])
    assert here.witness()
    (figure,) = here.check([Statement(ENTROPY, "=", ENTROPY)])
    assert figure is not None


@pytest.mark.parametrize("name", MISSED)
def test_no_world_is_made_up(name: str) -> None:
    assert sampled(*MISSED[name]).witness() is False


def test_the_worlds_meet_the_facts() -> None:
    here = sampled(*MET["both"])
    held = [Statement(f.left, "=", f.right) for f in here.model.facts]
    assert all(figure and figure.agrees for figure in here.check(held))
    off = [Statement(f.left, "=", f.right + Rational(1, 10**6)) for f in here.model.facts]
    assert not any(figure and figure.agrees for figure in here.check(off))


def test_an_entropy_wants_as_many_values_as_it_takes() -> None:
    here = sampled(fact(ENTROPY, ">=", 5), discrete="z")
    assert here.witness()
    sizes = {i.alphabets.size(z) for i in here.at_horizons(())[0].interpreters}
    assert min(sizes) >= 149  # exp(5)


# -- numbers that depend on unknowns --------------------------------------------------------------

U, V = 0, 1
OPERATIONS: dict[str, tuple[Callable[..., Any], Callable[[float, float], float]]] = {
    "add": (duals.add, lambda u, v: u + v),
    "subtract": (duals.subtract, lambda u, v: u - v),
    "multiply": (duals.multiply, lambda u, v: u * v),
    "divide": (duals.divide, lambda u, v: u / v),
    "power": (duals.real_power, lambda u, v: u**v),
    "cube": (lambda u, _: duals.power(u, fmpq(3)), lambda u, _: u**3),
    "root": (lambda u, _: duals.real_power(u, fmpq(1, 2)), lambda u, _: u**0.5),
    "reciprocal": (lambda u, _: duals.divide(fmpq(2), u), lambda u, _: 2 / u),
    "entropy": (lambda u, _: duals.multiply(u, duals.log(u)), lambda u, _: u * float(arb(u).log())),
    "exp": (lambda _, v: duals.exp(v), lambda _, v: float(arb(v).exp())),
    "absolute": (lambda u, _: duals.absolute(duals.subtract(fmpq(1), u)), lambda u, _: abs(1 - u)),
    "maximum": (duals.maximum, max),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_values_and_slopes_are_enclosed(name: str) -> None:
    """At points of the box, by differences."""
    operation, plain = OPERATIONS[name]
    with ctx.workprec(100):
        box = Dual(arb(3, 0.125), {U: arb(1)}), Dual(arb(0.5, 0.125), {V: arb(1)})
        made = operation(*box)
        for u in (2.9, 3, 3.1):
            for v in (0.4, 0.5, 0.6):
                step = 2.0**-12
                assert made.value.overlaps(arb(plain(u, v), 1e-9))
                by = (
                    plain(u + step, v) - plain(u - step, v),
                    plain(u, v + step) - plain(u, v - step),
                )
                for unknown, change in zip((U, V), by, strict=True):
                    slope = made.slopes.get(unknown, arb(0))
                    assert slope.overlaps(arb(change / (2 * step), 1e-5))


def test_what_a_box_does_not_decide_is_not_answered() -> None:
    wide = Dual(arb(0, 1), {U: arb(1)})
    for question in (duals.is_zero, duals.is_positive, duals.log, duals.absolute):
        with pytest.raises(UncertainError):
            question(wide)
    with pytest.raises(UncertainError):
        duals.divide(fmpq(1), wide)
    assert duals.meets(wide)
    assert not duals.meets(Dual(arb(2, 1), {U: arb(1)}))
    assert not duals.is_defined(duals.add(NAN, wide))
    assert duals.multiply(fmpq(0), wide) == 0
