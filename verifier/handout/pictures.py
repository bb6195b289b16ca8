"""Pictures for a handout, as plain data: renderers in LaTeX and in SVG draw the same points.

Numbers are rounded, so that the last digit of a logarithm doesn't depend on the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import exp, floor, log
from typing import Literal

from verifier.formula import written as w
from verifier.formula.parser import RELATIONS, parse_expression, parse_statement
from verifier.formula.scope import Scope
from verifier.handout.notes import Text
from verifier.handout.sheet import Sheet
from verifier.outcome import Histogram
from verifier.typeset.printer import plain

_DIGITS = 4

Point = tuple[float, float]

Side = Literal["above", "below", "left", "right", "above left", "below right"]


@dataclass(frozen=True, slots=True)
class Axis:
    """The range that is shown, and what is marked on it."""

    low: float
    high: float
    ticks: tuple[tuple[float, Text], ...]
    label: Text = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points: one of the two that are compared, a dotted `guide`, or a `gap` with
    arrows at both ends."""

    kind: Literal["first", "second", "guide", "gap"]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle between two corners, shaded or hatched."""

    kind: Literal["shaded", "hatched"]
    low: Point
    high: Point


@dataclass(frozen=True, slots=True)
class Mark:
    """A label beside a point, and a dot on it."""

    point: Point
    label: Text
    side: Side
    dot: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture. `name` is its own among those of a sheet."""

    name: str
    title: str
    caption: Text
    x: Axis
    y: Axis
    curves: tuple[Curve, ...] = ()
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def margins(self) -> tuple[float, float]:
        """How many characters are to find room on the left and on the right of the axes."""
        last = len(plain_text(self.x.ticks[-1][1])) / 2
        return max(len(plain_text(label)) for _, label in self.y.ticks), last


def pictures(sheet: Sheet) -> tuple[Picture, ...]:
    """The pictures that belong on a handout: one for each of the rules `log-bound` and `jensen`
    that it uses, one where it is about the evidence (see `_bounds_evidence`), and one for each
    inequality of which worlds were sampled. They call the logarithm what the sheet calls it."""
    return tuple(_pictures(sheet))


def plain_text(text: Text) -> str:
    """A text without any mark-up, its formulas as the parser reads them."""
    return "".join(part if isinstance(part, str) else plain(part) for part in text)


def _pictures(sheet: Sheet) -> Iterator[Picture]:
    used = {rule.name for rule in sheet.rules}
    name = _logarithm(sheet)
    if "log-bound" in used:
        yield _tangent(name)
    if "jensen" in used:
        yield _chord(name)
    if _bounds_evidence(sheet.claim) and used & {"kl", "gibbs", "jensen", "log-bound"}:
        yield _evidence(name)
    for step in sheet.steps:
        if step.gaps is not None:
            yield _spread(step.number, step.gaps)


def _bounds_evidence(claim: w.Written) -> bool:
    """Whether a claim is about `log p(x)`, with nothing given: that stands on its left, alone or
    before what is taken from it."""
    left = claim.left if isinstance(claim, w.Statement) else None
    first = left.terms[0] if isinstance(left, w.Sum) and left.signs[0] == "+" else left
    density = first.argument if isinstance(first, w.Logarithm) else None
    return isinstance(density, w.Density) and not density.right


def _logarithm(sheet: Sheet) -> str:
    formulas = (sheet.claim, *(step.formula for step in sheet.steps if step.formula))
    nodes = (node for formula in formulas for node in formula.walk())
    return next((node.name for node in nodes if isinstance(node, w.Logarithm)), "log")


# -- the pictures ----------------------------------------------------------------------------------


def _tangent(name: str) -> Picture:
    """The logarithm under its tangent at 1."""
    low, high = -2.0, 2.0
    end = high + 1  # where the tangent leaves
    return Picture(
        "log-bound",
        "The logarithm under its tangent at 1",
        _text(
            "The logarithm is concave, so it lies below its tangent at 1:"
            f" ${name} u <= u - 1$, with equality at $u = 1$ alone."
        ),
        Axis(0.0, end, _ticks(0, 1, 2, 3), _text("$u$")),
        Axis(low, high, _ticks(-2, -1, 0, 1, 2)),
        (
            Curve("guide", ((0.0, 0.0), (end, 0.0))),
            Curve("first", _curve(log, exp(low), end)),
            Curve("second", ((0.0, -1.0), (end, high))),
        ),
        marks=(
            Mark((1.0, 0.0), (), "above", dot=True),
            Mark((2.4, 1.4), _text("$u - 1$"), "above left"),
            Mark((2.4, _round(log(2.4))), _text(f"${name} u$"), "below right"),
        ),
    )


def _chord(name: str) -> Picture:
    """Jensen's inequality for a variable that takes two values."""
    low, high = 0.25, 4.0
    mean = (low + high) / 2
    above, below = _round(log(mean)), _round((log(low) + log(high)) / 2)
    ends = (low, _round(log(low))), (high, _round(log(high)))
    bottom, beside = -1.75, 0.3
    mean_of_logs, log_of_mean = f"$E_q[{name} Y]$", f"${name} E_q[Y]$"
    return Picture(
        "jensen",
        "Jensen's inequality as a chord",
        _text(
            "Under $q$ the variable $Y$ is 1/4 or 4, with probability 1/2 each. The chord lies"
            f" below the curve: {mean_of_logs}, halfway on the chord, is less than {log_of_mean}."
        ),
        Axis(0.0, 4.5, (*_ticks(low), (mean, _text("$E_q[Y]$")), *_ticks(4)), _text("$Y$")),
        Axis(bottom, 1.75, ((below, _text(mean_of_logs)), (above, _text(log_of_mean)))),
        (
            Curve("guide", ((0.0, above), (mean, above), (mean, bottom))),
            Curve("guide", ((0.0, below), (mean, below))),
            Curve("first", _curve(log, exp(bottom), 4.5)),
            Curve("second", ends),
            Curve("gap", ((beside, below), (beside, above))),
        ),
        marks=(
            *(Mark(end, (), "above", dot=True) for end in ends),
            Mark((beside, _round((above + below) / 2)), ("gap",), "right"),
            Mark((3.4, _round(log(3.4))), _text(f"${name} Y$"), "above left"),
        ),
    )


def _evidence(name: str) -> Picture:
    """The evidence as the ELBO and its gap. The density of the data is above 1, so that all
    three are positive and stack."""
    prior, likelihood = (0.75, 0.25), (1.0, 9.0)
    joint = [p * f for p, f in zip(prior, likelihood, strict=True)]
    evidence = sum(joint)
    posterior = [p / evidence for p in joint]
    top = _round(log(evidence))
    steps = 8
    bars: list[Bar] = []
    for step in range(steps + 1):
        s = step / steps
        q = [(1 - s) * p + s * r for p, r in zip(prior, posterior, strict=True)]
        elbo = _round(sum(a * log(b / a) for a, b in zip(q, joint, strict=True)))
        left, right = _round(s - 0.04), _round(s + 0.04)
        bars.append(Bar("shaded", (left, 0.0), (right, elbo)))
        bars.append(Bar("hatched", (left, elbo), (right, top)))
    first = bars[0].high[1]
    start, outside, beside, end = -0.2, -0.23, -0.11, 1.1
    return Picture(
        "evidence",
        "The ELBO, the gap and the evidence",
        _text(
            "A hidden $z$ of two values: prior $p(z)$ = (3/4, 1/4), likelihood $p(x | z)$ = (1, 9)"
            " of a continuous $x$, hence $p(x) = 3$ and posterior $p(z | x)$ = (1/4, 3/4). On the"
            " way $q_s(z) = (1 - s) * p(z) + s * p(z | x)$ the ELBO and its gap,"
            f" $KL(q_s(z) || p(z | x))$, add up to ${name} p(x)$; at the posterior no gap is left."
        ),
        Axis(start, end, ((0.0, ("prior",)), (0.5, _text("$q_s(z)$")), (1.0, ("posterior",)))),
        Axis(0.0, 1.25, (*_ticks(0), (top, _text(f"${name} p(x)$")))),
        (
            Curve("first", ((start, top), (end, top))),
            Curve("gap", ((beside, 0.0), (beside, first))),
            Curve("gap", ((beside, first), (beside, top))),
        ),
        tuple(bars),
        (
            Mark((outside, _round(first / 2)), ("ELBO",), "left"),
            Mark((outside, _round((first + top) / 2)), ("gap",), "left"),
        ),
    )


def _spread(number: int, gaps: Histogram) -> Picture:
    """How the sampled gaps of an inequality are spread."""
    counts = list(gaps.counts)
    beyond = counts[-1]
    while len(counts) > 6 and not counts[-1]:
        del counts[-1]
    edges = [_round(place * gaps.width) for place in range(len(counts) + 1)]
    bars = tuple(
        Bar("shaded", (left, 0.0), (right, float(count)))
        for (left, right), count in zip(pairwise(edges), counts, strict=True)
    )
    caption = "In each world the smallest gap, relative to the size of its terms"
    if beyond:
        bars = (*bars[:-1], Bar("hatched", bars[-1].low, bars[-1].high))
        caption += f"; the last bar, hatched, holds what lies beyond ({beyond})"
    most = float(max(counts))
    return Picture(
        f"gap-{number}",
        f"The gap of step {number} over {sum(counts)} sampled worlds",
        (f"{caption}.",),
        Axis(0.0, edges[-1], _ticks(*_even(edges[-1])), ("relative gap",)),
        Axis(0.0, _round(1.05 * most), _ticks(*_even(most)), ("worlds",)),
        bars=bars,
    )


# -- numbers and texts -----------------------------------------------------------------------------


def _round(number: float) -> float:
    return round(number, _DIGITS) + 0.0  # never -0.0


def _curve(function: Callable[[float], float], low: float, high: float) -> tuple[Point, ...]:
    """Points of a function, closer to each other on the left, where the logarithm bends."""
    steps = 48
    places = (_round(low * (high / low) ** (step / steps)) for step in range(steps + 1))
    return tuple((x, _round(function(x))) for x in places)


def _even(high: float) -> Iterator[float]:
    """Two to four round numbers up to a last one, from 0."""
    power = int(f"{high:e}".partition("e")[2])
    steps = (float(f"{digit}e{place}") for place in (power - 1, power) for digit in (1, 2, 5))
    step = next(step for step in steps if high < 4 * step)
    return (place * step for place in range(floor(high / step + 1e-9) + 1))


def _ticks(*places: float) -> tuple[tuple[float, Text], ...]:
    """Places that are labelled with their number."""
    numbers = (f"{place:.6f}".rstrip("0").rstrip(".") for place in places)
    return tuple((float(number), _text(f"${number}$")) for number in numbers)


_SCOPE = Scope(
    families=frozenset(("p", "q", "q_s")),
    parameters=frozenset("suY"),
    variables=frozenset("xz"),
)


@cache
def _text(source: str) -> Text:
    """Prose with formulas between dollars."""
    return tuple(_parts(source.split("$")))


def _parts(pieces: Iterable[str]) -> Iterator[str | w.Written]:
    for place, piece in enumerate(pieces):
        if place % 2:
            related = any(f" {relation} " in piece for relation in RELATIONS)
            yield parse_statement(piece, _SCOPE) if related else parse_expression(piece, _SCOPE)
        elif piece:
            yield piece
