"""Three readings of one term agree: floats, exact numbers, and a plain second interpreter."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numeric_models import cross_entropy, d, entropy, integral, kl, mean, x, z
from numeric_reference import Reference
from sympy import Expr, Rational, Symbol

from verifier.kernel.model import Family, Function, Model, Parameter
from verifier.kernel.terms import Abbreviation, Call, Exp, Log, Var
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.numbers.arithmetic import FLOAT, exact
from verifier.numeric.search.batches import generator
from verifier.numeric.worlds.draws import Drawing, Sample, Shape

BETA = Symbol("beta")
MODEL = Model(
    families=(Family("p", (x, z)), Family("q", (z,), (x,)), Family("r", (z,))),
    functions=(Function("f", (x, z)),),
    parameters=(Parameter(BETA),),
)
DENSITIES = [d(t) for t in ("p x z", "p x", "p z", "p x | z", "p z | x", "q z | x", "r z")]
LAWS = [d(t) for t in ("p z", "p z | x", "q z | x", "r z", "p x | z", "p x z")]
CONSTANTS = [Rational(1, 2), Rational(-3), Rational(2)]


def sample(stepped: bool) -> Sample:
    shape = Shape({x: 2, z: 3}, 4, stepped=stepped)
    return Drawing(MODEL, shape, generator(7)).sample()


SAMPLES = {stepped: sample(stepped) for stepped in (False, True)}


def positive(terms: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    densities = st.sampled_from(DENSITIES)
    ratios = st.tuples(densities, densities).map(lambda pair: pair[0] / pair[1])
    return st.one_of(densities, ratios, terms.map(lambda t: Exp(t / 64)), st.just(Rational(3)))


def compound(terms: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    laws = st.sampled_from(LAWS)
    numerators = positive(terms)
    return st.one_of(
        st.lists(terms, min_size=2, max_size=3).map(lambda parts: sum(parts, Rational(0))),
        st.tuples(terms, terms).map(lambda parts: parts[0] * parts[1] / 8),
        numerators.map(Log),
        numerators.map(lambda t: t ** Rational(1, 2)),
        st.tuples(terms, laws).map(lambda t: mean(t[0], t[1])),
        st.tuples(terms, laws, numerators).map(lambda t: mean(t[0] - Log(t[2]), t[1])),
        st.tuples(terms, st.sampled_from([x, z])).map(lambda t: integral(*t)),
        st.tuples(laws, numerators).map(lambda t: kl(*t)),
        st.tuples(laws, numerators).map(lambda t: cross_entropy(*t)),
        laws.map(entropy),
        terms.map(lambda t: Abbreviation("A", t)),
    )


LEAVES = st.sampled_from([*DENSITIES, *CONSTANTS, BETA, Call("f", x, z)])
TERMS = st.recursive(LEAVES, compound, max_leaves=8)


def at(data: Any, axes: tuple[Var, ...], point: dict[Var, int], world: int) -> Any:
    index = [point[v] if n > 1 else 0 for v, n in zip(axes, data.shape, strict=False)]
    return data[(*index, world if data.shape[-1] > 1 else 0)]


@pytest.mark.parametrize("stepped", [False, True])
@settings(max_examples=120, deadline=None, derandomize=True)
@given(term=TERMS)
def test_floats_exact_numbers_and_the_reference_agree(stepped: bool, term: Expr) -> None:
    from verifier.numeric.numbers.exact import ball

    worlds = SAMPLES[stepped]
    with np.errstate(all="ignore"):
        value = Interpreter(worlds, FLOAT).value(term)
    certain = Interpreter(worlds.take(np.array([2])), exact()).value(term)
    assert value.axes == certain.axes
    reference = Reference(worlds, 2)
    for i, j in product(range(2), range(3)):
        point = {x: i, z: j}
        expected = reference.value(term, point)
        assert at(value.data, value.axes, point, 2) == pytest.approx(expected, rel=1e-9, abs=1e-9)
        enclosed = float(ball(at(certain.data, certain.axes, point, 0)))
        assert enclosed == pytest.approx(expected, rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(term=TERMS)
def test_a_value_does_not_depend_on_what_was_evaluated_before(term: Expr) -> None:
    worlds = SAMPLES[True]
    with np.errstate(all="ignore"):
        fresh = Interpreter(worlds, FLOAT).value(term)
        used = Interpreter(worlds, FLOAT)
        before = used.value(term).data.copy()
        for other in (d("p z | x"), Log(d("p x")), kl(d("r z"), d("p z")), term * term):
            used.value(other)
        after = used.value(term)
    np.testing.assert_array_equal(before, fresh.data)
    np.testing.assert_array_equal(after.data, fresh.data)
