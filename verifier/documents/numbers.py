"""Letters that stand for numbers: indices that nothing binds, horizons, weights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from verifier.documents.formulas import OPENERS, Tokens, Variable, applications, label_at, past
from verifier.documents.ranges import Seen, Slices
from verifier.formula.lexer import Token
from verifier.formula.spellings import LETTER_NAMES


def bounds_of(name: str, formulas: Sequence[Seen], slices: Slices) -> Iterator[str]:
    """The bounds of a letter in subscripts: what it is an element of must be there."""
    lows: list[int] = []
    highs: list[str] = []
    shifts: list[int] = []
    for each in formulas:
        for application in applications(each.tokens):
            beside = (*application.left, *application.right)
            for variable in beside:
                script = variable.script
                if name not in script or variable.base not in slices or ":" in script:
                    continue
                low, high = slices[variable.base]
                shift = 0
                if len(script) == 3 and script[2].isdigit():
                    shift = int(script[2]) * (1 if script[1] == "+" else -1)
                if low.isdigit():
                    first = Variable(variable.base, (low,)) in beside  # x_{t-1} and x_0 are two
                    lows.append(int(low) + first - shift)
                highs.append(high)
                shifts.append(shift)
    ends = {high for high in highs if high != name}
    if lows:
        yield f"{name} >= {max(lows)}"
    elif not ends:
        if any(name in high.split() for _, high in slices.values()):
            return  # a horizon that the model lines declare by themselves
        yield f"{name} >= 1"
    for high in sorted(ends):
        back = max(shifts)
        yield f"{name} <= {high} - {back}" if back > 0 else f"{name} <= {high}"


def excluded(name: str, formulas: Sequence[Seen]) -> Iterator[str]:
    """What a letter isn't where it is divided by it, or by 1 less it, so that this means
    something."""
    values = {(name,): "0", ("1", "-", name): "1", (name, "-", "1"): "1"}
    found: dict[str, None] = {}
    for each in formulas:
        tokens = each.tokens
        for at, token in enumerate(tokens):
            opened = at + 1
            if token.text == r"\frac":
                opened = past(tokens, at + 1)
            elif token.text != "/":
                continue
            end = past(tokens, opened) if _opens(tokens, opened) else opened + 1
            inside = tuple(t.text for t in tokens[opened:end] if t.text not in "(){}")
            if inside in values:
                found.setdefault(f"{name} != {values[inside]}")
    yield from found


def _opens(tokens: Tokens, at: int) -> bool:
    return at < len(tokens) and tokens[at].text in OPENERS


_CONSTANT = re.compile(r"(?:[Cc]|[Kk]|[Cc]onst|[Cc]onstant)(?:_.*)?")


def constant_in(tokens: Tokens, before: Tokens, defined: frozenset[str]) -> str:
    """A constant that stands as a summand, such as `+ C`, and neither in the line before nor among
    what is defined: what it is is left open. "" if none does."""
    level = 0
    for at, token in enumerate(tokens):
        level += (token.text in OPENERS) - (token.text in OPENERS.values())
        if level or token.text not in ("+", "-"):
            continue
        label, behind = label_at(tokens, at + 1)
        ends = behind == len(tokens) or tokens[behind].text in ("+", "-")
        new = label not in defined | {label_at(before, place)[0] for place in range(len(before))}
        if label and ends and new and _CONSTANT.fullmatch(label):
            return label
    return ""


def free_names(
    tokens: Tokens, families: Iterable[str], bases: frozenset[str]
) -> Iterator[tuple[str, int, bool]]:
    """The names that stand by themselves or in subscripts, each with its place and whether it is in
    a subscript; of families and variables none."""
    known = {*families}
    at = 0
    scripts: list[tuple[int, int]] = []
    while at < len(tokens):
        token = tokens[at]
        if token.kind != "name":
            at += 1
            continue
        label, behind = label_at(tokens, at)
        inside = any(start <= at < end for start, end in scripts)
        if label in known:
            at = behind if behind > at else at + 1
            continue
        if label and "_" in label and not inside:
            base, _, script = label.partition("_")
            named = base in LETTER_NAMES or (script.isalpha() and len(script) > 1)
            if named and base not in bases:
                yield label, token.start, False
            else:
                yield from _scripted(tokens, at, behind)
            at = behind
            continue
        before = tokens[at - 1].text if at else ""
        following = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if token.text == "d" or (following == "(" and before != "_"):
            at += 1
            continue
        in_script = inside or before == "_" or _within_braces(tokens, at)
        yield token.text, token.start, in_script
        at += 1


def _scripted(tokens: Tokens, start: int, end: int) -> Iterator[tuple[str, int, bool]]:
    yield tokens[start].text, tokens[start].start, False
    for token in tokens[start + 1 : end]:
        if token.kind == "name":
            yield token.text, token.start, True


def _within_braces(tokens: Sequence[Token], at: int) -> bool:
    """Whether a place is within the braces of a subscript, of the end of a sum, or of an index that
    stands above, x^{(i)}; an exponent is none."""
    level = 0
    for place in range(at - 1, -1, -1):
        text = tokens[place].text
        level += (text == "}") - (text == "{")
        if level < 0:
            mark = tokens[place - 1].text if place else ""
            indexed = tokens[place + 1].text == "(" and tokens[place - 2].kind == "name"
            return mark == "_" or (mark == "^" and (indexed or _ends_sum(tokens, place - 1)))
    return False


def _ends_sum(tokens: Sequence[Token], at: int) -> bool:
    """Whether the end of a sum or a product stands behind the mark at a place."""
    place = at - 1
    while place > 0 and tokens[at - 1].text == "}" and tokens[place].text != "{":
        place -= 1
    base = place - 2 if place > 1 and tokens[place - 1].text == "_" else place
    return tokens[base].text in ("sum", "prod", "int")
