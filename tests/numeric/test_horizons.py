"""Statements for every horizon: true ones agree at all, false ones fall at the smallest."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from numeric_sequences import (
    COPIES,
    COUNT,
    DIFFUSION,
    ONE_X,
    ONE_Z,
    STEPS,
    TEMPORAL,
    K,
    T,
    X,
    Z,
    emission,
    integral,
    kl,
    mean,
    p,
    part,
    posterior,
    prior,
    product,
    q,
    total,
    xs,
    zs,
)
from sympy import Expr, Integer, Rational, Symbol

from verifier.kernel.model import (
    Domination,
    Fact,
    Family,
    Finite,
    Function,
    Model,
    Parameter,
    Positive,
)
from verifier.kernel.terms import (
    Call,
    Index,
    Information,
    Log,
    Relation,
    Statement,
    Var,
    VariableEntropy,
)
from verifier.numeric.search.sampled_model import SampledModel
from verifier.outcome import Counterexample, Numeric

Row = tuple[Expr, Relation, Expr]

# -- the temporal bound ---------------------------------------------------------------------------

LAW = q(Z, given=(X,))


def gain(tau: Index) -> Expr:
    return Log(emission(tau)) + Log(prior(tau)) - Log(posterior(tau))


def law_to(tau: Expr, seen: Expr | None = None) -> Expr:
    """q(z_{0:tau} | x_{0:tau}), or given the observations up to `seen`."""
    return q(zs(0, tau), given=(xs(0, tau if seen is None else seen),))


def at_a_step(tau: Index, divergence: Expr) -> Expr:
    return mean(mean(Log(emission(tau)), posterior(tau)) - divergence, law_to(tau - 1))


JOINT = product(lambda tau: emission(tau) * prior(tau))
SUM = total(lambda tau: mean(gain(tau), law_to(tau)))
BOUND = total(lambda tau: at_a_step(tau, kl(posterior(tau), prior(tau))))
EVIDENCE = Log(p(X))
GAP = kl(LAW, p(Z, given=(X,)))
ELBO = mean(Log(p(X, Z)) - Log(LAW), LAW)

TRUE: list[Row] = [
    (p(X, Z), "=", JOINT),
    (LAW, "=", product(posterior)),
    (Log(JOINT), "=", total(lambda tau: Log(emission(tau) * prior(tau)))),
    (ELBO, "=", mean(Log(JOINT / product(posterior)), LAW)),
    (ELBO, "=", mean(total(gain), LAW)),
    (mean(total(gain), LAW), "=", total(lambda tau: mean(gain(tau), LAW))),
    (total(lambda tau: mean(gain(tau), LAW)), "=", SUM),
    (SUM, "=", total(lambda tau: mean(gain(tau), law_to(tau - 1), posterior(tau)))),
    (SUM, "=", BOUND),
    (mean(total(gain), product(posterior), over=[Z]), "=", BOUND),
    (EVIDENCE, ">=", BOUND),
    (EVIDENCE, "=", BOUND + GAP),
    (integral(p(X, Z), Z), "=", p(X)),
    (integral(p(X, zs(0), zs(1, T)), zs(1, T)), "=", p(X, zs(0))),
    (law_to(T - 1, T), "=", law_to(T - 1)),
    (SUM, "=", total(lambda tau: mean(gain(tau), law_to(tau, T)))),
    (BOUND, "=", total(lambda s: at_a_step(s, kl(posterior(s), prior(s))), 0, T - 1)
     + mean(mean(Log(emission(T)), posterior(T)) - kl(posterior(T), prior(T)), law_to(T - 1))),
    (total(lambda tau: Log(emission(tau)), 1, T), "=",
     total(lambda tau: Log(emission(tau + 1)), 0, T - 1)),
    (total(lambda tau: total(lambda s: Log(emission(s)), 0, tau)), "=",
     total(lambda tau: (T - tau + 1) * Log(emission(tau)))),
    (total(lambda _: Integer(1)), "=", T + 1),
    (Information("p", [X], [Z]), "=", VariableEntropy("p", [X]) - VariableEntropy("p", [X], [Z])),
    (VariableEntropy("p", [X, Z]), "=", total(
        lambda tau: VariableEntropy("p", [xs(tau)], [zs(tau)])
        + VariableEntropy("p", [zs(tau)], [zs(0, tau - 1)]))),
]  # fmt: skip

# With the horizon at which each falls.
FALSE: list[tuple[Row, int]] = [
    ((p(X, Z), "=", product(lambda tau: emission(tau) * p(zs(tau)))), 1),
    ((p(X, Z), "=", product(prior)), 0),
    ((LAW, "=", product(lambda tau: q(zs(tau), given=(xs(0, tau),)))), 1),
    ((law_to(T), "=", law_to(T - 1)), 0),
    ((ELBO, "=", mean(total(gain, 0, T - 1), LAW)), 0),
    ((ELBO, "=", mean(total(gain, 1, T), LAW)), 0),
    ((SUM, "=", total(lambda tau: mean(gain(tau), law_to(tau - 1)))), 0),
    ((SUM, "=", total(lambda tau: mean(Log(emission(tau)) + Log(prior(tau)), law_to(tau)))), 0),
    ((SUM, "=", total(lambda tau: mean(Log(emission(tau)) - Log(posterior(tau)), law_to(tau)))), 0),
    ((BOUND, "=", total(lambda tau: at_a_step(tau, kl(prior(tau), posterior(tau))))), 0),
    ((BOUND, "=", total(lambda tau: at_a_step(
        tau, kl(posterior(tau), p(zs(tau), given=(zs(tau - 1),)))), 1, T)), 0),
    ((EVIDENCE, "<=", BOUND), 0),
    ((EVIDENCE, "=", BOUND), 0),
    ((EVIDENCE, ">=", BOUND + 2 * GAP), 0),
    ((p(zs(T), given=(zs(0, T - 1),)), "=", p(zs(T), given=(zs(T - 1),))), 2),
    ((p(Z), "=", p(zs(0)) * p(zs(1, T))), 1),
    ((Log(p(X)), "=", total(lambda tau: Log(p(xs(tau))))), 1),
    ((total(lambda tau: Log(emission(tau)), 1, T), "=",
      total(lambda tau: Log(emission(tau)), 0, T - 1)), 1),
    ((Integer(1) * T * (T - 1), "=", 0 * T), 2),
]  # fmt: skip


@pytest.fixture(scope="module")
def temporal() -> SampledModel:
    return SampledModel(TEMPORAL)


def figure(model: Model, row: Row, premises: Sequence[Statement] = ()) -> Numeric:
    result = SampledModel(model).check([Statement(*row)], [premises])[0]
    assert result is not None
    return result


def refuted(model: Model, row: Row) -> Counterexample:
    found = SampledModel(model).refute(Statement(*row))
    assert found is not None
    return found


def test_what_holds_at_every_horizon_agrees(temporal: SampledModel) -> None:
    results = temporal.check([Statement(*row) for row in TRUE])
    for row, result in zip(TRUE, results, strict=True):
        assert result is not None
        assert result.agrees, row
        assert result.samples >= 4096
        assert abs(result.worst) < 1e-12


@pytest.mark.parametrize("row", TRUE)
def test_what_holds_at_every_horizon_is_not_refuted(temporal: SampledModel, row: Row) -> None:
    assert temporal.refute(Statement(*row)) is None


@pytest.mark.parametrize(("row", "horizon"), FALSE)
def test_what_fails_is_refuted_at_the_smallest_horizon(
    temporal: SampledModel, row: Row, horizon: int
) -> None:
    result = temporal.check([Statement(*row)])[0]
    assert result is not None
    assert not result.agrees
    found = temporal.refute(Statement(*row))
    assert found is not None
    assert found.parameters == (("t", str(horizon)),)


def test_observations_beyond_a_step_matter_where_q_is_not_causal() -> None:
    looking_ahead = Family("q", (Z,), (X,))
    model = replace(TEMPORAL, families=(TEMPORAL.families[0], looking_ahead))

    def seen(tau: Index, end: Expr) -> Expr:
        return q(zs(tau), given=(zs(0, tau - 1), xs(0, end)))

    whole: Row = (LAW, "=", product(lambda tau: seen(tau, T)))
    causal: Row = (LAW, "=", product(lambda tau: seen(tau, tau)))
    assert figure(model, whole).agrees
    assert not figure(model, causal).agrees
    assert refuted(model, causal).parameters == (("t", "1"),)
    assert figure(TEMPORAL, causal).agrees


def test_a_counterexample_shows_its_horizon_and_the_tables_at_it() -> None:
    found = refuted(TEMPORAL, (p(zs(T), given=(zs(0, T - 1),)), "=", p(zs(T))))
    assert found.parameters == (("t", "1"),)
    assert [(table.name, table.axes) for table in found.tables] == [
        ("p(x_0, x_1, z_0, z_1)", ("x_0", "x_1", "z_0", "z_1"))
    ]
    assert [name for name, _ in found.point] == ["z_0", "z_1"]


# -- a chain forwards and backwards ---------------------------------------------------------------

START = xs(0)
NOISED = xs(1, STEPS)


def forward(k: Expr) -> Expr:
    return q(xs(k), given=(xs(k - 1),))


def backward(k: Expr) -> Expr:
    return p(xs(k - 1), given=(xs(k),))


def reversed_forward(k: Expr) -> Expr:
    return q(xs(k - 1), given=(xs(k), START))


def noised(k: Expr) -> Expr:
    return q(xs(k), given=(START,))


def steps(body: object, low: int = 1, high: Expr = STEPS) -> Expr:
    return total(body, low, high)  # type: ignore[arg-type]


def diffusion_bound(middle: object, low: int = 2) -> Expr:
    law = q(NOISED, given=(START,))
    last = kl(noised(STEPS), p(xs(STEPS)))
    return last + mean(steps(middle, low) - Log(backward(Integer(1))), law)


DIFFUSED = mean(-Log(p(START, NOISED) / q(NOISED, given=(START,))), q(NOISED, given=(START,)))
WHOLE = xs(0, STEPS)
AVERAGED = mean(
    -Log(p(START, NOISED) / q(NOISED, given=(START,))), q(START), q(NOISED, given=(START,))
)
DIFFUSION_TRUE: list[Row] = [
    (q(NOISED, given=(START,)), "=", product(forward, 1, STEPS)),
    (product(forward, 2, STEPS), "=", product(
        lambda k: reversed_forward(k) * noised(k) / noised(k - 1), 2, STEPS)),
    (product(lambda k: noised(k) / noised(k - 1), 2, STEPS), "=",
     noised(STEPS) / noised(Integer(1))),
    (DIFFUSED, ">=", -Log(p(START))),
    (AVERAGED, "=", mean(
        -Log(p(xs(STEPS))) - steps(lambda k: Log(backward(k) / forward(k))), q(WHOLE))),
    (AVERAGED, "=", mean(DIFFUSED, q(START))),
    (DIFFUSED, "=", diffusion_bound(lambda k: kl(reversed_forward(k), backward(k)))),
    (forward(STEPS), "=", q(xs(STEPS), given=(xs(0, STEPS - 1),))),
]  # fmt: skip
DIFFUSION_FALSE: list[tuple[Row, int]] = [
    ((DIFFUSED, "<=", -Log(p(START))), 1),
    ((DIFFUSED, "=", diffusion_bound(lambda k: kl(backward(k), reversed_forward(k)))), 2),
    ((DIFFUSED, "=", diffusion_bound(lambda k: kl(reversed_forward(k), backward(k)), 3)), 2),
    ((DIFFUSED, "=", diffusion_bound(
        lambda k: kl(q(xs(k - 1), given=(xs(k),)), backward(k)))), 2),
    ((product(forward, 2, STEPS), "=", product(
        lambda k: reversed_forward(k) * noised(k - 1) / noised(k), 2, STEPS)), 2),
    ((product(lambda k: noised(k) / noised(k - 1), 2, STEPS), "=",
      noised(STEPS - 1) / noised(Integer(1))), 2),
    ((q(NOISED, given=(START,)), "=", product(forward, 2, STEPS)), 1),
    ((forward(STEPS), "=", q(xs(STEPS), given=(START,))), 2),
    ((AVERAGED, "=", mean(-steps(lambda k: Log(backward(k) / forward(k))), q(WHOLE))), 1),
]  # fmt: skip


@pytest.mark.parametrize("row", DIFFUSION_TRUE)
def test_a_chain_of_any_length(row: Row) -> None:
    result = figure(DIFFUSION, row)
    assert result.agrees
    assert SampledModel(DIFFUSION).refute(Statement(*row)) is None


@pytest.mark.parametrize(("row", "horizon"), DIFFUSION_FALSE)
def test_a_chain_with_a_mistake_in_it(row: Row, horizon: int) -> None:
    assert not figure(DIFFUSION, row).agrees
    assert refuted(DIFFUSION, row).parameters == (("T", str(horizon)),)


# -- copies ---------------------------------------------------------------------------------------

EACH = product(lambda k: q(zs(k), given=(ONE_X,)), 1, K)


def weight(k: Expr) -> Expr:
    return p(ONE_X, zs(k)) / q(zs(k), given=(ONE_X,))


def over_copies(body: Expr) -> Expr:
    return mean(body, EACH, over=[zs(1, K)])


AVERAGE = total(weight, 1, K) / K
WEIGHTED = over_copies(Log(AVERAGE))
F = Call("f", ONE_X, ONE_Z)
WITH_F = replace(COPIES, functions=(Function("f", (ONE_X, ONE_Z)),))
ONE_SAMPLE = mean(Log(p(ONE_X, ONE_Z) / q(ONE_Z, given=(ONE_X,))), q(ONE_Z, given=(ONE_X,)))
COPIES_TRUE: list[Row] = [
    (Log(p(ONE_X)), ">=", WEIGHTED),
    (over_copies(AVERAGE), "=", p(ONE_X)),
    (WEIGHTED, ">=", ONE_SAMPLE),
    (over_copies(total(lambda k: Log(weight(k)), 1, K)), "=", K * ONE_SAMPLE),
    (over_copies(Call("f", ONE_X, zs(K))), "=", mean(F, q(ONE_Z, given=(ONE_X,)))),
    (kl(EACH, product(lambda k: p(zs(k)), 1, K), over=[zs(1, K)]), "=",
     K * kl(q(ONE_Z, given=(ONE_X,)), p(ONE_Z))),
    (integral(EACH, zs(1, K)), "=", Integer(1)),
]  # fmt: skip
COPIES_FALSE: list[tuple[Row, int]] = [
    ((Log(p(ONE_X)), "=", WEIGHTED), 1),
    ((Log(p(ONE_X)), "<=", WEIGHTED), 1),
    ((Log(p(ONE_X)), ">=", over_copies(Log(total(weight, 1, K)))), 2),
    ((WEIGHTED, "=", ONE_SAMPLE), 2),
    ((over_copies(total(weight, 1, K - 1) / K), "=", p(ONE_X)), 1),
    ((over_copies(total(lambda k: Log(weight(k)), 1, K)), "=", ONE_SAMPLE), 2),
]


@pytest.mark.parametrize("row", COPIES_TRUE)
def test_copies_of_any_number(row: Row) -> None:
    assert figure(WITH_F, row).agrees
    assert SampledModel(WITH_F).refute(Statement(*row)) is None


@pytest.mark.parametrize(("row", "number"), COPIES_FALSE)
def test_copies_with_a_mistake(row: Row, number: int) -> None:
    assert not figure(WITH_F, row).agrees
    assert refuted(WITH_F, row).parameters == (("K", str(number)),)


# -- functions ------------------------------------------------------------------------------------

FUNCTIONS = replace(
    TEMPORAL,
    functions=(
        Function("f", (Var("z"),)),
        Function("g", (Z,)),
        Function("h", (Var("x"), Z), "> 0"),
        Function("r", (zs(T), None), shape="convex"),
    ),
)


def f(*ends: object) -> Expr:
    return Call("f", zs(*ends))


def g(*ends: object) -> Expr:
    return Call("g", zs(*ends))


def h(tau: Expr) -> Expr:
    return Call("h", xs(tau), zs(0, tau))


WITH_FUNCTIONS: list[tuple[Row, bool]] = [
    ((integral(f(0), zs(0)), "=", integral(f(T), zs(T))), True),  # one space, one measure
    ((mean(total(f), LAW), "=", total(lambda tau: mean(f(tau), law_to(tau)))), True),
    ((mean(f(T), LAW), "=", mean(f(T), law_to(T - 1))), False),
    ((mean(g(0, T), LAW) ** 2, "<=", mean(g(0, T) ** 2, LAW)), True),
    ((mean(g(0, T), LAW) ** 2, ">=", mean(g(0, T) ** 2, LAW)), False),
    ((total(lambda tau: g(0, tau)), "=", g(0, T) + total(lambda tau: g(0, tau - 1)) - g(0, -1)),
     True),
    ((total(lambda tau: g(0, tau)), "=", total(lambda tau: g(0, tau - 1))), False),
    ((mean(g(0, T - 1), LAW), "=", mean(g(0, T - 1), law_to(T - 1))), True),
    ((g(0, T), "=", g(T)), False),  # the same at t = 0 alone
    ((Call("g", zs(0)), "=", g(0, T)), False),
    ((mean(Log(h(T)), LAW), "<=", Log(mean(h(T), LAW))), True),
    ((mean(h(T), LAW), ">=", Integer(0)), True),
    ((mean(Call("r", zs(T), g(0, T - 1)), posterior(T)), ">=", Integer(0)), False),
    ((total(lambda tau: Call("r", zs(tau), Integer(2))), "=",
      total(lambda tau: Call("r", zs(T - tau), Integer(2)))), True),
]  # fmt: skip


@pytest.mark.parametrize(("row", "agrees"), WITH_FUNCTIONS)
def test_functions_of_elements_and_of_slices(row: Row, agrees: bool) -> None:
    assert figure(FUNCTIONS, row).agrees == agrees
    assert (SampledModel(FUNCTIONS).refute(Statement(*row)) is None) == agrees


def test_the_same_function_takes_every_element() -> None:
    """Bounded at one place, it is bounded at all."""
    bounded = Fact(f(0), "<=", Integer(1), frozenset({zs(0)}), "")
    row: Row = (mean(total(f), LAW), "<=", T + 1)
    assert not figure(FUNCTIONS, row).agrees
    assert figure(replace(FUNCTIONS, facts=(bounded,)), row).agrees


def test_functions_of_slices_of_two_lengths_are_two_functions() -> None:
    bounded = Fact(g(0, T), "<=", Integer(1), frozenset({Z}), "")
    model = replace(FUNCTIONS, facts=(bounded,))
    assert figure(model, (mean(g(0, T), LAW), "<=", Integer(1))).agrees
    shorter: Row = (mean(g(0, T - 1), LAW), "<=", Integer(1))
    assert not figure(model, shorter).agrees
    assert refuted(model, shorter).parameters == (("t", "0"),)  # a constant there


def test_functions_of_several_copies() -> None:
    model = replace(COPIES, functions=(Function("g", (ONE_Z,)),))
    whole = Call("g", zs(1, K))
    both: Row = (over_copies(whole), "=", over_copies(Call("g", zs(1))))
    assert not figure(model, both).agrees
    assert refuted(model, both).parameters == (("K", "2"),)
    assert figure(model, (over_copies(whole) ** 2, "<=", over_copies(whole**2))).agrees


# -- facts, support, discrete variables -----------------------------------------------------------

ANY_Q = replace(TEMPORAL, families=(TEMPORAL.families[0], Family("q", (Z,), (X,))))
EXACT = Fact(LAW, "=", p(Z, given=(X,)), frozenset({X, Z}), "")


def test_a_fact_about_slices_holds_at_every_horizon() -> None:
    row: Row = (EVIDENCE, "=", ELBO)
    assert not figure(ANY_Q, row).agrees
    known = replace(ANY_Q, facts=(EXACT,))
    assert figure(known, row).agrees
    assert SampledModel(known).refute(Statement(*row)) is None
    assert SampledModel(known).witness()


def test_a_premise_holds_at_the_same_horizon() -> None:
    tight = Statement(GAP, "=", Integer(0))
    sampled = SampledModel(ANY_Q)
    assert sampled.refute(Statement(LAW, "=", p(Z, given=(X,))), [tight]) is None
    found = sampled.refute(Statement(LAW, "=", p(Z)), [tight])
    assert found is not None
    assert found.parameters == (("t", "0"),)


IMPORTANCE: Row = (mean(p(X, Z) / LAW, LAW), "=", p(X))
COVERED = Domination(p(Z, given=(X,)), LAW, "")


@pytest.mark.parametrize(
    ("support", "row", "agrees"),
    [
        (None, IMPORTANCE, True),
        ((), IMPORTANCE, False),
        ((COVERED,), IMPORTANCE, True),
        ((Domination(LAW, p(Z, given=(X,)), ""),), IMPORTANCE, False),
        ((Positive(product(posterior), ""),), IMPORTANCE, True),
        ((Finite(None, ""),), (EVIDENCE, "=", BOUND + GAP), True),
        ((), (p(X, Z), "=", JOINT), True),
        ((Finite(GAP, ""),), (GAP, "<=", Integer(500)), True),
        ((), (GAP, "<=", Integer(50)), False),
    ],
)
def test_support_of_sequences(
    support: tuple[Domination, ...] | None, row: Row, agrees: bool
) -> None:
    model = replace(TEMPORAL, support=support)
    assert figure(model, row).agrees == agrees
    assert (SampledModel(model).refute(Statement(*row)) is None) == agrees
    assert SampledModel(model).witness()


@pytest.mark.parametrize(
    ("discrete", "agrees"), [({"x"}, True), ({"x_{0:t}"}, True), ({"z"}, False), (set(), False)]
)
def test_elements_of_a_discrete_sequence_are_discrete(discrete: set[str], agrees: bool) -> None:
    model = replace(TEMPORAL, discrete=frozenset(discrete))
    assert figure(model, (p(X), "<=", Integer(1))).agrees == agrees


# -- which horizons -------------------------------------------------------------------------------


def test_a_horizon_at_which_a_statement_means_nothing_is_left_out() -> None:
    shorter: Row = (total(lambda tau: Log(emission(tau)), 2, T), "=",
                    total(lambda tau: Log(emission(tau + 1)), 1, T - 1))  # fmt: skip
    assert figure(TEMPORAL, shorter) == replace(figure(TEMPORAL, shorter), samples=3080)
    assert figure(TEMPORAL, (1 / T, "<=", Integer(1))).samples == 3080
    outside = Statement(p(zs(T + 1)), "=", p(zs(T + 1)))
    assert SampledModel(TEMPORAL).check([outside]) == [None]
    assert SampledModel(TEMPORAL).refute(Statement(p(zs(T + 1)), "=", Integer(0))) is None


def test_a_fixed_number_of_elements_is_one_horizon() -> None:
    long = (part("x", 0, 2), part("z", 0, 2))
    model = Model(families=(Family("p", long, factors=(
        product(lambda tau: emission(tau) * prior(tau), 0, 2),)),))  # fmt: skip
    markov: Row = (p(zs(2), given=(zs(0, 1),)), "=", p(zs(2), given=(zs(1),)))
    assert figure(model, (p(*long), "=", product(lambda k: emission(k) * prior(k), 0, 2))).agrees
    assert refuted(model, markov).parameters == ()


def test_an_index_of_a_statement_alone() -> None:
    model = Model(families=(Family("p", (ONE_X, ONE_Z)),), parameters=(COUNT,))
    sides = total(lambda _: p(ONE_X) / K, 1, K), p(ONE_X)
    assert figure(model, (sides[0], "=", sides[1])).agrees
    found = refuted(model, (total(lambda k: k * p(ONE_X), 1, K), "=", K * p(ONE_X)))
    assert found.parameters == (("K", "2"),)


def test_several_indices_keep_the_bounds_between_them() -> None:
    here = Parameter(T, True, ((T, ">=", Integer(0)), (T, "<=", STEPS - 1)))
    model = replace(DIFFUSION, parameters=(*DIFFUSION.parameters, here))
    inside: Row = (integral(q(xs(0, T), xs(T + 1, STEPS)), xs(T + 1, STEPS)), "=", q(xs(0, T)))
    assert figure(model, inside).agrees
    last: Row = (q(xs(0, T), xs(T + 1)), "=", q(xs(0, T)))
    assert refuted(model, last).parameters == (("T", "1"), ("t", "0"))


def test_other_parameters_keep_what_is_left_of_bounds() -> None:
    beta = Symbol("beta")
    model = replace(TEMPORAL, parameters=(
        Parameter(T, True, ((T, ">=", Integer(0)), (T, "<=", beta))), Parameter(beta)))  # fmt: skip
    assert figure(model, (beta * p(X), ">=", T * p(X))).agrees
    found = refuted(model, (beta * p(X), ">=", (T + 1) * p(X)))
    assert found.parameters[0] == ("t", "0")
    assert 0 <= float(Rational(dict(found.parameters)["beta"])) < 1


@pytest.mark.parametrize(
    ("facts", "vacuous"),
    [
        ((), False),
        ((Fact(T, ">=", Integer(2), frozenset(), ""),), False),
        ((Fact(T, "<", Integer(0), frozenset(), ""),), True),
        ((Fact(p(X), "=", 2 * p(X), frozenset({X}), ""),), True),
        ((Fact(T * p(X), "=", 2 * T * p(X), frozenset({X}), ""),), False),  # at t = 0
        ((EXACT,), False),
    ],
)
def test_a_witness_at_some_horizon_is_enough(facts: tuple[Fact, ...], vacuous: bool) -> None:
    assert SampledModel(replace(ANY_Q, facts=facts)).witness() is not vacuous


def test_a_model_that_means_nothing_at_any_horizon_is_not_sampled() -> None:
    short = Fact(p(zs(0, T - 9)), "<=", Integer(1), frozenset(), "")
    sampled = SampledModel(replace(TEMPORAL, facts=(short,)))
    assert sampled.check([Statement(p(X), "=", p(X))]) == [None]
    assert sampled.witness() is None


def test_without_a_declared_horizon_there_is_no_figure() -> None:
    sampled = SampledModel(replace(TEMPORAL, parameters=()))
    assert sampled.check([Statement(p(X), "=", p(X))]) == [None]
    assert sampled.refute(Statement(p(X), "=", Integer(0))) is None
    assert sampled.witness() is None


def test_what_begins_late_shows_beyond_the_smallest_horizons() -> None:
    """What holds at the smallest four, and not for long; where there is room, of one sequence and
    of copies, each of a few more shows by itself."""
    late = T * (T - 1) * (T - 2) * (T - 3) * p(X)
    assert not figure(TEMPORAL, (late, "=", Integer(0))).agrees
    found = SampledModel(TEMPORAL).confirm(Statement(late, "=", Integer(0)))
    assert found is not None
    assert found.parameters == (("t", "5"),)
    alone = Model(families=(Family("p", (Z,)),), parameters=TEMPORAL.parameters)
    some = total(lambda _: p(ONE_X), 1, K)
    for model, symbol, first, value in ((alone, T, 0, p(Z)), (COPIES, K, 1, some)):
        horizons = SampledModel(model).at_horizons([value])
        seen = [horizon.indices[symbol.name] for horizon in horizons]
        assert seen[:3] == [first, first + 1, first + 2]
        assert len([horizon for horizon in seen if horizon > first + 3]) >= 3
        for horizon in seen:
            others = [symbol - other for other in seen if other != horizon]
            never = value * math.prod(others)
            assert not figure(model, (never, "=", Integer(0))).agrees


def test_horizons_of_too_many_variables_are_left_out() -> None:
    third = part("u", 0, T)
    model = replace(TEMPORAL, families=(Family("p", (X, Z, third)),))
    result = figure(model, (integral(p(X, Z, third), third), "=", p(X, Z)))
    assert result.agrees
    assert result.samples == 4104  # at t = 0, 1, 2


def test_nothing_is_sampled_before_it_is_asked_for() -> None:
    spent: list[int] = []
    sampled = SampledModel(TEMPORAL, spent.append)
    assert spent == []
    statement = Statement(*TRUE[4])
    sampled.check([statement])
    assert 4096 < sum(spent) < 8_000_000
    assert sampled.check([statement]) == SampledModel(TEMPORAL).check([statement])


def test_nothing_depends_on_hashes(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        "from test_horizons import FALSE, FUNCTIONS, TRUE, WITH_FUNCTIONS\n"
        "from verifier.kernel.terms import Statement\n"
        "from verifier.numeric.search.sampled_model import SampledModel\n"
        "rows = [*(row for row, _ in (*FALSE, *WITH_FUNCTIONS)), *TRUE[:5]]\n"
        "statements = [Statement(*row) for row in rows]\n"
        "sampled = SampledModel(FUNCTIONS)\n"
        "print([r and r.agrees for r in sampled.check(statements)])\n"
        "print([sampled.refute(s) for s in statements[: len(FALSE)]])\n",
    )
    root = Path(__file__).parents[2]
    path = os.pathsep.join([str(root), str(Path(__file__).parent)])
    outputs = {
        subprocess.run(
            [sys.executable, str(script)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
