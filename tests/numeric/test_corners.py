"""Inequalities that look true and fail in a corner of small tables: most of them are refuted.

The corner is a thin set of worlds: the minimum of a smooth function that a constant was set a
little too high for, or a limit that tables of positive numbers only come close to. `most` is the
supremum of the violation over tables of up to 3 values per variable, 1e-6 to 1e-3, worked out by
hand and looked for with an independent optimiser.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
from numeric_models import PLAIN, SLOTS, cross_entropy, d, entropy, integral, kl, mean, x, y, z
from sympy import Expr, Integer, Rational, Symbol

from verifier.kernel.model import Family, Function, Model, Parameter
from verifier.kernel.terms import Call, Exp, Information, Log, Relation, Statement, VariableEntropy
from verifier.numeric.search.batches import generator
from verifier.numeric.search.descent import Chart, Floats, descend
from verifier.numeric.search.sampled_model import SampledModel
from verifier.numeric.worlds.draws import Drawing, Sample, Shape
from verifier.outcome import Counterexample

BETA, GAMMA = Symbol("beta"), Symbol("gamma")
PAIR = Model(
    families=(
        Family("p", (x, z)),
        Family("t", (x, z)),
        Family("q", (z,), (x,)),
        Family("r", (z,)),
    ),
    functions=(Function("u", (z,), "> 0"), Function("f", (x, z))),
    parameters=(Parameter(BETA, False, ((BETA, ">", Integer(0)),)), Parameter(GAMMA)),
    discrete=frozenset({"x", "z"}),
)
NUMBERS = Model(parameters=PAIR.parameters)
TRIPLE = Model(families=(Family("s", (x, y, z)),), discrete=frozenset({"x", "y", "z"}))
P, Q, R, T = d("p z"), d("q z | x"), d("r z"), d("t z")
U, F = Call("u", z), Call("f", x, z)


class Corner(NamedTuple):
    """An inequality, by how much it is violated at most, and in which corner."""

    model: Model
    left: Expr
    relation: Relation
    right: Expr
    most: float
    where: str

    @property
    def statement(self) -> Statement:
        return Statement(self.left, self.relation, self.right)


def number(text: str) -> Expr:
    return Rational(text)


def near(term: Expr, value: str) -> Expr:
    """(term - value)^2: 0 in a thin set only."""
    return (term - number(value)) ** 2


def overlap(first: Expr, second: Expr) -> Expr:
    """The Bhattacharyya coefficient."""
    return integral((first * second) ** Rational(1, 2), z)


def information(*labels: str) -> Expr:
    """I_s(a; b | c)."""
    return Information("s", *([SLOTS[v] for v in label] for label in labels))


def joint_entropy(label: str) -> Expr:
    """H_s(x, y, ..)."""
    return VariableEntropy("s", [SLOTS[v] for v in label])


MIXTURE = (R + P) / 2
H_P, H_S = VariableEntropy("p", [x]), joint_entropy
TINY, SMALL, LITTLE = number("1e-5"), number("1e-4"), number("1e-3")

CORNERS = [
    # constants rounded the wrong way, at a maximum entropy
    Corner(PAIR, entropy(R), "<=", number("1.0985"), 1.1e-4, "r uniform on 3 values"),
    Corner(PAIR, entropy(R), "<=", number("1.09861"), 2.3e-6, "r uniform on 3 values"),
    Corner(
        PAIR, VariableEntropy("p", [x, z]), "<=", number("2.1972"), 2.5e-5, "p uniform on 3 by 3"
    ),
    Corner(TRIPLE, H_S("xyz"), "<=", number("3.2958"), 3.7e-5, "s uniform on 3 by 3 by 3"),
    Corner(
        PAIR, VariableEntropy("p", [z], [x]), "<=", number("1.0985"), 1.1e-4, "p(z | x) uniform"
    ),
    # at a minimum, or a limit, where a table comes close to zeros
    Corner(PAIR, entropy(R), ">=", SMALL, 1e-4, "r close to one value"),
    Corner(TRIPLE, H_S("xyz"), ">=", LITTLE, 1e-3, "s close to one value of 27"),
    Corner(
        PAIR, Information("p", [x], [z]), "<=", number("1.0985"), 1.1e-4,
        "x determines z, both uniform",
    ),
    Corner(
        TRIPLE, information("x", "y", "z"), "<=", number("1.098"), 6.1e-4,
        "x determines y given z, both uniform",
    ),
    Corner(TRIPLE, information("x", "y"), "<=", number("1.098"), 6.1e-4, "x determines y"),
    Corner(
        PAIR, kl(R, MIXTURE) + kl(P, MIXTURE), "<=", number("1.3853"), 9.9e-4, "r, p disjoint"
    ),
    Corner(PAIR, integral((R - P) ** 2, z), "<=", number("1.999"), 1e-3, "r, p on one value each"),
    Corner(PAIR, overlap(R, P), ">=", LITTLE, 1e-3, "r, p disjoint, to 1e-7"),
    # Pinsker's constant 2, in its form for one value
    Corner(PAIR, kl(R, P), ">=", number("2.002") * (R - P) ** 2, 2.3e-6, "r, p near 1/2"),
    Corner(
        PAIR, kl(d("p x z"), d("t x z")), ">=", number("2.01") * (d("p x z") - d("t x z")) ** 2,
        5.6e-5, "p, t near 1/2 at one pair",
    ),
    # tangents
    Corner(
        NUMBERS, Log(BETA), "<=", BETA * 5 / 7 + Log(number("7/5")) - 1 - TINY, 1e-5, "beta = 7/5"
    ),
    Corner(
        NUMBERS, Exp(GAMMA), ">=", number("1.3499") * (GAMMA + number("0.7")), 4.1e-5, "gamma = 0.3"
    ),
    Corner(
        NUMBERS, near(BETA, "1.37") + near(GAMMA, "-0.613"), ">=", TINY, 1e-5,
        "beta = 1.37, gamma = -0.613",
    ),
    Corner(PAIR, -R * Log(R), "<=", number("0.3678"), 7.9e-5, "r(z) = 1/e"),
    Corner(PAIR, R * Log(R / P), ">=", number("-0.3678"), 7.9e-5, "r(z) = 1/e, p(z) near 1"),
    Corner(PAIR, R**3 * (1 - R) ** 2, "<=", number("0.03455"), 1e-5, "r(z) = 3/5"),
    # the log-sum inequality and Jensen's, Hoelder's, Cauchy's, tight at proportional tables
    Corner(PAIR, kl(R, U), ">=", SMALL - Log(integral(U, z)), 1e-4, "u proportional to r"),
    Corner(
        PAIR, Log(mean(U, R)) - mean(Log(U), R) + near(mean(U, R), "1.83"), ">=", TINY, 1e-5,
        "u constant, 1.83",
    ),
    Corner(
        PAIR, mean(U * R, P) ** 2 / (mean(U**2, P) * mean(R**2, P)), "<=",
        number("0.9999") + near(mean(U, P), "1.71"), 1e-4, "u proportional to r, its mean 1.71",
    ),
    Corner(
        PAIR, mean(Exp(F), d("p x z")), ">=", Exp(mean(F, d("p x z"))) * number("1.0001") -
        near(mean(F, d("p x z")), "0.37"), 1.5e-4, "f constant, 0.37",
    ),
    # divergences and informations near 0, where something else is tuned as well
    Corner(
        PAIR, kl(R, P) + kl(R, T) + 2 * Log(overlap(P, T)) + near(overlap(P, T), "0.7"), ">=",
        TINY, 1e-5, "r proportional to the root of p t, which overlap by 0.7",
    ),
    Corner(
        PAIR, mean(kl(Q, d("p z | x")), d("p x")) + near(H_P, "1"), ">=", TINY, 1e-5,
        "q(z | x) = p(z | x), and p(x) of entropy 1",
    ),
    Corner(
        PAIR, kl(d("p x z"), d("t x z")) - kl(P, T) + near(kl(P, T), "0.3"), ">=", TINY, 1e-5,
        "p(x | z) = t(x | z), and p(z), t(z) 0.3 apart",
    ),
    Corner(
        TRIPLE, H_S("x") + H_S("y") + H_S("z") - H_S("xyz") + near(H_S("x"), "0.9"), ">=",
        TINY, 1e-5, "x, y, z independent, and x of entropy 0.9",
    ),
    Corner(
        TRIPLE, information("x", "y", "z") + near(information("x", "z"), "0.2"), ">=", SMALL,
        1e-4, "x, y independent given z, on which x depends by 0.2",
    ),
    Corner(
        PAIR, cross_entropy(R, P) + near(entropy(R), "0.83"), ">=", entropy(R) + TINY, 1e-5,
        "r = p, of entropy 0.83",
    ),
]  # fmt: skip

WORK = 4_000_000  # worlds times cells: far below a second


@pytest.fixture(scope="module")
def found() -> list[Counterexample | None]:
    return [SampledModel(corner.model).refute(corner.statement) for corner in CORNERS]


def test_nine_corners_of_ten_are_found(found: list[Counterexample | None]) -> None:
    assert len(CORNERS) >= 20
    assert sum(example is not None for example in found) >= 0.9 * len(CORNERS)


def test_what_is_found_breaks_its_inequality_by_so_much(
    found: list[Counterexample | None],
) -> None:
    for corner, example in zip(CORNERS, found, strict=True):
        if example is not None:
            gap = float(Fraction(example.difference))
            assert 0 < (gap if corner.relation == "<=" else -gap) <= 1.05 * corner.most
    assert all(1e-6 <= corner.most <= 1e-3 for corner in CORNERS)


def test_sampling_alone_finds_few() -> None:
    figures = [SampledModel(corner.model).check([corner.statement])[0] for corner in CORNERS]
    assert all(figure is not None and figure.samples >= 4096 for figure in figures)
    assert sum(figure is not None and figure.agrees for figure in figures) > len(CORNERS) / 2


@pytest.mark.parametrize("corner", CORNERS, ids=lambda corner: corner.where)
def test_the_work_is_bounded(corner: Corner) -> None:
    spent: list[int] = []
    SampledModel(corner.model, spent.append).refute(corner.statement)
    assert sum(spent) < WORK


# -- the descent ---------------------------------------------------------------------------------


def some_worlds(count: int = 5, zeros: bool = False) -> Sample:
    model = Model(
        families=PLAIN.families,
        functions=PAIR.functions,
        parameters=(Parameter(BETA), Parameter(Symbol("k"), integer=True)),
    )
    shape = Shape({x: 2, y: 2, z: 3}, count, stepped=True, zeros=zeros)
    return Drawing(model, shape, generator(1)).sample()


@pytest.mark.parametrize("zeros", [False, True])
def test_coordinates_lead_back_to_the_worlds(zeros: bool) -> None:
    sample = some_worlds(zeros=zeros)
    chart = Chart(sample)
    here = chart.coordinates()
    again = chart.worlds(here, np.arange(sample.count))
    for key, draw in sample.draws.items():
        if key[0] == "table":
            left = tuple(i for i, v in enumerate(draw.axes) if v in key[2])
            tables = [each.draws[key].top for each in (sample, again)]
            one, two = (top / top.sum(axis=left, keepdims=True) for top in tables)
        else:
            one, two = (each.draws[key].top / each.draws[key].bottom for each in (sample, again))
        np.testing.assert_allclose(one, two, rtol=1e-9)


def bowl(sample: Sample) -> Floats:
    """Lowest where beta is 2/3 and f is 1/8 everywhere."""
    beta, f = (sample.draws[key] for key in (("parameter", "beta"), ("function", "f", "offset")))
    flat = (f.top / f.bottom - 1 / 8).reshape(-1, sample.count)
    return np.asarray((beta.top / beta.bottom - 2 / 3) ** 2 + (flat**2).sum(axis=0))


def test_a_descent_ends_at_the_lowest_world() -> None:
    assert bowl(descend(some_worlds(), bowl)).max() < 1e-10


@pytest.mark.parametrize(
    "height",
    [
        lambda sample: np.full(sample.count, np.inf),
        lambda sample: np.zeros(sample.count),
        lambda sample: np.where(bowl(sample) < 1, np.inf, bowl(sample)),
    ],
)
def test_a_descent_is_never_in_vain(height: Callable[[Sample], Floats]) -> None:
    sample = some_worlds()
    ended = descend(sample, height)
    assert (height(ended) <= height(sample.take(np.arange(ended.count)))).all()
    assert 0 < ended.count <= sample.count
