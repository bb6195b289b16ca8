"""The schema of the JSON report: each kind of report is held against it, and so is a golden one."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from derivation_table import ROOT, SHIPPED, judged_once
from jsonschema import Draft202012Validator, ValidationError

from verifier import grade, mutate, replay, verify
from verifier.commands.fix import fix
from verifier.commands.grade import grade_class
from verifier.outcome import AnyReport, Report
from verifier.report import machine

SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
GOLDEN = Path(__file__).parent / "golden" / "report.json"
# One of each verdict: of a file, of a step, and with a counterexample, a suggestion, a diagnosis.
SHOWN = ("kl/direction", "kl/wrong-rule", "jensen/sign", "bayes/wrong-claim")
SHEET = """
title: a sheet
model: [p(x), q(x)]
start: KL(p(x) || q(x))
steps:
  - {eq: "E_{p(x)}[log(p(x) / q(x))]", by: kl, blank: [reason]}
claim: KL(p(x) || q(x)) = E_{p(x)}[log(p(x) / q(x))]
"""


def rendered(report: AnyReport) -> Any:
    return json.loads(machine.render(report))


def sheet(folder: Path) -> Path:
    file = folder / "sheet.yaml"
    file.write_text(SHEET, encoding="utf-8")
    return file


def false(folder: Path) -> Path:
    file = folder / "false.yaml"
    file.write_text(SHEET.replace("KL(p(x) || q(x))\nsteps", "KL(q(x) || p(x))\nsteps"), "utf-8")
    return file


def replayed(folder: Path) -> AnyReport:
    report = folder / "report.json"
    report.write_text(machine.render(verify(false(folder))), encoding="utf-8")
    return replay(false(folder), report)


KINDS: dict[str, Callable[[Path], AnyReport]] = {
    "verified": lambda _: Report((judged_once("kl"),)),
    "refuted": lambda folder: verify(false(folder)),
    "error": lambda folder: verify(folder / "none.yaml"),
    "necessity": lambda _: verify(SHIPPED["kl"], necessity=True),
    "fixed": lambda folder: fix(sheet(folder)),
    "graded": lambda folder: grade(sheet(folder), sheet(folder)),
    "class": lambda folder: grade_class(sheet(folder), [sheet(folder), folder / "none.yaml"]),
    "mutated": lambda folder: mutate(sheet(folder), most=4),
    "replayed": replayed,
}


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_report_is_as_the_schema_says(kind: str, tmp_path: Path) -> None:
    VALIDATOR.validate(rendered(KINDS[kind](tmp_path)))


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_wrong_is_reported_as_the_schema_says(name: str) -> None:
    VALIDATOR.validate(rendered(Report((judged_once(name),))))


@pytest.mark.parametrize(("added", "taken"), [({"more": 1}, ()), ({}, ("given",))])
def test_a_key_too_many_or_too_few_is_noticed(added: Any, taken: tuple[str, ...]) -> None:
    whole = rendered(Report((judged_once("kl"),)))
    step = whole["derivations"][0]["steps"][0]
    step |= added
    for key in taken:
        del step[key]
    with pytest.raises(ValidationError):
        VALIDATOR.validate(whole)


def test_the_golden_report_is_that_of_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    false(tmp_path)
    monkeypatch.chdir(tmp_path)
    text = re.sub(r'"worst": [-\d.e]+', '"worst": 0', machine.render(verify("false.yaml")))
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")
    VALIDATOR.validate(json.loads(text))
