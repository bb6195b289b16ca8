"""A line of a chain beside what it goes on from: what it follows from otherwise, what is said of
it where it doesn't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from verifier.documents.context import Reading, made
from verifier.documents.formulas import Tokens, spelt
from verifier.documents.judging import Judged, Lines
from verifier.judge.rulings import worth_citing
from verifier.outcome import Diagnostic, Verdict

_LONGEST = 150  # tokens of a statement that is looked for among the consequences of another


BAD = frozenset({Verdict.REFUTED, Verdict.ILL_FORMED, Verdict.WRONG_RULE})


@dataclass(frozen=True, slots=True)
class Link:
    """A line that was proved: what it goes on from, its relation, what it says, by which rules; and
    its step in the report."""

    left: Tokens
    relation: str
    right: Tokens
    rules: tuple[str, ...]
    step: int = 0


@dataclass(frozen=True, slots=True)
class Stated:
    """What lines that were proved, each going on from the one before, come to."""

    way: tuple[Link, ...]
    relation: str

    @property
    def left(self) -> Tokens:
        """What they begin with."""
        return self.way[0].left

    @property
    def right(self) -> Tokens:
        """What they end with."""
        return self.way[-1].right

    def along(
        self, lines: Lines, one: Reading, relation: str, other: Reading, rules: Sequence[str] = ()
    ) -> Judged | None:
        """A line that follows from what they come to, if it does."""
        way = [(each.relation, each.right, each.rules) for each in self.way]
        found = lines.along(self.left, way, (one.tokens, relation, other.tokens), rules)
        if found is None:
            return None
        return replace(found, after=tuple(each.step for each in self.way))


@dataclass
class Before:
    """What has been proved in a section so far: line by line, and what its chains came to."""

    links: list[Link] = field(default_factory=list)
    chains: list[Stated] = field(default_factory=list)
    doubtful: bool = False  # whether the last line is neither proved nor false
    read: dict[str, str] = field(default_factory=dict)  # what notations are read as where it was


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


def consequence(
    lines: Lines, stated: Sequence[Stated], one: Reading, relation: str, other: Reading
) -> Judged | None:
    """A line as what follows from one of the last statements that share a side with it."""
    if len(one.tokens) + len(other.tokens) > _LONGEST:
        return None
    sides = {spelt(one.tokens), spelt(other.tokens)}
    for known in stated[-6:][::-1]:
        if not sides.isdisjoint((spelt(known.left), spelt(known.right))):
            found = known.along(lines, one, relation, other)
            if found is not None:
                return found
    return None


_FARTHEST = 16  # lines from one to the other


def linked(
    lines: Lines, links: Sequence[Link], one: Reading, relation: str, other: Reading
) -> Judged | None:
    """A line between two expressions from one of which lines that were proved lead to the other:
    these once more, under the rules that were found for them, and then what they come to."""
    first, last = spelt(one.tokens), spelt(other.tokens)
    ways: dict[tuple[str, str], tuple[Link, ...]] = {(first, "="): ()}
    due = [*ways]
    while due:
        place, reached = due.pop(0)
        way = ways[place, reached]
        if place == last and way and reached in ("=", relation):
            return Stated(way, reached).along(lines, one, relation, other, ("algebra",))
        for link in links if len(way) < _FARTHEST else ():
            turned = replace(link, left=link.right, right=link.left)
            for each in (link, turned) if link.relation == "=" else (link,):
                composed = COMPOSED.get((reached, each.relation))
                behind = spelt(each.right)
                if composed and spelt(each.left) == place and (behind, composed) not in ways:
                    ways[behind, composed] = (*way, each)
                    due.append((behind, composed))
    return None


_BACK = 3  # lines of a chain


def by_way_of(
    lines: Lines, came: Stated | None, one: Reading, relation: str, other: Reading
) -> Judged | None:
    """A line as what goes on from an earlier one of its chain that was proved to be the same."""
    known: list[Link] = []
    for link in reversed(came.way if came else ()):
        if link.relation != "=" or len(known) == _BACK:
            return None
        known.append(link)
        found = lines.step(link.left, relation, other.tokens)
        if isinstance(found, Judged) and found.proved:
            last = Link(link.left, relation, other.tokens, found.report.rules)
            return linked(lines, [*known, last], one, relation, other)
    return None


def of_names(lines: Lines, one: Reading, relation: str, other: Reading) -> Judged | None:
    """A line between names as one between what they stand for."""
    defines = dict(line.split(" = ", 1) for line in lines.defines)
    sides = one.tokens, other.tokens
    bodies = [made(defines.get(spelt(tokens), ""), tokens) for tokens in sides]
    left, right = (body or tokens for body, tokens in zip(bodies, sides, strict=True))
    found = lines.step(left, relation, right) if any(bodies) else None
    if not isinstance(found, Judged) or not found.proved:
        return None
    way = [("=", left, ("definition",)), (relation, right, found.report.rules)]
    way = [*way[not bodies[0] :], *([("=", other.tokens, ("definition",))] if bodies[1] else [])]
    return lines.along(one.tokens, way, (one.tokens, relation, other.tokens), ("algebra",))


def quoted(lines: Lines, one: Reading, relation: str, other: Reading) -> Judged | None:
    """A line as what follows by a statement of a file that a comment names."""
    for name in lines.quoted.names:
        found = lines.step(one.tokens, relation, other.tokens, using=name)
        if isinstance(found, Judged) and found.proved and not found.report.given:
            return found
    return None


# Of these it matters which a reason names; the others are called by each other's names.
_TELLING = frozenset({"jensen", "gibbs", "log-bound", "factorisation"})


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
    if not strict and not _TELLING & (needed ^ {*cited}):
        return found, []  # what is named by one of its steps, or by another name
    again = lines.step(one.tokens, relation, other.tokens, cited)
    if isinstance(again, Judged) and (again.proved or strict):
        return again, []
    data = {"cited": cited, "rules": found.report.rules}
    return found, [Diagnostic("reason-not-needed", None, data)]
