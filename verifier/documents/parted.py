"""A section in the parts that its text makes of it: from where a name is said to stand for
something else, `let $L$ now denote ..`, the rest is a section of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from verifier.derivation.derivation import Source
from verifier.documents.asserted import Prose
from verifier.documents.defines import alone
from verifier.documents.denoted import standing_for
from verifier.documents.formulas import spelt
from verifier.documents.sections import Section, Shown

_ANEW = re.compile(
    r"\b(?:re-?defin\w+|let\b[^.]*\bdenote|overload\w*|abus(?:e|ing)"
    r"|from (?:now|here) on|henceforth|hereafter"
    r"|in (?:the|all) (?:(?:of the|that) )?(?:rest|sequel|remainder|follow\w+)"
    r"|now (?:let|define|write|set|call|put)|(?:let|define|write|set|call|put) now)\b",
    re.IGNORECASE,
)


def parted(source: Source, section: Section) -> list[Section]:
    """The parts of a section in their order, one where no name is defined anew; with what its text
    says that names stand for."""
    prose = Prose(source, section)
    section = replace(section, inline=[*section.inline, *standing_for(source, section, prose)])
    cuts = dict(_anew(prose, section))
    ends = [*cuts, section.end]
    parts = [_between(section, section.start, ends[0], None)]
    return parts + [
        _between(section, cut, end, cuts[cut]) for cut, end in zip(cuts, ends[1:], strict=True)
    ]


def _anew(prose: Prose, section: Section) -> Iterator[tuple[int, Shown]]:
    """Where formulas begin that say anew what a name stands for, from their sentence on."""
    known: dict[str, str] = {}
    every = [each for each in (*section.shown, *section.inline) if len(each.sides) > 1]
    for shown in sorted(every, key=lambda each: each.display.start):
        first, second = shown.sides[:2]
        name = alone(first.read, frozenset()) if first.read else ""
        if second.piece.before not in ("=", ":=") or not name or not second.read:
            continue
        body = spelt(second.read)
        if name not in known:
            known[name] = body
        elif known[name] != body and prose.introduces(shown.display.start, _ANEW):
            known[name] = body
            yield max(prose.sentence(shown.display.start)[0], _before(section, shown)), shown


def _before(section: Section, shown: Shown) -> int:
    """Where the display ends that stands before a formula."""
    ends = (each.display.end for each in section.shown)
    return max((end for end in ends if end <= shown.display.start), default=section.start)


def _between(section: Section, start: int, end: int, anew: Shown | None) -> Section:
    """What of a section stands between two places; `anew` defines, whatever its sign is."""

    def kept(every: list[Shown]) -> list[Shown]:
        within = [each for each in every if start <= each.display.start < end]
        return [_defining(each) if each is anew else each for each in within]

    return replace(
        section,
        start=start,
        end=end,
        shown=kept(section.shown),
        inline=kept(section.inline),
    )


def _defining(shown: Shown) -> Shown:
    first, second, *rest = shown.sides
    second = replace(second, piece=replace(second.piece, before=":="))
    return replace(shown, sides=(first, second, *rest))
