"""Words on the rows of a display: reasons, conditions, labels, and what begins a statement."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.documents.marks import (
    ARROWS,
    OVER,
    Row,
    has_relation,
    is_space,
    relation_at,
    skip_spaces,
    top,
    words_of,
)
from verifier.documents.signs import (
    CLOSING,
    CONDITIONS,
    NAMES,
    OPENING,
    OPERATORS,
    REASON_WORDS,
    SO_WORDS,
    SPACES,
    STATEMENT_WORDS,
    TEXTS,
)
from verifier.documents.tex import argument
from verifier.documents.traced import Tok

_LABELLED = OVER | ARROWS


ANEW = "\0"  # where words begin another statement


def is_words(tokens: Sequence[Tok], at: int) -> bool:
    r"""Whether a `\text{..}` here is words, and no name in a formula such as `\text{KL}`."""
    inner, end = argument(tokens, at + 1)
    text = "".join(token.text for token in inner)
    bare = text.strip().rstrip(".").lower()
    before = next((tokens[place].text for place in range(at - 1, -1, -1)
                   if not tokens[place].blank), "")  # fmt: skip
    if before in ("_", "^") or bare in NAMES:
        return False
    behind = skip_spaces(tokens, end)
    following = tokens[behind].text if behind < len(tokens) else ""
    spaced = text != text.strip() or " " in text.strip() or "~" in text
    return spaced or not (bare.isalpha() and (following in ("(", "[", "_", "^", "=", r"\left", ":"))
                          and bare not in STATEMENT_WORDS)  # fmt: skip


_OPENS, _CLOSES = OPENING | {"{"}, CLOSING | {"}"}
_BEFORE_WORDS = frozenset({"(", "[", "{", r"\left", ","})


def without_words(row: Row) -> tuple[list[Tok], list[str], bool]:
    """A row's tokens without words: what is a reason, and whether a condition is said."""
    reasons, conditional = [*row.reasons], any(map(is_condition, row.reasons))
    found: list[Tok] = []
    tokens = row.tokens
    level = at = in_script = 0
    while at < len(tokens):
        token = tokens[at]
        level += (token.text in _OPENS) - (token.text in _CLOSES)
        if token.text == "{" and found and found[-1].text in ("_", "^"):
            in_script = in_script or level
        elif token.text == "}" and level < in_script:
            in_script = 0
        closing = _remark_end(tokens, at) if level <= 1 and token.text == "(" else 0
        if closing or token.word == "because":
            inside = tokens[at + 1 : closing or None]
            reasons.append(words_of(inside))
            conditional = conditional or (closing > 0 and _is_bound(inside))
            break
        if token.word in _LABELLED:
            _, end = argument(tokens, at + 1)
            found += tokens[at:end]
            at = end
            continue
        if token.word not in TEXTS or in_script or not is_words(tokens, at):
            found.append(token)
            at += 1
            continue
        inner, end = argument(tokens, at + 1)
        said = words_of(inner)
        kind = said.strip(" ,.;:()").lower()
        begun = any(not each.blank and each.word not in SPACES for each in found)
        if token.word in ("intertext", "shortintertext"):
            found.append(Tok(ANEW, token.start, token.end)) if begun else reasons.append(said)
        elif kind in SO_WORDS:
            found.append(Tok(r"\Rightarrow", token.start, token.end))
        elif kind in STATEMENT_WORDS and level <= 0:
            found.append(Tok(ANEW, token.start, token.end))
        elif (
            level <= 0
            and begun
            and (_is_reason(said) or _is_set_off(found, said) or not _label(tokens, end))
        ):
            said = words_of(tokens[at:])
            reasons.append(said.strip(" ()[],."))
            conditional = conditional or is_condition(said)
            while found and (is_space(found[-1]) or found[-1].text in _BEFORE_WORDS):
                found.pop()
            break
        elif level > 0 and begun and _closing_only(tokens, end) and found[-1].text == "(":
            found.pop()
            reasons.append(said)
            conditional = conditional or is_condition(said)
            level -= 1
            at = (
                next((i for i in range(end, len(tokens)) if tokens[i].text == ")"), len(tokens)) + 1
            )
            continue
        at = end
    return found, [reason for reason in reasons if reason], conditional


def _remark_end(tokens: Sequence[Tok], at: int) -> int:
    r"""Where a remark with words or a relation closes that opens here, behind a gap, and ends its
    row, as in `\quad (p(x) \text{ does not depend on } z)`; 0 where none does."""
    before = at
    while before and (is_space(tokens[before - 1]) or tokens[before - 1].text == "&"):
        before -= 1
    wide = any(token.word in ("quad", "qquad") for token in tokens[before:at])
    level = end = 0
    for place in range(at, len(tokens)):
        level += (tokens[place].text in OPENING) - (tokens[place].text in CLOSING)
        if level == 0:
            end = place
            break
    last = all(is_space(token) or token.text in (",", ".") for token in tokens[end + 1 :])
    inside = tokens[at + 1 : end]
    said = _has_words(inside) or has_relation(inside)
    return end if wide and before and end and last and said else 0


def _label(tokens: Sequence[Tok], at: int) -> bool:
    """Whether a formula stands right behind words, which they then are a label of."""
    rest = tokens[skip_spaces(tokens, at) :]
    following = rest[0] if rest else None
    if following is None or following.text in (",", ".", ")", "]", r"\\"):
        return False
    gap = tokens[at : len(tokens) - len(rest)]
    wide = any(token.word in ("quad", "qquad") for token in gap)
    return (
        not wide
        and (following.text.isalpha() or following.word not in ("", *TEXTS))
        and not (_has_words(rest))
    )


def _has_words(tokens: Sequence[Tok]) -> bool:
    return any(token.word in TEXTS for token in tokens)


def _closing_only(tokens: Sequence[Tok], at: int) -> bool:
    at = skip_spaces(tokens, at)
    return at < len(tokens) and tokens[at].text == ")"


def _is_set_off(found: Sequence[Tok], said: str) -> bool:
    r"""Whether several words are set off: `a \quad \text{times } q/q = 1`."""
    ends = [at for at, token in enumerate(found) if not is_space(token)]
    wide = any(token.word in ("quad", "qquad") for token in found[ends[-1] + 1 :])
    last = found[ends[-1]].text
    whole = not (last in OPERATORS or last in OPENING or relation_at(found, ends[-1]))
    return wide and whole and len(said.split()) > 1


def _is_reason(said: str) -> bool:
    first = said.lower().split()[:1]
    return said.startswith("(") or any(word.strip("(),.:") in REASON_WORDS for word in first)


def _is_bound(tokens: Sequence[Tok]) -> bool:
    signs = (relation_at(tokens, at) for at in top(tokens))
    return any(sign and sign[0] in (">=", "<=", "strict", "membership") for sign in signs)


def is_condition(said: str) -> bool:
    return any(word.strip("(),.:") in CONDITIONS for word in said.lower().split()[:2])
