"""What is wrong with a text, as editors show it."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from verifier.messages import hint, message
from verifier.outcome import DerivationReport, Diagnostic, StepReport, Verdict
from verifier.report.findings import slip
from verifier.report.words import standing, visible
from verifier.server.positions import Typed

SOURCE = "elbo-verify"
_ERROR = types.DiagnosticSeverity.Error
_WARNING = types.DiagnosticSeverity.Warning
_TOLD = types.DiagnosticSeverity.Information
_FAINT = types.DiagnosticSeverity.Hint
_USUAL = ("tidied", "equality")  # nothing is to be done about it


def diagnostics(typed: Typed, report: DerivationReport) -> list[types.Diagnostic]:
    """All findings of a report, in the order of the text."""
    found = [*_found(typed, report)]
    return sorted(found, key=lambda each: (each.range.start.line, each.range.start.character))


def _found(typed: Typed, report: DerivationReport) -> Iterator[types.Diagnostic]:
    for error in report.errors:
        yield _said(typed, error, _ERROR)
    for step in report.steps:
        if step.verdict is not Verdict.PROVED:
            yield _step(typed, step)
        yield from (
            _said(typed, remark, _FAINT, step.line)
            for remark in step.remarks
            if remark.code not in _USUAL
        )
    if report.problem is not None and report.error is None:
        expected = report.verdict == report.expected
        yield _said(typed, report.problem, _TOLD if expected else _ERROR)
    yield from (_said(typed, remark, _FAINT) for remark in report.remarks)
    if report.reading is not None:
        for left in report.reading.not_judged:
            where = typed.line_range(left.line, left.end_line)
            yield types.Diagnostic(
                where, visible(message(left.why)), severity=_FAINT, code=left.code, source=SOURCE
            )


def _step(typed: Typed, step: StepReport) -> types.Diagnostic:
    why = step.diagnostic
    lead = message(Diagnostic("step-is", None, {"step": step.index, "verdict": standing(step)}))
    said = [f"{lead}: {message(why)}" if why else lead]
    advice = hint(why) if why else None
    if not advice and step.suggestion is not None:
        data = {"rules": step.rules, "suggestion": step.suggestion.rules}
        advice = hint(Diagnostic("wrong-rule", None, data))
    said += [advice] if advice else []
    said += [message(slip(step.diagnosis))] if step.diagnosis is not None else []
    if step.verdict is step.expected or step.follows is not None:
        severity = _TOLD
    else:
        severity = _WARNING if step.verdict is Verdict.UNPROVED else _ERROR
    last = step.place.end_line if step.place is not None else None
    where = why.location if why else None
    return types.Diagnostic(
        typed.range(where) if where else typed.line_range(step.line, last),
        "\n".join(map(visible, said)),
        severity=severity,
        code=why.code if why else step.verdict.value,
        source=SOURCE,
        data={"step": step.index},
    )


def _said(
    typed: Typed, what: Diagnostic, severity: types.DiagnosticSeverity, line: int = 1
) -> types.Diagnostic:
    where = what.location
    advice = hint(what)
    said = [message(what), *([advice] if advice else [])]
    return types.Diagnostic(
        typed.range(where) if where is not None else typed.line_range(line),
        "\n".join(map(visible, said)),
        severity=severity,
        code=what.code,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if what.code == "superfluous" else None,
    )
