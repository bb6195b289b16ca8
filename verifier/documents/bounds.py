r"""Bounds of parameters that the text beside displays states: `for $\beta \ge 1$`,
`$0 < t < 1$`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from verifier.derivation.derivation import Source
from verifier.documents.context import Reading, Remark
from verifier.documents.formulas import label_at
from verifier.documents.judging import Judged, Lines
from verifier.documents.pieces import text_of
from verifier.documents.sections import Section, Side

_TURNED = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "!=": "!="}
_INTERVAL = re.compile(r"([\[(])\s*(-?\d+)\s*,\s*(-?\d+)\s*([\])])")


@dataclass(frozen=True, slots=True)
class Bound:
    """What is stated of a parameter, as it is declared, and where."""

    name: str
    line: str
    place: int


def bounds(source: Source, section: Section) -> list[Bound]:
    """The bounds that formulas in the text of a section state."""
    pairs = (pair for shown in section.inline for pair in pairwise(shown.sides))
    return [bound for before, side in pairs for bound in _bounds(source, before, side)]


def stated_before(found: list[Bound], place: int) -> dict[str, list[str]]:
    """What was stated last of each parameter before a place: both ends, where they stand
    together."""
    stated: dict[str, dict[str, str]] = {}
    for bound in found:
        if bound.place < place:
            stated.setdefault(bound.name, {})[bound.line.split()[1][0]] = bound.line
    return {name: [*lines.values()] for name, lines in stated.items()}


def under(
    lines: Lines, stated: Mapping[str, Sequence[str]], one: Reading, relation: str, other: Reading
) -> tuple[Reading, Judged] | None:
    """A line under bounds of its parameters, if it is proved; its reading says so."""
    within = lines.within(stated) if stated else None
    again = within.step(one.tokens, relation, other.tokens) if within else None
    if not isinstance(again, Judged) or not again.proved:
        return None
    written = ", ".join(line for each in stated.values() for line in each)
    remark = Remark("parameters", (("written", written),))
    return replace(other, remarks=(*other.remarks, remark)), again


def _bounds(source: Source, before: Side, side: Side) -> Iterator[Bound]:
    place, left, right = side.piece.place, _name(before), _name(side)
    sign = _sign(source, side)
    if left and sign and _number(side):
        yield Bound(left, f"{left} {sign} {_number(side)}", place)
    elif right and sign and _number(before):
        yield Bound(right, f"{right} {_TURNED[sign]} {_number(before)}", place)
    interval = _INTERVAL.fullmatch(text_of(side.piece.tokens))
    if left and interval and side.piece.before == "membership":
        opens, low, high, closes = interval.groups()
        yield Bound(left, f"{left} {'>=' if opens == '[' else '>'} {low}", place)
        yield Bound(left, f"{left} {'<=' if closes == ']' else '<'} {high}", place)


def _name(side: Side) -> str:
    label, end = label_at(side.read, 0)
    return label if end == len(side.read) else ""


def _number(side: Side) -> str:
    only = side.read[0] if len(side.read) == 1 else None
    return only.text if only and only.kind == "number" else ""


def _sign(source: Source, side: Side) -> str:
    """The relation before a side, as parameters are declared by it; "" for any other."""
    written = source.text[side.piece.place :].lstrip("\\")
    strict = "<" if written.startswith(("<", "lt")) else ">"
    return {">=": ">=", "<=": "<=", "strict": strict, "inequation": "!="}.get(side.piece.before, "")
