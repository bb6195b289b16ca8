"""Each thing that a report finds, as programs take it: where it begins and ends, how grave it is,
its code, what is said. Every format for programs is made of these."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Literal

from verifier.messages import hint, message
from verifier.outcome import (
    DerivationReport,
    Diagnostic,
    Location,
    Report,
    StepReport,
    Verdict,
)
from verifier.report import words
from verifier.report.findings import step_finding
from verifier.report.layout import UNLIMITED, explanation_lines

Level = Literal["error", "warning", "note"]

_START = Location(1, 1, 1, 1)
_LEVELS: dict[Verdict, Level] = {
    Verdict.REFUTED: "error",
    Verdict.ILL_FORMED: "error",
    Verdict.WRONG_RULE: "warning",
    Verdict.UNPROVED: "warning",
    Verdict.PROVED: "note",
}
# Where a run of CI has the repository; files are named from there.
_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


@dataclass(frozen=True, slots=True)
class Annotation:
    """A finding. `step` is None where it isn't about one; `text` is what is at fault as written, by
    which it is known again when lines have moved; `details` go below the sentence."""

    file: str
    where: Location
    level: Level
    code: str
    message: str
    hint: str | None = None
    step: int | None = None
    text: str = ""
    details: str = ""

    @property
    def whole(self) -> str:
        """All that there is to say, line by line."""
        advice = () if self.hint is None else (f"hint: {self.hint}",)
        return "\n".join([self.message, *advice, *filter(None, [self.details])])


def all_annotated(report: Report, expect: bool = False) -> Iterator[Annotation]:
    """What a report finds, file by file, each in the order of its lines. With `expect` what is as
    its file expects is no finding, and what isn't is one."""
    for file in report.derivations:
        yield from annotated(file, expect)


def annotated(report: DerivationReport, expect: bool = False) -> list[Annotation]:
    """What the report on one file finds, in the order of its lines."""
    found = [*_steps(report, expect), *_unread(report)]
    if not (expect and report.verdict == report.expected):
        whole = (*report.errors, report.problem, report.unfixed)
        found += [_about(report, each) for each in whole if each is not None]
    if expect:
        found += _surprises(report)
    return sorted(found, key=lambda each: (each.where.line, each.where.column))


def in_repository(file: str) -> str:
    """A file's name as CI takes it: from the root of the repository, else from here, with `/`."""
    roots = [os.environ[name] for name in _ROOTS if os.environ.get(name)]
    for root in (*roots, os.getcwd()):
        path = PurePath(os.path.abspath(file))
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return PurePath(file).as_posix()


def _about(report: DerivationReport, said: Diagnostic, level: Level = "error") -> Annotation:
    where = said.location or _START
    sentence = words.visible(message(said))
    return Annotation(report.file, where, level, said.code, sentence, _visible(hint(said)))


def _steps(report: DerivationReport, expect: bool) -> Iterator[Annotation]:
    for step in report.steps:
        found = step_finding(report.file, step, UNLIMITED)
        if found is None or (expect and step.verdict == step.expected):
            continue
        said = step.diagnostic
        yield Annotation(
            report.file,
            (said.location if said else None) or step.location,
            "note" if step.follows is not None else _LEVELS[step.verdict],
            said.code if said else step.verdict,
            found.sentence,
            found.hint,
            step.index,
            step.statement,
            _details(step),
        )


def _details(step: StepReport) -> str:
    lines = ("".join(piece for piece, _ in line) for line in explanation_lines(step, UNLIMITED))
    return "\n".join(words.visible(line.rstrip()) for line in lines)


def _unread(report: DerivationReport) -> Iterator[Annotation]:
    """What of a document was not judged: no fault, unless all of it is to be."""
    reading = report.reading
    for each in reading.not_judged if reading else ():
        where = each.why.location or Location(each.line, 1, each.end_line, 1)
        level: Level = "error" if reading and reading.complete else "note"
        sentence = words.visible(message(each.why))
        yield Annotation(report.file, where, level, each.why.code, sentence, text=each.text)


def _surprises(report: DerivationReport) -> Iterator[Annotation]:
    for step in report.steps:
        if step.verdict != step.expected and report.error is None:
            data = {"step": step.index, "verdict": step.verdict, "expected": step.expected}
            said = _about(report, Diagnostic("unexpected", step.location, data))
            yield replace(said, step=step.index, text=step.statement)
    if report.verdict != report.expected:
        data = {"verdict": report.verdict, "expected": report.expected}
        yield _about(report, Diagnostic("unexpected", _START, data))


def _visible(text: str | None) -> str | None:
    return None if text is None else words.visible(text)
