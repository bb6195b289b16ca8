"""A handout in LaTeX: a document of its own, or a fragment for another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from verifier.formula import written as w
from verifier.handout import Form
from verifier.handout.conventions import style
from verifier.handout.hiding import without_answers
from verifier.handout.instances import instance, said
from verifier.handout.notes import noted
from verifier.handout.pictures import Picture, pictures
from verifier.handout.sheet import Assumption, Sheet, collected
from verifier.handout.tex import slides
from verifier.handout.tex.breaking import lines
from verifier.handout.tex.pgf import PREAMBLE, pgf, sentence, tex
from verifier.handout.tex.rows import COLUMNS, Formulas
from verifier.handout.tex.steps import Steps
from verifier.handout.tex.text import OTHER_LETTER, code, prose
from verifier.handout.texts import (
    EXPLAINED,
    certified,
    in_words,
    notation_of,
    stamped,
)
from verifier.manual.rules import Entry, entries, human, shown
from verifier.report.words import steps_phrase

WIDTH = 40.0  # ems of a document's lines
FRAGMENT = 31.0  # of a fragment's: those of LaTeX's own classes, set in one column
_LABEL = 7.0  # ems of the column beside what is listed

_HERE = Path(__file__).parent
_BLANK = {
    "student": r"\providecommand\elboblank[1]{\fbox{\phantom{#1}}}",
    "solutions": r"\providecommand\elboblank[1]{\fbox{#1}}",
    "exam": r"\providecommand\elboblank[1]{\fbox{\ifprintanswers#1\else\phantom{#1}\fi}}",
}
_OTHER_LETTERS = (r"\usepackage{iftex}", r"\ifPDFTeX\else\usepackage[no-math]{fontspec}\fi")
_UNDATED = r"\ifLuaTeX\pdfvariable suppressoptionalinfo 1023 \fi"  # nor numbered at random
_PACKAGES = ("amsmath", "amssymb", "xcolor", "graphicx")


def render(sheets: Sequence[Sheet], form: Form) -> str:
    """The handout on one derivation; on several, a booklet with a section for each."""
    body = "\n".join(_slides(sheets, form) if form.slides else _body(sheets, form))
    needed = PREAMBLE.splitlines() if "tikzpicture" in body else []
    undated: Sequence[str] = ()
    if OTHER_LETTER in body:
        body = "\n".join((_file("letters.tex"), body))
        needed += _OTHER_LETTERS
        undated = (_UNDATED,)
    if form.fragment:
        needed = [*(rf"\usepackage{{{name}}}" for name in _PACKAGES), *needed]
        head = [r"% A fragment for \input, after these lines of a preamble:", *needed]
        return "\n".join(("\n% ".join(head), r"\begingroup", body, r"\endgroup", ""))
    before = (slides.preamble(),) if form.slides else _preamble(form)
    preamble = (*before, *needed, *undated)
    return "\n".join((*preamble, r"\begin{document}", body, r"\end{document}", ""))


def _preamble(form: Form) -> Iterator[str]:
    worksheet = form.student or form.solutions
    yield rf"\documentclass[11pt,{form.paper}paper]{{{'exam' if worksheet else 'article'}}}"
    yield r"\usepackage{iftex}"
    yield r"\ifPDFTeX\usepackage[T1]{fontenc}\usepackage{lmodern}\fi"
    yield from (rf"\usepackage{{{name}}}" for name in _PACKAGES)
    yield r"\usepackage[margin=24mm]{geometry}"
    yield r"\ifPDFTeX\pdfinfoomitdate=1 \pdfsuppressptexinfo=-1 \pdftrailerid{}\fi"
    if worksheet:
        yield _file("exam.tex")
    if form.solutions:
        yield r"\printanswers"
    elif worksheet:
        yield "% The solutions: pdflatex '\\def\\elbosolutions{}\\input{THIS FILE}'"
        yield r"\ifdefined\elbosolutions\printanswers\fi"
    yield r"\raggedbottom"


def _slides(sheets: Sequence[Sheet], form: Form) -> Iterator[str]:
    yield _file("macros.tex")
    if any(sheet.draft for sheet in sheets):
        yield _file("draft.tex")
    for sheet in sheets:
        yield from slides.frames(sheet, form)
        yield f"% {next(stamped(sheet))}, SHA-256 of the source: {sheet.stamp.digest}"


def _body(sheets: Sequence[Sheet], form: Form) -> Iterator[str]:
    yield _file("macros.tex")
    if form.student or form.solutions:
        alone = "solutions" if form.solutions else "student"
        yield _BLANK[alone if form.fragment else "exam"]
    if any(sheet.draft for sheet in sheets):
        yield _file("draft.tex")
    if len(sheets) > 1:
        yield r"\tableofcontents"
    shown: set[Picture] = set()  # a booklet has each picture once
    for place, sheet in enumerate(collected(sheets), 1):
        page = _Page(sheet, form, str(place) if len(sheets) > 1 else "")
        drawn = [picture for picture in page.pictures() if picture not in shown]
        shown.update(drawn)
        yield from page.body(drawn)


class _Page:
    """One sheet."""

    def __init__(self, sheet: Sheet, form: Form, chapter: str) -> None:
        self.sheet = sheet
        self.form = form
        self.chapter = chapter
        self.worksheet = form.student or form.solutions
        self.style = style(form.conventions, sheet.model)
        self.width = FRAGMENT if form.fragment else WIDTH
        self._formulas = Formulas(self.style, self.width)

    def pictures(self) -> tuple[Picture, ...]:
        """The pictures that belong on it; none on a worksheet, which they might give away."""
        return () if self.worksheet else pictures(self.sheet)

    def body(self, drawn: Sequence[Picture]) -> Iterator[str]:
        """All of it, with these pictures."""
        yield rf"\providecommand\elboprefix{{{_stem(self.sheet)}:}}"
        yield from self._head()
        if self.worksheet:
            yield rf"\elboname{{{self.sheet.points or ''}}}"
        yield from self._declarations()
        yield from self._assumptions()
        steps = Steps(self.sheet, self.form, self.chapter, self._formulas)
        yield from steps.lines()
        if self.sheet.errors and self.form.solutions:
            yield from steps.mended()
        end = (*(self._bank() if self.worksheet else self._rules()), *self._stamp())
        if drawn:
            yield from self._claim()
            yield from self._drawn(drawn)
            yield from (r"\elbokeep", *end, r"\elbokept")
        else:
            yield from (r"\elbokeep", *self._claim(), *end, r"\elbokept")

    def _head(self) -> Iterator[str]:
        sheet = self.sheet
        title = prose(sheet.title)
        if self.chapter:
            yield rf"\clearpage\section{{{title}}}"
        else:
            yield rf"\par\noindent{{\Large\bfseries\raggedright {title}\par}}"
        yield r"\par\smallskip"
        if sheet.origin:
            yield rf"{{\raggedright\noindent\textit{{{prose(sheet.origin)}}}\par}}"
        byline = self.form.under(sheet.byline)
        if byline:
            yield rf"{{\raggedright\noindent {prose(byline)}\par}}"
        if sheet.description:
            yield rf"{{\raggedright\noindent {self._noted(sheet.description)}\par}}"

    def _noted(self, text: str) -> str:
        return sentence(noted(text, self.sheet.scope), self.style)

    def _declarations(self) -> Iterator[str]:
        yield r"\smallskip"
        for called, written in self.sheet.declarations:
            yield from self._listed(called, written)
        known = notation_of(self.sheet)
        if known:
            yield from self._listed("Notation", known)

    def _listed(self, called: str, written: Iterable[w.Written]) -> Iterator[str]:
        yield r"\begingroup\lineskip=4pt\lineskiplimit=3pt"
        label = rf"\textbf{{{called}}}"
        for line in written:
            for broken in self._formulas.broken(line, self.width - _LABEL):
                formula = (
                    rf"\hskip{broken.indent:.2f}em $\displaystyle {self._formulas.line(broken)}$"
                )
                yield rf"\elbolisted{{{label}}}{{{formula}}}{{}}"
                label = ""
        yield r"\par\endgroup"

    def _assumptions(self) -> Iterator[str]:
        if not self.sheet.assumptions:
            return
        yield rf"\elbohead{{{EXPLAINED['assumptions']}}}"
        yield r"\begingroup\lineskip=4pt\lineskiplimit=3pt"
        for assumption in self.sheet.assumptions:
            yield from self._assumption(assumption)
        yield r"\par\endgroup"

    def _assumption(self, assumption: Assumption) -> Iterator[str]:
        # On a worksheet they would hint at reasons.
        told = assumption.steps if not self.worksheet else ()
        steps = steps_phrase(told).replace("-", "\u2013") if told else ""
        if assumption.formula is None or assumption.formula == w.Finiteness(None):
            words = f"{in_words(assumption)} ({steps})" if steps else in_words(assumption)
            yield rf"\elbonote{{{prose(words)}}}"
            return
        broken = self._formulas.broken(assumption.formula, self.width - COLUMNS)
        yield from self._formulas.rows("", broken, prose(steps), "")

    def _claim(self) -> Iterator[str]:
        if self.form.student and not without_answers(self.sheet).concludes:
            return
        room = self.width - 3.0
        rows = self._formulas.broken(self.sheet.claim, room)
        set_rows = r"\\ ".join(
            rf"$\hskip{row.indent:.2f}em\displaystyle {self._formulas.line(row)}$" for row in rows
        )
        yield rf"\elbohead{{{EXPLAINED['claim']}}}"
        yield rf"\elboclaim{{{set_rows}}}"
        if self.form.fragment:
            yield r"\elbolabel{claim}{the claim}"
        if self.sheet.problem:
            yield rf"\elbonote{{\elbobad{{not verified}} {prose(self.sheet.problem)}}}"

    def _drawn(self, drawn: Sequence[Picture]) -> Iterator[str]:
        """Pictures, two side by side."""
        if drawn:
            yield rf"\elbohead{{{EXPLAINED['pictures']}}}"
        for place in range(0, len(drawn), 2):
            yield r"\par\medskip\noindent"
            yield "\\hfill\n".join(map(self._picture, drawn[place : place + 2]))

    def _picture(self, picture: Picture) -> str:
        title, caption = prose(picture.title), tex(picture.caption, self.style)
        return "\n".join(
            (
                r"\begin{minipage}[t]{0.47\linewidth}\raggedright\small",
                rf"\textbf{{{title}}}\par\smallskip",
                pgf(picture, self.style, width=1),
                rf"\par\footnotesize {caption}\end{{minipage}}",
            )
        )

    def _bank(self) -> Iterator[str]:
        """All rules by their names, for a student who looks for a reason."""
        if any(step.blank == "reason" for step in self.sheet.steps):
            names = ", ".join(prose(human(entry.name)) for entry in entries())
            yield rf"\elbohead{{{EXPLAINED['bank']}}}"
            yield rf"{{\small\raggedright\noindent {names}\par}}"

    def _rules(self) -> Iterator[str]:
        if not self.sheet.explained or self.form.rules == "none":
            return
        yield rf"\elbohead{{{EXPLAINED['rules']}}}"
        for entry in self.sheet.explained:
            if self.form.rules == "full":
                yield rf"\elbobox{{{''.join(self._rule(entry))}}}"
            else:
                told = shown(entry)
                yield rf"\elborule{{{prose(told.human)}}}{{{self._said(told.says[0])}}}"

    def _said(self, text: str) -> str:
        return sentence(said(text), self.style)

    def _rule(self, entry: Entry) -> Iterator[str]:
        told = shown(entry)
        yield rf"\textbf{{{prose(told.human)}}}\quad "
        yield from (rf"{self._said(text)}\par " for text in told.says)
        for called, text in (("For instance", entry.passes), ("But not", entry.fails)):
            known = instance(text)
            if known is not None:
                yield self._instance(called, known)
        if told.needs:
            yield rf"\textit{{Needs:}} {self._said(told.needs)}\par "

    def _instance(self, called: str, statement: w.Written) -> str:
        rows = lines(style(self.form.conventions, ()).boxes(statement), self.width - _LABEL - 2.0)
        labels = [rf"\textit{{{called}:}}", *("" for _ in rows[1:])]
        return "".join(
            rf"\mbox{{\hbox to 7em{{{label}\hfil}}\hskip{row.indent:.2f}em"
            rf"$\displaystyle {self._formulas.line(row)}$}}\par "
            for label, row in zip(labels, rows, strict=True)
        )

    def _stamp(self) -> Iterator[str]:
        stamp = self.sheet.stamp
        parts = [prose(text) for text in stamped(self.sheet)]
        if stamp.residual is not None and not self.sheet.errors:
            parts.append(rf"no residual above $10^{{{stamp.residual}}}$")
        source = code(self.sheet.file.rsplit("/", 1)[-1])
        digest = rf"{source}, SHA-256 {{\scriptsize\texttt{{{stamp.digest}}}}}"
        text = rf"{', '.join(parts)}.\par\noindent Source: {digest}"
        if found := certified(self.sheet):
            text += rf".\par\noindent {prose(found[0])} {{\scriptsize\texttt{{{found[1]}}}}}"
        yield rf"\par\bigskip\hrule\smallskip{{\footnotesize\raggedright\noindent {text}\par}}"


def _stem(sheet: Sheet) -> str:
    """What the labels of a derivation begin with."""
    stem = Path(sheet.file).stem
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in stem)


def _file(name: str) -> str:
    return (_HERE / name).read_text(encoding="ascii").strip()
