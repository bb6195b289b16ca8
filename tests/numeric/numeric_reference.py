"""A second interpreter, as plain as can be: one world, one point at a time, Python floats.

It shares nothing with `verifier.numeric.meaning.evaluate` but the random integers of a world.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from sympy import Add, Mul, Pow, Symbol

from verifier.kernel.model import Family
from verifier.kernel.terms import (
    KL,
    Abbreviation,
    Call,
    CrossEntropy,
    Density,
    Entropy,
    Exp,
    Expectation,
    Integral,
    Log,
    Var,
)
from verifier.numeric.worlds.draws import Sample

Point = Mapping[Var, int]


class Reference:
    """The values of terms in one world of a sample. Families without factors, positive tables."""

    def __init__(self, sample: Sample, world: int) -> None:
        self.sample = sample
        self.world = world
        self.sizes = sample.shape.sizes

    def draw(self, key: tuple[Any, ...], point: Point) -> Fraction:
        draw = self.sample.draws[key]
        index = tuple(point[variable] for variable in draw.axes)
        return Fraction(int(draw.top[(*index, self.world)]), draw.bottom)

    def points(self, variables: list[Var]) -> Iterator[dict[Var, int]]:
        for values in product(*(range(self.sizes[v.tagged(0)]) for v in variables)):
            yield dict(zip(variables, values, strict=True))

    def width(self, point: Point) -> Fraction:
        widths = [
            self.draw(("width", v.tagged(0)), {v.tagged(0): value})
            for v, value in point.items()
            if ("width", v.tagged(0)) in self.sample.draws
        ]
        return math.prod(widths, start=Fraction(1))

    def joint(self, family: Family, point: Point) -> Fraction:
        key = next(k for k in self.sample.draws if k[:2] == ("table", family.name))
        left = list(family.left)
        total = sum(
            self.draw(key, {**point, **other}) * self.width(other) for other in self.points(left)
        )
        return self.draw(key, point) / total

    def marginal(self, family: Family, point: Point) -> Fraction:
        gone = [variable for variable in family.left if variable not in point]
        return sum(
            (self.joint(family, {**point, **o}) * self.width(o) for o in self.points(gone)),
            start=Fraction(0),
        )

    def density(self, term: Density, point: Point) -> float:
        family = self.sample.model.family[term.family]
        here = {v.tagged(0): point[v] for v in (*term.left, *term.right)}
        given = {v.tagged(0): point[v] for v in term.right}
        return float(self.marginal(family, here) / self.marginal(family, given))

    def value(self, term: Any, point: Point) -> float:
        """The value of a term at a point of its free variables."""
        meaning = _MEANINGS.get(type(term))
        return float(term) if meaning is None else meaning(self, term, point)

    def bound(self, term: Any, point: Point, body: Callable[[Point], float]) -> float:
        """The integral of `body` over what a binder binds."""
        return sum(
            body({**point, **other}) * float(self.width(other))
            for other in self.points(list(term.args[-1]))
        )

    def expectation(self, term: Expectation, point: Point) -> float:
        def body(at: Point) -> float:
            weights = (self.value(law, at) for law in term.args[1])
            return math.prod(weights) * self.value(term.args[0], at)

        return self.bound(term, point, body)

    def mean_log(self, term: Any, point: Point, argument: Callable[[Point, float], float]) -> float:
        def body(at: Point) -> float:
            first = self.value(term.args[0], at)
            return first * math.log(argument(at, first))

        return self.bound(term, point, body)


def _kl(at: Reference, term: KL, point: Point) -> float:
    return at.mean_log(term, point, lambda o, first: first / at.value(term.args[1], o))


def _call(at: Reference, term: Call, point: Point) -> float:
    here = {v.tagged(0): point[v] for v in term.arguments if isinstance(v, Var)}
    return float(at.draw(("function", term.name, "offset"), here))


_MEANINGS: dict[type, Callable[[Reference, Any, Point], float]] = {
    Symbol: lambda at, term, _: float(at.draw(("parameter", term.name), {})),
    Add: lambda at, term, o: math.fsum(at.value(part, o) for part in term.args),
    Mul: lambda at, term, o: math.prod(at.value(part, o) for part in term.args),
    Pow: lambda at, term, o: at.value(term.args[0], o) ** at.value(term.args[1], o),
    Log: lambda at, term, o: math.log(at.value(term.args[0], o)),
    Exp: lambda at, term, o: math.exp(at.value(term.args[0], o)),
    Density: lambda at, term, o: at.density(term, o),
    Call: _call,
    Abbreviation: lambda at, term, o: at.value(term.body, o),
    Integral: lambda at, term, o: at.bound(term, o, lambda v: at.value(term.args[0], v)),
    Expectation: lambda at, term, o: at.expectation(term, o),
    KL: _kl,
    Entropy: lambda at, term, o: -at.mean_log(term, o, lambda _, first: first),
    CrossEntropy: lambda at, term, o: -at.mean_log(term, o, lambda v, _: at.value(term.args[1], v)),
}
