"""Documents as people write them: each line is judged as it is marked, and none is lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from derivation_table import judged_once as judged
from marked import ACCEPTED, BAD, FITTING, OWN, Outcome, as_marked, marks, outcomes, share

from verifier import verify
from verifier.judge.later import Later

FOLDER = Path(__file__).parent / "corpus"
EXPLAINED = ["bayes.tex", "bottleneck-variational.tex", "coordinate.tex", "entropies.md"]
DOCUMENTS = sorted(path.with_suffix("") for path in FOLDER.glob("*.marks"))


def found(document: Path) -> list[Outcome]:
    return outcomes(marks(document), judged(document))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_false_line_is_proved_and_none_is_lost(document: Path) -> None:
    wrong = [
        (number, mark, verdict)
        for number, mark, verdict in found(document)
        if verdict == "lost" or (mark == "false" and verdict in ACCEPTED)
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


def test_the_bars() -> None:
    every = [each for document in DOCUMENTS for each in found(document)]
    counts = Counter(mark for _, mark, _ in every)
    assert counts["false"] >= 30
    assert counts["sloppy"] >= 25
    assert share(every, OWN, {"unproved", *BAD, *ACCEPTED}) >= 0.9
    assert as_marked(every) >= 0.88
    assert share(every, {"false"}, FITTING["false"]) >= 0.88
    assert share(every, {"true", "sloppy"}, BAD) <= 0.02


@pytest.mark.parametrize("name", EXPLAINED)
def test_a_line_is_explained_later_as_it_is_at_once(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once nothing is found under which it would hold."""
    known = judged(FOLDER / name)
    assert any(step.diagnosis for step in known.steps)

    monkeypatch.setattr(Later, "explained", lambda *_: None)
    assert verify(FOLDER / name).derivations == (known,)
