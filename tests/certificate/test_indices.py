"""Steps over sequences whose rule is about factors and indices, for factorisations other than those
that ship; and the same with something wrong, which isn't certified."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from programs import needs

from certificate.statements import account_of, closed_though_false, forced, left_open, unjudged
from verifier.certificate.pieces import Certificate


@dataclass(frozen=True)
class Case:
    """An equality; `wrong`: right sides that it doesn't have."""

    model: tuple[str, ...]
    parameters: tuple[str, ...]
    left: str
    right: str
    by: tuple[str, ...]
    wrong: tuple[str, ...]

    def text(self, right: str) -> str:
        return f"""
title: a step about factors and indices
model: {[*self.model]}
parameters: {[*self.parameters]}
start: "{self.left}"
steps: [{{eq: "{right}", by: {[*self.by]}}}]
claim: "{self.left} = {right}"
"""

    def stated(self, right: str) -> Certificate:
        """The step with this right side, by the rules that it cites, and nothing else; whether it
        holds is not asked."""
        account = account_of(self.text(right), unjudged)
        steps = tuple(replace(step, rules=self.by) for step in account.steps)
        return forced(replace(account, steps=steps), 1)


BACKWARD = "p(z_{0:T}) = p(z_T) p(z_{T-1} | z_T) prod_{i=2}^{T} p(z_{i-2} | z_{i-1}, z_i)"
SECOND = "p(x_{0:n}) = p(x_0) p(x_1 | x_0) prod_{i=2}^{n} p(x_i | x_{i-1}, x_{i-2})"
CHAIN = "q(x_{0:n}) = q(x_0) prod_{i=1}^{n} q(x_i | x_{i-1})"
PAIRS = "p(z_{0:T}, x_{1:T}) = p(z_0) prod_{i=1}^{T} p(z_i | z_{i-1}) p(x_i | z_i, z_{i-1})"
TOP = tuple(f"{f}(z_{{1:L}}) = prod_{{l=1}}^{{L}} {f}(z_l | z_{{l+1:L}})" for f in "pq")
TIMES = ("T >= 1", "t >= 1", "t <= T")
CASES = {
    "factors-backward": Case(
        (BACKWARD,),
        ("T >= 2",),
        "log p(z_{0:T})",
        "log p(z_T) + log p(z_{T-1} | z_T) + sum_{i=2}^{T} log p(z_{i-2} | z_{i-1}, z_i)",
        ("factorisation", "log-rules"),
        (
            "log p(z_T) + log p(z_{T-1} | z_T) + sum_{i=3}^{T} log p(z_{i-2} | z_{i-1}, z_i)",
            "log p(z_T) + log p(z_{T-1} | z_T) + sum_{i=2}^{T} log p(z_{i-2} | z_i)",
        ),
    ),
    "factors-under-an-average": Case(
        TOP,
        ("L >= 1",),
        "E_{q(z_{1:L})}[log(q(z_{1:L}) / p(z_{1:L}))]",
        "E_{q(z_{1:L})}[sum_{l=1}^{L} log(q(z_l | z_{l+1:L}) / p(z_l | z_{l+1:L}))]",
        ("factorisation", "log-rules"),
        (
            "E_{q(z_{1:L})}[sum_{l=1}^{L} log(p(z_l | z_{l+1:L}) / q(z_l | z_{l+1:L}))]",
            "E_{q(z_{1:L})}[sum_{l=1}^{L-1} log(q(z_l | z_{l+1:L}) / p(z_l | z_{l+1:L}))]",
        ),
    ),
    "independent-factors": Case(
        ("q(z_{1:M}) = prod_{i=1}^{M} q(z_i)",),
        ("M >= 1",),
        "H(q(z_{1:M}))",
        "E_{q(z_{1:M})}[-sum_{i=1}^{M} log q(z_i)]",
        ("entropy", "factorisation", "log-rules"),
        (
            "E_{q(z_{1:M})}[-sum_{i=2}^{M} log q(z_i)]",
            "E_{q(z_{1:M})}[-sum_{i=1}^{M} log q(z_1)]",
        ),
    ),
    "parents-far-away": Case(
        (SECOND,),
        ("n >= 4",),
        "p(x_{n-1}, x_n | x_0, x_{n-3}, x_{n-2})",
        "p(x_n | x_{n-1}, x_{n-2}) p(x_{n-1} | x_{n-2}, x_{n-3})",
        ("chain-rule", "factorisation"),
        (
            "p(x_n | x_{n-1}, x_{n-2}) p(x_{n-1} | x_{n-2}, x_0)",
            "p(x_n | x_{n-1}, x_{n-3}) p(x_{n-1} | x_{n-2}, x_{n-3})",
        ),
    ),
    "last-apart": Case(
        (CHAIN,),
        ("n >= 1",),
        "sum_{i=1}^{n} log q(x_{i-1} | x_i)",
        "sum_{i=0}^{n-2} log q(x_i | x_{i+1}) + log q(x_{n-1} | x_n)",
        ("index",),
        (
            "sum_{i=1}^{n-1} log q(x_i | x_{i+1}) + log q(x_{n-1} | x_n)",
            "sum_{i=0}^{n-1} log q(x_i | x_{i+1}) + log q(x_{n-1} | x_n)",
        ),
    ),
    "telescopes": Case(
        (CHAIN,),
        ("n >= 2",),
        "E_{q(x_{0:n})}[sum_{i=2}^{n} (log q(x_i | x_0) - log q(x_{i-1} | x_0))]",
        "E_{q(x_{0:n})}[log q(x_n | x_0) - log q(x_1 | x_0)]",
        ("index",),
        (
            "E_{q(x_{0:n})}[log q(x_n | x_0) - log q(x_2 | x_0)]",
            "E_{q(x_{0:n})}[log q(x_{n-1} | x_0) - log q(x_1 | x_0)]",
        ),
    ),
    "update": Case(
        (PAIRS,),
        TIMES,
        "p(x_t | z_t, z_{t-1}, x_{1:t-1}) p(z_{t-1}, z_t | x_{1:t-1}) / p(x_t | x_{1:t-1})",
        "p(x_t | z_t, z_{t-1}) p(z_t | z_{t-1}) p(z_{t-1} | x_{1:t-1}) / p(x_t | x_{1:t-1})",
        ("chain-rule", "factorisation"),
        (
            "p(x_t | z_t) p(z_t | z_{t-1}) p(z_{t-1} | x_{1:t-1}) / p(x_t | x_{1:t-1})",
            "p(x_t | z_t, z_{t-1}) p(z_t | z_{t-1}) p(z_{t-1} | x_{1:t}) / p(x_t | x_{1:t-1})",
        ),
    ),
    "evidence": Case(
        (PAIRS,),
        TIMES,
        "p(x_t | x_{1:t-1})",
        "int p(x_t | z_t, z_{t-1}) p(z_{t-1}, z_t | x_{1:t-1}) dz_{t-1} dz_t",
        ("marginalisation", "chain-rule", "factorisation"),
        (
            "int p(x_t | z_t, z_{t-1}) p(z_{t-1}, z_t) dz_{t-1} dz_t",
            "int p(x_t | z_t) p(z_{t-1}, z_t | x_{1:t-1}) dz_{t-1} dz_t",
        ),
    ),
}


@needs("coqc")
def test_steps_about_factors_and_indices_are_closed(library: Path) -> None:
    asked = {name: case.stated(case.right) for name, case in CASES.items()}
    assert left_open(library, asked) == []


@needs("coqc")
def test_what_is_wrong_about_factors_and_indices_is_not(library: Path) -> None:
    asked = {
        f"{name}, {number}": case.stated(wrong)
        for name, case in CASES.items()
        for number, wrong in enumerate(case.wrong)
    }
    assert closed_though_false(library, asked) == []
