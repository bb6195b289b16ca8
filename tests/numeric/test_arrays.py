"""Arrays with named axes, and the memory that is used again."""

from __future__ import annotations

from fractions import Fraction
from weakref import ref

import numpy as np
import pytest
from numeric_models import PLAIN, d, elbo, fractions, given_world, kl, x, z
from sympy import Add, Expr, Integer, Symbol

from verifier.kernel.model import Family, Model, Parameter
from verifier.kernel.terms import Density, Log, Tuple, Var
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.numbers.arithmetic import FLOAT
from verifier.numeric.numbers.arrays import Buffers, Field, Fields, first, ordered, rename, spread
from verifier.numeric.search.batches import generator
from verifier.numeric.worlds.draws import Drawing, Sample, Shape

WORLDS = 5


def field(*axes: Var, fresh: bool = False) -> Field:
    shape = (*(2 + i for i in range(len(axes))), WORLDS)
    return Field(axes, np.arange(float(np.prod(shape))).reshape(shape), fresh)


def sample(model: Model = PLAIN) -> Sample:
    return Drawing(model, Shape({x: 2, z: 3}, WORLDS), generator(1)).sample()


def test_axes_are_aligned_by_name() -> None:
    fields = Fields(FLOAT, Buffers())
    total = fields.add(field(x), field(z))
    assert total.axes == (x, z)
    np.testing.assert_array_equal(total.data, field(x).data[:, None, :] + field(z).data[None, :, :])


def test_only_fresh_data_is_overwritten() -> None:
    fields = Fields(FLOAT, Buffers())
    kept, fresh, small = field(x, z), field(x, z, fresh=True), field(x)
    before = kept.data.copy()
    assert fields.add(kept, fresh).data is fresh.data
    assert fields.add(kept, small).data is not kept.data
    np.testing.assert_array_equal(kept.data, before)


def test_renaming_keeps_the_order_of_axes() -> None:
    renamed = rename(field(x, z), {x: Var("zz")})
    assert renamed.axes == (z, Var("zz"))
    np.testing.assert_array_equal(renamed.data, field(x, z).data.transpose(1, 0, 2))


def test_two_variables_may_become_one() -> None:
    y, k = Var("y"), Var("k")
    data = np.arange(24.0).reshape(2, 3, 2, 2)
    joined = rename(Field((k, x, y), data), {y: k})
    assert joined.axes == (k, x)
    np.testing.assert_array_equal(joined.data[1], data[1, :, 1])
    np.testing.assert_array_equal(joined.data[0, 2], data[0, 2, 0])


def test_axes_are_dropped_and_spread() -> None:
    assert first(field(x, z), [x]).axes == (z,)
    assert spread(field(z), ordered([z, x])).shape == (1, 2, WORLDS)


def test_buffers_are_handed_out_once() -> None:
    buffers = Buffers()
    data = np.empty((2, 3))
    buffers.give(data)
    buffers.give(data[:1])  # a view, ignored
    assert buffers.take((2, 3)) is data
    assert buffers.take((2, 3)) is not data
    assert buffers.take((1, 3)).base is None


TERMS = [elbo(), Log(d("p x")), kl(d("q z | x"), d("p z | x")), d("m z | x"), d("p z | x")]


@pytest.mark.parametrize("formula", [d("r z"), kl(d("r z"), d("r z")) + d("r z"), 1 * d("q z | x")])
def test_values_are_the_same_after_forgetting(formula: Expr) -> None:
    """Also where a table that stays is a view of something kept."""
    model = Model(families=(*PLAIN.families, Family("m", (z,), (x,), formula=formula)))
    buffers = Buffers()
    interpreter = Interpreter(sample(model), FLOAT, buffers=buffers)
    before = [interpreter.value(term).data.copy() for term in TERMS]
    for _ in range(3):
        interpreter.forget()
        again = [interpreter.value(term).data.copy() for term in reversed(TERMS)]
        for old, new in zip(before, reversed(again), strict=True):
            np.testing.assert_array_equal(old, new)


def test_interpreters_that_share_buffers_do_not_disturb_each_other() -> None:
    buffers = Buffers()
    alone = [Interpreter(sample(), FLOAT).value(term).data for term in TERMS[:3]]
    one, two = (Interpreter(sample(), FLOAT, buffers=buffers) for _ in range(2))
    for _ in range(2):
        for interpreter in (one, two):
            for term, expected in zip(TERMS[:3], alone, strict=True):
                np.testing.assert_array_equal(interpreter.value(term).data, expected)
            interpreter.forget()


def test_what_an_interpreter_holds_goes_with_it() -> None:
    interpreter = Interpreter(sample(), FLOAT)
    interpreter.value(TERMS[0])
    held = ref(interpreter.tables)
    del interpreter
    assert held() is None  # without a search for circles


def test_long_sums_hold_one_summand_at_a_time() -> None:
    beta = Symbol("beta")
    model = Model(families=PLAIN.families, parameters=(Parameter(beta),))
    interpreter = Interpreter(sample(model), FLOAT)
    total = Add(*(beta**i for i in range(1, 200)))
    assert interpreter.value(total).data.shape == (WORLDS,)


def test_copies_in_one_term_have_an_axis_each() -> None:
    one, two = (Var("z", Tuple(Integer(i), Integer(i))) for i in (1, 2))
    model = Model(families=PLAIN.families, copies=((one, z), (two, z)))
    world = given_world(model, {"p": [[3, 1], [1, 3]], "q": [[1, 1], [2, 1]], "r": [3, 1]})
    difference = Density("p", [x, one]) - Density("q", [two], [x])
    assert world.value(difference).axes == (x, one, two)
    assert fractions(world, difference)[:2] == [Fraction(-1, 8)] * 2
