"""Pictures in SVG, for a page: its fonts, and the colour of its text."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from verifier.handout.conventions import Style
from verifier.handout.notes import Text
from verifier.handout.pictures import Bar, Curve, Picture, Point, plain_text
from verifier.typeset.notation import Notation

# Colours, for a page that declares its `color-scheme`; without them all has that of its text.
STYLE = """.picture { max-width: 100%; height: auto; }
.picture .first { stroke: light-dark(#1d4f91, #8ab8f0); }
.picture .second { stroke: light-dark(#a85708, #f0a860); }
.picture .shaded { fill: light-dark(#1d4f91, #8ab8f0); }
"""

_EM = 16.0  # units of the picture: its text has the size of the page's, a little smaller
_SIZE = 0.85 * _EM
_WIDTH, _HEIGHT = 24 * _EM, 18 * _EM
_WIDE = 0.5 * _SIZE  # a character of a label, about
_TICK = 5.0
_GAP = 4.0  # between a label and what it labels

_CURVES = {
    "first": 'stroke-width="2"',
    "second": 'stroke-width="2" stroke-dasharray="7 4"',
    "guide": 'stroke-dasharray="1 3"',
    "gap": 'marker-start="url(#{0}-arrow)" marker-end="url(#{0}-arrow)"',
}
_BARS = {
    "shaded": 'fill="currentColor" fill-opacity=".25" stroke-width=".5"',
    "hatched": 'fill="url(#{0}-hatch)" stroke-width=".5"',
}
_SIDES = {  # where a label stands: its direction from the point
    "above": (0, -1),
    "below": (0, 1),
    "left": (-1, 0),
    "right": (1, 0),
    "above left": (-1, -1),
    "below right": (1, 1),
}
_ALIGNED = {-1: "end", 0: "middle", 1: "start"}


def _name(name: str) -> str:
    """A name in italics, its subscript below the line."""
    base, mark, subscript = name.partition("_")
    return _italic(base) + (_BELOW.format(_italic(subscript)) if mark else "")


def _italic(word: str) -> str:
    # Longer names are words.
    return f'<tspan font-style="italic">{escape(word)}</tspan>' if len(word) == 1 else escape(word)


# What follows comes back to the line on a character without width: an empty span moves nothing.
_BELOW = '<tspan dy=".3em" font-size="70%">{}</tspan><tspan dx=".08em" dy="-.21em">\u200b</tspan>'
_ABOVE = '<tspan dy="-.5em" font-size="70%">{}</tspan><tspan dy=".35em">\u200b</tspan>'

_SVG = Notation(
    name=_name,
    angle="\u27e8{}\u27e9",
    below=_BELOW,
    below_bare=_BELOW,
    above=_ABOVE,
    above_bare=_ABOVE,
    fraction="{}/{}",
    signs={
        "-": "\u2212",
        "||": "\u2225",
        "*": "\u22c5",
        ">=": "\u2265",
        "<=": "\u2264",
        "<": "&lt;",
        ">": "&gt;",
    },
)


def svg(picture: Picture, prefix: str = "", style: Style | None = None) -> str:
    """An `svg` element. The ids in it begin with the prefix and the picture's name."""
    return "\n".join(_Drawing(picture, prefix + picture.name, style or Style()).lines()) + "\n"


def spans(text: Text, style: Style) -> str:
    """What stands in a `text` element, formulas in a notation."""
    parts = (escape(p) if isinstance(p, str) else _SVG.text(style.boxes(p)) for p in text)
    return "".join(parts)


class _Drawing:
    """A picture, and where it lies in the drawing."""

    def __init__(self, picture: Picture, name: str, style: Style) -> None:
        self._picture = picture
        self._name = name
        self._style = style
        left, right = (_WIDE * characters for characters in picture.margins)
        self._left = left + _TICK + 3 * _GAP
        self._right = _WIDTH - right - _GAP
        self._top = (2 if picture.y.label else 1) * _SIZE
        self._bottom = _HEIGHT - _TICK - (3.2 if picture.x.label else 1.5) * _SIZE

    def lines(self) -> Iterator[str]:
        """The element, line by line."""
        picture, name = self._picture, self._name
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img"'
            f' aria-labelledby="{escape(name)}-title {escape(name)}-desc"'
            f' viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" width="24em" height="18em"'
            f' fill="none" stroke="currentColor">'
        )
        yield f'<title id="{escape(name)}-title">{escape(picture.title)}</title>'
        yield f'<desc id="{escape(name)}-desc">{escape(plain_text(picture.caption))}</desc>'
        yield from self._definitions()
        yield from map(self._bar, picture.bars)
        yield from self._axes()
        yield from map(self._curve, picture.curves)
        yield from (self._dot(mark.point) for mark in picture.marks if mark.dot)
        yield f'<g class="labels" font-size="{_SIZE:g}" fill="currentColor" stroke="none">'
        yield from self._labels()
        yield "</g>"
        yield "</svg>"

    def _definitions(self) -> Iterator[str]:
        name = escape(self._name)
        if any(bar.kind == "hatched" for bar in self._picture.bars):
            yield (
                f'<defs><pattern id="{name}-hatch" patternUnits="userSpaceOnUse" width="5"'
                ' height="5" patternTransform="rotate(45)"><path d="M0 0V5"/></pattern></defs>'
            )
        if any(curve.kind == "gap" for curve in self._picture.curves):
            yield (
                f'<defs><marker id="{name}-arrow" viewBox="0 0 8 6" refX="8" refY="3"'
                ' markerWidth="8" markerHeight="6" orient="auto-start-reverse">'
                '<path d="M0 0L8 3L0 6L2 3Z" fill="currentColor" stroke="none"/></marker></defs>'
            )

    # -- shapes --------------------------------------------------------------------------------

    def _place(self, point: Point) -> Point:
        """Where a point lies in the drawing."""
        x, y = self._picture.x, self._picture.y
        right = (point[0] - x.low) / (x.high - x.low)
        up = (point[1] - y.low) / (y.high - y.low)
        across = self._left + right * (self._right - self._left)
        return across, self._bottom + up * (self._top - self._bottom)

    def _bar(self, bar: Bar) -> str:
        left, bottom = self._place(bar.low)
        right, top = self._place(bar.high)
        drawn = _BARS[bar.kind].format(escape(self._name))
        box = f'x="{left:.2f}" y="{top:.2f}" width="{right - left:.2f}"'
        return f'<rect class="{bar.kind}" {box} height="{bottom - top:.2f}" {drawn}/>'

    def _curve(self, curve: Curve) -> str:
        points = " ".join(f"{x:.2f},{y:.2f}" for x, y in map(self._place, curve.points))
        drawn = _CURVES[curve.kind].format(escape(self._name))
        return f'<polyline class="{curve.kind}" points="{points}" {drawn}/>'

    def _dot(self, point: Point) -> str:
        x, y = self._place(point)
        return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="3" fill="currentColor" stroke="none"/>'

    def _axes(self) -> Iterator[str]:
        left, right, top, bottom = self._left, self._right, self._top, self._bottom
        path = f"M{left:.2f} {top:.2f}V{bottom:.2f}H{right:.2f}"
        for x in self._across():
            path += f"M{x:.2f} {bottom:.2f}v{_TICK:g}"
        for y in self._up():
            path += f"M{left:.2f} {y:.2f}h{-_TICK:g}"
        yield f'<path class="axes" d="{path}"/>'

    # -- labels --------------------------------------------------------------------------------

    def _labels(self) -> Iterator[str]:
        x, y = self._picture.x, self._picture.y
        for across, (_, label) in zip(self._across(), x.ticks, strict=True):
            yield self._label((across, self._bottom + _TICK), label, (0, 1))
        for up, (_, label) in zip(self._up(), y.ticks, strict=True):
            yield self._label((self._left - _TICK, up), label, (-1, 0))
        if x.label:
            middle = (self._left + self._right) / 2
            below = self._bottom + _TICK + 1.6 * _SIZE
            yield self._label((middle, below), x.label, (0, 1))
        if y.label:
            yield self._label((self._left, self._top), y.label, (0, -1))
        for mark in self._picture.marks:
            if mark.label:
                yield self._label(self._place(mark.point), mark.label, _SIDES[mark.side])

    def _label(self, point: Point, text: Text, side: tuple[int, int]) -> str:
        """A label on one side of a point. Its height is measured from the line it stands on."""
        right, down = side
        x = point[0] + right * _GAP
        y = point[1] + down * _GAP + {-1: 0.0, 0: 0.33, 1: 0.75}[down] * _SIZE
        set_ = spans(text, self._style)
        return f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{_ALIGNED[right]}">{set_}</text>'

    def _across(self) -> Iterator[float]:
        return (self._place((place, 0.0))[0] for place, _ in self._picture.x.ticks)

    def _up(self) -> Iterator[float]:
        return (self._place((0.0, place))[1] for place, _ in self._picture.y.ticks)
