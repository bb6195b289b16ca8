"""Counterexamples as tables, and messages whose formulas are set, in drafts of every format."""

from __future__ import annotations

import re

import pytest

from verifier import verify
from verifier.handout import Form, markdown
from verifier.handout.html import page as html
from verifier.handout.notes import told
from verifier.handout.sheet import Sheet, sheet
from verifier.handout.tex import page as tex
from verifier.typeset.printer import plain

WRONG = """
title: what may be wrong
model: ["p(x, z)", "q(z | x)"]
functions: [f(x)]
support: []
start: log p(x)
steps:
  - {eq: "log E_{q(z | x)}[p(x, z) / q(z | x)]", by: marginalisation}
  - {eq: "E_{q(z | x)}[log(p(x, z) / q(z | x))]", by: [jensen, kl]}
  - {eq: "f(x)", by: linearity}
claim: log p(x) = f(x)
"""


@pytest.fixture(scope="module")
def wrong() -> Sheet:
    (report,) = verify(text=WRONG).derivations
    return sheet(report)


def test_html_has_tables(wrong: Sheet) -> None:
    page = html.page([wrong], Form())
    troubles = re.findall(r'<div class="trouble">(.*?)</div>\n</li>', page, re.DOTALL)
    assert len(troubles) == 3
    for trouble in troubles:
        assert trouble.count("<table>") >= 2
        assert "<th><math" in re.sub(r"<span[^>]*>", "", trouble)
        assert "the two sides differ by" in trouble


def test_markdown_has_tables(wrong: Sheet) -> None:
    page = markdown.page([wrong], Form())
    assert "| $p(x, z)$ | $z = 0$ | $z = 1$ |\n| --: | --: | --: |\n| $x = 0$ | " in page
    assert "At $x = " in page


def test_tex_has_tables(wrong: Sheet) -> None:
    page = tex.render([wrong], Form())
    assert (
        r"\elbogrid{\begin{tabular}{r|rr}$p(x, z)$ & $z = 0$ & $z = 1$ \\ \hline $x = 0$ &" in page
    )


def test_formulas_in_messages_are_set(wrong: Sheet) -> None:
    pages = html.page([wrong], Form()), markdown.page([wrong], Form()), tex.render([wrong], Form())
    for page, sign in zip(pages, ("<mo>&#8810;</mo>", r"\ll", r"\ll"), strict=True):
        assert sign in page or "\u226a" in page
        assert "<< q" not in page


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "this needs `q(z | x) << p(x, z)` to hold",
            ["this needs ", "q(z | x) << p(x, z)", " to hold"],
        ),
        ("it is `f(x) > 0`", ["it is ", "f(x) > 0"]),
        ("add `bayes-rule`, `kl`", ["add Bayes\u2019 rule, definition of KL"]),
        ("it is `= log p(x)`", ["it is = ", "log p(x)"]),
        ("add it to `support`", ["add it to `support`"]),
        ("`by: [kl]` would do", ["`by: [kl]` would do"]),
        ("`E_{q(z | x)}[log` isn\u2019t closed", ["`E_{q(z | x)}[log` isn\u2019t closed"]),
    ],
)
def test_what_a_message_quotes(wrong: Sheet, text: str, parts: list[str]) -> None:
    found = told(text, wrong.scope)
    assert [p.replace("'", "\u2019") if isinstance(p, str) else plain(p) for p in found] == parts
