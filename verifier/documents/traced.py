"""Text that knows where in its file each character stands, whatever was taken out around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Traced:
    """A text, and the offset in the file of each of its characters and of its end."""

    text: str
    offsets: Sequence[int]

    def __getitem__(self, part: slice) -> Traced:
        start, end, _ = part.indices(len(self.text))
        return Traced(self.text[start:end], self.offsets[start : end + 1])

    @property
    def start(self) -> int:
        return self.offsets[0]

    @property
    def end(self) -> int:
        return self.offsets[-1]


def whole(text: str, start: int = 0) -> Traced:
    """A text as it stands in its file from an offset on."""
    return Traced(text, range(start, start + len(text) + 1))


class Tok(NamedTuple):
    """A token of TeX and its place in the file: of what a macro gave, that of its call."""

    text: str
    start: int
    end: int

    @property
    def blank(self) -> bool:
        """Whether it is white space."""
        return self.text.isspace()

    @property
    def word(self) -> str:
        r"""The name of a command, `frac` for `\frac`; "" for anything else."""
        return self.text[1:] if self.text[0] == "\\" and self.text[1:].isalpha() else ""


def joined(tokens: Iterable[Tok]) -> Traced:
    """The text of tokens, each in its place."""
    text: list[str] = []
    offsets: list[int] = []
    end = 0
    for token in tokens:
        piece = token.text
        if text and text[-1][-1].isalpha() and piece[0].isalpha() and text[-1][0] == "\\":
            text.append(" ")  # `\log` and the x that a macro stood for
            offsets.append(token.start)
        text.append(piece)
        own = token.end - token.start == len(piece)
        offsets += range(token.start, token.end) if own else [token.start] * len(piece)
        end = token.end
    return Traced("".join(text), (*offsets, end))
