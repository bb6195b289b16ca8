"""Where something stands on a row of a display: brackets, spaces, the relations outside of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.documents.signs import CLOSING, OPENING, REFERENCES, RELATIONS, SPACES, TEXTS
from verifier.documents.tex import argument, group_end, skip_blanks
from verifier.documents.traced import Tok


@dataclass
class Row:
    tokens: list[Tok]
    number: int
    begins: bool = False  # whether it is a statement of its own, beside another


def levels(tokens: Sequence[Tok]) -> Iterator[tuple[int, int]]:
    """Each token's place, and what it adds to the depth of brackets."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        change = (token.text in OPENING) - (token.text in CLOSING)
        if token.word in ("left", "right"):
            yield at, 1 if token.word == "left" else -1
            at = skip_blanks(tokens, at + 1)
            if at < len(tokens):
                yield at, 0
        else:
            yield at, change
        at += 1


def shown(cell: Sequence[Tok]) -> bool:
    return any(not token.blank and token.word not in SPACES for token in cell)


def has_relation(tokens: Sequence[Tok]) -> bool:
    return any(relation_at(tokens, at) for at in top(tokens))


_GAPS = frozenset({"~", r"\,", r"\;", r"\:", r"\!", "\\ "})


def is_space(token: Tok) -> bool:
    """Whether a token is a gap and nothing else."""
    return token.blank or token.word in SPACES or token.text in _GAPS


def skip_spaces(tokens: Sequence[Tok], at: int) -> int:
    while at < len(tokens) and is_space(tokens[at]):
        at += 1
    return at


def top(tokens: Sequence[Tok]) -> Iterator[int]:
    """The places outside of all brackets and braces, and not in a script."""
    level = braces = 0
    for at, change in levels(tokens):
        text = tokens[at].text
        braces += (text == "{") - (text == "}")
        level = max(0, level + change)
        before = tokens[at - 1].text if at else ""
        if level == 0 and braces == 0 and before not in ("_", "^"):
            yield at


def relation_at(tokens: Sequence[Tok], at: int) -> tuple[str, int, str] | None:
    """The relation that stands at a place: what it is, how many tokens it has, and its reason."""
    if at >= len(tokens):
        return None
    token = tokens[at]
    following = tokens[at + 1].text if at + 1 < len(tokens) else ""
    if token.text + following in (":=", "=:"):
        return token.text + following, 2, ""
    if token.text + following in (">=", "<="):
        return token.text + following, 2, ""
    if token.word == "mathop" and following == ":":  # `\mathrel{\mathop:}=`
        inner = relation_at(tokens, at + 1)
        return inner and (inner[0], inner[1] + 1, "")
    if token.word in OVER:
        label, end = argument(tokens, at + 1)
        sign, end = argument(tokens, end)
        signs = [each for each in sign if not each.blank]
        inner = relation_at(signs, 0)
        if inner and inner[1] == len(signs):
            words = words_of(label)
            marks = words.lower().replace(".", "").strip()
            defining = inner[0] == "=" and (
                marks in ("def", "definition", "!")
                or any(t.word in ("Delta", "triangle") for t in label)
            )
            return (":=" if defining else inner[0]), end - at, "" if defining else words
        return None
    if token.word in ARROWS:
        start = skip_blanks(tokens, at + 1)
        if start < len(tokens) and tokens[start].text == "[":
            start = group_end(tokens, start, "[", "]") + 1
        label, end = argument(tokens, start)
        kind = {"xlongequal": "=", "xRightarrow": "so"}.get(token.word, "arrow")
        return kind, end - at, words_of(label)
    if token.text in RELATIONS:
        return RELATIONS[token.text], 1, ""
    if token.word == "not":
        return "relation", 2, ""
    return None


OVER = frozenset({"overset", "stackrel", "underset"})


ARROWS = frozenset({"xrightarrow", "xlongequal", "xlongrightarrow", "xRightarrow"})


def words_of(tokens: Sequence[Tok]) -> str:
    """What tokens say in words, without commands; `(..)` of a reference."""
    text = "".join(
        " " if token.word in SPACES else "(..)" if token.word in REFERENCES else token.text
        for token in tokens
        if token.text not in ("{", "}") and token.word not in TEXTS
    )
    return " ".join(text.replace("~", " ").split())
