"""Boxes to MathML Core, for browsers.

They don't break lines inside a `<math>`: a long formula is several, which a line may be broken
between, terms in spans of their own so that one moves to the next line whole where it fits there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from verifier.formula.spellings import GREEK
from verifier.formula.written import Written
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
from verifier.typeset.latex import ACCENTS
from verifier.typeset.metrics import width

# One `<math>`, or parts that a line may be broken between.
Flow = str | tuple["Flow", ...]

_LONGEST = 11.0  # ems of a part that is never broken
_SHORT = 4.5  # of a left side that keeps its relation beside it

_THIN, _WORD = 0.167, 0.28  # ems
_BINARY, _RELATION = 0.222, 0.278  # on either side

_OPERATORS = {
    "+": ("+", _BINARY),
    "-": ("\u2212", _BINARY),
    "*": ("\u22c5", _BINARY),
    "/": ("/", _THIN),
    "=": ("=", _RELATION),
    ">=": ("\u2265", _RELATION),
    "<=": ("\u2264", _RELATION),
    ">": (">", _RELATION),
    "<": ("<", _RELATION),
    "!=": ("\u2260", _RELATION),
    "<<": ("\u226a", _RELATION),
    "~": ("\u223c", _RELATION),
    ":=": ("\u2254", _RELATION),
    "|": ("\u2223", _RELATION),
    "||": ("\u2225", _RELATION),
}
_STOPS = (",", ";", ":")
_LARGE = {"sum": "\u2211", "prod": "\u220f", "int": "\u222b"}
_LETTERS = {"E": "\U0001d53c", "d": "d", "e": "e", "H": "H", "I": "I"}
_APPLIED = ("log", "ln", "exp")
_FENCES = {
    "round": ("(", ")"),
    "arguments": ("(", ")"),
    "square": ("[", "]"),
    "angle": ("\u27e8", "\u27e9"),
}

_GREEK = {name: letter for letter, name in GREEK.items()} | {
    "epsilon": "\u03f5",  # TeX's shapes
    "varepsilon": "\u03b5",
    "vartheta": "\u03d1",
    "varpi": "\u03d6",
    "varrho": "\u03f1",
    "phi": "\u03d5",
    "varphi": "\u03c6",
    "ell": "\u2113",
}
_MARKS = dict(zip(ACCENTS, "^~\u00af\u2032", strict=True))

_AXIS = 0.25  # of fractions and brackets, above the base line
_GROW = 1.1  # brackets around what is less high stay as they are


def formula(box: Box, label: str, changed: Iterable[Written] = ()) -> str:
    """A formula in HTML: what is read aloud for it is the label, what changed is marked."""
    flow = _Setter(frozenset(map(id, changed))).flow(box)
    return (
        f'<span class="formula" role="math" aria-label="{escape(label)}">'
        f'<span aria-hidden="true">{_spans(flow)}</span></span>'
    )


def operator(sign: str) -> str:
    """A relation that stands alone."""
    return f"<math>{_operator(_OPERATORS[sign][0])}</math>"


def _spans(flow: Flow) -> str:
    if isinstance(flow, str):
        return f'<math displaystyle="true">{_row(flow)}</math>'
    return f'<span class="part">{"<wbr>".join(map(_spans, flow))}</span>'


def _glue(left: Flow, right: Flow) -> Flow:
    """One after the other, without a break at the seam."""
    if not isinstance(left, str):
        return (*left[:-1], _glue(left[-1], right))
    return left + right if isinstance(right, str) else (_glue(left, right[0]), *right[1:])


def _marked(flow: Flow) -> Flow:
    if isinstance(flow, str):
        return f'<mrow class="new">{flow}</mrow>'
    return tuple(map(_marked, flow))


class _Setter:
    def __init__(self, changed: frozenset[int]) -> None:
        self._changed = changed

    # -- what may be broken ----------------------------------------------------------------------

    def flow(self, box: Box, headed: bool = False) -> Flow:
        """A box, in parts if it is long. Behind an opening bracket a line may be broken only where
        it is `headed`, by what the bracket belongs to."""
        if width(box) <= _LONGEST and not headed:
            return self._box(box)
        flow: Flow
        match box:
            case Row(parts):
                flow = self._pieces(parts)
            case Fence(body, kind) if kind != "arguments":
                opening, closing = _brackets(box, apart=True)
                flow = self._enclosed(opening, body, closing, headed)
            case Script(Fence(body) as fence):
                opening, closing = _brackets(fence, apart=True)
                inside = self._enclosed(opening, body, "", headed)
                # A bracket that is all of a base doesn't grow.
                flow = (inside, self._scripts(_row(f"{closing}<mi></mi>"), box))
            case _:
                return self._box(box)
        return _marked(flow) if id(box.node) in self._changed else flow

    def _enclosed(self, opening: str, body: Box, closing: str, headed: bool) -> Flow:
        inside = _glue(self.flow(body), closing)
        if not headed:
            return _glue(opening, inside)
        return (opening, inside) if isinstance(inside, str) else (opening, *inside)

    def _pieces(self, parts: Sequence[Box]) -> Flow:
        starts = [0, *(place for place in range(2, len(parts)) if _may_break(parts, place))]
        ends = [*starts[1:], len(parts)]
        pieces = [self._piece(parts, *ends) for ends in zip(starts, ends, strict=True)]
        return tuple(pieces) if len(pieces) > 1 else pieces[0]

    def _piece(self, parts: Sequence[Box], start: int, end: int) -> Flow:
        piece: Flow = ""
        for place in range(start, end):
            part = parts[place]
            if isinstance(part, Sign | Space):
                piece = _glue(piece, self._beside(parts, place))
            else:
                beside = place > start and not isinstance(parts[place - 1], Space)
                headed = beside and width(Row(tuple(parts[start : place + 1]))) > _LONGEST
                piece = _glue(piece, self.flow(part, headed))
        return piece

    # -- what is not -----------------------------------------------------------------------------

    def _box(self, box: Box, small: bool = False) -> str:
        """A box in one piece; in scripts there is less space."""
        found = self._unmarked(box, small)
        return f'<mrow class="new">{found}</mrow>' if id(box.node) in self._changed else found

    def _unmarked(self, box: Box, small: bool) -> str:
        match box:
            case Name(text):
                return _name(text)
            case Number(text):
                return f"<mn>{escape(text)}</mn>"
            case Sign():
                return _sign(box)
            case Row(parts):
                return _row("".join(self._beside(parts, i, small) for i in range(len(parts))))
            case Script(base):
                return self._scripts(self._box(base, small), box)
            case Fence(body):
                opening, closing = _brackets(box)
                return _row(opening + self._box(body, small) + closing)
            case Fraction(numerator, denominator):
                above, below = self._box(numerator), self._box(denominator)
                return f"<mfrac>{above}{below}</mfrac>"
            case Root(body):
                return f"<msqrt>{self._box(body, small)}</msqrt>"
        raise TypeError(type(box).__name__)

    def _scripts(self, base: str, box: Script) -> str:
        below = self._box(box.below, True) if box.below else ""
        above = self._box(box.above, True) if box.above else ""
        limits = isinstance(box.base, Sign) and box.base.text in ("sum", "prod")
        if below and above:
            name = "munderover" if limits else "msubsup"
        elif below:
            name = "munder" if limits else "msub"
        else:
            name = "mover" if limits else "msup"
        return f"<{name}>{base}{below}{above}</{name}>"

    def _beside(self, parts: Sequence[Box], place: int, small: bool = False) -> str:
        """A part of a row, with the space that it has there."""
        part = parts[place]
        before = parts[place - 1] if place else None
        after = parts[place + 1] if place + 1 < len(parts) else None
        match part:
            case Space(thin):
                gap = _THIN if thin else _gap(before, after)
                return f'<mspace width="{gap}em"/>' if gap else ""
            case Sign(text) if text in _OPERATORS:
                character, space = _OPERATORS[text]
                if small:
                    space = 0.1 if space == _RELATION else 0.0
                left, right = (space if isinstance(one, Space) else 0 for one in (before, after))
                return _operator(character, left, right)
            case Sign(text) if text in _STOPS:
                return _operator(text, 0, _THIN if isinstance(after, Space) else 0)
            case Sign(text) if text in _APPLIED and isinstance(after, Fraction | Root):
                return f'{_sign(part)}<mspace width="{_THIN}em"/>'
            case _:
                return self._box(part, small)


def _may_break(parts: Sequence[Box], place: int) -> bool:
    """Whether a line may begin with a part of a row: with a sign between two others (a relation
    only behind much), a factor, or what is said of the variables before a colon."""
    part, before = parts[place], parts[place - 2]
    if [isinstance(one, Space) for one in (before, parts[place - 1], part)] != [False, True, False]:
        return False
    if isinstance(part, Sign) and part.text in _OPERATORS:
        related = _OPERATORS[part.text][1] == _RELATION and part.text != "||"
        return part.text != "|" and not (related and width(Row(tuple(parts[:place]))) <= _SHORT)
    head = before.base if isinstance(before, Script) else before
    if isinstance(head, Sign):
        return head.text == ":"
    return not isinstance(part, Sign) or part.text not in _STOPS


def _gap(before: Box | None, after: Box | None) -> float:
    """What a space comes to between two boxes: operators bring their own."""
    found = (_head(before), _head(after, last=False))
    if any(sign in _OPERATORS or sign in (",", ";") for sign in found):
        return 0
    if any(sign and sign not in {*_LARGE, *_LETTERS, *_APPLIED, "KL"} for sign in found):
        return _WORD
    return _THIN if any(sign in _LARGE or sign in _APPLIED for sign in found) else 0


def _head(box: Box | None, last: bool = True) -> str:
    """The sign that a box ends or begins with, if it does."""
    match box:
        case Sign(text):
            return text
        case Script(base):
            return _head(base)
        case Row(parts) if parts:
            return _head(parts[-1 if last else 0], last)
    return ""


# -- elements --------------------------------------------------------------------------------------


def _row(inside: str) -> str:
    return f"<mrow>{inside}</mrow>"


def _operator(character: str, left: float = 0, right: float = 0) -> str:
    text = escape(character)
    return f'<mo form="infix" stretchy="false" lspace="{left}em" rspace="{right}em">{text}</mo>'


def _fence(bracket: str, form: str, stretchy: bool, size: str = "") -> str:
    sized = f' minsize="{size}" maxsize="{size}"' if size else ""
    return (
        f'<mo form="{form}" stretchy="{str(stretchy).lower()}" symmetric="true" lspace="0em"'
        f' rspace="0em"{sized}>{bracket}</mo>'
    )


def _brackets(fence: Fence, apart: bool = False) -> tuple[str, str]:
    """Brackets that grow where what is between them is higher than a line of text. Those that stand
    in two `<math>` are told how much."""
    up, down = _extent(fence.body)
    size = 2 * max(up - _AXIS, down + _AXIS)
    grow = fence.kind != "arguments" and size > _GROW
    sized = f"{size:.2f}em" if grow and apart else ""
    opening, closing = _FENCES[fence.kind]
    return _fence(opening, "prefix", grow, sized), _fence(closing, "postfix", grow, sized)


def _extent(box: Box, small: bool = False) -> tuple[float, float]:
    """About how far a box goes above and below the base line, in ems. Inside a fraction the limits
    of a sum stand beside it."""
    match box:
        case Sign(text) if text in _LARGE:
            return (0.8, 0.3) if small else (1.0, 0.5)
        case Row(parts) if parts:
            ups, downs = zip(*(_extent(part, small) for part in parts), strict=True)
            return max(ups), max(downs)
        case Script(Sign(text) as base, below, above) if text in ("sum", "prod") and not small:
            up, down = _extent(base)
            return up + (0.6 if above else 0.0), down + (0.7 if below else 0.0)
        case Script(base):
            return _extent(base, small)
        case Fraction(numerator, denominator):
            over, under = (sum(_extent(part, True)) for part in (numerator, denominator))
            return _AXIS + 0.15 + over, under + 0.15 - _AXIS
        case Fence(body) | Root(body):
            return _extent(body, small)
    return 0.75, 0.25


def _sign(sign: Sign) -> str:
    text = sign.text
    if text in _LARGE:
        return f'<mo form="prefix" largeop="true" lspace="0em" rspace="0em">{_LARGE[text]}</mo>'
    if text in _LETTERS:
        return f"<mi>{_LETTERS[text]}</mi>"
    if text in _APPLIED or text == "KL":
        return f"<mi>{text}</mi>"
    if text in _OPERATORS or text in _STOPS:
        return _operator(_OPERATORS.get(text, (text, 0.0))[0])
    return f"<mtext>{escape(text)}</mtext>"


def _name(text: str) -> str:
    base, mark, subscript = text.partition("_")
    return f"<msub>{_word(base)}{_word(subscript)}</msub>" if mark else _word(base)


def _word(text: str) -> str:
    r"""A letter, a Greek one by its name too, digits, a letter with an accent, or a word."""
    name = GREEK.get(text, text)
    if name in _GREEK:
        upright = ' mathvariant="normal"' if name[0].isupper() else ""
        return f"<mi{upright}>{_GREEK[name]}</mi>"
    if text.isdigit():
        return f"<mn>{text}</mn>"
    for accent, mark in _MARKS.items():
        plain = text.removesuffix(accent)
        if plain != text and (len(plain) == 1 or plain in _GREEK):
            over = f'<mo stretchy="false">{mark}</mo>'
            if accent == "prime":
                return f"<msup>{_word(plain)}{over}</msup>"
            return f'<mover accent="true">{_word(plain)}{over}</mover>'
    upright = ' mathvariant="normal"' if len(text) > 1 else ""
    return f"<mi{upright}>{escape(text)}</mi>"
