"""How far what a text assumes goes: to the end of the lemma, the case or the model that it stands
in, or to where the text speaks in general again."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What begins with a noun of one of these ends what began with another of the same.
_KINDS = (
    "theorem|thm|lemma|lem|proposition|prop|corollary|cor|claim|fact",
    "case",
    "model|variant|scenario|setting|option",
    "example|exm",
    "exercise|problem|question",
)
_NOUN = {noun: kind for kind in _KINDS for noun in kind.split("|")}
_HEAD = re.compile(
    r"(?im)^[ \t>]*(?:[*_]|\\(?:text\w+|emph)\{|\\(?:noindent|item)\s*|[-+] +)*+"
    rf"(?P<noun>{'|'.join(_KINDS)})\b(?:[.:*_}}(]| *(?:\d|\(|[A-Z]\b|[ivx]+\b))"
)
_ENVIRONMENT = re.compile(rf"\\(begin|end)\{{({'|'.join(_KINDS)}|proof)\*?\}}", re.IGNORECASE)
_GENERAL = re.compile(
    r"\b(?:in|more) general(?:ly)?\b(?![^.\x00]*\bintractable)[^.\x00]*\x00"
    r"|\bthe general (?:case|model|setting|joint)\b|\bfor a(?:n|ny)? (?:general|arbitrary) [a-z]"
    r"|\b(?:any|every|all|arbitrary) (?:[a-z-]+ ){0,2}?"
    r"(?:joint (?:densit|distribution|law)|(?:two|pairs? of) (?:random )?var|random var)"
    r"|\b(?:without|drop\w*|relax\w*|remov\w+|lift\w*|abandon\w*)\b[^.\x00]{0,40}?"
    r"\b(?:assum\w+|independence|factori[sz]\w+|mean[- ]field)"
    r"|\b(?:now|let|suppose|assume|consider|allow)\b[^.\x00]*\b(?:dependent(?! (?:up)?on)"
    r"|correlated|not independent)\b",
    re.IGNORECASE,
)


def end_of(text: str, place: int) -> int | None:
    """Where what a text assumes at a place no longer holds; None where it does to the end."""
    general = _GENERAL.search(text, place)
    ends = [*_ends_of_parts(text, place), *_ends_of_environments(text, place)]
    return min([*ends, *([general.start()] if general else [])], default=None)


def _ends_of_parts(text: str, place: int) -> Iterator[int]:
    """Where the next part begins of a kind that a place is in: Model B behind Model A."""
    kinds: dict[str, int] = {}
    for head in _HEAD.finditer(text):
        kind = _NOUN[head["noun"].lower()]
        if head.start() <= place:
            kinds[kind] = head.start()
        elif kind in kinds:
            yield head.start()
            del kinds[kind]


def _ends_of_environments(text: str, place: int) -> Iterator[int]:
    """Where the environments end that a place is in, a lemma with its proof."""
    around: list[tuple[int, str]] = []
    spans: list[tuple[int, int, str]] = []
    for each in _ENVIRONMENT.finditer(text):
        if each[1].lower() == "begin":
            around.append((each.start(), each[2].lower()))
        elif around:
            start, name = around.pop()
            spans.append((start, each.end(), name))
    for start, end, name in spans:
        if start <= place < end:
            behind = min((each for each in spans if each[0] >= end), default=None)
            proved = behind is not None and behind[2] == "proof" and name != "proof"
            yield behind[1] if behind and proved else end
