"""Shrinking: what is shown is small, simple, still false, and visibly so."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

import numpy as np
import pytest
from numeric_models import PLAIN, cross_entropy, d, elbo, entropy, integral, kl, mean, x, y, z
from sympy import Expr, Integer, Rational, Symbol

from verifier.kernel.model import Domination, Fact, Family, Function, Model, Parameter
from verifier.kernel.terms import Call, Log, Relation, Statement, VariableEntropy
from verifier.numeric.search.sampled_model import SampledModel
from verifier.numeric.search.shrink import denominators
from verifier.outcome import Counterexample

BETA, F = Symbol("beta"), Call("f", x)
RICH = Model(
    families=PLAIN.families,
    functions=(Function("f", (x,)), Function("u", (z,), "> 0")),
    parameters=(Parameter(BETA, False, ((BETA, ">", Integer(0)),)),),
)
DISCRETE = Model(families=PLAIN.families, discrete=frozenset({"x", "z"}))
SUPPORTED = Model(
    families=PLAIN.families, support=(Domination(d("r z"), d("p z"), "r(z) << p(z)"),)
)
KL_POSTERIOR = kl(d("q z | x"), d("p z | x"))
UNIFORM = ("1/4",) * 4


def found(model: Model, left: Expr, relation: Relation, right: Expr | int) -> Counterexample:
    example = SampledModel(model).refute(Statement(left, relation, Integer(0) + right))
    assert example is not None
    return example


def cells(example: Counterexample) -> dict[str, tuple[str, ...]]:
    shown = {table.name: table.cells for table in example.tables}
    return {**shown, **{f"width of {table.name}": table.cells for table in example.weights}}


@pytest.mark.parametrize(
    ("row", "tables", "parameters"),
    [
        ((d("p x | z"), "=", d("p x z")), {"p(x, z)": UNIFORM}, {}),
        ((entropy(d("r z")), "=", -entropy(d("r z"))), {"r(z)": ("1/2", "1/2")}, {}),
        ((F, ">=", 1), {"f(x)": ("0", "0")}, {}),
        ((F, "=", 0), {"f(x)": ("1", "0")}, {}),
        ((BETA, ">=", 2), {}, {"beta": "1"}),
        ((BETA, "<=", Rational(1, 3)), {}, {"beta": "1"}),
        ((d("r z"), "<=", 1), {"r(z)": ("1/2", "3/2"), "width of z": ("1/2", "1/2")}, {}),
        ((BETA * F, ">=", F), {"f(x)": ("0", "1")}, {"beta": "1/2"}),
    ],
)
def test_the_simplest_world_is_shown(
    row: tuple[Expr, Relation, Expr], tables: dict[str, tuple[str, ...]], parameters: dict[str, str]
) -> None:
    example = found(RICH, *row)
    shown = cells(example)
    assert {name: sorted(row) for name, row in shown.items()} == {
        name: sorted(row) for name, row in tables.items()
    }
    assert dict(example.parameters) == parameters


PLENTY: list[tuple[Model, Expr, Relation, Expr | int]] = [
    (PLAIN, Log(d("p x")), "=", elbo() - KL_POSTERIOR),
    (PLAIN, Log(d("p x")), "<=", elbo()),
    (PLAIN, KL_POSTERIOR, "=", kl(d("p z | x"), d("q z | x"))),
    (PLAIN, kl(d("r z"), d("p z")), "<=", Rational(1, 10)),
    (DISCRETE, cross_entropy(d("r z"), d("p z")), "<=", entropy(d("r z"))),
    (DISCRETE, mean(Log(d("p x z")), d("r z")), "=", mean(Log(d("p x z")), d("p z"))),
    (RICH, mean(F, d("p x")), "=", integral(F, x)),
    (SUPPORTED, kl(d("p z"), d("r z")), "<=", 5),
]


@pytest.mark.parametrize("row", PLENTY)
def test_tables_are_2_by_2_in_small_fractions(
    row: tuple[Model, Expr, Relation, Expr | int],
) -> None:
    example = found(*row)
    for table in (*example.tables, *example.weights):
        assert set(table.shape) == {2}
        assert lcm(*(Fraction(cell).denominator for cell in table.cells)) <= 12
    assert abs(float(Fraction(example.difference) if "inf" not in example.difference else 1)) > 1e-3


def test_a_variable_keeps_the_values_that_it_takes() -> None:
    """4 values of x are needed, of z nothing is said."""
    sampled = SampledModel(DISCRETE)
    statement = Statement(VariableEntropy("p", [x]), "<=", Rational(6, 5))
    assert sampled.refute(statement) is None
    example = sampled.among_its_own(statement)
    assert example is not None
    assert cells(example) == {"p(x)": ("1/4",) * 4}


@pytest.mark.parametrize(
    ("left", "right", "tables"),
    [
        (d("p x"), d("p z"), ["p(x, z)"]),
        (d("p x"), d("p x | y"), ["p(x, y)"]),
        (d("p x"), d("p x") ** 2, ["p(x)"]),
        (d("p x"), d("q x | z"), ["p(x, z)", "q(x | z)"]),
        (d("p x"), d("m x"), ["p(x, z)", "m(x, z)"]),
        (integral(d("p x y"), x), d("p y") / 2, ["p(x, y)"]),
    ],
)
def test_a_density_is_shown_over_what_is_spoken_of(
    left: Expr, right: Expr, tables: list[str]
) -> None:
    """By anything: not over all that its family is over."""
    families = (
        Family("p", (x, z, y)),
        Family("q", (x, y), (z,)),
        Family("m", (x, z), factors=(d("m x | z"), d("m z"))),
    )
    example = found(Model(families=families, discrete=frozenset("xyz")), left, "=", right)
    assert {*cells(example)} == {*tables}
    for table in example.tables:
        assert set(table.shape) == {2}


def test_a_violation_does_not_vanish_while_it_shrinks() -> None:
    """The divergence of simpler tables is nearer to 3, and not seen to be above it."""
    example = found(DISCRETE, kl(d("r z"), d("p z")), "<=", 3)
    assert float(Fraction(example.difference)) > 0.1


def test_zeros_stand_only_where_support_lets_them() -> None:
    statement = Statement(d("r z") * d("p z"), ">=", d("r z") ** 2 * d("p z"))
    for model, admitted in ((PLAIN, False), (SUPPORTED, True)):
        wrong = Statement(mean(d("r z") / d("p z"), d("p z")), "=", Integer(2))
        for said in (wrong, statement):
            example = SampledModel(model).refute(said)
            zeros = example is not None and "0" in {c for t in example.tables for c in t.cells}
            assert admitted or not zeros
    infinite = found(SUPPORTED, kl(d("p z"), d("r z")), "<=", 100)
    assert infinite.difference == "inf"
    p, r = (dict(zip("01", table.cells, strict=True)) for table in infinite.tables)
    assert all(r[k] == "0" for k in "01" if p[k] == "0")


def test_facts_and_premises_hold_in_what_is_shown() -> None:
    fact = Fact(F, ">=", d("p x"), frozenset({x}), "for all x: f(x) >= p(x)")
    model = Model(families=PLAIN.families, functions=(Function("f", (x,)),), facts=(fact,))
    example = found(model, F, "<=", 1)
    p, f = (
        list(map(Fraction, next(t.cells for t in example.tables if t.name == name)))
        for name in ("p(x)", "f(x)")
    )
    assert f[0] >= p[0]
    assert f[1] >= p[1]
    equal = Statement(kl(d("r z"), d("p z")), "=", Integer(0))
    under = SampledModel(DISCRETE).refute(Statement(d("r z"), "=", d("p z | x")), [equal])
    assert under is not None
    p, r = (list(map(Fraction, table.cells)) for table in under.tables)
    assert [p[0] + p[2], p[1] + p[3]] == r


def test_factorisations_are_kept() -> None:
    factors = (d("p x | z"), d("p y | z"), d("p z"))
    model = Model(families=(Family("p", (x, y, z), factors=factors),), discrete=frozenset("xyz"))
    example = found(model, d("p x | y z"), "=", d("p x | y"))
    p = np.array([Fraction(cell) for cell in example.tables[0].cells]).reshape(2, 2, 2)
    total = p.sum((0, 1))
    np.testing.assert_array_equal(p * total, p.sum(1)[:, None] * p.sum(0)[None])


@pytest.mark.parametrize(
    ("number", "denominator"),
    [(0.0, 1), (3.0, 1), (-2.25, 4), (1 / 3, 3), (355 / 113, 113), (1e-7, 10**7), (17 / 36, 36)],
)
def test_denominators_of_floats(number: float, denominator: int) -> None:
    assert denominators(np.array([[number]]))[0, 0] == denominator


@pytest.mark.parametrize("number", [np.pi, np.e, np.sqrt(2), np.log(2), np.inf, np.nan])
def test_numbers_that_are_no_fractions(number: float) -> None:
    with np.errstate(all="ignore"):
        assert denominators(np.array([[number]]))[0, 0] > 10**6
