"""What is false of densities says with which variables discrete it holds, and it does."""

from __future__ import annotations

import re

import pytest

from verifier import verify
from verifier.messages import hint
from verifier.outcome import StepReport, Verdict

FILE = (
    "title: t\nmodel: ['{model}']\n{more}steps:\n  - so: '{line}'\n    by: {by}\nclaim: '{line}'\n"
)
ENTROPY = "entropy-nonnegative"


def judged(line: str, by: str, more: str = "", model: str = "p(x, z)") -> StepReport:
    (step,) = (
        verify(text=FILE.format(line=line, by=by, more=more, model=model)).derivations[0].steps
    )
    return step


@pytest.mark.parametrize(
    ("line", "by", "variables"),
    [
        ("H(p(x)) >= 0", ENTROPY, "x"),
        ("H_p(x | z) >= 0", ENTROPY, "x"),
        ("log p(x) <= 0", ENTROPY, "x"),
        ("p(x | z) <= 1", ENTROPY, "x"),
        ("I_p(x; z) <= H_p(x)", ENTROPY, "x"),
        ("H(p(z)) >= 0", "jensen", "z"),
        ("I_p(x; z) <= H_p(z)", "gibbs", "z"),
    ],
)
def test_what_would_help_is_said_and_helps(line: str, by: str, variables: str) -> None:
    step = judged(line, by)
    assert step.verdict is Verdict.REFUTED
    assert step.diagnosis is None
    assert step.diagnostic is not None
    told = hint(step.diagnostic) or ""
    found = re.fullmatch(r"with `(discrete: \[(.*)\])` this holds by (.*)", told)
    assert found is not None, told
    assert found[2] == variables
    again = judged(line, f"[{found[3].replace('`', '')}]", f"{found[1]}\n")
    assert again.verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("line", "by", "more"),
    [
        ("H(p(x)) >= 1", ENTROPY, ""),  # nor of probabilities
        ("H(p(x)) >= H(p(z))", ENTROPY, ""),
        ("H(p(x)) <= 0", ENTROPY, "discrete: [x]\n"),
    ],
)
def test_nothing_is_said_that_would_not_help(line: str, by: str, more: str) -> None:
    step = judged(line, by, more)
    assert step.verdict is Verdict.REFUTED
    assert step.diagnostic is not None
    assert hint(step.diagnostic) is None


def test_sequence_as_it_is_declared() -> None:
    model, more = "p(z_{1:T})", "parameters: [T >= 1]\n"
    step = judged("H(p(z_{1:T})) >= 0", ENTROPY, more, model)
    assert step.diagnostic is not None
    told = hint(step.diagnostic) or ""
    assert told == "with `discrete: ['z_{1:T}']` this holds by `entropy-nonnegative`"
    again = judged("H(p(z_{1:T})) >= 0", ENTROPY, f"{more}discrete: ['z_{{1:T}}']\n", model)
    assert again.verdict is Verdict.PROVED
