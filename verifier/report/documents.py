"""What a document's report has beside its steps: as JSON, and as lines below them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from verifier.messages import message
from verifier.outcome import DerivationReport, Verdict
from verifier.report import words

if TYPE_CHECKING:
    from verifier.outcome import Place, ReadAs, Reading

Json = dict[str, Any]

# -- JSON ------------------------------------------------------------------------------------------


def place(found: Place | None) -> Json:
    """Where a step stands in its document."""
    if found is None:
        return {}
    beside = {} if found.cell is None else {"cell": found.cell, "line_in_cell": found.line_in_cell}
    return {
        "end_line": found.end_line,
        "display": found.display,
        "row": found.row,
        "chain": found.chain,
        **beside,
    }


def with_declared(report: DerivationReport, steps: list[Json]) -> list[Json]:
    """The steps with the lines between them that declare something and have no verdict."""
    if report.reading is None:
        return steps
    declared = [
        {
            "kind": each.kind,
            "line": each.line,
            "column": each.column,
            "text": each.text,
            "verdict": None,
            **place(each.place),
        }
        for each in report.reading.declared
    ]
    return sorted([*steps, *declared], key=lambda step: (step["line"], step["column"]))


def read_as(reading: Reading) -> Iterator[Json]:
    """What was read as what."""
    for each in reading.read_as:
        yield {"text": message(each.said), "line": each.line, "steps": [*each.steps]}


def not_judged(report: DerivationReport) -> Iterator[Json]:
    """What of a document was not judged."""
    for each in report.reading.not_judged if report.reading else ():
        yield {
            "file": report.file,
            "line": each.line,
            "end_line": each.end_line,
            "reason": message(each.why),
            "code": each.code,
            "text": each.text,
        }


# -- text ------------------------------------------------------------------------------------------


def totals(report: DerivationReport) -> str:
    """`11 of 14 displays judged, 23 steps: 21 proved, 1 refuted, 1 unproved; 3 not judged`."""
    reading = report.reading
    assert reading is not None
    counts = {verdict: sum(s.verdict is verdict for s in report.steps) for verdict in Verdict}
    said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    noun = "step" if len(report.steps) == 1 else "steps"
    steps = f"{len(report.steps)} {noun}" + (f": {said}" if said else "")
    left = f"; {len(reading.not_judged)} lines not judged" if reading.not_judged else ""
    return f"{reading.judged} of {reading.displays} displays judged, {steps}{left}"


def blocks(reading: Reading) -> Iterator[str]:
    """The blocks "Read as" and "Not judged", line by line."""
    section: str | None = None
    for each in reading.read_as:
        if each.section != section:
            section = each.section
            named = f', section "{words.one_line(section)}"' if section else ""
            yield f"Read as{named}"
        yield f"  line {each.line}: {words.one_line(message(each.said))}{_steps(each)}"
    if reading.not_judged:
        yield "Not judged"
    for left in reading.not_judged:
        lines = (
            f"line {left.line}"
            if left.line == left.end_line
            else (f"lines {left.line}-{left.end_line}")
        )
        yield f"  {lines}: {words.one_line(message(left.why))}: {words.one_line(left.text)[:100]}"


def _steps(each: ReadAs) -> str:
    return f"  ({words.steps_phrase(each.steps)})" if each.steps else ""
