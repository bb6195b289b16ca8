"""Derivations as people wrote them, retyped: each line is judged as it deserves.

A line that is true has no `expect` in its file, or is `unproved` as yet and says that it is true.
One that is false expects what it gets.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from verifier import verify
from verifier.derivation.derivation import Step
from verifier.derivation.loader import load
from verifier.outcome import StepReport, Verdict

FOLDER = Path(__file__).parent / "corpus" / "wild"
FILES = sorted(FOLDER.glob("*.yaml"))
TRUE = {Verdict.PROVED, Verdict.UNPROVED}
LEAST = 0.98  # of the true lines that are proved, today


@cache
def steps(file: Path) -> tuple[Step, ...]:
    return load(file).steps


def as_marked(report: StepReport) -> bool:
    """Whether a line is judged as its file expects: a true one may be proved before it is."""
    if report.expected is Verdict.UNPROVED and report.verdict is Verdict.PROVED:
        return True
    return report.verdict is report.expected


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_lines_are_judged_as_they_deserve(file: Path) -> None:
    (report,) = verify(file).derivations
    assert report.error is None, report.error
    assert not report.internal
    odd = [step for step in report.steps if not as_marked(step)]
    assert not odd, [(step.index, step.verdict, step.diagnostic) for step in odd]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_not_proved_says_that_it_is_true(file: Path) -> None:
    said = re.findall(r"expect: unproved(  # true)?$", file.read_text(encoding="utf-8"), re.M)
    assert said == ["  # true"] * sum(step.expect is Verdict.UNPROVED for step in steps(file))


def test_most_true_lines_are_proved() -> None:
    verdicts = [step.expect for file in FILES for step in steps(file)]
    true = [verdict for verdict in verdicts if verdict in TRUE]
    assert len(verdicts) - len(true) >= 20
    assert true.count(Verdict.PROVED) >= LEAST * len(true)
