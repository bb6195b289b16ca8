"""The lines of whichever report it is."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.outcome import AnyReport, ClassReport, GradeReport, MutationReport, ReplayReport
from verifier.report.brief import brief_page
from verifier.report.classes import class_page
from verifier.report.grades import grade_page
from verifier.report.layout import Line, page
from verifier.report.mutants import mutation_page
from verifier.report.replays import replay_page


def page_of(
    report: AnyReport,
    width: int | None,
    expect: bool = False,
    brief: bool = False,
    quiet: bool = False,
) -> Iterator[Line]:
    """Every line, for a width or for none; `brief`: of many files what calls for a look; `quiet`:
    of files only what is wrong."""
    if isinstance(report, ReplayReport):
        return replay_page(report, width)
    if isinstance(report, GradeReport):
        return grade_page(report, width)
    if isinstance(report, ClassReport):
        return class_page(report, width)
    if isinstance(report, MutationReport):
        return mutation_page(report, width)
    if quiet or (brief and len(report.derivations) > 1):
        return brief_page(report, width, expect, quiet)
    return page(report, width, expect)
