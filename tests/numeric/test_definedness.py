"""Where terms are defined as they are written, and what they are there, worked out by hand."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from sympy import Expr

from verifier.derivation.loader import derivation
from verifier.derivation.source import text_source
from verifier.elaborate.model import Declarations, read_declarations
from verifier.formula.parser import parse_expression
from verifier.kernel.model import Function, Model
from verifier.kernel.terms import Statement, Var
from verifier.numeric.meaning.definedness import defined
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.numbers.arithmetic import FLOAT, Arithmetic, exact
from verifier.numeric.numbers.arrays import ordered
from verifier.numeric.search.sampled_model import SampledModel
from verifier.numeric.worlds.draws import Draw, Key, Sample, Shape

FILE = """
title: where terms are defined
model: ["p(x, z)", "s(x, z)", q(z), r(z)]
functions: [f(z) >= 0, g(z)]
parameters: [a > 0, b >= 0, m, n in nonnegative integers]
support: []
steps: [{so: 1 = 1}]
claim: 1 = 1
"""

x, z = Var("x"), Var("z")
# Rows are x, columns z. p(x) = (1, 0); s(z) = (1, 0).
TABLES = {"p": [[1, 1], [0, 0]], "s": [[1, 0], [1, 0]], "q": [1, 0], "r": [1, 1]}
FUNCTIONS = {"f": [2, 0], "g": [1, -1]}
HALVES = {"a": 1, "b": 0, "m": 4, "n": 0}  # parameters, times 2

LOG2, INF, NAN = math.log(2), math.inf, math.nan

ROWS: list[tuple[str, list[float]]] = [
    # A weight about a bound variable: the point where it is 0 doesn't count.
    ("E_{q(z)}[r(z) / q(z)]", [0.5]),
    ("int q(z) (r(z) / q(z)) dz", [0.5]),
    ("int q(z) r(z) / q(z) dz", [0.5]),
    ("int (q(z) / q(z)) r(z) dz", [0.5]),
    ("int (1 / q(z)) q(z) dz", [1]),
    ("int q(z)^2 / q(z) dz", [1]),
    ("int sqrt(q(z)) / q(z) dz", [1]),
    ("int q(z) log q(z) dz", [0]),
    ("int q(z) log(r(z) / q(z)) dz", [-LOG2]),
    ("int q(z) exp(1 / q(z)) dz", [math.e]),
    ("E_{q(z)}[log exp(1 / q(z))]", [1]),
    ("int q(z) (1 / q(z) + g(z)) dz", [2]),
    ("int q(z) (1 / q(z)) + g(z) dz", [1]),
    ("E_{r(z)}[q(z) / q(z)]", [0.5]),
    ("int q(z) int p(x, z) / q(z) dx dz", [0.5]),
    ("int s(z) s(x | z) dz", [0.5, 0.5]),
    ("int p(x, z) log p(x, z) dz", [-LOG2, 0]),
    # No weight: a function, what is divided by, a summand, a density in another product.
    ("int f(z) log f(z) dz", [NAN]),
    ("int 1 / q(z) dz", [NAN]),
    ("int r(z) / q(z) dz", [NAN]),
    ("int r(z) / (1 / q(z)) dz", [NAN]),
    ("int q(z) + 1 / q(z) dz", [NAN]),
    ("int r(z) log q(z) dz", [NAN]),
    ("int log(q(z) (r(z) / q(z))) dz", [NAN]),
    ("int r(z) s(x | z) dz", [NAN, NAN]),
    # Outside binders nothing weighs, and a part without bound variables isn't weighed.
    ("q(z) / q(z)", [1, NAN]),
    ("q(z) log q(z)", [0, NAN]),
    ("log q(z) - log q(z)", [0, NAN]),
    ("q(z) - q(z)", [0, 0]),
    ("p(z | x)", [0.5, 0.5, NAN, NAN]),
    ("p(z | x) p(x)", [0.5, 0.5, NAN, NAN]),
    ("int p(x, z) log p(x) dz", [0, NAN]),
    ("int q(z) log p(x) dz", [0, NAN]),
    ("int p(x, z) / p(x) dz", [1, NAN]),
    ("int p(x, z) p(x)^(-2) dz", [1, NAN]),
    ("int p(x, z) p(z | x) dz", [0.5, NAN]),
    ("int p(x, z) exp(g(z) / p(x)) dz", [math.cosh(1), NAN]),
    ("E_{p(z | x)}[g(z)]", [0, NAN]),
    ("E_{p(x)}[int p(x, z) log p(x) dz]", [0]),
    # KL is infinite where the second lacks mass; its unfolding is undefined.
    ("KL(q(z) || r(z))", [LOG2]),
    ("KL(q(z) || q(z))", [0]),
    ("KL(r(z) || q(z))", [INF]),
    ("KL(r(z) || f(z))", [INF]),
    ("KL(r(z) || p(z | x))", [0, NAN]),
    ("E_{r(z)}[log(r(z) / q(z))]", [NAN]),
    ("H(q(z), r(z))", [LOG2]),
    ("H(r(z), q(z))", [NAN]),
    # The infinite: no oo - oo, 0 oo, oo / oo.
    ("2 KL(r(z) || q(z)) + 1", [INF]),
    ("exp(-KL(r(z) || q(z)))", [0]),
    ("KL(r(z) || q(z)) - KL(r(z) || q(z))", [NAN]),
    ("b KL(r(z) || q(z))", [NAN]),
    ("KL(r(z) || q(z)) / KL(r(z) || q(z))", [NAN]),
    ("int q(z) KL(r(z) || q(z)) dz", [INF]),
    # Powers: of an integer exponent products, of a real one only above 0, or at 0 by one > 0.
    ("f(z)^2", [4, 0]),
    ("f(z)^(-1)", [0.5, NAN]),
    ("f(z)^n", [1, 1]),
    ("f(z)^b", [1, NAN]),
    ("f(z)^a", [math.sqrt(2), 0]),
    ("f(z)^(-a)", [math.sqrt(0.5), NAN]),
    ("sqrt(f(z))", [math.sqrt(2), 0]),
    ("g(z)^2", [1, 1]),
    ("g(z)^m", [1, NAN]),
    ("sqrt(g(z))", [1, NAN]),
    ("log f(z)", [LOG2, NAN]),
    ("log g(z)", [0, NAN]),
]


@cache
def file() -> Declarations:
    return read_declarations(derivation(text_source(FILE, "<text>")))


def elaborated(text: str) -> Expr:
    (term,), _ = file().elaborator.line(parse_expression(text, file().scope))
    whole: Expr = term
    return whole


def world(arithmetic: Arithmetic) -> Interpreter:
    model: Model = file().model
    draws: dict[Key, Draw] = {}
    for family in model.families:
        axes = ordered(family.slots)
        draws["table", family.name, axes, ()] = draw(axes, TABLES[family.name], 1)
    for function in model.functions:
        draws["function", function.name, "offset"] = draw((z,), FUNCTIONS[function.name], 1)
    for name, halves in HALVES.items():
        draws["parameter", name] = draw((), halves, 2)
    return Interpreter(Sample(model, Shape({x: 2, z: 2}, 1, zeros=True), draws), arithmetic)


def draw(axes: tuple[Var, ...], top: Any, bottom: int) -> Draw:
    return Draw(axes, np.array(top, dtype=np.int64)[..., None], bottom)


def values(here: Interpreter, term: Expr) -> list[float]:
    """The values of a term, NaN where it isn't defined."""
    with np.errstate(all="ignore"):
        data = np.broadcast_arrays(here.value(term).data, defined(here, term).data)
    numbers = [number if known else NAN for number, known in zip(*map(np.ravel, data), strict=True)]
    if not here.arithmetic.exact:
        return list(map(float, numbers))
    from verifier.numeric.numbers.exact import ball

    return [number if number is NAN else float(ball(number)) for number in numbers]


@pytest.mark.parametrize("arithmetic", [FLOAT, exact()], ids=["floats", "exact"])
@pytest.mark.parametrize(("text", "expected"), ROWS, ids=[text for text, _ in ROWS])
def test_terms_mean_what_is_written(
    arithmetic: Arithmetic, text: str, expected: list[float]
) -> None:
    assert values(world(arithmetic), elaborated(text)) == pytest.approx(expected, nan_ok=True)


def test_definedness_is_told_of_each_point() -> None:
    """p(z | x) p(x) is defined where p(x) > 0, p(x, z) everywhere."""
    here = world(FLOAT)
    with np.errstate(all="ignore"):
        assert defined(here, elaborated("p(z | x) p(x)")).data[..., 0].tolist() == [
            [True] * 2,
            [False] * 2,
        ]
        assert defined(here, elaborated("p(x, z)")).data.all()


@pytest.mark.parametrize(
    ("left", "right", "agrees"),
    [
        ("p(z) / p(z)", "1", True),
        ("p(z | x)", "p(x | z) p(z) / p(x)", True),
        ("int q(z) (p(z) / q(z)) dz", "E_{q(z)}[p(z) / q(z)]", True),
        ("int q(z) (p(z) / q(z)) dz", "1", False),
        ("int (q(z) / q(z)) p(x, z) dz", "p(x)", False),
        ("KL(q(z) || p(z))", "E_{q(z)}[log(q(z) / p(z))]", True),
        ("int q(z) log q(z) dz", "-H(q(z))", True),
    ],
)
def test_statements_count_where_both_sides_are_defined(left: str, right: str, agrees: bool) -> None:
    statement = Statement(elaborated(left), "=", elaborated(right))
    (figure,) = SampledModel(file().model).check([statement])
    assert figure is not None
    assert figure.samples > 1000
    assert figure.agrees == agrees


def test_functions_are_as_declared() -> None:
    """What the rows above take from the declarations."""
    f, g = file().model.functions
    assert (f, g) == (Function("f", (z,), ">= 0"), Function("g", (z,)))
    assert file().model.parameter["n"].integer
