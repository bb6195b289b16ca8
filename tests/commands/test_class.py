"""The worksheets of a class of thirty: right, right otherwise, wrong, unreadable, padded, open."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pytest
from worksheet_table import asking, filled, sheet_of

import cli
from verifier.commands.feedback import feedback
from verifier.commands.grade import grade_class
from verifier.formula.scope import Scope
from verifier.outcome import ClassReport, ExitStatus, Mark
from verifier.report.classes import class_page, name_of, table
from verifier.report.plain import text

RIGHT, OTHERWISE, WRONG, UNREADABLE, OPEN = Mark

BLANKS = {1: "reason", 2: "relation", 3: "line"}
DERIVATION = asking(
    """\
title: A bound
model: ["p(x, z)", q(z)]
start: log p(x)
steps:
  - eq: log E_{q(z)}[p(x, z) / q(z)]
    by: [marginalisation, expectation]
  - ge: E_{q(z)}[log(p(x, z) / q(z))]
    by: jensen
    points: 2
  - eq: E_{q(z)}[log p(x, z) - log q(z)]
    by: log-rules
    points: 3
  - eq: E_{q(z)}[log p(x, z)] - E_{q(z)}[log q(z)]
    by: linearity
claim: log p(x) >= E_{q(z)}[log p(x, z)] - E_{q(z)}[log q(z)]
""",
    BLANKS,
)
SHEET = sheet_of(DERIVATION, BLANKS)
OWN = {1: "[marginalisation, expectation]", 2: "ge", 3: "E_{q(z)}[log p(x, z) - log q(z)]"}
LATEX = r"\mathbb{E}_{q(z)}\left[\log p(x, z) - \log q(z)\right]"

# The answer to one blank, the others being the derivation's own, and its mark.
ANSWERS: tuple[tuple[int, str, Mark], ...] = (
    (1, "[marginalisation, expectation]", RIGHT),
    (1, "[expectation, marginalisation]", RIGHT),
    (1, "[the sum rule, definition of expectation]", RIGHT),
    (1, "[marginalisation, expectation, linearity]", OTHERWISE),
    (1, "[marginalisation, expectation, kl, jensen, gibbs, tower, entropy]", WRONG),  # padded
    (1, "bayes-rule", WRONG),
    (1, "marginlaisatoin of teh thing", UNREADABLE),
    (1, "___", OPEN),
    (2, "ge", RIGHT),
    (2, "≥", RIGHT),
    (2, "'>='", RIGHT),
    (2, r"\geq", RIGHT),
    (2, "eq", WRONG),
    (2, "le", WRONG),
    (2, "gt", UNREADABLE),
    (3, "E_{q(z)}[log p(x, z) - log q(z)]", RIGHT),
    (3, "E_{q(z)}[log p(x,z) -  log q(z)]", RIGHT),
    (3, LATEX, RIGHT),
    (3, "\U0001d53c_{q(z)}[log p(x, z) \u2212 log q(z)]", RIGHT),
    (3, "-E_{q(z)}[log q(z) - log p(x, z)]", OTHERWISE),
    (3, "int q(z) (log p(x, z) - log q(z)) dz", OTHERWISE),
    (3, "E_{q(z)}[log p(x, z) - log q(z)", UNREADABLE),
    (3, "E_{q(z)}[log p(x, z) - log w(z)]", UNREADABLE),
    (3, "E_{q(z)}[log q(z) - log p(x, z)]", WRONG),
    (3, "E_{q(z)}[log(p(x, z) / q(z))] + 0", WRONG),  # padded: nothing is done
    (3, "___", OPEN),
)


def handed_in(folder: Path) -> list[Path]:
    """The derivation, and a worksheet of each student: four more are no worksheets any more."""
    derivation = folder / "bound.yaml"
    derivation.write_text(DERIVATION, encoding="utf-8")
    sheets = folder / "sheets"
    sheets.mkdir()
    texts = [filled(SHEET, {**OWN, blank: answer}) for blank, answer, _ in ANSWERS]
    whole = filled(SHEET, OWN)
    texts += [
        whole.replace("log p(x)\n", "log p(x) + 0\n", 1),  # stray edits
        whole.replace("by: jensen", "by: log-bound"),
        whole.replace("title:", "title: ["),
        whole,
    ]
    for number, each in enumerate(texts, 1):
        (sheets / f"student-{number:02}.yaml").write_text(each, encoding="utf-8")
    return [derivation, *sorted(sheets.iterdir())]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> tuple[ClassReport, float, float]:
    """The class, marked; what one sheet takes, and what all take."""
    derivation, *sheets = handed_in(tmp_path_factory.mktemp("class"))
    begun = time.process_time()
    grade_class(derivation, sheets[-1:])
    one = time.process_time() - begun
    report = grade_class(derivation, sheets)
    return report, one, time.process_time() - begun - one


Taught = tuple[ClassReport, float, float]


def test_marks_are_what_they_should_be(school: Taught) -> None:
    report, _, _ = school
    assert len(report.sheets) == 30
    for (blank, answer, mark), sheet in zip(ANSWERS, report.sheets, strict=False):
        wanted = [mark if number == blank else RIGHT for number in BLANKS]
        assert [grade.mark for grade in sheet.grades] == wanted, answer
        assert [grade.points for grade in sheet.grades] == [1, 2, 3]
        lost = 0 if mark.counts else blank  # it is worth as many points
        assert (sheet.points, sheet.most) == (6 - lost, 6)


def test_one_that_is_none_keeps_no_other_from_being_marked(school: Taught) -> None:
    report, _, _ = school
    *_, edited, reasoned, broken, last = report.sheets
    assert [bool(sheet.error) for sheet in (edited, reasoned, broken)] == [True] * 3
    assert last.points == last.most
    assert report.exit_status() == ExitStatus.ERROR


def test_a_class_takes_little_longer_than_one(school: Taught) -> None:
    """Of processor time, the second in which a process starts counted for both."""
    _, one, all_ = school
    assert all_ + 1 <= 5 * (one + 1)


def test_the_table_is_for_a_spreadsheet(school: Taught) -> None:
    report, _, _ = school
    head, *rows = csv.reader(io.StringIO(table(report)))
    assert head[:4] == ["name", "points", "of", "trouble"]
    assert head[4:] == ["step 1: reason", "step 2: relation", "step 3: line"]
    assert [row[0] for row in rows] == [f"student-{n:02}" for n in range(1, 31)]
    assert rows[0][1:] == ["6", "6", "", "right", "right", "right"]
    assert rows[26][1] == ""
    assert rows[26][3]


def test_the_page_has_a_line_for_each(school: Taught) -> None:
    report, _, _ = school
    for width in (None, 60):
        page = text(class_page(report, width))
        assert page.count("not marked") == 3
        assert all(name_of(sheet) in page for sheet in report.sheets)


def test_feedback_tells_no_answer_unless_it_may(school: Taught) -> None:
    report, _, _ = school
    for (blank, answer, mark), sheet in zip(ANSWERS, report.sheets, strict=False):
        for solutions in (False, True):
            page = feedback(sheet, solutions)
            assert f"{sheet.points} of {sheet.most} points" in page
            part = page[page.index(f"## Step {blank},") :].partition("\n## Step")[0]
            assert str(mark) in part
            if mark is UNREADABLE:
                assert "^" in part, answer  # the caret
            if mark in (WRONG, OPEN) and not solutions:
                assert OWN[blank] not in part, answer
                assert "by `" not in part
    page = feedback(report.sheets[23], False)
    assert "A counterexample" in page
    assert "could not be marked" in feedback(report.sheets[28], False)


def test_feedback_in_html_tells_the_same(school: Taught) -> None:
    report, _, _ = school
    scope = Scope()
    for number, sheet in enumerate(report.sheets):
        page = feedback(sheet, False, scope, "html")
        assert page.startswith("<!DOCTYPE html>")
        assert "http" not in page
        plain = feedback(sheet, False)
        assert page.count("<h2>") == plain.count("\n## ")
        assert page.count("<table>") == plain.count("\n| --"), number
        assert (f"<strong>{sheet.points} of {sheet.most} points" in page) == (sheet.error is None)
    assert "<table>" in feedback(report.sheets[23], False, scope, "html")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    derivation, *sheets = handed_in(tmp_path)
    for sheet in sheets[1:-1]:
        sheet.unlink()
    marks, told = tmp_path / "marks.csv", tmp_path / "told"
    call = [str(derivation), "--grade", str(sheets[0].parent), "--csv", str(marks)]
    assert cli.main([*call, "--feedback", str(told)]) == 0
    assert "student-30" in capsys.readouterr().out
    assert marks.read_text(encoding="utf-8").count("\n") == 3
    assert sorted(page.name for page in told.iterdir()) == ["student-01.md", "student-30.md"]
    assert cli.main([*call, "--feedback", str(told), "--to", "html"]) == 0
    assert len([*told.glob("*.html")]) == 2
    assert cli.main([*call, "--feedback", str(told), "--to", "pdf"]) == 2
    assert cli.main([str(derivation), "--csv", str(marks)]) == 2
