"""Characters to tokens, by one regular expression.

Spellings of one symbol come out alike (`≥` is `>=`), so that the parser knows one of each. A LaTeX
spelling is one more alternative of the expression and one more row of `SPELLINGS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from verifier.formula.written import Span

MAX_LENGTH = 100_000

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

    kind: str  # name, number, symbol, end
    text: str
    start: int
    end: int


# It matches wherever a token may begin, also at the end and at what is none: a search that could
# fail would read a run of spaces again and again.
_TOKEN = re.compile(
    r"""
    [ \t\r\n\u00a0]*
    (?: (?P<name> [^\W\d_][^\W_]* )
      | (?P<number> [0-9]+ (?: \.[0-9]+ )? )
      | (?P<symbol> \|\| | << | <= | >= | != | := | [-+*/^_()\[\]{}|,;:~<>=≥≤≠\u2212·\u00d7‖∥] )
      | (?P<end> \Z )
      | (?P<other> . )
    )
    """,
    re.VERBOSE | re.DOTALL,
)

SPELLINGS = {
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "\u2212": "-",  # minus sign
    "·": "*",
    "\u00d7": "*",  # multiplication sign
    "‖": "||",
    "∥": "||",
}


def tokenize(text: str) -> list[Token]:
    """The tokens of a text, ended by one of kind `end`."""
    if len(text) > MAX_LENGTH:
        raise FormulaError("too-long", Span(MAX_LENGTH, len(text)), {"limit": MAX_LENGTH})
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        found = match[kind]
        end = match.end()
        start = end - len(found)
        if kind == "other" or not (found.isascii() or kind == "symbol"):
            _refuse_odd_characters(found, start)
        tokens.append(Token(kind, SPELLINGS.get(found, found), start, end))
        if kind == "end":
            break
    return tokens


def _refuse_odd_characters(found: str, start: int) -> None:
    # `\w` holds more than letters and digits: superscripts, fractions, foreign digits.
    for place, character in enumerate(found, start):
        if not (character.isalpha() or character in "0123456789"):
            span = Span(place, place + 1)
            raise FormulaError("unexpected-character", span, {"character": character})
