"""What may be written at a place, seen from a text that is seldom whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.server.completion import completions

ABOVE = """\
title: t
model: ['p(x, z) = p(x | z) p(z)', q(z)]
functions:
  - f(x, z) > 0
parameters: ["beta > 0"]
define:
  - L = E_{q(z)}[log p(x)]
start: log p(x)
steps:
  - eq: log p(x)
    label: first
"""

CASES = {
    "a rule": ("  - {eq: x, by: ", {"kl", "gibbs", "algebra"}, {"eq", "p", "first"}),
    "a rule in brackets": ("    by: [kl, ge", {"gibbs"}, {"p"}),
    "a rule on a line of its own": ("    by:\n      - kl\n      - ", {"gibbs"}, {"eq", "title"}),
    "a label": ("    using: ", {"first", "other.yaml#claim"}, {"kl", "own.yaml#claim"}),
    "a label of another file": ("    using: [first, other.yaml#", {"claim", "there"}, {"first"}),
    "a verdict": ("    expect: ", {"refuted", "proved"}, {"kl"}),
    "a key of a step": ("  - ", {"eq", "so", "by"}, {"title", "model"}),
    "a key of a step in braces": ("  - {eq: x, b", {"by", "label"}, {"title"}),
    "a key of the file": ("cl", {"claim", "support"}, {"by"}),
    "a family, a function, a parameter": ("  - eq: log p", {"p", "q", "f", "beta", "L"}, {"kl"}),
    "a text for people": ("    note: ", set(), {"p", "kl", "eq"}),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("typed", [None, ":"])
def test_what_may_be_written(case: str, typed: str | None, tmp_path: Path) -> None:
    line, there, absent = CASES[case]
    (tmp_path / "other.yaml").write_text(
        "title: o\nmodel: []\nstart: 1\nsteps: [{eq: 1, label: there}]\nclaim: 1 = 1\n"
    )
    (tmp_path / "own.yaml").write_text("")
    text = ABOVE + line
    below = "\nclaim: log p(x) = 1\n"
    file = str(tmp_path / "own.yaml")
    found = {item.label for item in completions(file, text + below, len(text), typed)}
    if typed is None:
        assert found >= there
    assert not found & absent


COMMENTS = {
    "a key": ("notes.md", "<!-- elbo: ", {"by", "read", "model", "skip"}, {"kl", "eq"}),
    "a key more": ("paper.tex", "% elbo: model: q(z); re", {"read", "reasons"}, {"kl"}),
    "a rule": ("notes.py", "    # elbo: by: kl, ", {"gibbs"}, {"skip", "eq"}),
    "a verdict": ("notes.rst", ".. elbo: expect: ", {"refuted"}, {"kl"}),
    "a model": ("notes.md", "<!-- elbo: model: ", set(), {"kl", "by"}),
    "text": ("notes.md", "by: ", set(), {"kl", "by"}),
}


@pytest.mark.parametrize("case", COMMENTS)
def test_what_may_be_written_in_a_comment(case: str) -> None:
    file, line, there, absent = COMMENTS[case]
    found = {item.label for item in completions(file, f"a\n{line}\nb", 2 + len(line), None)}
    assert found >= there
    assert not found & absent


def test_nothing_makes_it_fail() -> None:
    for text in ("", "\0", ":", "using: ../../x#", "by: [", "- - -", "{" * 50, "using: a#b#c"):
        for offset in range(len(text) + 1):
            completions("x.yaml", text, offset, None)
