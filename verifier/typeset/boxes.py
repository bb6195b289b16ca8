"""What a formula is made of when it is set: the same boxes in every notation.

`typeset.brackets` decides which boxes there are, brackets included; a notation draws them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from verifier.formula.written import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A part of a set formula, and the node of the written formula that it shows, if it is one."""

    node: Written | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name(Box):
    """The name of a family, a variable, a function, a parameter: `q_theta`."""

    text: str


@dataclass(frozen=True, slots=True)
class Number(Box):
    """A number, as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class Sign(Box):
    """A symbol or a word that belongs to the notation: `+`, `||`, `log`, `int`, `for all`."""

    text: str


@dataclass(frozen=True, slots=True)
class Space(Box):
    """What keeps two boxes apart: a space, or the thin one before a differential."""

    thin: bool = False


@dataclass(frozen=True, slots=True)
class Row(Box):
    """Boxes side by side."""

    parts: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Script(Box):
    """A box with a subscript or a superscript, or both.

    `bare` where one that stands alone needs no braces; in a `tight` subscript sums are set tight.
    """

    base: Box
    below: Box | None = None
    above: Box | None = None
    bare: bool = False
    tight: bool = False


@dataclass(frozen=True, slots=True)
class Fence(Box):
    """A box in brackets; `arguments` are round ones that don't grow, behind a name."""

    body: Box
    kind: Literal["round", "square", "arguments", "angle"] = "round"


@dataclass(frozen=True, slots=True)
class Fraction(Box):
    """One box above another."""

    numerator: Box
    denominator: Box


@dataclass(frozen=True, slots=True)
class Root(Box):
    """A square root."""

    body: Box


SPACE, THIN = Space(), Space(True)


def row(*parts: Box) -> Box:
    """Boxes side by side; of one box that box."""
    return parts[0] if len(parts) == 1 else Row(parts)


def joined(boxes: Iterable[Box], *between: Box) -> Box:
    """Boxes with others between each two of them."""
    parts: list[Box] = []
    for box in boxes:
        if parts:
            parts.extend(between)
        parts.append(box)
    return row(*parts)


def leaves(box: Box) -> Iterator[Box]:
    """What stands on the line, from left to right; brackets, scripts and fractions are one."""
    if isinstance(box, Row):
        for part in box.parts:
            yield from leaves(part)
    else:
        yield box
