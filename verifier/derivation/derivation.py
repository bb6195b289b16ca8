"""A derivation as its file has it: texts with their places, nothing parsed yet."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import ClassVar, Literal

from verifier.formula.written import Span
from verifier.outcome import Diagnostic, DiagnosticError, FileVerdict, Location, Verdict

_EXCERPT = 400  # characters of a very long line that are worth showing


def lies_at(name: str) -> str:
    """Where a file lies, in whichever way it is named."""
    folder, file = os.path.split(name)
    return os.path.join(os.path.realpath(folder), file)


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file and where its lines begin, so that offsets become locations."""

    name: str
    text: str = field(repr=False)
    starts: tuple[int, ...] = field(repr=False)
    digest: str
    mark: str = field(default="", repr=False)  # the byte order mark before the text, if any

    @property
    def path(self) -> str:
        """Where the file lies: what it uses is named from there."""
        return lies_at(self.name)

    def location(self, start: int, end: int) -> Location:
        """The place of a range of characters."""
        line, column = self._place(start)
        end_line, end_column = self._place(max(start, end))
        first = self.starts[line - 1]
        excerpt = self._line(line)
        skipped = 0
        if len(excerpt) > _EXCERPT:
            skipped = max(0, start - first - _EXCERPT // 4)
            excerpt = excerpt[skipped : skipped + _EXCERPT]
        return Location(line, column, end_line, end_column, excerpt, skipped + 1)

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def _line(self, line: int) -> str:
        following = self.starts[line] if line < len(self.starts) else len(self.text)
        return self.text[self.starts[line - 1] : following].rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar: its text, and the offset in the source of each of its characters (and its end).

    `cut` says what of YAML's own syntax ended a plain scalar where its author may not have meant
    it to end: a comment on the same line, or a comma of a `[..]` list. What is `implied` isn't
    written there: it follows from what is.
    """

    value: str
    offsets: Sequence[int] = field(repr=False)  # len(value) + 1
    source: Source = field(repr=False)
    cut: Literal["", "comment", "comma"] = ""
    implied: bool = False

    def location(self, span: Span | None = None) -> Location:
        """The place of a span of this text, or of all of it."""
        last = len(self.value)
        start, end = (span.start, span.end) if span else (0, last)
        start = min(max(start, 0), last)
        end = min(max(end, start), last)
        return self.source.location(self.offsets[start], self.offsets[end])

    def diagnostic(self, code: str, span: Span | None = None, **data: object) -> Diagnostic:
        """What is to be said of a span of this text, or of all of it."""
        if self.cut:
            data["cut"] = self.cut
        names = data.pop("free", None)
        if isinstance(names, tuple):
            taken = {*re.findall(r"\w+", self.source.text)}
            data["free"] = next((name for name in names if name not in taken), None)
        return Diagnostic(code, self.location(span), data)

    def holds(self, where: Location | None) -> bool:
        """Whether a place is within this text."""
        own = self.location()
        return where is not None and (
            (own.line, own.column) <= (where.line, where.column) <= (own.end_line, own.end_column)
        )

    def refused(self, code: str, **data: object) -> DiagnosticError:
        """The error that this text is."""
        return DiagnosticError(self.diagnostic(code, None, **data))

    def unknown(self, code: str, names: Iterable[str]) -> Diagnostic:
        """That this text is none of `names`, with the nearest of them."""
        near = tuple(get_close_matches(self.value, [*names], 1))
        return self.diagnostic(code, name=self.value, near=near)


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of `steps`."""

    key: str  # eq, ge, le, so, side
    formula: Text
    rules: tuple[Text, ...] | None = None  # None when `by` is absent
    using: tuple[Text, ...] = ()
    label: Text | None = None
    note: str | None = None
    expect: Verdict = Verdict.PROVED
    blank: str | None = None
    points: int = 1  # what its blank is worth
    whole: bool = True  # nothing in it was passed over that can't be read


@dataclass(frozen=True, slots=True)
class Derivation:
    """One file, loaded: the keys of the format in its order."""

    source: Source
    title: str
    model: tuple[Text, ...]
    steps: tuple[Step, ...]
    claim: Text
    start: Text | None = None
    origin: str | None = None  # the key `source`
    description: str | None = None
    author: str | None = None
    course: str | None = None
    date: str | None = None
    support: tuple[Text, ...] | None = None  # None: the standing assumption
    assume: tuple[Text, ...] = ()
    parameters: tuple[Text, ...] = ()
    functions: tuple[Text, ...] = ()
    copies: tuple[Text, ...] = ()
    define: tuple[Text, ...] = ()
    discrete: tuple[Text, ...] = ()
    strict: bool = False
    expect: FileVerdict = FileVerdict.VERIFIED
    faults: tuple[Diagnostic, ...] = ()  # then it is what can be read of its file
    bundle: ClassVar[Callable[[Derivation], Mapping[str, str]] | None] = None  # set by who judges

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """It as it is judged, in each format that a notebook may choose from, by media type."""
        show = type(self).bundle
        return {
            kind: text
            for kind, text in (show(self) if show else {"text/plain": repr(self)}).items()
            if (include is None or kind in include) and not (exclude and kind in exclude)
        }
