"""What is said of a step that doesn't follow by its rules: what to change in them, no more."""

from __future__ import annotations

import pytest

from verifier import verify
from verifier.messages import hint
from verifier.outcome import StepReport, Verdict

HEAD = """
title: t
strict: {strict}
model: ["p(x, y, z) = p(x) p(y | x) p(z | y)", q(z), "r(x, z)"]
start: {start}
steps:
  - {{{key}: "{line}", by: [{cited}]}}
claim: {start} {relation} {line}
"""
RELATION = {"eq": "=", "ge": ">=", "le": "<="}

# What is cited, from where to where, what is to be changed.
CASES = [
    ("log-rules", "log r(x, z)", "eq", "log r(x | z) + log r(z)", "add `chain-rule`"),
    (
        "chain-rule, log-rules",
        "log p(x, y, z)",
        "eq",
        "log p(y) + log p(x | y) + log p(z | y)",
        "add `factorisation`",
    ),
    (
        "kl",
        "KL(q(z) || p(z | y))",
        "eq",
        "int q(z) log(q(z) p(y) / (p(y | z) p(z))) dz",
        "add `chain-rule`",
    ),
    ("jensen", "KL(q(z) || p(z))", "ge", "0", "add `kl`"),
    ("kl", "log p(x, y)", "eq", "log p(x) + log p(y | x)", "`by: [chain-rule]` would do"),
    # `tower` would do as well
    ("jensen", "log r(x)", "ge", "E_{q(z)}[log(r(x, z) / q(z))]", "add `marginalisation`"),
]


def judged(cited: str, start: str, key: str, line: str, strict: str = "false") -> StepReport:
    text = HEAD.format(
        cited=cited, start=start, key=key, line=line, relation=RELATION[key], strict=strict
    )
    (step,) = verify(text=text).derivations[0].steps
    return step


@pytest.mark.parametrize(("cited", "start", "key", "line", "said"), CASES)
def test_what_is_to_be_changed(cited: str, start: str, key: str, line: str, said: str) -> None:
    step = judged(cited, start, key, line)
    assert step.verdict is Verdict.WRONG_RULE
    assert step.diagnostic is not None
    assert hint(step.diagnostic) == said
    assert step.suggestion is not None
    again = judged(", ".join(step.suggestion.rules), start, key, line)
    assert again.verdict is Verdict.PROVED
    assert not [remark for remark in again.remarks if remark.code == "superfluous"]


def test_tidying_rules_are_proposed_where_they_must_be_cited() -> None:
    start, line = "KL(q(z) || p(z))", "-E_{q(z)}[log p(z) - log q(z)]"
    assert judged("kl", start, "eq", line).verdict is Verdict.PROVED
    loose, strict = (judged("swap", start, "eq", line, each) for each in ("false", "true"))
    assert loose.suggestion is not None
    assert loose.suggestion.rules == ("kl",)
    assert strict.suggestion is not None
    assert strict.suggestion.rules == ("log-rules", "linearity", "kl")
