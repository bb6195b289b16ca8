"""Text in HTML: for people, with links to steps, and formulas as MathML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from verifier.formula import written as w
from verifier.handout.conventions import Style
from verifier.handout.notes import Text
from verifier.handout.texts import with_signs
from verifier.report.words import visible
from verifier.typeset.mathml import formula
from verifier.typeset.printer import plain

_CODE = re.compile(r"`([^`]*)`")


def prose(text: str) -> str:
    """A text for people; what stands in backquotes as code."""
    parts = _CODE.split(" ".join(text.split()))
    return "".join(code(part) if place % 2 else escaped(part) for place, part in enumerate(parts))


def code(text: str) -> str:
    """A text as code."""
    return f"<code>{escape(visible(text))}</code>"


def escaped(text: str) -> str:
    """A text without mark-up, with one character for each sign that is typed as two."""
    return escape(with_signs(visible(text)))


def math(style: Style, node: w.Written, changed: Iterable[w.Written] = ()) -> str:
    """A formula in a notation; parts of it that are new are marked."""
    return formula(style.boxes(node), plain(node), changed)


def sentence(style: Style, text: Text) -> str:
    """Words with formulas in them."""
    return "".join(_words(p) if isinstance(p, str) else math(style.inline, p) for p in text)


def _words(text: str) -> str:
    before, behind = " " * text.startswith(" "), " " * (text.endswith(" ") and bool(text.strip()))
    return f"{before}{prose(text)}{behind}"


def ten_to(exponent: int) -> str:
    """A power of ten."""
    return f"10<sup>{str(exponent).replace('-', chr(0x2212))}</sup>"


def step_link(sheet: str, number: int) -> str:
    """The number of a step of a sheet, as a link to it."""
    return f'<a href="#{sheet}-{number}">({number})</a>'


def step_links(sheet: str, numbers: Iterable[int]) -> str:
    """Step numbers as links, runs of three and more from the first to the last."""
    runs: list[list[int]] = []
    for number in sorted({*numbers}):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        f"{step_link(sheet, run[0])}\u2013{step_link(sheet, run[-1])}"
        if len(run) > 2
        else ", ".join(step_link(sheet, number) for number in run)
        for run in runs
    )
