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
    "a branch that isn't taken": (
        rf"\iftrue \def\s{{2}} \else \def\s{{1}} \fi \[{TWICE}\]",
        "refuted",
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


# A display that doesn't hold, and what stands before or around it: it is never lost.
HIDDEN = {
    "an environment in a comment": rf"% see \begin{{verbatim}}" "\n" rf"\[{FALSE}\]",
    "a comment in a comment": rf"% \begin{{comment}}" "\n" rf"\[{FALSE}\]",
    "an environment in a line of code": rf"\verb|\begin{{verbatim}}| \[{FALSE}\]",
    "one that never ends": rf"\begin{{verbatim}} \[{FALSE}\]",
    "the other branch": rf"\iffalse \[{TRUE}\] \else \[{FALSE}\] \fi",
    "conditions in a branch": rf"\iffalse \ifx\a\b x \else y \fi \[{TRUE}\] \fi \[{FALSE}\]",
    "a branch that is taken": rf"\iftrue \[{FALSE}\] \else \[{TRUE}\] \fi",
    "an end in a comment": "\\iffalse % \\fi\n" rf"\[{TRUE}\] \fi \[{FALSE}\]",
    "what is no condition": rf"\newif\ifdraft $a \iff b$ \iffalse \[{TRUE}\] \fi \[{FALSE}\]",
    "a sign in an address": rf"\url{{a%20b}} \[{FALSE}\]",
    "a break before a comment": r"\begin{align} \log p(x) &= \log p(x) \\% so"
    "\n"
    r"\log p(x) &= \log p(z) \end{align}",
}
MADE = {
    "commands": r"\newcommand{\be}{\begin{equation}}\def\ee{\end{equation}}"
    rf" \be {FALSE} \ee",
    "commands of commands": r"\def\be{\begin{align}}\let\ba\be \newcommand{\ea}{\end{align}}"
    rf" \ba {FALSE} \ea",
    "two at once": r"\def\be{\begin{equation}\begin{aligned}}"
    rf"\def\ee{{\end{{aligned}}\end{{equation}}}} \be {FALSE} \ee",
    "a command with an argument": r"\newcommand{\eqn}[1]{\begin{equation}#1\end{equation}}"
    rf" \eqn{{{FALSE}}}",
    "with a label": r"\newcommand{\eqn}[2]{\begin{equation}\label{#1}#2\end{equation}}"
    rf" \eqn{{a}}{{{FALSE}}}",
    "brackets": rf"\newcommand{{\bd}}{{\[}}\newcommand{{\ed}}{{\]}} \bd {FALSE} \ed",
    "dollars": rf"\def\be{{$$}}\def\ee{{$$}} \be {FALSE} \ee",
    "an environment": r"\newenvironment{eq}{\begin{equation}}{\end{equation}}"
    rf" \begin{{eq}} {FALSE} \end{{eq}}",
    "one with an argument": r"\newenvironment{eq}[1]{\begin{equation}\label{#1}}{\end{equation}}"
    rf" \begin{{eq}}{{a}} {FALSE} \end{{eq}}",
    "one with its body": r"\NewEnviron{eq}{\begin{equation}\BODY\end{equation}}"
    rf" \begin{{eq}} {FALSE} \end{{eq}}",
    "a space": rf"\begin {{equation}} {FALSE} \end {{equation}}",
    "a box": r"\begin{empheq}[box=\fbox]{align*} \log p(x) &= \log p(z) \end{empheq}",
    "columns": r"\begin{xalignat}{2} \log p(x) &= \log p(z) \end{xalignat}",
    "columns by letters": r"\begin{IEEEeqnarray}{rCl} \log p(x) &=& \log p(z) \end{IEEEeqnarray}",
    "columns within": r"\[\begin{IEEEeqnarray}{rCl} \log p(x) &=& \log p(z) \end{IEEEeqnarray}\]",
}


IN_LATEX: dict[str, str] = HIDDEN | MADE


@pytest.mark.parametrize("name", IN_LATEX)
def test_a_display_of_latex_is_there(name: str, tmp_path: Path) -> None:
    text = IN_LATEX[name]
    assert said(text, "a.tex", tmp_path)[-1] == "refuted"
    assert len(said(text, "a.tex", tmp_path)) == (2 if "a break" in name else 1)
    true = text.replace(r"\log p(z)", r"\log \int p(x, z) \, dz")
    assert {*said(true, "b.tex", tmp_path)} == {"proved"}


LISTED = {
    "cases": (r"\begin{numcases}{\log p(x) =} 1 & a \\ 2 & b \end{numcases}", "cases"),
    "arguments that are delimited": (
        rf"\def\ba#1\ea{{\begin{{align}}#1\end{{align}}}} \ba {TRUE} \ea",
        "macro-unsure",
    ),
    "one that never ends": (
        rf"\def\be{{\begin{{equation}}}} \be {TRUE}" "\n\nThese are words of the text.",
        "never-closed",
    ),
    "an environment that isn't read": (
        r"\newenvironment{eq}{\begin{quote}$\displaystyle}{$\end{quote}}"
        rf"\begin{{eq}} {TRUE} \end{{eq}}",
        "environment",
    ),
}


@pytest.mark.parametrize("name", LISTED)
def test_what_is_not_read_is_listed(name: str, tmp_path: Path) -> None:
    text, expected = LISTED[name]
    assert said(rf"\[{TRUE}\]" f"\n\n{text}", "a.tex", tmp_path) == ["proved", *expected.split()]


CODE = {
    "a tag in code": "Use `<pre>`.",
    "a comment in code": "Use `<!--`.",
    "a word that begins like a tag": "<pre-trained> models",
    "code of three ticks at the start of a line": "```x``` is code.",
    "a comment that never ends": "Write <!-- and nothing else.",
    "a tag that never ends": "Write <code> and nothing else.",
    "ticks that are escaped": r"Write \`, and",
    "a line over the text": "---\n\nWords.",
    "a comment": "<!-- ` -->",
    "a fence in a box": "````{note}\n```\n<!--\n```\n````",
    "code in a comment in code": "`` ` <!-- ` ``",
}


@pytest.mark.parametrize("name", CODE)
def test_a_display_of_markdown_is_there(name: str, tmp_path: Path) -> None:
    text = f"{CODE[name]}\n\n$${FALSE}$$\n\n---\n\n{CODE[name]}\n\n$${TRUE}$$"
    assert said(text, "a.md", tmp_path) == ["refuted", "proved"]


LINES = {
    "in a sentence": (f"We get $${FALSE}$$ for all z.", "refuted"),
    "in an item": (f"- first $${FALSE}$$", "refuted"),
    "two on a line": (f"$${TRUE}$$ $${FALSE}$$", "proved refuted"),
    "where symbols stand between two dollars too": (
        f"Of $$z$$ we get $${FALSE}$$ in words.\n\n$${TRUE}$$\n\n$${FALSE}$$ $${TRUE}$$",
        "proved refuted proved",
    ),
    "a relation on a line of its own": (
        f"$$\n\\log p(x)\n=\n\\log p(z)\n$$\n\n$${TRUE}$$",
        "refuted proved",
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_displays_in_lines_of_text(name: str, tmp_path: Path) -> None:
    text, expected = LINES[name]
    assert said(text, "a.md", tmp_path) == expected.split()
