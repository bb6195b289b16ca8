"""What stands where in a document: macros hold from there on, what is hidden hides nothing else,
and a display is judged or listed, however it is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier import verify

TRUE = r"\log p(x) = \log \int p(x, z) \, dz"
FALSE = r"\log p(x) = \log p(z)"
TWICE = r"\log p(x) = \s \log p(x)"  # true where `\s` is 1


def said(text: str, name: str, folder: Path) -> list[str]:
    """The verdict of each line of a document, or the code of why there is none, in their order."""
    document = folder / name
    document.write_text(text + "\n", encoding="utf-8")
    (report,) = verify(document).derivations
    assert not report.internal
    assert report.reading is not None
    found = [(step.line, step.column, str(step.verdict)) for step in report.steps]
    found += [(each.line, each.column, each.kind) for each in report.reading.declared]
    found += [(left.line, 0, left.code) for left in report.reading.not_judged]
    return [code for _, _, code in sorted(found)]


MACROS = {
    "defined again": (
        rf"\newcommand{{\s}}{{2}} \[{TWICE}\] \renewcommand{{\s}}{{1}} \[{TWICE}\]",
        "refuted proved",
    ),
    "provided, but there": (
        rf"\newcommand{{\s}}{{2}}\providecommand{{\s}}{{1}} \[{TWICE}\]",
        "refuted",
    ),
    "provided": (rf"\providecommand{{\s}}{{1}} \[{TWICE}\]", "proved"),
    "defined again in a group": (
        rf"\newcommand{{\s}}{{2}} {{\renewcommand{{\s}}{{1}} \[{TWICE}\]}} \[{TWICE}\]",
        "proved refuted",
    ),
    "defined again in an environment": (
        rf"\newcommand{{\s}}{{2}} \begin{{proof}}\def\s{{1}} \[{TWICE}\]\end{{proof}} \[{TWICE}\]",
        "proved refuted",
    ),
    "defined again everywhere": (
        rf"\newcommand{{\s}}{{2}} {{\gdef\s{{1}}}} \[{TWICE}\] {{\global\def\s{{2}}}} \[{TWICE}\]",
        "proved refuted",
    ),
    "defined in a display": (
        rf"\newcommand{{\s}}{{2}} \[\renewcommand{{\s}}{{1}} {TWICE}\] \[{TWICE}\]",
        "proved refuted",
    ),
    "defined in a display, too late": (
        rf"\newcommand{{\s}}{{2}} \[{TWICE} \renewcommand{{\s}}{{1}}\]",
        "refuted",
    ),
    "defined again in a group of a display": (
        rf"\newcommand{{\s}}{{2}} \[{{\renewcommand{{\s}}{{1}}}}{TWICE}\]",
        "macro-unsure",
    ),
    "let, and what it was let to defined again": (
        rf"\newcommand{{\t}}{{2}} \let\s\t \renewcommand{{\t}}{{1}} \[{TWICE}\]"
        rf" \let\s=\t \[{TWICE}\]",
        "refuted proved",
    ),
    "let to what is no macro, and that defined by it": (
        rf"\let\oldlog\log \renewcommand{{\log}}{{\oldlog}} \[{TRUE}\]",
        "proved",
    ),
    "expanded where it is defined": (
        rf"\def\t{{2}} \edef\s{{\t}} \def\t{{1}} \[{TWICE}\]",
        "refuted",
    ),
    "arguments that aren't read": (
        rf"\def\s{{1}} \def\s(#1){{2}} \[{TWICE}\]",
        "macro-unsure",
    ),
    "branches of which nobody knows": (
        rf"\ifdraft \def\s{{2}} \else \def\s{{1}} \fi \[{TWICE}\] \def\s{{1}} \[{TWICE}\]",
        "macro-unsure proved",
    ),
    "defined where it isn't": (
        rf"\ifdefined\s\else\newcommand{{\s}}{{1}}\fi \[{TWICE}\]",
        "proved",
    ),
    "defined by a call": (
        rf"\def\s{{1}} \newcommand{{\all}}{{\renewcommand{{\s}}{{2}}}} \all \[{TWICE}\]",
        "macro-unsure",
    ),
    "two definitions of which one is an error": (
        rf"\newcommand{{\s}}{{2}} \newcommand{{\s}}{{1}} \[{TWICE}\]",
        "macro-unsure",
    ),
    "a word about a command": (rf"The \newcommand is new. \[{TRUE}\]", "proved"),
}


@pytest.mark.parametrize("name", MACROS)
def test_macros_hold_from_where_they_stand(name: str, tmp_path: Path) -> None:
    text, expected = MACROS[name]
    assert said(text, "a.tex", tmp_path) == expected.split()
    within = rf"\documentclass{{article}}\begin{{document}}{text}\end{{document}}"
    assert said(within, "b.tex", tmp_path) == expected.split()


IN_MARKDOWN = {
    "between dollars": (
        rf"$\newcommand{{\s}}{{2}}$ $${TWICE}$$ $\renewcommand{{\s}}{{1}}$ $${TWICE}$$",
        "refuted proved",
    ),
    "in displays": (
        rf"$$\newcommand{{\s}}{{2}}$$ $${TWICE}$$ $$\renewcommand{{\s}}{{1}}$$ $${TWICE}$$",
        "macros refuted macros proved",
    ),
    "in a group, which ends for some": (
        rf"$\def\s{{2}}$ ${{\def\s{{1}}}}$ $${TWICE}$$",
        "macro-unsure",
    ),
}


@pytest.mark.parametrize("name", IN_MARKDOWN)
def test_macros_of_markdown(name: str, tmp_path: Path) -> None:
    text, expected = IN_MARKDOWN[name]
    lines = text.replace(" $", "\n\n$")
    assert said(lines, "a.md", tmp_path) == expected.split()
