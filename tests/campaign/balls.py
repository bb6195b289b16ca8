"""Numbers known up to rounding: a float, and how far from it the number may be."""

from __future__ import annotations

import math
from fractions import Fraction

ROUNDING = 2.0**-51  # of one operation, relative; twice what a float's is
LEAST = 1e-300  # what underflow may leave


class Unknown(Exception):  # noqa: N818
    """No opinion: hidden by rounding, too large, or not settled by the specification."""


class Ball:
    """All numbers that are at most `radius` away from `middle`."""

    __slots__ = ("middle", "radius")

    def __init__(self, middle: float, radius: float) -> None:
        if not math.isfinite(middle) or not math.isfinite(radius):
            raise Unknown("too large")
        self.middle = middle
        self.radius = radius

    @classmethod
    def rounded(cls, middle: float, radius: float = 0.0) -> Ball:
        """The result of an operation."""
        return cls(middle, 1.000001 * radius + abs(middle) * ROUNDING + LEAST)

    def __add__(self, other: Exact) -> Ball:
        b = ball(other)
        return Ball.rounded(self.middle + b.middle, self.radius + b.radius)

    def __neg__(self) -> Ball:
        return Ball(-self.middle, self.radius)

    def __sub__(self, other: Exact) -> Ball:
        return self + -other

    def __rsub__(self, other: Exact) -> Ball:
        return -self + other

    def __mul__(self, other: Exact) -> Ball:
        b = ball(other)
        radius = abs(self.middle) * b.radius + (abs(b.middle) + b.radius) * self.radius
        return Ball.rounded(self.middle * b.middle, radius)

    __radd__ = __add__
    __rmul__ = __mul__

    def reciprocal(self) -> Ball:
        self.sign()
        least = abs(self.middle) - self.radius
        return Ball.rounded(1 / self.middle, self.radius / (abs(self.middle) * least))

    def sign(self) -> int:
        """1 or -1. Raises Unknown where 0 is in the ball."""
        if abs(self.middle) <= self.radius:
            raise Unknown("a sign that rounding hides")
        return 1 if self.middle > 0 else -1

    def log(self) -> Ball:
        """Of a positive number."""
        return Ball.rounded(
            math.log(self.middle), self.radius / (self.middle - self.radius) + ROUNDING
        )

    def exp(self) -> Ball:
        if abs(self.middle) > 600 or self.radius > 1:
            raise Unknown("too large")
        middle = math.exp(self.middle)
        return Ball.rounded(middle, middle * math.expm1(self.radius))

    def __float__(self) -> float:
        return self.middle

    def __repr__(self) -> str:
        return repr(self.middle)


Exact = Fraction | Ball  # exact as long as no logarithm comes in


def ball(value: Exact | int) -> Ball:
    if isinstance(value, Ball):
        return value
    try:
        return Ball.rounded(float(value))
    except OverflowError as error:
        raise Unknown("too large") from error


def log(value: Exact) -> Exact:
    """Of a positive number."""
    if isinstance(value, Ball):
        return value.log()
    if value == 1:
        return Fraction(0)
    above, below = math.log(value.numerator), math.log(value.denominator)
    return Ball.rounded(above - below, (above + below) * ROUNDING)


LOG2 = Ball.rounded(math.log(2))
