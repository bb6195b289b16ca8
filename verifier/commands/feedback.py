"""What each student of a class is told of a worksheet, and what a teacher keeps: files for both."""

from __future__ import annotations

import os
from collections.abc import Iterator

from verifier.derivation.target import put
from verifier.handout.markdown import block, code, prose
from verifier.messages import hint, message
from verifier.outcome import ClassReport, Diagnostic, Grade, GradeReport, Mark
from verifier.report import words
from verifier.report.classes import name_of, table
from verifier.report.counterexample import counterexample_lines
from verifier.report.findings import finding
from verifier.report.grades import grade_page
from verifier.report.layout import finding_lines
from verifier.report.plain import text as plain

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
    report: ClassReport, to_csv: str | None, folder: str | None, solutions: bool
) -> Diagnostic | None:
    """Write the table of marks, and a page for each student into a folder; what kept it from being
    done, if anything."""
    files = {} if to_csv is None else {to_csv: table(report)}
    if folder is not None:
        for sheet in report.sheets:
            place = os.path.join(folder, f"{name_of(sheet)}.md")
            if place in files:
                data = {"file": place, "one": sheet.answers, "other": "another sheet"}
                return Diagnostic("handout-twice", None, data)
            files[place] = feedback(sheet, solutions)
    try:
        for place, text in files.items():
            os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
            put(place, text.encode())
    except OSError as error:
        return Diagnostic("handout-unwritable", None, {"reason": error.strerror})
    return None


def feedback(sheet: GradeReport, solutions: bool) -> str:
    """What a student is told, in Markdown: each answer with its mark, and what is wrong with it.
    Without `solutions` nothing that tells what would be right."""
    return "\n\n".join(_feedback(sheet, solutions)) + "\n"


def _feedback(sheet: GradeReport, solutions: bool) -> Iterator[str]:
    yield f"# {prose(name_of(sheet))}: {prose(sheet.title or os.path.basename(sheet.file))}"
    if sheet.error is not None:
        yield "This could not be marked:"
        yield block(plain(grade_page(sheet, _WIDTH))).rstrip()
        return
    yield f"**{sheet.points} of {sheet.most} points**"
    for grade in sheet.grades:
        worth = f" ({grade.points} points)" if grade.points != 1 else ""
        yield f"## Step {grade.step}, {grade.blank}: {grade.mark}{worth}"
        if grade.answer:
            yield code(words.one_line(grade.answer))
        yield from _told(sheet, grade, solutions)


def _told(sheet: GradeReport, grade: Grade, solutions: bool) -> Iterator[str]:
    if grade.why is None:
        yield from filter(None, (_SAID.get(grade.mark, ""),))
        return
    if grade.mark is Mark.UNREADABLE or solutions:
        lines = finding_lines(finding(os.path.basename(sheet.answers), grade.why, _WIDTH), _WIDTH)
        yield "This can't be read:" if grade.mark is Mark.UNREADABLE else "What is wrong:"
        yield block(plain(lines)).rstrip()
    else:
        held_back = _HELD_BACK.get(grade.why.code)
        yield prose(held_back or message(grade.why))
        advice = hint(grade.why) if held_back is None else None
        yield from (prose(advice),) if advice else ()
    step = grade.report
    if step is not None and step.counterexample is not None and step.diagnostic is grade.why:
        yield "A counterexample, in which the two sides differ:"
        yield block("\n".join(counterexample_lines(step.counterexample))).rstrip()
    if solutions and step is not None:
        if step.suggestion is not None:
            yield f"It follows by {', '.join(map(code, step.suggestion.rules))}."
        if step.diagnosis is not None:
            yield f"It holds as {code(step.diagnosis.line)}."
