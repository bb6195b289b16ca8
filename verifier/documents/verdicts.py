"""A line of a chain beside what it goes on from: what it follows from otherwise, what is said of
it where it doesn't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from verifier.documents.context import Reading
from verifier.documents.defines import mentions
from verifier.documents.formulas import Tokens, spelt
from verifier.documents.judging import Judged, Lines
from verifier.documents.modelled import Modelled
from verifier.documents.unstated import factorisations
from verifier.judge.rulings import worth_citing
from verifier.outcome import Diagnostic, Location, Verdict

_LONGEST = 150  # tokens of a statement that is looked for among the consequences of another


BAD = frozenset({Verdict.REFUTED, Verdict.ILL_FORMED, Verdict.WRONG_RULE})


@dataclass(frozen=True, slots=True)
class Stated:
    """What a chain came to: its first expression, the relation, its last."""

    left: Tokens
    relation: str
    right: Tokens


COMPOSED = {("=", "="): "=", ("=", ">="): ">=", ("=", "<="): "<=", (">=", "="): ">=",
             ("<=", "="): "<=", (">=", ">="): ">=", ("<=", "<="): "<="}  # fmt: skip


def past_the_fault(
    lines: Lines, before: Reading, relation: str, options: Sequence[Reading]
) -> tuple[Reading, Judged] | None:
    """A line as what goes on from what stood before the line that is at fault."""
    for other in options:
        found = lines.step(before.tokens, relation, other.tokens)
        if isinstance(found, Judged) and found.proved:
            remarks = (*found.report.remarks, Diagnostic("past-the-fault"))
            return other, replace(found, report=replace(found.report, remarks=remarks))
    return None


def accused(
    lines: Lines,
    known: Modelled,
    where: Location,
    one: Reading,
    relation: str,
    other: Reading,
    found: Judged,
) -> Judged:
    """A line that is false as written: whether it would hold under an independence that no display
    states, or is about something that nothing defines; else why."""
    if found.report.verdict is Verdict.REFUTED:
        for name in known.functions:
            if not mentions(one.tokens, name) and mentions(other.tokens, name):
                return doubted(found, "undefined", where, name=name)
        found_of = [*factorisations(known.context.models, one.tokens, other.tokens)]
        single = [{family: line} for family, line in found_of]
        every = dict(reversed(found_of))  # of each family the first
        several = (every, dict(found_of)) if len(every) > 1 else ()
        for assumed in (*several, *single):
            under = lines.under(assumed)
            again = under.step(one.tokens, relation, other.tokens) if under else None
            if isinstance(again, Judged) and again.proved:
                return doubted(found, "unstated", where, written=", ".join(assumed.values()))
    explained = lines.step(one.tokens, relation, other.tokens, explain=True)
    return explained if isinstance(explained, Judged) else found


def doubted(found: Judged, code: str, where: Location, **data: str) -> Judged:
    """A line that is false as it was read, and may be meant otherwise."""
    report = replace(
        found.report,
        verdict=Verdict.UNPROVED,
        counterexample=None,
        diagnosis=None,
        diagnostic=Diagnostic(code, where, data),
        numeric=None,
    )
    return Judged(report)


def consequence(
    lines: Lines, stated: Sequence[Stated], one: Reading, relation: str, other: Reading
) -> Judged | None:
    """A line as what follows from one of the last statements that share a side with it."""
    if len(one.tokens) + len(other.tokens) > _LONGEST:
        return None
    sides = {spelt(one.tokens), spelt(other.tokens)}
    for known in stated[-6:][::-1]:
        if sides.isdisjoint((spelt(known.left), spelt(known.right))):
            continue
        premise = (known.left, known.relation, known.right)
        found = lines.following(premise, (one.tokens, relation, other.tokens))
        if isinstance(found, Judged) and found.proved and not found.report.given:
            return found
    return None


def quoted(lines: Lines, one: Reading, relation: str, other: Reading) -> Judged | None:
    """A line as what follows by a statement of a file that a comment names."""
    for name in lines.quoted.names:
        found = lines.step(one.tokens, relation, other.tokens, using=name)
        if isinstance(found, Judged) and found.proved and not found.report.given:
            return found
    return None


def cited_weakly(
    lines: Lines,
    cited: tuple[str, ...],
    one: Reading,
    relation: str,
    other: Reading,
    found: Judged,
    strict: bool,
) -> tuple[Judged, list[Diagnostic]]:
    """A step by the rules that its reason names, where these are what it needs; where not, and
    reasons are `strict`, it is by the wrong rule."""
    needed = {*worth_citing(found.report.rules)}
    if not found.proved or not cited or needed <= {*cited} or {*cited} <= needed:
        return found, []
    again = lines.step(one.tokens, relation, other.tokens, cited)
    if isinstance(again, Judged) and (again.proved or strict):
        return again, []
    data = {"cited": cited, "rules": found.report.rules}
    return found, [Diagnostic("reason-not-needed", None, data)]
