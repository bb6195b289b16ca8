"""A text as an editor counts in it, and as we do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lsprotocol import types
from pygls.workspace import PositionCodec

from verifier.derivation.derivation import Source
from verifier.derivation.rewrite import Edit
from verifier.outcome import Location


@dataclass(frozen=True)
class Typed:
    """A text in an editor, whose lines end where ours do."""

    source: Source
    codec: PositionCodec

    @cached_property
    def lines(self) -> list[str]:
        """Each without its end."""
        starts = self.source.starts
        ends = (*starts[1:], len(self.source.text))
        pairs = zip(starts, ends, strict=True)
        return [self.source.text[start:end].rstrip("\r\n") for start, end in pairs]

    def offset(self, position: types.Position) -> int:
        """Where a position is, in characters."""
        last = len(self.lines) - 1
        if position.line > last:
            return len(self.source.text)
        line = self.lines[position.line]
        units, place = 0, 0
        while place < len(line) and units < position.character:
            units += self.codec.client_num_units(line[place])
            place += 1
        return self.source.starts[position.line] + place

    def position(self, line: int, column: int) -> types.Position:
        """A place, line and column counted from 1."""
        line = min(max(line, 1), len(self.lines))
        before = self.lines[line - 1][: max(column - 1, 0)]
        mark = self.source.mark if line == 1 else ""
        return types.Position(line - 1, self.codec.client_num_units(mark + before))

    def range(self, where: Location) -> types.Range:
        """The range of a location; of one that is empty the word behind it, so that it is seen."""
        start = self.position(where.line, where.column)
        end = self.position(where.end_line, where.end_column)
        if (start.line, start.character) >= (end.line, end.character):
            line = self.lines[start.line]
            rest = line[max(where.column - 1, 0) :]
            wide = len(rest) - len(rest.lstrip(" ")) + len(rest.lstrip(" ").partition(" ")[0])
            end = self.position(where.line, where.column + max(wide, 1))
            if end.character <= start.character and start.character:  # at the end of a line
                start = types.Position(start.line, start.character - 1)
        return types.Range(start, end)

    def line_range(self, line: int, end_line: int | None = None) -> types.Range:
        """Lines without the blanks before the first."""
        text = self.lines[min(line, len(self.lines)) - 1]
        start = self.position(line, len(text) - len(text.lstrip()) + 1)
        last = min(end_line or line, len(self.lines))
        return types.Range(start, self.position(last, len(self.lines[last - 1]) + 1))

    def edit(self, edit: Edit) -> types.TextEdit:
        """An edit as the editor makes it."""
        where = self.source.location(edit.start, edit.end)
        start = self.position(where.line, where.column)
        end = self.position(where.end_line, where.end_column)
        return types.TextEdit(types.Range(start, end), edit.new)
