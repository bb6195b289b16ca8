"""The steps of a derivation in LaTeX: what is written, why it holds, and what is left blank."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from verifier.handout import Form
from verifier.handout.exhibits import Grid, exhibit
from verifier.handout.notes import Text, noted, told
from verifier.handout.sheet import Sheet, Step
from verifier.handout.tex.pgf import sentence
from verifier.handout.tex.rows import COLUMNS, Formulas
from verifier.handout.tex.text import code, prose
from verifier.handout.texts import EXPLAINED, KINDS, heading, reason
from verifier.outcome import Verdict
from verifier.typeset.boxes import Sign
from verifier.typeset.latex import LATEX

_APART = r"\hskip 2em plus 1em "  # between tables
_REASON = 18.0  # ems of a box for a reason, of two lines: no size tells what belongs in it


class Steps:
    """The steps of a sheet, numbered within its chapter if it has one."""

    def __init__(self, sheet: Sheet, form: Form, chapter: str, formulas: Formulas) -> None:
        self._sheet = sheet
        self._chapter = chapter
        self._formulas = formulas
        self._worksheet = form.student or form.solutions
        self._labelled = form.fragment  # for the document that it is part of

    def lines(self) -> Iterator[str]:
        """The section, line by line."""
        yield rf"\elbohead{{{heading(self._sheet, self._worksheet)}}}"
        yield r"\begingroup\lineskip=6pt\lineskiplimit=5pt"
        if self._sheet.start is not None:
            room = self._formulas.width - COLUMNS
            yield from self._formulas.rows(
                "", self._formulas.broken(self._sheet.start, room), "", ""
            )
        for step in self._sheet.steps:
            yield r"\penalty-50\vskip 3pt plus 1pt"
            yield from self.step(step)
        yield r"\par\endgroup"

    def mended(self) -> Iterator[str]:
        """The lines that were made wrong, as they should be."""
        yield rf"\elbohead{{{EXPLAINED['errors']}}}"
        for slip in self._sheet.errors:
            sign = f"${LATEX.text(Sign(slip.right_relation))}$" if slip.right_relation else ""
            broken = self._formulas.broken(slip.right, self._room(None))
            yield from self._formulas.rows(sign, broken, "", f"({slip.number})")

    def step(self, step: Step) -> Iterator[str]:
        """One step: its line, its reason, what is noted on it."""
        blank = step.blank if self._worksheet else None
        relation = self._relation(step, blank)
        why = prose(reason(step))
        if blank == "reason":
            why = (
                rf"\elboblank{{\parbox[c][2.4em]{{{_REASON}em}}{{\raggedright\strut {why}\strut}}}}"
            )
        if blank is not None and step.points != 1:
            why = rf"{why}\enspace[{step.points}]"
        bad = step.verdict is not Verdict.PROVED and not self._worksheet
        if bad:
            why = rf"\elbobad{{{prose(step.verdict)}}} {why}"
        number = f"({self._chapter}{'.' if self._chapter else ''}{step.number})"
        if self._labelled:
            names = [str(step.number), *([step.label] if _is_plain(step.label) else [])]
            number += "".join(rf"\elbolabel{{{name}}}{{{step.number}}}" for name in names)
        if step.formula is None:
            yield rf"\elborow{{{relation}}}{{0}}{{}}{{{why}}}{{{number}}}"
            yield rf"\elbonote{{{code(step.text)}}}"
        else:
            changed = () if self._worksheet else step.changed
            broken = self._formulas.broken(step.formula, self._room(blank), changed)
            tall = self._tallest if blank == "line" else 0
            yield from self._formulas.rows(relation, broken, why, number, changed, blank, tall)
        if step.note and blank is None:  # it might tell
            note = sentence(noted(step.note, self._sheet.scope), self._formulas.style)
            yield rf"\elbonote{{{note}}}"
        if bad:
            yield from self._trouble(step)

    def _room(self, blank: str | None) -> float:
        return self._formulas.width - COLUMNS - (1.0 if blank == "line" else 0.0)

    @cached_property
    def _tallest(self) -> int:
        """How many lines the longest formula has."""
        formulas = (step.formula for step in self._sheet.steps if step.formula is not None)
        room = self._room("line")
        return max((len(self._formulas.broken(each, room)) for each in formulas), default=1)

    def _relation(self, step: Step, blank: str | None) -> str:
        if step.kind != "chain":
            return rf"{{\small {KINDS.get(step.kind, '')}}}"
        sign = f"${LATEX.text(Sign(step.relation))}$"
        return rf"\elboblank{{{sign}}}" if blank in ("relation", "line") else sign

    def _trouble(self, step: Step) -> Iterator[str]:
        texts = [text for text in (step.message, step.advice) if text]
        if step.diagnosis:
            texts.append(f"{EXPLAINED['diagnosis']} `{step.diagnosis.line}`")
        scope = self._sheet.scope
        yield from (rf"\elbonote{{{self._said(told(text, scope))}}}" for text in texts)
        if step.counterexample is not None:
            found = exhibit(step.counterexample, scope)
            grids = (rf"\elbogrid{{{self._grid(grid)}}}" for grid in found.grids)
            yield rf"\elbonote{{{_APART.join(grids)}}}"
            yield rf"\elbonote{{{self._said(found.sentence)}}}"

    def _said(self, text: Text) -> str:
        return sentence(text, self._formulas.style)

    def _grid(self, grid: Grid) -> str:
        head, *rows = (" & ".join(map(self._said, row)) for row in grid)
        columns = "r" * (len(grid[0]) - 1)
        below = "".join(rf" {row} \\" for row in rows)
        return rf"\begin{{tabular}}{{r|{columns}}}{head} \\ \hline{below}\end{{tabular}}"


def _is_plain(label: str | None) -> bool:
    """Whether TeX takes a label as it is."""
    return label is not None and re.fullmatch("[A-Za-z][A-Za-z0-9-]*", label) is not None
