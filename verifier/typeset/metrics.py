"""How wide boxes are when LaTeX sets them in Computer Modern's or Latin Modern's letters.

In ems of the text's size, from the fonts' metrics, a little too wide rather than too narrow.
"""

from __future__ import annotations

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
from verifier.typeset.latex import latex_name

SMALL = 0.74  # a script's letters; a script's own script is taken for as wide
_LETTERS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        (
            0.53, 0.43, 0.44, 0.53, 0.47, 0.60, 0.52, 0.58, 0.35, 0.45, 0.56, 0.32, 0.88,
            0.60, 0.49, 0.51, 0.49, 0.49, 0.47, 0.37, 0.58, 0.53, 0.75, 0.58, 0.53, 0.51,
        ),
        strict=True,
    )
) | {"H": 0.92, "K": 0.93, "M": 1.09, "N": 0.92, "W": 1.09, "X": 0.91}  # fmt: skip
_CAPITAL = 0.86  # any other
_GREEK = 0.68
_UPRIGHT = 0.53  # a letter of a word set upright
_SIGNS = {
    "+": 1.23, "-": 1.23, "*": 0.73, "/": 0.51, "=": 1.34, ">=": 1.34, "<=": 1.34, ">": 1.34,
    "<": 1.34, "!=": 1.34, "<<": 1.57, "~": 1.34, ":=": 1.62, "|": 0.84, "||": 0.84, ",": 0.45,
    ";": 0.45, ":": 0.56, "log": 1.45, "ln": 1.0, "exp": 1.67, "int": 1.17, "sum": 1.62,
    "prod": 1.45, "E": 0.67, "KL": 1.41, "H": 0.9, "I": 0.52, "d": 0.53, "e": 0.47,
}  # fmt: skip
_FENCES = (0.40, 0.46, 0.60, 0.75)  # one bracket, by its size


def width(box: Box) -> float:
    """The width of a box on a line of its own, in ems."""
    match box:
        case Name(text):
            return _name(text)
        case Number(text):
            return 0.51 * len(text)
        case Sign(text):
            return _SIGNS.get(text, _UPRIGHT * len(text) + 0.5)
        case Space(thin):
            return 0.17 if thin else 0.0
        case Row(parts):
            return sum(map(width, parts))
        case Script(base, below, above):
            scripts = max(width(part) for part in (below, above) if part is not None) * SMALL
            if isinstance(base, Sign) and base.text in ("sum", "prod"):  # above and below
                return max(width(base), scripts + 0.2)
            return width(base) + scripts + 0.06
        case Fence(body):
            return width(body) + 2 * bracket(box)
        case Fraction(numerator, denominator):
            return max(width(numerator), width(denominator)) + 0.25
        case Root(body):
            return width(body) + 0.9
    raise TypeError(type(box).__name__)


def bracket(fence: Fence) -> float:
    """The width of one bracket."""
    return _FENCES[size(fence)]


def size(fence: Fence) -> int:
    """How much its brackets grow: 0 as they are, then big, Big and bigg."""
    if fence.kind == "arguments" and _height(fence.body) < 3:
        return 0
    return _height(fence.body)


def _height(box: Box) -> int:
    match box:
        case Fraction():
            return 3
        case Sign(text):
            return 3 if text in ("sum", "prod", "int") else 0
        case Row(parts):
            return max(map(_height, parts), default=0)
        case Script(base):
            return _height(base)
        case Root(body):
            return _height(body)
        case Fence(body, kind):
            inside = _height(body)
            return inside if kind == "arguments" else max(1, inside)
    return 0


def _name(text: str) -> float:
    base, mark, subscript = text.partition("_")
    return _word(base) + (_word(subscript) * SMALL + 0.06 if mark else 0.0)


def _word(text: str) -> float:
    if text.isdigit():
        return 0.51 * len(text)
    if len(text) == 1:
        return _LETTERS.get(text, _CAPITAL)
    if latex_name(text).startswith("\\mathrm"):
        return _UPRIGHT * len(text) + 0.25 * sum(
            letter.isupper() or letter in "mw" or not letter.isascii() for letter in text
        )
    return _GREEK
