"""A finding a line, `file:line:column: code: what is wrong`, and last which files call for a look:
for a terminal, `grep`, and what editors read of compilers."""

from __future__ import annotations

from verifier.outcome import DerivationReport, Report
from verifier.report.annotations import Annotation, annotated
from verifier.report.brief import last_line
from verifier.report.words import visible


def render(report: Report, expect: bool = False) -> str:
    """The lines."""
    return "".join(each(file, expect) for file in report.derivations) + last(report, expect)


def each(report: DerivationReport, expect: bool = False) -> str:
    """Those of one file, as soon as it is done."""
    return "".join(f"{_line(found)}\n" for found in annotated(report, expect))


def last(report: Report, expect: bool = False) -> str:
    """The last."""
    return f"{last_line(report, expect)}\n"


def _line(found: Annotation) -> str:
    where, advice = found.where, f" (hint: {found.hint})" if found.hint else ""
    place = f"{visible(found.file)}:{where.line}:{where.column}"
    return f"{place}: {found.code}: {' '.join(found.message.split())}{advice}"
