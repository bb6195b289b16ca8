"""Characters to tokens, by one regular expression, and spellings to the plain ones.

What other spellings there are stands in `spellings`; what LaTeX adds around them is taken off in
`pasted`, so that the parser knows one spelling of each. Every token keeps its place in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from verifier.formula.spellings import (
    ABOVE,
    ACCENT_MARKS,
    BELOW,
    CHARACTERS,
    letters,
)
from verifier.formula.written import Span

MAX_LENGTH = 100_000
# Trees are as deep as the text is nested, up to a small factor, and all that reads them recurses.
MAX_DEPTH = 40

_NO_DATA: Mapping[str, object] = MappingProxyType({})


class FormulaError(ValueError):
    """Text that is no formula: a stable code, the place in the text, and what a message needs."""

    def __init__(self, code: str, span: Span, data: Mapping[str, object] = _NO_DATA) -> None:
        super().__init__(code, span, data)
        self.code = code
        self.span = span
        self.data = data


class Token(NamedTuple):
    """A token: `text` is its canonical spelling, `start` and `end` its place in the source."""

    kind: str  # name, number, symbol, command, end
    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Its place in the source."""
        return Span(self.start, self.end)


_SYMBOLS = frozenset("-+*/^_()[]{}|,;:~<>=.&")  # of one character

# It matches wherever a token may begin, also at the end and at what is none: a search that could
# fail would read a run of spaces again and again.
_ABOVE, _BELOW = "".join(ABOVE), "".join(BELOW)
_TOKEN = re.compile(
    rf"""
    [\s\u200b-\u200d\u2060-\u2064\ufeff]*
    (?: (?P<name> [^\W\d_{_ABOVE}{_BELOW}] [^\W_{_ABOVE}{_BELOW}]* )
      | (?P<number> [0-9]+ (?: \.[0-9]+ )? )
      | (?P<symbol> \.\.\. | \|\| | << | <= | >= | != | := | \*\* | [-+*/^_()\[\]{{}}|,;:~<>=.&$] )
      | (?P<command> \\ (?: [A-Za-z]+ | . )? )
      | (?P<below> [{_BELOW}]+ (?: : [{_BELOW}]+ )? )
      | (?P<above> [{_ABOVE}]+ )
      | (?P<end> \Z )
      | (?P<other> . )
    )
    """,
    re.VERBOSE | re.DOTALL,
)


def scan(text: str) -> list[Token]:
    """The tokens of a text as they are typed, Unicode replaced, ended by one of kind `end`."""
    if len(text) > MAX_LENGTH:
        raise FormulaError("too-long", Span(MAX_LENGTH, len(text)), {"limit": MAX_LENGTH})
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        found = match[kind]
        end = match.end()
        start = end - len(found)
        if kind == "other" and found in ACCENT_MARKS:
            _accented(tokens, found, end)
        elif kind in ("above", "below", "other") or not found.isascii():
            plain = [*_plain(kind, found, start)]
            if plain[0].text == r"\frac" and tokens and tokens[-1][::3] == ("number", start):
                span = Span(start, end)  # `1½` is no product
                raise FormulaError("unexpected-character", span, {"character": found})
            tokens += plain
        else:
            tokens.append(Token(kind, "^" if found == "**" else found, start, end))
        if kind == "end":
            break
    return tokens


def _plain(kind: str, found: str, start: int) -> Iterator[Token]:
    """What Unicode characters stand for, each at its place."""
    if kind in ("above", "below"):
        yield from _script("^" if kind == "above" else "_", found, start)
    elif kind == "name":
        yield from _word(found, start)
    else:
        character = found[0]
        plain = CHARACTERS.get(character) or unicodedata.normalize("NFKC", character)
        if character not in CHARACTERS and (plain == character or plain not in _SYMBOLS):
            span = Span(start, start + 1)
            raise FormulaError("unexpected-character", span, {"character": character})
        for piece in plain.split(" "):
            yield Token(_kind(piece), piece, start, start + 1)


def _kind(text: str) -> str:
    if text.isalpha():
        return "name"
    return "number" if text.isdigit() else "command" if text[0] == "\\" else "symbol"


def _script(mark: str, found: str, start: int) -> Iterator[Token]:
    """`²` is `^{2}`, `ₜ₋₁` is `_{t-1}`."""
    end = start + len(found)
    yield Token("symbol", mark, start, start)
    yield Token("symbol", "{", start, start)
    table = {**ABOVE, **BELOW, ":": ":"}
    plain = "".join("-" if (c := table[f]) == "\u2212" else c for f in found)
    for token in scan(plain)[:-1]:
        yield token._replace(start=start + token.start, end=start + token.end)
    yield Token("symbol", "}", end, end)


def _word(found: str, start: int) -> Iterator[Token]:
    """A word by its parts: a letter of another alphabet or font is a name of its own.

    `βK` is a product; a word in one font, or in letters that have no plain spelling, stays one.
    """
    pieces: list[Token] = []
    before = ""  # the letter of a word that goes on
    for place, character in enumerate(found, start):
        if character in CHARACTERS:
            pieces += _plain("other", character, place)
            before = ""
            continue
        if not (character.isalpha() or character in "0123456789"):
            span = Span(place, place + 1)
            raise FormulaError("unexpected-character", span, {"character": character})
        plain = character if character.isascii() else letters(character)
        goes_on = plain.isdigit() or before.isascii() == character.isascii()
        if before and goes_on and len(plain) == 1:
            last = pieces[-1]
            pieces[-1] = last._replace(text=last.text + plain, end=place + 1)
        else:
            pieces.append(Token(_kind(plain), plain, place, place + 1))
        before = character if len(plain) == 1 else ""
    yield from pieces


def _accented(tokens: list[Token], mark: str, end: int) -> None:
    """`p̂` is `phat`."""
    if not tokens or tokens[-1].kind != "name" or tokens[-1].end != end - 1:
        raise FormulaError("unexpected-character", Span(end - 1, end), {"character": mark})
    last = tokens[-1]
    tokens[-1] = last._replace(text=last.text + ACCENT_MARKS[mark], end=end)
