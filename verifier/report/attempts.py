"""A statement that was tried: the verdict on each line, the model that was inferred, the file that
it would be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.messages import message
from verifier.outcome import DerivationReport, Diagnostic
from verifier.report import words
from verifier.report.findings import finding
from verifier.report.layout import (
    DIM,
    PLAIN,
    TITLE,
    UNLIMITED,
    VERDICT_STYLES,
    Line,
    finding_lines,
    single_spaced,
    step_lines,
)


def attempt_page(
    report: DerivationReport, files: Sequence[str], width: int | None
) -> Iterator[Line]:
    """Every line of it."""
    yield from single_spaced(_lines(report, files, width or UNLIMITED))


def _lines(report: DerivationReport, files: Sequence[str], width: int) -> Iterator[Line]:
    for step in report.steps:
        yield ((words.one_line(step.statement), TITLE),)
        rules = f"  by {', '.join(step.rules)}" if step.rules else ""
        verdict = (f"  {words.standing(step)}", VERDICT_STYLES[step.verdict])
        yield verdict, (f"{rules}  ({words.figure(step)})", DIM)
        yield from step_lines(report, step, width)
    reading = report.reading
    for left in reading.not_judged if reading else ():
        yield from finding_lines(finding(report.file, _why(left.why), width), width)
    for error in report.errors if not (reading and reading.not_judged) else ():
        yield from finding_lines(finding(report.file, error, width), width)
    yield ()
    for said in dict.fromkeys(message(each.said) for each in (reading.read_as if reading else ())):
        yield ((f"{said}", PLAIN),)
    for text in files:
        yield from ((), (("as a file:", DIM),), ())
        yield from (((f"  {line}", PLAIN),) for line in text.splitlines())


def _why(said: Diagnostic) -> Diagnostic:
    """The cause itself, where it has a place."""
    cause = said.data.get("cause")
    return cause if isinstance(cause, Diagnostic) and cause.location else said
