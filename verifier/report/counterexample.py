"""A counterexample as small tables of exact fractions, with both sides and their difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from verifier.outcome import Counterexample, Table
from verifier.report.words import cells, one_line


def counterexample_lines(example: Counterexample) -> Iterator[str]:
    """The tables, the point, and what the two sides come to there."""
    for table in example.tables:
        yield from _table(table, table.name)
    for table in example.weights:
        yield from _table(table, f"width of {table.name}")
    values = [f"{name} = {value}" for name, value in (*example.parameters, *example.point)]
    if values:
        yield f"at {', '.join(values)}"
    sides = [("left", example.left), ("right", example.right), ("difference", example.difference)]
    yield from _aligned([[name, "=", one_line(value)] for name, value in sides])


def grid(table: Table, name: str) -> list[list[str]]:
    """A table with axes in rows, of which the first is its heading: the last axis runs across, the
    others down."""
    across = [f"{table.axes[-1]} = {value}" for value in range(table.shape[-1])]
    rows = [[one_line(name), *across]]
    for number, place in enumerate(product(*map(range, table.shape[:-1]))):
        label = ", ".join(
            f"{axis} = {value}" for axis, value in zip(table.axes, place, strict=False)
        )
        first = number * table.shape[-1]
        rows.append([label, *table.cells[first : first + table.shape[-1]]])
    return rows


def _table(table: Table, name: str) -> Iterator[str]:
    if table.axes:
        yield from _aligned(grid(table, name))
    else:
        yield f"{one_line(name)} = {', '.join(table.cells)}"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first = " " * (widths[0] - cells(row[0])) + row[0]
        rest = [
            text + " " * (width - cells(text))
            for text, width in zip(row[1:], widths[1:], strict=True)
        ]
        yield "  ".join([first, *rest]).rstrip()
