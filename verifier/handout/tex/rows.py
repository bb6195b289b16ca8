"""Formulas in rows of LaTeX: broken where they are too long, and their reasons beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from verifier.formula import written as w
from verifier.handout.conventions import Style
from verifier.handout.tex.breaking import Piece, SetLine, lines
from verifier.handout.tex.spelling import Spelling, closing, opening, spelling
from verifier.typeset.boxes import Fence, Script, Sign
from verifier.typeset.notation import joined

_HAND = 3.0  # ems of a line that is written by hand
COLUMNS = 6.1  # ems beside a formula: its relation, and the number of its step


@dataclass(frozen=True)
class Formulas:
    """Formulas in one notation, on a page that is so many ems wide."""

    style: Style
    width: float

    def broken(
        self, formula: w.Written, room: float, changed: Sequence[w.Written] = ()
    ) -> tuple[SetLine, ...]:
        """A formula in lines no wider than `room`, where it can be broken so."""
        return lines(self.style.boxes(formula), room, changed)

    def rows(
        self,
        relation: str,
        broken: Sequence[SetLine],
        why: str,
        number: str,
        changed: Sequence[w.Written] = (),
        blank: str | None = None,
        tall: int = 0,
    ) -> Iterator[str]:
        """A formula's lines, its reason beside the last one or, where TeX finds no room, below. A
        line that is left blank has a box of that many lines and of all the width."""
        if blank == "line":
            inner = r"\\ ".join(
                rf"$\hskip{line.indent:.2f}em\displaystyle {self.line(line)}$" for line in broken
            )
            size = f"[c][{tall * _HAND:.1f}em]{{{self.width - COLUMNS - 1.0:.1f}em}}"
            box = rf"\elboblank{{\parbox{size}{{\raggedright {inner}}}}}"
            yield rf"\elborow{{{relation}}}{{0}}{{{box}}}{{{why}}}{{{number}}}"
            return
        last = len(broken) - 1
        for place, line in enumerate(broken):
            formula = self.line(line, changed, blank)
            told, end = (why, number) if place == last else ("", "")
            if place:
                yield r"\nobreak"
            head = relation if place == 0 else ""
            yield rf"\elborow{{{head}}}{{{line.indent:.2f}}}{{{formula}}}{{{told}}}{{{end}}}"

    def line(
        self, line: SetLine, changed: Sequence[w.Written] = (), blank: str | None = None
    ) -> str:
        """One line of a formula; what is new in it is marked."""
        new = frozenset(map(id, changed))
        text = "{}" if line.indent else ""
        for mark, group in groupby(line.pieces, lambda piece: piece.marks[:1]):
            spelled = spelling(frozenset() if mark else new)
            part = joined(_piece(piece, spelled, blank) for piece in group)
            text = joined((text, rf"\elbonew{{{part}}}" if mark else part))
        return text


def _piece(piece: Piece, spelled: Spelling, blank: str | None) -> str:
    box = piece.box
    if piece.part == "box":
        text = spelled.text(box)
        related = blank == "relation" and piece.at == "relation" and piece.depth == 0
        return rf"\mathrel{{\elboblank{{${text}$}}}}" if related else text
    fence = box.base if isinstance(box, Script) else box
    assert isinstance(fence, Fence)
    if piece.part == "opening":
        return opening(fence)
    scripts = spelled.text(replace(box, base=Sign(""))) if isinstance(box, Script) else ""
    return closing(fence) + scripts
