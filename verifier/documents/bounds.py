r"""Bounds of parameters that the text beside displays states, or a reason of a line: `for
$\beta \ge 1$`, `$0 < t < 1$`, `\text{since } \beta, \delta \ge 0`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from verifier.documents.asserted import Prose, Scope, denied
from verifier.documents.context import Reading, Remark
from verifier.documents.defines import mentions
from verifier.documents.formulas import Tokens
from verifier.documents.judging import Judged, Lines
from verifier.documents.sections import Section, Side
from verifier.documents.signs import RELATIONS
from verifier.documents.verdicts import BAD
from verifier.outcome import Verdict

_TURNED = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "!=": "!=", "=": "="}


@dataclass(frozen=True, slots=True)
class Bound:
    """What a formula states of a parameter, as it is declared, where the formula begins, and from
    where to where in the file that holds."""

    name: str
    line: str
    place: int
    scope: Scope = (0, None)


def bounds(section: Section, prose: Prose) -> list[Bound]:
    """The bounds that a section states: in formulas of its text, in displays of nothing else."""
    found: list[Bound] = []
    for shown in section.inline:
        scope = prose.given(shown.display.start, shown.display.end)
        if scope is not None:
            stated = _stated(shown.display.body.text, shown.display.start)
            let = scope if prose.sets(shown.display.start) else prose.sentence(shown.display.start)
            found += (replace(b, scope=let if " = " in b.line else scope) for b in stated)
    for shown in section.shown:
        if not prose.asserts(shown, section):
            continue
        text, place = shown.display.body.text, shown.display.start
        if all(len(side.read) == 1 for side in shown.sides):
            found += _stated(text, place)
            continue
        behind = (b for part in _APART.findall(text) for b in _stated(part, place))
        compares = any(side.piece.before not in ("=", ":=") for side in shown.sides[1:2])
        scope = (place, shown.display.end if compares else None)  # of this line, or of a name
        found += (replace(b, scope=scope) for b in behind if b.name.islower())
    return [_until(bound, prose) for bound in found]


def _until(bound: Bound, prose: Prose) -> Bound:
    """A bound as far as it holds, where the text doesn't say for how long."""
    start, end = bound.scope
    if end is not None:
        return bound
    return replace(bound, scope=(start or bound.place, prose.freed(bound.name, bound.place)))


def stated_in(found: Sequence[Bound]) -> dict[str, list[str]]:
    """The bounds of parameters that hold until a section ends, the last of each."""
    last = {each.name: each.place for each in found if each.scope[1] is None}
    every: dict[str, list[str]] = {}
    for each in found:
        if last.get(each.name) == each.place and " = " not in each.line:
            every.setdefault(each.name, []).append(each.line)
    return every


def bounds_at(found: Sequence[Bound], side: Side) -> dict[str, list[str]]:
    """The bounds of each parameter at a line: those that its own reasons state, else those of the
    last formula that states any which hold there."""
    place = side.piece.place
    stated: dict[str, list[str]] = {}
    held = [
        each for each in found if each.scope[0] <= place and place < (each.scope[1] or place + 1)
    ]
    for each in held:
        last = max(other.place for other in held if other.name == each.name)
        if each.place == last:
            stated.setdefault(each.name, []).append(each.line)
    for reason in side.piece.reasons:
        own = [] if denied(reason) else [*_stated(reason, place)]
        stated |= {each.name: [o.line for o in own if o.name == each.name] for each in own}
    return {name: [*dict.fromkeys(lines)] for name, lines in stated.items() if lines}


def under(
    lines: Lines,
    stated: Mapping[str, Sequence[str]],
    one: Reading,
    relation: str,
    other: Reading,
    found: Judged,
) -> tuple[Lines, Reading, Judged]:
    """A line under bounds of its parameters, if it is proved, or no more `found` to be false, or
    false there too; its reading says so. With what it was judged with."""
    within = lines.within(stated) if stated else None
    again = within.step(one.tokens, relation, other.tokens) if within else None
    enough = {Verdict.PROVED}
    if found.report.verdict in BAD:
        enough = {*Verdict} - BAD | {found.report.verdict}
    if not isinstance(again, Judged) or again.report.verdict not in enough:
        return lines, other, found
    written = ", ".join(line for each in stated.values() for line in each)
    remark = Remark("parameters", (("written", written),))
    return within or lines, replace(other, remarks=(*other.remarks, remark)), again


def of_a_value(stated: Mapping[str, Sequence[str]], tokens: Tokens) -> bool:
    """Whether a formula is about a letter whose value is stated."""
    return any(
        mentions(tokens, name) for name, lines in stated.items() if any(" = " in x for x in lines)
    )


_SIGNS = {sign: code for sign, code in RELATIONS.items() if code in (">=", "<=")}
_SIGNS |= {">=": ">=", "<=": "<=", ">": ">", r"\gt": ">", "<": "<", r"\lt": "<"}
_SIGNS |= {"=": "=", ":=": "="} | {
    sign: "!=" for sign, code in RELATIONS.items() if code == "inequation"
}
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_NUMBER, _NAME = r"-?\d+(?:\.\d+)?", r"\\?[A-Za-z]+(?:_(?:\w|\{\w+\}))?"
_NAMES = rf"{_NAME}(?:\s*,\s*{_NAME})*"
_BELOW = re.compile(rf"({_NUMBER})\s*({_SIGN})\s*({_NAMES})(?![\w({{^])")
_ABOVE = re.compile(rf"(?<![\\A-Za-z])({_NAMES})\s*({_SIGN})\s*({_NUMBER})(?!\w|\.\d)")
_WITHIN = re.compile(
    rf"(?<![\\A-Za-z])({_NAMES})\s*(?:\\in|∈)\s*([\[(])\s*({_NUMBER})\s*,\s*({_NUMBER})\s*([\])])"
)
# What stands apart from a formula, behind it: `m = a p + (1 - a) q, \qquad a \in [0, 1]`.
_APART = re.compile(r"[,;]\s*\\q?quad(?![A-Za-z])\s*([^\n&\\]*(?:\\(?!q?quad|\\)[^\n&\\]*)*)")
# What a bound stands behind and before, so that it is of these letters and of nothing more.
_BEHIND = re.compile(
    r"(?:^|[,;:(]|\b(?!log|ln|exp|sqrt|int|sum)(?<!\\)[a-z]{2,})\s*$", re.IGNORECASE
)
_COUNTS = re.compile(r"\s*,\s*(?:\\[lc]?dots|\.\.|…|\d)")  # `k = 1, \dots, K`
_BEFORE = re.compile(rf"\s*(?:$|[,;:.)]|(?!log|ln|exp|sqrt|int|sum)[a-z]{{2,}}|{_SIGN})")


def _stated(text: str, place: int) -> Iterator[Bound]:
    """The bounds in a formula, or in words with formulas."""
    for pattern, turned in ((_BELOW, True), (_ABOVE, False)):
        for match in pattern.finditer(text):
            one, sign, other = match.groups()
            names, number = (other, one) if turned else (one, other)
            before, behind = text[: match.start()], text[match.end() :]
            between = not turned and re.search(rf"(?:{_SIGN})\s*$", before)  # in `0 < t < 1`
            if sign in ("=", ":=") and _COUNTS.match(behind):
                continue
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
