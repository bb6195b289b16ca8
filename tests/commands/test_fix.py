"""`--fix`: which rules it writes, that the result is judged first, and how a file is replaced."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from derivation_table import SHIPPED, TWINS, judged_once, path

import cli
from verifier.commands import fix as command
from verifier.commands.fix import fix
from verifier.commands.judging import report_on
from verifier.derivation.loader import load
from verifier.derivation.rewrite import with_rules
from verifier.derivation.source import read_source
from verifier.messages import message
from verifier.outcome import DerivationReport, Verdict

TEXT = """\
# A comment at the top.
title: three ways to cite
model: ["p(x, z)", q(z)]
start: KL(q(z) || p(z | x))
steps:
  - eq: E_{q(z)}[log(q(z) / p(z | x))]   # nothing is cited
    note: by definition
  - eq: E_{q(z)}[log q(z) - log p(z | x)]
    by: [jensen, chain-rule]  # not these
  - eq: >-
      E_{q(z)}[log q(z)]
      - E_{q(z)}[log p(z | x)]
    by: linearity
claim: KL(q(z) || p(z | x)) = E_{q(z)}[log q(z)] - E_{q(z)}[log p(z | x)]
"""
FIXED = (
    TEXT.replace("nothing is cited\n", "nothing is cited\n    by: kl\n")
    .replace("[jensen, chain-rule]", "[log-rules]")
)  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Write a derivation to a file."""

    def write(text: str = TEXT, name: str = "a.yaml") -> Path:
        file = tmp_path / name
        file.write_bytes(text.encode())
        return file

    return write


def fixed(*files: Path) -> tuple[DerivationReport, ...]:
    return fix(*files).derivations


def said(report: DerivationReport) -> list[str]:
    return [message(found) for found in report.fixes or ()]


def test_rules_are_inferred_and_corrected(written: Callable[..., Path]) -> None:
    file = written()
    (report,) = fixed(file)
    assert file.read_text() == FIXED
    assert said(report) == [
        "step 1: by: (none) -> kl",
        "step 2: by: [jensen, chain-rule] -> log-rules",
    ]
    assert [found.location and found.location.line for found in report.fixes or ()] == [6, 9]
    assert report.verdict == "verified"
    assert report.digest == read_source(file).digest
    (again,) = fixed(file)
    assert (again.fixes, file.read_text()) == ((), FIXED)


@pytest.mark.parametrize("before", ["\ufeff", ""])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_marks_and_line_ends_stay(
    before: str, ending: str, last: bool, written: Callable[..., Path]
) -> None:
    def form(text: str) -> str:
        return before + (text if last else text.rstrip()).replace("\n", ending)

    file = written(form(TEXT))
    assert fixed(file)[0].unfixed is None
    assert file.read_bytes() == form(FIXED).encode()


LEFT_ALONE = {
    "proved as it is": FIXED,
    "a rule too many": FIXED.replace("by: linearity", "by: [linearity, swap]"),
    "meant to be wrong": FIXED.replace("by: kl", "by: jensen\n    expect: wrong-rule"),
    "false": FIXED.replace("- E_{q(z)}[log p", "+ E_{q(z)}[log p").replace(
        "    by: linearity\n", ""
    ),
    "means nothing": FIXED.replace("{q(z)}[log q(z)]\n", "{y}[1]\n").replace(
        "    by: linearity\n", ""
    ),
    "no derivation": FIXED.replace("title", "titel"),
}


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_is_left_alone(text: str, written: Callable[..., Path]) -> None:
    file = written(text)
    before = file.stat()
    (report,) = fixed(file)
    assert not report.fixes
    assert report.unfixed is None
    assert (file.stat().st_ino, file.read_text()) == (before.st_ino, text)


def test_tidying_rules_are_written_under_strict_only(written: Callable[..., Path]) -> None:
    line = "-E_{q(z)}[log p(z) - log q(z)]"
    for strict, rules in (("false", "kl"), ("true", "[log-rules, linearity, kl]")):
        text = f"title: t\nstrict: {strict}\nmodel: [p(z), q(z)]\nstart: KL(q(z) || p(z))\n"
        text += f"steps:\n- eq: {line}\n  by: swap\nclaim: KL(q(z) || p(z)) = {line}\n"
        (report,) = fixed(written(text))
        assert said(report) == [f"step 1: by: swap -> {rules}"]
        assert report.verdict == "verified"


def test_strict_file_gets_all_rules(written: Callable[..., Path]) -> None:
    step = "-E_{q(z)}[log p(z) - log q(z)]"
    text = "title: t\nstrict: true\nmodel: [p(z), q(z)]\nstart: KL(q(z) || p(z))\nsteps:\n"
    end = f"- eq: {step}\n  by: kl\nclaim: KL(q(z) || p(z)) = {step}\n"
    file = written(text + end)
    (report,) = fixed(file)
    assert said(report) == ["step 1: by: kl -> [log-rules, linearity, kl]"]
    assert (report.verdict, report.steps[0].remarks) == ("verified", ())


def test_steps_that_wait_for_another_file(written: Callable[..., Path]) -> None:
    text = "title: l\nmodel: [p(z), q(z)]\nsteps:\n- so: KL(q(z) || p(z)) >= 0\n"
    lemma, user = text + "  by: swap\n  label: l\n", text + "  using: z.yaml#l\n"
    claim = "claim: KL(q(z) || p(z)) >= 0\n"
    files = [written(user + claim, "a.yaml"), written(lemma + claim, "z.yaml")]
    first, second = fixed(*files)
    assert said(second) == ["step 1: by: swap -> gibbs"]
    assert said(first) == ["step 1: by: (none) -> algebra"]
    assert all(not report.fixes for report in fixed(*files))


# -- the file itself -----------------------------------------------------------------------------


def test_mode_stays_and_nothing_else_is_left_behind(written: Callable[..., Path]) -> None:
    file = written()
    file.chmod(0o640)
    assert fixed(file)[0].fixes
    assert file.stat().st_mode & 0o777 == 0o640
    assert [*file.parent.iterdir()] == [file]


def refused(file: Path, code: str, text: str = TEXT) -> None:
    """The file stays as it is, with a message and status 2."""
    report = fix(file)
    (found,) = report.derivations
    assert found.unfixed is not None
    assert (found.unfixed.code, found.fixes, report.exit_status()) == (code, (), 2)
    assert file.read_text() == text
    assert not [*file.parent.glob(".elbo*")]


def test_read_only_file(written: Callable[..., Path]) -> None:
    file = written()
    file.chmod(0o444)
    refused(file, "fix-read-only")


def test_symbolic_link(written: Callable[..., Path]) -> None:
    file = written()
    link = file.parent / "link.yaml"
    link.symlink_to(file)
    refused(link, "fix-link")
    assert link.is_symlink()


def test_folder_that_takes_no_file(
    written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    file = written()
    monkeypatch.setattr(os, "replace", fail)
    refused(file, "fix-unwritable")


def test_file_that_changes_meanwhile(
    written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written()
    judged = report_on

    def meddling(*arguments: object) -> DerivationReport:
        report: DerivationReport = judged(*arguments)  # type: ignore[arg-type]
        file.write_text(TEXT + "# a line more\n")
        return report

    monkeypatch.setattr(command, "report_on", meddling)
    refused(file, "fix-changed", TEXT + "# a line more\n")


def spoilt(index: int, verdict: Verdict, since: int = 1) -> Callable[..., DerivationReport]:
    """A judge that from its second judgement on is of another mind on one step."""
    judged, count = report_on, iter(range(99))

    def judge(*arguments: object) -> DerivationReport:
        report: DerivationReport = judged(*arguments)  # type: ignore[arg-type]
        if next(count) < since:
            return report
        steps = [replace(s, verdict=verdict) if s.index == index else s for s in report.steps]
        return replace(report, steps=tuple(steps))

    return judge


def test_result_that_is_judged_worse(
    written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "report_on", spoilt(3, Verdict.UNPROVED))
    refused(written(), "fix-worse")


def test_rules_that_do_not_do_are_not_written(
    written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "report_on", spoilt(2, Verdict.WRONG_RULE))
    file = written()
    (report,) = fixed(file)
    assert said(report) == [
        "step 1: by: (none) -> kl",
        "step 2: left as it was: by log-rules it would be wrong-rule",
    ]
    assert file.read_text() == FIXED.replace("[log-rules]", "[jensen, chain-rule]")


def test_step_that_follows_once_another_is_proved(written: Callable[..., Path]) -> None:
    file = written(SHIPPED["blog/zero-forcing"].read_text())
    text = under_one(file, "take-log")
    file.write_text(text)
    (report,) = fixed(file)
    assert report.verdict == "verified"
    assert len(report.fixes or ()) == len(report.steps)
    assert not fixed(file)[0].fixes


@pytest.mark.parametrize("new", ["title: [", TEXT.replace("three", "four")])
def test_result_that_would_change_more(
    new: str, written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verifier.commands.fix.with_rules", lambda *_: new)
    refused(written(), "fix-unreadable")


# -- the command ---------------------------------------------------------------------------------


def test_command_says_what_it_changed(
    written: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file = written()
    assert cli.main(["--fix", str(file)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(
        f"{file}:6: step 1: by: (none) -> kl\n"
        f"{file}:9: step 2: by: [jensen, chain-rule] -> log-rules\n"
        f"{file}: verified\n"
    )
    assert cli.main(["--fix", str(file)]) == 0
    assert capsys.readouterr().out.startswith(f"{file}: verified\n")


def test_command_says_why_it_changed_nothing(
    written: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file = written()
    file.chmod(0o444)
    assert cli.main(["--fix", str(file)]) == 2
    assert capsys.readouterr().out.startswith(f"{file}: left as it was: it may not be written\n")


def test_fixes_for_programs(
    written: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--fix", "--format", "json", str(written())]) == 0
    (found,) = json.loads(capsys.readouterr().out)["derivations"]
    assert [(fix["code"], fix["line"]) for fix in found["fixes"]] == [("fixed", 6), ("fixed", 9)]
    assert found["unfixed"] is None


# -- what ships, and its twins -------------------------------------------------------------------


def without_rules(text: str) -> str:
    return re.sub(r"^ +by:.*\n(?: +- [-\w]+\n)*", "", text, flags=re.MULTILINE)


def under_one(file: Path, rule: str) -> str:
    """The derivation with each step under the one rule."""
    source = read_source(file)
    steps = range(1, len(load(file).steps) + 1)
    return with_rules(source, {step: [rule] for step in steps}, str)


SOME = [
    "jensen",
    "kl",
    *[name for name, twin in TWINS.items() if twin.of in ("jensen", "kl")][::10],
]


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("broken", ["", "take-log"], ids=["none cited", "wrong ones cited"])
def test_derivation_whose_rules_are_lost(
    name: str, broken: str, written: Callable[..., Path]
) -> None:
    file = path(name)
    text = under_one(file, broken) if broken else without_rules(file.read_text())
    target = written(text)
    (report,) = fixed(target)
    assert report.unfixed is None
    after = target.read_text()
    (again,) = fixed(target)
    assert (again.fixes, target.read_text()) == ((), after)
    for old, new in zip(judged_once(name).steps, again.steps, strict=True):
        holds = old.verdict in (Verdict.PROVED, Verdict.WRONG_RULE)
        # below a line that means nothing rules are those of both lines, and one can't have any
        assert new.verdict == old.verdict or (holds and (new.verdict == "proved" or not new.fault))
    assert without_rules(after) == without_rules(text)
