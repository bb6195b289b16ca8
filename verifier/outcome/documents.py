"""What becomes of documents: where a step stands in one, what was read as what, and what was not
judged. Plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.outcome.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step stands in a document: the display, its row, the chain it belongs to, each
    counted from 1; in a notebook the cell and the line in it."""

    end_line: int
    display: int
    row: int
    chain: int
    cell: int | None = None
    line_in_cell: int | None = None
    after: tuple[int, ...] = ()  # the steps that come to what it follows from
    said: str = ""  # whether a `reason` or a `comment` names rules that it follows by


@dataclass(frozen=True, slots=True)
class Declared:
    """A line of a document that declares something, and is not judged: `define` or `model`."""

    kind: str
    text: str
    line: int
    column: int
    place: Place


@dataclass(frozen=True, slots=True)
class ReadAs:
    """Something that the text leaves open, and how it was read: where that was first needed, and
    the steps that rest on it."""

    said: Diagnostic
    line: int
    steps: tuple[int, ...] = ()
    section: str = ""


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A display, or a line of one, on which there is no verdict; `why` says it in words."""

    line: int
    end_line: int
    code: str
    why: Diagnostic
    text: str
    display: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document has beside the steps that were judged."""

    displays: int = 0
    judged: int = 0  # displays with a step, or a line that declares something
    declared: tuple[Declared, ...] = ()
    read_as: tuple[ReadAs, ...] = ()
    not_judged: tuple[NotJudged, ...] = ()
    begins: tuple[int, ...] = ()  # the line where each display begins
    ends: tuple[int, ...] = ()  # the line where each ends
    complete: bool = False  # what is unproved or not judged counts as a failure
