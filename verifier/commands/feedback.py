"""What each student of a class is told of a worksheet, and what a teacher keeps: files for both."""

from __future__ import annotations

import os
from collections.abc import Iterator

from verifier.derivation.loader import load
from verifier.derivation.target import put
from verifier.formula.lexer import FormulaError
from verifier.formula.scope import Scope
from verifier.handout.exhibits import exhibit
from verifier.handout.instances import scope_of
from verifier.handout.leaflet import Heading, Piece, Sentence, Typed, markdown, page
from verifier.handout.notes import told
from verifier.messages import hint, message
from verifier.outcome import (
    ClassReport,
    Diagnostic,
    DiagnosticError,
    Grade,
    GradeReport,
    Mark,
)
from verifier.report import words
from verifier.report.classes import name_of, table
from verifier.report.findings import finding
from verifier.report.grades import grade_page
from verifier.report.layout import finding_lines
from verifier.report.plain import text as plain

_NO_NAMES = Scope()
_WIDTH = 72
_SAID = {
    Mark.RIGHT: "",
    Mark.OTHERWISE: "This counts: it holds, though the derivation does it otherwise.",
    Mark.OPEN: "Nothing is written here.",
}
# What would tell an answer, without what it tells.
_HELD_BACK = {
    "wrong-rule": "The line follows, but not for this reason.",
    "refuted": "This is false.",
    "residual": "This doesn't follow from the line above as it stands.",
    "undecided": "This doesn't follow from the line above as it stands.",
}


def write(
    report: ClassReport, to_csv: str | None, folder: str | None, solutions: bool, to: str = "md"
) -> Diagnostic | None:
    """Write the table of marks, and a page for each student into a folder, in Markdown or HTML;
    what kept it from being done, if anything."""
    files = {} if to_csv is None else {to_csv: table(report)}
    if folder is not None:
        scope = _scope(report.file)
        for sheet in report.sheets:
            place = os.path.join(folder, f"{name_of(sheet)}.{to}")
            if place in files:
                data = {"file": place, "one": sheet.answers, "other": "another sheet"}
                return Diagnostic("handout-twice", None, data)
            files[place] = feedback(sheet, solutions, scope, to)
    try:
        for place, text in files.items():
            os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
            put(place, text.encode())
    except OSError as error:
        return Diagnostic("handout-unwritable", None, {"reason": error.strerror})
    return None


def _scope(file: str) -> Scope:
    """What a derivation declares, by which formulas in messages are read."""
    try:
        return scope_of(load(file))
    except (DiagnosticError, FormulaError):
        return Scope()


def feedback(sheet: GradeReport, solutions: bool, scope: Scope = _NO_NAMES, to: str = "md") -> str:
    """What a student is told: each answer with its mark, and what is wrong with it. Without
    `solutions` nothing that tells what would be right."""
    pieces = _feedback(sheet, solutions, scope)
    return markdown(pieces) if to == "md" else page(name_of(sheet), pieces)


def _feedback(sheet: GradeReport, solutions: bool, scope: Scope) -> Iterator[Piece]:
    yield Heading(f"{name_of(sheet)}: {sheet.title or os.path.basename(sheet.file)}", 1)
    if sheet.error is not None:
        yield Sentence(("This could not be marked:",))
        yield Typed(plain(grade_page(sheet, _WIDTH)))
        return
    yield Sentence((f"{sheet.points} of {sheet.most} points",), strong=True)
    for grade in sheet.grades:
        worth = f" ({grade.points} points)" if grade.points != 1 else ""
        yield Heading(f"Step {grade.step}, {grade.blank}: {grade.mark}{worth}", 2)
        if grade.answer:
            yield Typed(words.one_line(grade.answer))
        yield from told_of(sheet, grade, solutions, scope)


def told_of(sheet: GradeReport, grade: Grade, solutions: bool, scope: Scope) -> Iterator[Piece]:
    """What a student is told of one answer beside its mark."""
    if grade.why is None:
        yield from (Sentence((said,)) for said in (_SAID.get(grade.mark),) if said)
        return
    if grade.mark is Mark.UNREADABLE or solutions:
        lines = finding_lines(finding(os.path.basename(sheet.answers), grade.why, _WIDTH), _WIDTH)
        unreadable = grade.mark is Mark.UNREADABLE
        yield Sentence(("This can't be read:" if unreadable else "What is wrong:",))
        yield Typed(plain(lines))
    else:
        held_back = _HELD_BACK.get(grade.why.code)
        yield Sentence(told(held_back or message(grade.why), scope))
        advice = hint(grade.why) if held_back is None else None
        yield from (Sentence(told(text, scope)) for text in (advice,) if text)
    step = grade.report
    if step is not None and step.counterexample is not None and step.diagnostic is grade.why:
        yield Sentence(("A counterexample:",))
        yield exhibit(step.counterexample, scope)
    if solutions and step is not None:
        if step.suggestion is not None:
            rules = ", ".join(f"`{rule}`" for rule in step.suggestion.rules)
            yield Sentence(told(f"It follows by {rules}.", scope))
        if step.diagnosis is not None:
            yield Sentence(told(f"It holds as `{step.diagnosis.line}`.", scope))
