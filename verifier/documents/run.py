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
from verifier.documents.unstated import factorisations
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


_TURNED = {"=": "=", ">=": "<=", "<=": ">="}


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
        self._meant: tuple[Reading, str] | None = None  # what stood before a line that is false
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
        self._left = ()

    def _why_no_start(self, first: bool) -> Unread | str:
        start = self._chain.start
        if first and isinstance(start.tokens, Unread):
            return start.tokens
        return "line-before"

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
            if first and isinstance(found, Unread) and found.code == "no-line-before":
                # what is free on the right may be bound in a part of the left: the sides exchanged
                found = self._lines.step(other.tokens, _TURNED[relation], one.tokens)
            if isinstance(found, Unread):
                unread = unread or found
                continue
            results.append((one, other, found))
            if found.proved:
                break
        if not results:
            self._meaningless(side, unread or Unread("line-before"), options, relation)
            return
        one, other, found = self._chosen(results)
        if found.report.verdict is Verdict.UNPROVED:
            found = self._so(one, relation, other) or found
        if unsure and not found.proved:
            if self._unread:
                self._document.skip(side, "line-before")
                self._settle([other], relation, one)
                return
            found = self._doubted(found, side, "under-condition")
        elif found.report.verdict in BAD:
            past = self._past_the_fault(relation, options)
            if past is not None:
                other, found = past
            else:
                found = self._accused(side, one, relation, other, found)
        remarks = [*dict.fromkeys((*one.remarks, *other.remarks))] if first else [*other.remarks]
        said = [remark.diagnostic for remark in remarks]
        found, weak = self._weak(side, one, relation, other, found)
        found = self._expected(side, found)
        self._document.add(found, side, self._chain, [*said, *weak])
        if found.report.verdict is Verdict.ILL_FORMED:
            self._between = _COMPOSED.get((self._between, relation)) or "?"
            self._unread, self._relation = True, None
            return
        bad = found.report.verdict is Verdict.REFUTED
        self._meant = (one, relation) if bad else None
        self._settle([other], relation, one, found.proved)

    def _past_the_fault(
        self, relation: str, options: list[Reading]
    ) -> tuple[Reading, Judged] | None:
        """The line as what goes on from what stood before the line that is at fault."""
        before, first = self._meant or (None, "")
        composed = _COMPOSED.get((first, relation))
        for other in options if before is not None and composed else ():
            assert before is not None
            found = self._lines.step(before.tokens, composed or relation, other.tokens)
            if isinstance(found, Judged) and found.proved:
                remarks = (*found.report.remarks, Diagnostic("past-the-fault"))
                return other, replace(found, report=replace(found.report, remarks=remarks))
        return None

    def _accused(
        self, side: Side, one: Reading, relation: str, other: Reading, found: Judged
    ) -> Judged:
        """A line that is false as written: whether it would hold under an independence that no
        display states; else why."""
        if found.report.verdict is Verdict.REFUTED:
            models = self._known.context.models
            found_of = dict(factorisations(models, one.tokens, other.tokens))
            each_of = [{family: line} for family, line in found_of.items()]
            for lines in (found_of, *each_of) if len(found_of) > 1 else each_of:
                under = self._lines.under(lines)
                again = under.step(one.tokens, relation, other.tokens) if under else None
                if isinstance(again, Judged) and again.proved:
                    written = ", ".join(lines.values())
                    return self._doubted(found, side, "unstated", written=written)
        explained = self._lines.step(one.tokens, relation, other.tokens, explain=True)
        return explained if isinstance(explained, Judged) else found

    def _doubted(self, found: Judged, side: Side, code: str, **data: str) -> Judged:
        """A line that is false as it was read, and may be meant otherwise."""
        where = self._document.source.location(side.piece.place, side.piece.place + 1)
        why = Diagnostic(code, where, data)
        return Judged(
            replace(
                found.report,
                verdict=Verdict.UNPROVED,
                counterexample=None,
                diagnosis=None,
                diagnostic=why,
                numeric=None,
            )
        )

    def _settle(
        self, last: list[Reading], relation: str, one: Reading, proved: bool = False
    ) -> None:
        self._left = self._left or one.tokens
        self._relation = _COMPOSED.get((self._relation or "", relation))
        self._last, self._unread, self._between = last, False, "="
        if not proved:
            self._relation = None

    def _chosen(
        self, results: list[tuple[Reading, Reading, Judged]]
    ) -> tuple[Reading, Reading, Judged]:
        """The first reading that is proved; else, unless all refute, the first that doesn't."""
        if results[-1][2].proved:
            return results[-1]
        mild = [r for r in results if r[2].report.verdict not in BAD]
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

    def _expected(self, side: Side, found: Judged) -> Judged:
        """With the verdict that a comment says is expected."""
        expected = self._chain.said.get(side.piece.place, {}).get("expect", "")
        if expected not in [*Verdict] or found.report.verdict is Verdict.PROVED:
            return found
        return Judged(replace(found.report, expected=Verdict(expected)), found.contradiction)

    def _weak(
        self, side: Side, one: Reading, relation: str, other: Reading, found: Judged
    ) -> tuple[Judged, list[Diagnostic]]:
        """The step by the rules that its reason names, where these are what it needs."""
        said = self._chain.said.get(side.piece.place, {}).get("by")
        cited = rules_of([said] if said else side.piece.reasons)
        if not found.proved or not cited or {*cited} <= {*found.report.rules}:
            return found, []
        again = self._lines.step(one.tokens, relation, other.tokens, cited)
        if isinstance(again, Judged) and again.proved:
            return again, []
        data = {"cited": cited, "rules": found.report.rules}
        return found, [Diagnostic("reason-not-needed", None, data)]
