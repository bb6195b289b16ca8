"""What terms mean, by values worked out by hand."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from numeric_models import (
    PLAIN,
    cross_entropy,
    d,
    elbo,
    entropy,
    floats,
    fractions,
    given_world,
    integral,
    kl,
    mean,
    x,
    y,
    z,
)
from sympy import Expr, Integer, Rational, Symbol

from verifier.kernel.binding import bind
from verifier.kernel.model import Family, Function, Model
from verifier.kernel.terms import (
    KL,
    Abbreviation,
    Call,
    Density,
    Exp,
    Information,
    Log,
    Tuple,
    Var,
    VariableEntropy,
)
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.numbers.arithmetic import exact
from verifier.numeric.numbers.arrays import UnsupportedError

WORLD = {"p": [[3, 1], [1, 3]], "q": [[1, 1], [2, 1]], "r": [3, 1]}
ZEROS = {"p": [[1, 0], [1, 2]], "q": [[1, 1], [2, 0]], "r": [1, 0]}
LOG2, LOG3 = math.log(2), math.log(3)


def parts(whole: int, *numerators: int) -> list[Fraction]:
    return [Fraction(numerator, whole) for numerator in numerators]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (d("p x z"), [Fraction(3, 8), Fraction(1, 8), Fraction(1, 8), Fraction(3, 8)]),
        (d("p x"), [Fraction(1, 2), Fraction(1, 2)]),
        (d("p x | z"), [Fraction(3, 4), Fraction(1, 4), Fraction(1, 4), Fraction(3, 4)]),
        (d("q z | x"), [Fraction(1, 2), Fraction(1, 2), Fraction(2, 3), Fraction(1, 3)]),
        (mean(d("p x z"), d("q z | x")), [Fraction(1, 4), Fraction(5, 24)]),
        (mean(Integer(5), d("r z")), [Fraction(5)]),
        (integral(Integer(1), x), [Fraction(2)]),
        (integral(d("r z") ** 2, z), [Fraction(10, 16)]),
        (mean(d("p x"), d("p x z"), ), [Fraction(1, 2)]),
        (1 / d("r z") - Rational(1, 3), [Fraction(1), Fraction(11, 3)]),
        (Exp(Log(d("r z")) + Log(d("p z"))), [Fraction(3, 8), Fraction(1, 8)]),
        (Abbreviation("A", 2 * d("r z")), [Fraction(3, 2), Fraction(1, 2)]),
        (kl(d("r z"), d("r z")), [Fraction(0)]),
        (Log(d("p x")) - elbo() - kl(d("q z | x"), d("p z | x")), [Fraction(0), Fraction(0)]),
        ((d("r z") ** 2) ** Rational(1, 2), [Fraction(3, 4), Fraction(1, 4)]),
    ],
)  # fmt: skip
def test_rational_values_are_exact(term: Expr, expected: list[Fraction]) -> None:
    assert fractions(given_world(PLAIN, WORLD), term) == expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (entropy(d("r z")), [2 * LOG2 - 0.75 * LOG3]),
        (kl(d("r z"), d("p z")), [0.75 * LOG3 - LOG2]),
        (cross_entropy(d("r z"), d("p z")), [LOG2]),
        (VariableEntropy("p", [x]), [LOG2]),
        (VariableEntropy("p", [x], [z]), [2 * LOG2 - 0.75 * LOG3]),
        (Information("p", [x], [z]), [0.75 * LOG3 - LOG2]),
        (mean(Log(d("r z") / d("p z")), d("r z")), [0.75 * LOG3 - LOG2]),
        (d("p x") ** Rational(1, 2), [math.sqrt(0.5), math.sqrt(0.5)]),
        (kl(d("r z"), 2 * d("p z")), [0.75 * LOG3 - 2 * LOG2]),
    ],
)
def test_logarithms(term: Expr, expected: list[float]) -> None:
    assert floats(given_world(PLAIN, WORLD), term) == pytest.approx(expected, abs=1e-14)


INF = math.inf
NAN = math.nan


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (Log(d("r z")), [0, NAN]),
        (entropy(d("r z")), [0]),  # 0 log 0 = 0
        (integral(d("r z") * Log(d("r z")), z), [0]),
        (kl(d("p z"), d("r z")), [INF]),  # mass that the second lacks
        (kl(d("r z"), d("p z")), [LOG2]),
        (kl(d("r z"), d("r z")), [0]),
        (cross_entropy(d("p z"), d("r z")), [NAN]),
        (cross_entropy(d("r z"), d("p z")), [LOG2]),
        (mean(Log(d("r z")), d("p z")), [NAN]),
        (mean(1 / d("r z"), d("p z")), [NAN]),
        (mean(1 / d("r z"), d("r z")), [1]),  # the point of weight 0 is dropped
        (mean(Log(d("r z")) - Log(d("r z") ** 2), d("r z")), [0]),
        (mean(Log(d("r z")) - Log(d("r z") ** 2), d("p z")), [NAN]),
        (d("p z") / d("r z"), [Fraction(1, 2), NAN]),
        (d("p x z") / d("r z"), [Fraction(1, 4), NAN, Fraction(1, 4), NAN]),
        (Log(-d("p x")), [NAN, NAN]),
        (integral(d("r z") * Log(d("r z") / d("p z")), z), [LOG2]),
        (integral(d("r z") * Log(-d("p z")) , z), [NAN]),
        (Exp(-kl(d("p z"), d("r z"))), [0]),
        (VariableEntropy("p", [x], [z]), [-0.5 * math.log(0.5)]),
        (d("r z") ** Rational(-1, 2), [1, NAN]),
    ],
)  # fmt: skip
def test_zeros_and_infinities(term: Expr, expected: list[float]) -> None:
    got = floats(given_world(PLAIN, ZEROS), term)
    assert got == pytest.approx([float(value) for value in expected], nan_ok=True, abs=1e-14)


def test_conditioning_on_an_event_of_probability_0_is_undefined() -> None:
    world = given_world(PLAIN, {**ZEROS, "p": [[1, 0], [1, 0]]})
    assert floats(world, d("p x | z")) == pytest.approx([0.5, NAN, 0.5, NAN], nan_ok=True)
    assert floats(world, mean(Log(d("p x | z")), d("p x z"))) == pytest.approx([-LOG2])
    assert floats(world, mean(Log(d("p x | z")), d("p z"))) == pytest.approx([-LOG2] * 2)


def test_a_step_density_exceeds_1_and_has_negative_entropy() -> None:
    world = given_world(PLAIN, {"r": [1, 1]}, {"z": [1, 1]})  # two points of width 1/4
    assert fractions(world, d("r z")) == [Fraction(2), Fraction(2)]
    assert fractions(world, integral(d("r z"), z)) == [Fraction(1)]
    assert fractions(world, integral(Integer(1), z)) == [Fraction(1, 2)]
    assert floats(world, entropy(d("r z"))) == pytest.approx([-LOG2])
    assert fractions(world, mean(d("r z"), d("r z"))) == [Fraction(2)]


def test_a_family_with_conditions_has_no_entropy_of_random_variables() -> None:
    with pytest.raises(UnsupportedError):
        given_world(PLAIN, WORLD).value(VariableEntropy("q", [z]))


@pytest.mark.parametrize(
    "term",
    [
        Density("u", [x]),
        Density("p", [y]),
        Density("p", [Var("z", Tuple(Symbol("t"), Symbol("t")))]),
        Call("f", x),
        Symbol("k"),
        Integer(1) / Integer(0),
        bind(KL, (x,), Density("p", [x]), Call("r")),
    ],
)
def test_what_has_no_meaning_is_unsupported(term: Expr) -> None:
    with pytest.raises(UnsupportedError):
        given_world(PLAIN, WORLD).value(term)


def test_indices_have_the_value_that_the_environment_gives() -> None:
    world = given_world(PLAIN, WORLD)
    indexed = Interpreter(world.tables.sample, exact(), {"t": 3})
    assert fractions(indexed, Symbol("t") * d("p x")) == [Fraction(3, 2), Fraction(3, 2)]


def test_copies_share_the_alphabet_of_their_slot() -> None:
    one, two = Var("z", Tuple(Integer(1), Integer(1))), Var("z", Tuple(Integer(2), Integer(2)))
    model = Model(families=PLAIN.families, copies=((one, z), (two, z)))
    world = given_world(model, WORLD)
    product = Density("r", [one]) * Density("r", [two])
    assert fractions(world, product) == [
        Fraction(9, 16),
        Fraction(3, 16),
        Fraction(3, 16),
        Fraction(1, 16),
    ]
    assert fractions(world, mean(product, Density("r", [one]))) == [
        Fraction(15, 32),
        Fraction(5, 32),
    ]


def test_a_formula_defines_a_density() -> None:
    families = (*PLAIN.families, Family("m", (z,), formula=(d("p z") + d("r z")) / 2))
    world = given_world(Model(families=families), WORLD)
    assert fractions(world, d("m z")) == [Fraction(5, 8), Fraction(3, 8)]


def test_a_factor_of_another_family_is_its_conditional() -> None:
    joint = Family("s", (x, z), factors=(d("r z"), d("p x | z")))
    world = given_world(Model(families=(*PLAIN.families, joint)), WORLD)
    assert fractions(world, d("s x z")) == [
        Fraction(9, 16),
        Fraction(1, 16),
        Fraction(3, 16),
        Fraction(3, 16),
    ]
    assert fractions(world, d("s z")) == parts(4, 3, 1)


def test_a_factor_is_uniform_where_its_condition_has_probability_0() -> None:
    joint = Family("s", (x, z), factors=(d("r z"), d("p x | z")))
    model = Model(families=(*PLAIN.families, joint))
    world = given_world(model, {"p": [[1, 0], [1, 0]], "r": [1, 1]})
    assert fractions(world, d("s x z")) == [Fraction(1, 4)] * 4


def test_functions_called_with_the_wrong_arguments_are_unsupported() -> None:
    model = Model(families=PLAIN.families, functions=(Function("f", (x,)), Function("g", (None,))))
    world = given_world(model, WORLD)
    for call in (Call("f", x, z), Call("f", z), Call("f", d("p x")), Call("g", x)):
        with pytest.raises(UnsupportedError):
            world.value(call)
