"""Checks: true statements agree on all worlds, false ones don't, and figures mean what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numeric_models import (
    PLAIN,
    cross_entropy,
    d,
    elbo,
    entropy,
    integral,
    kl,
    mean,
    x,
    y,
    z,
)
from sympy import Expr, Integer, Rational, Symbol

from verifier.kernel.arithmetic import Power, product, total
from verifier.kernel.model import Domination, Family, Finite, Function, Model, Parameter
from verifier.kernel.terms import (
    Abbreviation,
    Call,
    Density,
    Exp,
    Information,
    Log,
    Relation,
    Statement,
    Tuple,
    Var,
    VariableEntropy,
)
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.meaning.gaps import Gaps, cells_needed, gaps_of
from verifier.numeric.search.sampled_model import SampledModel
from verifier.outcome import Numeric

BETA = Symbol("beta")
F, U = Call("f", x, z), Call("u", z)
RICH = Model(
    families=PLAIN.families,
    functions=(
        Function("f", (x, z)),
        Function("u", (z,), "> 0"),
        Function("phi", (None,), shape="concave"),
    ),
    parameters=(Parameter(BETA, False, ((BETA, ">", Integer(0)),)),),
)
KL_POSTERIOR = kl(d("q z | x"), d("p z | x"))
RATIO = d("p z | x") / d("q z | x")


def phi(argument: Expr) -> Expr:
    return Call("phi", argument)


TRUE: list[tuple[Expr, Relation, Expr]] = [
    (Log(d("p x")), "=", elbo() + KL_POSTERIOR),
    (Log(d("p x")), ">=", elbo()),
    (elbo(), "<=", Log(d("p x"))),
    (Log(integral(d("p x z"), z)), "=", Log(d("p x"))),
    (Log(mean(d("p x z") / d("q z | x"), d("q z | x"))), "=", Log(d("p x"))),
    (KL_POSTERIOR, ">=", Integer(0)),
    (kl(d("r z"), d("p z")), "=", cross_entropy(d("r z"), d("p z")) - entropy(d("r z"))),
    (elbo(), "=", mean(Log(d("p x | z")), d("q z | x")) - kl(d("q z | x"), d("p z"))),
    (Log(RATIO), "<=", RATIO - 1),
    (Exp(F), ">=", 1 + F),
    (mean(F, d("p x"), d("q z | x")), "=", mean(mean(F, d("q z | x")), d("p x"))),
    (mean(F, d("p x z")), "=", mean(mean(F, d("p z | x")), d("p x"))),
    (phi(mean(F, d("r z"))), ">=", mean(phi(F), d("r z"))),
    (mean(U, d("r z")) ** 2, "<=", mean(U**2, d("r z"))),
    (mean(U ** Rational(1, 2), d("r z")) ** 2, "<=", mean(U, d("r z"))),
    (BETA * KL_POSTERIOR, ">=", Integer(0)),
    (Information("p", [x], [z]), ">=", Integer(0)),
    (
        Information("p", [x], [z]),
        "=",
        VariableEntropy("p", [x]) + VariableEntropy("p", [z]) - VariableEntropy("p", [x, z]),
    ),
    (VariableEntropy("p", [x], [z]), "<=", VariableEntropy("p", [x])),
    (Abbreviation("L", elbo()), "=", elbo()),
]
FALSE: list[tuple[Expr, Relation, Expr]] = [
    (Log(d("p x")), "=", elbo() - KL_POSTERIOR),
    (Log(d("p x")), "<=", elbo()),
    (elbo(), ">=", Log(d("p x"))),
    (KL_POSTERIOR, "=", kl(d("p z | x"), d("q z | x"))),
    (d("p x"), "=", elbo() + KL_POSTERIOR),
    (Log(d("p x")), "=", elbo(law="q z | x") + kl(d("r z"), d("p z | x"))),
    (mean(Log(d("p x z") / d("q z | x")), d("p z")), "=", elbo()),
    (kl(d("r z"), d("p z")), "=", cross_entropy(d("r z"), d("p z")) + entropy(d("r z"))),
    (entropy(d("r z")), ">=", Integer(0)),
    (VariableEntropy("p", [x]), ">=", Integer(0)),
    (d("p x"), "<=", Integer(1)),
    (Log(d("p x")), "<=", Integer(0)),
    (Information("p", [x], [z]), "<=", VariableEntropy("p", [x])),
    (phi(mean(F, d("r z"))), "<=", mean(phi(F), d("r z"))),
    (mean(U, d("r z")) ** 2, ">=", mean(U**2, d("r z"))),
    (Log(RATIO), "=", RATIO - 1),
    (d("p x | z"), "=", d("p x z")),
    (Log(d("p x")), "=", (1 + Rational(1, 10**6)) * Log(d("p x"))),
    (BETA * KL_POSTERIOR, ">=", KL_POSTERIOR),
]


def statements(table: Sequence[tuple[Expr, Relation, Expr]]) -> list[Statement]:
    return [Statement(*row) for row in table]


@pytest.fixture(scope="module")
def sampled() -> SampledModel:
    return SampledModel(RICH)


def one(model: Model, *row: object, premises: Sequence[Statement] = ()) -> Numeric:
    result = SampledModel(model).check([Statement(*row)], [premises])[0]  # type: ignore[arg-type]
    assert result is not None
    return result


def test_true_statements_agree_on_all_worlds(sampled: SampledModel) -> None:
    for statement, result in zip(statements(TRUE), sampled.check(statements(TRUE)), strict=True):
        assert result is not None
        assert result.agrees, statement
        assert result.samples >= 4096
        assert abs(result.worst) < 1e-9 or statement.relation != "="


def test_false_statements_disagree(sampled: SampledModel) -> None:
    for statement, result in zip(statements(FALSE), sampled.check(statements(FALSE)), strict=True):
        assert result is not None
        assert not result.agrees, statement
        assert result.worst > 1e-9 if statement.relation == "=" else result.worst < -1e-9


def test_checks_are_deterministic() -> None:
    table = statements([*TRUE[:4], *FALSE[:4]])
    assert SampledModel(RICH).check(table) == SampledModel(RICH).check(table)
    backwards = SampledModel(RICH).check(table[::-1])[::-1]
    assert [r and r.agrees for r in backwards] == [
        r and r.agrees for r in SampledModel(RICH).check(table)
    ]


def test_rounding_errors_are_measured_on_the_scale_of_the_terms() -> None:
    large = 10**12 * entropy(d("r z"))
    assert one(PLAIN, large + entropy(d("r z")) - large, "=", entropy(d("r z"))).agrees
    left = total(*(Rational(n, 10) * d("r z") for n in (1, 2, -3)))  # 0 but for rounding
    nothing = total(d("r z"), product(Integer(-1), d("r z")))
    assert one(PLAIN, left, "=", product(Power(nothing, Integer(0)), Integer(2), left)).agrees
    small = Rational(1, 10**12)
    assert not one(PLAIN, small * d("p x"), "=", 2 * small * d("p x")).agrees


@pytest.mark.parametrize("label", ["x", "z"])
def test_what_holds_for_discrete_variables_alone(label: str) -> None:
    model = Model(families=PLAIN.families, discrete=frozenset({label}))
    assert one(model, d("p x"), "<=", Integer(1)).agrees == (label == "x")
    assert one(model, entropy(d("r z")), ">=", Integer(0)).agrees == (label == "z")


def test_premises_leave_out_worlds_where_they_fail() -> None:
    rare = Statement(kl(d("r z"), d("p z")), "<=", Rational(1, 20))
    weak = Statement(d("r z"), "<=", Integer(1))
    conclusion = (kl(d("r z"), d("p z")), "<=", Rational(1, 10))
    everything = one(PLAIN, *conclusion)
    some = one(PLAIN, *conclusion, premises=[rare])
    fewer = one(PLAIN, *conclusion, premises=[rare, weak])
    assert not everything.agrees
    assert some.agrees
    assert fewer.samples < some.samples < everything.samples


def test_without_a_world_that_meets_the_premises_there_is_no_figure() -> None:
    never = Statement(entropy(d("r z")), "=", entropy(d("r z")) + 1)
    statement = Statement(d("p x"), "=", d("p x"))
    assert SampledModel(PLAIN).check([statement], [[never]]) == [None]


@pytest.mark.parametrize(
    "term",
    [
        Density("p", [Var("z", Tuple(Integer(0), Symbol("t")))]),
        Density("unknown", [x]),
        VariableEntropy("q", [z]),
    ],
)
def test_what_has_no_meaning_yet_has_no_figure(term: Expr) -> None:
    sampled = SampledModel(PLAIN)
    fine = Statement(d("p x"), "=", d("p x"))
    assert sampled.check([Statement(term, "=", term), fine])[0] is None
    assert sampled.check([Statement(term, "=", term), fine])[1] is not None
    assert sampled.refute(Statement(term, "=", term + 1)) is None


def test_a_lemma_on_numbers() -> None:
    model = Model(parameters=(Parameter(BETA, False, ((BETA, ">", Integer(0)),)),))
    assert one(model, Log(BETA), "<=", BETA - 1).agrees
    assert not one(model, Log(BETA), "<=", BETA - 2).agrees
    assert one(Model(), Integer(2), ">=", Integer(1)).samples >= 4096


# -- zeros ----------------------------------------------------------------------------------------

IMPORTANCE = mean(d("p x z") / d("q z | x"), d("q z | x"))
DOMINATED = Domination(d("p z | x"), d("q z | x"), "")
OTHER_WAY = Domination(d("q z | x"), d("p z | x"), "")


@pytest.mark.parametrize(
    ("support", "row", "agrees"),
    [
        (None, (IMPORTANCE, "=", d("p x")), True),
        ((), (IMPORTANCE, "=", d("p x")), False),
        ((DOMINATED,), (IMPORTANCE, "=", d("p x")), True),
        ((OTHER_WAY,), (IMPORTANCE, "=", d("p x")), False),
        ((), (Log(d("p x")), ">=", elbo()), True),
        ((), (Log(d("p x")), "=", elbo() + KL_POSTERIOR), True),  # where both are finite
        ((), (mean(Log(d("p x z")), d("q z | x")), ">=", Integer(-50)), True),  # where defined
        ((Finite(KL_POSTERIOR, ""),), (KL_POSTERIOR, "<=", Integer(50)), True),
        ((), (KL_POSTERIOR, "<=", Integer(50)), False),
        ((), (Log(d("p x z")) - Log(d("p z | x")), "=", Log(d("p x"))), True),
    ],
)
def test_support(
    support: tuple[Domination, ...] | None, row: tuple[Expr, Relation, Expr], agrees: bool
) -> None:
    assert one(Model(families=PLAIN.families, support=support), *row).agrees == agrees


# -- size -----------------------------------------------------------------------------------------


def test_worlds_times_cells_stay_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = Model(families=(Family("p", (x, y, z)),))
    body = Log(d("p x y z"))
    for _ in range(2):  # nine variables at a time under one expectation
        body = body * mean(body, d("p x y z"))
    statement = Statement(body, "=", body)
    sizes = []

    def watched(interpreter: Interpreter, *rest: Any) -> Gaps:
        sizes.append(interpreter.tables.sample.count * cells_needed(interpreter, [statement]))
        return gaps_of(interpreter, *rest)

    monkeypatch.setattr("verifier.numeric.search.sampled_horizon.gaps_of", watched)
    monkeypatch.setattr("verifier.numeric.search.sampled_horizon.LARGEST", 2**14)
    result = SampledModel(wide).check([statement])[0]
    assert result is not None
    assert result.samples >= 4096
    assert max(sizes) <= 2**14
    assert np.isfinite(result.worst)


def test_work_is_counted_and_may_be_stopped() -> None:
    class Stop(Exception):  # noqa: N818
        pass

    spent: list[int] = []
    SampledModel(PLAIN, spent.append).check([Statement(d("p x"), "=", d("p x"))])
    assert sum(spent) > 4096

    def stop(_: int) -> None:
        raise Stop

    stopped = SampledModel(PLAIN, stop)
    for call in (stopped.check, lambda s: stopped.refute(s[0])):
        with pytest.raises(Stop):
            call([Statement(d("p x"), "=", d("p x"))])
