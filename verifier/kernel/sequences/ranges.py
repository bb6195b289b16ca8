"""Parts of sequences: affine ends compared, slices united, cut and taken away.

Every slice is empty by one at most (`z_{1:0}`), so that parts that meet unite to one part. Cuts are
made only where they are known to be cuts, for all values of parameters and indices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cache, lru_cache
from itertools import combinations
from typing import Any

from sympy import Expr, Integer, S, Symbol

from verifier.kernel.terms import Index, Tuple, Var

Rational = int | Fraction
Affine = Mapping[Any, Rational]  # coefficients of symbols; of None the constant
Bound = tuple[Affine, bool]  # what is >= 0; whether it is > 0
Parts = frozenset[Var]
_DEPTH = 8  # of replacing symbols by their bounds, one after the other
_FAR = 10**9
_SHORT = 8  # a slice between two numbers up to this long is its elements


class Undecided(Exception):  # noqa: N818 - an outcome, not a mistake
    """Ends whose order is not known for all values."""


@lru_cache(maxsize=65536)
def affine(end: Expr) -> Affine:
    """An end as coefficients. Raises Undecided when it isn't affine."""
    found = end.as_coefficients_dict()
    for part, coefficient in found.items():
        if not (part is S.One or isinstance(part, Symbol | Index)) or not coefficient.is_Rational:
            raise Undecided
    return {
        None if part is S.One else part: int(c.p) if c.q == 1 else Fraction(int(c.p), int(c.q))
        for part, c in found.items()
    }


_UNIT: Affine = {None: 1}


def _plus(first: Affine, second: Affine, factor: Rational) -> dict[Any, Rational]:
    total = dict(first)
    for key, value in second.items():
        total[key] = total.get(key, 0) + factor * value
        if not total[key]:
            del total[key]
    return total


def _ratio(above: Rational, below: Rational) -> Rational:
    return above * below if abs(below) == 1 else Fraction(above) / below


def _length(low: Expr, high: Expr) -> Affine | None:
    """How much further high is than low; None where that is not affine."""
    try:
        return _plus(affine(high), affine(low), -1)
    except Undecided:
        return None


@lru_cache(maxsize=4096)
def _range(index: Index) -> tuple[Affine, ...]:
    """What an index is at least and at most, each as what is >= 0."""
    above, below = _length(index.low, index), _length(index, index.high)
    return () if above is None or below is None else (above, below)


def _ranges_over(index: Index, indices: Iterable[Index]) -> bool:
    """Whether the range of one of some indices mentions another."""
    return any(index in end for other in indices if other != index for end in _range(other))


class Order:
    """What the bounds of parameters, and the ranges that indices carry, say of affine ends."""

    def __init__(
        self, bounds: Iterable[tuple[Expr, str, Expr]] = (), integers: Iterable[Symbol] = ()
    ) -> None:
        self._facts: list[Bound] = []
        # the same ends and parts are compared again and again
        self._compared = cache(self._compare)
        self.inside = cache(self._is_inside)
        self.apart = cache(self._are_apart)
        self._cut = cache(self._cut_by)
        self._left = cache(self._without)
        self._integers = frozenset(integers)
        for left, relation, right in bounds:
            self._declare(left, relation, right)

    def _declare(self, left: Expr, relation: str, right: Expr) -> None:
        """A bound; an integer above another is so by 1 at least."""
        gap = _length(right, left)
        if gap is None:
            return
        strict = relation in "<>"
        step = -1 if strict and self._whole(gap) else 0
        for sense, relations in ((1, (">=", "=", ">")), (-1, ("<=", "=", "<"))):
            if relation in relations:
                above = _plus({}, gap, sense)
                self._facts.append((_plus(above, _UNIT, step), strict and not step))

    def _whole(self, gap: Affine) -> bool:
        return all(
            value.denominator == 1
            and (key is None or isinstance(key, Index) or key in self._integers)
            for key, value in gap.items()
        )

    def whole(self, end: Expr) -> bool:
        """Whether an expression is an integer for all values of its symbols."""
        try:
            return self._whole(affine(end))
        except Undecided:
            return False

    def least(self, small: Expr, large: Expr) -> bool:
        """Whether small <= large is known."""
        if small.is_Integer and large.is_Integer:
            return bool(small.p <= large.p)
        return self._compared(small, large, 0, False)

    def less(self, small: Expr, large: Expr) -> bool:
        """Whether small < large is known."""
        return self._compared(small, large, 0, True)

    def precedes(self, end: Expr, start: Expr) -> bool:
        """Whether end + 1 <= start is known."""
        return self._compared(end, start, 1, False)

    def _compare(self, small: Expr, large: Expr, apart: int, strictly: bool) -> bool:
        gap = _length(small, large)
        return gap is not None and self._shown(_plus(gap, _UNIT, -apart), _DEPTH, strictly)

    def bounded_below(self, end: Expr) -> bool:
        """Whether some number is known to be no larger than an end."""
        return self.least(Integer(-_FAR), end)

    def _shown(self, gap: Affine, depth: int, strictly: bool) -> bool:
        """gap >= 0, or > 0, by putting bounds for symbols until none is left."""
        symbols = [key for key in gap if key is not None]
        if not symbols:
            left = gap.get(None, 0)
            return left > 0 or (left == 0 and not strictly)
        if not depth:
            return False
        indices = [s for s in symbols if isinstance(s, Index)]
        first = next((i for i in indices if not _ranges_over(i, indices)), None)
        return any(
            self._shown(
                _plus(gap, fact, _ratio(-gap[symbol], fact[symbol])),
                depth - 1,
                strictly and not strict,
            )
            for symbol in ([first] if first is not None else symbols)
            for fact, strict in self.bounds(symbol)
            if (gap[symbol] > 0) == (fact[symbol] > 0)
        )

    def bounds(self, symbol: Any) -> Iterator[Bound]:
        """What is >= 0 and mentions a symbol."""
        if isinstance(symbol, Index):
            yield from ((end, False) for end in _range(symbol))
        else:
            yield from (fact for fact in self._facts if symbol in fact[0])

    # -- parts ------------------------------------------------------------------------------------

    def _is_inside(self, part: Var, whole: Var) -> bool:
        """Whether a part is known to lie within another of the same variable."""
        return part == whole or bool(
            part.ends
            and whole.ends
            and part.root == whole.root
            and self.least(whole.low, part.low)
            and self.least(part.high, whole.high)
        )

    def _are_apart(self, first: Var, second: Var) -> bool:
        """Whether two parts are known to have nothing in common."""
        if first.root != second.root or not first.ends or not second.ends:
            return bool(first != second)
        return (
            self.precedes(first.high, second.low)
            or self.precedes(second.high, first.low)
            or is_empty(first)
            or is_empty(second)
        )

    def whole_of(self, part: Var, slices: Iterable[Var]) -> Var | None:
        """The slice that a part lies within, None where it is apart from all. Raises Undecided."""
        near = [whole for whole in slices if not self.apart(part, whole)]
        found = next((whole for whole in near if self.inside(part, whole)), None)
        if found is None and near:
            raise Undecided
        return found

    def covered(self, part: Var, whole: Iterable[Var]) -> bool:
        """Whether a part lies within the union of others."""
        return not self.without({part}, whole) if part.ends else part in set(whole)

    def all_apart(self, parts: Iterable[Var]) -> bool:
        """Whether parts are known to have nothing in common with one another."""
        return all(self.apart(part, other) for part, other in combinations(parts, 2))

    def subset(self, parts: Iterable[Var], whole: Iterable[Var]) -> bool:
        """Whether parts lie within others."""
        united = union(whole)
        return all(self.covered(part, united) for part in parts)

    def disjoint(self, first: Iterable[Var], second: Iterable[Var]) -> bool:
        """Whether parts are known to have nothing in common with others."""
        others = tuple(second)
        return all(self.apart(part, other) for part in first for other in others)

    def cut(self, parts: Iterable[Var], by: Iterable[Var], partly: bool = False) -> Parts:
        """The coarsest parts of which each is inside or outside each of `by`. Raises Undecided;
        `partly`: cut at those ends of `by` where that is known to be a cut."""
        found = self._cut(frozenset(parts), tuple(by), partly)
        if found is None:
            raise Undecided
        return found

    def _cut_by(self, parts: Parts, by: tuple[Var, ...], partly: bool) -> Parts | None:
        found = [part for part in parts if not is_empty(part)]
        try:
            for other in by:
                if other.ends:
                    for place in (other.low, other.high + 1):
                        found = [p for q in found for p in self._cut_at(q, other, place, partly)]
        except Undecided:
            return None
        return frozenset(found)

    def _cut_at(self, part: Var, other: Var, place: Expr, partly: bool) -> tuple[Var, ...]:
        met = part.root == other.root and part.ends and not self.apart(part, other)
        if not met or self.least(place, part.low) or self.precedes(part.high, place):
            return (part,)
        one = part.low == part.high  # nothing that is cut
        if one or not (self.least(part.low, place) and self.least(place, part.high + 1)):
            if partly:
                return (part,)
            raise Undecided
        pieces = part.between(part.low, place - 1), part.between(place, part.high)
        return tuple(piece for piece in pieces if not is_empty(piece))

    def without(self, parts: Iterable[Var], gone: Iterable[Var]) -> Parts:
        """What others leave of parts, united. What isn't known to be gone stays."""
        return self._left(frozenset(parts), tuple(gone))

    def _without(self, parts: Parts, gone: tuple[Var, ...]) -> Parts:
        try:
            pieces = self.cut(parts, gone)
        except Undecided:
            pieces = parts
        return union(p for p in pieces if not any(self.inside(p, other) for other in gone))

    def common(self, parts: Iterable[Var], others: Iterable[Var]) -> Parts:
        """What parts have in common with others, united. Raises Undecided."""
        kept = tuple(others)
        pieces = self.cut(parts, kept)
        return union(p for p in pieces if any(self.inside(p, other) for other in kept))


class Cells:
    """The parts into which a binder at work, and those around it, cut their variables."""

    def __init__(self, order: Order, cells: Iterable[Var], around: Cells | None = None) -> None:
        self._order, self._around = order, around
        self.depth: int = 0 if around is None else around.depth + 1
        self._by_root: dict[Var, list[Var]] = {}
        for cell in cells:
            if cell.ends:
                self._by_root.setdefault(cell.root, []).append(cell)
        self.of = cache(self._cells_of)

    def _cells_of(self, part: Var) -> Parts:
        """The cells that a part may have something in common with; itself where none cuts it."""
        if not part.ends:
            return frozenset({part})
        cells = self._by_root.get(part.root)
        if cells is not None:
            return frozenset(c for c in cells if not self._order.apart(c, part))
        return frozenset({part}) if self._around is None else self._around.of(part)


@lru_cache(maxsize=65536)
def is_empty(part: Var) -> bool:
    """Whether a slice is empty as it stands."""
    return bool(part.ends) and _length(part.low, part.high) == {None: -1}


@lru_cache(maxsize=65536)
def is_sliced(variable: Var) -> bool:
    """Whether a variable is more than one name: a slice, or an element at a place that varies."""
    return bool(variable.ends) and not (variable.low.is_Integer and variable.low == variable.high)


@lru_cache(maxsize=65536)
def elements(part: Var) -> tuple[Var, ...]:
    """A slice of a few elements, whatever its place, as these; anything else as it is."""
    length = part.high - part.low + 1 if part.ends else None
    if length is None or not length.is_Integer or not 0 <= length <= _SHORT:
        return (part,)
    return tuple(part.between(part.low + i, part.low + i) for i in range(int(length)))


def union(parts: Iterable[Var]) -> Parts:
    """The same variables as the fewest parts: slices that meet become one, short ones between two
    numbers their elements. Parts that overlap stay as they are."""
    return _union(frozenset(parts))


def in_row(parts: Iterable[Var]) -> Var | Tuple:
    """Parts of a sequence in their order as one argument of a function: those that follow one
    another are one, as in `union`."""
    runs: list[Var] = []
    for part in parts:
        if runs and part.ends and runs[-1].root == part.root and runs[-1].high + 1 == part.low:
            part = part.between(runs.pop().low, part.high)
        runs.append(part)
    row = [v for run in runs for v in (_between_numbers(run) and elements(run)) or (run,)]
    return row[0] if len(row) == 1 else Tuple(*row)


@lru_cache(maxsize=65536)
def _union(given: Parts) -> Parts:
    if not any(map(is_sliced, given)):
        return given
    by_root: dict[Var, list[Var]] = {}
    for part in given:
        by_root.setdefault(part.root, []).append(part)
    return frozenset(
        element
        for group in by_root.values()
        for part in (_united(group) if any(map(is_sliced, group)) else group)
        for element in (elements(part) if _between_numbers(part) else (part,))
    )


def _between_numbers(part: Var) -> bool:
    return bool(part.ends) and bool(part.low.is_Integer and part.high.is_Integer)


def _united(group: list[Var]) -> Iterable[Var]:
    starts = {part.low: part for part in group if part.ends and not is_empty(part)}
    if len(starts) < sum(not is_empty(part) for part in group):
        return group
    for low in list(starts):
        while low in starts and (following := starts.get(starts[low].high + 1)) is not None:
            starts[low] = starts[low].between(low, following.high)
            del starts[following.low]
    return starts.values()
