"""What changed from one line of a chain to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from difflib import SequenceMatcher

from verifier.formula.written import Bracket, Density, Law, Product, Sum, Variable, Written

_MOST = 0.5  # of a line that may be new, before a mark says nothing any more

_WHOLE = (Density, Law, Variable)  # marked as a whole, whatever is new in it


def changes(before: Written, after: Written) -> tuple[Written, ...]:
    """The parts of a formula that are not as in the one before, outermost first; none where so
    much is new that no part stands out."""
    parts = tuple(_new(before, after))
    size = sum(1 for part in parts for _ in part.walk())
    return parts if size <= _MOST * sum(1 for _ in after.walk()) else ()


def _new(before: Written, after: Written) -> Iterator[Written]:
    if before == after:
        return
    if isinstance(before, Bracket) and isinstance(after, Bracket):
        yield from _new(before.body, after.body)
    elif isinstance(before, Sum | Product) and type(before) is type(after):
        yield from _among([*before.children()], [*after.children()])
    elif isinstance(after, _WHOLE):
        yield after
    elif type(before) is type(after) and _alike(before, after):
        pairs = zip(before.children(), after.children(), strict=True)
        yield from (part for one, other in pairs for part in _new(one, other))
    else:
        yield after


def _among(before: Sequence[Written], after: Sequence[Written]) -> Iterator[Written]:
    """The terms or factors that are new; where one stands for one, what is new in it."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "replace" and b - a == d - c:
            pairs = zip(before[a:b], after[c:d], strict=True)
            yield from (part for one, other in pairs for part in _new(one, other))
        elif what != "equal":
            yield from after[c:d]


def _alike(before: Written, after: Written) -> bool:
    """Whether two nodes of one type differ in the nodes below them alone, place by place."""
    for item in fields(before):
        one, other = getattr(before, item.name), getattr(after, item.name)
        if item.name == "span":
            continue
        if isinstance(one, tuple) and isinstance(other, tuple):
            if len(one) != len(other) or not all(map(_comparable, one, other)):
                return False
        elif not _comparable(one, other):
            return False
    return True


def _comparable(one: object, other: object) -> bool:
    return one == other or (isinstance(one, Written) and isinstance(other, Written))
