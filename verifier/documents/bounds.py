r"""Bounds of parameters that the text beside displays states, or a reason of a line: `for
$\beta \ge 1$`, `$0 < t < 1$`, `\text{since } \beta, \delta \ge 0`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from verifier.documents.context import Reading, Remark
from verifier.documents.judging import Judged, Lines
from verifier.documents.sections import Section, Side
from verifier.documents.signs import RELATIONS

_TURNED = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Bound:
    """What a formula states of a parameter, as it is declared, and where the formula begins."""

    name: str
    line: str
    place: int


def bounds(section: Section) -> list[Bound]:
    """The bounds that formulas in the text of a section state."""
    return [
        bound
        for shown in section.inline
        for bound in _stated(shown.display.body.text, shown.display.start)
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
        own = [*_stated(reason, place)]
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


_SIGNS = {sign: code for sign, code in RELATIONS.items() if code in (">=", "<=")}
_SIGNS |= {">=": ">=", "<=": "<=", ">": ">", r"\gt": ">", "<": "<", r"\lt": "<"}
_SIGNS |= {sign: "!=" for sign, code in RELATIONS.items() if code == "inequation"}
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_NUMBER, _NAME = r"-?\d+(?:\.\d+)?", r"\\?[A-Za-z]+(?:_(?:\w|\{\w+\}))?"
_NAMES = rf"{_NAME}(?:\s*,\s*{_NAME})*"
_BELOW = re.compile(rf"({_NUMBER})\s*({_SIGN})\s*({_NAMES})(?![\w({{^])")
_ABOVE = re.compile(rf"(?<![\\A-Za-z])({_NAMES})\s*({_SIGN})\s*({_NUMBER})(?!\w|\.\d)")
_WITHIN = re.compile(
    rf"(?<![\\A-Za-z])({_NAMES})\s*(?:\\in|∈)\s*([\[(])\s*({_NUMBER})\s*,\s*({_NUMBER})\s*([\])])"
)
# What a bound stands behind and before, so that it is of these letters and of nothing more.
_BEHIND = re.compile(
    r"(?:^|[,;:(]|\b(?!log|ln|exp|sqrt|int|sum)(?<!\\)[a-z]{2,})\s*$", re.IGNORECASE
)
_BEFORE = re.compile(rf"\s*(?:$|[,;:.)]|(?!log|ln|exp|sqrt|int|sum)[a-z]{{2,}}|{_SIGN})")


def _stated(text: str, place: int) -> Iterator[Bound]:
    """The bounds in a formula, or in words with formulas."""
    for pattern, turned in ((_BELOW, True), (_ABOVE, False)):
        for match in pattern.finditer(text):
            one, sign, other = match.groups()
            names, number = (other, one) if turned else (one, other)
            before, behind = text[: match.start()], text[match.end() :]
            between = not turned and re.search(rf"(?:{_SIGN})\s*$", before)  # in `0 < t < 1`
            if (between or _BEHIND.search(before)) and _BEFORE.match(behind):
                meant = _TURNED[_SIGNS[sign]] if turned else _SIGNS[sign]
                yield from _of_each(names, meant, number, place)
    for match in _WITHIN.finditer(text):
        names, opens, low, high, closes = match.groups()
        if _BEHIND.search(text[: match.start()]) and _BEFORE.match(text[match.end() :]):
            yield from _of_each(names, ">=" if opens == "[" else ">", low, place)
            yield from _of_each(names, "<=" if closes == "]" else "<", high, place)


def _of_each(names: str, sign: str, number: str, place: int) -> Iterator[Bound]:
    for each in names.split(","):
        name = re.sub(r"[\\{}\s]", "", each)
        yield Bound(name, f"{name} {sign} {number}", place)
