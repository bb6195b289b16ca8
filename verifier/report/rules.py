"""The rules as a list, and a page on each: lines of styled pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from verifier.manual.rules import Entry
from verifier.messages.codes import CodeEntry
from verifier.report.layout import BAD, DIM, GOOD, PLAIN, TITLE, Line
from verifier.report.wrapping import wrap_text

_UNLIMITED = 1 << 30
_COLUMN = len("provided that  ")


def listing(entries: Iterable[Entry]) -> Iterator[Line]:
    """A line per rule, its other names below."""
    entries = tuple(entries)
    column = max(len(entry.name) for entry in entries) + 2
    for entry in entries:
        mark = " *" if entry.tidying else ""
        yield (entry.name, TITLE), (mark.ljust(column - len(entry.name)), DIM), (entry.line, PLAIN)
        if entry.aliases:
            yield ((" " * column + f"also {', '.join(entry.aliases)}", DIM),)
    yield (("* tidying: need not be cited beside a main rule", DIM),)


def pages(entries: Iterable[Entry | CodeEntry], width: int | None) -> Iterator[Line]:
    """Page after page."""
    for number, entry in enumerate(entries):
        if number:
            yield ()
        if isinstance(entry, CodeEntry):
            yield from _code(entry, width or _UNLIMITED)
        else:
            yield from _page(entry, width or _UNLIMITED)


def _code(entry: CodeEntry, width: int) -> Iterator[Line]:
    yield ((entry.name, TITLE),)
    yield ()
    yield from _fact("means", entry.means, width)
    yield from _fact("what to do", entry.do, width)
    lead = "it says"
    for said, advice in entry.examples:
        yield from _fact(lead, said, width)
        if advice:
            yield from _fact("", f"hint: {advice}", width)
        lead = ""


def _page(entry: Entry, width: int) -> Iterator[Line]:
    yield ((entry.name, TITLE),)
    yield from (((f"  {mark}", DIM),) for mark in _marks(entry))
    yield ()
    yield from _fact("says", entry.says, width)
    yield from _fact("provided that", entry.conditions, width)
    yield ()
    if entry.figure:
        yield from (*_indented(entry.figure, ""), ())
    yield from _fact("source", entry.source, width)
    yield from ((), (("verified:", GOOD),), *_indented(entry.passes))
    yield from ((), (("refuted, at its last step:", BAD),), *_indented(entry.fails))


def _marks(entry: Entry) -> Iterator[str]:
    if entry.aliases:
        yield f"also {', '.join(entry.aliases)}"
    if entry.tidying:
        yield "tidying: need not be cited beside a main rule"
    if entry.so_only:
        yield "cited on a `so` only"


def _fact(name: str, text: str, width: int) -> Iterator[Line]:
    first, *more = wrap_text(text, width - _COLUMN, indent=0)
    yield (name.ljust(_COLUMN), DIM), (first, PLAIN)
    yield from (((" " * _COLUMN + line, PLAIN),) for line in more)


def _indented(text: str, margin: str = "  ") -> Iterator[Line]:
    yield from (((margin + line, PLAIN),) if line else () for line in text.splitlines())
