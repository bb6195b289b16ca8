"""A document to a report: its sections read and modelled, its chains judged line by line."""

from __future__ import annotations

import gc
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count

from verifier.derivation.derivation import Source, Text
from verifier.documents.averaged import averaged
from verifier.documents.blocks import Display, Page
from verifier.documents.comments import DISPLAY, asked
from verifier.documents.comments import said as said_in
from verifier.documents.context import Reading, Unsure
from verifier.documents.defines import mentions
from verifier.documents.formats import pages_of
from verifier.documents.formulas import Tokens, Unread, applications, plain_label, said, text_of
from verifier.documents.judging import MOST_QUOTED, Judged, Lines, Quoted, no_file
from verifier.documents.modelled import Known, Modelled, modelled
from verifier.documents.notation import spelt_out
from verifier.documents.parted import parted
from verifier.documents.readings import readings
from verifier.documents.restated import restated
from verifier.documents.run import Run
from verifier.documents.sections import Chain, Directive, Reader, Section, Side, Skipped, chains
from verifier.documents.traced import whole
from verifier.documents.verdicts import BAD, Before
from verifier.formula.lexer import Token
from verifier.formula.reader import RESERVED
from verifier.judge.checked import Library, Load
from verifier.outcome import (
    Declared,
    DerivationReport,
    Diagnostic,
    DiagnosticError,
    FileVerdict,
    Location,
    NotJudged,
    Place,
    ReadAs,
    StepReport,
)
from verifier.outcome import Reading as ReadingReport


def check_document(source: Source, load: Load = no_file) -> DerivationReport:
    """The report on a document: every display in its steps or in what is not judged. `load` gives
    the derivations that comments name."""
    with _all_kept():
        pages = [*pages_of(source)]
    return _Document(source, load).checked(pages)


def check_display(source: Source) -> DerivationReport:
    """The same of a text that is one display."""
    display = Display(whole(source.text), 0, len(source.text))
    return _Document(source, no_file).checked([Page((display,), "")])


@contextmanager
def _all_kept() -> Iterator[None]:
    """While what is made is all kept, a search for garbage only takes time: it grows faster than a
    document does."""
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()


@dataclass
class _Document:
    """One document on its way: what has been found so far."""

    source: Source
    load: Load
    library: Library = field(default_factory=Library)
    steps: list[StepReport] = field(default_factory=list)
    declared: list[Declared] = field(default_factory=list)
    read_as: list[ReadAs] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    known: Known = field(default_factory=Known)
    cells: list[Page] = field(default_factory=list)
    chains: int = 0
    contradiction: Diagnostic | None = None

    def checked(self, pages: Sequence[Page]) -> DerivationReport:
        reader = Reader(self.source)
        self.cells = [page for page in pages if page.cell]
        with _all_kept():
            sections = reader.sections(pages)
        for section in (part for each in sections for part in parted(self.source, each)):
            if section.shown or section.comments or section.inline:
                self._section(section)
        title = next((section.title for section in sections if section.title), "")
        return self._report(reader, title)

    # -- sections ----------------------------------------------------------------------------------

    def _section(self, section: Section) -> None:
        section.asked = asked(self.source, section.comments, self.known.declared)
        section.directives = [
            Directive(key, value.value, comment.start)
            for comment in section.comments
            for key, value in said_in(self.source, comment)
            if key in DISPLAY
        ]
        found, skipped = chains(section)
        self.skipped += skipped
        self.known.averaged = averaged(found, self.known.averaged)
        meanings = self.known.meanings(self.source, section, found)
        spelt_out(self.source, found, section, self.known.models, self.known.averaged, meanings)
        known = modelled(self.source, section, found, self.known)
        if not found:
            return
        quoted = self._quoted(section)
        lines = Lines(self.source, section.title, known.lines, quoted)
        if lines.trouble() is not None:
            known.lines.update(_apart(self.source, known.lines))
        lines = self._defined(section, known, quoted)
        first, before = len(self.steps), Before()
        for chain in found:
            self.chains += 1
            chain.number = self.chains
            numbers = _numbers(chain, known.context.defines)
            here, under = known.at(chain.start.piece.place, lines)
            beside = lines.alone(numbers) if numbers else under
            Run(self, chain, here, beside, before).go()
            known.context.laws = here.context.laws
        bounds = [said(self.source, bound, section.start) for bound in lines.bounds]
        known.lines.setdefault("parameters", []).extend(bounds)
        self._say(section, known, first)

    def _quoted(self, section: Section) -> Quoted:
        """The statements of the files that comments of a section name. Raises DiagnosticError for
        one that can't be read."""
        names: list[str] = []
        for text in section.asked.get("file", ()):
            try:
                found = self.load(text.value)
            except DiagnosticError as error:
                why = error.diagnostic
                raise DiagnosticError(text.diagnostic(why.code, **why.data)) from error
            labels = [step.label.value for step in found.steps if step.label]
            names += [f"{text.value}#{label}" for label in ("claim", *labels)]
        return Quoted(tuple(names[:MOST_QUOTED]), self.load, self.library)

    def _defined(self, section: Section, known: Modelled, quoted: Quoted) -> Lines:
        """The declarations with the defines that mean something, in a reading of theirs."""
        kept = [*known.lines.get("define", [])]
        for name, define in known.defines.items():
            earlier = known.earlier.get(name)
            if earlier is not None and define.side is not None:
                lines = Lines(self.source, section.title, {**known.lines, "define": kept})
                if restated(lines, known.context, earlier, define):
                    del known.defining[define.side.piece.place]
                    known.again(earlier)
                    define = earlier
            context = replace(known.context, laws=[*known.context.laws])
            try:
                found = readings(define.body, context)
            except Unsure:
                continue
            beside = {**known.lines, "define": kept}
            for reading in found:
                text = _definition(self.source, plain_label(name), reading.tokens, beside)
                if _defines(self.source, section, known, beside, text, reading):
                    kept.append(text)
                    break
        known.lines["define"] = kept
        return Lines(self.source, section.title, known.lines, quoted, known.ended)

    def _say(self, section: Section, known: Modelled, first: int) -> None:
        """What was read as what in a section, if anything in it was judged."""
        indices = tuple(step.index for step in self.steps[first:])
        if not indices:
            return
        needed = [
            (key, text.value, text.location().line)
            for key in ("model", "copies", "parameters", "functions", "discrete", "define")
            for text in known.lines.get(key, ())
        ]
        new = [
            ReadAs(Diagnostic("read-as", None, {"topic": key, "written": value}), line, indices,
                   section.title)
            for key, value, line in needed
        ]  # fmt: skip
        marked: dict[tuple[tuple[str, str], ...], list[StepReport]] = {}
        for step in self.steps[first:]:
            for remark in step.remarks:
                if remark.code == "read-as":
                    marked.setdefault(tuple(remark.data.items()), []).append(step)
        new += [
            ReadAs(Diagnostic("read-as", None, dict(data)), steps[0].line,
                   tuple(step.index for step in steps), section.title)
            for data, steps in marked.items()
        ]  # fmt: skip
        self.read_as += new

    # -- what is found -----------------------------------------------------------------------------

    def place(self, side: Side, chain: Chain) -> Place:
        end_line = self.source.location(max(side.end - 1, side.piece.place), side.end).line
        place = Place(end_line, side.display, side.piece.row, chain.number)
        for page in self.cells:
            text = page.text
            if text is not None and text.start <= side.piece.place < text.end:
                within = bisect_right(text.offsets, side.piece.place) - 1
                line = text.text.count("\n", 0, within) + 1
                return replace(place, cell=page.cell, line_in_cell=line)
        return place

    def skip(self, side: Side, why: Unread | str) -> None:
        unread = Unread(why) if isinstance(why, str) else why
        if side.piece.mended and unread.why is not None:  # against a bracket that nobody wrote
            unread = Unread("bracket")
        start, end = side.piece.place, side.end
        self.skipped.append(Skipped(side.display, start, end, unread.code, side.text, unread))

    def add(self, judged: Judged, side: Side, chain: Chain, remarks: Sequence[Diagnostic]) -> int:
        """A step of the report; its number."""
        where = _span(self.source, side)
        report = replace(
            judged.report,
            index=len(self.steps) + 1,
            line=where.line,
            column=where.column,
            remarks=(*judged.report.remarks, *remarks),
            given=(),
            place=replace(self.place(side, chain), after=judged.after, said=judged.said),
            end_line=where.end_line,
            end_column=where.end_column,
        )
        self.contradiction = self.contradiction or judged.contradiction
        self.steps.append(report)
        return report.index

    def declare(self, kind: str, side: Side, chain: Chain, text: str) -> None:
        where = self.source.location(side.piece.place, side.piece.place + 1)
        place = self.place(side, chain)
        self.declared.append(Declared(kind, text, where.line, where.column, place))

    def _report(self, reader: Reader, title: str) -> DerivationReport:
        bad = any(step.verdict in BAD for step in self.steps)
        left = (_not_judged(self.source, each) for each in self.skipped)
        not_judged = sorted(left, key=lambda each: (each.line, each.end_line))
        judged = {s.place.display for s in self.steps if s.place}
        judged |= {d.place.display for d in self.declared}
        reading = ReadingReport(
            displays=reader.displays,
            judged=len(judged),
            declared=tuple(self.declared),
            read_as=tuple(self.read_as),
            not_judged=tuple(not_judged),
            begins=tuple(reader.begins),
            ends=tuple(reader.ends),
        )
        report = DerivationReport(
            file=self.source.name,
            title=title,
            verdict=FileVerdict.FAILED if bad else FileVerdict.VERIFIED,
            steps=tuple(self.steps),
            problem=self.contradiction,
            internal=self.contradiction is not None,
            digest=self.source.digest,
            reading=reading,
        )
        if judged:
            return report
        nothing = Diagnostic("nothing-to-judge", self.source.location(0, 0))
        return replace(report, verdict=FileVerdict.ERROR, error=nothing)


def _defines(
    source: Source,
    section: Section,
    known: Modelled,
    lines: Mapping[str, Sequence[Text]],
    text: Text,
    reading: Reading,
) -> bool:
    """Whether a define can be read beside other lines, from where on a horizon leaves it meaning
    something."""
    more = {**lines, "define": [*lines["define"], text]}
    if Lines(source, section.title, more).trouble() is None:
        return True
    body = Lines(source, section.title, lines)
    body.readable(reading.tokens)
    bounds = [said(source, bound, section.start) for bound in body.bounds]
    parameters = [*known.lines.get("parameters", ()), *bounds]
    trial = Lines(source, section.title, {**more, "parameters": parameters})
    if not bounds or trial.trouble() is not None:
        return False
    known.lines["parameters"] = parameters
    return True


def _apart(source: Source, lines: Mapping[str, Sequence[Text]]) -> dict[str, list[Text]]:
    """The declarations that can be read, one by one."""
    kept: dict[str, list[Text]] = {"model": []}
    for key, texts in lines.items():
        for text in texts:
            trial = {**kept, key: [*kept.get(key, []), text]}
            if Lines(source, "", trial).trouble() is None:
                kept = trial
    return kept


def _span(source: Source, side: Side) -> Location:
    """Where a line stands."""
    return source.location(side.piece.place, max(side.end, side.piece.place + 1))


def _not_judged(source: Source, skipped: Skipped) -> NotJudged:
    start = source.location(skipped.start, skipped.start)
    end = source.location(max(skipped.start, skipped.end - 1), skipped.end)
    why = skipped.unread.why if skipped.unread else None
    span = source.location(skipped.start, max(skipped.start, skipped.end))
    said = Diagnostic("not-judged", span, {"topic": skipped.code, "cause": why})
    return NotJudged(start.line, end.line, skipped.code, said, skipped.text, skipped.display)


def _definition(
    source: Source, name: str, body: Tokens, lines: Mapping[str, Sequence[Text]]
) -> Text:
    """The line of `define` that gives a name its body: from a place that no other declaration is
    from, as they are told apart by; what a brace names may begin where what is around it does."""
    taken = {text.offsets[0] for texts in lines.values() for text in texts}
    at = next(place for place in count(body[0].start) if place not in taken)
    head = (Token("name", name, at, at), Token("symbol", "=", at, at))
    return text_of(source, (*head, *body))


_STATEMENTS = frozenset({"E", "H", "I", "KL", "D", "int", "sum", "prod"})


def _numbers(chain: Chain, defines: frozenset[str]) -> tuple[str, ...]:
    """The declarations of the names in a chain that is on numbers alone; none for any other."""
    names: dict[str, bool] = {}
    for side in chain.sides:
        tokens = side.read
        if any(t.text in _STATEMENTS for t in tokens) or any(True for _ in applications(tokens)):
            return ()
        if any(mentions(tokens, name) for name in defines):
            return ()
        for at, token in enumerate(tokens):
            if token.kind == "name" and token.text not in RESERVED:
                if at and tokens[at - 1].text == "_":
                    return ()
                under = at > 0 and tokens[at - 1].text in ("log", "ln")
                names[token.text] = names.get(token.text, False) or under
    return tuple(f"{name} > 0" if under else name for name, under in names.items())
