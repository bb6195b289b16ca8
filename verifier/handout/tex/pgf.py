"""Pictures in LaTeX, drawn by pgfplots in the fonts of the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from verifier.formula.written import Written
from verifier.handout.conventions import Style
from verifier.handout.notes import Text
from verifier.handout.pictures import Axis, Bar, Curve, Mark, Picture, Point
from verifier.handout.tex.spelling import spelling
from verifier.handout.tex.text import prose

# Beside amsmath and amssymb, which formulas need.
PREAMBLE = r"""\usepackage{pgfplots}
\pgfplotsset{compat=1.16}
\usetikzlibrary{patterns}
"""

_HEIGHT = 0.55  # of the axes, by the width of the whole
_WIDE = 4.2  # points to a character of a label, about
_APART = 21  # points for ticks, and around labels

# Told apart by dashes and hatching as well, for print in grey.
_CURVES = {
    "first": "thick, blue!60!black",
    "second": "thick, dashed, orange!70!black",
    "guide": "densely dotted, black!60",
    "gap": "<->",
}
_BARS = {
    "shaded": "very thin, fill=blue!20",
    "hatched": "very thin, pattern=north east lines, pattern color=black!70",
}
_ANCHORS = {  # the point of a label that touches what it labels
    "above": "south",
    "below": "north",
    "left": "east",
    "right": "west",
    "above left": "south east",
    "below right": "north west",
}


def pgf(picture: Picture, style: Style | None = None, width: float = 0.45) -> str:
    r"""A `tikzpicture`, about as wide as that part of `\linewidth`."""
    return "\n".join(_lines(picture, style or Style(), width)) + "\n"


def tex(text: Text, style: Style | None = None) -> str:
    """A text in TeX's own spelling, its formulas in math mode and in a notation."""
    return "".join(p if isinstance(p, str) else math(p, style or Style()) for p in text)


def sentence(text: Text, style: Style) -> str:
    """A text for people, its formulas in math mode."""
    return "".join(_words(p) if isinstance(p, str) else math(p, style.inline) for p in text)


def math(node: Written, style: Style) -> str:
    """A formula in math mode."""
    return f"${spelling().text(style.boxes(node))}$"


def _words(text: str) -> str:
    before, behind = " " * text.startswith(" "), " " * (text.endswith(" ") and bool(text.strip()))
    return f"{before}{prose(text)}{behind}"


def _lines(picture: Picture, style: Style, width: float) -> Iterator[str]:
    margin = round(_WIDE * sum(picture.margins)) + _APART
    yield r"\begin{tikzpicture}[>=stealth, font=\footnotesize]"
    yield r"\begin{axis}["
    yield rf"  scale only axis, width={width:g}\linewidth-{margin}pt,"
    yield rf"  height={width * _HEIGHT:.4g}\linewidth,"
    yield "  axis lines=left, axis line style={-}, clip=false, scaled ticks=false,"
    yield r"  tick align=outside, tick style={black!60}, ticklabel style={font=\footnotesize},"
    yield "  every axis y label/.style={at={(axis description cs:0,1)}, anchor=south},"
    yield from _axis("x", picture.x, style)
    yield from _axis("y", picture.y, style)
    yield "]"
    yield from map(_bar, picture.bars)
    yield from map(_curve, picture.curves)
    yield from (_mark(mark, style) for mark in picture.marks)
    yield r"\end{axis}"
    yield r"\end{tikzpicture}"


def _axis(name: str, axis: Axis, style: Style) -> Iterator[str]:
    places = ",".join(_number(place) for place, _ in axis.ticks)
    labels = ",".join(f"{{{tex(label, style)}}}" for _, label in axis.ticks)
    yield f"  {name}min={_number(axis.low)}, {name}max={_number(axis.high)},"
    yield f"  {name}tick={{{places}}}, {name}ticklabels={{{labels}}},"
    if axis.label:
        yield f"  {name}label={{{tex(axis.label, style)}}},"


def _bar(bar: Bar) -> str:
    return rf"\filldraw[{_BARS[bar.kind]}] {_place(bar.low)} rectangle {_place(bar.high)};"


def _curve(curve: Curve) -> str:
    return rf"\draw[{_CURVES[curve.kind]}] {_path(curve.points)};"


def _mark(mark: Mark, style: Style) -> str:
    place = _place(mark.point)
    dot = rf"\fill {place} circle[radius=1.5pt];"
    label = rf"\node[anchor={_ANCHORS[mark.side]}] at {place} {{{tex(mark.label, style)}}};"
    return "\n".join(part for part, drawn in ((dot, mark.dot), (label, mark.label)) if drawn)


def _path(points: Iterable[Point]) -> str:
    return " -- ".join(map(_place, points))


def _place(point: Point) -> str:
    x, y = map(_number, point)
    return f"(axis cs:{x},{y})"


def _number(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")
