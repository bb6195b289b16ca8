"""Jensen's inequality."""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.arithmetic import ZERO, minus
from verifier.kernel.definedness import weights_in
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.averages import Average, Shape, Split, average, shape_of
from verifier.kernel.inequality.candidates import AVERAGES, LOGARITHMS, Comparison
from verifier.kernel.inequality.scopes import Gathered
from verifier.kernel.position import Position
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.theorem import Direction


def compare(
    nf: Normaliser, position: Position, direction: Direction, split: Split
) -> Comparison | None:
    """phi(E[Y]) by E[phi(Y)], or back, whichever lies in the direction asked for."""
    shape = shape_of(nf, position.part)
    found = average(nf, position.part if shape is None else shape.argument, position, split)
    if found is None:
        return None
    if shape is not None:
        points = shape.concave == -direction
        return _checked(nf, shape, found, found.of(nf.model.order, shape.apply)) if points else None
    inner = None if found.weights else shape_of(nf, found.body)
    if inner is None or inner.concave != direction:
        return None
    argument = replace(found, body=inner.argument)
    return _checked(nf, inner, argument, inner.apply(argument.of(nf.model.order, lambda u: u)))


def _checked(nf: Normaliser, shape: Shape, found: Average, new: Expr) -> Comparison:
    """With the side conditions: values in the interval of phi."""
    values = [v for _, v in found.weights] or [found.body]
    if found.integrand is not None:  # what an integral has where the law is 0 is not averaged
        nf.owe("nonzero", found.law.density, weights_in(found.integrand))
    for value in values:
        with nf.weighed(found.law.densities):
            for distance in _distances(shape, value):
                nf.owe("nonnegative" if shape.closed else "positive", distance)
    instance = (
        ("phi", shape.name), ("Y", found.body),
        *(("under", density) for density in found.law.densities),
    )  # fmt: skip
    return Comparison(new, instance)


def nonnegative(nf: Normaliser, gathered: Gathered) -> tuple[Expr, Comparison] | None:
    """log E[Y] - E[log Y] >= 0."""
    (scope, y), order = gathered, nf.model.order
    if not scope.is_law(order) or not scope.positive(nf, y):
        return None
    term = nf.store.term(y)
    logs = scope.whole(order, terms.Log(term))
    value = minus(scope.around(order, terms.Log(scope.inner.mean(order, term))), logs)
    instance = (("phi", terms.Log(term)), ("Y", term), ("under", scope.inner.density))
    return value, Comparison(ZERO, instance)


def _distances(shape: Shape, value: Expr) -> list[Expr]:
    above = [] if shape.low is None else [minus(value, shape.low)]
    return above + ([] if shape.high is None else [minus(shape.high, value)])


RULE = Rule(
    name="jensen",
    says=(
        "phi(E[Y]) >= E[phi(Y)] for phi concave, <= for phi convex, on an interval that holds "
        "every value of Y; also for integrals against a density and for finite averages"
    ),
    conditions="Y stays in the interval (log, u^a: Y > 0); the expectation is under a density",
    source="Jensen 1906; Cover & Thomas, thm 2.6.2",
    implies=("expectation",),
    compares=AVERAGES.given_to(compare),
    nonnegative=LOGARITHMS.given_to(nonnegative),
    hints=Hints(cues=(terms.Term,), topics=("averages",)),
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
