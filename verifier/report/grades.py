"""A worksheet that was marked: a row for each blank, what is wrong, and how many are right."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.messages import message
from verifier.outcome import Diagnostic, Grade, GradeReport, Location, Mark
from verifier.report import words
from verifier.report.findings import finding
from verifier.report.layout import (
    BAD,
    DIM,
    GOOD,
    PLAIN,
    TITLE,
    UNSURE,
    Line,
    explanation_lines,
    finding_lines,
)
from verifier.report.wrapping import wrap_formula, wrap_text

_STYLES = {
    Mark.RIGHT: GOOD,
    Mark.OTHERWISE: GOOD,
    Mark.WRONG: BAD,
    Mark.UNREADABLE: UNSURE,
    Mark.OPEN: UNSURE,
}
_UNLIMITED = 1 << 30
_NARROWEST = 20
_BLANK = len("relation")
_MARK = max(map(len, Mark))


def grade_page(report: GradeReport, width: int | None) -> Iterator[Line]:
    """Every line, for a width or for none."""
    room = width or _UNLIMITED
    if report.error is not None:
        for error in report.errors:
            yield from finding_lines(finding(report.faulty, error, room), width)
        return
    total = words.marks(report)
    style = GOOD if report.right == len(report.grades) else BAD
    yield (words.visible(report.answers), TITLE), (": ", PLAIN), (total, style)
    for line in wrap_text(words.one_line(report.title), room):
        yield ((line, PLAIN),)
    yield ()
    yield from _rows(report, width)
    for grade in report.grades:
        if grade.why is not None:
            yield ()
            yield from _finding(report, grade, grade.why, room)
    yield ()
    yield ((total, style),)


def _rows(report: GradeReport, width: int | None) -> Iterator[Line]:
    """Step, what was asked, the mark, the answer, and remarks on it."""
    index = max((len(str(grade.step)) for grade in report.grades), default=1)
    indent = index + _BLANK + _MARK + 8
    room = _UNLIMITED if width is None else max(width - indent, _NARROWEST)
    for grade in report.grades:
        lead = f"  {grade.step:>{index}}  {grade.blank:<{_BLANK}}  "
        mark = f"{grade.mark:<{_MARK}}  "
        first, *more = wrap_formula(words.one_line(grade.answer), room)
        if not first:
            mark = mark.rstrip()
        yield (lead, PLAIN), (mark, _STYLES[grade.mark]), (first, PLAIN)
        for line in more:
            yield ((" " * indent + line, PLAIN),)
        if grade.mark.counts and grade.report is not None:
            for remark in grade.report.remarks:
                if remark.code in ("superfluous", "equality"):
                    for line in wrap_text(f"remark: {message(remark)}", room):
                        yield ((" " * indent + line, DIM),)


def _finding(report: GradeReport, grade: Grade, why: Diagnostic, width: int) -> Iterator[Line]:
    """What is wrong with an answer, as a report on its step would say it."""
    step = grade.report
    lead = f"step {grade.step}: "
    where = why.location or Location(grade.line, grade.column, grade.line, grade.column)
    placed = Diagnostic(why.code, where, why.data)
    yield from finding_lines(finding(report.answers, placed, width, lead), width)
    if step is not None and step.diagnostic is why:
        yield from explanation_lines(step, width)
