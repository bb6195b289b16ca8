"""Jensen's inequality."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.algebra import Normaliser
from verifier.kernel.arithmetic import minus, product
from verifier.kernel.definedness import weights_in
from verifier.kernel.laws import is_law
from verifier.kernel.places import Place
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.rules.averages import ZERO, Average, Shape, averages, shape_of
from verifier.kernel.rules.bound import Bound, Law
from verifier.kernel.rules.rule import Rule
from verifier.kernel.rules.scopes import Scope, gathered
from verifier.kernel.signs import positive
from verifier.kernel.theorem import Direction


def bounds(
    nf: Normaliser, place: Place, direction: Direction, laws: tuple[Law, ...]
) -> Iterator[Bound]:
    """phi(E[Y]) by E[phi(Y)], or back, whichever lies in the direction asked for."""
    shape = shape_of(nf, place.part)
    if shape is not None and shape.concave == -direction:
        for average in averages(nf, shape.argument, place, laws):
            new = average.of(shape.apply)
            yield from _checked(nf, shape, average, new)
    for average, inner in _averaged(nf, place, laws):
        if inner.concave == direction:
            argument = Average(average.bound, average.densities, inner.argument)
            yield from _checked(nf, inner, argument, inner.apply(argument.of(lambda u: u)))


def _averaged(
    nf: Normaliser, place: Place, laws: tuple[Law, ...]
) -> Iterator[tuple[Average, Shape]]:
    """E[phi(Y)] in a term."""
    for average in averages(nf, place.part, place, laws):
        inner = shape_of(nf, average.body)
        if inner is not None and not average.weights:
            yield average, inner


def _checked(nf: Normaliser, shape: Shape, average: Average, new: Expr) -> Iterator[Bound]:
    """With the side conditions: a law, and values in the interval of phi."""
    if not average.weights and not is_law(average.bound, average.densities):
        return
    values = [v for _, v in average.weights] or [average.body]
    if average.integrand is not None:  # what an integral has where the law is 0 is not averaged
        law = product(*average.densities)
        nf.owe("nonzero", law, weights_in(average.integrand))
    for value in values:
        with nf.weighed(average.densities):
            for distance in _distances(shape, value):
                nf.owe("nonnegative" if shape.closed else "positive", distance)
    instance = (
        ("phi", shape.name), ("Y", average.body),
        *(("under", density) for density in average.densities),
    )  # fmt: skip
    yield Bound(new, instance)


def nonnegative(
    nf: Normaliser, difference: Polynomial, scopes: tuple[Scope, ...]
) -> Iterator[tuple[Expr, Bound]]:
    """log E[Y] - E[log Y] >= 0, with log Y gathered from what a difference averages."""
    for scope in scopes:
        for gained in gathered(nf, difference, scope):
            with nf.weighed(scope.weights):
                if not positive(nf, scope.anywhere(nf, gained)):
                    continue
            y = nf.store.term(gained)
            logs = scope.whole(terms.Log(y))
            value = minus(scope.around(terms.Log(scope.averaged(y))), logs)
            instance = (("phi", terms.Log(y)), ("Y", y), ("under", scope.inner.density))
            yield value, Bound(ZERO, instance)


def _distances(shape: Shape, value: Expr) -> list[Expr]:
    ends = []
    if shape.above is not None:
        ends.append(minus(value, shape.above))
    if shape.below is not None:
        ends.append(minus(shape.below, value))
    return ends


RULE = Rule(
    name="jensen",
    implies=("expectation",),
    says="phi(E[Y]) >= E[phi(Y)] for phi concave, <= for phi convex, on an interval that holds "
    "every value of Y; also for integrals against a density and for finite averages",
    conditions="Y stays in the interval (log, u^a: Y > 0); the expectation is under a density",
    source="Jensen 1906; Cover & Thomas, thm 2.6.2",
    bounds=bounds,
    nonnegative=nonnegative,
    passes="""
title: Jensen for the logarithm
model: ["p(x, z)", q(z)]
start: log E_{q(z)}[p(x, z) / q(z)]
steps:
  - {ge: "E_{q(z)}[log(p(x, z) / q(z))]", by: jensen}
claim: log E_{q(z)}[p(x, z) / q(z)] >= E_{q(z)}[log(p(x, z) / q(z))]
""",
    fails="""
title: Jensen the wrong way round
model: ["p(x, z)", q(z)]
start: log E_{q(z)}[p(x, z) / q(z)]
steps:
  - {le: "E_{q(z)}[log(p(x, z) / q(z))]", by: jensen}
claim: log E_{q(z)}[p(x, z) / q(z)] <= E_{q(z)}[log(p(x, z) / q(z))]
""",
)
