"""Worlds that are shown to be there, where none is rational: `H(q(z)) = 1` is met by no fractions.

Near a world that meets the facts but for rounding, as many of its numbers as there are equations
are let loose in a small box. Where Krawczyk's test, an interval version of Newton's method, maps
the box into its own inside, all equations hold at some point of it; and where all else that the
model asks for is certain in the whole box, that point is a world that meets the assumptions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray

from verifier.kernel.terms import Density
from verifier.numeric.meaning.assumptions import admissible, held_at_the_first, requirements
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.numbers.arithmetic import unknowns
from verifier.numeric.numbers.duals import Dual
from verifier.numeric.numbers.exact import UncertainError, is_zero
from verifier.numeric.search.show import assumed_of
from verifier.numeric.worlds.draws import Key, Sample, cells

Entry = tuple[Key, tuple[int, ...]]  # a number of a draw

_BITS = 128
_EQUATIONS = 24  # at most
_LOOSE = range(4, 97)  # numbers of which those to be let loose are chosen
_CELLS = 2**13  # of a table, times the numbers tried
_RADII = (2.0**-12, 2.0**-18, 2.0**-24, 2.0**-30)  # of a box, relative to the numbers


def is_near_a_world(interpreter: Interpreter, world: int) -> bool:
    """Whether some point near a world meets the assumptions, for certain."""
    if not _densities_by_construction(interpreter):
        return False
    one = interpreter.tables.sample.take(np.array([world]))
    with ctx.workprec(_BITS):
        try:
            return _Box(interpreter, one).holds_a_world()
        except UncertainError:
            return False


def _densities_by_construction(interpreter: Interpreter) -> bool:
    """Whether what facts make a table is a density whatever is drawn: another density is."""
    tables = interpreter.solutions.tables
    return all(
        isinstance(term, Density) and {*term.left} == {*target.left}
        for target, term in tables.items()
    )


class _Box:
    """A world with some numbers let loose."""

    def __init__(self, interpreter: Interpreter, sample: Sample) -> None:
        self._interpreter = interpreter
        self._sample = sample
        names = assumed_of(sample.model, interpreter.solutions)
        entries = [place for place in _entries(sample) if _is_of(place[0], names)]
        most = min(len(entries), max(_CELLS // cells(sample), _LOOSE[0]), _LOOSE[-1])
        chosen = np.linspace(0, len(entries) - 1, most).astype(int)
        self._entries = [entries[i] for i in chosen]

    def holds_a_world(self) -> bool:
        """Whether a point of some box meets the assumptions. Raises `UncertainError`."""
        middle = self._equations(self._entries, 0.0)
        if not len(middle) <= min(_EQUATIONS, len(self._entries)):
            return False
        slopes = _slopes(middle, len(self._entries))
        chosen = _pivots(slopes, len(middle))
        if chosen is None:
            return False
        inverse = np.linalg.inv(slopes[:, chosen])
        entries = [self._entries[i] for i in chosen]
        off = [number.value for number in middle]
        for radius in _RADII:
            try:
                if self._maps_inside(entries, inverse, off, radius):
                    return True
            except UncertainError:
                continue
        return False

    def _maps_inside(
        self,
        entries: Sequence[Entry],
        inverse: NDArray[Any],
        off: Sequence[arb],
        radius: float,
    ) -> bool:
        """Krawczyk's test of a box about the world, and that all else is certain in the box."""
        loose = self._loosened(entries, radius)
        equations = _found(loose)
        count = len(equations)
        if count != len(off):
            return False
        side = arb(0, radius)
        for i in range(count):
            moved = -sum((arb(inverse[i, k]) * off[k] for k in range(count)), arb(0))
            for j in range(count):
                slope = sum(
                    (arb(inverse[i, k]) * equations[k].slopes.get(j, arb(0)) for k in range(count)),
                    arb(0),
                )
                moved += (arb(int(i == j)) - slope) * side
            if not abs(moved) < radius:
                return False
        return bool(admissible(loose).data.all() and held_at_the_first(loose).data.all())

    def _equations(self, entries: Sequence[Entry], radius: float) -> list[Dual]:
        return _found(self._loosened(entries, radius))

    def _loosened(self, entries: Sequence[Entry], radius: float) -> Interpreter:
        """The world with some numbers within a radius, relative to them, or to 1."""
        draws = dict(self._sample.draws)
        for unknown, (key, place) in enumerate(entries):
            draw = draws[key]
            if draw.top.dtype != object or draw is self._sample.draws[key]:
                draw = draws[key] = draw._replace(top=draw.top.astype(object))
            top = int(draw.top[place])
            unit = top if key[0] in ("table", "tied") else max(abs(top), draw.bottom)
            tops: NDArray[Any] = draw.top
            tops[place] = Dual(arb(top) + unit * arb(0, radius), {unknown: arb(unit)})
        sample = replace(self._sample, draws=draws)
        mine = self._interpreter
        return Interpreter(sample, unknowns(), mine.indices, mine.solutions, spend=mine.spend)


def _entries(sample: Sample) -> list[Entry]:
    """The numbers that may be let loose, of all draws in turn."""
    rows: list[list[Entry]] = []
    for key, draw in sample.draws.items():
        real = key[0] in ("function", "parameter") and draw.bottom > 1
        if real or key[0] in ("table", "tied"):
            tops = draw.top
            found = [(key, place) for place in np.ndindex(tops.shape) if real or tops[place] > 0]
            rows.append(found)
    longest = max(map(len, rows), default=0)
    return [row[i] for i in range(longest) for row in rows if i < len(row)]


def _is_of(key: Key, names: Collection[str]) -> bool:
    """Whether a draw is of one of some names."""
    return key[0] == "tied" or key[1] in names


def _found(interpreter: Interpreter) -> list[Dual]:
    """What is to be 0, of what depends on the unknowns. Raises `UncertainError` for what doesn't,
    unless it is."""
    found: list[Dual] = []
    for relation, gap, speaks in requirements(interpreter):
        if relation != "=":
            continue
        for number in np.where(speaks, gap.data, interpreter.arithmetic.zero).reshape(-1):
            if isinstance(number, Dual):
                found.append(number)
            elif not is_zero(number):
                raise UncertainError
    return found


def _slopes(equations: Sequence[Dual], count: int) -> NDArray[np.float64]:
    rows = [[float(e.slopes[j]) if j in e.slopes else 0.0 for j in range(count)] for e in equations]
    return np.array(rows).reshape(len(rows), count)


def _pivots(slopes: NDArray[np.float64], count: int) -> list[int] | None:
    """Columns of a matrix that are as independent as can be: Gram and Schmidt's way, the longest
    first; None where they aren't."""
    left = slopes.copy()
    size = np.abs(slopes).max(initial=0)
    chosen: list[int] = []
    for _ in range(count):
        lengths = np.sqrt((left**2).sum(axis=0))
        best = int(lengths.argmax())
        if not lengths[best] > 1e-9 * size:
            return None
        chosen.append(best)
        unit = left[:, best] / lengths[best]
        left -= np.outer(unit, unit @ left)
    return chosen
