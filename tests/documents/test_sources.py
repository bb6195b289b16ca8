"""The two sources of docs/audit.md as documents: their formulas, and nothing of their sentences.

What the audit finds false is reported as false, and nothing else is; and the audit says of each
line what is said of it here.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from derivation_table import ROOT, judged_once

from verifier import verify
from verifier.outcome import DerivationReport, Verdict

FOLDER = Path(__file__).parent / "sources"
# What the audit has of each: where, the verdict, and the code.
FAULTS = {
    "slides": [],
    "blog": [
        ("H(z | x)", Verdict.REFUTED, "refuted"),  # eq. 4, as a mean over the observations
        ("log(p(x | z) p(z))", Verdict.REFUTED, "refuted"),  # the same entropy, the line behind
        ("sum_{tau = 0}", Verdict.ILL_FORMED, "unbound-index"),  # the brackets of a sum
        ("E_{q_theta(z_tau", Verdict.ILL_FORMED, "out-of-scope"),  # the order of two expectations
    ],
}
MOST_LEFT = {"slides": 4, "blog": 0}  # a dot in the place of an argument; an expression alone


def judged(name: str) -> DerivationReport:
    return judged_once(FOLDER / f"{name}.md")


@pytest.mark.parametrize("name", FAULTS)
def test_the_faults_of_the_audit_are_reported_and_no_others(name: str) -> None:
    found = [step for step in judged(name).steps if step.verdict is not Verdict.PROVED]
    said = [(step.verdict, step.diagnostic.code) for step in found if step.diagnostic]
    assert said == [(verdict, code) for _, verdict, code in FAULTS[name]]
    for step, (part, _, _) in zip(found, FAULTS[name], strict=True):
        assert part in step.text


@pytest.mark.parametrize("name", FAULTS)
def test_nearly_all_is_judged(name: str) -> None:
    reading = judged(name).reading
    assert reading is not None
    assert len(reading.not_judged) <= MOST_LEFT[name]


def test_a_law_may_stand_in_a_line_of_text_as_displays_do(tmp_path: Path) -> None:
    lines = (FOLDER / "blog.md").read_text(encoding="utf-8").split("\n")
    (at,) = [i for i, line in enumerate(lines) if line.startswith(r"$\mathbb{E}_{z_\tau \sim")]
    lines[at] = f"We have ${lines[at]}$ here."
    file = tmp_path / "blog.md"
    file.write_text("\n".join(lines), encoding="utf-8")
    (report,) = verify(file).derivations
    assert [s.verdict for s in report.steps] == [s.verdict for s in judged("blog").steps]


def test_weaker_than_what_holds_is_remarked() -> None:
    (step,) = [s for s in judged("slides").steps if s.relation == ">=" and "chain-rule" in s.rules
               and any(remark.code == "equality" for remark in s.remarks)]  # fmt: skip
    assert step.verdict is Verdict.PROVED


def test_most_lines_are_judged(make: ModuleType) -> None:
    said = [each for name in FAULTS for each in make.outcomes(judged(name))]
    assert said.count("not judged") <= 0.05 * len(said) + 1


def test_the_audit_has_what_is_said_of_each_line(make: ModuleType) -> None:
    audit = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    reports = {name: judged(name) for name in FAULTS}
    assert make.as_it_stands(audit, reports) == audit, "`python docs/make.py` makes it again"
