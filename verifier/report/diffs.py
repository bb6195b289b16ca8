"""What would be written into files, as differences that `patch` takes."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from typing import Protocol

from verifier.report.shown import visible


class Text(Protocol):
    """A file's text."""

    @property
    def text(self) -> str: ...


class Diffs:
    """The differences, file by file."""

    def __init__(self) -> None:
        self.text = ""

    def put(self, file: str, before: Text, after: Text) -> None:
        """A file as it is and as it should be."""
        name = visible(file)
        lines = before.text.splitlines(True), after.text.splitlines(True)
        self.text += "".join(_ended(unified_diff(*lines, f"a/{name}", f"b/{name}")))


def _ended(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
