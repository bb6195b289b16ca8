"""Breaking long lines: formulas before an operator, text at blanks; nothing is ever cut off."""

from __future__ import annotations

from verifier.report.words import cells

_OPENING, _CLOSING = "([{", ")]}"
_OPERATORS = frozenset(["+", "-", "*", "/", "=", ">=", "<=", "<", ">", "||", "<<", "≥", "≤"])


def wrap_formula(text: str, width: int) -> list[str]:
    """Lines of at most `width`, broken before the outermost operator that leaves them well filled.

    Lines after the first are indented by two.
    """
    lines: list[str] = []
    room = width
    while cells(text) > room:
        at = _break(text, room)
        lines.append(text[:at].rstrip())
        text = "  " + text[at:].lstrip()
    return [*lines, text]


def wrap_text(text: str, width: int, indent: int = 4) -> list[str]:
    """Lines of at most `width`, broken at blanks; lines after the first are indented."""
    lines: list[str] = []
    while cells(text) > width:
        at = _last_blank(text, width)
        lines.append(text[:at].rstrip())
        text = " " * indent + text[at:].lstrip()
    return [*lines, text]


def _fitting(text: str, width: int) -> int:
    """How many characters of the text fit into a width; some always do."""
    taken = 0
    for at, character in enumerate(text):
        taken += cells(character)
        if taken > width:
            return max(at, 6)
    return len(text)


def _last_blank(text: str, width: int) -> int:
    fit = _fitting(text, width)
    indent = len(text) - len(text.lstrip())
    at = text.rfind(" ", indent + 1, fit + 1)
    return at if at > 0 else fit


def _break(text: str, width: int) -> int:
    """Where to break: the best blank in the right part of the line, or mid-word if there's none."""
    fit = _fitting(text, width)
    depth = 0
    best: tuple[bool, int, int] | None = None
    for at, character in enumerate(text[: fit + 1]):
        depth += (character in _OPENING) - (character in _CLOSING)
        if character != " " or at < fit * 2 // 5:
            continue
        word = text[at + 1 :].split(" ", 1)[0]
        rank = (word not in _OPERATORS, depth, -at)
        best = rank if best is None else min(best, rank)
    return -best[2] if best else fit
