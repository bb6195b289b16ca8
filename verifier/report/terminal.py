"""The report in colour, at the terminal's width. The only module that imports rich."""

from __future__ import annotations

import os
from typing import TextIO

from rich.console import Console
from rich.text import Text

from verifier.outcome import ReplayReport, Report
from verifier.report.layout import BAD, DIM, GOOD, HINT, PLAIN, TITLE, UNSURE, page
from verifier.report.replay import replay_page

_COLOURS = {
    GOOD: "green",
    BAD: "bold red",
    UNSURE: "yellow",
    DIM: "dim",
    TITLE: "bold",
    HINT: "cyan",
    PLAIN: "",
}
_NARROWEST = 40


def render(report: Report | ReplayReport, console: Console, expect: bool = False) -> None:
    """Print the report. Formulas go through Text alone, so no bracket is taken for markup."""
    width = max(console.width, _NARROWEST)
    if isinstance(report, ReplayReport):
        lines = replay_page(report, width)
    else:
        lines = page(report, width, expect)
    for line in lines:
        text = Text.assemble(*((piece, _COLOURS[style]) for piece, style in line))
        console.print(text, soft_wrap=True, markup=False, emoji=False, highlight=False)


def console_for(stream: TextIO) -> Console:
    """A console that takes its width from the terminal or COLUMNS, its colours from NO_COLOR."""
    return Console(
        file=stream,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        markup=False,
        emoji=False,
        highlight=False,
    )
