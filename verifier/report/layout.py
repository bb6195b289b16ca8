"""The page: a report as lines of styled pieces, for a terminal's width or for none.

The plain and the coloured report print these lines and nothing else, so both say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from shlex import quote

from verifier.messages import message
from verifier.outcome import (
    DerivationReport,
    Diagnostic,
    FileVerdict,
    Necessity,
    Report,
    StepReport,
    Verdict,
)
from verifier.report import documents, words
from verifier.report.counterexample import counterexample_lines
from verifier.report.findings import Finding, finding, slip, step_finding, surprises
from verifier.report.wrapping import wrap_formula, wrap_text

UNLIMITED = 1 << 30
_FORMULA = 72  # where no width is given, longer formulas stand on a line of their own
_NARROWEST = 40  # a formula narrower than this is worse than its reason on the next line
_RULES = 26
_ENTRY = len("assumes  ")
_GAP = "  "

# Styles are meanings; `terminal` gives them colours.
GOOD, BAD, UNSURE, DIM, TITLE, HINT, PLAIN = (
    "good",
    "bad",
    "unsure",
    "dim",
    "title",
    "hint",
    "",
)
VERDICT_STYLES: dict[str, str] = {
    Verdict.PROVED: GOOD,
    Verdict.WRONG_RULE: UNSURE,
    Verdict.REFUTED: BAD,
    Verdict.UNPROVED: UNSURE,
    Verdict.ILL_FORMED: BAD,
    FileVerdict.VERIFIED: GOOD,
    FileVerdict.FAILED: BAD,
    FileVerdict.ERROR: BAD,
}

Piece = tuple[str, str]  # text, style
Line = tuple[Piece, ...]
INTERNAL: Line = (("INTERNAL ERROR", BAD),)


def page(report: Report, width: int | None, expect: bool = False) -> Iterator[Line]:
    """Every line of a report. Without a width nothing is wrapped."""
    blocks = [_Block(derivation, width, expect) for derivation in report.derivations]
    for number, block in enumerate(blocks):
        if number:
            yield ()
        yield from single_spaced(block.lines())
    if len(blocks) > 1 or report.skipped:
        yield ()
        yield ((words.summary(report, expect), VERDICT_STYLES[report.verdict]),)


def single_spaced(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines with no two empty ones in a row, and none at the end."""
    waiting = False
    for line in lines:
        if not line:
            waiting = True
            continue
        if waiting:
            yield ()
        waiting = False
        yield line


@dataclass(frozen=True, slots=True)
class _Columns:
    """How wide the columns of a file's steps are."""

    index: int
    relation: int
    formula: int
    rules: int
    verdict: int
    beside: bool  # whether the reason stands beside the formula, or below

    @property
    def indent(self) -> int:
        return self.index + self.relation + 3 * len(_GAP)


class _Block:
    """The lines on one file."""

    def __init__(self, report: DerivationReport, width: int | None, expect: bool) -> None:
        self._report = report
        self._width = width or UNLIMITED
        self._expect = expect
        self._columns = _columns(report, width)
        self._formula = self._columns.formula if width else UNLIMITED

    def lines(self) -> Iterator[Line]:
        report = self._report
        yield from fix_lines(report)
        if report.internal:
            yield INTERNAL
        if report.reading is not None:
            yield from document_lines(report, self._width, self._expect)
        elif report.error is None:
            yield from self._head()
            yield from self._steps()
            yield from self._foot()
        else:
            for error in report.errors:
                yield from self._finding(finding(report.file, error, self._width))
            if report.steps:
                yield ()
                yield from self._steps()
        if self._expect:
            yield ()
            for surprise in surprises(report):
                yield from self._finding(surprise)

    def _head(self) -> Iterator[Line]:
        yield verdict_line(self._report, self._expect)
        for line in wrap_text(words.one_line(self._report.title), self._width):
            yield ((line, PLAIN),)
        yield ()

    def _steps(self) -> Iterator[Line]:
        report, columns = self._report, self._columns
        if report.start:
            for line in wrap_formula(words.one_line(report.start), self._formula):
                yield ((" " * columns.indent + line, PLAIN),)
        for step in report.steps:
            yield from self._step(step)
        yield ()

    def _step(self, step: StepReport) -> Iterator[Line]:
        yield from self._row(step)
        for text in _asides(step):
            yield from self._indented(text, self._columns.indent, DIM)
        yield from step_lines(self._report, step, self._width)

    def _row(self, step: StepReport) -> Iterator[Line]:
        columns = self._columns
        formula = wrap_formula(words.one_line(step.text), self._formula)
        notes = _notes(step, columns) if columns.beside else []
        if notes and words.cells(formula[0]) > columns.formula:
            notes = [(), *notes]  # it has the line for itself
        lead = f"{_GAP}{step.index:>{columns.index}}{_GAP}{_sign(step):>{columns.relation}}{_GAP}"
        for text, note in zip_longest(formula, notes, fillvalue=None):
            line: list[Piece] = [(lead, PLAIN), (text or "", PLAIN)]
            if note:
                line[1] = (words.pad(text or "", columns.formula) + _GAP, PLAIN)
            yield _trimmed([*line, *(note or ())])
            lead = " " * columns.indent
        if not columns.beside:
            yield from self._below(step)

    def _below(self, step: StepReport) -> Iterator[Line]:
        """Where there is no room beside the formula: verdict, rules and figure under it."""
        lead = " " * self._columns.indent
        verdict = (words.standing(step), _style(step))
        figure = f"  {words.figure(step)}"
        rules = f"  by {', '.join(step.rules)}" if step.rules else ""
        room = self._width - len(lead)
        if len(verdict[0] + figure + rules) <= room:
            yield (lead, PLAIN), verdict, (rules + figure, DIM)
            return
        yield (lead, PLAIN), verdict, (figure, DIM)
        for line in wrap_text(rules.strip(), room, indent=3):
            yield ((lead + line, DIM),)

    def _foot(self) -> Iterator[Line]:
        report = self._report
        for remark in report.remarks:
            yield from self._indented(f"remark: {message(remark)}", 0, DIM)
        yield from self._claim()
        name = "assumes"
        for assumption in report.assumptions:
            where = f"  ({words.steps_phrase(assumption.steps)})" if assumption.steps else ""
            yield from self._entry(name, words.one_line(assumption.text) + where)
            name = ""
        yield from self._indented(words.totals(report), 0, VERDICT_STYLES[report.verdict])
        if report.problem is not None:
            yield ()
            yield from self._finding(finding(report.file, report.problem, self._width))
        yield from necessity_lines(report, self._width)

    def _claim(self) -> Iterator[Line]:
        claim = self._report.claim
        if claim is None:
            return
        yield from self._entry("claim", words.one_line(claim.text))
        good = claim.reached and claim.proved
        yield (" " * _ENTRY, PLAIN), (words.claim_phrase(self._report), GOOD if good else BAD)
        if self._report.certified is not None:
            for line in wrap_text(message(self._report.certified.said), self._width - _ENTRY):
                yield (" " * _ENTRY, PLAIN), (line, GOOD)

    def _entry(self, name: str, text: str) -> Iterator[Line]:
        for line in wrap_formula(text, self._width - _ENTRY):
            yield (words.pad(name, _ENTRY), DIM), (line, PLAIN)
            name = ""

    def _finding(self, found: Finding) -> Iterator[Line]:
        yield from finding_lines(found, self._width)

    def _indented(self, text: str, indent: int, style: str) -> Iterator[Line]:
        yield from _indented(text, indent, style, self._width)


def verdict_line(report: DerivationReport, expect: bool) -> Line:
    """Which file, and what becomes of it."""
    verdict = (report.verdict, VERDICT_STYLES[report.verdict])
    expected = ", as expected" if expect and report.as_expected else ""
    return (words.visible(report.file), TITLE), (": ", PLAIN), verdict, (expected, DIM)


def fix_lines(report: DerivationReport) -> Iterator[Line]:
    """What `--fix` wrote, or why not."""
    file = words.visible(report.file)
    for fix in report.fixes or ():
        where = fix.location.line if fix.location else 1
        yield (f"{file}:{where}:", TITLE), (f" {message(fix)}", HINT)
    if report.unfixed is not None:
        yield (f"{file}:", TITLE), (f" {message(report.unfixed)}", BAD)


def step_lines(report: DerivationReport, step: StepReport, width: int) -> Iterator[Line]:
    """What is wrong with a step, if anything is, with all that explains it."""
    found = step_finding(report.file, step, width)
    if found is None:
        return
    yield ()
    yield from finding_lines(found, width, _style(step))
    yield from explanation_lines(step, width)
    whole = report.error is None and report.reading is None
    if step.counterexample is not None and step.fault and whole:
        again = f"elbo-verify {quote(report.file)} --format json > report.json"
        again = f"replay: `{again}`, then `--replay report.json`"
        yield from _indented(again, 4, DIM, width)
    yield ()


def document_lines(report: DerivationReport, width: int, expect: bool) -> Iterator[Line]:
    """A document: how much of it was judged, what is wrong with it, what was read as what."""
    assert report.reading is not None
    yield (*verdict_line(report, expect), (f"  ({documents.totals(report)})", DIM))
    for error in (*report.errors, *([report.problem] if report.problem else ())):
        yield from finding_lines(finding(report.file, error, width), width)
    for step in report.steps:
        yield from step_lines(report, step, width)
        for remark in step.remarks:
            if remark.code == "reason-not-needed":
                said = f"{words.visible(report.file)}:{step.line}: remark: {message(remark)}"
                yield from _indented(said, 0, DIM, width)
    for text in documents.blocks(report.reading):
        yield from _indented(text, 0, PLAIN, width)


def necessity_lines(report: DerivationReport, width: int) -> Iterator[Line]:
    """What becomes of a step without each assumption."""
    found = report.necessity
    if found is None:
        return
    yield ()
    if not found:
        yield ((message(Diagnostic("needs-nothing")), PLAIN),)
    for item in found:
        yield from _indented(message(_needed(item)), 0, PLAIN, width)
        if item.counterexample is not None:
            for line in counterexample_lines(item.counterexample):
                yield (("    " + line, PLAIN),)


def _needed(item: Necessity) -> Diagnostic:
    """Whether an assumption is needed, as far as a world was found."""
    data = {"name": words.one_line(item.assumption), "step": item.step, "finite": item.finite}
    return Diagnostic("needed" if item.step is not None else "not-needed", None, data)


def finding_lines(found: Finding, width: int | None, style: str = BAD) -> Iterator[Line]:
    """A finding: where, what, its code, the source line with a caret, a hint."""
    code = f" [{found.code}]" if found.code else ""
    first, *more = wrap_text(f"{found.place}: {found.sentence}{code}", width or UNLIMITED)
    cut = min(len(found.place) + 1, len(first))
    yield (first[:cut], TITLE), (first[cut:], style)
    yield from (((line, style),) for line in more)
    if found.excerpt:
        yield (("  " + found.excerpt, PLAIN),)
        yield (("  " + found.caret, style),)
    if found.hint is not None:
        for line in wrap_text(words.visible(f"hint: {found.hint}"), (width or UNLIMITED) - 2):
            yield (("  " + line, HINT),)


def explanation_lines(step: StepReport, width: int) -> Iterator[Line]:
    """Below a finding on a step: where each rule of a suggestion would act, the edit under which it
    holds, the world in which it fails."""
    if step.suggestion is not None:
        for rule, place in zip(step.suggestion.rules, step.suggestion.places, strict=False):
            if place:
                yield from _indented(f"{rule}: {words.one_line(place)}", 4, DIM, width)
    if step.diagnosis is not None:
        yield from _indented(message(slip(step.diagnosis)), 2, HINT, width)
    if step.counterexample is not None and step.fault:
        yield (("  a counterexample:", PLAIN),)
        for line in counterexample_lines(step.counterexample):
            yield (("    " + line, PLAIN),)


def _indented(text: str, indent: int, style: str, width: int) -> Iterator[Line]:
    for line in wrap_text(words.visible(text), width - indent):
        yield ((" " * indent + line, style),)


def _columns(report: DerivationReport, width: int | None) -> _Columns:
    steps = report.steps
    index = max((len(str(step.index)) for step in steps), default=1)
    relation = max((len(_sign(step)) for step in steps), default=1)
    rules = max((len(", ".join(step.rules)) for step in steps), default=0)
    verdict = max((len(words.standing(step)) for step in steps), default=0)
    figure = max((len(words.figure(step)) for step in steps), default=0)
    longest = max((words.cells(words.one_line(step.text)) for step in steps), default=0)
    indent = index + relation + 3 * len(_GAP)
    if width is None:
        return _Columns(index, relation, min(longest, _FORMULA), rules, verdict, True)
    rules = min(rules, _RULES)
    room = width - indent - (rules + verdict + figure + 3 * len(_GAP))
    beside = room >= min(longest, _NARROWEST)
    formula = min(longest, room) if beside else max(width - indent, 10)
    return _Columns(index, relation, formula, rules, verdict, beside)


def _style(step: StepReport) -> str:
    """Of a verdict: what isn't at fault isn't bad."""
    return VERDICT_STYLES[step.verdict if step.follows is None else Verdict.UNPROVED]


def _sign(step: StepReport) -> str:
    """What stands before a formula: the relation, or what kind of new statement it is."""
    return step.kind if step.kind in ("so", "side") else step.relation


def _notes(step: StepReport, columns: _Columns) -> list[Line]:
    """Beside the formula: the rules, wrapped, the verdict and the figure."""
    rules = wrap_text(", ".join(step.rules), columns.rules, indent=0) if step.rules else [""]
    verdict = words.pad(words.standing(step), columns.verdict) + _GAP
    first = (
        (words.pad(rules[0], columns.rules) + _GAP, DIM),
        (verdict, _style(step)),
        (words.figure(step), DIM),
    )
    return [first, *(((rule, DIM),) for rule in rules[1:])]


def _asides(step: StepReport) -> Iterator[str]:
    """Below the formula: its label, what it is given, and the remarks."""
    if step.label:
        yield f"label: {step.label}"
    if step.given:
        yield f"given {words.steps_phrase(step.given)}"
    for remark in step.remarks:
        yield f"remark: {message(remark)}"


def _trimmed(pieces: list[Piece]) -> Line:
    """The line without blanks at its end."""
    while pieces and not pieces[-1][0].strip():
        pieces.pop()
    if pieces:
        pieces[-1] = (pieces[-1][0].rstrip(), pieces[-1][1])
    return tuple(pieces)
