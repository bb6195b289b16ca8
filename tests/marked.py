"""Documents that are marked: beside `NAME` stands `NAME.marks`, a line of the document and what
each relation on it deserves.

`true` and `sloppy` lines hold, `false` ones don't, `unstated` ones would under what nobody states,
`foreign` ones the language can't say, `define` and `model` declare.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from verifier.outcome import DerivationReport, Verdict

BAD = {Verdict.REFUTED, Verdict.ILL_FORMED}
FITTING: dict[str, set[str]] = {
    "true": {"proved"},
    "sloppy": {"proved", "define", "model"},
    "false": {"refuted", "ill-formed"},
    "unstated": {"unproved"},
    "define": {"define"},
    "model": {"model"},
    "foreign": {"not-judged"},
}
OWN = FITTING.keys() - {"foreign"}  # what is in the language
ACCEPTED = {"proved", "define", "model"}

Outcome = tuple[int, str, str]  # a line, its mark, and what is said of it


def marks(document: Path) -> dict[int, list[str]]:
    text = document.with_name(f"{document.name}.marks").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines())
    return {int(number): found for number, *found in rows}


def verdicts(report: DerivationReport) -> dict[int, list[str]]:
    """What is said of each line of a document, in the order of its relations."""
    reading = report.reading
    assert reading is not None
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for step in report.steps:
        found[step.line].append((step.column, step.verdict))
    for line in reading.declared:
        found[line.line].append((line.column, line.kind))
    for left in reading.not_judged:
        where = left.why.location
        found[left.line].append((where.column if where else 0, "not-judged"))
    return {number: [said for _, said in sorted(said)] for number, said in found.items()}


def outcomes(marked: Mapping[int, list[str]], report: DerivationReport) -> list[Outcome]:
    """Each mark with what is said of it; `lost` where nothing is."""
    said = verdicts(report)
    found = []
    for number, expected in marked.items():
        here = [*said.get(number, ())]
        here += ["lost"] * (len(expected) - len(here))
        found += [(number, mark, verdict) for mark, verdict in zip(expected, here, strict=False)]
    return found


def share(found: Iterable[Outcome], mark: Iterable[str], fitting: Iterable[str]) -> float:
    of_marks = [verdict for _, each, verdict in found if each in {*mark}]
    return sum(verdict in {*fitting} for verdict in of_marks) / len(of_marks)


def as_marked(found: Iterable[Outcome]) -> float:
    fitting = [verdict in FITTING[mark] for _, mark, verdict in found if mark in OWN]
    return sum(fitting) / len(fitting)
