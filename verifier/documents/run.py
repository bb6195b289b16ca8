"""A chain of a document judged line by line, each in its readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from verifier.derivation.derivation import Source
from verifier.documents.context import MOST, Reading, Unsure
from verifier.documents.formulas import Tokens, Unread, applications, spelt
from verifier.documents.judging import Judged, Lines
from verifier.documents.modelled import Modelled
from verifier.documents.readings import note, readings
from verifier.documents.reasons import rules_of
from verifier.documents.sections import Chain, Side
from verifier.outcome import Diagnostic, Verdict

_LONGEST = 150  # tokens of a statement that is looked for among the consequences of another


BAD = frozenset({Verdict.REFUTED, Verdict.ILL_FORMED})


@dataclass(frozen=True, slots=True)
class Stated:
    """What a chain came to: its first expression, the relation, its last."""

    left: Tokens
    relation: str
    right: Tokens


_COMPOSED = {("=", "="): "=", ("=", ">="): ">=", ("=", "<="): "<=", (">=", "="): ">=",
             ("<=", "="): "<=", (">=", ">="): ">=", ("<=", "<="): "<="}  # fmt: skip


class Pages(Protocol):
    """The document that a chain stands in, as far as a run has to do with it."""

    source: Source

    def skip(self, side: Side, why: Unread | str) -> None:
        """Note that a line isn't judged."""

    def add(self, judged: Judged, side: Side, chain: Chain, remarks: Sequence[Diagnostic]) -> None:
        """Add a step to the report."""

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
        before: list[Stated],
    ) -> None:
        self._document = document
        self._chain = chain
        self._known = known
        self._lines = lines
        self._stated = before
        context = known.context
        names = {v.name for a in applications(chain.start.read) for v in (*a.left, *a.right)}
        self._context = replace(context, laws=[*context.laws], around=frozenset(names),
                                divergences=[*context.divergences])  # fmt: skip
        self._last: list[Reading] = []
        self._unread = False  # whether a line since the last that was read could not be
        self._between = "="
        self._left: Tokens = ()
        self._relation: str | None = "="

    def go(self) -> None:
        chain = self._chain
        self._last = self._start(chain.start)
        for number, side in enumerate(chain.lines):
            self._line(side, number == 0)
        if self._left and self._last and self._relation:
            self._stated.append(Stated(self._left, self._relation, self._last[0].tokens))

    def _start(self, side: Side) -> list[Reading]:
        if isinstance(side.tokens, Unread):
            return []
        try:
            found = readings(side.tokens, self._context)
        except Unsure:
            return []
        note(self._context, side.tokens)
        return found

    def _line(self, side: Side, first: bool) -> None:
        document, piece = self._document, side.piece
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
            kind = "define" if piece.place in self._known.defining else "model"
            written = f"{self._written(self._chain.start)} = {spelt(options[0].tokens)}"
            if kind == "define":
                name = self._known.defining[piece.place]
                body = options[0].tokens if first else self._last[0].tokens if self._last else ()
                written = f"{name} = {spelt(body)}"
            document.declare(kind, side, self._chain, written)
            self._last = options if first else self._last or options
            self._left = ()
            return
        if not self._last:
            self._document.skip(side, self._why_no_start(first))
            self._last = options
            return
        unsure = piece.conditional or arrow or self._unread
        self._judge(side, relation, options, first, unsure)

    def _why_no_start(self, first: bool) -> Unread | str:
        start = self._chain.start
        if first and isinstance(start.tokens, Unread):
            return start.tokens
        return "line-before"

    def _written(self, side: Side) -> str:
        return spelt(side.read)

    def _unreadable(self, side: Side, why: Unread, relation: str) -> None:
        self._document.skip(side, why)
        self._unread = True
        composed = _COMPOSED.get((self._between, relation))
        if composed is None:
            self._last = []
        else:
            self._between = composed
        self._relation = None

    def _judge(
        self, side: Side, relation: str, options: list[Reading], first: bool, unsure: bool
    ) -> None:
        between = _COMPOSED.get((self._between, relation)) if self._unread else relation
        tries = [(a, b) for a in self._last for b in options][:MOST]
        results: list[tuple[Reading, Reading, Judged]] = []
        unread: Unread | None = None
        for one, other in tries if between else ():
            found = self._lines.step(one.tokens, between or relation, other.tokens)
            if isinstance(found, Unread):
                unread = unread or found
                continue
            results.append((one, other, found))
            if found.proved:
                break
        if not results:
            self._meaningless(side, unread or Unread("line-before"), options, relation)
            return
        one, other, found = self._chosen(results, len(tries))
        if found.report.verdict is Verdict.UNPROVED:
            found = self._so(one, relation, other) or found
        if unsure and not found.proved:
            if self._unread:
                self._document.skip(side, "line-before")
                self._settle([other], relation, one)
                return
            found = Judged(replace(found.report, verdict=Verdict.UNPROVED, counterexample=None,
                                   diagnosis=None, diagnostic=self._doubt(side)))  # fmt: skip
        elif found.report.verdict in BAD:
            explained = self._lines.step(one.tokens, relation, other.tokens, explain=True)
            found = explained if isinstance(explained, Judged) else found
        remarks = [*dict.fromkeys((*one.remarks, *other.remarks))] if first else [*other.remarks]
        said = [remark.diagnostic for remark in remarks]
        found, weak = self._weak(side, one, relation, other, found)
        self._document.add(found, side, self._chain, [*said, *weak])
        self._settle([other], relation, one, found.proved)

    def _doubt(self, side: Side) -> Diagnostic:
        where = self._document.source.location(side.piece.place, side.piece.place + 1)
        return Diagnostic("under-condition", where)

    def _settle(
        self, last: list[Reading], relation: str, one: Reading, proved: bool = False
    ) -> None:
        self._left = self._left or one.tokens
        self._relation = _COMPOSED.get((self._relation or "", relation))
        self._last, self._unread, self._between = last, False, "="
        if not proved:
            self._relation = None

    def _chosen(
        self, results: list[tuple[Reading, Reading, Judged]], tries: int
    ) -> tuple[Reading, Reading, Judged]:
        """The first reading that is proved; else, unless all refute, the first that doesn't."""
        if results[-1][2].proved:
            return results[-1]
        mild = [r for r in results if r[2].report.verdict not in BAD]
        del tries
        return (mild or results)[0]

    def _meaningless(self, side: Side, why: Unread, options: list[Reading], relation: str) -> None:
        if why.code == "no-line-before":
            self._document.skip(side, why)
            self._last, self._unread, self._left = options, False, ()
            return
        self._unreadable(side, why, relation)

    # -- what it follows from ----------------------------------------------------------------------

    def _so(self, one: Reading, relation: str, other: Reading) -> Judged | None:
        """The line as what follows from one of the last statements that share a side with it."""
        if len(one.tokens) + len(other.tokens) > _LONGEST:
            return None
        sides = {spelt(one.tokens), spelt(other.tokens)}
        for stated in self._stated[-6:][::-1]:
            if sides.isdisjoint((spelt(stated.left), spelt(stated.right))):
                continue
            premise = (stated.left, stated.relation, stated.right)
            found = self._lines.following(premise, (one.tokens, relation, other.tokens))
            if isinstance(found, Judged) and found.proved and not found.report.given:
                return found
        return None

    def _weak(
        self, side: Side, one: Reading, relation: str, other: Reading, found: Judged
    ) -> tuple[Judged, list[Diagnostic]]:
        """The step by the rules that its reason names, where these are what it needs."""
        cited = rules_of(side.piece.reasons)
        if not found.proved or not cited or {*cited} <= {*found.report.rules}:
            return found, []
        again = self._lines.step(one.tokens, relation, other.tokens, cited)
        if isinstance(again, Judged) and again.proved:
            return again, []
        data = {"cited": cited, "rules": found.report.rules}
        return found, [Diagnostic("reason-not-needed", None, data)]
