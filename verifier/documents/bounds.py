r"""Bounds of parameters that the text beside displays states, or a reason of a line: `for
$\beta \ge 1$`, `$0 < t < 1$`, `\text{since } \beta, \delta \ge 0`."""

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
    """What a formula states of a parameter, as it is declared, and where the formula begins."""

    name: str
    line: str
    place: int


def bounds(source: Source, section: Section) -> list[Bound]:
    """The bounds that formulas in the text of a section state."""
    return [
        bound
        for shown in section.inline
        for before, side in pairwise(shown.sides)
        for bound in _bounds(source, before, side, shown.sides[0].piece.place)
    ]


def bounds_at(found: Sequence[Bound], side: Side) -> dict[str, list[str]]:
    """The bounds of each parameter at a line: those that its own reasons state, else those of the
    last formula before it that states any, else those of the only one behind it."""
    place = side.piece.place
    stated: dict[str, list[str]] = {}
    for each in found:
        stated.setdefault(each.name, [])
    for name, lines in stated.items():
        about = [each for each in found if each.name == name]
        places = {each.place for each in about}
        before = max((at for at in places if at < place), default=min(places))
        if before < place or len(places) == 1:
            lines += [each.line for each in about if each.place == before]
    for reason in side.piece.reasons:
        own = [*_in_words(reason, place)]
        stated |= {each.name: [o.line for o in own if o.name == each.name] for each in own}
    return {name: [*dict.fromkeys(lines)] for name, lines in stated.items() if lines}


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


_SIGNS = {r"\ge": ">=", r"\geq": ">=", "≥": ">=", ">=": ">=", r"\le": "<=", r"\leq": "<=",
          "≤": "<=", "<=": "<=", ">": ">", r"\gt": ">", "<": "<", r"\lt": "<"}  # fmt: skip
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_NUMBER, _NAMES = r"-?\d+(?:\.\d+)?", r"\\?[A-Za-z]+(?:\s*,\s*\\?[A-Za-z]+)*"
_BELOW = re.compile(rf"({_NUMBER})\s*({_SIGN})\s*({_NAMES})(?![\w({{^])")
_ABOVE = re.compile(rf"(?<![\\A-Za-z])({_NAMES})\s*({_SIGN})\s*({_NUMBER})(?!\w|\.\d)")
# What a bound stands behind and before, so that it is of these letters and of nothing more.
_BEHIND = re.compile(
    r"(?:^|[,;:(]|\b(?!log|ln|exp|sqrt|int|sum)(?<!\\)[a-z]{2,})\s*$", re.IGNORECASE
)
_BEFORE = re.compile(rf"\s*(?:$|[,;:.)]|(?!log|ln|exp|sqrt|int|sum)[a-z]{{2,}}|{_SIGN})")


def _in_words(reason: str, place: int) -> Iterator[Bound]:
    for pattern, turned in ((_BELOW, True), (_ABOVE, False)):
        for match in pattern.finditer(reason):
            one, sign, other = match.groups()
            names, number = (other, one) if turned else (one, other)
            before, behind = reason[: match.start()], reason[match.end() :]
            between = not turned and re.search(rf"(?:{_SIGN})\s*$", before)  # in `0 < t < 1`
            if (between or _BEHIND.search(before)) and _BEFORE.match(behind):
                meant = _TURNED[_SIGNS[sign]] if turned else _SIGNS[sign]
                yield from _of_each(names, meant, number, place)


def _of_each(names: str, sign: str, number: str, place: int) -> Iterator[Bound]:
    for name in re.findall(r"[A-Za-z]+", names):
        yield Bound(name, f"{name} {sign} {number}", place)


def _bounds(source: Source, before: Side, side: Side, place: int) -> Iterator[Bound]:
    left, right, sign = _names(before), _names(side), _sign(source, side)
    if sign and _number(side):
        yield from (Bound(name, f"{name} {sign} {_number(side)}", place) for name in left)
    elif sign and _number(before):
        yield from (
            Bound(name, f"{name} {_TURNED[sign]} {_number(before)}", place) for name in right
        )
    interval = _INTERVAL.fullmatch(text_of(side.piece.tokens))
    if interval and side.piece.before == "membership":
        opens, low, high, closes = interval.groups()
        ends = (
            f"{'>=' if opens == '[' else '>'} {low}",
            f"{'<=' if closes == ']' else '<'} {high}",
        )
        yield from (Bound(name, f"{name} {end}", place) for name in left for end in ends)


def _names(side: Side) -> list[str]:
    """The names that are all of a side, with commas between them."""
    names: list[str] = []
    at = 0
    while at < len(side.read):
        label, end = label_at(side.read, at)
        if not label or (end < len(side.read) and side.read[end].text != ","):
            return []
        names, at = [*names, label], end + 1
    return names


def _number(side: Side) -> str:
    only = side.read[0] if len(side.read) == 1 else None
    return only.text if only and only.kind == "number" else ""


def _sign(source: Source, side: Side) -> str:
    """The relation before a side, as parameters are declared by it; "" for any other."""
    written = source.text[side.piece.place :].lstrip("\\")
    strict = "<" if written.startswith(("<", "lt")) else ">"
    return {">=": ">=", "<=": "<=", "strict": strict, "inequation": "!="}.get(side.piece.before, "")
