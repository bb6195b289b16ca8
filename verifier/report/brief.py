"""Many files: a line for each, what is wrong with it, and at the end which ones aren't verified."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.outcome import DerivationReport, FileVerdict, Report
from verifier.report import words
from verifier.report.findings import finding, surprises
from verifier.report.layout import (
    DIM,
    INTERNAL,
    UNLIMITED,
    VERDICT_STYLES,
    Line,
    document_lines,
    finding_lines,
    fix_lines,
    necessity_lines,
    single_spaced,
    step_lines,
    verdict_line,
)
from verifier.report.wrapping import wrap_text


def brief_page(
    report: Report, width: int | None, expect: bool = False, quiet: bool = False
) -> Iterator[Line]:
    """The lines of a report on many files. Without a width nothing is wrapped. `quiet`: what isn't
    wrong isn't said."""
    for derivation in report.derivations:
        yield from file_lines(derivation, width, expect, quiet)
    yield from last_lines(report, width, expect, quiet)


def file_lines(
    report: DerivationReport, width: int | None, expect: bool = False, quiet: bool = False
) -> Iterator[Line]:
    """One file of many: its line, and what is wrong with it."""
    if quiet and report.exit_status(expect) == 0 and not report.fixes:
        return
    found = [*single_spaced(_file(report, width or UNLIMITED, expect))]
    yield from found
    if len(found) > 1:
        yield ()


def last_lines(
    report: Report, width: int | None, expect: bool = False, quiet: bool = False
) -> Iterator[Line]:
    """The last line of many files."""
    if quiet and report.exit_status(expect) == 0:
        return
    for line in wrap_text(last_line(report, expect), width or UNLIMITED):
        yield ((line, VERDICT_STYLES[report.verdict]),)


def last_line(report: Report, expect: bool = False) -> str:
    """How many files there are of each kind, and the names of those that call for a look."""
    named = [
        words.visible(file.file)
        for file in report.derivations
        if not (file.as_expected if expect else file.verdict == FileVerdict.VERIFIED)
    ]
    return words.summary(report, expect) + (f": {', '.join(named)}" if named else "")


def _file(report: DerivationReport, width: int, expect: bool) -> Iterator[Line]:
    yield from fix_lines(report)
    if report.internal:
        yield INTERNAL
    if report.reading is not None:
        yield from document_lines(report, width, expect)
        return
    if report.error is None:
        known = f"; certified by {report.certified.prover}" if report.certified else ""
        yield (*verdict_line(report, expect), (f"  {words.totals(report)}{known}", DIM))
    else:
        yield verdict_line(report, expect)
    if not (expect and report.as_expected):
        yield from _findings(report, width)
    if expect:
        for surprise in surprises(report):
            yield from finding_lines(surprise, width)
    yield from necessity_lines(report, width)


def _findings(report: DerivationReport, width: int) -> Iterator[Line]:
    for step in report.steps:
        yield from step_lines(report, step, width)
    for whole in (*report.errors, *([report.problem] if report.problem else ())):
        yield ()
        yield from finding_lines(finding(report.file, whole, width), width)
