"""What is said of the variables of a line is the same in every process."""

from __future__ import annotations

from verifier import verify

ONE_FACTOR = """\
title: An average under one factor alone
model:
  - "q(V_{1:M}) = prod_{j=1}^{M} q(V_j)"
parameters: [j >= 1, j <= M]
start: "E_{q(V_{1:M})}[log q(V_{1:M})]"
steps:
  - eq: "E_{q(V_{1:M})}[log q(V_{1:M})] - E_{q(V_j)}[log q(V_{1:M})]"
claim: "E_{q(V_{1:M})}[log q(V_{1:M})] = 0"
"""


def test_of_the_parts_that_leave_a_binder_the_first_is_named() -> None:
    names = "abcduvwxyz"  # of which the parts have hashes of their own
    reports = [verify(text=ONE_FACTOR.replace("V", name)).derivations[0] for name in names]
    found = [report.steps[0].diagnostic for report in reports]
    assert [why and (why.code, why.data["name"]) for why in found] == [
        ("out-of-scope", f"{name}_{{1:j-1}}") for name in names
    ]
