"""What remains of two sides is said in the letters of who wrote them."""

from __future__ import annotations

import pytest

from verifier import verify
from verifier.outcome import StepReport

COPIES = "copies: ['z_k of z']\nparameters: ['K >= 1']\nfunctions: ['f(z)']\n"
Y = "copies: ['y of x']\nfunctions: ['g(x)']\n"
CHAIN = "'p(z_{0:T}) = p(z_0) prod_{t=1}^{T} p(z_t | z_{t-1})'"
T = "parameters: ['T >= 1']\n"


def judged(model: str, more: str, start: str, line: str) -> StepReport:
    text = (
        f"title: t\nmodel: [{model}]\n{more}start: '{start}'\nsteps: [{{eq: '{line}'}}]\n"
        f"claim: '{start} = {line}'\n"
    )
    (step,) = verify(text=text).derivations[0].steps
    return step


@pytest.mark.parametrize(
    ("model", "more", "start", "line", "rest"),
    [
        ("q(z)", COPIES, "E_{q(z_1)}[f(z_1)]", "2 E_{q(z_1)}[f(z_1)]", "-E_{q(z_1)}[f(z_1)]"),
        ("q(z)", COPIES, "E_{q(z)}[f(z)]", "2 E_{q(z)}[f(z)]", "-E_{q(z)}[f(z)]"),
        ("q(z)", COPIES, "sum_{k=1}^{K} f(z_k)", "3", "sum_{k=1}^{K} f(z_k) - 3"),
        ("q(z)", COPIES, "sum_{j=1}^{K} f(z_j)", "3", "sum_{j=1}^{K} f(z_j) - 3"),
        ("p(x)", Y, "E_{p(y)}[log p(y)]", "1", "E_{p(y)}[log p(y)] - 1"),
        ("p(x)", Y, "E_{p(x)}[log p(x)]", "1", "E_{p(x)}[log p(x)] - 1"),
        (
            CHAIN,
            T,
            "sum_{s=1}^{T} log p(z_s | z_{s-1})",
            "2",
            "sum_{s=1}^{T} log p(z_s | z_{s-1}) - 2",
        ),
    ],
)
def test_residual_has_the_letters_of_the_line(
    model: str, more: str, start: str, line: str, rest: str
) -> None:
    step = judged(model, more, start, line)
    assert step.diagnostic is not None
    assert step.diagnostic.data["residual"] == rest


def test_term_that_is_lost_has_the_letters_of_the_line() -> None:
    step = judged(CHAIN, T, "log p(z_{0:T})", "log p(z_0) + sum_{s=2}^{T} log p(z_s | z_{s-1})")
    assert step.diagnosis is None or "tau" not in step.diagnosis.line
