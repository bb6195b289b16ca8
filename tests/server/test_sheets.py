"""Worksheets that are filled in on the page: what is asked, what is told, and what isn't."""

from __future__ import annotations

import re

import pytest

from verifier import verify
from verifier.outcome import DiagnosticError
from verifier.server.sheets import Sheets

TEXT = """\
title: A bound
model: ["p(x, z)", q(z)]
start: log p(x)
steps:
  - eq: log E_{q(z)}[p(x, z) / q(z)]
    by: [marginalisation, expectation]
    blank: reason
  - ge: E_{q(z)}[log(p(x, z) / q(z))]
    by: jensen
    blank: relation
  - eq: E_{q(z)}[log p(x, z) - log q(z)]
    by: log-rules
    blank: line
    points: 3
claim: log p(x) >= E_{q(z)}[log p(x, z) - log q(z)]
"""
RIGHT = {
    "step-1": "Marginalisation, expectation",
    "step-2": ">=",
    "step-3": "E_{q(z)}[log p(x, z) - log q(z)]",
}


@pytest.fixture(scope="module")
def sheets() -> Sheets:
    return Sheets()


@pytest.fixture(scope="module")
def made(sheets: Sheets) -> str:
    (report,) = verify(text=TEXT).derivations
    return sheets.made("/nowhere/fill.yaml", TEXT, report)


def checked(sheets: Sheets, made: str, **answers: str) -> str:
    (word,) = re.findall('name="sheet" value="(.*?)"', made)
    page = sheets.checked({"sheet": word, **{k.replace("_", "-"): v for k, v in answers.items()}})
    assert page is not None
    return page


def test_the_page_asks_and_tells_nothing(made: str) -> None:
    assert re.findall(r'name="(step-\d)"', made) == ["step-1", "step-2", "step-3"]
    assert "<script" not in made
    shown = made.partition("</style>")[2]
    assert "marginalisation" not in shown.partition("<footer>")[0].partition("Rules")[0]
    assert "log q" not in re.sub("<[^>]*>", "", shown).partition("Claim")[0].split("(3)")[-1]


@pytest.mark.parametrize(
    ("answers", "points", "marks"),
    [
        ({}, 5, ["right"] * 3),
        ({"step-3": r"= \mathbb{E}_{q(z)}[\log p(x, z) - \log q(z)]"}, 5, ["right"] * 3),
        ({"step-1": "Jensen's inequality"}, 4, ["wrong", "right", "right"]),
        ({"step-2": "="}, 4, ["right", "wrong", "right"]),
        ({"step-2": ""}, 4, ["right", "not answered", "right"]),
        ({"step-3": "E_{q(z)}[log p(x, z)"}, 2, ["right", "right", "unreadable"]),
        ({"step-3": "'}\nclaim: x # ___"}, 2, ["right", "right", "unreadable"]),
    ],
)
def test_answers_are_marked(
    sheets: Sheets, made: str, answers: dict[str, str], points: int, marks: list[str]
) -> None:
    page = checked(sheets, made, **{**RIGHT, **answers})
    assert f"<strong>{points} of 5 points</strong>" in page
    found = re.findall('<div class="beside"><p><strong>(.*?)</strong>', page)
    assert found == marks
    for text in answers.values():
        assert text.count("<") == 0


def test_what_was_written_stays_and_is_escaped(sheets: Sheets, made: str) -> None:
    page = checked(sheets, made, **{**RIGHT, "step-3": "</textarea><script>alert(1)</script>"})
    assert "&lt;/textarea&gt;&lt;script&gt;" in page
    assert "<script" not in page
    assert "<option selected>&gt;=</option>" in page


def test_another_page_is_not_known(sheets: Sheets) -> None:
    assert sheets.checked({"sheet": "guess"}) is None
    (report,) = verify(text="title: t\n").derivations
    with pytest.raises(DiagnosticError):
        sheets.made("/nowhere/fill.yaml", "title: t\n", report)
