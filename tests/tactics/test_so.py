"""A `so` that rewrites an equation reached takes what the `eq` takes that does it."""

from __future__ import annotations

from functools import partial

import pytest
from derivation_table import judged_text
from effort import calls
from test_format import file

from verifier.outcome import DerivationReport

GAP = "KL(q(z) || p(z | x)) - log p(x)"
MEAN = "E_{q(z)}[log q(z) - log p(x, z)]"
SPLIT = "E_{q(z)}[log q(z) - log p(x | z) - log p(z)]"
REACHED = {
    "by a fact": (f"so F = {MEAN}", "F", f"parameters: [F]\nassume: ['F = {MEAN}']"),
    "by rules": (f"so {GAP} = {MEAN}", GAP, ""),
}


def judged(first: str, step: str, more: str) -> DerivationReport:
    return judged_text(file("p(x, z) ;; q(z)", [first, step], "", more))


@pytest.mark.parametrize(("first", "left", "more"), REACHED.values(), ids=REACHED)
def test_a_so_takes_what_the_eq_takes(first: str, left: str, more: str) -> None:
    steps = f"eq {SPLIT}", f"so {left} = {SPLIT}"
    reports = [judged(first, step, more) for step in steps]  # what is loaded is loaded once
    assert {report.steps[1].verdict for report in reports} == {"proved"}
    assert {report.steps[1].rules for report in reports} == {("log-rules", "chain-rule")}
    eq, so = (calls(partial(judged, first, step, more)) for step in steps)
    assert so < 1.25 * eq


# What is known of an information is known of the divergence that it is: two steps, and the
# verdict on the second.
INDEPENDENT = {
    "as a divergence": (
        "so KL(p(x, z) || p(x) p(z)) = 0 @ assumption information",
        *("so p(x, z) = p(x) p(z) @ gibbs", "proved"),
    ),
    "at once": (
        "so I_p(x; z) = 0 @ assumption",
        *("so p(x, z) = p(x) p(z) @ information gibbs", "proved"),
    ),
    "by itself": ("so I_p(x; z) = 0", "so p(x, z) = p(x) p(z)", "proved"),
    "of another": (
        "so I_p(x; z) = 0 @ assumption",
        *("so p(x, y) = p(x) p(y) @ information gibbs", "refuted"),
    ),
    "from below": (
        "so I_p(x; y) >= 0 @ gibbs",
        *("so p(x, y) = p(x) p(y) @ information gibbs", "refuted"),
    ),
}


@pytest.mark.parametrize(("first", "second", "verdict"), INDEPENDENT.values(), ids=INDEPENDENT)
def test_what_carries_no_information_is_independent(first: str, second: str, verdict: str) -> None:
    more = "assume: ['I_p(x; z) = 0']"
    report = judged_text(file("p(x, y, z)", [first, second], "", more))
    assert [step.verdict for step in report.steps] == ["proved", verdict]
