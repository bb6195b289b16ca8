"""Searches in more worlds than a report looks at of itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest
from derivation_table import ROOT

from cli import main
from verifier import verify
from verifier.commands.jobs import Job
from verifier.commands.judging import Asked, report_on
from verifier.derivation.source import text_source
from verifier.judge.sampling import Conjecture, SecondOpinion
from verifier.outcome import Counterexample, DerivationReport, Numeric, Verdict
from verifier.outcome.search import Search, joined

KL = ROOT / "derivations" / "kl.yaml"
FALSE = """
title: a square of a mean
model: [p(x)]
functions: [f(x)]
start: E_{p(x)}[f(x)^2]
steps:
  - le: E_{p(x)}[f(x)]^2
claim: E_{p(x)}[f(x)^2] <= E_{p(x)}[f(x)]^2
"""


def searched(text: str, *parts: Search) -> list[DerivationReport]:
    job = Job("<text>", partial(text_source, text, "<text>"))
    return [report_on(job, Asked(search=part)) for part in parts]


def test_statements_are_looked_at_in_as_many_worlds_as_asked_for() -> None:
    few, many = (verify(KL, worlds=worlds).derivations[0] for worlds in (0, 20_000))
    assert few.numeric is not None
    assert many.numeric is not None
    assert few.numeric.samples < 20_000 <= many.numeric.samples
    assert {s.numeric.samples for s in many.steps if s.numeric} == {many.numeric.samples}
    assert many.verdict is few.verdict
    assert all(s.numeric and s.numeric.agrees for s in many.steps)


def test_worlds_are_those_of_the_seed() -> None:
    first, again, other = (
        [step.numeric for step in verify(KL, worlds=1, seed=seed).derivations[0].steps]
        for seed in (3, 3, 4)
    )
    assert first == again != other


@pytest.mark.parametrize("batches", [1, 2, 64, 129, 1000])
def test_parts_of_a_search_are_the_whole(batches: int) -> None:
    whole = Search(batches * 4096, 5)
    for parts in ([*whole.parts()], [Search(whole.worlds, 5, (i, 7)) for i in range(7)]):
        assert [seed for part in parts for seed in part.seeds] == [*whole.seeds]
    assert len(whole.seeds) == batches


def test_reports_of_parts_come_to_that_of_the_whole() -> None:
    text = KL.read_text(encoding="utf-8")
    (whole,) = searched(text, Search(5 * 4096, 1))
    parts = searched(text, *(Search(5 * 4096, 1, (i, 3)) for i in range(3)))
    assert joined(parts) == whole
    assert joined([joined(parts[:2]), parts[2]]) == whole


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> int:
    """A batch before which no world breaks anything."""
    seed = Search(1, 1).seeds[0] + 3
    refute = SecondOpinion.refute

    def refuted(second: SecondOpinion, conjecture: Conjecture) -> Counterexample | None:
        return None if second.seed < seed else refute(second, conjecture)

    def figures(second: SecondOpinion, about: Sequence[Conjecture]) -> list[Numeric | None]:
        return [Numeric(4096, second.seed < seed, -0.5) for _ in about]

    monkeypatch.setattr(SecondOpinion, "refute", refuted)
    monkeypatch.setattr(SecondOpinion, "figures", figures)
    monkeypatch.setattr(SecondOpinion, "probable", lambda *_: True)
    return 3


def test_step_that_fails_in_a_later_world_is_refuted(late: int) -> None:
    """By whichever part comes to it, and the batches after that are not looked at."""
    (whole,) = searched(FALSE, Search(6 * 4096, 1))
    (step,) = whole.steps
    assert step.verdict is Verdict.REFUTED
    assert step.counterexample is not None
    assert step.diagnostic is not None
    assert step.diagnostic.code == "refuted"
    assert step.numeric == Numeric((1 + late + 1) * 4096, False, -0.5)
    for parts in (2, 3, 6):
        found = searched(FALSE, *(Search(6 * 4096, 1, (i, parts)) for i in range(parts)))
        assert joined(found) == whole
    (before,) = searched(FALSE, Search(late * 4096, 1))
    assert before.steps[0].verdict is Verdict.UNPROVED


def test_proved_step_that_fails_is_an_error_of_the_verifier(
    late: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (refuted,) = searched(FALSE, Search((late + 1) * 4096, 1))
    world = refuted.steps[0].counterexample
    monkeypatch.setattr(SecondOpinion, "refute", lambda second, _: world if second.seed else None)
    (whole,) = searched(FALSE.replace("- le:", "- ge:").replace("<=", ">="), Search(6 * 4096, 1))
    assert whole.internal
    assert whole.problem is not None
    assert whole.problem.code == "contradiction"
    assert whole.steps[0].counterexample == world


@pytest.mark.parametrize("given", ["0", "1e19", "-1", "1.5", "many", "1e"])
def test_number_of_worlds_is_one(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(KL), "--worlds", given]) == 2
    assert "not a number from 1 to 1e18" in capsys.readouterr().err
