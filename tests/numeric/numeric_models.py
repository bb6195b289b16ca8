"""Models and terms that the numeric tests share, in a short notation."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from sympy import Expr

from verifier.kernel.binding import bind
from verifier.kernel.model import Family, Model
from verifier.kernel.terms import (
    KL,
    CrossEntropy,
    Density,
    Entropy,
    Expectation,
    Integral,
    Log,
    Tuple,
    Var,
)
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.numbers.arithmetic import exact
from verifier.numeric.numbers.arrays import ordered
from verifier.numeric.worlds.draws import Draw, Key, Sample, Shape

x, y, z = Var("x"), Var("y"), Var("z")
SLOTS = {"x": x, "y": y, "z": z}

PLAIN = Model(families=(Family("p", (x, z)), Family("q", (z,), (x,)), Family("r", (z,))))


def d(text: str) -> Density:
    """A density: `d("p x z")`, `d("q z | x")`."""
    left, _, right = text.partition("|")
    name, *variables = left.split()
    slots = [[SLOTS[variable] for variable in side] for side in (variables, right.split())]
    density: Density = Density(name, *slots)
    return density


def mean(body: Expr, *laws: Density) -> Expr:
    """An expectation under laws."""
    bound = [variable for law in laws for variable in law.left]
    return bind(Expectation, bound, body, Tuple(*laws))


def integral(body: Expr, *variables: Var) -> Expr:
    return bind(Integral, variables, body)


def kl(first: Density, second: Expr) -> Expr:
    return bind(KL, first.left, first, second)


def entropy(first: Density) -> Expr:
    return bind(Entropy, first.left, first)


def cross_entropy(first: Density, second: Expr) -> Expr:
    return bind(CrossEntropy, first.left, first, second)


def elbo(joint: str = "p x z", law: str = "q z | x") -> Expr:
    return mean(Log(d(joint)) - Log(d(law)), d(law))


def given_world(
    model: Model, tables: dict[str, Any], widths: dict[str, Any] | None = None
) -> Interpreter:
    """One exact world with these integer tables (axes in the order of names) and widths in 1/4."""
    draws: dict[Key, Draw] = {}
    sizes: dict[Var, int] = {}
    for family in model.families:
        if family.name in tables:
            axes = ordered(family.slots)
            top = np.array(tables[family.name], dtype=np.int64)
            sizes |= dict(zip(axes, top.shape, strict=True))
            key: Key = ("table", family.name, ordered(family.left), ordered(family.right))
            draws[key] = Draw(axes, top[..., None], 1)
    for name, quarters in (widths or {}).items():
        top = np.array(quarters, dtype=np.int64)[:, None]
        draws["width", SLOTS[name]] = Draw((SLOTS[name],), top, 4)
    shape = Shape(sizes, 1, stepped=bool(widths), zeros=True)
    return Interpreter(Sample(model, shape, draws), exact())


def fractions(interpreter: Interpreter, term: Expr) -> list[Fraction]:
    """The values of a term that are rational, row by row."""
    data = interpreter.value(term).data.reshape(-1)
    return [Fraction(int(value.p), int(value.q)) for value in data]


def floats(interpreter: Interpreter, term: Expr) -> list[float]:
    """The values of a term, as floats."""
    from verifier.numeric.numbers.exact import ball

    return [float(ball(value)) for value in interpreter.value(term).data.reshape(-1)]
