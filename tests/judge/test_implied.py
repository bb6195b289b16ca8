"""Letters that end a slice in `model` and are declared nowhere."""

from __future__ import annotations

import pytest

from verifier import verify
from verifier.derivation.loader import load_text
from verifier.judge.horizons import with_horizons
from verifier.outcome import FileVerdict, StepReport, Verdict

CHAIN = "p(z_{0:T}) = p(z_T) prod_{i=1}^{T} p(z_{i-1} | z_i)"
LADDER = "p(x, z_{1:L}) = p(z_L) p(x | z_1) prod_{l=1}^{L-1} p(z_l | z_{l+1})"

# `model` lines, what the file declares, the lines that this implies.
IMPLIED: tuple[tuple[tuple[str, ...], str, list[str]], ...] = (
    ((CHAIN,), "", ["T >= 0"]),
    (("p(x, z_{0:T})",), "", ["T >= -1"]),
    (("p(x_{1:N})", "q(z_{1:N} | x_{1:N}) = prod_{n=1}^{N} q(z_n | x_n)"), "", ["N >= 0"]),
    (("q(z_{1:T} | x) = q(z_1 | x) prod_{t=2}^{T} q(z_t | z_{t-1})",), "", ["T >= 1"]),
    ((LADDER,), "", ["L >= 1"]),
    (("p(z_{1:N}) = prod_{n=1}^{N} p(z_n | z_{n+1:N})",), "", ["N >= 0"]),
    (("p(z_{1:N}) = prod_{n=1}^{N} p(z_n | z_{1:n-1})",), "", ["N >= 0"]),
    (("p(z_{0:2T})",), "", ["T >= 0"]),
    (("p(z_{1:N}, x_{1:M})",), "", ["N >= 0", "M >= 0"]),
    (("p(z_{0:t}, x_{t:T})",), "parameters: [t >= 0]", ["T >= t - 1"]),
    (("p(z_{0:T})", "q(z_{3:T})"), "", ["T >= 2"]),
    ((CHAIN,), "parameters: [t >= 0, t <= T]", ["T >= 0"]),
    # declared, if only as something else
    ((CHAIN,), "parameters: [T >= 3]", []),
    ((CHAIN,), "parameters: [T in positive integers]", []),
    (("p(T, z_{0:T})",), "", []),
    (("T(x)", "p(z_{0:T})"), "", []),
    (("p(z_{0:T})",), 'functions: ["T(z)"]', []),
    (("p(z_{0:T})",), 'define: ["T = 2"]', []),
    # no horizons
    (("p(x, z)", "q(z | x)"), "copies: z_k of z", []),
    (("p(z_1, z_t)",), "", []),
    (("p(z_{0:4}) = p(z_0) prod_{t=1}^{4} p(z_t | z_{0:t-1})",), "", []),
    (("p(z_{0:T}",), "", []),
)


def text(model: tuple[str, ...], more: str, says: str = "1 = 1") -> str:
    lines = "".join(f"\n  - {line!r}" for line in model)
    return f"title: t\nmodel:{lines}\n{more}\nsteps: [{{so: {says!r}}}]\nclaim: {says!r}\n"


@pytest.mark.parametrize(("model", "more", "implied"), IMPLIED)
def test_lines_imply_where_a_horizon_begins(
    model: tuple[str, ...], more: str, implied: list[str]
) -> None:
    found = with_horizons(load_text(text(model, more))).parameters
    assert [line.value for line in found if line.implied] == implied
    assert all(line.implied for line in found[: len(implied)])


def test_it_is_said_once_where_the_letter_stands() -> None:
    says = "p(z_{0:T}) = p(z_T) prod_{i=1}^{T} p(z_{i-1} | z_i)"
    (report,) = verify(text=text((CHAIN, "q(z_{0:T})"), "", says)).derivations
    assert report.verdict is FileVerdict.VERIFIED
    (remark,) = report.remarks
    assert (remark.code, remark.data["bound"]) == ("horizon", "T >= 0")
    assert remark.location is not None
    assert (remark.location.line, remark.location.column) == (3, 13)


KERNEL = "q(x_{1:T} | x_0) = prod_{t=1}^{T} q(x_t | x_{t-1})"


@pytest.mark.parametrize(
    ("model", "says", "code", "bound"),
    [
        (CHAIN, "p(z_1) = p(z_1)", "out-of-range", "T >= 1"),  # T may be 0
        (CHAIN, "p(z_2) = p(z_2)", "out-of-range", "T >= 2"),
        ("p(z_{0:T})", "p(z_T) = p(z_T)", "out-of-range", "T >= 0"),  # T may be -1
        (CHAIN, "p(z_{2:T}) = p(z_{2:T})", "slice-too-short", "T >= 1"),
        (CHAIN, "sum_{t=2}^{T} 1 = T - 1", "range-too-short", "T >= 1"),
        (
            KERNEL,
            "E_{q(x_{1:T} | x_0)}[log q(x_T | x_0)] = E_{q(x_T | x_0)}[log q(x_T | x_0)]",
            "which-part",
            "T >= 1",
        ),
    ],
)
def test_what_the_steps_need_of_it_is_a_hint(model: str, says: str, code: str, bound: str) -> None:
    def judged(more: str) -> StepReport:
        (report,) = verify(text=text((model,), more, says)).derivations
        return report.steps[0]

    why = judged("").diagnostic
    assert why is not None
    assert (why.code, why.data["bound"]) == (code, bound)
    assert judged(f"parameters: [{bound}]").verdict is Verdict.PROVED


def test_no_bound_is_a_hint_where_none_helps() -> None:
    (report,) = verify(text=text((CHAIN,), "", "p(z_{T+1}) = p(z_{T+1})")).derivations
    why = report.steps[0].diagnostic
    assert why is not None
    assert "bound" not in why.data


def test_a_letter_of_the_steps_alone_is_unbound() -> None:
    (report,) = verify(text=text(("p(z_{0:4})",), "", "p(z_{0:T}) = p(z_{0:T})")).derivations
    (step,) = report.steps
    assert step.diagnostic is not None
    assert step.diagnostic.code == "unbound-index"
