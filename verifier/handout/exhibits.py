"""A counterexample on a handout: its tables, and a sentence on what comes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from verifier.formula.scope import Scope
from verifier.formula.written import Written
from verifier.handout.notes import Text, quoted
from verifier.outcome import Counterexample
from verifier.report.counterexample import grid

_ALONE = "The two sides differ by "
Grid = tuple[tuple[Text, ...], ...]  # rows, of which the first is the heading


@dataclass(frozen=True)
class Exhibit:
    """Tables, whose names and places are formulas, and how far apart the two sides are."""

    grids: tuple[Grid, ...]
    sentence: Text


def exhibit(example: Counterexample, scope: Scope) -> Exhibit:
    """A counterexample to a line of a file that declares this."""
    named = [(table, "") for table in example.tables]
    named += [(table, "width of ") for table in example.weights]
    alone = [(table.name, table.cells[0]) for table, _ in named if not table.axes]
    values = (*alone, *example.parameters, *example.point)
    return Exhibit(
        tuple(_grid(grid(t, t.name), before, scope) for t, before in named if t.axes),
        tuple(_sentence(example, [f"{name} = {value}" for name, value in values], scope)),
    )


def _grid(rows: Iterable[Iterable[str]], before: str, scope: Scope) -> Grid:
    (corner, *across), *others = (tuple(_cell(cell, scope) for cell in row) for row in rows)
    head = ((before, *corner) if before else corner, *across)
    return (head, *others)


def _cell(text: str, scope: Scope) -> Text:
    """A cell: `p(x, z)`, `1/6`, or several places with commas between."""
    if text.removeprefix("-") == "inf":
        return (text.replace("-", "\u2212").replace("inf", "\u221e"),)
    node = quoted(text, scope)
    if node is not None:
        return (node,)
    parts = text.split(", ")
    if len(parts) == 1:
        return (text,) if text else ()
    found = [part for each in parts for part in (", ", *_cell(each, scope))]
    return tuple(found[1:])


def _sentence(
    example: Counterexample, values: Iterable[str], scope: Scope
) -> Iterator[str | Written]:
    places = [part for value in values for part in (", ", *_cell(value, scope))]
    yield from ("At ", *places[1:], " the two sides differ by ") if places else (_ALONE,)
    yield from _cell(example.difference, scope)
    yield "."
