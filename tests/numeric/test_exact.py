"""Exact numbers: sums of logarithms are decided, balls are honest."""

from __future__ import annotations

import math

import pytest
from flint import arb, ctx, fmpq

from verifier.numeric.numbers import exact as n

HALF, TWO, SIX = fmpq(1, 2), fmpq(2), fmpq(6)


def test_logarithms_of_rationals_cancel_exactly() -> None:
    total = n.subtract(n.log(SIX), n.add(n.log(TWO), n.log(fmpq(3))))
    assert total == 0
    assert n.is_zero(total)


def test_the_exponential_of_a_logarithm_is_rational() -> None:
    assert n.exp(n.multiply(fmpq(-2), n.log(fmpq(3, 2)))) == fmpq(4, 9)
    assert n.exp(fmpq(0)) == 1


def test_a_root_is_a_ball_and_its_square_undecided() -> None:
    root = n.real_power(TWO, HALF)
    assert float(n.ball(root)) == pytest.approx(math.sqrt(2))
    with pytest.raises(n.UncertainError):
        n.is_zero(n.subtract(n.multiply(root, root), TWO))


def test_large_numbers_are_not_factored() -> None:
    large = fmpq(3) ** 100 + 2
    assert isinstance(n.log(large), arb)
    assert float(n.ball(n.log(large))) == pytest.approx(100 * math.log(3))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (n.divide(TWO, n.INFINITY), 0),
        (n.divide(fmpq(0), n.log(TWO)), 0),
        (n.exp(-n.INFINITY), 0),
        (n.exp(n.INFINITY), math.inf),
        (n.power(fmpq(0), fmpq(0)), 1),
        (n.power(fmpq(0), TWO), 0),
        (n.real_power(fmpq(0), HALF), 0),
        (n.real_power(TWO, n.log(TWO)), 2 ** math.log(2)),
        (n.power(fmpq(-2), fmpq(3)), -8),
        (n.power(n.log(HALF), TWO), math.log(2) ** 2),
        (n.maximum(HALF, n.log(TWO)), math.log(2)),
        (n.maximum(TWO, n.real_power(TWO, HALF)), 2),
        (n.absolute(n.log(HALF)), math.log(2)),
    ],
)
def test_values(value: n.Number, expected: float) -> None:
    assert n.is_defined(value)
    assert float(n.ball(value)) == pytest.approx(expected)
    assert n.is_finite(value) == math.isfinite(expected)


@pytest.mark.parametrize(
    "value",
    [
        n.log(fmpq(-1)),
        n.log(fmpq(0)),
        n.divide(fmpq(0), fmpq(0)),
        n.divide(TWO, fmpq(0)),
        n.divide(n.INFINITY, n.INFINITY),
        n.subtract(n.INFINITY, n.INFINITY),
        n.multiply(fmpq(0), n.INFINITY),
        n.power(fmpq(0), fmpq(-1)),
        n.power(n.NAN, fmpq(0)),
        n.real_power(fmpq(0), fmpq(0)),
        n.real_power(fmpq(0), -HALF),
        n.real_power(fmpq(-2), HALF),
        n.real_power(fmpq(-2), TWO),
        n.real_power(n.NAN, fmpq(0)),
    ],
)
def test_undefined(value: n.Number) -> None:
    assert not n.is_defined(value)
    assert not n.is_positive(value)
    assert not n.is_zero(value)


def test_what_a_ball_cannot_decide_is_said_so() -> None:
    wide = arb(0, 1)
    for question in (n.is_zero, n.is_positive, n.log):
        with pytest.raises(n.UncertainError):
            question(wide)
    with pytest.raises(n.UncertainError):
        n.multiply(wide, n.INFINITY)
    with pytest.raises(n.UncertainError):
        n.divide(TWO, wide)


def test_more_precision_decides() -> None:
    close = n.subtract(n.exp(fmpq(1, 10**30)), fmpq(1))
    with pytest.raises(n.UncertainError):
        n.is_positive(close)
    with ctx.workprec(256):
        assert n.is_positive(n.subtract(n.exp(fmpq(1, 10**30)), fmpq(1)))


def test_negligible_is_asked_at_high_precision_only() -> None:
    def rest() -> n.Number:
        return n.subtract(n.real_power(TWO, HALF), n.real_power(TWO, HALF))

    with pytest.raises(n.UncertainError):
        n.is_negligible(rest())
    with ctx.workprec(300):
        assert n.is_negligible(rest())
    assert not n.is_negligible(HALF)


@pytest.mark.parametrize(
    ("number", "text", "exact_text"),
    [
        (fmpq(3, 8), "3/8", "3/8"),
        (n.log(HALF), "-0.69314718055994530942", "log(1/2)"),
        (n.add(TWO, n.log(HALF)), "1.3068528194400546906", "1.3068528194400546906"),
        (n.INFINITY, "inf", "inf"),
        (-n.INFINITY, "-inf", "-inf"),
    ],
)
def test_text(number: n.Number, text: str, exact_text: str) -> None:
    assert n.text(number) == text
    assert n.exact_text(number) == exact_text
