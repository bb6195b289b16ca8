"""What the sampled worlds show: figures, and counterexamples as tables. Plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Numeric:
    """A numeric figure: how many points were sampled, whether they agree, and the worst of them.

    For an equality `worst` is the largest |left - right| relative to the size of the terms; for an
    inequality the smallest gap (negative where it is violated), on the same scale.
    """

    samples: int
    agrees: bool
    worst: float
    gaps: Histogram | None = None  # of an inequality that holds


@dataclass(frozen=True, slots=True)
class Histogram:
    """In how many worlds a figure lies in [0, width), [width, 2 width), ..; the last has no end."""

    width: float
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One exact table of a world: `p(x, z)` with a value per cell (fractions as text)."""

    name: str
    axes: tuple[str, ...]
    shape: tuple[int, ...]
    cells: tuple[str, ...]  # row-major


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A world that breaks a step, confirmed in exact or ball arithmetic."""

    tables: tuple[Table, ...]
    weights: tuple[Table, ...]  # width of each point, where it is not 1 (a step density)
    parameters: tuple[tuple[str, str], ...]
    point: tuple[tuple[str, int], ...]  # the values of the free variables, counted from 0
    left: str
    right: str
    difference: str
