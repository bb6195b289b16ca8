"""The worksheets of a class: a table for the teacher, and one for a spreadsheet."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator

from verifier.messages import message
from verifier.outcome import ClassReport, Diagnostic, GradeReport
from verifier.report import words
from verifier.report.findings import finding
from verifier.report.layout import BAD, GOOD, PLAIN, TITLE, Line, finding_lines
from verifier.report.wrapping import wrap_text

_COLUMNS = ("name", "points", "of", "trouble")


def name_of(sheet: GradeReport) -> str:
    """Whose worksheet this is: its file says so."""
    return os.path.splitext(os.path.basename(sheet.answers))[0]


def class_page(report: ClassReport, width: int | None) -> Iterator[Line]:
    """A line for each student: name, points, the marks; and what is wrong with what is no
    worksheet."""
    names = [words.visible(name_of(sheet)) for sheet in report.sheets]
    wide = max(map(words.cells, names), default=0)
    for name, sheet in zip(names, report.sheets, strict=True):
        lead = words.pad(name, wide)
        if sheet.error is not None:
            yield (lead, TITLE), ("  not marked", BAD)
            continue
        style = GOOD if sheet.points == sheet.most else PLAIN
        marks = ", ".join(f"{grade.step} {grade.mark}" for grade in sheet.grades)
        first, *more = wrap_text(marks, max(20, (width or 1 << 30) - wide - 14))
        yield (lead, TITLE), (f"  {sheet.points:>3} of {sheet.most:<3}  ", style), (first, PLAIN)
        for line in more:
            yield ((" " * (wide + 14) + line, PLAIN),)
    seen: list[tuple[str, Diagnostic]] = []
    for sheet in report.sheets:
        for error in sheet.errors:
            if (sheet.faulty, error) not in seen:
                seen.append((sheet.faulty, error))
                yield ()
                yield from finding_lines(finding(sheet.faulty, error, width or 1 << 30), width)


def table(report: ClassReport) -> str:
    """Names, points and marks with commas between, for a spreadsheet: a column for each blank."""
    blanks = list(dict.fromkeys((g.step, g.blank) for s in report.sheets for g in s.grades))
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([*_COLUMNS, *(f"step {step}: {blank}" for step, blank in blanks)])
    for sheet in report.sheets:
        marks = {(grade.step, grade.blank): str(grade.mark) for grade in sheet.grades}
        earned = ("", "") if sheet.error else (sheet.points, sheet.most)
        trouble = message(sheet.error) if sheet.error else ""
        found = [marks.get(blank, "") for blank in blanks]
        rows.writerow(_safe(each) for each in (name_of(sheet), *earned, trouble, *found))
    return text.getvalue()


def _safe(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula of its own."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell
