"""A chain of a document judged line by line, each in its readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from verifier.derivation.derivation import Source
from verifier.documents.context import MOST, Reading, Unsure
from verifier.documents.formulas import Unread, applications, spelt
from verifier.documents.judging import Judged, Lines
from verifier.documents.modelled import Modelled
from verifier.documents.numbers import constant_in
from verifier.documents.readings import note, readings
from verifier.documents.reasons import rules_of
from verifier.documents.sections import Chain, Side
from verifier.documents.verdicts import (
    BAD,
    COMPOSED,
    Before,
    Link,
    Stated,
    accused,
    cited_weakly,
    consequence,
    doubted,
    linked,
    past_the_fault,
    quoted,
)
from verifier.outcome import Diagnostic, Location, Verdict

_TURNED = {"=": "=", ">=": "<=", "<=": ">="}


class Pages(Protocol):
    """The document that a chain stands in, as far as a run has to do with it."""

    source: Source

    def skip(self, side: Side, why: Unread | str) -> None:
        """Note that a line isn't judged."""

    def add(self, judged: Judged, side: Side, chain: Chain, remarks: Sequence[Diagnostic]) -> int:
        """Add a step to the report; its number."""

    def declare(self, kind: str, side: Side, chain: Chain, text: str) -> None:
        """Note a line that declares something."""


class Run:
    """The lines of a chain, one after the other; the readings that the line before may have."""

    def __init__(
        self,
        document: Pages,
        chain: Chain,
        known: Modelled,
        lines: Lines,
        before: Before,
    ) -> None:
        self._document = document
        self._chain = chain
        self._known = known
        self._lines = lines
        self._before = before
        context = known.context
        names = {v.name for a in applications(chain.start.read) for v in (*a.left, *a.right)}
        own = (a.family for side in chain.sides for a in applications(side.read))
        self._context = replace(
            context,
            laws=[*context.laws],
            divergences=[*context.divergences],
            around=frozenset(names),
            own=tuple(dict.fromkeys(context.renamed.get(family, family) for family in own)),
        )
        self._last: list[Reading] = []
        self._unread = False  # whether a line since the last that was read could not be
        self._between = "="
        self._meant: tuple[Reading, str] | None = None  # what stood before a line that is false
        self._came: Stated | None = None  # what was proved since the chain began

    def go(self) -> None:
        chain = self._chain
        self._last = self._start(chain.start)
        for number, side in enumerate(chain.lines):
            self._line(side, number == 0)
        if self._came is not None:
            self._before.chains.append(self._came)

    def _start(self, side: Side) -> list[Reading]:
        if isinstance(side.tokens, Unread):
            return []
        try:
            found = readings(side.tokens, replace(self._context, around=frozenset()))
        except Unsure:
            return []
        note(self._context, side.tokens)
        return found

    def _line(self, side: Side, first: bool) -> None:
        piece = side.piece
        arrow = piece.before == "arrow"
        relation = "=" if piece.before in (":=", "=:", "arrow") else piece.before
        if isinstance(side.tokens, Unread):
            self._unreadable(side, side.tokens, relation)
            return
        try:
            options = readings(side.tokens, self._context)
        except Unsure as why:
            self._unreadable(side, Unread(why.code), relation)
            return
        note(self._context, side.tokens)
        if piece.place in self._known.defining or piece.place in self._known.modelling:
            self._declares(side, options, first)
            return
        if not self._last:
            self._document.skip(side, self._why_no_start(first))
            self._last = options
            return
        if constant_in(side.tokens, self._last[0].tokens, self._known.context.defines):
            self._document.skip(side, "constant")
            self._settle(options)
            return
        unsure = piece.conditional or arrow or self._unread
        self._judge(side, relation, options, first, unsure)

    def _declares(self, side: Side, options: list[Reading], first: bool) -> None:
        """A line that defines a name, or declares a factorisation."""
        document, name = self._document, self._known.defining.get(side.piece.place)
        written = f"{spelt(self._chain.start.read)} = {spelt(options[0].tokens)}"
        if name is None:
            document.declare("model", side, self._chain, written)
        else:
            body = options[0].tokens if first else self._last[0].tokens if self._last else ()
            meant = self._lines.meaning(body) if body and first else None
            if meant is not None:
                document.add(meant, side, self._chain, [])
                self._last, self._unread = [], True
                return
            document.declare("define", side, self._chain, f"{name} = {spelt(body)}")
        self._last = options if first else self._last or options
        self._came = None

    def _why_no_start(self, first: bool) -> Unread | str:
        start = self._chain.start
        if first and isinstance(start.tokens, Unread):
            return start.tokens
        return "line-before"

    def _unreadable(self, side: Side, why: Unread, relation: str) -> None:
        self._document.skip(side, why)
        self._unread = True
        composed = COMPOSED.get((self._between, relation))
        if composed is None:
            self._last = []
        else:
            self._between = composed

    def _judge(
        self, side: Side, relation: str, options: list[Reading], first: bool, unsure: bool
    ) -> None:
        between = COMPOSED.get((self._between, relation)) if self._unread else relation
        results, unread = self._tried(between, options, first) if between else ([], None)
        if not results:
            self._meaningless(side, unread or Unread("line-before"), options, relation)
            return
        one, other, found = _chosen(results)
        if unread and found.report.verdict is Verdict.ILL_FORMED:
            self._meaningless(side, unread, options, relation)  # another reading may mean something
            return
        if found.report.verdict is Verdict.UNPROVED:
            found = (
                consequence(self._lines, self._before.chains, one, relation, other)
                or quoted(self._lines, one, relation, other)
                or found
            )
        if unsure and not found.proved:
            if self._unread:
                self._document.skip(side, "line-before")
                self._settle([other])
                return
            found = doubted(found, "under-condition", self._where(side))
        elif found.report.verdict in BAD:
            past = self._past_the_fault(relation, options)
            if past is not None:
                other, found = past
            else:
                where = self._where(side)
                found = accused(self._lines, self._known, where, one, relation, other, found)
        number = self._report(side, relation, one, other, found, first)
        if found.report.verdict is Verdict.ILL_FORMED:
            self._between, self._unread = COMPOSED.get((self._between, relation)) or "?", True
            return
        self._meant = (one, relation) if found.report.verdict is Verdict.REFUTED else None
        rules = found.report.rules
        link = Link(one.tokens, between or relation, other.tokens, rules, number)
        self._settle([other], link if found.proved and found.report.kind == "chain" else None)

    def _tried(
        self, relation: str, options: list[Reading], first: bool
    ) -> tuple[list[tuple[Reading, Reading, Judged]], Unread | None]:
        """A line in its readings, up to one that is proved; why the first that isn't read is
        not."""
        tries = [(a, b) for a in self._last for b in options][:MOST]
        for one, other in tries if first else ():
            known = linked(self._lines, self._before.links, one, relation, other)
            if known is not None:
                return [(one, other, known)], None
        results: list[tuple[Reading, Reading, Judged]] = []
        unread: Unread | None = None
        for one, other in tries:
            found = self._lines.step(one.tokens, relation, other.tokens)
            if first and isinstance(found, Unread) and found.code == "no-line-before":
                # what is free on the right may be bound in a part of the left: the sides exchanged
                found = self._lines.step(other.tokens, _TURNED[relation], one.tokens)
            if isinstance(found, Unread):
                unread = unread or found
                continue
            results.append((one, other, found))
            if found.proved:
                break
        return results, unread

    def _report(
        self,
        side: Side,
        relation: str,
        one: Reading,
        other: Reading,
        found: Judged,
        first: bool,
    ) -> int:
        """The step of a line, with what its readings assume and what its reason is worth; its
        number."""
        remarks = [*side.remarks, *other.remarks]
        if first:
            remarks = [*self._chain.start.remarks, *one.remarks, *remarks]
        said = [remark.diagnostic for remark in dict.fromkeys(remarks)]
        by = self._said(side, "by")
        cited = rules_of([by] if by else side.piece.reasons)
        strict = self._known.strict
        found, weak = cited_weakly(self._lines, cited, one, relation, other, found, strict)
        if cited and not weak:
            found = replace(found, said="comment" if by else "reason")
        found = self._expected(side, found)
        return self._document.add(found, side, self._chain, [*said, *weak])

    def _past_the_fault(
        self, relation: str, options: list[Reading]
    ) -> tuple[Reading, Judged] | None:
        """The line as what goes on from what stood before the line that is at fault."""
        if self._meant is None:
            return None
        before, first = self._meant
        composed = COMPOSED.get((first, relation))
        return past_the_fault(self._lines, before, composed, options) if composed else None

    def _where(self, side: Side) -> Location:
        return self._document.source.location(side.piece.place, side.piece.place + 1)

    def _settle(self, last: list[Reading], proved: Link | None = None) -> None:
        """Go on from a line; where it is proved, with what the chain comes to."""
        self._last, self._unread, self._between = last, False, "="
        came = self._came
        relation = COMPOSED.get((came.relation, proved.relation)) if came and proved else None
        if proved is None:
            self._came = None
        elif came is None or relation is None:
            self._came = Stated((proved,), proved.relation)
        else:
            self._came = Stated((*came.way, proved), relation)
        if proved is not None:
            self._before.links.append(proved)

    def _meaningless(self, side: Side, why: Unread, options: list[Reading], relation: str) -> None:
        if why.code == "no-line-before" or self._begins(options):
            self._document.skip(side, "line-before")
            self._settle(options)
            return
        self._unreadable(side, why, relation)

    def _begins(self, options: list[Reading]) -> bool:
        """Whether a line can be read, and what it goes on from can't."""
        readable = self._lines.readable
        return not any(readable(each.tokens) for each in self._last) and any(
            readable(each.tokens) for each in options
        )

    def _said(self, side: Side, key: str) -> str:
        """What a comment says of the display of a line."""
        return self._chain.said.get(side.piece.place, {}).get(key, "")

    def _expected(self, side: Side, found: Judged) -> Judged:
        """With the verdict that a comment says is expected."""
        expected = self._said(side, "expect")
        if expected not in [*Verdict]:
            return found
        return replace(found, report=replace(found.report, expected=Verdict(expected)))


def _chosen(results: list[tuple[Reading, Reading, Judged]]) -> tuple[Reading, Reading, Judged]:
    """The first reading that is proved; else, unless all refute, the first that doesn't."""
    if results[-1][2].proved:
        return results[-1]
    mild = [r for r in results if r[2].report.verdict not in BAD]
    return (mild or results)[0]
