"""A derivation as slides for beamer: revealed line by line, reasons beside, the claim at the end. A
frame goes on from the line that the one before it ends with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.formula import written as w
from verifier.handout import Form
from verifier.handout.conventions import style
from verifier.handout.notes import noted
from verifier.handout.sheet import Sheet, Step
from verifier.handout.tex.pgf import sentence
from verifier.handout.tex.rows import COLUMNS, Formulas
from verifier.handout.tex.steps import Steps
from verifier.handout.tex.text import prose
from verifier.handout.texts import EXPLAINED, notation_of, reason

_WIDTH = 35.0  # ems of a line
_ROOM = 18.5  # ems of the height of a frame
_LINE, _NOTE, _BELOW = 3.3, 1.4, 1.6  # of a line of a formula, of a note, of a reason beneath
_LETTER = 0.5  # ems of a letter of a reason
_NOTE_LETTERS = 66
_PREAMBLE = r"""\documentclass[11pt,aspectratio=169,hyperref={bookmarks=false}]{beamer}
\usefonttheme[onlymath]{serif}
\usepackage{iftex}
\ifPDFTeX\usepackage[T1]{fontenc}\usepackage{lmodern}\fi
\usepackage{amsmath}
\usepackage{amssymb}
\setbeamertemplate{navigation symbols}{}
\setbeamertemplate{footline}[frame number]
\setbeamersize{text margin left=8mm,text margin right=8mm}
\ifPDFTeX\pdfinfoomitdate=1 \pdfsuppressptexinfo=-1 \pdftrailerid{}\fi"""


def preamble() -> str:
    """What comes before the document."""
    return _PREAMBLE


def frames(sheet: Sheet, form: Form) -> Iterator[str]:
    """The slides of one derivation, line by line."""
    yield from _Slides(sheet, form).lines()


class _Slides:
    def __init__(self, sheet: Sheet, form: Form) -> None:
        self._sheet = sheet
        self._form = form
        self._style = style(form.conventions, sheet.model)
        self._formulas = Formulas(self._style, _WIDTH)
        self._steps = Steps(sheet, form, "", self._formulas)

    def lines(self) -> Iterator[str]:
        yield from self._title()
        yield from self._model()
        for before, steps in self._parts():
            yield from self._derivation(before, steps)
        yield from self._claim()

    def _title(self) -> Iterator[str]:
        sheet = self._sheet
        yield r"\begin{frame}[plain]{}{}"
        yield rf"{{\Large\bfseries\raggedright {prose(sheet.title)}\par}}\medskip"
        for text in (sheet.origin, self._form.under(sheet.byline)):
            if text:
                yield rf"{{\raggedright {prose(text)}\par}}\smallskip"
        if sheet.description:
            said = sentence(noted(sheet.description, sheet.scope), self._style)
            yield rf"{{\raggedright\small {said}\par}}"
        yield r"\end{frame}"

    def _model(self) -> Iterator[str]:
        """What is declared: as many frames as it takes."""
        rows: list[str] = []
        for called, written in (*self._sheet.declarations, ("Notation", notation_of(self._sheet))):
            label = rf"\textbf{{{called}}}"
            for line in written:
                for broken in self._formulas.broken(line, _WIDTH - 7.0):
                    formula = self._formulas.line(broken)
                    shown = rf"\hskip{broken.indent:.2f}em $\displaystyle {formula}$"
                    rows.append(rf"\elbolisted{{{label}}}{{{shown}}}{{}}")
                    label = ""
        most = int(_ROOM / _LINE)
        for place in range(0, len(rows), most):
            yield from _frame("Model and notation", rows[place : place + most])

    def _parts(self) -> Iterator[tuple[w.Written | None, Sequence[Step]]]:
        """The steps of each frame, with the line that they go on from."""
        before, part, room = self._sheet.start, list[Step](), _ROOM
        room -= self._height(before)
        reached = before
        for step in self._sheet.steps:
            takes = self._height(step.formula) + self._below(step)
            takes += _NOTE * -(-len(step.note or "") // _NOTE_LETTERS)
            if part and takes > room:
                yield before, part
                before, part = reached, []
                room = _ROOM - self._height(before)
            part.append(step)
            room -= takes
            if step.kind != "side" and step.formula is not None:
                formula = step.formula
                reached = formula.right if isinstance(formula, w.Statement) else formula
        if part:
            yield before, part

    def _height(self, formula: w.Written | None) -> float:
        if formula is None:
            return _LINE
        return _LINE * len(self._formulas.broken(formula, _WIDTH - COLUMNS))

    def _below(self, step: Step) -> float:
        """What a reason takes that has no room beside its line."""
        if step.formula is None:
            return _BELOW
        last = self._formulas.broken(step.formula, _WIDTH - COLUMNS)[-1]
        wide = COLUMNS + last.width + 1.5 + _LETTER * len(reason(step))
        return _BELOW if wide > _WIDTH else 0.0

    def _derivation(self, before: w.Written | None, steps: Sequence[Step]) -> Iterator[str]:
        rows: list[str] = []
        if before is not None and steps[0].kind == "chain":
            broken = self._formulas.broken(before, _WIDTH - COLUMNS)
            rows += self._formulas.rows("", broken, "", "")
        for step in steps:
            rows += [r"\pause", *self._steps.step(step)]
        yield from _frame(EXPLAINED["steps"], rows)

    def _claim(self) -> Iterator[str]:
        broken = self._formulas.broken(self._sheet.claim, _WIDTH - 3.0)
        rows = r"\\ ".join(
            rf"$\hskip{row.indent:.2f}em\displaystyle {self._formulas.line(row)}$" for row in broken
        )
        yield from _frame(EXPLAINED["claim"], [rf"\elboclaim{{{rows}}}"])


def _frame(title: str, rows: Sequence[str]) -> Iterator[str]:
    yield rf"\begin{{frame}}[t]{{{title}}}"
    yield r"\lineskip=6pt\lineskiplimit=5pt"
    yield from rows
    yield r"\end{frame}"
