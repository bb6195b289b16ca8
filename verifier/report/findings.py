"""One thing to say about a place in a file: where, what, the source line with a caret, a hint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from verifier.messages import hint, message
from verifier.outcome import (
    DerivationReport,
    Diagnosis,
    Diagnostic,
    Location,
    StepReport,
    Verdict,
)
from verifier.report.words import cells, standing, visible

_NOWHERE = Location(1, 1, 1, 1)
_MARGIN = 20  # characters shown before the place, where a line must be shown in part


@dataclass(frozen=True, slots=True)
class Finding:
    """What to print; `excerpt` is empty where there is no line to show."""

    place: str
    sentence: str
    excerpt: str
    caret: str
    hint: str | None
    code: str = ""


def finding(file: str, diagnostic: Diagnostic, width: int, lead: str = "") -> Finding:
    """The finding for a diagnostic; `lead` begins its sentence."""
    where = diagnostic.location or _NOWHERE
    excerpt, caret = _marked(where, width)
    return Finding(
        place=f"{visible(file)}:{where.line}:{where.column}",
        sentence=visible(lead + message(diagnostic)),
        excerpt=excerpt,
        caret=caret,
        hint=_visible(hint(diagnostic)),
        code=diagnostic.code,
    )


def step_finding(file: str, step: StepReport, width: int) -> Finding | None:
    """What is wrong with a step, if anything is."""
    if step.verdict == Verdict.PROVED and step.diagnostic is None:
        return None
    lead = message(Diagnostic("step-is", None, {"step": step.index, "verdict": standing(step)}))
    if step.diagnostic is None:
        place = f"{visible(file)}:{step.line}:{step.column}"
        return Finding(place, lead, "", "", _suggested(step), step.verdict)
    found = finding(file, step.diagnostic, width, f"{lead}: ")
    return replace(found, hint=found.hint or _suggested(step))


def slip(found: Diagnosis) -> Diagnostic:
    """Under which edit a wrong line holds, as it is to be said."""
    return Diagnostic("holds-if", None, asdict(found))


def surprises(report: DerivationReport) -> Sequence[Finding]:
    """Under `--expect`: each verdict that is not the one that the file expects."""
    found = [
        _surprise(report.file, step, step.line, step.column, step=step.index)
        for step in report.steps
        if step.verdict != step.expected and report.error is None
    ]
    if report.verdict != report.expected:
        found.append(_surprise(report.file, report, 1, 1))
    return found


def _surprise(
    file: str, judged: StepReport | DerivationReport, line: int, column: int, **data: int
) -> Finding:
    verdicts = {"verdict": judged.verdict, "expected": judged.expected}
    what = Diagnostic("unexpected", None, {**data, **verdicts})
    place = f"{visible(file)}:{line}:{column}"
    return Finding(place, message(what), "", "", None, what.code)


def _suggested(step: StepReport) -> str | None:
    """The rules that would do, as what is to change in those cited."""
    rules = step.suggestion.rules if step.suggestion else ()
    cited = {"rules": step.rules, "suggestion": rules}
    return _visible(hint(Diagnostic("wrong-rule", None, cited)))


def _visible(text: str | None) -> str | None:
    return None if text is None else visible(text)


def _marked(where: Location, width: int) -> tuple[str, str]:
    """The source line around a place, and a line of carets under it."""
    excerpt = where.excerpt.replace("\t", " ")
    if not excerpt.strip():
        return "", ""
    start = min(where.column - where.excerpt_column, len(excerpt))
    one_line = where.end_line == where.line
    end = where.end_column - where.excerpt_column if one_line else len(excerpt)
    end = max(start, min(end, len(excerpt)))
    first, last = _window(excerpt, start, width)
    before = ("..." if first or where.excerpt_column > 1 else "") + visible(excerpt[first:start])
    marked = visible(excerpt[start : min(end, last)])
    after = visible(excerpt[min(end, last) : last]) + ("..." if last < len(excerpt) else "")
    return before + marked + after, " " * cells(before) + "^" * max(1, cells(marked))


def _window(excerpt: str, start: int, width: int) -> tuple[int, int]:
    """Which characters of a line to show: all, or as many around the place as fit."""
    if cells(excerpt) <= width:
        return 0, len(excerpt)
    room = max(width - 6, 20)  # less the dots at both ends
    first = 0 if start < room - _MARGIN else min(start - _MARGIN, max(0, len(excerpt) - room))
    last = first + room
    while last > start + 1 and cells(excerpt[first:last]) > room:
        last -= 1
    return first, min(last, len(excerpt))
