"""Tapes: what is only done again is, bit for bit, what the interpreter makes of the same worlds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from numeric_models import PLAIN, d, elbo, kl, mean, x, z
from sympy import Expr, Integer, Rational, Symbol
from test_agreement import MODEL, TERMS
from test_check import FALSE, RICH, TRUE
from test_refute import SUBTLE

from verifier.kernel.arithmetic import Power, Quotient
from verifier.kernel.model import Family, Function, Model
from verifier.kernel.terms import Call, Exp, Log, Relation, Statement, Var
from verifier.numeric.meaning import repeated
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.meaning.gaps import seen
from verifier.numeric.meaning.repeated import Repeated
from verifier.numeric.numbers import tape
from verifier.numeric.numbers.arithmetic import FLOAT
from verifier.numeric.numbers.arrays import Field
from verifier.numeric.numbers.tape import Tape, UnrecordedError
from verifier.numeric.search.batches import generator
from verifier.numeric.search.sampled_model import SampledModel
from verifier.numeric.worlds.draws import Draw, Drawing, Sample, Shape

WORLDS = 8
KINDS: list[dict[str, Any]] = [{}, {"stepped": True}, {"mode": "tied"}, {"zeros": True}]

Make = Callable[[Interpreter], Sequence[Field]]


@pytest.fixture(autouse=True)
def quiet() -> Any:
    with np.errstate(all="ignore"):
        yield


def samples(model: Model, count: int = 5, **kind: Any) -> list[Sample]:
    shape = Shape({x: 2, z: 3}, WORLDS, **kind)
    return [Drawing(model, shape, generator(seed)).sample() for seed in range(count)]


def valued(term: Expr) -> Make:
    return lambda interpreter: (interpreter.value(term),)


def bits(fields: Sequence[Field]) -> list[tuple[object, ...]]:
    return [(f.axes, f.data.shape, f.data.dtype, f.data.tobytes()) for f in fields]


def played(make: Make, worlds: Sequence[Sample], indices: dict[str, int] | None = None) -> int:
    """How many of the samples a tape was played to the end on. All values are the interpreter's."""
    again, count = Repeated(make), 0
    for sample in worlds:
        expected = bits(make(Interpreter(sample, FLOAT, indices)))
        assert bits(again(Interpreter(sample, FLOAT, indices))) == expected
        count += sample.layout in again._tapes
    return count


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(term=TERMS)
def test_values_are_those_of_the_interpreter(kind: dict[str, Any], term: Expr) -> None:
    played(valued(term), samples(MODEL, **kind))


@pytest.mark.parametrize("kind", KINDS[:3])
@pytest.mark.parametrize("row", [*TRUE, *FALSE])
def test_so_are_gaps_and_where_they_count(
    row: tuple[Expr, Relation, Expr], kind: dict[str, Any]
) -> None:
    make = partial(seen, statement=Statement(*row), premises=())
    assert played(make, samples(RICH, **kind)) == 3


T = Symbol("t")
ONE, TWO = (Var("z", Integer(k), Integer(k)) for k in (1, 2))
COPIED = Model(families=PLAIN.families, copies=((ONE, z), (TWO, z)))
MADE = Model(families=(*PLAIN.families, Family("m", (z,), (x,), formula=d("r z"))))
SUPPOSED = Statement(d("p x"), ">=", Rational(1, 3))


@pytest.mark.parametrize(
    ("make", "model", "times"),
    [
        (valued(T * Log(d("p x")) + Power(d("q z | x"), T)), PLAIN, 3),
        (valued(mean(Log(d("q z | x")), d("r z"))), COPIED, 3),
        (valued(kl(d("m z | x"), d("p z | x"))), MADE, 0),  # a formula may have zeros
        (partial(seen, statement=Statement(*TRUE[0]), premises=(SUPPOSED,)), RICH, 3),
    ],
)
def test_what_models_may_have(make: Make, model: Model, times: int) -> None:
    assert played(make, samples(model), {"t": 3}) == times


# -- what is unusual ------------------------------------------------------------------------------

G = Call("g", x)
FREE = Model(families=PLAIN.families, functions=(Function("g", (x,)),))


def with_values(*tops: int) -> list[Sample]:
    """Samples in which g has some values, the usual ones three times before."""
    drawn = samples(FREE, 4)[0]
    key: Any = ("function", "g", "offset")
    usual = np.full((2, WORLDS), 8)
    odd = usual.copy()
    odd[0, : len(tops)] = tops
    return [drawn.with_draws({key: Draw((x,), top, 4)}) for top in (usual, usual, usual, odd)]


# Terms, and values of g, in quarters, of which floats make NaN or that hide what is infinite.
UNUSUAL: list[tuple[Expr, tuple[int, ...]]] = [
    (Log(G), (0,)),
    (Log(G), (-4,)),
    (Quotient(Integer(1), G), (0,)),
    (Quotient(Integer(1), Quotient(Integer(1), G)), (0,)),
    (Quotient(d("p z"), Log(G)), (0, 4)),
    (Exp(Log(G)), (0,)),
    (Exp(-Quotient(Integer(1), G)), (0,)),
    (Exp(100 * G), (40, -40)),
    (Power(Log(G), Integer(-2)), (0,)),
    (Power(Quotient(Integer(1), G), Integer(-2)), (0,)),
    (Power(G, Rational(1, 2)), (-4, 0)),
    (Power(G, Rational(-1, 2)), (0,)),
    (Power(Log(G), Integer(0)), (0,)),
    (mean(Log(G), d("r z")), (0,)),
    (mean(Log(G) * d("q z | x"), d("r z")) - Log(G), (0,)),
]


@pytest.mark.parametrize(("term", "tops"), UNUSUAL)
def test_where_something_is_unusual_the_interpreter_is_asked(
    term: Expr, tops: tuple[int, ...]
) -> None:
    assert played(valued(term), with_values()) == 2
    assert played(valued(term), with_values(*tops)) == 1


def test_without_a_look_at_what_might_hide_it_values_would_be_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tape, "_expect_finite", lambda _: None)
    wrong = []
    for term, tops in UNUSUAL:
        try:
            played(valued(term), with_values(*tops))
        except AssertionError:
            wrong.append(term)
    told = {term for term, _ in UNUSUAL} - {*wrong}  # powers and exponentials look by themselves
    assert all(isinstance(term, Exp | Power) for term in told)
    assert len(told) < 5


def test_a_density_that_vanishes_is_seen() -> None:
    """As by underflow: a divergence is infinite there, and so would be told by nothing else."""
    term = kl(d("r z"), d("p z"))
    usual = samples(PLAIN, 3)
    key: Any = ("table", "p", (x, z), ())
    top = usual[0].draws[key].top.copy()
    top[:, 0, 0] = 0
    odd = usual[0].with_draws({key: usual[0].draws[key]._replace(top=top)})
    assert np.isinf(Interpreter(odd, FLOAT).value(term).data).any()
    assert played(valued(term), [*usual, odd]) == 1


def test_an_input_of_another_form_is_not_played() -> None:
    worlds = samples(PLAIN, 4)
    key: Any = ("table", "p", (x, z), ())
    draw = worlds[0].draws[key]
    tops: list[Any] = [
        np.asfortranarray(draw.top),
        draw.top.astype(object),
        draw.top.astype(np.int32),
    ]
    for top in tops:
        other = worlds[0].with_draws({key: draw._replace(top=top)})
        assert other.layout is worlds[0].layout
        assert played(valued(elbo()), [*worlds, other]) == 2
        assert played(valued(elbo()), [other] * 3) == (top.dtype != object)


# -- what it takes --------------------------------------------------------------------------------


def test_large_ones_are_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape, "_LARGEST", 20 * WORLDS)
    assert played(valued(elbo()), samples(PLAIN)) == 0
    assert played(valued(Log(d("p x"))), samples(PLAIN)) == 3


def test_nor_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated, "_MOST", 1)
    again = Repeated(valued(elbo()))
    for sample in (*samples(PLAIN), *samples(PLAIN, stepped=True)):
        again(Interpreter(sample, FLOAT))
    assert len(again._tapes) == 1


def test_results_belong_to_whoever_asks() -> None:
    again = Repeated(valued(elbo()))
    worlds = [Interpreter(sample, FLOAT) for sample in samples(PLAIN, 3)]
    results = [again(each)[0].data for each in (*worlds, *worlds)]
    for one, two in zip(results[:3], results[3:], strict=True):
        np.testing.assert_array_equal(one, two)
    results[5][:] = 0
    assert again(worlds[2])[0].data.all()


@pytest.mark.parametrize(
    "ask",
    [
        *(bool, float, list, len, np.asarray, np.unique, np.any, np.nonzero),
        *(lambda data: data.any(), lambda data: data.T, lambda data: np.ones(3)[data]),
        *(lambda data: np.where(data, 1, 0), lambda data: np.add.accumulate(data)),
        *(lambda data: data.__setitem__(0, 0), lambda data: np.zeros((2, 3)).put(0, data)),
    ],
)
def test_what_numbers_an_array_holds_is_not_known(ask: Callable[[Any], Any]) -> None:
    slot = Tape().input(("draw", "p"), np.ones((2, 3)))
    with pytest.raises(UnrecordedError):
        ask(slot)


@pytest.mark.parametrize("row", SUBTLE[1:6:2])
def test_a_search_comes_to_the_same_with_them(
    row: tuple[Expr, Relation, Expr], monkeypatch: pytest.MonkeyPatch
) -> None:
    count, play = 0, Tape.play

    def counted(self: Tape, given: Any) -> list[Field] | None:
        nonlocal count
        count += 1
        return play(self, given)

    monkeypatch.setattr(Tape, "play", counted)
    found = SampledModel(RICH).refute(Statement(*row))
    assert found is not None
    assert count > 3
    monkeypatch.setattr(repeated, "_MOST", 0)
    count = 0
    assert SampledModel(RICH).refute(Statement(*row)) == found
    assert count == 0
