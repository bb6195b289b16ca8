"""The rows of a display to what is written on them: expressions and what stands before each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from verifier.documents.brackets import mended
from verifier.documents.marks import (
    Row,
    has_relation,
    is_space,
    relation_at,
    shown,
    skip_spaces,
    top,
)
from verifier.documents.signs import OPERATORS, SPACES, TEXTS
from verifier.documents.tex import argument
from verifier.documents.traced import Tok, joined
from verifier.documents.words import ANEW, KEPT, without_words


@dataclass(frozen=True, slots=True)
class Piece:
    """An expression with what stands before it: a relation (`=`, `>=`, `<=`, `:=`, `=:`, or a code
    of what the language hasn't got), `so` for what begins a statement that follows, or nothing for
    one that begins anew. `place`: where that sign stands."""

    before: str
    tokens: tuple[Tok, ...]
    row: int
    place: int
    reasons: tuple[str, ...] = ()
    conditional: bool = False  # under a condition that is said in words
    mended: bool = False  # with a bracket that isn't there, or without one that is
    goes_on: bool = False  # begins with a relation: the left side stands in the display before


def pieces(rows: Sequence[Row]) -> Iterator[Piece]:
    """Pieces, a row that goes on joined to what it goes on from."""
    waiting: Piece | None = None
    pending = ""  # a relation that ended the row before
    place = 0
    for row in rows:
        for piece in _of_row(row):
            if pending and not piece.before and not shown(piece.tokens):  # words are what it is to
                piece = replace(piece, tokens=(Tok(KEPT, piece.place, piece.place), *row.tokens))
            empty = not shown(piece.tokens)
            if pending and not piece.before and not row.begins:
                piece = replace(piece, before=pending, place=place)
            pending = ""
            if empty and piece.before:
                pending, place = piece.before, piece.place
                continue
            if empty:
                continue
            if waiting is not None and not piece.before and _goes_on(waiting, piece):
                tokens = (*waiting.tokens, *piece.tokens)
                reasons = waiting.reasons + piece.reasons
                amiss = waiting.mended or piece.mended
                waiting = replace(waiting, tokens=tokens, reasons=reasons, mended=amiss)
                continue
            if waiting is not None:
                yield waiting
            elif piece.before and piece.before != "so":
                piece = replace(piece, goes_on=True)
            waiting = piece
    if waiting is not None:
        yield waiting


def _goes_on(before: Piece, piece: Piece) -> bool:
    """Whether a row without a relation goes on with the expression before."""
    if before.row == piece.row:
        return False
    at = skip_spaces(piece.tokens, 0)
    first = piece.tokens[at].text if at < len(piece.tokens) else ""
    shown = [token for token in before.tokens if not token.blank and token.word not in SPACES]
    last = shown[-1].text if shown else ""
    return first in OPERATORS or last in OPERATORS or last in (r"\,",)


def _of_row(row: Row) -> Iterator[Piece]:
    """The pieces of one row."""
    written, reasons, conditional = without_words(row)
    tokens, amiss = mended(written)
    equivalent = next((at for at, token in enumerate(tokens) if token.word in _EITHER_WAY), 0)
    conditional = conditional or has_relation(tokens[:equivalent])
    found: list[Piece] = []
    start, before, place = 0, "", _first(tokens)
    said: list[str] = []
    for at in top(tokens):
        if at < start:
            continue
        sign = relation_at(tokens, at)
        if before in ("", "distribution") and _is_colon(tokens, at):
            found = found[:-1] if before else found  # `z \sim q: \quad E[..] = ..`
            before, said, start, place = "", [], at + 1, tokens[at].end
        elif sign:
            found.append(_piece(before, tokens[start:at], row, place, said))
            before, place, said = sign[0], tokens[at].start, [sign[2]] if sign[2] else []
            start = at + sign[1]
        elif tokens[at].text == ANEW or _parted(tokens, start, at, before):
            found.append(_piece(before, tokens[start:at], row, place, said))
            before, said, start = "", [], at + 1
            place = tokens[at].end
    found.append(_piece(before, tokens[start:], row, place, said))
    if not shown(found[0].tokens) and not found[0].before and len(found) > 1:
        found.pop(0)
    last = len(found) - 1
    for number, piece in enumerate(found):
        if number == last:
            piece = replace(piece, reasons=(*piece.reasons, *reasons))
        yield replace(piece, conditional=conditional, mended=amiss)


def _is_colon(tokens: Sequence[Tok], at: int) -> bool:
    """Whether a colon stands here behind what a statement is said of, which a gap parts from it."""
    gap = tokens[at + 1 : skip_spaces(tokens, at + 1)]
    rest = (relation_at(tokens, place) for place in top(tokens) if place > at)
    return (
        tokens[at].text == ":"
        and any(not token.blank for token in gap)
        and any(sign and sign[0] in ("=", ">=", "<=") for sign in rest)
    )


def _first(tokens: Sequence[Tok]) -> int:
    at = skip_spaces(tokens, 0)
    return tokens[at].start if at < len(tokens) else 0


def _piece(before: str, tokens: Sequence[Tok], row: Row, place: int, said: Sequence[str]) -> Piece:
    if not before:
        place = _first(tokens) or place
    return Piece(before, _trimmed(tokens), row.number, place, tuple(said))


_EITHER_WAY = frozenset({"iff", "Leftrightarrow", "Longleftrightarrow"})  # neither is asserted
_STOPS = frozenset({",", ".", ";", "\u3002", "\uff0c"})


def _trimmed(tokens: Sequence[Tok]) -> tuple[Tok, ...]:
    """Without spaces around, and without the comma or full stop behind."""
    found = [*tokens[skip_spaces(tokens, 0) :]]
    while found and (is_space(found[-1]) or found[-1].text in _STOPS):
        found.pop()
    return tuple(found)


def _parted(tokens: Sequence[Tok], start: int, at: int, before: str) -> bool:
    r"""Whether `\quad` or a comma stands here between two statements."""
    if tokens[at].word not in ("quad", "qquad") and tokens[at].text not in (",", ";"):
        return False
    if not before and not has_relation(tokens[start:at]):
        return False
    rest = tokens[at + 1 :]
    following = skip_spaces(rest, 0)
    if following < len(rest) and (
        relation_at(rest, following) or rest[following].text in OPERATORS
    ):
        return False
    return shown(tokens[start:at]) and has_relation(rest)


def text_of(tokens: Sequence[Tok]) -> str:
    """A piece as it is written, on one line."""
    return " ".join(joined(token for token in tokens if token.text != KEPT).text.split())


def is_claim(label: Sequence[Tok]) -> bool:
    """Whether a relation stands in what is written beneath a brace, or in its words."""
    texts = (at for at, token in enumerate(label) if token.word in TEXTS)
    words = "".join(t.text for at in texts for t in argument(label, at + 1)[0])
    return has_relation(label) or bool(re.search(r"[=<>\u2264\u2265]|\\[gl]eq?(?![A-Za-z])", words))
