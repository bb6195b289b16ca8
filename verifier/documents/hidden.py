r"""What of a text can hold no formula, found from its start on: what opens first hides what would
open within it, a comment a `\begin{verbatim}`, code in a line a `<!--`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Region = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Blank:
    """What holds no formula by itself. `opens` is how it begins, or all of it; `closes` how it
    ends, a pattern in which OPENED is what the group `opened` matched. Without an end it is none,
    or goes to the end of the text with `ever`."""

    opens: re.Pattern[str]
    closes: str = ""
    ever: bool = False
    text: bool = False  # whether what is between is a text again
    paragraph: bool = False  # whether it ends within its paragraph
    branches: bool = False  # `\iffalse` and its like
    escape: bool = False  # no blank: nothing opens within it


@dataclass(frozen=True, slots=True)
class Found:
    """A blank in a text: how it opens, what stands between, and what is behind it."""

    match: re.Match[str]
    inner: Region
    end: int
    kept: Region  # of what is between what isn't blanked

    @property
    def start(self) -> int:
        return self.match.start()


def hidden(text: str, blanks: Sequence[Blank]) -> Iterator[Found]:
    """The blanks of a text, those within texts of others among them."""
    return _Walk(text, blanks).found()


_Next = dict[int, re.Match[str] | None]
_PARAGRAPH = re.compile(r"\n[ \t>]*\n")


class _Walk:
    """A text on its way, from one blank to the next."""

    def __init__(self, text: str, blanks: Sequence[Blank]) -> None:
        self._text = text
        self._blanks = blanks
        self._next: _Next = {}  # of each blank where it opens next
        self._around: list[tuple[int, int, _Next]] = []  # texts of blanks: where they end
        self._never: set[str] = set()  # what closes nothing from here on
        self._taken: list[bool] = []  # of each condition around, whether its other branch is hidden

    def found(self) -> Iterator[Found]:
        at = 0
        while True:
            limit = self._around[-1][0] if self._around else len(self._text)
            opened = self._opened(at, limit)
            if opened is not None:
                blank, match = opened
                found = self._found(blank, match, limit)
                at = max(match.end(), match.start() + 1) if found is None else found.kept[0]
                if found is not None:
                    yield found
                    if found.kept[0] < found.kept[1] < limit:
                        self._around.append((found.kept[1], found.end, self._next))
                        self._next = {}
            elif self._around:
                _, at, self._next = self._around.pop()
            else:
                return

    def _opened(self, at: int, limit: int) -> tuple[Blank, re.Match[str]] | None:
        """What opens first; of two at one place the one that is told of first."""
        first: tuple[Blank, re.Match[str]] | None = None
        for number, blank in enumerate(self._blanks):
            match = self._next.get(number)
            if number not in self._next or (match is not None and match.start() < at):
                match = self._next[number] = blank.opens.search(self._text, at, limit)
            if match is not None and (first is None or match.start() < first[1].start()):
                first = blank, match
        return first

    def _found(self, blank: Blank, match: re.Match[str], limit: int) -> Found | None:
        start = match.end()
        if blank.escape:
            return None
        if blank.branches:
            end = self._branch(match, limit)
            return None if end is None else Found(match, (start, end), end, (end, end))
        if not blank.closes:
            return Found(match, (start, start), start, (start, start))
        closes = blank.closes.replace("OPENED", re.escape(match.groupdict().get("opened") or ""))
        if blank.paragraph:
            ends = _PARAGRAPH.search(self._text, start, limit)
            limit = ends.start() if ends else limit
        closer = None
        if closes not in self._never:
            closer = re.compile(closes, re.MULTILINE).search(self._text, start, limit)
        if closer is None and limit == len(self._text):
            self._never.add(closes)
        if closer is None and not blank.ever:
            return None
        stop, end = closer.span() if closer else (limit, limit)
        return Found(match, (start, stop), end, (start, stop) if blank.text else (end, end))

    def _branch(self, match: re.Match[str], limit: int) -> int | None:
        r"""What is behind the branch that a condition, an `\else` or a `\fi` hides, if it does."""
        word = match["if"] or ""
        if word in ("iftrue", "iffalse"):
            self._taken.append(True)
            return match.end() if word == "iftrue" else self._skipped(match.end(), limit, True)
        if word.startswith("if"):
            self._taken.append(False)
            return None
        if word == "else":
            hides = bool(self._taken) and self._taken[-1]
            return self._skipped(match.end(), limit, False) if hides else None
        return match.end() if self._taken and self._taken.pop() else None

    def _skipped(self, at: int, limit: int, to_else: bool) -> int:
        r"""What is behind the `\fi` of a condition, or behind its `\else`."""
        level = 0
        for match in CONDITION.finditer(self._text, at, limit):
            word = match["if"] or ""
            if level == 0 and (word == "fi" or (word == "else" and to_else)):
                if word == "fi":
                    self._taken.pop()
                return match.end()
            level += word.startswith("if") - (word == "fi")
        self._taken.pop()
        return limit


# What a condition in TeX has, behind what is no such thing: `\newif\ifdraft`, a comment, `\iff`.
CONDITION = re.compile(
    r"\\[\\%]|%[^\n]*|\\newif\s*\\if[A-Za-z@]*"
    r"|\\(?P<if>iftrue|iffalse|else|fi|if(?!f(?![A-Za-z@]))[A-Za-z@]*(?!\s*\{|[A-Za-z@]))"
    r"(?![A-Za-z@])"
)
