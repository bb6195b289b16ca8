"""`--mutate`: which slips are tried, who refuses them, and that one accepted is a failure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from derivation_table import SHIPPED

import cli
from verifier import mutate
from verifier.commands import mutate as mutation
from verifier.derivation.derivation import Derivation
from verifier.derivation.loader import derivation
from verifier.derivation.source import text_source
from verifier.errata.edits import KINDS
from verifier.judge.checked import checked_file
from verifier.judge.lines import RELATIONS
from verifier.outcome import ExitStatus, Fate, Mutant, Mutation, MutationReport, Progress
from verifier.report import plain

SMALL = """\
title: A bound
model: [p(z), q(z)]
start: KL(q(z) || p(z))
steps:
  - eq: E_{q(z)}[log(q(z) / p(z))]
    by: kl
  - ge: 0
    by: gibbs
  - so: H(q(z), p(z)) >= H(q(z))
    by: [gibbs, kl, entropy, log-rules, linearity]
claim: H(q(z), p(z)) >= H(q(z))
"""
KL = SHIPPED["kl"]
# Of the shipped derivations those that take little; `--mutate derivations` does the others.
QUICK = ("jensen", "bayes", "blog/bayes-theorem", "blog/zero-forcing")
# Their slips, of ten for each step, that hold though they are not proved: seen by hand. Any other
# line that is not proved has to be refuted.
HOLDING = {
    "jensen": {">= E_{q(z)}[log((log p(x, z)) / q(z))]"},  # log p <= p
    "bayes": {
        "0 = sqrt(-ln q(z) + ln q(z))",
        "ln u <= sqrt(u - 1)",
        "-ln u >= log(1 - u)",
        ">= ln log p(x, z) - ln q(z) + 1 - p(z | x) / q(z)",
        "ln p(x) >= int p(z) (ln p(x, z) - ln q(z) + 1 - p(z | x) / q(z)) dz",  # at each z
        "ln p(x) >= int q(z) (ln p(x, z) - ln q(z) + 1 - q(z) / p(z | x)) dz",  # E_q[q / p] >= 1
    },
    "blog/zero-forcing": {"q_theta(z | x) = 0", "sqrt(p(z | x)) = 0", "sqrt(q_theta(z | x)) = 0"},
}


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Path]:
    """A small derivation, with parts of its text replaced."""

    def write(*changes: tuple[str, str]) -> Path:
        text = SMALL
        for old, new in changes:
            assert text.count(old) == 1
            text = text.replace(old, new)
        file = tmp_path / "small.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def only(report: MutationReport) -> Mutation:
    (found,) = report.files
    assert found.error is None
    return found


def by_text(found: Mutation, step: int) -> dict[str, Mutant]:
    return {mutant.text: mutant for mutant in found.mutants if mutant.step == step}


def test_each_slip_gets_its_fate(small: Callable[..., Path]) -> None:
    found = only(mutate(small(), most=None))
    expected = {
        1: {
            ">= E_{q(z)}[log(q(z) / p(z))]": ("weaker", Fate.TRUE),
            "= -E_{q(z)}[log(q(z) / p(z))]": ("sign", Fate.REFUTED),
            "= E_{q(z)}[log(-(q(z) / p(z)))]": ("sign", Fate.UNSEEN),
            "= E_{q(z)}[(q(z) / p(z))]": ("log", Fate.REFUTED),
            "= E_{p(z)}[log(q(z) / p(z))]": ("distribution", Fate.REFUTED),
            "= E_{p(z)}[E_{q(z)}[log(q(z) / p(z))]]": ("expectation", Fate.TRUE),
            "= E_{q(z)}[log(p(z) / q(z))]": ("inverse", Fate.REFUTED),
            "= (log(q(z) / p(z)))": ("dropped", Fate.REFUTED),
            "= E_{q(z)[log(q(z) / p(z))]": ("bracket", Fate.ILL_FORMED),
        },
        2: {
            "= 0": ("relation", Fate.REFUTED),
            "<= 0": ("relation", Fate.REFUTED),
            ">= 1": ("coefficient", Fate.REFUTED),
            ">= 0 - log p(z)": ("term", Fate.REFUTED),
        },
        3: {
            "H(q(z), p(z)) <= H(q(z))": ("relation", Fate.REFUTED),
            "H(p(z), q(z)) >= H(q(z))": ("swapped", Fate.REFUTED),
            "H(q(z), q(z)) >= H(q(z))": ("distribution", Fate.TRUE),
            "H(q(z), p(z)) >= log H(q(z))": ("log", Fate.UNDECIDED),
            "KL(q(z) || p(z)) >= H(q(z))": ("entropy", Fate.REFUTED),
        },
    }
    for step, mutants in expected.items():
        known = by_text(found, step)
        assert {t: (known[t].kind, known[t].fate) for t in mutants} == mutants
    assert found.left_out == ()
    assert not any(mutant.fate is Fate.ACCEPTED for mutant in found.mutants)


@pytest.mark.parametrize("name", ["kl", "blog/zero-forcing"])  # the second is `strict`
def test_a_weaker_relation_is_proved_as_the_line_is(name: str) -> None:
    """By the rules cited, no others needed."""
    found = only(mutate(SHIPPED[name], most=1))
    weaker = [m for m in found.mutants if m.kind == "weaker" and m.fate is not Fate.ILL_FORMED]
    assert weaker
    assert {mutant.fate for mutant in weaker} == {Fate.TRUE}


def test_kl_end_to_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--mutate", "--per-step", "14", "--format", "json", str(KL)]) == 0
    whole = json.loads(capsys.readouterr().out)
    (file,) = whole["files"]
    counts: dict[str, int] = file["counts"]
    assert whole["counts"] == counts
    assert sum(counts.values()) == len(file["mutants"])
    assert counts[Fate.ACCEPTED] == 0
    assert counts[Fate.REFUTED] >= 0.95 * (counts[Fate.REFUTED] + counts[Fate.UNDECIDED])
    assert {mutant["step"] for mutant in file["mutants"]} == {*range(1, 12)}
    assert {note["code"] for note in file["left_out"]} == {"mutate-some"}
    weaker = [m for m in file["mutants"] if m["kind"] == "weaker" and m["fate"] != "ill-formed"]
    assert weaker
    assert all(m["fate"] == "still true" and m["agrees"] and m["rules"] for m in weaker)
    swapped = [m for m in file["mutants"] if m["kind"] == "swapped"]
    assert swapped
    assert all(m["fate"] == "refuted" and m["rules"] is None for m in swapped)


@pytest.fixture
def no_opinions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither opinion is asked: which slips there are does not depend on them."""
    monkeypatch.setattr(mutation, "kernel", lambda *_: None)
    monkeypatch.setattr(mutation, "worlds", lambda *_: None)


@pytest.mark.usefixtures("no_opinions")
def test_a_mutant_stands_where_it_is_said_to(small: Callable[..., Path]) -> None:
    file = small()
    lines = file.read_text(encoding="utf-8").splitlines()
    kinds = Counter[str]()
    for mutant in only(mutate(file, most=None)).mutants:
        if mutant.before in ("=", ">="):  # of a chain: its key stands there
            continue
        kinds[mutant.kind] += 1
        here = lines[mutant.line - 1][mutant.column - 1 :]
        assert here.startswith(mutant.before), mutant
        assert mutant.kind not in KINDS or mutant.before
    assert len(kinds) > 8  # or the loop has seen next to nothing


Opinion = Callable[..., Any]
YES: Opinion = lambda *_: ("jensen",)  # noqa: E731
NO: Opinion = lambda *_: None  # noqa: E731


def test_a_kernel_that_accepts_everything_is_noticed(
    small: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = small()
    refuted = {m for m in only(mutate(file, most=5)).mutants if m.fate is Fate.REFUTED}
    monkeypatch.setattr(mutation, "kernel", YES)
    report = mutate(file, most=5)
    accepted = [m for m in only(report).mutants if m.fate is Fate.ACCEPTED]
    assert {m.text for m in accepted} == {m.text for m in refuted}
    assert all(m.counterexample for m in accepted)
    assert report.exit_status() == ExitStatus.FAILED
    assert cli.main(["--mutate", "--per-step", "5", str(file)]) == ExitStatus.FAILED
    text = capsys.readouterr().out
    assert text == plain.render(report)
    listed = text.partition("FALSE AND ACCEPTED:\n")[2]
    for mutant in accepted:
        place = f"{file}:{mutant.line}:{mutant.column}: step {mutant.step}, {mutant.kind}:"
        assert f"{place} {mutant.text}\n    proved by jensen\n" in listed
    assert f"{len(accepted)} false and accepted\n" in text


def test_a_kernel_that_refuses_everything_leaves_nothing_true(
    small: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Counter(m.fate for m in only(mutate(small(), most=5)).mutants)
    monkeypatch.setattr(mutation, "kernel", NO)
    report = mutate(small(), most=5)
    after = Counter(m.fate for m in only(report).mutants)
    assert after[Fate.TRUE] == 0 < before[Fate.TRUE]
    assert after[Fate.UNDECIDED] == before[Fate.UNDECIDED] + before[Fate.TRUE]
    assert report.exit_status() == ExitStatus.VERIFIED


@pytest.mark.parametrize("told", [True, None])
def test_worlds_that_say_nothing_refute_nothing(
    told: bool | None, small: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutation, "worlds", lambda *_: told)
    monkeypatch.setattr(mutation, "SEARCHED", 50)
    fates = {m.fate for m in only(mutate(small(), most=6)).mutants}
    assert fates == {Fate.ILL_FORMED, *([Fate.TRUE, Fate.UNDECIDED] if told else [Fate.UNSEEN])}


def test_a_step_that_is_not_proved_is_not_mutated(small: Callable[..., Path]) -> None:
    report = mutate(small(("by: gibbs", "by: tower")), most=4)
    found = only(report)
    assert [(n.code, n.data.get("step")) for n in found.left_out if n.code != "mutate-some"] == [
        ("mutate-unproved", 2)
    ]
    assert {mutant.step for mutant in found.mutants} >= {1}
    assert 2 not in {mutant.step for mutant in found.mutants}
    assert report.exit_status() == ExitStatus.FAILED
    assert "small.yaml:7:9: step 2 is not proved as it stands" in plain.render(report)


@pytest.mark.parametrize(
    ("change", "step"),
    [(("E_{q(z)}[log(q(z)", "E_{q(z)}[log(q(w)"), 1), (("start: KL(q(z)", "start: KL(q(w)"), 0)],
)
def test_a_line_that_means_nothing_is_not_mutated(
    change: tuple[str, str], step: int, small: Callable[..., Path]
) -> None:
    report = mutate(small(change), most=2)
    codes = {n.data["step"]: n.code for n in only(report).left_out}
    assert codes[step] == "mutate-unproved"
    assert report.exit_status() == ExitStatus.FAILED


def test_rubbish_keeps_no_other_file_from_its_mutants(
    small: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small()
    texts = {"a": "title: [", "b": "x", "c": "", "z": SMALL.replace("gibbs", "nonsense")}
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    files = map(str, sorted(tmp_path.glob("*.yaml")))  # of a folder some would be skipped
    arguments = ["--mutate", "--per-step", "1", *files]
    assert cli.main(arguments) == ExitStatus.ERROR
    assert "small.yaml:\nA bound\n" in capsys.readouterr().out
    assert cli.main([*arguments, "--format", "json"]) == ExitStatus.ERROR
    found = json.loads(capsys.readouterr().out)["files"]
    assert {Path(f["file"]).stem for f in found if f["error"]} == {*texts, "bytes"}
    assert cli.main(["--mutate", str(tmp_path / "none.yaml")]) == ExitStatus.ERROR


@pytest.mark.parametrize(
    "arguments",
    [
        ["--mutate"],
        ["--per-step", "3", "x.yaml"],
        *(["--mutate", "--per-step", n, "x.yaml"] for n in ("-1", "all", "1e3", "9" * 5000)),
        *(["--mutate", o, "x.yaml"] for o in ("--expect", "--fix", "--necessity")),
        ["--mutate", "--grade", "a.yaml", "x.yaml"],
        ["--mutate", "--replay", "a.json", "x.yaml"],
        ["--mutate", "--handout", "a.tex", "x.yaml"],
        ["--mutate", "--rules"],
    ],
)
def test_wrong_calls(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == ExitStatus.ERROR
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("no_opinions")
def test_the_cap_takes_from_every_kind_and_is_said(small: Callable[..., Path]) -> None:
    every, some = (only(mutate(small(), most=most)) for most in (None, 25))
    assert {m.kind for m in some.mutants} == {m.kind for m in every.mutants}
    assert {m.text for m in some.mutants} < {m.text for m in every.mutants}
    for note in some.left_out:
        assert note.code == "mutate-some"
        assert note.data["of"] - note.data["count"] == 25
    assert [note.data["step"] for note in some.left_out] == [1, 3]
    assert only(mutate(small(), most=25)) == some  # the same each time


@pytest.mark.usefixtures("no_opinions")
def test_a_long_line_is_said_to_be_left_alone(small: Callable[..., Path]) -> None:
    long = "log(q(z) / p(z)" + " + 0" * 250 + ")"
    found = only(mutate(small(("log(q(z) / p(z))", long)), most=2))
    assert ("mutate-long", 1) in {(n.code, n.data["step"]) for n in found.left_out}
    assert {m.kind for m in found.mutants if m.step == 1} == {"weaker"}


@pytest.mark.usefixtures("no_opinions")
def test_progress_names_the_step(small: Callable[..., Path]) -> None:
    told: list[Progress] = []
    mutate(small(), most=1, progress=told.append)
    assert [progress.step for progress in told] == [None, 1, 2, 3]


@pytest.mark.parametrize("name", QUICK)
def test_each_false_mutant_of_what_ships_is_refuted_and_not_proved(name: str) -> None:
    """And each false one is refuted by the worlds. A sample; all of them by `elbo-verify --mutate
    --per-step 0 derivations`."""
    report = mutate(SHIPPED[name], most=10)
    fates = Counter(mutant.fate for mutant in report.mutants)
    assert report.exit_status() == ExitStatus.VERIFIED, plain.render(report)
    assert fates[Fate.REFUTED] >= 5
    assert fates[Fate.ACCEPTED] == 0
    undecided = {mutant.text for mutant in report.mutants if mutant.fate is Fate.UNDECIDED}
    assert undecided <= HOLDING.get(name, set())


def test_an_equality_that_fails_in_a_corner_only_is_refuted() -> None:
    """-KL for KL, where only worlds of three values and zeros tell."""
    (found,) = mutate(SHIPPED["blog/zero-forcing"], most=None).files
    signs = [m for m in found.mutants if m.step == 1 and m.kind in ("sign", "inverse", "power")]
    assert {m.fate for m in signs} <= {Fate.REFUTED, Fate.UNSEEN}
    assert sum(m.fate is Fate.REFUTED for m in signs) > 4


def test_the_first_worlds_that_break_a_line_tell_what_all_do() -> None:
    file = checked_file(derivation(text_source(SMALL, "<text>")), _alone)
    second = file.environment.second
    told = set()
    for task in file.run.tasks.values():
        conjecture = task.conjecture
        for relation in RELATIONS.values():
            other = replace(conjecture, statement=replace(conjecture.statement, relation=relation))
            (figure,) = second.figures([other])
            assert figure is not None
            assert second.holds(other) is figure.agrees
            told.add(figure.agrees)
    assert told == {True, False}


def _alone(_: str) -> Derivation:
    raise AssertionError
