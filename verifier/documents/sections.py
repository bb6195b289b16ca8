"""The displays of a document laid out, by sections: what is written, and what goes on from what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from verifier.derivation.derivation import Source
from verifier.documents.blocks import Comment, Defining, Display, Heading, Page
from verifier.documents.comments import Asked
from verifier.documents.context import Remark
from verifier.documents.formulas import Tokens, Unread, plain
from verifier.documents.layout import Laid, laid_out
from verifier.documents.macros import Meanings
from verifier.documents.made import MADE, bare
from verifier.documents.marks import Row
from verifier.documents.pieces import Piece, is_claim, pieces, text_of
from verifier.documents.signs import FOREIGN
from verifier.documents.tex import OverBudget, Unsure, lex
from verifier.documents.traced import Tok
from verifier.documents.words import KEPT

MOST_MATHS = 1 << 20  # characters of all displays together


@dataclass(frozen=True, slots=True)
class Side:
    """An expression as it stands: its piece without what it is made of, its plain tokens or why it
    has none, and how it is written and where it ends."""

    piece: Piece
    tokens: Tokens | Unread
    display: int
    text: str
    end: int
    remarks: tuple[Remark, ...] = ()  # on what in it was spelt out

    @property
    def read(self) -> Tokens:
        return () if isinstance(self.tokens, Unread) else self.tokens


@dataclass
class Chain:
    """An expression and what is said of it, line by line."""

    start: Side
    lines: list[Side] = field(default_factory=list)
    follows: bool = False  # begins with an arrow: it is to follow from what stands before
    number: int = 0
    said: dict[int, dict[str, str]] = field(default_factory=dict)  # by places, what comments say
    noted: bool = False  # what it begins with is among what isn't judged

    @property
    def sides(self) -> list[Side]:
        return [self.start, *self.lines]


@dataclass(frozen=True, slots=True)
class Skipped:
    """What of a display isn't judged: the pieces it concerns, or all of it."""

    display: int
    start: int
    end: int
    code: str
    text: str
    unread: Unread | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A display of a document by its number, laid out; one inline has none."""

    number: int
    display: Display
    trouble: str  # why it isn't laid out
    sides: tuple[Side, ...]
    claims: tuple[tuple[Side, ...], ...] = ()  # of what braces are around, as written beneath them


@dataclass(frozen=True, slots=True)
class Directive:
    """What a comment says of the display behind it."""

    key: str
    value: str
    place: int


@dataclass
class Section:
    """What stands between two headings."""

    title: str
    level: int
    start: int
    end: int
    shown: list[Shown] = field(default_factory=list)
    inline: list[Shown] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)
    asked: Asked = field(default_factory=dict)  # what comments say of it
    copied: dict[str, str] = field(default_factory=dict)  # variables with copies, and their index

    def said_of(self, shown: Shown) -> dict[str, str]:
        """What comments say of a display: those between it and the display before."""
        places = [other.display.start for other in self.shown]
        before = max((p for p in places if p < shown.display.start), default=self.start - 1)
        return {
            each.key: each.value
            for each in self.directives
            if before < each.place < shown.display.start
        }


class Reader:
    """One document: its macros, as they are defined, and how much of it has been read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._meanings = Meanings()
        self._read = 0
        self.displays = 0
        self.begins: list[int] = []  # the line where each display begins
        self.ends: list[int] = []  # the line where each ends

    def sections(self, pages: Iterable[Page]) -> list[Section]:
        """The sections of a document, its displays laid out."""
        found = [Section("", 0, 0, 0)]
        for page in pages:
            for block in page.blocks:
                self._meanings.reach(block.start)
                if isinstance(block, Defining):
                    self._meanings.define(block.definition, block.scope, page.local)
                    continue
                last = found[-1]
                last.end = max(last.end, block.end)
                if isinstance(block, Heading):
                    last.end = block.start
                    found.append(Section(block.title, block.level, block.start, block.end))
                elif isinstance(block, Comment):
                    last.comments.append(block)
                elif block.inline:
                    last.inline.append(self._shown(block, 0, self._laid(block, page.local)))
                else:
                    self.displays += 1
                    end = max(block.end - 1, block.start)
                    self.begins.append(self._source.location(block.start, block.start).line)
                    self.ends.append(self._source.location(end, end).line)
                    laid = self._laid(block, page.local)
                    last.shown.append(self._shown(block, self.displays, laid))
                    last.inline += self._labels(block, laid)
        return found

    def _shown(self, display: Display, number: int, laid: Laid) -> Shown:
        sides = tuple(self._side(piece, number) for piece in laid.pieces)
        claims = tuple(self._claims(laid, number)) if number else ()
        return Shown(number, display, laid.trouble, sides, claims)

    def _side(self, piece: Piece, number: int) -> Side:
        tokens, end = piece.tokens, piece.tokens[-1].end if piece.tokens else piece.place
        words = any(token.text == KEPT for token in tokens)
        read = Unread("words") if words else plain(self._source, tokens)
        return Side(replace(piece, tokens=()), read, number, text_of(tokens), end)

    def _labels(self, display: Display, laid: Laid) -> Iterator[Shown]:
        """What stands beneath braces, as formulas in the text that say what is under them."""
        for label, body in laid.labels:
            parts = ("", label), (":=", body)
            made = [Piece(sign, part, 0, part[0].start) for sign, part in parts if part]
            sides = tuple(self._side(piece, 0) for piece in made)
            if sides and sides[0].read:  # words say nothing of the name that is under them
                yield Shown(0, display, "", sides)

    def _claims(self, laid: Laid, number: int) -> Iterator[tuple[Side, ...]]:
        r"""What is claimed beneath braces, `\underbrace{a}_{\ge 0}`, with what is under them."""
        for label, body in laid.labels:
            if not body or not is_claim(label):
                continue
            row = max((p.row for p in laid.pieces if p.place <= body[0].start), default=1)
            said = [*pieces([Row([*label], row)])] or [
                Piece("=", (Tok(KEPT, 0, 0), *label), row, label[0].start)
            ]
            first = replace(said[0], before=said[0].before or "=")
            made = (Piece("", body, row, body[0].start), first, *said[1:])
            yield tuple(self._side(piece, number) for piece in made)

    def _laid(self, display: Display, local: bool) -> Laid:
        if display.trouble:
            return Laid((), (), display.trouble)
        self._read += len(display.body.text)
        if self._read > MOST_MATHS:
            return Laid((), (), "too-much")
        tokens = lex(display.body)
        try:
            found = self._meanings.read(tokens, local)
        except OverBudget:
            return Laid((), (), "macro-budget")
        except Unsure:
            return Laid((), (), "macro-unsure")
        if tokens and all(token.blank for token in found):
            return Laid((), (), "macros")
        if display.environment == MADE:
            found = bare(found)
        return laid_out(found, display.environment)


# -- chains ----------------------------------------------------------------------------------------


def chains(section: Section) -> tuple[list[Chain], list[Skipped]]:
    """The chains of a section, in their order, and what of its displays belongs to none."""
    found: list[Chain] = []
    skipped: list[Skipped] = []
    beneath: dict[int, list[Chain]] = {}  # braces, by the number of chains before
    for shown in section.shown:
        said = section.said_of(shown) if section.directives else {}
        if "skip" in said:
            skipped.append(_all_of(shown, "skip"))
            continue
        if shown.trouble or not shown.sides:
            skipped.append(_all_of(shown, shown.trouble or "empty"))
            continue
        first = len(found)
        _add(found, skipped, shown, said.get("chain", ""))
        claims = [*_claimed(shown, skipped)]
        beneath.setdefault(len(found), []).extend(claims)
        for chain in (*found[max(first - 1, 0) :], *claims):
            chain.said |= {
                side.piece.place: said for side in chain.sides if side.display == shown.number
            }
    for chain in found:
        apart = all(side.display != chain.start.display for side in chain.lines)
        if apart and not chain.noted:
            skipped.append(_one(chain.start, "no-relation"))
    every = (each for n, chain in enumerate(found, 1) for each in (chain, *beneath.get(n, ())))
    return [chain for chain in every if chain.lines], skipped


def _claimed(shown: Shown, skipped: list[Skipped]) -> Iterator[Chain]:
    """What is claimed beneath the braces of a display."""
    for start, *lines in shown.claims:
        chain = Chain(start, noted=True)
        for side in lines:
            before = side.piece.before
            if before in ("=", ">=", "<=", ":=", "=:"):
                chain.lines.append(side)
                continue
            skipped.append(_one(side, before if before in FOREIGN else "limits"))
            break
        yield chain


def _add(found: list[Chain], skipped: list[Skipped], shown: Shown, said: str) -> None:
    """The pieces of a display; `said`: whether its chain is `new`, or `continues` the last one."""
    first = True
    for number, side in enumerate(shown.sides):
        before = side.piece.before
        if before == "arrow" and found and found[-1].lines and not first:
            following = [other.piece.before for other in shown.sides[number + 1 : number + 2]]
            before = "so" if following and following[0] in ("=", ">=", "<=") else before
        if before == "arrow" and not side.piece.reasons:
            before = "limits"
        if first and said == "new" and found and side.piece.goes_on:
            found.append(Chain(found[-1].sides[-1]))
        if first and said == "continues" and before == "" and found:
            first = False  # what it begins with stands at the end of the last chain already
            if side.text == found[-1].sides[-1].text:
                continue
        if before in ("", "so"):
            found.append(Chain(side, follows=before == "so"))
        elif first and not (side.piece.goes_on and found):
            skipped.append(_one(side, "no-left-side"))
            found.append(Chain(side, noted=True))
        elif before in FOREIGN or before == "limits":
            skipped.append(_one(side, before))
            found[-1].noted = True
            found.append(Chain(side, noted=True))
        else:
            (_main(found, side) or found[-1]).lines.append(side)
        first = False


_HEADS = frozenset({"E", "KL", "log", "ln", "int", "H", "I", "D"})


def _main(found: list[Chain], side: Side) -> Chain | None:
    """The chain that a row goes on with where the row above ends in a remark without the means and
    logarithms that this is about: `L = E[..], \\quad q(z) = ..`."""
    if len(found) < 2 or not found[-1].lines or not found[-2].lines:
        return None
    last, before = found[-1], found[-2]
    above = {each.piece.row for each in (*last.sides, before.sides[-1])}
    here = side.piece.row
    told = [any(_has_head(each.read) for each in chain.sides) for chain in (last, before)]
    fits = above == {here - 1} and last.start.display == side.display == before.start.display
    return before if fits and told == [False, True] and _has_head(side.read) else None


def _has_head(tokens: Tokens) -> bool:
    return any(token.text in _HEADS for token in tokens)


def _one(side: Side, code: str) -> Skipped:
    return Skipped(side.display, side.piece.place, side.end, code, side.text)


def _all_of(shown: Shown, code: str) -> Skipped:
    display = shown.display
    text = " ".join(display.body.text.split())[:200]
    return Skipped(shown.number, display.start, display.end, code, text)
