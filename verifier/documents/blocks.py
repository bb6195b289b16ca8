"""What a document consists of, as far as it is read: displays, formulas in its text, headings,
comments that declare something, definitions of macros; and the prose between."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.documents.macros import Definition, Scope
from verifier.documents.traced import Traced


@dataclass(frozen=True, slots=True)
class Display:
    """A display, or a formula `inline` in the text: what stands within it, and its place in the
    file. `trouble` is the code of why it can't be read at all."""

    body: Traced
    start: int
    end: int
    inline: bool = False
    environment: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a section begins; 1 is the highest level."""

    level: int
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Comment:
    """An `elbo:` comment: what stands behind the colon."""

    body: Traced
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Defining:
    """Where the text between displays defines a command, and where that holds."""

    definition: Definition
    scope: Scope
    start: int
    end: int


Block = Display | Heading | Comment | Defining


@dataclass(frozen=True, slots=True)
class Page:
    """A document, or a cell or docstring of one: its blocks in their order, its prose with what is
    no prose blanked; `local`: whether what a display defines holds to its end alone."""

    blocks: tuple[Block, ...]
    prose: str
    local: bool = False
    cell: int = 0  # of a notebook
    text: Traced | None = None
