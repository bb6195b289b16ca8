"""Refutation: false statements get a confirmed counterexample, true ones none."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from numeric_models import PLAIN, cross_entropy, d, elbo, entropy, integral, kl, mean, x, z
from sympy import Expr, Integer, Rational, Symbol
from test_check import BETA, FALSE, KL_POSTERIOR, RICH, TRUE, F, U, phi

from verifier.kernel.model import Family, Function, Model, Parameter
from verifier.kernel.terms import Call, Exp, Log, Relation, Statement
from verifier.numeric.search.sampled_model import SampledModel
from verifier.outcome import Counterexample, Table

DISCRETE = Model(families=PLAIN.families, discrete=frozenset({"x", "z"}))
POINT = Rational(1, 1000)


@pytest.fixture(scope="module")
def sampled() -> SampledModel:
    return SampledModel(RICH)


def refuted(model: Model, left: Expr, relation: Relation, right: Expr) -> Counterexample:
    found = SampledModel(model).refute(Statement(left, relation, right))
    assert found is not None
    return found


def number(text: str) -> float:
    return float(Fraction(text)) if "/" in text else float(text)


@pytest.mark.parametrize("row", FALSE)
def test_false_statements_are_refuted(
    sampled: SampledModel, row: tuple[Expr, Relation, Expr]
) -> None:
    found = sampled.refute(Statement(*row))
    assert found is not None
    gap = number(found.difference)
    assert gap == pytest.approx(number(found.left) - number(found.right), abs=1e-12)
    assert {"=": gap != 0, ">=": gap < 0, "<=": gap > 0}[row[1]]


@pytest.mark.parametrize("row", TRUE)
def test_true_statements_are_not(sampled: SampledModel, row: tuple[Expr, Relation, Expr]) -> None:
    assert sampled.refute(Statement(*row)) is None


SUBTLE: list[tuple[Expr, Relation, Expr]] = [
    (kl(d("r z"), d("p z")), ">=", POINT),
    (kl(d("r z"), d("p z")), "<=", Integer(3)),
    (Log(d("p x")) - elbo(), ">=", POINT),
    (phi(mean(F, d("r z"))), ">=", mean(phi(F), d("r z")) + POINT),
    (mean(U**2, d("r z")), ">=", (1 + POINT) * mean(U, d("r z")) ** 2),
    (Exp(F), ">=", 1 + (1 + POINT) * F),
    (integral(d("p x z") ** 2, z) - d("p x") ** 2, ">=", -(d("p x") ** 2) / 2),
    (kl(d("q z | x"), d("p z | x")) + kl(d("p z | x"), d("q z | x")), ">=", POINT),
]


@pytest.mark.parametrize("row", SUBTLE)
def test_statements_false_in_a_corner_are_refuted(
    sampled: SampledModel, row: tuple[Expr, Relation, Expr]
) -> None:
    assert sampled.refute(Statement(*row)) is not None


@pytest.mark.parametrize(
    "row",
    [
        (d("p x"), "<=", Integer(1)),
        (entropy(d("r z")), ">=", Integer(0)),
        (Log(d("p x | z")), "<=", Integer(0)),
        (cross_entropy(d("r z"), d("p z")), ">=", Integer(0)),
    ],
)
def test_what_holds_for_discrete_variables_is_refuted_for_densities_alone(
    row: tuple[Expr, Relation, Expr],
) -> None:
    found = refuted(PLAIN, *row)
    assert found.weights
    assert SampledModel(DISCRETE).refute(Statement(*row)) is None


def test_a_counterexample_shows_exact_tables_and_the_point() -> None:
    found = refuted(PLAIN, d("p x | z"), "=", d("p x"))
    assert [table.name for table in found.tables] == ["p(x, z)"]
    table = found.tables[0]
    assert (table.axes, table.shape) == (("x", "z"), (2, 2))
    cells = [Fraction(cell) for cell in table.cells]
    assert sum(cells) == 1
    point = dict(found.point)
    here = cells[2 * point["x"] + point["z"]]
    column = cells[point["z"]] + cells[2 + point["z"]]
    row = cells[2 * point["x"]] + cells[2 * point["x"] + 1]
    assert Fraction(found.left) == here / column
    assert Fraction(found.right) == row
    assert Fraction(found.difference) == here / column - row
    assert found.weights == ()


def test_only_what_the_statement_mentions_is_shown() -> None:
    found = refuted(RICH, BETA * F, ">=", Integer(0))
    assert [table.name for table in found.tables] == ["f(x, z)"]
    assert [name for name, _ in found.parameters] == ["beta"]


def test_widths_are_shown_where_they_are_not_1() -> None:
    found = refuted(PLAIN, d("r z"), "<=", Integer(1))
    assert [table.name for table in found.weights] == ["z"]
    widths = [Fraction(cell) for cell in found.weights[0].cells]
    density = [Fraction(cell) for cell in found.tables[0].cells]
    assert sum(w * p for w, p in zip(widths, density, strict=True)) == 1


def test_functions_of_numbers_are_shown_by_their_coefficients() -> None:
    found = refuted(RICH, phi(Integer(1)), "<=", phi(Integer(0)))
    names = {table.name for table in found.tables}
    assert "phi: offset" in names
    assert len(names) > 1
    assert all(set(t.cells) != {"0"} for t in found.tables if t.name != "phi: offset")


def test_what_a_formula_is_made_of_is_shown() -> None:
    mixture = Family("m", (z,), formula=(d("p z") + d("r z")) / 2)
    model = Model(families=(*PLAIN.families, mixture))
    found = refuted(model, d("m z"), "=", d("r z"))
    assert [table.name for table in found.tables] == ["p(z)", "r(z)", "m(z)"]


def test_a_solved_function_is_shown_as_logarithms() -> None:
    from test_facts import BOLTZMANN
    from test_facts import model as with_facts

    found = SampledModel(with_facts(BOLTZMANN)).refute(Statement(Call("U", z), "=", -Log(d("r z"))))
    assert found is not None
    table = next(table for table in found.tables if table.name == "U(z)")
    assert all(cell == "0" or cell.startswith("log(") for cell in table.cells)


def test_a_counterexample_meets_the_premises() -> None:
    equal = Statement(kl(d("r z"), d("p z")), "=", Integer(0))
    sampled = SampledModel(PLAIN)
    assert sampled.refute(Statement(d("r z"), "=", d("p z")), [equal]) is None
    found = sampled.refute(Statement(d("r z"), "=", d("p z | x")), [equal])
    assert found is not None
    tables = {table.name: [Fraction(c) for c in table.cells] for table in found.tables}
    marginal = [tables["p(x, z)"][i] + tables["p(x, z)"][i + 2] for i in range(2)]
    assert marginal == tables["r(z)"]


def test_a_true_equality_of_logarithms_is_a_premise_that_holds_exactly() -> None:
    sampled = SampledModel(PLAIN)
    identity = Statement(Log(d("p x")), "=", elbo() + KL_POSTERIOR)
    false = Statement(Log(d("p x")), ">=", elbo() + 1)
    assert sampled.refute(false, [identity]) is not None


def test_a_premise_that_balls_cannot_decide_drops_the_candidate() -> None:
    sampled = SampledModel(PLAIN)
    undecided = Statement(Exp(d("p x")) * Exp(-d("p x")), "=", Exp(Integer(1)) / Exp(Integer(1)))
    false = Statement(d("p x"), "=", d("p z"))
    assert sampled.refute(false) is not None
    assert sampled.refute(false, [undecided]) is None


def test_equality_up_to_the_last_digits_is_no_counterexample() -> None:
    """Floats differ here by rounding; exact arithmetic knows better."""
    statement = Statement(mean(Exp(Log(d("p x | z"))), d("p z")), "=", d("p x"))
    assert SampledModel(PLAIN).refute(statement) is None


def test_a_contradiction_that_check_found_is_confirmed() -> None:
    sampled = SampledModel(PLAIN)
    false = Statement(kl(d("r z"), d("p z")), "<=", Integer(1))
    result = sampled.check([false])[0]
    assert result is not None
    assert not result.agrees
    assert sampled.confirm(false) is not None
    assert sampled.confirm(Statement(kl(d("r z"), d("p z")), ">=", Integer(0))) is None


@pytest.mark.parametrize("row", [*FALSE[:6], *TRUE[:6]])
def test_the_search_is_bounded_and_the_same_each_time(row: tuple[Expr, Relation, Expr]) -> None:
    spent: list[int] = []
    runs = [SampledModel(PLAIN, spent.append).refute(Statement(*row)) for _ in range(2)]
    assert runs[0] == runs[1]
    assert sum(spent) < 5_000_000


def test_nothing_depends_on_hashes(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        "from test_check import FALSE, TRUE, RICH\n"
        "from verifier.kernel.terms import Statement\n"
        "from verifier.numeric.search.sampled_model import SampledModel\n"
        "sampled = SampledModel(RICH)\n"
        "rows = [Statement(*row) for row in [*FALSE, *TRUE[:3]]]\n"
        "print([r and r.agrees for r in sampled.check(rows)])\n"
        "print([sampled.refute(row) for row in rows])\n",
    )
    root = Path(__file__).parents[2]
    outputs = {
        subprocess.run(
            [sys.executable, str(script)],
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": os.pathsep.join([str(root), str(Path(__file__).parent)]),
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_an_infinite_side_refutes_a_finite_one() -> None:
    model = Model(families=PLAIN.families, support=())
    found = refuted(model, kl(d("r z"), d("p z")), "<=", Integer(10))
    assert found.left == "inf"
    assert found.difference == "inf"


def test_points_outside_the_domain_refute_nothing() -> None:
    free = Model(families=PLAIN.families, functions=(Function("f", (x, z)),), support=())
    sampled = SampledModel(free)
    assert sampled.refute(Statement(Exp(Log(F)), "=", F)) is None
    assert sampled.refute(Statement(Log(F**2), "=", 2 * Log(F))) is None
    assert sampled.refute(Statement(F / F**2, "=", 1 / F)) is None
    assert sampled.refute(Statement(Log(d("p x z")), "<=", Integer(1))) is not None


def test_parameters_are_shown_within_their_bounds() -> None:
    share = Symbol("a")
    bounds = ((share, ">=", Integer(0)), (share, "<=", Integer(1)))
    model = Model(parameters=(Parameter(share, False, bounds),))  # type: ignore[arg-type]
    found = refuted(model, share**2, ">=", share)
    value = Fraction(dict(found.parameters)["a"])
    assert 0 < value < 1
    assert math.isclose(number(found.left), float(value**2))


def test_tables_have_as_many_cells_as_their_shape_says() -> None:
    found = refuted(PLAIN, Log(d("p x")), "=", elbo() - KL_POSTERIOR)
    assert all(isinstance(table, Table) for table in found.tables)
    for table in found.tables:
        assert len(table.cells) == math.prod(table.shape)
