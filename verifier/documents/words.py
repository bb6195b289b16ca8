r"""Words on the rows of a display: reasons, conditions, labels, names, and what begins a statement.
What none of these is stays in the formula, which then isn't judged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

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
    ALTERING,
    ARITHMETIC,
    CLOSING,
    CONDITIONS,
    LEADING,
    LEADS_IN,
    NAMES,
    OPENING,
    OPERATORS,
    REASON_WORDS,
    REFERENCES,
    REFERRING,
    SO_WORDS,
    STATEMENT_WORDS,
    TEXTS,
)
from verifier.documents.tex import argument
from verifier.documents.traced import Tok

_LABELLED = OVER | ARROWS


ANEW = "\0"  # where words begin another statement
KEPT = "\1"  # before words that are neither a reason nor a name: what they stand in isn't judged


def is_words(tokens: Sequence[Tok], at: int) -> bool:
    r"""Whether a `\text{..}` here is words, and no name or number in a formula, such as
    `\text{KL}`."""
    if tokens[at].word in REFERENCES:
        return True
    inner, end = argument(tokens, at + 1)
    text = "".join(token.text for token in inner)
    bare = text.strip().rstrip(".").lower()
    before = next((tokens[place].text for place in range(at - 1, -1, -1)
                   if not tokens[place].blank), "")  # fmt: skip
    if before in ("_", "^") or bare in NAMES or _NUMBER.fullmatch(text):
        return False
    behind = skip_spaces(tokens, end)
    following = tokens[behind].text if behind < len(tokens) else ""
    spaced = text != text.strip() or " " in text.strip() or "~" in text
    return spaced or not (bare.isalpha() and (following in ("(", "[", "_", "^", "=", r"\left", ":"))
                          and bare not in _WORDLY)  # fmt: skip


_WORDLY = STATEMENT_WORDS | ARITHMETIC | {word for word in REFERRING if len(word) > 1}
_NUMBER = re.compile(r"\s*[-+*/]?\s*[\d.]*\d\s*|\s*[-+*/]\s*")
_OPENS, _CLOSES = OPENING | {"{"}, CLOSING | {"}"}
_BECAUSE = frozenset({"because", "forall"})
_BEFORE_WORDS = frozenset({"(", "[", "{", r"\left", ","})


class _Kind(Enum):
    """What words on a row are."""

    REASON = auto()  # and what they lead to, behind a formula
    LABEL = auto()  # before a formula or around it
    NAME = auto()
    STOP = auto()  # a comma or full stop
    SO = auto()
    ANEW = auto()
    UNREAD = auto()


@dataclass(frozen=True, slots=True)
class _Place:
    """Words with what stands around them."""

    said: str
    behind: bool  # whether an operand stands right before them
    begun: bool  # whether anything does, on their row
    level: int  # of brackets around
    gap: bool  # whether space is left before them
    wide: bool
    following: str  # `end`, `relation`, `operator`, `gap`, a `call` of them, or a `formula`


def without_words(row: Row) -> tuple[list[Tok], list[str], bool]:
    """A row's tokens without words: what is a reason, and whether a condition is said."""
    reasons, conditional = [], False
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
        if token.text in OPENING and (end := _remark_end(tokens, at, found, level)):
            inside = tokens[at + 1 : end]
            reasons.append(words_of(inside))
            stated = has_relation(inside) and not any(token.word in TEXTS for token in inside)
            conditional = conditional or stated or _is_bound(inside) or is_condition(reasons[-1])
            level, at = level - 1, end + 1
            continue
        if token.word in _LABELLED:
            _, end = argument(tokens, at + 1)
            found += tokens[at:end]
            at = end
            continue
        texts = token.word in TEXTS or token.word in REFERENCES
        if token.word not in _BECAUSE and (not texts or in_script or not is_words(tokens, at)):
            found.append(token)
            at += 1
            continue
        said, end = _said_at(tokens, at)
        kind = _kind(token, _place(tokens, at, found, level))
        if kind is _Kind.REASON:
            end = _reason_end(tokens, at)
            reasons.append(_bare(words_of(tokens[at:end])))
            conditional = conditional or is_condition(said)
            while found and (is_space(found[-1]) or found[-1].text in _BEFORE_WORDS):
                found.pop()
            if not _goes_on(tokens, end):
                found.append(Tok(KEPT, token.start, token.start))
        elif kind is _Kind.LABEL:
            reasons += [said] if token.word.endswith("intertext") else []
            conditional = conditional or is_condition(said)
        else:
            found += _instead(kind, tokens[at:end], said)
        at = end
    return found, [reason for reason in reasons if reason], conditional


def _bare(said: str) -> str:
    """A reason without the brackets around it."""
    said = said.strip(" ,.;")
    return said[1:-1] if said.startswith("(") and said.endswith(")") else said


def _instead(kind: _Kind, tokens: Sequence[Tok], said: str) -> list[Tok]:
    """What stands in the place of words that are neither a reason nor a label."""
    start, end = tokens[0].start, tokens[-1].end
    if kind is _Kind.STOP:
        return [Tok(said, start, end)]
    if kind is _Kind.SO:
        return [Tok(r"\Rightarrow", start, end)]
    if kind is _Kind.ANEW:
        return [Tok(ANEW, start, end)]
    if kind is _Kind.NAME:  # `\text{Lower bound}` is one word of the language
        return [token for token in tokens if len(token.text) > 1 or token.text.isalnum()
                or token.text in ("{", "}")]  # fmt: skip
    return [Tok(KEPT, start, start), *tokens]


def _said_at(tokens: Sequence[Tok], at: int) -> tuple[str, int]:
    """What words here say, and what is behind them."""
    if tokens[at].word not in TEXTS:
        return tokens[at].word if tokens[at].word in _BECAUSE else "", at + 1
    inner, end = argument(tokens, at + 1)
    return words_of(inner), end


def _place(tokens: Sequence[Tok], at: int, found: Sequence[Tok], level: int) -> _Place:
    said, end = _said_at(tokens, at)
    before = len(found)
    comma = {","} if level <= 0 else set()
    while before and (is_space(found[before - 1]) or found[before - 1].text in comma):
        before -= 1
    last = found[before - 1] if before else None
    operand = last is not None and last.text != ANEW and last.text not in (
        OPERATORS | _OPENS | {",", ";", "^", "_", r"\left"}
    ) and not relation_at(found, before - 1)  # fmt: skip
    gaps, lead = found[before:], argument(tokens, at + 1)[0][:1]
    rest = skip_spaces(tokens, end)
    parted = any(token.word in _WIDE for token in tokens[end:rest])
    following = _following(tokens, rest)
    if rest == end and end < len(tokens) and tokens[end].text in _CALLS:
        following = "call"
    return _Place(
        said,
        behind=operand,
        begun=last is not None and last.text != ANEW,
        level=level,
        gap=any(not token.blank for token in gaps) or any(t.blank or t.text == "~" for t in lead),
        wide=any(token.word in _WIDE for token in gaps),
        following="gap" if following == "formula" and parted else following,
    )


_WIDE = frozenset({"quad", "qquad"})
_CALLS = frozenset({"(", "[", "_", "^"})


def _following(tokens: Sequence[Tok], at: int) -> str:
    if at >= len(tokens) or tokens[at].text in _CLOSES:
        return "end"
    if relation_at(tokens, at):
        return "relation"
    if tokens[at].text in OPERATORS:
        return "operator"
    if tokens[at].text in (",", ".", ";") or tokens[at].word in TEXTS | REFERENCES:
        return "gap"
    return "formula"


_SIGNS = re.compile(r"(?<![^\W\d])[-\u2212]|[+*/=<>^$\\\d]|[-\u2212](?![^\W\d])")
_TERM = re.compile(r"[-+*/=<>\d\u2212]")
_WORDS = re.compile(r"[^\W\d]+")
_MOST_WORDS = 4  # of a name


def _kind(token: Tok, place: _Place) -> _Kind:
    """What words are, by what they say and where they stand."""
    said = place.said.strip()
    plain = said.strip(" ,.;:()").lower()
    words = _WORDS.findall(plain)
    if said and not said.strip(",.;: "):
        return _Kind.STOP
    if token.word in _BECAUSE:
        because = token.word == "because" and not place.begun
        return _Kind.REASON if place.behind else _Kind.LABEL if because else _Kind.UNREAD
    if token.word in ("intertext", "shortintertext"):
        return _Kind.ANEW if place.begun else _Kind.LABEL
    if plain in SO_WORDS:
        return _Kind.SO
    if plain in STATEMENT_WORDS and place.level <= 0:
        return _Kind.ANEW
    counts = bool(words) and words[0] in ARITHMETIC and not _is_aside(said, words, place)
    if counts or (said and not words and "(" not in said):
        return _Kind.UNREAD
    if place.level <= 0 and place.behind:
        return _Kind.REASON if _is_behind(said, words, place) else _Kind.UNREAD
    if place.level <= 0 and _is_label(said, words, place):
        return _Kind.LABEL
    name = 0 < len(words) <= _MOST_WORDS and not _SIGNS.search(said) and "(" not in said
    alone = place.following not in ("formula", "gap") and not place.behind
    return _Kind.NAME if name and alone and not REFERRING & {*words} else _Kind.UNREAD


def _is_aside(said: str, words: Sequence[str], place: _Place) -> bool:
    """Whether words in brackets at the end of a row say what has been done, `(times one)`, and not
    what is to be done with the row: `(times two)`."""
    apart = place.wide and place.following == "end" and said[:1] + said[-1:] == "()"
    return apart and not {*words} <= ARITHMETIC - {"one", "zero"}


def _is_behind(said: str, words: Sequence[str], place: _Place) -> bool:
    """Whether words behind a formula are a reason."""
    if not said:  # a reference
        return place.following not in ("formula", "call")
    if words and _is_reason(said):
        return not _TERM.match(said.strip(" ()$,;")) and "factor of" not in said
    if ALTERING & {*words}:
        return False
    if place.wide:
        return not words or not _TERM.match(said.strip(" ($"))
    apart = place.gap and place.following not in ("formula", "call")
    return apart and bool(words) and not _SIGNS.search(said)


def _is_label(said: str, words: Sequence[str], place: _Place) -> bool:
    """Whether words before a formula only say what it is, or why: `\\text{Step 1: } a = b`."""
    if not place.begun and place.following == "end":
        return bool(said)
    if not words or place.following == "operator":
        return False
    if place.following == "relation":
        return not place.begun and (_is_reason(said) or said.endswith(":"))
    told = _is_reason(said) or said.endswith((":", ",", ".")) or {words[0], words[-1]} & LEADS_IN
    return bool(told) or (place.following == "gap" and not place.begun)


def _reason_end(tokens: Sequence[Tok], at: int) -> int:
    """Behind a reason that begins here: behind its words, and the formulas that they lead to or
    that stand among them. A relation behind words goes on with what stands before them."""
    opened, led, related = 0, False, False
    while at < len(tokens):
        said, at = _said_at(tokens, at)
        opened += sum(map(said.count, "([")) - sum(map(said.count, ")]"))
        words = _WORDS.findall(said.lower())
        last = words[-1] if words and not said.rstrip().endswith(")") else ""
        named = last in NAMES and words[0] in REASON_WORDS and len(words) > 1  # `since KL`
        leads = opened > 0 or last in LEADING or named or (led and last in ("and", "or"))
        end = _next_words(tokens, at)
        if opened <= 0:
            end = next((p for p in range(at + 1, end) if _resumes(tokens, p)), end)
        formula = [token for token in tokens[at:end] if not is_space(token)]
        first = formula[0].text if formula else ""
        if leads:
            opened += sum((t.text in OPENING) - (t.text in CLOSING) for t in formula)
            led, related = led or bool(formula), related or has_relation(formula)
        elif formula and not all(token.text in ",.;" for token in formula):
            among = end < len(tokens) and not has_relation(formula) and first not in OPERATORS
            if not among and not _is_mark(formula):
                return at
        elif end < len(tokens) and not related:
            kind = _said_at(tokens, end)[0].strip(" ,.;:()").lower()
            if kind in STATEMENT_WORDS or kind in SO_WORDS:
                return end
        at = end
        if at < len(tokens) and tokens[at].word in _WIDE:
            return at
    return at


def _resumes(tokens: Sequence[Tok], at: int) -> bool:
    """Whether a gap stands here behind which a formula before a reason goes on."""
    rest = skip_spaces(tokens, at)
    return tokens[at].word in _WIDE and _following(tokens, rest) in ("relation", "operator")


def _next_words(tokens: Sequence[Tok], at: int) -> int:
    words = (p for p in range(at, len(tokens)) if tokens[p].word in TEXTS | REFERENCES)
    return next((p for p in words if is_words(tokens, p)), len(tokens))


def _is_mark(formula: Sequence[Tok]) -> bool:
    """Whether a formula behind words is the number or letter of another, `(2)`, or a bracket that
    closes."""
    text = "".join(token.text for token in formula)
    return bool(re.fullmatch(r"\(\w{1,2}\)[.,]?|[\])]+[.,]?", text))


def _goes_on(tokens: Sequence[Tok], at: int) -> bool:
    """Whether what stands behind a reason goes on with the formula before it, or begins another."""
    rest = skip_spaces(tokens, at)
    parted = any(token.word in _WIDE for token in tokens[at:rest])
    kind = _following(tokens, rest)
    return kind != "formula" or (parted and has_relation(tokens[rest:]))


def _remark_end(tokens: Sequence[Tok], at: int, found: Sequence[Tok], level: int) -> int:
    r"""Where a remark in brackets closes that opens here, behind an expression: one of words alone,
    `(\text{Jensen})`, or one behind a gap that ends its row, as in
    `\quad (p(x) \text{ does not depend on } z)`; 0 where none does."""
    before = len(found)
    while before and is_space(found[before - 1]):
        before -= 1
    gaps = found[before:]
    depth = end = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place].text in OPENING) - (tokens[place].text in CLOSING)
        if depth == 0:
            end = place
            break
    inside = tokens[at + 1 : end]
    claims = relation_at(inside, skip_spaces(inside, 0))
    if not before or not end or level > 1 or claims or found[before - 1].text in OPERATORS | _OPENS:
        return 0
    first = skip_spaces(inside, 0)
    texts = [place for place in range(len(inside)) if inside[place].word in TEXTS | REFERENCES]
    words = [place for place in texts if is_words(inside, place)]
    last = all(is_space(token) or token.text in (",", ".") for token in tokens[end + 1 :])
    if any(token.word in _WIDE for token in gaps) and last and (words or has_relation(inside)):
        return 0 if _has_arithmetic(inside, words) else end
    closes = found[before - 1].text in _CLOSES or any(not token.blank for token in gaps)
    if not closes or words[:1] != [first] or _said_at(inside, first)[1] < len(inside):
        return 0
    return 0 if _has_arithmetic(inside, words) else end


def _has_arithmetic(tokens: Sequence[Tok], places: Sequence[int]) -> bool:
    """Whether words that begin a remark are on what to do with what stands before it."""
    said = _said_at(tokens, places[0])[0].strip() if places and places[0] == 0 else ""
    words = _WORDS.findall(said.lower())
    return bool(said and not words) or (bool(words) and words[0] in ARITHMETIC)


def _is_reason(said: str) -> bool:
    first = said.lower().lstrip(" ,;.").split()[:1]
    return said.startswith("(") or any(word.strip("(),.:;") in REASON_WORDS for word in first)


def _is_bound(tokens: Sequence[Tok]) -> bool:
    signs = (relation_at(tokens, at) for at in top(tokens))
    return any(sign and sign[0] in (">=", "<=", "strict", "membership") for sign in signs)


def is_condition(said: str) -> bool:
    return any(word.strip("(),.:") in CONDITIONS for word in said.lower().split()[:2])
