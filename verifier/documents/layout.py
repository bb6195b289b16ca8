r"""A display to rows, and rows to what is written on them: expressions, the relations between them,
reasons. Nothing is known here of what an expression means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.documents.marks import (
    OVER,
    Row,
    has_relation,
    levels,
    relation_at,
    shown,
    skip_spaces,
    top,
)
from verifier.documents.pieces import Piece, pieces
from verifier.documents.signs import (
    ARGUMENTS,
    CLOSING,
    DROPPED,
    HIDDEN,
    OF_ONE,
    OF_TWO,
    OPERATORS,
    REFERENCES,
    RELATIONS,
    ROWED,
    SPACES,
    SWITCHES,
    TEXTS,
    UNWRAPPED,
)
from verifier.documents.tex import argument, group_end, scripted, skip_blanks
from verifier.documents.traced import Tok
from verifier.documents.words import is_words

MOST_ROWS = 300
_COLUMNED = frozenset({"array", "alignat", "alignedat", "IEEEeqnarray"})  # columns in an argument
_FARTHEST = 40  # rows that a bracket may stay open


@dataclass(frozen=True, slots=True)
class Laid:
    """A display laid out; the labels of its braces, each with what it is under; `trouble` is the
    code of why it isn't."""

    pieces: tuple[Piece, ...]
    labels: tuple[tuple[tuple[Tok, ...], tuple[Tok, ...]], ...] = ()
    trouble: str = ""


def laid_out(tokens: Sequence[Tok], environment: str = "") -> Laid:
    """The pieces of a display, in their order."""
    labels: list[tuple[tuple[Tok, ...], tuple[Tok, ...]]] = []
    first = skip_blanks(tokens, 0)
    if environment.rstrip("*") in _COLUMNED and first < len(tokens) and tokens[first].text == "{":
        tokens = tokens[argument(tokens, 0)[1] :]
    flat = _unwrapped([*tokens], labels, 0)
    if environment == "rst":  # there a blank line begins another equation
        flat = [t._replace(text=r"\\") if t.blank and t.text.count("\n") > 1 else t for t in flat]
    outer = HIDDEN.get(environment, "")
    trouble = outer or next((code for code in map(_hidden, _environments(flat)) if code), "")
    if trouble:
        return Laid((), (), trouble)
    columns = environment
    for name in _environments(flat):
        columns = columns if name in ("equation", "subequations") else name
    rows = [*_rows(_bare(flat))]
    if len(rows) > MOST_ROWS:
        return Laid((), (), "too-many-rows")
    split = [cell for row in _whole(rows) for cell in _cells(row, columns)]
    return Laid(tuple(pieces(split)), tuple(labels))


# -- what only shows -------------------------------------------------------------------------------


def _unwrapped(
    tokens: list[Tok], labels: list[tuple[tuple[Tok, ...], tuple[Tok, ...]]], depth: int
) -> list[Tok]:
    r"""Tokens without `\boxed{..}`, `\underbrace{..}_{..}`, `\tag{..}` around or beside them."""
    found: list[Tok] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        word = token.word
        if token.text == "{" and _is_nothing(tokens, at, found):
            at = argument(tokens, at)[1]
            continue
        if word == "substack":
            inner, at = argument(tokens, at + 1)
            found += (t._replace(text=",") if t.text == r"\\" else t for t in inner)
            continue
        if word in DROPPED:
            at = _dropped_end(tokens, at)
            continue
        if word in REFERENCES:
            found.append(token)
            _, at = argument(tokens, at + 1)
            continue
        if word in SWITCHES:
            at += 1
            for _ in range(SWITCHES[word]):
                at = argument(tokens, at)[1]
            group = skip_blanks(tokens, at)
            if group < len(tokens) and tokens[group].text == "{" and depth <= 20:
                inner, at = argument(tokens, group)
                found += _unwrapped([*inner], labels, depth + 1)
            continue
        if token.text == "{" and depth <= 20 and _switches(tokens, at):
            inner, at = argument(tokens, at)
            found += _unwrapped([*inner], labels, depth + 1)
            continue
        if word in OVER and (drawn := _drawn(tokens, at)):  # `\overset{iid}{\sim}`
            found.append(drawn[0])
            at = drawn[1]
            continue
        if word not in UNWRAPPED or depth > 20:
            found.append(token)
            at += 1
            continue
        start, at = at, _overlay_end(tokens, at + 1)
        for _ in range(UNWRAPPED[word]):
            _, at = argument(tokens, at)
        inner, at = argument(tokens, at)
        if word == "underline" and sum(not each.blank for each in inner) == 1:
            found += tokens[start:at]  # another name
            continue
        kept = _unwrapped([*inner], labels, depth + 1)
        if word in ("underbrace", "overbrace"):
            script = skip_blanks(tokens, at)
            if script < len(tokens) and tokens[script].text in ("_", "^"):
                label, at = scripted(tokens, script + 1)
                labels.append((tuple(label), tuple(kept)))
            kept = _grouped(token, kept) if _is_summed(found) else kept
        found += kept
    return found


def _is_nothing(tokens: Sequence[Tok], at: int, found: Sequence[Tok]) -> bool:
    r"""Whether a group is empty and nobody's argument: `={}& a \\ &{}+ b`."""
    end = skip_blanks(tokens, at + 1)
    before = next((token for token in reversed(found) if not token.blank), None)
    return (
        end < len(tokens)
        and tokens[end].text == "}"
        and (
            before is None
            or before.text in {"&", r"\\", *OPERATORS, *CLOSING, *RELATIONS}
            or before.text.isalnum()
            or before.word in SPACES
        )
    )


def _is_summed(tokens: Sequence[Tok]) -> bool:
    r"""Whether what follows is what a `\sum_{n=1}^N` right before it is of."""
    rest = [token for token in tokens if not token.blank and token.word not in SPACES]
    while rest and rest[-1].word not in ("sum", "prod"):
        level = 0
        while rest:
            last = rest.pop().text
            level += (last == "}") - (last == "{")
            if level == 0:
                break
        if not rest or rest.pop().text not in ("_", "^"):
            return False
    return bool(rest)


def _grouped(brace: Tok, kept: list[Tok]) -> list[Tok]:
    """What is under a brace, in brackets where it is a sum."""
    if not any(kept[place].text in "+-" for place in top(kept)):
        return kept
    return [brace._replace(text="("), *kept, brace._replace(text=")")]


def _dropped_end(tokens: Sequence[Tok], at: int) -> int:
    """Behind a command of which nothing is left, and its arguments."""
    word, at = tokens[at].word, at + 1
    if word == "MoveEqLeft" and at < len(tokens) and tokens[at].text == "[":
        return group_end(tokens, at, "[", "]") + 1
    for _ in range(DROPPED[word]):
        _, at = argument(tokens, at + (at < len(tokens) and tokens[at].text == "*"))
    return at


def _overlay_end(tokens: Sequence[Tok], at: int) -> int:
    r"""Behind the `<2->` of `\only<2->{..}`, where it stands at a place."""
    if at >= len(tokens) or tokens[at].text != "<":
        return at
    return next((p + 1 for p in range(at, min(at + 12, len(tokens))) if tokens[p].text == ">"), at)


def _switches(tokens: Sequence[Tok], at: int) -> bool:
    r"""Whether a group that is nobody's argument begins with a switch: `{\small a}`."""
    inner = skip_blanks(tokens, at + 1)
    if inner >= len(tokens) or tokens[inner].word not in SWITCHES:
        return False
    before = [token for token in tokens[:at] if not token.blank]
    if not before or before[-1].text != "}":
        last = before[-1] if before else None
        return last is None or (last.word not in OF_ONE | OF_TWO and last.text not in ("_", "^"))
    level = 0
    while before:
        level += (before[-1].text == "}") - (before[-1].text == "{")
        before.pop()
        if level == 0:
            break
    return not before or before[-1].word not in OF_TWO


def _drawn(tokens: Sequence[Tok], at: int) -> tuple[Tok, int] | None:
    """The sign of a draw that something is written over, and what is behind both."""
    _, behind = argument(tokens, at + 1)
    inner, end = argument(tokens, behind)
    shown = [token for token in inner if not token.blank]
    return (shown[0], end) if len(shown) == 1 and shown[0].word in ("sim", "thicksim") else None


def _environments(tokens: Sequence[Tok]) -> Iterator[str]:
    for at, token in enumerate(tokens):
        if token.word == "begin":
            name, _ = argument(tokens, at + 1)
            yield "".join(each.text for each in name).rstrip("*")


def _hidden(name: str) -> str:
    """The code of an environment that holds no rows of a chain."""
    return "" if name in ROWED else HIDDEN.get(name, "environment")


def _bare(tokens: Sequence[Tok]) -> Iterator[Tok]:
    r"""Tokens without `\begin{aligned}[t]` and `\end{aligned}`."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.word not in ("begin", "end"):
            yield token
            at += 1
            continue
        name, at = argument(tokens, at + 1)
        if token.word == "begin":
            if at < len(tokens) and tokens[at].text == "[":
                at = group_end(tokens, at, "[", "]") + 1
            for _ in range(ARGUMENTS.get("".join(each.text for each in name).rstrip("*"), 0)):
                group = skip_blanks(tokens, at)
                if group < len(tokens) and tokens[group].text == "{":
                    _, at = argument(tokens, group)


# -- rows ------------------------------------------------------------------------------------------


def _rows(tokens: Iterator[Tok]) -> Iterator[Row]:
    row: list[Tok] = []
    number, level, after_break = 1, 0, False
    for token in tokens:
        level += (token.text == "{") - (token.text == "}")
        if level <= 0 and (
            token.text == r"\\" or token.word in ("newline", "cr", "tabularnewline")
        ):
            yield Row(row, number)
            row, after_break, level = [], True, 0
            number += 1
            continue
        if after_break and token.text == "[":
            row.append(token._replace(text="[", start=token.start, end=token.end))
            after_break = False
            continue
        after_break = after_break and token.blank
        row.append(token)
    yield Row(row, number)


def _balance(tokens: Sequence[Tok]) -> int:
    """How many brackets stay open; negative for those that close what isn't open here."""
    return sum(change for _, change in levels(tokens))


def _whole(rows: list[Row]) -> Iterator[Row]:
    """Rows joined to those in which the brackets close that they open; without empty ones."""
    at = 0
    while at < len(rows):
        row = rows[at]
        row.tokens = _after_length(row.tokens) if at else row.tokens
        level, end = _balance(row.tokens), at
        while level > 0 and end + 1 < len(rows) and end - at < _FARTHEST:
            end += 1
            level += _balance(_after_length(rows[end].tokens))
        if end > at and level <= 0:
            merged = row.tokens
            for other in rows[at + 1 : end + 1]:
                inner = _after_length(other.tokens)
                merged = merged + [token for token in inner if token.text != "&"]
            row = Row(merged, row.number)
            at = end
        at += 1
        if any(not token.blank and token.text != "&" for token in row.tokens):
            yield row


def _after_length(tokens: list[Tok]) -> list[Tok]:
    r"""A row without the `[6pt]` of the break before it."""
    at = skip_blanks(tokens, 0)
    if at < len(tokens) and tokens[at].text == "[":
        end = group_end(tokens, at, "[", "]")
        inside = "".join(token.text for token in tokens[at + 1 : end]).strip()
        unit = inside.lstrip("-+.0123456789").strip()
        if end < len(tokens) and unit in (
            "pt",
            "em",
            "ex",
            "mm",
            "cm",
            "in",
            "mu",
            r"\baselineskip",
        ):
            return tokens[end + 1 :]
    return tokens


# -- cells -----------------------------------------------------------------------------------------


def _cells(row: Row, columns: str) -> Iterator[Row]:
    """A row without its `&`: words in a cell of their own are set off, a further pair of columns
    with a relation is a statement of its own, and all else goes on with the row."""
    cells: list[list[Tok]] = [[]]
    level = 0
    for token in row.tokens:
        level += (token.text == "{") - (token.text == "}")
        if token.text == "&" and level <= 0:
            cells.append([])
        else:
            cells[-1].append(token)
    table = columns in ("eqnarray", "array", "IEEEeqnarray")
    found = Row([], row.number)
    for number, cell in enumerate(cells):
        bare = [token for token in cell if not token.blank and token.word not in SPACES]
        if not bare:
            continue
        whole = bool(number) and _complete(found.tokens) and not _relation_first(bare)
        further = number >= 2 and not table and has_relation(found.tokens)
        gap = further and not shown(cells[number - 1])
        if whole and (
            _only_words(bare) or (gap and bare[0].text in ("(", "[", r"\because", r"\forall"))
        ):
            found.tokens += [Tok(r"\quad", bare[0].start, bare[0].start), *cell]
        elif whole and further and any(map(has_relation, cells[number:])):
            yield found
            found = Row([*cell], row.number, begins=True)
        else:
            found.tokens += cell
    yield found


def _only_words(tokens: Sequence[Tok]) -> bool:
    """Whether words begin here."""
    return tokens[0].word in TEXTS | REFERENCES and is_words(tokens, 0)


def _relation_first(tokens: Sequence[Tok]) -> bool:
    return bool(relation_at(tokens, skip_spaces(tokens, 0)))


def _complete(tokens: Sequence[Tok]) -> bool:
    """Whether something stands behind the last relation."""
    last = 0
    for at in top(tokens):
        sign = relation_at(tokens, at)
        last = at + sign[1] if sign else last
    return shown(tokens[last:])


# -- pieces ----------------------------------------------------------------------------------------


# -- words -----------------------------------------------------------------------------------------
