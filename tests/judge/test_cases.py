"""A parameter as an index, where what a line binds depends on it: the file in each of its cases."""

from __future__ import annotations

import pytest

from verifier import verify
from verifier.outcome import DerivationReport, FileVerdict

KERNEL = "q(x_{1:T} | x_0) = prod_{t=1}^{T} q(x_t | x_{t-1})"
SPLIT = "q(x_{1:T} | x_0) = q(x_1 | x_0) prod_{t=2}^{T} q(x_t | x_{t-1})"
REVERSE = "p(x_{0:T-1} | x_T) = prod_{t=1}^{T} p(x_{t-1} | x_t)"
LAW = "E_{q(x_{1:T} | x_0)}"

# Of a file with T >= 2 and 1 <= i <= T: the family, a statement, the verdict on it.
LINES = (
    (KERNEL, f"{LAW}[f(x_{{i-1}})] = int q(x_{{1:T}} | x_0) f(x_{{i-1}}) dx_{{1:T}}", "proved"),
    (KERNEL, f"{LAW}[f(x_i) - f(x_{{i-1}})] = {LAW}[f(x_i)] - {LAW}[f(x_{{i-1}})]", "proved"),
    (
        KERNEL,
        f"{LAW}[log q(x_i | x_{{i-1}})] = E_{{q(x_{{1:i}} | x_0)}}[log q(x_i | x_{{i-1}})]",
        "proved",
    ),
    (SPLIT, f"{LAW}[log q(x_i | x_{{i-1}})] = -{LAW}[-log q(x_i | x_{{i-1}})]", "proved"),
    # at the upper end
    (
        REVERSE,
        "E_{p(x_{0:T-1} | x_T)}[f(x_i)] = int p(x_{0:T-1} | x_T) f(x_i) dx_{0:T-1}",
        "proved",
    ),
    # false in the general case, and at i = 1 alone
    (KERNEL, f"{LAW}[f(x_i)] = {LAW}[f(x_{{i-1}})]", "refuted"),
    (KERNEL, f"(2 - i) {LAW}[g(x_{{i-1}})] <= 0", "refuted"),
    (KERNEL, f"(i - 1) {LAW}[f(x_{{i-1}})] / (i - 1) = {LAW}[f(x_{{i-1}})]", "ill-formed"),
    # meaningless in one of them
    (KERNEL, f"{LAW}[f(x_{{i-1}})] = E_{{q(x_{{i-1}} | x_0)}}[f(x_{{i-1}})]", "ill-formed"),
    (KERNEL, f"{LAW}[f(x_{{i+1}})] = f(x_0)", "ill-formed"),
)


def judged(family: str, says: str, more: str = "") -> DerivationReport:
    (report,) = verify(
        text=f"title: t\nmodel: [{family!r}]\nparameters: [T >= 2, i >= 1, i <= T]\n"
        f"functions: [f(x), 'g(x) > 0', h(u)]\n{more}steps: [{{so: {says!r}}}]\nclaim: {says!r}\n"
    ).derivations
    assert not report.internal
    return report


@pytest.mark.parametrize(("family", "says", "verdict"), LINES)
def test_a_step_is_proved_that_is_so_in_every_case(family: str, says: str, verdict: str) -> None:
    report = judged(family, says)
    (step,) = report.steps
    assert step.verdict.value == verdict
    assert (report.verdict is FileVerdict.VERIFIED) == (verdict == "proved")


def test_what_is_assumed_is_of_the_same_case() -> None:
    """At i = 1 it is h(1) that is assumed, and no other."""
    more = "assume: [h(i) >= 0]\n"
    says = f"h(i) {LAW}[g(x_{{i-1}})] >= 0"
    report = judged(KERNEL, says, more)
    assert [step.verdict.value for step in report.steps] == ["proved"]
    report = judged(KERNEL, says.replace("h(i)", "(h(i) - 1)"), more)
    assert [step.verdict.value for step in report.steps] == ["refuted"]


def test_a_counterexample_says_in_which_case() -> None:
    (step,) = judged(KERNEL, f"(2 - i) {LAW}[g(x_{{i-1}})] <= 0").steps
    assert step.counterexample is not None
    assert ("i", "1") in step.counterexample.parameters


def test_what_is_declared_is_reported_as_it_is_written() -> None:
    report = judged(KERNEL, f"{LAW}[f(x_{{i-1}})] = {LAW}[f(x_{{i-1}})]")
    assert report.remarks == ()
    assert report.document is not None
    assert len(report.document.declarations["parameters"]) == 3
