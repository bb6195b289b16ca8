"""`--fix`: rules that were inferred, or that a `wrong-rule` names, written into the file.

A step that is proved under the rules it cites is left alone, and so is one that is meant to be
`wrong-rule`. The new text is judged before it takes the file's place, as a whole or not at all.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from verifier.commands import comments
from verifier.commands.jobs import Job, Path, fault, jobs
from verifier.commands.judging import Asked, report_on
from verifier.derivation import target
from verifier.derivation.derivation import Derivation, Source
from verifier.derivation.loader import derivation
from verifier.derivation.rewrite import alike, with_rules
from verifier.derivation.source import decoded, read_source
from verifier.judge.rulings import own_name, worth_citing
from verifier.outcome import (
    DerivationReport,
    Diagnostic,
    DiagnosticError,
    FileVerdict,
    Location,
    Progress,
    Report,
    StepReport,
    Verdict,
)

Rules = Mapping[int, tuple[str, ...]]  # by the step's number


Put = Callable[[str, Source, Source], None]


def fix(
    *paths: Path,
    progress: Callable[[Progress], None] | None = None,
    necessity: bool = False,
    put: Put | None = None,
) -> Report:
    """Like `verify`, and writes into the files the rules that their steps should cite.

    A file whose steps wait for statements of others is judged again after those are fixed. `put` is
    called in place of writing, with a file as it is and as it should be.
    """
    files, skipped = jobs(*paths)
    reports: dict[int, DerivationReport] = {}
    due: Sequence[int] = range(len(files))
    while due:
        wrote = False
        for number in due:
            if progress is not None:
                progress(Progress(files[number].file, number + 1, len(files)))
            earlier = reports[number].fixes or () if number in reports else ()
            report = _fixed(files[number], Asked(necessity), put or _put)
            reports[number] = replace(report, fixes=(*earlier, *(report.fixes or ())))
            wrote = wrote or _changed(report)
        due = [number for number in reports if wrote and not put and _waits(reports[number])]
    return Report(tuple(reports[number] for number in range(len(files))), len(skipped))


def _fixed(job: Job, asked: Asked, put: Put) -> DerivationReport:
    """The report on one file after its rules are written into it."""
    report = report_on(job, asked)
    if report.error is not None:
        return report
    try:
        if report.reading is not None:
            return _commented(report, job, asked, put)
        return _rewritten(
            report, job.strict, lambda new: report_on(replace(job, read=lambda: new), asked), put
        )
    except Exception as error:
        return replace(report, verdict=FileVerdict.ERROR, error=fault(error), internal=True)


def _rewritten(
    report: DerivationReport,
    strict: bool,
    check: Callable[[Source], DerivationReport],
    put: Put,
) -> DerivationReport:
    """The report on a file after its rules are written into it, or with what kept them out."""
    try:
        source = read_source(report.file)
        before = derivation(source, strict)
        if not wanted(before, report):
            return replace(report, fixes=())
        if source.digest != report.digest:
            raise _refused("fix-changed")
        settled = _settled(source, strict, report, check)
        if settled.written:
            put(report.file, source, settled.source)
    except DiagnosticError as error:
        return replace(report, fixes=(), unfixed=error.diagnostic)
    return replace(settled.report, fixes=tuple(_said(before, settled)))


def _commented(report: DerivationReport, job: Job, asked: Asked, put: Put) -> DerivationReport:
    """The report on a document after comments with rules are written into it, or with what kept
    them out."""
    rules = comments.wanted(report)
    try:
        source = job.read()
        if source.digest != report.digest:
            raise _refused("fix-changed")
        text, written = comments.commented(source, report, rules)
        if not written:
            return replace(report, fixes=tuple(comments.said(report, rules, written)))
        new = decoded(source.name, (source.mark + text).encode())
        after = report_on(replace(job, read=lambda: new), asked)
        if after.error is not None or len(after.steps) != len(report.steps):
            raise _refused("fix-unreadable")
        _refuse_worse(report, after)
        put(report.file, source, new)
    except DiagnosticError as error:
        return replace(report, fixes=(), unfixed=error.diagnostic)
    return replace(after, fixes=tuple(comments.said(after, rules, written)))


@dataclass(frozen=True)
class _Settled:
    """A source with rules written into it, and its report."""

    source: Source
    report: DerivationReport
    written: frozenset[int] = frozenset()  # the steps that were written to
    refused: Mapping[int, StepReport] = field(default_factory=dict)  # those that it didn't help


def _settled(
    source: Source,
    strict: bool,
    report: DerivationReport,
    check: Callable[[Source], DerivationReport],
) -> _Settled:
    """In rounds: a step that is proved now may let another one follow."""
    now = _Settled(source, report)
    while rules := {
        step: rules
        for step, rules in wanted(derivation(now.source, strict), now.report).items()
        if step not in now.refused
    }:
        new = _with_rules(now.source, rules)
        after = check(new)
        tried = [step for step in after.steps if step.index in rules]
        if refused := {s.index: s for s in tried if s.verdict != Verdict.PROVED}:
            now = replace(now, refused={**now.refused, **refused})
            continue
        _refuse_worse(now.report, after)
        now = replace(now, source=new, report=after, written=now.written | rules.keys())
    return now


def wanted(before: Derivation, report: DerivationReport) -> Rules:
    """The rules to write into a derivation that was judged, by step."""
    found: dict[int, tuple[str, ...]] = {}
    for step in report.steps:
        inferred = step.index > 0 and before.steps[step.index - 1].rules is None
        if step.verdict == Verdict.PROVED and inferred and step.rules:
            strict = before.strict
            found[step.index] = step.rules if strict else worth_citing(step.rules)
        elif step.verdict == Verdict.WRONG_RULE != step.expected and step.suggestion:
            found[step.index] = step.suggestion.rules
    return found


def _changed(report: DerivationReport) -> bool:
    """Whether anything was written."""
    return any(found.code == "fixed" for found in report.fixes or ())


def _waits(report: DerivationReport) -> bool:
    """Whether a step of a file uses a statement of another that isn't proved yet."""
    return any(s.diagnostic and s.diagnostic.code == "premise-unproved" for s in report.steps)


def _with_rules(source: Source, rules: Rules) -> Source:
    """The source with these rules written in, and nothing else of it changed."""
    text = with_rules(source, rules, own_name)
    try:
        new = decoded(source.name, (source.mark + text).encode())
        same = alike(source, new)
    except DiagnosticError as error:
        raise _refused("fix-unreadable") from error
    if not same:
        raise _refused("fix-unreadable")
    return new


def _refuse_worse(before: DerivationReport, after: DerivationReport) -> None:
    """No step may be judged worse than before, nor the file."""
    for old, new in zip(before.steps, after.steps, strict=False):
        if _rank(new) > _rank(old):
            raise _refused("fix-worse", step=new.index, verdict=new.verdict)
    order = [*FileVerdict]
    if order.index(after.verdict) > order.index(before.verdict):
        raise _refused("fix-worse", step=0, verdict=after.verdict)


def _rank(step: StepReport) -> int:
    return {Verdict.PROVED: 0, Verdict.WRONG_RULE: 1}.get(step.verdict, 2)


def _put(file: str, old: Source, new: Source) -> None:
    """Put the new text in the file's place, at once, under the mode that it had."""
    try:
        status = os.lstat(file)
        if stat.S_ISLNK(status.st_mode):
            raise _refused("fix-link")
        if not (status.st_mode & 0o222 and os.access(file, os.W_OK)):
            raise _refused("fix-read-only")
        if read_source(file).digest != old.digest:
            raise _refused("fix-changed")
        target.put(file, (new.mark + new.text).encode(), stat.S_IMODE(status.st_mode))
    except OSError as error:
        raise _refused("fix-unwritable", reason=error.strerror) from error


def _refused(code: str, **data: object) -> DiagnosticError:
    return DiagnosticError(Diagnostic(code, None, data))


def _said(before: Derivation, settled: _Settled) -> Iterator[Diagnostic]:
    """What was written and what was not, on the lines where the steps stand now."""
    for step in settled.report.steps:
        where = Location(step.line, 1, step.line, 1)
        if step.index in settled.refused:
            tried = settled.refused[step.index]
            data = {"step": step.index, "new": tried.rules, "verdict": tried.verdict}
            yield Diagnostic("not-fixed", where, data)
        elif step.index in settled.written:
            cited = before.steps[step.index - 1].rules
            old = None if cited is None else tuple(rule.value for rule in cited)
            yield Diagnostic("fixed", where, {"step": step.index, "old": old, "new": step.rules})
