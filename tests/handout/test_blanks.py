"""What a worksheet leaves blank, and that its text keeps all else and tells none of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from derivation_table import ROOT, SHIPPED, judged_once
from worksheet_table import asking, sheet_of, solution

from verifier.derivation.answers import answers, share
from verifier.derivation.loader import load_text
from verifier.derivation.source import text_source
from verifier.derivation.worksheet import worksheet
from verifier.handout.blanks import blanks_of, with_blanks
from verifier.handout.sheet import Sheet, sheet
from verifier.outcome import DiagnosticError

NAMES = ("kl", "jensen", "bayes")
SEEDS = range(12)


@cache
def made(name: str) -> Sheet:
    return sheet(judged_once(name))


def text_of(name: str) -> str:
    return SHIPPED[name].read_text(encoding="utf-8")


# -- the choice -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_about_a_third_is_blank_of_each_kind(name: str) -> None:
    steps = {step.number: step for step in made(name).steps}
    last = max(n for n, step in steps.items() if step.kind != "side")
    kinds: set[str] = set()
    for seed in SEEDS:
        blanks = blanks_of(with_blanks(made(name), seed))
        assert len(blanks) == share(len(steps))
        kinds |= {*blanks.values()}
        lines = [n for n, kind in blanks.items() if kind == "line"]
        assert last not in lines
        assert all(steps[n].kind != "side" for n in lines)
        chain = [n for n, step in sorted(steps.items()) if step.kind != "side"]
        assert not any(a in lines and b in lines for a, b in pairwise(chain))
    assert kinds == {"reason", "relation", "line"}


@pytest.mark.parametrize("name", NAMES)
def test_seeds_differ(name: str) -> None:
    assert len({str(blanks_of(with_blanks(made(name), seed))) for seed in SEEDS}) > len(SEEDS) / 2


@pytest.mark.parametrize(("steps", "blank"), [(1, 1), (2, 1), (3, 1), (5, 2), (11, 4), (17, 6)])
def test_share(steps: int, blank: int) -> None:
    assert share(steps) == blank


def test_what_the_file_says_is_kept() -> None:
    steps = list(made("kl").steps)
    steps[4] = replace(steps[4], blank="line")
    said = replace(made("kl"), steps=tuple(steps))
    assert with_blanks(said, 3) is said
    assert blanks_of(said) == {5: "line"}


def test_a_step_without_rules_and_a_sheet_without_steps() -> None:
    bare = tuple(replace(step, rules=()) for step in made("kl").steps)
    for seed in SEEDS:
        assert (
            "reason" not in blanks_of(with_blanks(replace(made("kl"), steps=bare), seed)).values()
        )
    assert blanks_of(with_blanks(replace(made("kl"), steps=()), 1)) == {}


def test_the_choice_does_not_depend_on_the_process() -> None:
    program = (
        "import sys; from verifier import verify; from verifier.handout.sheet import sheet;"
        "from verifier.handout.blanks import blanks_of, with_blanks;"
        "made = sheet(verify(sys.argv[1]).derivations[0]);"
        "print([dict(blanks_of(with_blanks(made, seed))) for seed in range(6)])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program, str(SHIPPED["jensen"])],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert said == {f"{[dict(blanks_of(with_blanks(made('jensen'), s))) for s in range(6)]}\n"}


# -- the text -------------------------------------------------------------------------------------


def open_blanks(text: str, filled_in: str) -> Mapping[int, str]:
    found = answers(load_text(text), text_source(filled_in, "a.yaml"))
    return {a.number: a.blank for a in found if a.step is None and a.fault is None}


@pytest.mark.parametrize(
    "file", sorted((ROOT / "derivations").rglob("*.yaml")), ids=lambda f: f.stem
)
@pytest.mark.parametrize("kind", ["reason", "relation", "line"])
def test_every_step_that_ships_can_be_left_blank(file: Path, kind: str) -> None:
    text = file.read_text(encoding="utf-8")
    steps = load_text(text).steps
    blanks = dict.fromkeys(range(1, len(steps) + 1), kind)
    made = sheet_of(asking(text, blanks), blanks)
    assert open_blanks(asking(text, blanks), made) == blanks
    body = made.partition("\nsteps:\n")[2].rpartition("\nclaim:")[0]
    assert "note:" not in body
    assert "by:" not in body.replace("by: ___", "") or kind != "reason"
    if kind == "line":
        assert not any(formula in body for formula in solution(text, blanks).values())
    if kind == "relation":
        assert not any(key in body for key in ("eq:", "ge:", "le:"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(4))
def test_nothing_tells_an_answer_and_all_else_is_kept(name: str, seed: int) -> None:
    text = text_of(name)
    blanks = blanks_of(with_blanks(made(name), seed))
    sheet = sheet_of(text, blanks)
    kept = [line for line in head_off(sheet).splitlines() if "___" not in line]
    kept = [line for line in kept if "blank: " not in line]
    assert {*kept} <= {*text.splitlines()}
    for number, answer in solution(text, blanks).items():
        if blanks[number] == "line":
            elsewhere = text.count(answer.strip("'")) - 1
            assert sheet.count(answer.strip("'")) == elsewhere


MODEL = 'title: t\nmodel: ["p(x, z)", q(z)]\nstart: KL(q(z) || p(z | x))\n'
CLAIM = "claim: KL(q(z) || p(z | x)) >= 0\n"

BLOCK = """\
expect: failed  # jensen
# At the top: kept.
steps:  # chain-rule
# linearity
- eq: E_{q(z)}[log(q(z) / p(z | x))]  # jensen
  # gibbs
  by:
  - kl  # kl!
  - log-rules
  note: kl
  blank: reason
  # trailing
- eq: |
    E_{q(z)}[log q(z)]
    + 0
  label: a   # entropy
  using:
  - lemma
  blank: relation
# tower
- so: a
   =
    b
  expect: refuted
  by: gibbs
  blank: relation
# swap
- {"eq": "E_{q(z)}[1]", note: jensen, by: [kl], blank: line}
- ? ge
  : '0'
  by: gibbs
  expect: proved
# kept
"""
BLOCK_SHEET = """\
# At the top: kept.
steps:
- eq: E_{q(z)}[log(q(z) / p(z | x))]
  by: ___
  blank: reason
- ___: |
    E_{q(z)}[log q(z)]
    + 0
  label: a
  using:
  - lemma
  blank: relation
- so: a ___ b
  by: gibbs
  blank: relation
- {eq: ___, by: [kl], blank: line}
- ge: '0'
  by: gibbs
# kept
"""


def head_off(sheet: str) -> str:
    """Without what it says of how to fill it in."""
    lines = sheet.splitlines(keepends=True)
    while lines[0].lstrip("\ufeff").startswith("# "):
        lines.pop(0)
    return "".join(lines)


def test_layout_is_kept() -> None:
    blanks = {1: "reason", 2: "relation", 3: "relation", 4: "line"}
    made = sheet_of(MODEL + BLOCK + CLAIM, blanks)
    assert head_off(made) == MODEL + BLOCK_SHEET + CLAIM
    windows = (MODEL + BLOCK + CLAIM).replace("\n", "\r\n")
    assert sheet_of(windows, blanks) == made.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("text", "blanks", "said"),
    [
        ("steps: [{so: a>=b, blank: relation}, eq: 1]", {1: "relation"},
         "steps: [{so: a ___ b, blank: relation}, eq: 1]"),
        ("steps: [eq: 1, {eq: 2, blank: line}]\nexpect: failed", {2: "line"},
         "steps: [eq: 1, {eq: ___, blank: line}]"),
        ("steps:\n  - eq: 1", {1: "reason"}, "steps:\n  - eq: 1\n    by: ___\n    blank: reason"),
        ("steps: [eq: 1]", {1: "reason"}, "steps: [{eq: 1, by: ___, blank: reason}]"),
        ("steps: [eq: 1]", {1: "relation"}, "steps: [{___: 1, blank: relation}]"),
    ],
)  # fmt: skip
def test_other_layouts(text: str, blanks: Mapping[int, str], said: str) -> None:
    made = head_off(sheet_of(f"{MODEL}{CLAIM}{text}\n", blanks))
    assert made == f"{MODEL}{CLAIM}{said}\n"


def test_the_first_lines_tell_what_to_write() -> None:
    made = sheet_of(text_of("kl"), {1: "reason", 2: "reason", 3: "reason", 4: "reason"})
    head = made.partition("title:")[0]
    assert "by: ___" in head
    assert "eq: ___" not in head


def test_what_cannot_be_taken_out_is_said() -> None:
    odd = f"{MODEL}steps:\n  - so: a b\n    blank: relation\n{CLAIM}"
    with pytest.raises(DiagnosticError) as refused:
        worksheet(text_source(odd, "a.yaml"), {1: "relation"})
    assert refused.value.diagnostic.code == "worksheet-unwritable"
