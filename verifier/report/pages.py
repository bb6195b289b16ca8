"""The lines of whichever report it is."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.outcome import AnyReport, GradeReport, MutationReport, ReplayReport
from verifier.report.grades import grade_page
from verifier.report.layout import Line, page
from verifier.report.mutants import mutation_page
from verifier.report.replays import replay_page


def page_of(report: AnyReport, width: int | None, expect: bool = False) -> Iterator[Line]:
    """Every line, for a width or for none."""
    if isinstance(report, ReplayReport):
        return replay_page(report, width)
    if isinstance(report, GradeReport):
        return grade_page(report, width)
    if isinstance(report, MutationReport):
        return mutation_page(report, width)
    return page(report, width, expect)
