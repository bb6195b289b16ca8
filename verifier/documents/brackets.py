"""Brackets that people forget, or have one too many of: a row with them as they have to be, which
counts only if it is proved."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.documents.marks import is_space, relation_at, skip_spaces
from verifier.documents.signs import CLOSING, OPENING, TEXTS
from verifier.documents.tex import argument
from verifier.documents.traced import Tok

_CLOSES = {
    "(": ")",
    "[": "]",
    r"\{": r"\}",
    r"\lbrace": r"\rbrace",
    r"\langle": r"\rangle",
    r"\lbrack": r"\rbrack",
    r"\lparen": r"\rparen",
}
_SIZES = frozenset(
    f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", *"lrm")
)
_OTHERS = frozenset(
    {"|", r"\|", ".", "/", r"\vert", r"\Vert", r"\lvert", r"\rvert", r"\mid", r"\backslash"}
    | {r"\rfloor", r"\lfloor", r"\rceil", r"\lceil", "<", ">"}
)  # what else such a size may be of
_STOPS = frozenset({",", ".", ";"})


def mended(tokens: Sequence[Tok]) -> tuple[Sequence[Tok], bool]:
    """A row with one bracket closed where the relation or the row ends, or without one that closes
    nothing at its end, or with two that close in the wrong order; and whether anything was amiss.
    A row with more amiss stays as it is."""
    kept = [*_sized(tokens)]
    open_at, surplus = _unmatched(kept)
    if not open_at and not surplus and (crossed := _uncrossed(kept)):
        return crossed, True
    if not open_at and not surplus:
        return (kept, True) if len(kept) != len(tokens) else (tokens, False)
    if len(surplus) == 1 and not open_at:
        place = surplus[0]
        sized = place > 0 and kept[place - 1].word == "right"
        if all(is_space(token) or token.text in _STOPS for token in kept[place + 1 :]):
            return [*kept[: place - sized], *kept[place + 1 :]], True
    if len(open_at) == 1 and not surplus:
        opened = open_at[0]
        end = _end(kept, opened)
        where = kept[end - 1].end
        closer = [Tok(_CLOSES[kept[opened].text], where, where)]
        if opened and kept[opened - 1].word == "left":
            closer.insert(0, Tok(r"\right", where, where))
        return [*kept[:end], *closer, *kept[end:]], True
    return tokens, False


def _sized(tokens: Sequence[Tok]) -> list[Tok]:
    r"""Tokens without a `\big` or `\right` that no bracket follows."""
    found = []
    for at, token in enumerate(tokens):
        following = skip_spaces(tokens, at + 1)
        text = tokens[following].text if following < len(tokens) else ""
        if (token.word in _SIZES or token.word == "right") and not (
            text in OPENING or text in CLOSING or text in _OTHERS
        ):
            continue
        found.append(token)
    return found


def _unmatched(tokens: Sequence[Tok]) -> tuple[list[int], list[int]]:
    """The brackets that nothing closes, and those that close nothing."""
    open_at: list[int] = []
    surplus: list[int] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.word in TEXTS:
            at = argument(tokens, at + 1)[1]
            continue
        half = tokens[at + 1].text == "." if at + 1 < len(tokens) else False
        if token.text in OPENING:
            open_at.append(at)
        elif token.text in CLOSING or (token.word == "right" and half):
            surplus.append(at) if not open_at else open_at.pop()
        at += 1
    return open_at, surplus


def _uncrossed(tokens: Sequence[Tok]) -> list[Tok]:
    """Tokens with the brackets that close in the wrong order exchanged, `[a (b])`; none where there
    is no such pair, or anything else is amiss."""
    found = [*tokens]
    open_at: list[int] = []
    amiss: list[tuple[int, str]] = []
    for at, token in enumerate(tokens):
        if token.text in _CLOSES:
            open_at.append(at)
        elif token.text in _CLOSES.values():
            closer = _CLOSES[tokens[open_at.pop()].text] if open_at else token.text
            if closer != token.text:
                amiss.append((at, closer))
                found[at] = token._replace(text=closer)
    swapped = sorted(tokens[at].text for at, _ in amiss) == sorted(closer for _, closer in amiss)
    return found if len(amiss) == 2 and swapped else []


def _end(tokens: Sequence[Tok], opened: int) -> int:
    """Where what a bracket holds ends: before the relation behind it, or at the end of the row."""
    level = braces = 0
    for at in range(opened + 1, len(tokens)):
        text = tokens[at].text
        level += (text in OPENING) - (text in CLOSING)
        braces += (text == "{") - (text == "}")
        if braces < 0 or (level == braces == 0 and relation_at(tokens, at)):
            return _before(tokens, opened, at)
    return _before(tokens, opened, len(tokens))


def _before(tokens: Sequence[Tok], opened: int, end: int) -> int:
    while end > opened + 1 and (is_space(tokens[end - 1]) or tokens[end - 1].text in _STOPS):
        end -= 1
    return end
