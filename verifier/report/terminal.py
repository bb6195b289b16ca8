"""The report in colour, at the terminal's width. The only module that imports rich."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.text import Text

from verifier.report.layout import BAD, DIM, GOOD, HINT, PLAIN, TITLE, UNSURE, Line
from verifier.report.pages import page_of
from verifier.report.shown import visible

if TYPE_CHECKING:
    from verifier.outcome import AnyReport

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


def render(report: AnyReport, console: Console, expect: bool = False) -> None:
    """Print the report at the console's width."""
    show(page_of(report, room(console), expect), console)


def room(console: Console) -> int:
    """The width to write for."""
    return max(console.width, _NARROWEST)


def show(lines: Iterable[Line], console: Console) -> None:
    """Print lines. Formulas go through Text alone, so no bracket is taken for markup."""
    for line in lines:
        text = Text.assemble(*((visible(piece), _COLOURS[style]) for piece, style in line))
        console.print(text, soft_wrap=True, markup=False, emoji=False, highlight=False)


def console_for(stream: TextIO, forced: bool = False) -> Console:
    """A console that takes its width from the terminal or COLUMNS, its colours from NO_COLOR.
    `forced`: whatever the stream is."""
    return Console(
        file=stream,
        force_terminal=forced or None,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        markup=False,
        emoji=False,
        highlight=False,
    )
