"""A counterexample in HTML: tables, and what comes of them."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.handout.conventions import Style
from verifier.handout.exhibits import Exhibit, Grid
from verifier.handout.html.text import sentence


def shown_as(exhibit: Exhibit, style: Style) -> Iterator[str]:
    """The tables side by side where there is room, and the sentence below."""
    yield '<div class="grids">'
    for grid in exhibit.grids:
        yield from _table(grid, style)
    yield "</div>"
    yield f"<p>{sentence(style, exhibit.sentence)}</p>"


def _table(grid: Grid, style: Style) -> Iterator[str]:
    yield "<table>"
    for number, (first, *others) in enumerate(grid):
        kind = "td" if number else "th"
        cells = "".join(f"<{kind}>{sentence(style, cell)}</{kind}>" for cell in others)
        yield f"<tr><th>{sentence(style, first)}</th>{cells}</tr>"
    yield "</table>"
