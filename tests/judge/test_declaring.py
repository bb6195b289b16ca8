"""What is not proved says which declaration it holds with, and it does hold."""

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


@pytest.mark.parametrize(
    ("line", "by", "facts"),
    [
        ("H(p(x)) = log c - KL(p(x) || u(x))", "[entropy, kl]", ["u(x) = 1 / c"]),
        ("E_{p(x)}[f(x)] >= b", "jensen", ["f(x) >= b"]),
        ("E_{p(x)}[log u(x)] <= E_{p(x)}[log r(x)]", "log-rules", ["u(x) <= r(x)"]),
    ],
)
def test_a_fact_at_one_point_is_said_to_be_wanted_everywhere(
    line: str, by: str, facts: list[str]
) -> None:
    """No binder may bind a variable at which a fact without `for all` holds."""

    def with_facts(said: list[str], by: str) -> StepReport:
        more = (
            "functions: ['f(x)', 'r(x) > 0']\nparameters: [b, c > 0]\n"
            f"assume: [{', '.join(repr(fact) for fact in said)}]\n"
        )
        return judged(line, by, more, "p(x)', 'u(x)")

    step = with_facts(facts, by)
    assert step.verdict in (Verdict.REFUTED, Verdict.UNPROVED)
    assert step.diagnostic is not None
    told = hint(step.diagnostic) or ""
    found = re.fullmatch(r"with `(for all x: .*)` this holds by (.*)", told)
    assert found is not None, told
    again = with_facts([found[1]], f"[{found[2].replace('`', '')}]")
    assert again.verdict is Verdict.PROVED


def test_a_fact_everywhere_that_would_not_help_is_not_asked_for() -> None:
    more = "parameters: [c > 0]\nassume: ['u(x) = 1 / c']\n"
    step = judged("H(p(x)) = KL(p(x) || u(x))", "kl", more, "p(x)', 'u(x)")
    assert step.verdict is Verdict.REFUTED
    assert step.diagnostic is not None
    assert hint(step.diagnostic) is None
