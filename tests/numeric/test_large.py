"""What is too large is counted before it is made: variables, long sums, numbers beyond floats."""

from __future__ import annotations

from itertools import pairwise

import pytest
from numeric_sequences import total, zs
from sympy import Expr, Integer, Rational, Symbol

from verifier.kernel.arithmetic import Power, Product
from verifier.kernel.model import Family, Model, Parameter
from verifier.kernel.terms import Density, Exp, Log, Relation, Statement, Var
from verifier.numeric.numbers.arrays import UnsupportedError
from verifier.numeric.search.batches import Setting, Source, together
from verifier.numeric.search.sampled_model import SampledModel
from verifier.numeric.worlds.draws import cells, drawn
from verifier.numeric.worlds.facts import solve
from verifier.numeric.worlds.unroll import MOST_ELEMENTS, MOST_TERMS, Unroller
from verifier.outcome import Numeric

ROOM = 2**21  # integers of one kind of worlds, of which there are four


def many(count: int) -> tuple[Var, ...]:
    return tuple(Var(f"x{i:02}") for i in range(count))


def source(model: Model, setting: Setting | None = None) -> Source:
    return Source(model, solve(model), lambda _: None, 0, setting or Setting())


# -- many variables -------------------------------------------------------------------------------

JOINTS = {
    "a joint": lambda xs: Family("p", xs),
    "a chain": lambda xs: Family(
        "p", xs, factors=(Density("p", xs[:1]), *(Density("p", [b], [a]) for a, b in pairwise(xs)))
    ),
    "all": lambda xs: Family(
        "p", xs, factors=tuple(Density("p", [v], xs[:i]) for i, v in enumerate(xs))
    ),
}


@pytest.mark.parametrize("count", [12, 15, 20, 60])
@pytest.mark.parametrize("kind", JOINTS)
def test_shapes_of_many_variables_are_small(kind: str, count: int) -> None:
    model = Model(families=(JOINTS[kind](many(count)),))
    shapes = [*source(model)._shapes()]
    for shape in shapes:
        assert 1 in shape.sizes.values()
        assert shape.count * sum(drawn(model, shape.sizes)) <= ROOM
    assert sum(s.count * sum(drawn(model, s.sizes)) for s in shapes) <= 4 * ROOM
    assert {v for shape in shapes for v, size in shape.sizes.items() if size > 1} == {*many(count)}


def test_neighbours_have_several_values_together() -> None:
    slots = many(60)
    for pair in pairwise(slots):
        assert any({*pair} <= chosen for turn in range(2) for chosen in together(slots, turn))
    for turn in range(5):
        assert sorted(v.name for chosen in together(slots, turn) for v in chosen) == [
            v.name for v in slots
        ]


def test_a_world_of_many_variables_is_no_larger_for_its_axes() -> None:
    model = Model(families=(Family("p", many(60)),))
    sample = next(iter(source(model).batches()))
    assert cells(sample) == 2**8
    assert max(draw.top.ndim for draw in sample.draws.values()) == 9


@pytest.mark.parametrize("place", [0, 30, 59])
def test_a_false_line_is_refuted_whichever_of_many_variables_it_is_about(place: int) -> None:
    xs = many(60)
    sampled = SampledModel(Model(families=(Family("p", xs),)))
    one, other = xs[place], xs[place - 1]
    given = Log(Density("p", [one], [other]))
    assert sampled.refute(Statement(given, "=", Log(Density("p", [one])))) is not None
    joint = Log(Density("p", [one, other])) - Log(Density("p", [other]))
    (figure,) = sampled.check([Statement(given, "=", joint)])
    assert figure is not None
    assert figure.agrees
    assert figure.samples >= 4096


def test_more_variables_than_that_are_not_sampled() -> None:
    with pytest.raises(UnsupportedError):
        next(iter(source(Model(families=(Family("p", many(300)),))).batches()))


def test_many_parameters_have_fewer_worlds() -> None:
    model = Model(parameters=tuple(Parameter(Symbol(f"a{i}"), False, ()) for i in range(9000)))
    assert all(shape.count * 9000 <= ROOM for shape in source(model)._shapes())


# -- what is written out --------------------------------------------------------------------------


def squares(*ends: int) -> Expr:
    """Nested sums of their indices."""
    if not ends:
        return Integer(1)
    return total(lambda index: Product(index, squares(*ends[1:])), 1, ends[0])


@pytest.mark.parametrize(
    ("ends", "fits"),
    [
        ((MOST_TERMS,), True),
        ((MOST_TERMS + 1,), False),
        ((10**12,), False),
        ((40, 40), True),
        ((40, 40, 40, 40), False),
    ],
)
def test_a_sum_is_counted_before_it_is_written_out(ends: tuple[int, ...], fits: bool) -> None:
    unroller = Unroller({})
    said = Statement(squares(*ends), "=", Integer(0))
    if fits:
        assert unroller.statement(said).left.is_Integer
        return
    with pytest.raises(UnsupportedError):
        unroller.statement(said)
    assert len(unroller._made) <= MOST_TERMS * 8


def test_each_statement_has_room_of_its_own() -> None:
    unroller = Unroller({})
    for end in (MOST_TERMS, MOST_TERMS - 1):
        unroller.statement(Statement(squares(end), "=", Integer(0)))


def test_a_slice_is_counted_before_it_is_written_out() -> None:
    assert len(Unroller({}).variables([zs(1, MOST_ELEMENTS)])) == MOST_ELEMENTS
    for last in (MOST_ELEMENTS + 1, 10**12):
        with pytest.raises(UnsupportedError):
            Unroller({}).variables([zs(1, last)])


# -- numbers beyond floats ------------------------------------------------------------------------

HUGE, TINY = Integer(10) ** 309, Rational(1, 3) ** 2000
A, C = Symbol("a"), Symbol("c")
NUMBERS = Model(parameters=(Parameter(A, False, ((A, ">", Integer(0)),)),))
E = Exp(Integer(1000))


def figure(left: Expr, relation: Relation, right: Expr) -> Numeric | None:
    (found,) = SampledModel(NUMBERS).check([Statement(left, relation, right)])
    return found


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (HUGE, HUGE),
        (TINY, TINY),
        (Product(HUGE, A), Product(A, HUGE)),
        (Log(HUGE), Product(Integer(309), Log(Integer(10)))),
        (Log(TINY), Product(Integer(-2000), Log(Integer(3)))),
        (E, Product(Exp(Integer(1)), Exp(Integer(999)))),
        (Power(Power(A, Integer(300)), Integer(9)), Power(A, Integer(2700))),
    ],
)
def test_numbers_beyond_floats_are_evaluated_exactly(left: Expr, right: Expr) -> None:
    for relation in ("=", ">=", "<="):
        found = figure(left, relation, right)
        assert found is not None
        assert found.agrees
        assert found.samples


@pytest.mark.parametrize(
    ("left", "relation", "right"),
    [
        (HUGE, "=", HUGE / 10),
        (TINY, ">=", 3 * TINY),
        (Product(HUGE, A), "<=", Product(A, HUGE / 10)),
        (Log(HUGE), "=", Product(Integer(308), Log(Integer(10)))),
        (E, "=", Exp(Integer(999))),
        (Exp(Integer(-1000)), "=", Exp(Integer(-999))),
    ],
)
def test_what_is_false_of_them_is_refuted(left: Expr, relation: Relation, right: Expr) -> None:
    found = figure(left, relation, right)
    assert found is not None
    assert not found.agrees
    assert SampledModel(NUMBERS).refute(Statement(left, relation, right)) is not None
