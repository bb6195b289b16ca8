"""Formulas in lines: where a long one is broken, and how far its further lines are set in.

A line ends before a relation or a sign, outside of brackets rather than inside, and as late as it
can. Behind a short left side further lines begin where its right side does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Literal

from verifier.formula.written import Written
from verifier.typeset.boxes import Box, Fence, Row, Script, Sign, Space
from verifier.typeset.metrics import bracket, width

_RELATIONS = ("=", ">=", "<=", ">", "<", "!=", "<<", ":=", "for", "of", "in")
_PENALTY = {"relation": 0.0, "sum": 2.0, "factor": 6.0, "comma": 10.0}
_LEFT = 8.0  # ems of a left side, with its relation, that further lines stay behind
_DEEPEST = 4  # brackets around the beginning of a line that still set it further in
_DEEPER = 4.0  # for each bracket around a break
_PER_LINE = 12.0
_TOO_WIDE = 1e6
_RAGGED = 0.5  # for a line that is empty to the half, against one that is full


@dataclass(frozen=True, slots=True)
class Piece:
    """What is never broken: a box, or one bracket of a fence whose inside may be.

    `marks` are the changed parts of the formula that it belongs to. `at` is where a line may begin
    with it, if one may.
    """

    box: Box
    width: float
    depth: int
    part: Literal["box", "opening", "closing"] = "box"
    at: str = ""
    marks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SetLine:
    """One line of a broken formula, and how far it is set in, in ems."""

    pieces: tuple[Piece, ...]
    indent: float

    @property
    def width(self) -> float:
        """From the left margin to its end."""
        return self.indent + sum(piece.width for piece in self.pieces)


def lines(box: Box, room: float, changed: Sequence[Written] = ()) -> tuple[SetLine, ...]:
    """A formula in lines no wider than `room`, where it can be broken so."""
    pieces = tuple(_pieces(box, 0, frozenset(map(id, changed))))
    aligned = _broken(pieces, _indents(pieces, _behind(pieces)), room)
    if all(line.width <= room for line in aligned):
        return aligned
    return _broken(pieces, _indents(pieces, None), room)  # where all of the width is needed


def _broken(pieces: Sequence[Piece], indents: Sequence[float], room: float) -> tuple[SetLine, ...]:
    starts = [0, *(i for i, piece in enumerate(pieces) if i and piece.at)]
    ends = [*starts[1:], len(pieces)]
    sums = [0.0, *accumulate(piece.width for piece in pieces)]
    best: dict[int, tuple[float, int]] = {}  # the cost of what begins here, and where it goes on
    for i in reversed(range(len(starts))):
        start = starts[i]
        best[start] = min(
            (_cost(pieces, start, end, indents[start] + sums[end] - sums[start], room)
             + best.get(end, (0.0,))[0], end)
            for end in ends[i:]
        )  # fmt: skip
    return tuple(_chosen(pieces, indents, best))


def _chosen(
    pieces: Sequence[Piece], indents: Sequence[float], best: dict[int, tuple[float, int]]
) -> Iterator[SetLine]:
    start = 0
    while start < len(pieces):
        end = best[start][1]
        yield SetLine(tuple(pieces[start:end]), indents[start])
        start = end


def _indents(pieces: Sequence[Piece], behind: tuple[int, float] | None) -> list[float]:
    """How far a line is set in that begins with each piece: by its brackets, and behind a left
    side that ends at a place, where there is one."""
    place, wide = behind or (len(pieces), 0.0)
    return [
        0.0
        if i == 0
        else (wide if i > place and piece.at != "relation" else 1.5) + min(piece.depth, _DEEPEST)
        for i, piece in enumerate(pieces)
    ]


def _behind(pieces: Sequence[Piece]) -> tuple[int, float] | None:
    """Where a short left side ends with its relation, and how wide both are."""
    wide = 0.0
    for place, piece in enumerate(pieces):
        wide += piece.width
        if wide > _LEFT:
            return None
        if piece.at == "relation" and piece.depth == 0:
            return place, wide
    return None


def _cost(pieces: Sequence[Piece], start: int, end: int, wide: float, room: float) -> float:
    cost = _PER_LINE + (_TOO_WIDE * (wide - room) if wide > room else 0.0)
    if start:
        cost += _PENALTY[pieces[start].at] + _DEEPER * pieces[start].depth
    if end < len(pieces):  # the last line may be as short as it is
        cost += _RAGGED * _PER_LINE * (max(0.0, 1 - wide / room) ** 2)
    return cost


def _pieces(box: Box, depth: int, changed: frozenset[int]) -> Iterator[Piece]:
    for piece in _unmarked(box, depth, changed):
        if id(box.node) in changed:
            yield replace(piece, marks=(id(box.node), *piece.marks))
        else:
            yield piece


def _unmarked(box: Box, depth: int, changed: frozenset[int]) -> Iterator[Piece]:
    match box:
        case Row(parts):
            for i, part in enumerate(parts):
                pieces = _pieces(part, depth, changed)
                at = _at(parts, i)
                if at and (first := next(pieces, None)) is not None:
                    yield replace(first, depth=depth, at=at)
                yield from pieces
        case Fence(body, kind) if kind != "arguments":
            yield Piece(box, bracket(box), depth, "opening")
            yield from _pieces(body, depth + 1, changed)
            yield Piece(box, bracket(box), depth, "closing")
        case Script(Fence(body, kind) as base) if kind != "arguments":
            yield Piece(base, bracket(base), depth, "opening")
            yield from _pieces(body, depth + 1, changed)
            yield Piece(box, width(box) - width(base) + bracket(base), depth, "closing")
        case _:
            yield Piece(box, width(box), depth)


def _at(parts: Sequence[Box], place: int) -> str:
    """What kind of place a part of a row stands at, where a line may begin with it."""
    if place < 2:
        return ""
    before, space, part = parts[place - 2 : place + 1]
    if not isinstance(space, Space) or isinstance(before, Space):
        return ""
    if isinstance(part, Sign) and place + 1 < len(parts) and parts[place + 1] == Space():
        if part.text in _RELATIONS:
            return "relation"
        return "sum" if part.text in ("+", "-") else ""
    if isinstance(before, Sign):
        return "comma" if before.text in (",", ":") else ""
    head = before.base if isinstance(before, Script) else before
    if isinstance(part, Space) or (isinstance(head, Sign) and head.text in ("sum", "prod")):
        return ""
    return "factor"
