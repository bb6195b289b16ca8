"""Figures: in how many worlds a statement was looked at, and how far it is from failing there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from verifier.kernel.terms import Statement
from verifier.numeric.meaning.relations import TOLERANCE
from verifier.outcome import Histogram, Numeric

_BARS = 24  # of a histogram of gaps
_WIDTHS = tuple(step * 10.0**power for power in range(-4, 3) for step in (1, 2, 5))
_SHOWN = 0.98  # of the gaps have a bar of their own; the last holds the others


class Figure(NamedTuple):
    """In how many worlds a statement was looked at, and the least margin by which it holds; of an
    inequality that in each world."""

    samples: int
    worst: float
    margins: NDArray[np.float64]


def united(statement: Statement, figures: Sequence[Figure]) -> Numeric | None:
    """One figure for all horizons."""
    samples = sum(figure.samples for figure in figures)
    if samples == 0:
        return None
    worst = min(figure.worst for figure in figures)
    if statement.relation == "=":
        return Numeric(samples, -worst <= TOLERANCE, abs(worst))
    margins = np.concatenate([figure.margins for figure in figures])
    return Numeric(samples, worst >= -TOLERANCE, worst, _histogram(margins))


def _histogram(margins: NDArray[np.float64]) -> Histogram | None:
    """How the gaps of an inequality are spread; None where it is violated. The last bar holds what
    lies beyond. What rounding may shift never stands at an edge."""
    if margins.min() < -TOLERANCE:
        return None
    most = _quantile(margins, _SHOWN)
    width = next((w for w in _WIDTHS if most <= _BARS * w), _WIDTHS[-1])
    bars = np.floor((margins + TOLERANCE) / width).astype(int).clip(0, _BARS - 1)
    return Histogram(width, tuple(map(int, np.bincount(bars, minlength=_BARS))))


def _quantile(values: NDArray[np.float64], share: float) -> float:
    """A quantile, linear between two values. NumPy's own imports its masked arrays."""
    ordered, place = np.sort(values), share * (len(values) - 1)
    first, second = ordered[int(place)], ordered[min(int(place) + 1, len(values) - 1)]
    return float(first + (second - first) * (place % 1))
