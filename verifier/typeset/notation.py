"""How boxes are spelled as text: names, signs, templates for what has two dimensions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from verifier.typeset.boxes import (
    Box,
    Fence,
    Fraction,
    Name,
    Number,
    Root,
    Row,
    Script,
    Sign,
    Space,
)


@dataclass(frozen=True, slots=True)
class Notation:
    """A way to spell formulas on a line.

    `bare` scripts are those that consist of one name or number. `fraction` is None where a fraction
    is written with a slash like any quotient.
    """

    name: Callable[[str], str] = str
    round: str = "({})"
    square: str = "[{}]"
    angle: str = "<{}>"
    below: str = "_{{{}}}"
    below_bare: str = "_{}"
    above: str = "^{{{}}}"
    above_bare: str = "^{}"
    root: str = "sqrt({})"
    thin: str = ""  # the space before a differential
    fraction: str | None = None
    signs: Mapping[str, str] = field(default_factory=dict)

    def text(self, box: Box) -> str:
        """A box, spelled."""
        match box:
            case Name(text):
                return self.name(text)
            case Number(text):
                return text
            case Sign(text):
                return self.signs.get(text, text)
            case Space(thin):
                return self.thin if thin else " "
            case Row(parts):
                return joined(map(self.text, parts))
            case Script():
                return self._script(box)
            case Fence(body, kind):
                return self._fence(kind).format(self.text(body))
            case Root(body):
                return self.root.format(self.text(body))
            case Fraction(numerator, denominator) if self.fraction is not None:
                return self.fraction.format(self.text(numerator), self.text(denominator))
        raise TypeError(type(box).__name__)

    def _fence(self, kind: str) -> str:
        fences = {"round": self.round, "square": self.square, "angle": self.angle}
        return fences.get(kind, "({})")

    def _script(self, box: Script) -> str:
        text = self.text(box.base)
        if box.below is not None:
            below = self.text(box.below)
            tight = below.replace(" + ", "+").replace(" - ", "-") if box.tight else below
            text += (self.below_bare if box.bare else self.below).format(tight)
        if box.above is not None:
            above = self.text(box.above)
            text += (self.above_bare if box.bare else self.above).format(above)
        return text


def joined(parts: Iterable[str]) -> str:
    r"""Texts one after the other; a letter keeps its distance from a control word like `\leq`."""
    text = ""
    for part in parts:
        apart = part[:1].isalpha() and _is_command(text)
        text += f" {part}" if apart else part
    return text


def _is_command(text: str) -> bool:
    r"""Whether a text ends in a control word, which a letter would prolong: `\leq`."""
    letters = len(text) - len(text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    return 0 < letters < len(text) and text[-letters - 1] == "\\"
