"""What the three flavours assume: all of it is needed, and each step says what it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.commands.verify import verify
from verifier.outcome import DerivationReport, FileVerdict, Verdict

FLAVOURS = Path(__file__).parents[2] / "derivations"
# For each assumption: the first step that isn't proved without it, and whether a finite table
# shows why.
ASSUMED = {
    ("jensen", "p(x, z) << q(z)"): (2, True),
    ("jensen", "q(z) << p(x, z)"): (5, True),
    ("jensen", "finite all"): (4, False),
    ("kl", "q(z) << p(z | x)"): (1, True),
    ("kl", "finite all"): (2, False),
    ("bayes", "q(z) << p(z | x)"): (11, True),
    ("bayes", "p(z | x) << q(z)"): (12, True),
    ("bayes", "finite all"): (12, False),
}


def judged(name: str, without: str = "", necessity: bool = False) -> DerivationReport:
    """The report on a flavour, from which a line of `support` may be left out."""
    text = (FLAVOURS / f"{name}.yaml").read_text(encoding="utf-8")
    line = f"  - {without}\n"
    assert not without or text.count(line) == 1
    (report,) = verify(text=text.replace(line, ""), necessity=necessity).derivations
    return report


@pytest.mark.parametrize("name", ["jensen", "kl", "bayes"])
def test_each_assumption_listed_is_used(name: str) -> None:
    report = judged(name)
    assert report.verdict is FileVerdict.VERIFIED
    listed = {assumption for flavour, assumption in ASSUMED if flavour == name}
    assert {assumption.text for assumption in report.assumptions} == listed
    assert not report.remarks


@pytest.mark.parametrize(("name", "assumption"), ASSUMED)
def test_without_an_assumption_its_first_step_names_it(name: str, assumption: str) -> None:
    step, _ = ASSUMED[name, assumption]
    report = judged(name, assumption)
    refused = next(s for s in report.steps if s.verdict is not Verdict.PROVED)
    assert refused.index == step
    assert refused.diagnostic is not None
    if refused.verdict is Verdict.REFUTED:  # false where it doesn't hold
        assert refused.counterexample is not None
        return
    assert refused.verdict is Verdict.UNPROVED
    first, _, second = assumption.partition(" << ")
    code = "needs-domination" if second else "needs-finite"
    assert refused.diagnostic.code == code
    if second:  # named as what the line divides by, or takes the logarithm of
        assert f"{first.split('(')[0]}(" in str(refused.diagnostic.data["condition"])


@pytest.mark.parametrize("name", ["jensen", "kl", "bayes"])
def test_a_world_shows_why_each_assumption_is_needed(name: str) -> None:
    found = {item.assumption: item for item in judged(name, necessity=True).necessity or ()}
    for (flavour, assumption), (_, shown) in ASSUMED.items():
        if flavour != name:
            continue
        item = found.pop(assumption)
        assert (item.counterexample is not None) is shown
        assert item.finite is (assumption == "finite all")
        if item.counterexample is not None:
            cells = [cell for table in item.counterexample.tables for cell in table.cells]
            assert "0" in cells
    assert not found


DISCRETE = """
title: a probability is at most 1
model: ["p(x)"]
{}
steps:
  - {{so: "p(x) <= 1", by: entropy-nonnegative}}
  - {{side: "H(p(x)) >= 0", by: entropy-nonnegative, label: entropy}}
  - {{so: "log p(x) <= 0", by: [take-log, log-rules]}}
claim: log p(x) <= 0
"""


def test_what_holds_for_discrete_variables_only_is_refused_elsewhere() -> None:
    (for_all,) = verify(text=DISCRETE.format("")).derivations
    (discrete,) = verify(text=DISCRETE.format("discrete: [x]")).derivations
    assert [step.verdict for step in for_all.steps[:2]] == [Verdict.REFUTED] * 2
    assert for_all.verdict is FileVerdict.FAILED
    assert discrete.verdict is FileVerdict.VERIFIED
    assert "x is discrete" in {assumption.text for assumption in discrete.assumptions}


UNUSED = """
title: more than is needed
model: ["p(x, z)", "q(z)"]
support: [q(z) << p(z), p(x) > 0, finite all]
assume: ["for all z: p(z) >= q(z)", "for all z: q(z) = p(z)"]
start: KL(q(z) || p(z))
steps:
  - {eq: "E_{q(z)}[log(q(z) / p(z))]", by: kl}
claim: KL(q(z) || p(z)) = E_{q(z)}[log(q(z) / p(z))]
"""


def test_what_no_step_leans_on_is_a_remark() -> None:
    (report,) = verify(text=UNUSED).derivations
    said = [remark.data["name"] for remark in report.remarks]
    assert {remark.code for remark in report.remarks} == {"unused-assumption"}
    assert said == [
        "p(x) > 0", "finite all", "for all z: p(z) >= q(z)", "for all z: q(z) = p(z)",
    ]  # fmt: skip


CLAIM_ALONE = """
title: the line in the middle has more conditions than the ends
model: ["p(x, y, z) = p(x) p(y | x) p(z | x)"]
support: ["p(x, z) > 0"]
start: p(y | x)
steps:
  - {eq: "p(y | x, z)", by: factorisation}
  - {eq: "p(x, y) / p(x)", by: [chain-rule, factorisation]}
claim: p(y | x) = p(x, y) / p(x)
"""


def test_what_the_claim_alone_leans_on_is_assumed() -> None:
    (report,) = verify(text=CLAIM_ALONE).derivations
    assert report.verdict is FileVerdict.VERIFIED
    assert {each.text: each.steps for each in report.assumptions} == {
        "p(x, y, z) = p(x) p(y | x) p(z | x)": (1, 2),
        "p(x, z) > 0": (),
    }
    assert not report.remarks
