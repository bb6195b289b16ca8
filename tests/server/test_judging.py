"""Processes that judge while one types: the newest text alone, and none that hangs or dies."""

from __future__ import annotations

import time
from collections.abc import Iterator
from multiprocessing import active_children

import pytest
from derivation_table import SHIPPED

from verifier.outcome import FileVerdict
from verifier.server.judging import Judges, is_ours

SHORT = "{title: t, model: [q(z)], start: '1', steps: [{eq: int q(z) dz}], claim: 1 = int q(z) dz}"
FALSE = SHORT.replace("[{eq: int", "[{eq: 2 int")
LONG = SHIPPED["blog/temporal"].read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def judges() -> Iterator[Judges]:
    made = Judges(1, patience=0.2)
    yield made
    made.close()
    assert active_children() == []


def test_a_text_is_judged_in_the_place_of_its_file(judges: Judges) -> None:
    report = judges.ask("a.yaml", SHORT).result(30)
    assert (report.file, report.verdict) == ("a.yaml", FileVerdict.VERIFIED)
    assert judges.ask("a.yaml", FALSE).result(30).steps[0].verdict == "refuted"
    empty = judges.ask("a.yaml", "").result(30).error
    assert empty is not None
    assert (empty.code, {**empty.data}) == ("empty-file", {})


def test_what_nobody_waits_for_holds_nothing_up(judges: Judges) -> None:
    first = judges.ask("a.yaml", LONG)
    time.sleep(0.5)
    second, third = judges.ask("a.yaml", FALSE), judges.ask("a.yaml", SHORT)
    other = judges.ask("b.yaml", SHORT)
    assert first.cancelled()
    assert second.cancelled()
    assert third.result(30).verdict == FileVerdict.VERIFIED
    assert other.result(30).verdict == FileVerdict.VERIFIED
    judges.forget("b.yaml")


def test_a_process_that_dies_is_said_to_and_another_takes_over(judges: Judges) -> None:
    answer = judges.ask("a.yaml", LONG)
    time.sleep(0.3)
    (process,) = active_children()
    process.kill()
    report = answer.result(30)
    assert report.error is not None
    assert (report.error.code, report.internal) == ("process-died", True)
    assert judges.ask("a.yaml", SHORT).result(30).verdict == FileVerdict.VERIFIED


@pytest.mark.parametrize(
    ("path", "text", "ours"),
    [
        ("a.yaml", SHORT, True),
        ("a.yaml", "title: t\nsteps:\n  - [", True),
        ("ci.yaml", "steps:\n  - run: make\n", False),
        ("a.yaml", "title: t\nsteps: \0", True),
        ("compose.yaml", "services: {web: {image: nginx}}", False),
        ("a.yaml", "", False),
        ("notes.md", "", True),
    ],
)
def test_what_is_judged_in_an_editor(path: str, text: str, ours: bool) -> None:
    assert is_ours(path, text) is ours
