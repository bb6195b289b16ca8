"""What ships is verified, and each of its twins, wrong in one place, is refused as it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from derivation_table import ROOT, SHIPPED, TWINS, as_expected, judged, label, leaves

import cli
from verifier.language.loader import load
from verifier.outcome import FileVerdict, Verdict


@pytest.mark.parametrize("file", SHIPPED.values(), ids=label)
def test_what_ships_is_verified_under_strict(file: Path) -> None:
    report = judged(file)
    assert [(step.index, step.verdict) for step in report.steps] == [
        (number, Verdict.PROVED) for number in range(1, len(report.steps) + 1)
    ]
    assert report.verdict is FileVerdict.VERIFIED
    assert report.numeric is not None
    assert report.numeric.samples >= 4096
    assert leaves(file)["strict",] == "true"


def test_the_command_accepts_all_that_ships(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([str(ROOT / "derivations")]) == 0
    assert capsys.readouterr().out.endswith(f"{len(SHIPPED)} files: {len(SHIPPED)} verified\n")


@pytest.mark.parametrize("file", TWINS, ids=label)
def test_twin_is_refused_as_it_says(file: Path) -> None:
    report = judged(file)
    assert report.expected is not FileVerdict.VERIFIED
    assert {step.index: step.verdict for step in report.steps} == {
        step.index: step.expected for step in report.steps
    }
    assert as_expected(report)


@pytest.mark.parametrize("file", TWINS, ids=label)
def test_twin_differs_in_one_place(file: Path) -> None:
    original, twin = leaves(SHIPPED[file.parent.name]), leaves(file)
    places = {place for place, _ in original.items() ^ twin.items()}
    assert len(places) == 1, places
    assert file.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("name", SHIPPED)
def test_each_derivation_has_twins_of_many_classes(name: str) -> None:
    classes = {file.stem for file in TWINS if file.parent.name == name}
    assert {"sign", "relation", "direction", "swapped", "log-lost"} <= classes
    assert {"wrong-distribution", "wrong-rule", "wrong-claim"} <= classes
    assert len(classes) >= 8


def test_the_twins_expect_each_verdict_somewhere() -> None:
    assert {step.expect for file in TWINS for step in load(file).steps} == {*Verdict}
