"""Boxes in LaTeX whose brackets are as large as what they hold, and what is new in them marked."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.handout.tex.text import name
from verifier.typeset.boxes import Box, Fence
from verifier.typeset.latex import LATEX
from verifier.typeset.metrics import size
from verifier.typeset.notation import Notation, joined

_SIZES = (("", ""), (r"\bigl", r"\bigr"), (r"\Bigl", r"\Bigr"), (r"\biggl", r"\biggr"))
_BRACKETS = {
    "round": ("(", ")"),
    "arguments": ("(", ")"),
    "square": ("[", "]"),
    "angle": (r"\langle", r"\rangle"),
}


@dataclass(frozen=True, slots=True)
class Spelling(Notation):
    """LaTeX; parts whose node is among `changed`, by identity, are marked."""

    changed: frozenset[int] = frozenset()

    def text(self, box: Box) -> str:
        if isinstance(box, Fence):
            spelled = joined((opening(box), self.text(box.body), closing(box)))
        else:
            spelled = Notation.text(self, box)
        new = box.node is not None and id(box.node) in self.changed
        return rf"\elbonewsmall{{{spelled}}}" if new else spelled


def opening(fence: Fence) -> str:
    """The bracket before what a fence holds."""
    return joined((_SIZES[size(fence)][0], _BRACKETS[fence.kind][0]))


def closing(fence: Fence) -> str:
    """The bracket after it."""
    return joined((_SIZES[size(fence)][1], _BRACKETS[fence.kind][1]))


def spelling(changed: frozenset[int] = frozenset()) -> Spelling:
    """LaTeX for the page."""
    known = {field: getattr(LATEX, field) for field in Notation.__slots__}
    return Spelling(**{**known, "name": name}, changed=changed)
