"""What ships is verified, and each of its twins, wrong in one place, is refused as it says."""

from __future__ import annotations

import pytest
from derivation_table import (
    FLAVOURS,
    LIBRARY,
    ROOT,
    SHIPPED,
    TABLE,
    TWINS,
    as_expected,
    from_its_place,
    judged,
    judged_once,
    kept,
    leaves,
    load_beside,
    path,
)
from twins import TABLE as TWIN_TABLE

import cli
from verifier.derivation.derivation import Derivation
from verifier.derivation.loader import load, load_text
from verifier.judge import file as judge
from verifier.judge.checked import Library, checked_file, continued
from verifier.judge.file import report_of
from verifier.outcome import FileVerdict, Verdict


@pytest.mark.parametrize("name", TABLE)
def test_row_is_judged_as_it_says(name: str) -> None:
    report = judged_once(name)
    assert (report.expected is FileVerdict.VERIFIED) == (name in SHIPPED)
    if report.error is None:  # of a file that can't be judged some steps are said beside
        assert {step.index: step.verdict for step in report.steps} == {
            step.index: step.expected for step in report.steps
        }
    assert as_expected(report)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_is_verified_under_strict(name: str) -> None:
    """And no theorem on the way fails in worlds in which its hypotheses hold."""
    report, held, failing = kept(name)
    assert [(step.index, step.verdict) for step in report.steps] == [
        (number, Verdict.PROVED) for number in range(1, len(report.steps) + 1)
    ]
    assert report.verdict is FileVerdict.VERIFIED
    assert report.numeric is not None
    places = leaves(SHIPPED[name])
    assert report.numeric.samples >= (64 if ("assume", "1") in places else 4096)
    assert places["strict",] == "true"
    assert held
    assert not failing


def test_the_command_accepts_all_that_ships(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {load(file).source.digest: judged_once(name) for name, file in SHIPPED.items()}
    monkeypatch.setattr(judge, "check_file", lambda loaded, *_: known[loaded.source.digest])
    assert cli.main([str(ROOT / "derivations")]) == 0
    assert capsys.readouterr().out.endswith(f"{len(SHIPPED)} files: {len(SHIPPED)} verified\n")


@pytest.mark.parametrize(
    "name",
    [
        *("kl/sign", "kl/out-of-binder", "kl/wrong-claim", "kl/turned-round", "bayes/direction"),
        *("jensen/rule-missing", "jensen/sign"),
    ],
)
def test_twin_judged_from_its_place_on_gets_the_report_of_the_whole(name: str) -> None:
    assert from_its_place(name) == judged(path(name))


@pytest.mark.parametrize("name", TWINS)
def test_twin_differs_in_one_place(name: str) -> None:
    original, twin = leaves(SHIPPED[TWINS[name].of]), leaves(path(name))
    places = {place for place, _ in original.items() ^ twin.items()}
    assert len(places) == 1, places


def test_each_fault_of_a_derivation_has_one_line() -> None:
    lines = TWIN_TABLE.read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("  ") for line in lines) == len(TWINS)


@pytest.mark.parametrize("name", SHIPPED)
def test_each_derivation_has_twins_of_many_classes(name: str) -> None:
    classes = {twin.fault for twin in TWINS.values() if twin.of == name}
    assert len(classes) >= 4
    if name in FLAVOURS:
        assert {"sign", "relation", "direction", "swapped", "log-lost"} <= classes
        assert {"wrong-distribution", "wrong-rule", "wrong-claim"} <= classes


def test_each_twin_is_of_a_derivation_that_ships() -> None:
    assert {twin.of for twin in TWINS.values()} == {*SHIPPED}


def test_the_twins_expect_each_verdict_somewhere() -> None:
    expected = {verdict for twin in TWINS.values() for verdict in twin.verdicts.values()}
    assert expected == {*Verdict} - {Verdict.PROVED}


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


@pytest.mark.parametrize(("name", "text", "other", "concordance"), CHANGED)
def test_change_in_a_route_shows_in_the_concordance(
    name: str, text: str, other: str, concordance: str
) -> None:
    route, file = load(SHIPPED[name]), SHIPPED[f"concordance/{concordance}"]
    assert route.source.text.count(text) == 1
    changed = load_text(route.source.text.replace(text, other), route.source.name)

    def loaded(name: str) -> Derivation:
        found = load(file.parent / name)
        return changed if found.source.path == route.source.path else found

    library = Library({**LIBRARY.files})
    if (known := library.files.get(route.source.path)) is not None:  # from the change on
        library.enter(continued(known, changed, load_beside(name), library, explains=False))
    # What a line was meant to be takes the longest.
    report = report_of(checked_file(load(file), loaded, library, explains=False))
    assert report.verdict is FileVerdict.FAILED
    assert any(step.verdict is Verdict.UNPROVED for step in report.steps)
