"""What is wrong with a text, as editors show it."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from verifier.messages import message
from verifier.outcome import DerivationReport, Diagnostic, StepReport
from verifier.report.annotations import Annotation, annotated
from verifier.report.findings import slip
from verifier.report.words import visible
from verifier.server.positions import Typed

SOURCE = "elbo-verify"
_LEVELS = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}
_USUAL = ("tidied", "equality")  # nothing is to be done about it


def diagnostics(typed: Typed, report: DerivationReport) -> list[types.Diagnostic]:
    """All findings of a report and its remarks, in the order of the text."""
    steps = {step.index: step for step in report.steps}
    found = [_finding(typed, report, each, steps.get(each.step or 0)) for each in annotated(report)]
    found += [_remark(typed, each, line) for each, line in _remarks(report)]
    return sorted(found, key=lambda each: (each.range.start.line, each.range.start.character))


def _finding(
    typed: Typed, report: DerivationReport, found: Annotation, step: StepReport | None
) -> types.Diagnostic:
    said = [found.message, *([found.hint] if found.hint else [])]
    if found.step is not None and step is not None and step.diagnosis is not None:
        said.append(visible(message(slip(step.diagnosis))))
    judged = report if found.step is None or step is None else step
    severity = _LEVELS[found.level]
    if judged.verdict == judged.expected:  # a file that is wrong on purpose
        severity = types.DiagnosticSeverity.Information
    if report.reading is not None and found.step is None and found.level == "note":
        severity = types.DiagnosticSeverity.Hint  # what isn't judged
    return types.Diagnostic(
        typed.range(found.where),
        "\n".join(said),
        severity=severity,
        code=found.code,
        source=SOURCE,
        data={"step": found.step},
    )


def _remarks(report: DerivationReport) -> Iterator[tuple[Diagnostic, int]]:
    """Each with the line that it is on, where it has no place."""
    for step in report.steps:
        yield from ((each, step.line) for each in step.remarks if each.code not in _USUAL)
    yield from ((each, 1) for each in report.remarks)


def _remark(typed: Typed, said: Diagnostic, line: int) -> types.Diagnostic:
    where = said.location
    return types.Diagnostic(
        typed.range(where) if where is not None else typed.line_range(line),
        visible(message(said)),
        severity=types.DiagnosticSeverity.Hint,
        code=said.code,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if said.code == "superfluous" else None,
    )
