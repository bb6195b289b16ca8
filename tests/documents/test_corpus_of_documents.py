"""Documents as people write them: each line is judged as it is marked, and none is lost.

Beside `NAME` stands `NAME.marks`: a line of the document and what each relation on it deserves.
`true` and `sloppy` lines hold, `false` ones don't, `foreign` ones the language can't say, `define`
and `model` declare.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from verifier import verify
from verifier.outcome import DerivationReport, Verdict

FOLDER = Path(__file__).parent / "corpus"
DOCUMENTS = sorted(path.with_suffix("") for path in FOLDER.glob("*.marks"))
BAD = {Verdict.REFUTED, Verdict.ILL_FORMED}
FITTING: dict[str, set[str]] = {
    "true": {"proved"},
    "sloppy": {"proved", "define"},
    "false": {"refuted", "ill-formed"},
    "define": {"define"},
    "model": {"model"},
    "foreign": {"not-judged"},
}


def marks(document: Path) -> dict[int, list[str]]:
    text = document.with_name(f"{document.name}.marks").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines())
    return {int(number): found for number, *found in rows}


@cache
def judged(document: Path) -> DerivationReport:
    (report,) = verify(document).derivations
    return report


@cache
def verdicts(document: Path) -> dict[int, list[str]]:
    """What is said of each line of a document, in the order of its relations."""
    reading = judged(document).reading
    assert reading is not None
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for step in judged(document).steps:
        found[step.line].append((step.column, step.verdict))
    for line in reading.declared:
        found[line.line].append((line.column, line.kind))
    for left in reading.not_judged:
        found[left.line].append(
            (left.why.location.column if left.why.location else 0, "not-judged")
        )
    return {number: [said for _, said in sorted(said)] for number, said in found.items()}


def outcomes(document: Path) -> list[tuple[int, str, str]]:
    """Each mark of a document with what is said of it; `lost` where nothing is."""
    said = verdicts(document)
    found = []
    for number, expected in marks(document).items():
        here = [*said.get(number, ())]
        here += ["lost"] * (len(expected) - len(here))
        found += [(number, mark, verdict) for mark, verdict in zip(expected, here, strict=False)]
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_false_line_is_proved_and_none_is_lost(document: Path) -> None:
    wrong = [
        (number, mark, verdict)
        for number, mark, verdict in outcomes(document)
        if verdict == "lost" or (mark == "false" and verdict in ("proved", "define", "model"))
    ]
    assert not wrong
    assert not judged(document).internal


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_step_is_where_no_formula_is(document: Path) -> None:
    assert {step.line for step in judged(document).steps} <= marks(document).keys()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_display_is_judged_or_said_not_to_be(document: Path) -> None:
    report = judged(document)
    assert report.reading is not None
    said = {step.place.display for step in report.steps if step.place}
    said |= {line.place.display for line in report.reading.declared}
    said |= {left.display for left in report.reading.not_judged}
    assert said - {0} == {*range(1, report.reading.displays + 1)}


def share(mark: set[str], fitting: set[str]) -> float:
    found = [o for document in DOCUMENTS for o in outcomes(document) if o[1] in mark]
    return sum(verdict in fitting for _, _, verdict in found) / len(found)


def test_the_bars() -> None:
    every = [o for document in DOCUMENTS for o in outcomes(document)]
    counts = Counter(mark for _, mark, _ in every)
    assert counts["false"] >= 30
    assert counts["sloppy"] >= 25
    own = {"true", "sloppy", "false", "define", "model"}
    assert share(own, {"proved", "refuted", "ill-formed", "unproved", "define", "model"}) >= 0.9
    fitting = [v in FITTING[mark] for _, mark, v in every if mark != "foreign"]
    assert sum(fitting) / len(fitting) >= 0.88
    assert share({"false"}, {*map(str, BAD)}) >= 0.88
    assert share({"true", "sloppy"}, {*map(str, BAD)}) <= 0.02
