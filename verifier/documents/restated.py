"""Names that a later section says again: what it says of them is judged where it is what they were,
or one slip away from that; else it is another definition."""

from __future__ import annotations

from itertools import product

from verifier.documents.context import Context, Reading, Unsure, made
from verifier.documents.defines import Define
from verifier.documents.formulas import Tokens
from verifier.documents.judging import Judged, Lines
from verifier.documents.readings import readings
from verifier.outcome import Verdict

MOST_READINGS = 2  # of each


def restated(lines: Lines, context: Context, earlier: Define, define: Define) -> bool:
    """Whether a line is about a name as an earlier section has it."""
    if define.side is None or define.side.piece.before != "=" or not define.leads:
        return False
    try:
        before, now = (readings(each.body, context)[:MOST_READINGS] for each in (earlier, define))
    except Unsure:
        return False
    return any(_is_or_was_meant(lines, one, other) for one, other in product(before, now))


def _is_or_was_meant(lines: Lines, one: Reading, other: Reading) -> bool:
    """Whether what is said is the same; or false, of the same things, and one slip away. What is
    the same with the sign turned is a loss beside a bound."""
    found = lines.step(one.tokens, "=", other.tokens)
    if not isinstance(found, Judged) or found.report.verdict is not Verdict.REFUTED:
        return isinstance(found, Judged) and found.proved
    if not _names(other.tokens) <= _names(one.tokens):
        return False
    ends = (other.tokens[:1], other.tokens[-1:])
    negated = (*made("- (", ends[0]), *other.tokens, *made(")", ends[1]))
    turned = lines.step(one.tokens, "=", negated)
    if not isinstance(turned, Judged) or turned.proved:
        return False
    explained = lines.step(one.tokens, "=", other.tokens, explain=True)
    return isinstance(explained, Judged) and explained.report.diagnosis is not None


def _names(tokens: Tokens) -> set[str]:
    return {token.text for token in tokens if token.kind == "name" and token.text not in _NOTATIONS}


_NOTATIONS = frozenset({"E", "H", "I", "KL", "int", "sum", "log", "ln", "exp", "d"})
