"""Where each character of a YAML scalar's value stands in the source.

PyYAML gives the value and the marks around it; what it folded, doubled or escaped in between is
scanned here once more, so that a caret points at the character that is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_BREAK = r"(?:\r\n|\r|\n)"
_LINE = re.compile(rf"([^\r\n]*)(?:{_BREAK}|\Z)")

# What a flow scalar is made of. A line break folds with the blanks and breaks around it; behind
# a backslash it vanishes. All else stands for one character.
_FOLD = rf"(?P<fold>[ \t]*(?:{_BREAK}[ \t]*)+)"
_PIECES = {
    "": re.compile(rf"{_FOLD}|.", re.DOTALL),
    "'": re.compile(rf"{_FOLD}|''|.", re.DOTALL),
    '"': re.compile(
        rf"{_FOLD}|(?P<joined>\\(?:{_BREAK}[ \t]*)+)"
        r"|\\x.{2}|\\u.{4}|\\U.{8}|\\.|.",
        re.DOTALL,
    ),
}


def value_offsets(text: str, start: int, end: int, value: str, style: str) -> Sequence[int]:
    """One offset per character of `value`, and one for its end.

    `text[start:end]` is the scalar in the source with its quotes or header, `style` one of `'`,
    `"`, `|`, `>` or nothing.
    """
    if style in ("|", ">"):
        found = [*_block(text, start, end, value, style == ">")]
    else:
        quote = len(style)
        start, end = start + quote, end - quote
        if end - start == len(value):
            return range(start, end + 1)
        found = [*_flow(text, start, end, style)]
    # Were the scan ever to come out short, what is missing would stand at the end.
    wanted = len(value) + 1
    return (*found[:wanted], *[end] * (wanted - len(found)))


def _flow(text: str, start: int, end: int, style: str) -> Iterator[int]:
    for piece in _PIECES[style].finditer(text, start, end):
        folded, joined = piece["fold"], style == '"' and piece["joined"]
        if not folded and not joined:
            yield piece.start()
            continue
        breaks = len(re.findall(_BREAK, piece[0]))
        empty = [piece.start()] * (breaks - 1)  # the lines between are kept as line breaks
        yield from empty or ([] if joined else [piece.start()])


def _block(text: str, start: int, end: int, value: str, folded: bool) -> Iterator[int]:
    lines = [(m.start(), m.end(1)) for m in _LINE.finditer(text, start, end)][1:]
    indent = _indentation(text, lines, value)
    trimmed = [(min(first + indent, last), last) for first, last in lines]
    return _folded(text, trimmed) if folded else _literal(trimmed)


def _indentation(text: str, lines: list[tuple[int, int]], value: str) -> int:
    """What YAML took off each line: the difference that the first line with text shows."""
    shown = next((line for line in value.split("\n") if line.strip()), "")
    written = next((text[a:b] for a, b in lines if text[a:b].strip()), "")
    return (len(written) - len(written.lstrip(" "))) - (len(shown) - len(shown.lstrip(" ")))


def _literal(lines: list[tuple[int, int]]) -> Iterator[int]:
    for first, last in lines:
        yield from range(first, last + 1)


def _folded(text: str, lines: list[tuple[int, int]]) -> Iterator[int]:
    breaks: list[int] = []  # since the last line with text, its own break first
    before: bool | None = None  # whether that line began with a blank; None at the beginning
    for first, last in lines:
        if first < last:
            blank = text[first] in " \t"
            # A single break folds to a space; of several, the first vanishes.
            drop = before is False and not blank and len(breaks) > 1
            yield from breaks[1:] if drop else breaks
            yield from range(first, last)
            breaks, before = [], blank
        breaks.append(last)
    yield from breaks
