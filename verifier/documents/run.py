"""A chain of a document judged line by line, each in its readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol

from verifier.derivation.derivation import Source
from verifier.documents.bounds import bounds_at, of_a_value, under
from verifier.documents.context import MOST, Context, Reading, Remark, Unsure
from verifier.documents.defines import Define
from verifier.documents.denoted import at_place
from verifier.documents.doubts import Result, doubted, first_doubted, of_no_density, varied
from verifier.documents.formulas import Tokens, Unread, applications, label_at, spelt
from verifier.documents.judging import TURNED, Judged, Lines
from verifier.documents.laws import drawn_from, named_beside
from verifier.documents.modelled import Modelled
from verifier.documents.numbers import constant_in
from verifier.documents.readings import note, readings
from verifier.documents.reasons import rules_of
from verifier.documents.sections import Chain, Side
from verifier.documents.standing import Standing
from verifier.documents.summed import by_divergences
from verifier.documents.verdicts import (
    BAD,
    COMPOSED,
    Before,
    Link,
    by_way_of,
    cited_weakly,
    consequence,
    linked,
    of_names,
    quoted,
)
from verifier.outcome import Diagnostic, Verdict


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
        self, document: Pages, chain: Chain, known: Modelled, lines: Lines, before: Before
    ) -> None:
        self._document = document
        self._chain = chain
        self._known = known
        self._lines = lines
        context = known.context
        names = {v.name for a in applications(chain.start.read) for v in (*a.left, *a.right)}
        own = (a.family for side in chain.sides for a in applications(side.read))
        self._context = replace(
            context,
            laws=[*context.laws],
            divergences=[*context.divergences],
            stated=tuple((0, law) for law in at_place(context.stated, chain.start.piece.place)),
            around=frozenset(names),
            own=tuple(dict.fromkeys(context.renamed.get(family, family) for family in own)),
        )
        under = (f for side in chain.sides for f, _ in drawn_from(side.read, context))
        self._context.drawn = tuple(dict.fromkeys(under))
        self._standing = Standing(before, [])

    def go(self) -> None:
        chain = self._chain
        self._standing.last = self._start(chain.start)
        numbers = True  # whether it is of letters and numbers alone so far
        for number, (before, side) in enumerate(pairwise(chain.sides)):
            numbers &= _is_bound(before.read, side, self._known.context.defines)
            self._line(side, number == 0, numbers)
        if self._standing.came is not None:
            self._standing.before.chains.append(self._standing.came)
        self._known.context.laws = self._context.laws

    def _start(self, side: Side) -> list[Reading]:
        if isinstance(side.tokens, Unread):
            return []
        found = _begun(side.tokens, self._chain.lines, self._context)
        if found:
            note(self._context, side.tokens)
            self._standing.named(side.tokens)
        return found

    def _line(self, side: Side, first: bool, bound: bool) -> None:
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
        self._standing.named(side.tokens)
        if piece.place in self._known.defining or piece.place in self._known.modelling:
            self._declares(side, options, first)
            return
        if not self._standing.last:
            start = self._chain.start.tokens
            told = start if first and isinstance(start, Unread) else "line-before"
            self._document.skip(side, told)
            self._standing.last = options
            return
        last, defines = self._standing.last[0].tokens, self._known.context.defines
        if bound or constant_in(side.tokens, last, defines):
            self._document.skip(side, "bound" if bound else "constant")
            self._standing.settle(options)
            return
        given = first and self._chain.follows and self._standing.before.doubtful
        unsure = piece.conditional or arrow or given or self._standing.unread
        self._judge(side, relation, options, first, unsure)

    def _declares(self, side: Side, options: list[Reading], first: bool) -> None:
        """A line that defines a name, or declares a factorisation."""
        document, standing = self._document, self._standing
        name = self._known.defining.get(side.piece.place)
        if name is None:
            written = f"{spelt(self._chain.start.read)} = {spelt(options[0].tokens)}"
            document.declare("model", side, self._chain, written)
            standing.last, standing.came = options if first else standing.last or options, None
            return
        define = self._known.defines[name]
        if define.leads:
            meant = self._lines.meaning(options[0].tokens)
            if meant is not None and not _of_own(define, meant):
                plain = replace(meant, report=replace(meant.report, diagnosis=None))
                document.add(plain, side, self._chain, [])  # none of what it is to be
                standing.last, standing.unread = [], True
                return
            standing.came = None
        document.declare("define", side, self._chain, f"{name} = {spelt(define.body)}")
        standing.last = options if define.leads else standing.last or options

    def _unreadable(self, side: Side, why: Unread, relation: str) -> None:
        self._document.skip(side, why)
        self._standing.skip(relation)

    def _judge(
        self, side: Side, relation: str, options: list[Reading], first: bool, unsure: bool
    ) -> None:
        standing, place = self._standing, side.piece.place
        where = self._document.source.location(place, place + 1)
        between = standing.relation(relation)
        results, unread = (
            _tried(self._lines, standing, between, options, first) if between else ([], None)
        )
        if not results:
            self._meaningless(side, unread or Unread("line-before"), options, relation)
            return
        one, other, found = _chosen(results)
        other_left = unread is not None and unread.code == "no-line-before"
        if unread and not other_left and found.report.verdict is Verdict.ILL_FORMED:
            self._meaningless(side, unread, options, relation)  # another reading may mean something
            return
        lines = self._lines
        if found.report.verdict is Verdict.UNPROVED:
            found = _otherwise(self._lines, standing, one, relation, other) or found
        if not found.proved:
            stated = bounds_at(self._known.told.bounds, side)
            lines, other, found = under(lines, stated, one, relation, other, found)
            unsure = unsure or of_a_value(stated, (*one.tokens, *other.tokens))
        found = of_no_density(self._known, where, one.tokens + other.tokens, found)
        if unsure and not found.proved:
            if standing.unread:
                self._document.skip(side, "line-before")
                standing.settle([other])
                return
            found = doubted(found, "under-condition", where)
        elif found.report.verdict in BAD:
            past = standing.past(self._lines, relation, options)
            if past is not None:
                other, found = past
            else:
                every, links = [(one, other, found), *results[1:]], standing.before.links
                one, other, found = first_doubted(lines, self._known, where, relation, every, links)
        found = varied(self._lines, self._known.letters, where, one, relation, other, found)
        guessed = _guessed([side, self._chain.start][: 1 + first], [other, one][: 1 + first])
        if guessed and not found.proved:
            self._unreadable(side, Unread(guessed), relation)
            return
        number = self._report(side, relation, one, other, found, first)
        standing.before.doubtful = found.report.verdict is Verdict.UNPROVED
        if found.report.verdict is Verdict.ILL_FORMED:
            standing.between = COMPOSED.get((standing.between, relation)) or "?"
            standing.unread = True
            return
        standing.meant = (one, relation) if found.report.verdict is Verdict.REFUTED else None
        rules = found.report.rules
        link = Link(one.tokens, between or relation, other.tokens, rules, number)
        standing.keep(found, one, other)
        standing.settle([other], link if found.proved and found.report.kind == "chain" else None)

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
        said = _remarked(side, other.remarks)
        if first:
            said = _remarked(self._chain.start, one.remarks) + said
        told = self._chain.said.get(side.piece.place, {})
        by, expected = told.get("by", ""), told.get("expect", "")
        cited = rules_of([by] if by else side.piece.reasons)
        strict = self._known.strict
        found, weak = cited_weakly(self._lines, cited, one, relation, other, found, strict)
        if cited and not weak:
            found = replace(found, said="comment" if by else "reason")
        if expected in [*Verdict]:
            found = replace(found, report=replace(found.report, expected=Verdict(expected)))
        return self._document.add(
            found,
            side,
            self._chain,
            [*(remark.diagnostic for remark in dict.fromkeys(said)), *weak],
        )

    def _meaningless(self, side: Side, why: Unread, options: list[Reading], relation: str) -> None:
        if why.code == "no-line-before" or self._standing.begins(self._lines, options):
            self._document.skip(side, "line-before")
            self._standing.settle(options)
            return
        self._unreadable(side, why, relation)


def _otherwise(
    lines: Lines, standing: Standing, one: Reading, relation: str, other: Reading
) -> Judged | None:
    """A line that doesn't follow by itself, by what else is known of its sides."""
    return (
        consequence(lines, standing.before.chains, one, relation, other)
        or quoted(lines, one, relation, other)
        or by_divergences(lines, one, relation, other)
        or by_way_of(lines, standing.came, one, relation, other)
        or of_names(lines, one, relation, other)
    )


def _begun(tokens: Tokens, lines: Sequence[Side], context: Context) -> list[Reading]:
    """The readings of what a chain begins with: what it is under may only be said behind it."""
    context = replace(context, around=frozenset())
    for laws in ((), named_beside((line.read for line in lines), context)):
        try:
            return readings(tokens, replace(context, laws=[*context.laws, *laws]))
        except Unsure:
            continue
    return []


def _chosen(results: Sequence[Result]) -> Result:
    """The first reading that is proved; else, unless all refute, the first that doesn't."""
    if results[-1][2].proved:
        return results[-1]
    mild = [r for r in results if r[2].report.verdict not in BAD]
    return (mild or results)[0]


def _tried(
    lines: Lines, standing: Standing, relation: str, options: list[Reading], first: bool
) -> tuple[list[Result], Unread | None]:
    """A line in its readings, up to one that is proved; why the first that isn't read is not. One
    that would hold if one notation were two things isn't judged."""
    every = [(a, b) for a in standing.last for b in options]
    tries = [(a, b) for a, b in every if standing.agrees(a, b)][:MOST]
    for one, other in tries if first else ():
        known = linked(lines, standing.before.links, one, relation, other)
        if known is not None:
            return [(one, other, known)], None
    results, unread = _each(lines, tries, relation, first)
    if not results or not results[-1][2].proved:
        others = [(a, b) for a, b in every if not standing.agrees(a, b)][:MOST]
        apart = _each(lines, others, relation, first)[0]
        if others and (not tries or (apart and apart[-1][2].proved)):
            return [], Unread("readings")
    return results, unread


def _each(
    lines: Lines, tries: Sequence[tuple[Reading, Reading]], relation: str, first: bool
) -> tuple[list[Result], Unread | None]:
    results: list[Result] = []
    unread: Unread | None = None
    for one, other in tries:
        found = lines.step(one.tokens, relation, other.tokens)
        if first and isinstance(found, Unread) and found.code == "no-line-before":
            # what is free on the right may be bound in a part of the left: the sides exchanged
            found = lines.step(other.tokens, TURNED[relation], one.tokens)
        if isinstance(found, Unread):
            unread = found if unread is None or unread.code == "no-line-before" else unread
            continue
        results.append((one, other, found))
        if found.proved:
            break
    return results, unread


def _remarked(side: Side, remarks: Sequence[Remark]) -> list[Remark]:
    """What a reading of an expression assumes."""
    missing = [Remark("bracket", ())] if side.piece.mended else []
    return [*side.remarks, *remarks, *missing]


def _guessed(sides: Sequence[Side], found: Sequence[Reading]) -> str:
    """What in expressions is no more than a guess, which counts only where a line is proved."""
    if any(side.piece.mended for side in sides):
        return "bracket"
    remarks = (remark.code for reading in found for remark in reading.remarks)
    return "bare-family" if "bare" in remarks else ""


def _is_bound(left: Tokens, side: Side, defines: frozenset[str]) -> bool:
    """Whether a line compares a letter that nothing says anything of with a number, or by size with
    another."""
    right = side.read
    named = [label_at(tokens, 0) for tokens in (left, right)]
    free = [bool(name) and end == len(tokens) and name not in defines
            for (name, end), tokens in zip(named, (left, right), strict=True)]  # fmt: skip
    numbers = [len(tokens) == 1 and tokens[0].kind == "number" for tokens in (left, right)]
    small = side.piece.before != "=" and all(name.islower() for name, _ in named)
    return any(free) and all(map(max, free, numbers)) and (any(numbers) or small)


def _of_own(define: Define, meant: Judged) -> bool:
    """Whether what leaves its binder in a define is what the name itself is of: `r(h) = f(h) /
    E_{p(h)}[f(h)]`."""
    why = meant.report.diagnostic
    own = {spelt(argument) for argument in define.at}
    return why is not None and why.code == "out-of-scope" and why.data.get("name") in own
