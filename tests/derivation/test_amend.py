"""Lines, formulas and declarations written into derivations of every layout."""

from __future__ import annotations

import pytest

from verifier.derivation.amend import declaration_edits, formula_edits, line_edits
from verifier.derivation.rewrite import edited
from verifier.derivation.source import text_source

BLOCK = """\
title: t
model:
  - p(x, z)   # both
steps:
  - eq: log p(x)  # here
    by: kl
  - so: >-
      log p(x)
      = 1
  - {ge: "log p(x)", by: kl}
claim: 1 = 1
"""
FLOW = "{title: t, model: [], steps: [{eq: 'log p(x)'}, eq: 2], claim: 1 = 1}\n"

FORMULAS = [
    (BLOCK, 1, "= H(q(z))", "- eq: H(q(z))  # here\n"),
    (BLOCK, 1, ">= p(x, z)", "- ge: p(x, z)  # here\n"),
    (BLOCK, 1, "= 'a", "- eq: '''a'  # here\n"),
    (BLOCK, 1, "= [a] b # c", "- eq: '[a] b # c'  # here\n"),
    (BLOCK, 2, "log p(x) = 2", "- so: log p(x) = 2\n  - {"),
    (BLOCK, 3, "<= p(x, z)", "- {le: 'p(x, z)', by: kl}\n"),
    (FLOW, 1, "= 3", "[{eq: 3}, eq: 2]"),
    (FLOW, 2, "= p(x, z)", "[{eq: 'log p(x)'}, eq: 'p(x, z)']"),
    (BLOCK, 1, "log p(x)", None),
    (BLOCK, 9, "= 1", None),
]


@pytest.mark.parametrize(("text", "step", "line", "part"), FORMULAS)
def test_a_formula(text: str, step: int, line: str, part: str | None) -> None:
    edits = formula_edits(text_source(text, ""), step, line)
    assert bool(edits) == (part is not None)
    if part is not None:
        assert part in edited(text, edits)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_line_above(end: str) -> None:
    text = BLOCK.replace("\n", end)
    edits = line_edits(text_source(text, ""), 3, "- eq: 1")
    assert f"      = 1{end}  - eq: 1{end}  - {{ge" in edited(text, edits)
    assert line_edits(text_source(FLOW, ""), 1, "- eq: 1") == []


DECLARED = [
    (BLOCK, "model", ["q(z)"], "- p(x, z)   # both\n  - q(z)\n"),
    (BLOCK, "support", ["q(z) << p(z)", "a: b"], "support:\n  - q(z) << p(z)\n  - 'a: b'\nsteps:"),
    (FLOW, "model", ["p(x, z)"], "model: ['p(x, z)'], steps"),
    (FLOW, "support", ["q(z) << p(z)"], "{support: [q(z) << p(z)], title"),
    (BLOCK.replace("model:\n  - p(x, z)   # both", "model: [q(z)]"), "model", ["p(x, z)"],
     "model: [q(z), 'p(x, z)']"),
    (BLOCK.replace("model:\n  - p(x, z)   # both", "model: []"), "model", ["q(z)"], ": [q(z)]"),
    (BLOCK.replace("model:\n  - p(x, z)   # both", "model: no list"), "model", ["q(z)"], None),
    ("- no mapping\n", "model", ["q(z)"], None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "key", "items", "part"), DECLARED)
def test_a_declaration(text: str, key: str, items: list[str], part: str | None) -> None:
    edits = declaration_edits(text_source(text, ""), key, items)
    assert bool(edits) == (part is not None)
    if part is not None:
        assert part in edited(text, edits)
