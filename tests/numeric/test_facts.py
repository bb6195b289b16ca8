"""Facts: solved where they can be, tested elsewhere, at one point or at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numeric_models import PLAIN, d, entropy, integral, kl, mean, x, z
from sympy import Expr, Integer, Rational, Symbol

from verifier.kernel.arithmetic import collapse
from verifier.kernel.binding import free_variables
from verifier.kernel.model import Comparison, Fact, Family, Function, Model, Parameter
from verifier.kernel.terms import Call, Exp, Log, Statement
from verifier.numeric.search.sampled_model import SampledModel
from verifier.numeric.worlds.facts import isolated, solve

Z, BETA = Symbol("Z"), Symbol("beta")
U, F, G = Call("U", z), Call("f", x), Call("g", x)
FUNCTIONS = (Function("U", (z,)), Function("f", (x,)), Function("g", (x,)))
PARAMETERS = (
    Parameter(Z, False, ((Z, ">", Integer(0)),)),
    Parameter(BETA, False, ((BETA, ">", Integer(0)),)),
)


def model(*facts: Fact, functions: tuple[Function, ...] = FUNCTIONS) -> Model:
    return Model(families=PLAIN.families, facts=facts, functions=functions, parameters=PARAMETERS)


def everywhere(left: Expr, relation: Comparison, right: Expr) -> Fact:
    return Fact(left, relation, right, free_variables(left) | free_variables(right), "")


def at_a_point(left: Expr, relation: Comparison, right: Expr) -> Fact:
    return Fact(left, relation, right, frozenset(), "")


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (d("r z"), Exp(-U) / Z, -Log(Z * d("r z"))),
        (2 * U + 1, Z, (Z - 1) / 2),
        (Z, U**3, Z ** Rational(1, 3)),
        (1 / U, Z, 1 / Z),
        (Log(U), Z, Exp(Z)),
        (U, Z, Z),
        (U + U**2, Z, None),
        (Call("phi", U), Z, None),
        (integral(U, z), Z, None),
        (Z, BETA, None),
    ],
)
def test_isolated(left: Expr, right: Expr, expected: Expr | None) -> None:
    found = isolated(U, left, right)
    assert (found if found is None else collapse(found)) == expected


BOLTZMANN = everywhere(d("r z"), "=", Exp(-U) / Z)


def test_a_gibbs_distribution_is_solved_for_its_energy() -> None:
    sampled = SampledModel(model(BOLTZMANN))
    assert U in solve(sampled.model).values
    free_energy = mean(U, d("p z")) - entropy(d("p z"))
    partition = integral(Exp(-U), z)
    results = sampled.check(
        [
            Statement(Z, "=", partition),
            Statement(free_energy, ">=", -Log(Z)),
            Statement(free_energy, "=", kl(d("p z"), d("r z")) - Log(Z)),
            Statement(free_energy, ">=", Integer(0)),
        ]
    )
    assert [r.agrees for r in results if r] == [True, True, True, False]
    assert sampled.witness()


def test_a_partition_function_is_solved_for() -> None:
    sampled = SampledModel(model(everywhere(Z, "=", integral(Exp(-U), z))))
    assert Z in solve(sampled.model).values
    families = (*PLAIN.families, Family("m", (z,), formula=Exp(-U) / Z))
    with_formula = SampledModel(
        Model(
            families=families,
            facts=sampled.model.facts,
            functions=FUNCTIONS,
            parameters=PARAMETERS,
        )
    )
    statement = Statement(Log(d("m z")), "=", -U - Log(Z))
    assert with_formula.check([statement])[0].agrees  # type: ignore[union-attr]
    assert with_formula.refute(statement) is None
    false = Statement(Log(d("m z")), "=", -U)
    assert with_formula.refute(false) is not None
    assert with_formula.witness()


def test_equal_conditionals_are_one_table() -> None:
    sampled = SampledModel(model(everywhere(d("q z | x"), "=", d("p z | x"))))
    statement = Statement(kl(d("q z | x"), d("p z | x")), "=", Integer(0))
    assert sampled.check([statement])[0].agrees  # type: ignore[union-attr]
    assert sampled.refute(Statement(d("q z | x"), "=", d("p z"))) is not None


def test_circles_are_left_to_be_tested() -> None:
    facts = (everywhere(F, "=", G + 1), everywhere(G, "=", F - 1))
    solutions = solve(model(*facts))
    assert list(solutions.values) == [F]
    assert facts[1] not in solutions.solved
    assert SampledModel(model(*facts)).witness()


def test_inequalities_are_met_by_a_slack() -> None:
    sampled = SampledModel(model(everywhere(F, "<=", G), everywhere(Integer(3), "<", G)))
    results = sampled.check(
        [
            Statement(F, "<=", G),
            Statement(G, ">=", Integer(3)),
            Statement(F, ">=", Integer(3)),
            Statement(mean(F, d("p x")), "<=", mean(G, d("p x"))),
        ]
    )
    assert [r.agrees for r in results if r] == [True, True, False, True]


def test_a_fact_at_a_point_says_nothing_elsewhere() -> None:
    sampled = SampledModel(model(at_a_point(F, "=", Integer(1))))
    there = Statement(F, "=", Integer(1))
    everywhere_else = Statement(mean(F, d("p x")), "=", Integer(1))
    held, failed = sampled.check([there, everywhere_else])
    assert held is not None
    assert held.agrees
    assert failed is not None
    assert not failed.agrees
    assert sampled.refute(there) is None
    found = sampled.refute(everywhere_else)
    assert found is not None


def test_a_pointwise_fact_masks_the_points_where_it_fails() -> None:
    sampled = SampledModel(model(at_a_point(d("p x"), ">=", Rational(1, 2))))
    statement = Statement(2 * d("p x"), ">=", Integer(1))
    assert sampled.check([statement])[0].agrees  # type: ignore[union-attr]
    assert sampled.refute(statement) is None
    assert sampled.refute(Statement(d("p x"), ">=", Rational(3, 5))) is not None


ZEROS = Model(families=PLAIN.families, support=(), functions=FUNCTIONS, parameters=PARAMETERS)
POINTWISE = {  # with what is divided by, or has a logarithm
    "a factor": (Statement(d("p z"), "=", U * d("r z")), d("r z")),
    "a reciprocal": (Statement(Integer(1), "=", U * d("r z")), d("r z")),
    "an exponential": (Statement(Exp(U), "=", d("r z")), d("r z")),
    "a quotient": (Statement(U, "=", d("p z") / d("r z")), d("r z")),
    "a logarithm": (Statement(Log(U), "=", Log(d("r z"))), d("r z")),
    "of a parameter": (Statement(d("p z"), "=", BETA * d("r z")), d("r z")),
}


@pytest.mark.parametrize("name", POINTWISE)
def test_a_fact_at_a_point_is_met_in_worlds_with_zeros(name: str) -> None:
    """Its sides are defined there, and it holds: also where what it was solved for has a zero."""
    said, divisor = POINTWISE[name]
    sampled = SampledModel(replace(ZEROS, facts=(at_a_point(said.left, "=", said.right),)))
    result = sampled.check([said])[0]
    assert result is not None
    assert result.agrees
    assert sampled.refute(said) is None
    (positive,) = sampled.check([Statement(divisor, ">=", Integer(0))])
    assert positive is not None
    assert (positive.worst > 0) == (name not in ("a factor", "of a parameter"))  # 0 = U * 0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (U, d("p z") / d("r z")),
        (U, Log(d("r z"))),
        (U * d("r z"), d("p z")),
        (d("q z | x"), d("p z | x")),
    ],
)
def test_a_fact_about_all_points_determines_what_it_can(left: Expr, right: Expr) -> None:
    """What it is undefined at, or says nothing of, has any value, and a finite one."""
    sampled = SampledModel(replace(ZEROS, facts=(everywhere(left, "=", right),)))
    assert sampled.witness()
    (agrees,) = sampled.check([Statement(left, "=", right)])
    assert agrees is not None
    assert agrees.agrees
    (here,) = sampled.at_horizons(())
    (target,) = here.solutions.solved.values()
    with np.errstate(all="ignore"):
        solution = here.solutions.solution(sampled.model.facts[0])
        seen = [(each.value(target).data, each.value(solution).data) for each in here.interpreters]
    assert all(np.isfinite(values).all() for values, _ in seen)
    assert not all(np.isfinite(made).all() for _, made in seen)


def test_a_fact_about_no_point_says_that_it_is_defined() -> None:
    """Not so where r is 0 everywhere that p is not: log 0."""
    said = Statement(Log(mean(d("r z"), d("p z"))), "<=", Integer(0))
    sampled = SampledModel(replace(ZEROS, facts=(everywhere(said.left, "<=", said.right),)))
    (positive,) = sampled.check([Statement(mean(d("r z"), d("p z")), ">=", Integer(0))])
    assert positive is not None
    assert positive.worst > 0


@pytest.mark.parametrize(
    "fact",
    [
        everywhere(d("p x"), ">", d("p x") + 1),
        everywhere(kl(d("r z"), d("p z")), "<", Integer(0)),
        everywhere(F**2, "=", Integer(-1)),
        at_a_point(d("p x"), "<", Integer(0)),
    ],
)
def test_contradictory_facts_are_vacuous(fact: Fact) -> None:
    sampled = SampledModel(model(fact))
    assert sampled.witness() is False
    assert sampled.check([Statement(F, "=", G)]) == [None]
    assert sampled.refute(Statement(F, "=", G)) is None


def test_contradictory_parameters_are_vacuous() -> None:
    zero = Integer(0)
    beta = Parameter(BETA, False, ((BETA, ">", zero), (BETA, "<", zero)))
    assert SampledModel(Model(parameters=(beta,))).witness() is False


def test_facts_about_tables_are_found_by_rejection() -> None:
    sampled = SampledModel(model(everywhere(d("r z"), "<=", 2 * d("p z"))))
    result = sampled.check([Statement(kl(d("r z"), d("p z")), "<=", Log(Integer(2)))])[0]
    assert result is not None
    assert result.agrees
    assert result.samples >= 4096


def test_solved_tables_are_densities() -> None:
    """r := p(z) / 2 would solve the fact, and is no density: no world."""
    sampled = SampledModel(model(everywhere(d("r z"), "=", d("p z") / 2), functions=()))
    assert sampled.witness() is False
    with np.errstate(all="raise"):
        assert sampled.refute(Statement(d("r z"), "=", d("p z"))) is None
