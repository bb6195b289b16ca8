"""Terms and models at a horizon, and which horizons there are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from numeric_sequences import (
    COPIES,
    COUNT,
    DIFFUSION,
    HORIZON,
    ONE_X,
    ONE_Z,
    STEPS,
    TEMPORAL,
    K,
    T,
    X,
    Z,
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

from verifier.kernel.arithmetic import Product, collapse, negative
from verifier.kernel.binding import rebuild
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
    Abbreviation,
    Call,
    CrossEntropy,
    Entropy,
    Exp,
    Expectation,
    Index,
    IndexedSum,
    Information,
    Log,
    Tuple,
    Var,
    VariableEntropy,
)
from verifier.numeric.numbers.arrays import UnsupportedError
from verifier.numeric.search.batches import alphabet
from verifier.numeric.worlds.horizons import horizons, symbols_of, symbols_of_model
from verifier.numeric.worlds.unroll import is_plain, unrolled
from verifier.numeric.worlds.unroll_model import is_plain_model, sequences, unrolled_model

BETA = Symbol("beta")
LAW = q(Z, given=(X,))
P01 = p(zs(0), zs(1))


def g(*ends: Any) -> Expr:
    return Call("g", zs(*ends))


TERMS: list[tuple[Expr, dict[Symbol, int], Expr]] = [
    (p(X, Z), {T: 0}, p(xs(0), zs(0))),
    (p(X, Z), {T: 1}, p(xs(0), xs(1), zs(0), zs(1))),
    (LAW, {T: 1}, q(zs(0), zs(1), given=(xs(0), xs(1)))),
    (p(zs(T)), {T: 2}, p(zs(2))),
    (p(zs(T - 1, T + 1)), {T: 1}, p(zs(0), zs(1), zs(2))),
    (prior(T), {T: 0}, p(zs(0))),  # an empty condition drops
    (p(zs(0, T - 1), given=(xs(0),)), {T: 0}, Integer(1)),
    (Log(p(zs(0, T - 1))), {T: 0}, Log(Integer(1))),
    (total(lambda k: p(zs(k))), {T: 1}, p(zs(0)) + p(zs(1))),
    (total(lambda k: p(zs(k)), 1, T), {T: 0}, Integer(0)),
    (product(lambda k: p(zs(k)), 1, T), {T: 0}, Integer(1)),
    (product(prior), {T: 1}, p(zs(0)) * p(zs(1), given=(zs(0),))),
    (total(lambda k: k**2 * BETA + T, 1, T), {T: 2}, 5 * BETA + 4),
    (total(lambda k: total(lambda j: p(zs(j), zs(k + 3)), 0, k)), {T: 1},
     p(zs(0), zs(3)) + p(zs(0), zs(4)) + p(zs(1), zs(4))),
    (total(lambda k: 1 / (k + 1)), {T: 2}, Rational(11, 6)),
    (T * BETA, {T: 3}, 3 * BETA),
    (Exp(T * p(ONE_X)) ** T, {T: 2}, Exp(2 * p(ONE_X)) ** 2),
    (Abbreviation("L", p(zs(T))), {T: 1}, Abbreviation("L", p(zs(1)))),
    # Binders: of what is left.
    (integral(p(zs(0, T)), Z), {T: 1}, integral(P01, zs(0), zs(1))),
    (integral(p(zs(0)), zs(1, T)), {T: 0}, p(zs(0))),
    (mean(p(X, Z), LAW), {T: 0}, mean(p(xs(0), zs(0)), q(zs(0), given=(xs(0),)))),
    (mean(p(zs(T)), q(zs(0, T - 1))), {T: 0}, p(zs(0))),
    (mean(BETA, product(lambda k: q(zs(k)), 0, T), over=[Z]), {T: 1},
     mean(BETA, q(zs(0)), q(zs(1)))),
    (kl(LAW, p(Z)), {T: 0}, kl(q(zs(0), given=(xs(0),)), p(zs(0)))),
    (kl(product(lambda k: q(zs(k))), p(Z), over=[Z]), {T: 1},
     kl(q(zs(0)) * q(zs(1)), P01, over=[zs(0), zs(1)])),
    (kl(q(zs(1, T)), p(zs(1, T))), {T: 0}, Integer(0)),
    (kl(q(zs(1, T)), p(X, zs(1, T))), {T: 0}, collapse(negative(Log(p(xs(0)))))),
    (Entropy(q(zs(1, T).tagged(1)), Tuple(zs(1, T).tagged(1))), {T: 0}, Integer(0)),
    (CrossEntropy(q(zs(1, T).tagged(1)), p(zs(1, T).tagged(1)), Tuple(zs(1, T).tagged(1))),
     {T: 0}, Integer(0)),
    (VariableEntropy("p", [Z], [X]), {T: 0}, VariableEntropy("p", [zs(0)], [xs(0)])),
    (VariableEntropy("p", [zs(0, T - 1)], [X]), {T: 0}, Integer(0)),
    (VariableEntropy("p", [zs(T)], [zs(0, T - 1)]), {T: 0}, VariableEntropy("p", [zs(0)])),
    (Information("p", [Z], [X]), {T: 0}, Information("p", [zs(0)], [xs(0)])),
    (Information("p", [X], [zs(1, T)]), {T: 0}, Integer(0)),
    # Functions: of elements, of slices of any length.
    (g(T), {T: 2}, g(2)),
    (g(0, T), {T: 0}, g(0)),
    (g(0, T), {T: 1}, Call("g[2]", zs(0), zs(1))),
    (g(1, T), {T: 0}, Call("g[0]")),
    (Call("g", zs(0, T), T + BETA, xs(T)), {T: 1},
     Call("g[2,1]", zs(0), zs(1), 1 + BETA, xs(1))),
    # Two symbols.
    (total(lambda k: p(zs(k)), T, K), {T: 1, K: 2}, p(zs(1)) + p(zs(2))),
    (p(zs(T, K)), {T: 3, K: 2}, Integer(1)),
]  # fmt: skip


@pytest.mark.parametrize(("term", "values", "expected"), TERMS)
def test_terms_at_a_horizon(term: Expr, values: dict[Symbol, int], expected: Expr) -> None:
    assert with_one_tag(collapse(unrolled(term, values))) == with_one_tag(expected)


def with_one_tag(term: Any) -> Any:
    """A term with one tag for all that is bound: an index counts as a binder until it is gone."""
    if isinstance(term, Var):
        return term.tagged(min(term.tag, 1))
    return rebuild(term, with_one_tag)


def test_elements_of_bound_slices_keep_their_tags() -> None:
    made = unrolled(mean(total(lambda k: Log(p(zs(k)))), LAW), {T: 1})
    assert isinstance(made, Expectation)
    tags = {variable.tag for variable in made.bound}
    assert len(tags) == 1
    assert min(tags) > 0
    assert made.args[0].free_symbols == set()
    assert [str(variable.label) for variable in made.bound] == ["z_0", "z_1"]


def test_what_has_no_horizon_stays_the_same() -> None:
    term = mean(Log(p(ONE_X, ONE_Z)), q(ONE_Z, given=(ONE_X,))) + BETA
    assert is_plain(term)
    assert unrolled(term, {}) == term
    assert not is_plain(p(Z))
    assert not is_plain(total(lambda _: BETA))


TAU = Index("tau", Integer(0), T)
WITHOUT_MEANING: list[tuple[Expr, dict[Symbol, int]]] = [
    (p(zs(0, T - 2)), {T: 0}),  # empty by more than one
    (p(zs(1, T - 1)), {T: 0}),
    (total(lambda _: BETA, 2, T), {T: 0}),
    (product(lambda k: p(zs(k)), 1, T - 1), {T: 0}),
    (p(zs(T)), {}),  # no value
    (p(zs(TAU)), {T: 1}),  # an index outside its sum
    (TAU * BETA, {T: 1}),
    (p(zs(T / 2)), {T: 1}),
    (p(zs(0, T), zs(1)), {T: 1}),  # a variable twice
    (p(zs(0), given=(zs(0, T),)), {T: 1}),
    (total(lambda k: BETA / k), {T: 1}),
    (BETA / T, {T: 0}),
    (total(lambda k: BETA / k - BETA / k), {}),
    (Expectation(BETA, Tuple(Log(p(zs(T)))), Tuple(zs(T).tagged(1))), {T: 1}),
]


@pytest.mark.parametrize(("term", "values"), WITHOUT_MEANING)
def test_what_means_nothing_at_a_horizon(term: Expr, values: dict[Symbol, int]) -> None:
    with pytest.raises(UnsupportedError):
        unrolled(term, values)


# -- models ---------------------------------------------------------------------------------------


def test_families_at_a_horizon() -> None:
    made = unrolled_model(TEMPORAL, {T: 1})
    first, second = made.families
    assert first.left == (xs(0), xs(1), zs(0), zs(1))
    assert first.factors == (
        p(xs(0), given=(zs(0),)),
        p(zs(0)),
        p(xs(1), given=(zs(1),)),
        p(zs(1), given=(zs(0),)),
    )
    assert second.right == (xs(0), xs(1))
    assert second.factors == (
        q(zs(0), given=(xs(0),)),
        q(zs(1), given=(zs(0), xs(0), xs(1))),
    )
    assert made.parameters == ()


def test_a_factor_and_a_family_without_a_head_disappear() -> None:
    families = (
        Family("p", (Z,), factors=(p(zs(1, T), given=(zs(0),)), p(zs(0)))),
        Family("q", (zs(1, T),), (zs(0),), factors=(product(posterior, 1, T),)),
    )
    made = unrolled_model(replace(TEMPORAL, families=families), {T: 0})
    assert [(family.name, family.factors) for family in made.families] == [("p", (p(zs(0)),))]


def test_formulas_facts_support_and_bounds_at_a_horizon() -> None:
    whole = Family("m", (Z,), formula=(p(Z) + q(Z)) / 2)
    model = Model(
        families=(*TEMPORAL.families, whole),
        support=(
            Domination(LAW, p(Z), "first"),
            Positive(product(prior), "second"),
            Finite(p(X), "third"),
            Finite(None, "all"),
        ),
        facts=(Fact(p(Z), "<=", T * BETA, frozenset({Z}), "fact"),),
        parameters=(
            Parameter(T, True, ((T, ">=", Integer(0)), (T, "<=", BETA))),
            Parameter(BETA, False, ((BETA, ">", T),)),
        ),
        functions=(Function("phi", (None,), shape="concave", low=T, high=2 * T),),
    )
    made = unrolled_model(model, {T: 1})
    assert made.families[2].formula == (P01 + q(zs(0), zs(1))) / 2
    assert made.support == (
        Domination(q(zs(0), zs(1), given=(xs(0), xs(1))), P01, "first"),
        Positive(Product(p(zs(0)), p(zs(1), given=(zs(0),))), "second"),
        Finite(p(xs(0), xs(1)), "third"),
        Finite(None, "all"),
    )
    assert made.facts == (Fact(P01, "<=", BETA, frozenset({zs(0), zs(1)}), "fact"),)
    bounds = ((BETA, ">", Integer(1)), (Integer(1), "<=", BETA))
    assert made.parameters == (Parameter(BETA, False, bounds),)  # type: ignore[arg-type]
    assert made.functions == (
        Function("phi", (None,), shape="concave", low=Integer(1), high=Integer(2)),
    )


def test_a_horizon_outside_the_bounds_is_none() -> None:
    with pytest.raises(UnsupportedError):
        unrolled_model(TEMPORAL, {T: -1})


@pytest.mark.parametrize(
    ("formal", "expected"),
    [
        ((part("z", 0),), {"g": (zs(0),), "g[0]": (), "g[2]": (zs(0), zs(1))}),
        ((ONE_Z,), {"g": (zs(0),), "g[0]": (), "g[2]": (zs(0), zs(1))}),
        ((Z,), {"g": (zs(0),), "g[0]": (), "g[2]": (zs(0), zs(1))}),
        ((zs(T),), {"g": (zs(1),), "g[0]": (), "g[2]": (zs(1), zs(0))}),
        ((None, part("y", 0)), {"g": (None, part("y", 0))}),
        ((None, None), {"g": (None, None)}),
    ],
)
def test_functions_at_a_horizon(formal: tuple[Any, ...], expected: dict[str, Any]) -> None:
    model = replace(TEMPORAL, functions=(Function("g", formal, "> 0"),))
    made = unrolled_model(model, {T: 1})
    assert {f.name: f.arguments for f in made.functions} == expected
    assert {f.sign for f in made.functions} == {"> 0"}


def test_a_function_of_two_slices_of_a_sequence_takes_no_element_twice() -> None:
    model = replace(TEMPORAL, functions=(Function("g", (Z, zs(T))),))
    names = {f.name for f in unrolled_model(model, {T: 1}).functions}
    assert names == {"g", "g[0,0]", "g[0,1]", "g[1,0]", "g[0,2]", "g[2,0]"}


def test_copies_at_a_horizon() -> None:
    made = dict(unrolled_model(COPIES, {K: 2}).copies)
    assert {zs(1): ONE_Z, zs(2): ONE_Z}.items() <= made.items()
    far = dict(unrolled_model(COPIES, {K: 20}).copies)
    assert zs(21) in far
    assert unrolled_model(replace(COPIES, copies=((Var("W"), ONE_Z),)), {K: 2}).copies == (
        (Var("W"), ONE_Z),
    )


def test_a_copy_of_a_sequence_is_one_element_by_element() -> None:
    model = replace(TEMPORAL, copies=((Var("w"), ONE_Z),))
    made = unrolled_model(model, {T: 1})
    assert made.copies == ((part("w", 0), zs(0)), (part("w", 1), zs(1)))


def test_which_models_are_plain() -> None:
    plain = Model(
        families=(Family("p", (ONE_X, zs(1), zs(2))),),
        copies=((part("w", 1), zs(1)),),
        parameters=(HORIZON,),
    )
    assert is_plain_model(plain)
    assert not any(map(is_plain_model, (TEMPORAL, DIFFUSION, COPIES)))


def test_elements_of_a_sequence_have_one_alphabet() -> None:
    assert sequences(TEMPORAL) == {"x", "z"}
    elements = Model(families=(Family("p", (zs(1), zs(2))),))
    assert sequences(elements) == frozenset()
    assert sequences(replace(elements, functions=(Function("f", (ONE_Z,)),))) == {"z"}
    slots = (xs(0), xs(1), part("y", 0), zs(0), zs(1))
    assert list(alphabet(slots, (2, 3), frozenset({"x", "z"})).values()) == [2, 2, 3, 2, 2]
    assert list(alphabet(slots, (3, 4), frozenset({"x", "z"})).values()) == [3, 3, 3, 3, 3]
    assert list(alphabet(slots, (3,), frozenset({"x"})).values()) == [3, 3, 3, 3, 3]


# -- horizons -------------------------------------------------------------------------------------


def declared(*bounds: tuple[Any, str, Any]) -> Model:
    """A model whose parameters are those at the left of the bounds."""
    symbols = list(dict.fromkeys(left for left, _, _ in bounds))
    own = {s: tuple(bound for bound in bounds if bound[0] == s) for s in symbols}
    return Model(parameters=tuple(Parameter(s, True, own[s]) for s in symbols))  # type: ignore[arg-type]


HORIZONS: list[tuple[Model, list[dict[Symbol, int]]]] = [
    (declared((T, ">=", Integer(0))), [{T: 0}, {T: 1}, {T: 2}, {T: 3}]),
    (declared((T, ">", Integer(1))), [{T: 2}, {T: 3}, {T: 4}, {T: 5}]),
    (declared((T, ">=", Rational(3, 2)), (T, "<=", Integer(3))), [{T: 2}, {T: 3}]),
    (declared((T, ">=", Integer(0)), (T, "!=", Integer(1))), [{T: 0}, {T: 2}, {T: 3}, {T: 4}]),
    (declared((T, ">=", Integer(0)), (T, "<", Integer(0))), []),
    (declared((T, ">=", Integer(-2)), (T, "<=", Integer(-1))), [{T: -2}, {T: -1}]),
    (
        declared((STEPS, ">=", Integer(2)), (T, ">=", Integer(2)), (T, "<=", STEPS - 1)),
        [{STEPS: a, T: b} for a, b in
         [(3, 2), (4, 2), (4, 3), (5, 2), (5, 3), (6, 2), (5, 4), (6, 3)]],
    ),
    (
        declared((T, ">=", Integer(0)), (STEPS, ">=", Integer(0)), (T, ">=", 5 - STEPS)),
        [{STEPS: a, T: b} for a, b in
         [(1, 4), (2, 3), (3, 2), (4, 1), (2, 4), (3, 3), (4, 2), (3, 4)]],
    ),
    (
        declared((T, ">=", Integer(3)), (STEPS, ">=", T + 10)),
        [{STEPS: a, T: b} for a, b in
         [(13, 3), (14, 3), (14, 4), (15, 3), (15, 4), (16, 3), (15, 5), (16, 4)]],
    ),
    (
        declared((T, ">=", Integer(0)), (K, ">=", Integer(1))),
        [{K: a, T: b} for a, b in
         [(1, 0), (1, 1), (2, 0), (1, 2), (2, 1), (3, 0), (1, 3), (2, 2)]],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("model", "expected"), HORIZONS)
def test_horizons_smallest_first(model: Model, expected: list[dict[Symbol, int]]) -> None:
    symbols = frozenset(parameter.symbol for parameter in model.parameters)
    assert horizons(model, symbols) == expected


def test_facts_about_horizons_are_met() -> None:
    fact = Fact(T, ">=", Integer(9), frozenset(), "")
    model = replace(TEMPORAL, facts=(fact,))
    assert horizons(model, frozenset({T}))[0] == {T: 9}


def test_fewer_horizons_for_what_counts_copies() -> None:
    assert horizons(COPIES, frozenset({K})) == [{K: 1}, {K: 2}, {K: 3}]


def test_bounds_of_other_parameters_are_left_to_their_worlds() -> None:
    model = declared((T, ">=", Integer(0)), (BETA, ">=", T))
    assert len(horizons(model, frozenset({T}))) == 4


def test_a_horizon_must_be_declared() -> None:
    with pytest.raises(UnsupportedError):
        horizons(Model(), frozenset({T}))


@pytest.mark.parametrize(
    ("model", "expected"),
    [(TEMPORAL, {T}), (DIFFUSION, {STEPS}), (COPIES, set()), (replace(COPIES, copies=()), set())],
)
def test_the_indices_of_a_model(model: Model, expected: set[Symbol]) -> None:
    assert symbols_of_model(model) == expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (p(zs(0, T), given=(xs(K),)), {T, K}),
        (total(lambda k: BETA * k, 1, K), {K}),
        (T * BETA, set()),
        (g(0, T), {T}),
    ],
)
def test_the_indices_of_a_term(term: Expr, expected: set[Symbol]) -> None:
    assert symbols_of(term) == expected


def test_a_sum_is_closed() -> None:
    inner = total(lambda k: p(zs(k)))
    assert isinstance(inner, IndexedSum)
    assert collapse(unrolled(total(lambda j: j * inner, 1, 2), {T: 0})) == 3 * p(zs(0))
    assert COUNT.symbol == K
