"""What ships is verified, and each of its twins, wrong in one place, is refused as it says."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
from derivation_table import (
    ROOT,
    SHIPPED,
    TWINS,
    as_expected,
    judged,
    judged_once,
    kept,
    label,
    leaves,
    twin_of,
)

import cli
from verifier.derivation.loader import load
from verifier.judge import file as judge
from verifier.outcome import DerivationReport, FileVerdict, Verdict

FLAVOURS = ("jensen", "kl", "bayes")


@pytest.mark.parametrize("file", SHIPPED.values(), ids=label)
def test_what_ships_is_verified_under_strict(file: Path) -> None:
    """And no theorem on the way fails in worlds in which its hypotheses hold."""
    report, held, failing = kept(file)
    assert [(step.index, step.verdict) for step in report.steps] == [
        (number, Verdict.PROVED) for number in range(1, len(report.steps) + 1)
    ]
    assert report.verdict is FileVerdict.VERIFIED
    assert report.numeric is not None
    places = leaves(file)
    assert report.numeric.samples >= (64 if ("assume", "1") in places else 4096)
    assert places["strict",] == "true"
    assert held
    assert not failing


def test_the_command_accepts_all_that_ships(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {load(file).source.digest: judged_once(file) for file in SHIPPED.values()}
    monkeypatch.setattr(judge, "check_file", lambda loaded, *_: known[loaded.source.digest])
    assert cli.main([str(ROOT / "derivations")]) == 0
    assert capsys.readouterr().out.endswith(f"{len(SHIPPED)} files: {len(SHIPPED)} verified\n")


@pytest.fixture
def undiagnosed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No effort on what a line was meant to be: the corpus is about that, and it takes the longest
    in sequences."""
    for name in ("diagnosed", "closing_line"):
        monkeypatch.setattr(f"verifier.judge.diagnosis.{name}", lambda *_: None)


@pytest.mark.parametrize("file", [f for f in TWINS if twin_of(f) in FLAVOURS], ids=label)
def test_twin_of_a_flavour_is_refused_as_it_says(file: Path) -> None:
    is_refused_as_it_says(judged_once(file))


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize("file", [f for f in TWINS if twin_of(f) not in FLAVOURS], ids=label)
def test_twin_is_refused_as_it_says(file: Path) -> None:
    is_refused_as_it_says(judged(file))


def is_refused_as_it_says(report: DerivationReport) -> None:
    assert report.expected is not FileVerdict.VERIFIED
    assert {step.index: step.verdict for step in report.steps} == {
        step.index: step.expected for step in report.steps
    }
    assert as_expected(report)


@pytest.mark.parametrize("file", TWINS, ids=label)
def test_twin_differs_in_one_place(file: Path) -> None:
    original, twin = leaves(SHIPPED[twin_of(file)]), leaves(file)
    places = {place for place, _ in original.items() ^ twin.items()}
    assert len(places) == 1, places
    assert file.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("name", SHIPPED)
def test_each_derivation_has_twins_of_many_classes(name: str) -> None:
    classes = {file.stem for file in TWINS if twin_of(file) == name}
    assert len(classes) >= 4
    if name in FLAVOURS:
        assert {"sign", "relation", "direction", "swapped", "log-lost"} <= classes
        assert {"wrong-distribution", "wrong-rule", "wrong-claim"} <= classes


def test_each_twin_is_of_a_derivation_that_ships() -> None:
    assert {twin_of(file) for file in TWINS} == {*SHIPPED}


def test_the_twins_expect_each_verdict_somewhere() -> None:
    assert {step.expect for file in TWINS for step in load(file).steps} == {*Verdict}


CHANGED = [  # a file, its text and another, and the concordance that no longer stands
    ("jensen", "claim: log p(x) >=", "claim: log p(x) =", "slides"),
    ("kl", "eq: E_{q(z)}[log q(z) - log p(x, z)] + log p(x)", "eq: log p(x)", "slides"),
    ("kl", "eq: E_{q(z)}[log q(z) - log p(x, z)] + log p(x)", "eq: log p(x)", "slides-tight"),
    ("kl", "eq: E_{q(z)}[log q(z) - log p(x, z)] + log p(x)", "eq: log p(x)", "both-sources"),
    ("kl", "claim: log p(x) >=", "claim: log p(x) =", "slides"),
    ("bayes", "claim: ln p(x) >=", "claim: ln p(x) =", "slides"),
    ("blog/kl-view", "claim: log p(x) >= L", "claim: log p(x) = L", "blog"),
    ("blog/kl-view", "log p(x) - L = KL(", "log p(x) - L = -KL(", "blog"),
    ("blog/observation-view", "claim: log p(x) >=", "claim: log p(x) =", "blog"),
    ("blog/observation-view", "+ H(q_theta(z | x)) = L", "= L", "blog"),
    ("blog/reconstruction", "claim: log p(x) >=", "claim: log p(x) =", "blog"),
    ("blog/reconstruction", "side: log p(x) - L =", "side: L - log p(x) =", "blog"),
    ("concordance/blog", "claim: log p(x) - ELBO =", "claim: ELBO - log p(x) =", "blog-tight"),
    ("blog/temporal", "claim: log p(x_{0:t}) >=", "claim: log p(x_{0:t}) =", "temporal"),
    ("blog/temporal", "- ELBO = KL(", "- ELBO = -KL(", "temporal-tight"),
    ("papers/importance-weighted", "side: L_K >=", "side: L_K =", "importance-weighted"),
    ("concordance/blog", "so: log p(x) - ELBO =", "so: ELBO - log p(x) =", "importance-weighted"),
    ("papers/diffusion", "= E_{q(x_0)}[KL(q(x_{1:T}", "= E_{q(x_0)}[KL(q(x_T", "diffusion"),
]


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize(("name", "text", "other", "concordance"), CHANGED)
def test_change_in_a_route_shows_in_the_concordance(
    name: str, text: str, other: str, concordance: str, tmp_path: Path
) -> None:
    copytree(ROOT / "derivations", tmp_path, dirs_exist_ok=True)
    changed = tmp_path / f"{name}.yaml"
    before = changed.read_text(encoding="utf-8")
    assert before.count(text) == 1
    changed.write_text(before.replace(text, other), encoding="utf-8")
    report = judged(tmp_path / "concordance" / f"{concordance}.yaml")
    assert report.verdict is FileVerdict.FAILED
    assert any(step.verdict is Verdict.UNPROVED for step in report.steps)
