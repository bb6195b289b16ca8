"""Worlds: normalised, factorised and bounded as declared, exactly; the same on every machine."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import fmpq
from numeric_models import PLAIN, d, fractions, integral, mean, x, y, z
from sympy import Integer, Rational, Symbol

from verifier.kernel.model import (
    Domination,
    Family,
    Finite,
    Function,
    Model,
    Parameter,
    Positive,
)
from verifier.kernel.terms import Call, Density, Log, Var
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.numbers.arithmetic import FLOAT, exact
from verifier.numeric.search.batches import LARGEST, Source, alphabet, generator
from verifier.numeric.worlds.draws import Drawing, Sample, Shape, cells
from verifier.numeric.worlds.facts import solve

MARKOV = Model(
    families=(
        Family("p", (x, y, z), factors=(d("p x"), d("p y | x"), d("p z | y"))),
        Family("q", (y, z), (x,), factors=(d("q y | x"), d("q z"))),
    )
)


def drawn(model: Model, **options: Any) -> Sample:
    sizes = alphabet(Source(model, solve(model), lambda _: None, 0).slots, (2, 3))
    shape = Shape(sizes, options.pop("count", 6), **options)
    return Drawing(model, shape, generator(3)).sample()


def source(model: Model) -> Source:
    return Source(model, solve(model), lambda _: None, 0)


def worlds(sample: Sample) -> list[Interpreter]:
    return [Interpreter(sample.take(np.array([i])), exact()) for i in range(sample.count)]


@pytest.mark.parametrize("mode", ["free", "tied", "uniform"])
@pytest.mark.parametrize("stepped", [False, True])
def test_densities_integrate_to_1_exactly(mode: str, stepped: bool) -> None:
    for world in worlds(drawn(PLAIN, mode=mode, stepped=stepped)):
        assert fractions(world, integral(d("p x z"), x, z)) == [1]
        assert set(fractions(world, integral(d("q z | x"), z))) == {1}
        assert set(fractions(world, integral(d("p x | z"), x))) == {1}


@pytest.mark.parametrize("stepped", [False, True])
def test_a_factorisation_declares_conditional_independence(stepped: bool) -> None:
    for world in worlds(drawn(MARKOV, stepped=stepped)):
        difference = d("p x z | y") - d("p x | y") * d("p z | y")
        assert set(fractions(world, difference)) == {0}
        assert any(fractions(world, d("p x z") - d("p x") * d("p z")))
        assert (
            len(set(fractions(world, d("p x y z") - d("p x") * d("p y | x") * d("p z | y")))) == 1
        )


def test_a_condition_that_the_factorisation_drops_may_be_left_out() -> None:
    for world in worlds(drawn(MARKOV)):
        assert world.value(Density("q", [z])).axes == (z,)
        assert fractions(world, integral(d("q z"), z)) == [1]


def test_floats_come_from_the_same_integers() -> None:
    sample = drawn(MARKOV, stepped=True)
    in_floats = Interpreter(sample, FLOAT).value(d("p x z"))
    for i, world in enumerate(worlds(sample)):
        expected = [float(value) for value in fractions(world, d("p x z"))]
        assert in_floats.data[..., i].reshape(-1) == pytest.approx(expected, rel=1e-14)


def test_discrete_variables_keep_weight_1() -> None:
    model = Model(families=PLAIN.families, discrete=frozenset({"z"}))
    alphabets = Interpreter(drawn(model, stepped=True), FLOAT).alphabets
    assert alphabets.width(z) is None
    assert alphabets.width(x) is not None


def test_tied_worlds_have_all_families_equal() -> None:
    for world in worlds(drawn(PLAIN, mode="tied", stepped=True)):
        assert set(fractions(world, d("q z | x") - d("p z | x"))) == {0}
        assert set(fractions(world, d("r z") - d("p z"))) == {0}


def test_at_least_4096_worlds_of_both_kinds_and_several_sizes() -> None:
    samples = list(source(PLAIN).batches())
    assert sum(sample.times.sum() for sample in samples) >= 4096
    assert {sample.shape.stepped for sample in samples} == {False, True}
    assert len({tuple(sample.shape.sizes.values()) for sample in samples}) >= 4
    assert {2, 3, 4} <= {size for sample in samples for size in sample.shape.sizes.values()}


def test_alphabets_shrink_before_the_number_of_worlds_does() -> None:
    slots = tuple(Var(f"x{i}") for i in range(9))
    assert set(alphabet(slots, (3, 4)).values()) == {2}
    wide = Model(families=(Family("p", (x, y, z)),))
    for sample in source(wide).batches():
        assert cells(sample) * 4096 <= LARGEST


def test_worlds_are_the_same_each_time() -> None:
    for one, two in zip(source(MARKOV).batches(), source(MARKOV).batches(), strict=True):
        assert one.draws.keys() == two.draws.keys()
        for key, draw in one.draws.items():
            np.testing.assert_array_equal(draw.top, two.draws[key].top)


def test_seeds_differ() -> None:
    other = Source(PLAIN, solve(PLAIN), lambda _: None, 1)
    one, two = next(source(PLAIN).batches()), next(other.batches())
    assert any((draw.top != two.draws[key].top).any() for key, draw in one.draws.items())


# -- parameters -----------------------------------------------------------------------------------

T, START, SHARE, LARGE = (Symbol(name) for name in ("T", "t", "a", "b"))
PARAMETERS = Model(
    parameters=(
        Parameter(T, True, ((T, ">=", Integer(2)),)),
        Parameter(START, True, ((START, ">=", Integer(2)), (START, "<=", T - 1))),
        Parameter(SHARE, False, ((SHARE, ">=", Integer(0)), (SHARE, "<", Integer(1)))),
        Parameter(LARGE, False, ((LARGE, ">", Rational(100, 3)), (LARGE, "!=", 34 * SHARE))),
    )
)


def test_parameters_keep_their_bounds() -> None:
    for sample in source(PARAMETERS).batches():
        in_floats = Interpreter(sample, FLOAT)
        values = {s: in_floats.value(s).data for s in (T, START, SHARE, LARGE)}
        assert (values[START] >= 2).all()
        assert (values[START] <= values[T] - 1).all()
        assert (values[T] == np.rint(values[T])).all()
        assert ((values[SHARE] >= 0) & (values[SHARE] < 1)).all()
        assert (values[LARGE] > 100 / 3).all()
        assert len(set(values[SHARE])) > 5


# -- functions ------------------------------------------------------------------------------------

GRID = [Rational(i, 4) for i in range(-24, 25)]


def on_grid(function: Function, points: list[Rational]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Values at numbers, one row per number, one column per world."""
    worlds = Interpreter(drawn(Model(functions=(function,)), count=64), FLOAT)
    rows = [worlds.value(Call(function.name, point)).data for point in points]
    return np.array(np.broadcast_arrays(*rows))


@pytest.mark.parametrize("sign", [-1, 1])
def test_convex_and_concave(sign: int) -> None:
    values = on_grid(Function("phi", (None,), shape="convex" if sign > 0 else "concave"), GRID)
    second = sign * np.diff(values, 2, axis=0)
    assert (second >= -1e-9).all()
    assert (second.max(axis=0) > 1e-3).mean() > 0.9


@pytest.mark.parametrize("sign", [-1, 1])
def test_increasing_and_decreasing(sign: int) -> None:
    values = on_grid(Function("g", (None,), shape="increasing" if sign > 0 else "decreasing"), GRID)
    assert (sign * np.diff(values, axis=0) > 0).all()


def test_a_free_function_has_no_shape() -> None:
    values = on_grid(Function("g", (None,)), GRID)
    steps, bends = np.diff(values, axis=0), np.diff(values, 2, axis=0)
    for signs in (steps, bends):
        assert ((signs > 1e-9).any(axis=0) & (signs < -1e-9).any(axis=0)).mean() > 0.5


def test_a_shape_holds_on_its_interval_only() -> None:
    function = Function("phi", (None,), shape="concave", low=Integer(0))
    values = on_grid(function, [p for p in GRID if p >= 0])
    assert (np.diff(values, 2, axis=0) <= 1e-9).all()
    assert (np.diff(on_grid(function, GRID), 2, axis=0) > 1e-3).any()


@pytest.mark.parametrize("shape", ["", "convex", "increasing", "decreasing"])
@pytest.mark.parametrize("sign", [">= 0", "> 0"])
def test_signs_of_functions_of_numbers(shape: Any, sign: Any) -> None:
    values = on_grid(Function("g", (None,), sign, shape), GRID)
    assert (values > 0).all() if sign == "> 0" else (values >= 0).all()


@pytest.mark.parametrize("sign", [">= 0", "> 0", "<= 0", "< 0"])
def test_signs_of_functions_of_variables(sign: Any) -> None:
    model = Model(families=PLAIN.families, functions=(Function("f", (x, z), sign),))
    values = Interpreter(drawn(model, count=64), FLOAT).value(Call("f", x, z)).data
    compare = {">= 0": np.greater_equal, "> 0": np.greater, "<= 0": np.less_equal, "< 0": np.less}
    assert compare[sign](values, 0).all()


def test_a_function_of_variables_and_numbers_has_pieces_per_cell() -> None:
    model = Model(families=PLAIN.families, functions=(Function("g", (x, None), shape="concave"),))
    worlds = Interpreter(drawn(model), FLOAT)
    value = worlds.value(Call("g", x, Log(d("p z"))))
    assert value.axes == (x, z)
    assert (np.ptp(worlds.value(Call("g", x, Integer(1))).data, axis=0) > 0).any()


def test_functions_of_numbers_agree_in_exact_arithmetic() -> None:
    model = Model(families=PLAIN.families, functions=(Function("g", (None,), shape="convex"),))
    sample = drawn(model, stepped=True)
    call = Call("g", d("p x z") - 1)
    in_floats = Interpreter(sample, FLOAT).value(call).data[..., 0].reshape(-1)
    expected = [float(v) for v in fractions(worlds(sample)[0], call)]
    assert in_floats == pytest.approx(expected)


# -- support --------------------------------------------------------------------------------------


def zeros(model: Model, term: Density) -> float:
    """The share of worlds that have a zero in a table."""
    found = 0
    total = 0
    for sample in source(model).batches():
        table = Interpreter(sample, FLOAT).value(term).data
        found += int((table == 0).any(axis=tuple(range(table.ndim - 1))).sum())
        total += sample.count
    return found / total


def test_without_support_tables_are_positive() -> None:
    assert zeros(PLAIN, d("p x z")) == 0


def test_with_support_tables_have_zeros_where_it_allows_them() -> None:
    model = Model(families=PLAIN.families, support=(Positive(d("r z"), ""), Finite(None, "")))
    assert zeros(model, d("r z")) == 0
    assert zeros(model, d("p x z")) > 0.1


def test_absolute_continuity_holds_in_every_world() -> None:
    condition = Domination(d("q z | x"), d("p z | x"), "")
    model = Model(families=PLAIN.families, support=(condition,))
    seen = False
    for sample in source(model).batches():
        in_floats = Interpreter(sample, FLOAT)
        with np.errstate(all="ignore"):
            first = in_floats.value(condition.first).data
            second = in_floats.value(condition.second).data
        assert not ((second == 0) & (first > 0)).any()
        seen |= bool((second == 0).any())
    assert seen


CHAIN = (d("p x"), d("p y | x"), d("p z | y"))
DOMINATED = {
    "tables": Model(
        families=(Family("p", (x, y, z)), Family("q", (x, y, z))),
        support=(Domination(d("q x y z"), d("p x y z"), ""),),
    ),
    "factors": Model(
        families=(
            Family("p", (x, y, z), factors=CHAIN),
            Family("q", (x, y, z), factors=(d("q x"), d("q y | x"), d("q z | y"))),
        ),
        support=(Domination(d("q x y z"), d("p x y z"), ""),),
    ),
    "a chain and a table": Model(
        families=(Family("p", (x, y, z), factors=CHAIN), Family("q", (x, y, z))),
        support=(Domination(d("q x y z"), d("p x y z"), ""),),
    ),
}


@pytest.mark.parametrize("name", DOMINATED)
def test_zeros_of_a_family_that_dominates_survive(name: str) -> None:
    """Those of large tables too, which seldom are where the others' happen to be."""
    model = DOMINATED[name]
    assert zeros(model, d("p x y z")) > 0.05
    assert zeros(model, d("q x y z")) > 0.1


def test_the_mean_under_a_law_with_zeros_is_exact() -> None:
    model = Model(families=PLAIN.families, support=())
    for world in worlds(drawn(model, zeros=True)):
        value = mean(1 / d("r z"), d("r z"))
        positive = sum(v > 0 for v in fractions(world, d("r z")))
        assert fractions(world, value) == [Fraction(positive)]
        assert isinstance(world.value(value).data.item(), fmpq)
