"""The lines of whichever report it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from verifier.outcome import Report
from verifier.report.brief import brief_page
from verifier.report.layout import Line, page

if TYPE_CHECKING:
    from verifier.outcome import AnyReport, Beside


def page_of(
    report: AnyReport,
    width: int | None,
    expect: bool = False,
    brief: bool = False,
    quiet: bool = False,
) -> Iterator[Line]:
    """Every line, for a width or for none; `brief`: of many files what calls for a look; `quiet`:
    of files only what is wrong."""
    if not isinstance(report, Report):
        return _beside(report, width)
    if quiet or (brief and len(report.derivations) > 1):
        return brief_page(report, width, expect, quiet)
    return page(report, width, expect)


def _beside(report: Beside, width: int | None) -> Iterator[Line]:
    """Of what is asked for beside verdicts, and imported then."""
    from verifier.outcome import ClassReport, GradeReport, ReplayReport
    from verifier.report.classes import class_page
    from verifier.report.grades import grade_page
    from verifier.report.mutants import mutation_page
    from verifier.report.replays import replay_page

    if isinstance(report, ReplayReport):
        return replay_page(report, width)
    if isinstance(report, GradeReport):
        return grade_page(report, width)
    if isinstance(report, ClassReport):
        return class_page(report, width)
    return mutation_page(report, width)
