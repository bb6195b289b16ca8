"""Facts and statements in `using`, wherever and in whatever form a line has them; and one rule that
bounds several terms of a line."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from derivation_table import judged_text
from test_format import file

from verifier.outcome import Verdict


class Case(NamedTuple):
    """What is declared, the steps of which the last is asked about, and its verdict."""

    model: str
    more: str
    steps: list[str]
    want: str = "proved"


SOLVED = "assume: ['0 = r - b (log(f / n) + 1)']\nparameters: ['b > 0', 'f > 0', 'n > 0', r, a]"
MEAN = "assume: ['E_{q(z)}[f(z)] = m']\nfunctions: ['f(z)']\nparameters: [m, a]"
SUM = "assume: ['for all z: f(z) + g(z) = 1']\nfunctions: ['f(z)', 'g(z)']"
POINT = "assume: ['f(z) + g(z) = 1']\nfunctions: ['f(z)', 'g(z)']"
BELOW = (
    "assume: ['for all z: 0 <= g(z) + 1 - f(z)']\n"
    "functions: ['f(z)', 'g(z)']\nparameters: ['b > 0', c]"
)
ONE = "assume: ['a + b = 1']\nparameters: [a, b, c]"
POSTERIOR = "assume: ['for all x, z: q(z | x) = p(x | z) p(z) / Z(x)']\nfunctions: ['Z(x) > 0']"
OPTIMAL = (
    "assume: ['for all x, y: n(y | x) = s(y | x) exp(r(y, x) / b) / Z(x)']\n"
    "parameters: ['b > 0']\nfunctions: ['r(y, x)', 'Z(x) > 0']"
)
STATIONARY = "assume: ['for all z: log p(z) - log q(z) - 1 + l = 0']\nparameters: [l]"
ALIKE = "assume: ['for all x, z: p(x, z) = q(x, z)']\nfunctions: ['f(z)']"
APART = "assume: ['for all x, y: p(x, y) = p(x) p(y)']"
SAME = "assume: ['KL(q(z) || p(z | x)) = 0']"
TWO = "p(x, z) ;; q(x, z)"
FOUR = "p(z) ;; q(z) ;; r(z) ;; s(z)"
POSITIVE = "functions: ['f(z) > 0', 'g(z) > 0', 'phi(u) convex']\nparameters: [c]"
ELBO = "so log p(x) = E_{q(z)}[log p(x, z) - log q(z)] + KL(q(z) || p(z | x)) @ @ label: s"

FACTS = {
    "solved for a part": Case("", SOLVED, ["so log(f / n) = (r - b) / b @ assumption"]),
    "solved, no rule cited": Case("", SOLVED, ["so log(f / n) = (r - b) / b"]),
    "solved, in the middle": Case(
        "", SOLVED, ["start a + 2 log(f / n)", "eq a + 2 (r - b) / b @ assumption"]
    ),
    "solved wrongly": Case("", SOLVED, ["so log(f / n) = r / b @ assumption"], "refuted"),
    "solved by what may be 0": Case(
        "q(z)",
        "assume: ['b E_{q(z)}[f(z)] = c']\nparameters: [b, c]\nfunctions: ['f(z)']",
        ["start E_{q(z)}[f(z)]", "eq c / b @ assumption"],
        "unproved",
    ),
    "hidden by linearity, scaled": Case(
        "q(z)", MEAN, ["start E_{q(z)}[a f(z) + 1]", "eq a m + 1 @ assumption linearity"]
    ),
    "used twice": Case("", ONE, ["start a^2 + b^2", "eq 1 - 2 a b @ assumption"]),
    "a sum averaged": Case("q(z)", SUM, ["start E_{q(z)}[f(z)]", "eq 1 - E_{q(z)}[g(z)]"]),
    "at one point it isn't averaged": Case(
        "q(z)", POINT, ["start E_{q(z)}[f(z)]", "eq 1 - E_{q(z)}[g(z)]"], "refuted"
    ),
    "its logarithm averaged": Case(
        "p(x, z) ;; q(z | x)", POSTERIOR,
        ["start E_{q(z | x)}[log p(x, z)]", "eq E_{q(z | x)}[log q(z | x)] + log Z(x)"],
    ),
    "solved for what stands in an exponential, averaged": Case(
        "n(y | x) ;; s(y | x)", OPTIMAL,
        ["start E_{n(y | x)}[r(y, x)]", "eq b KL(n(y | x) || s(y | x)) + b log Z(x)"],
    ),
    "its exponential": Case("p(z) ;; q(z)", STATIONARY, ["start q(z)", "eq p(z) exp(l - 1)"]),
    "its exponential, wrongly": Case(
        "p(z) ;; q(z)", STATIONARY, ["start q(z)", "eq p(z) exp(l)"], "refuted"
    ),
    "a divergence that is 0": Case(
        "p(x, z) ;; q(z)", SAME, ["start log p(x)", "eq E_{q(z)}[log p(x, z) - log q(z)]"]
    ),
    "its marginal": Case(TWO, ALIKE, ["start p(x)", "eq q(x)"]),
    "its conditional": Case(TWO, ALIKE, ["start p(z | x)", "eq q(z | x)"]),
    "the logarithm of its conditional": Case(
        TWO, ALIKE, ["start log p(z | x)", "eq log q(x, z) - log q(x)"]
    ),
    "an average under its conditional": Case(
        TWO, ALIKE, ["start E_{p(z | x)}[f(z)]", "eq E_{q(z | x)}[f(z)]"]
    ),
    "independence at the conditional": Case("p(x, y)", APART, ["start p(y | x)", "eq p(y)"]),
    "at a point it has no marginal": Case(
        TWO, "assume: ['p(x, z) = q(x, z)']", ["start p(x)", "eq q(x)"], "refuted"
    ),
    "an inequality solved, averaged": Case(
        "q(z)", BELOW, ["start E_{q(z)}[b f(z) + 2]", "le b E_{q(z)}[g(z)] + b + 2"]
    ),
    "an inequality times what may be negative": Case(
        "q(z)", BELOW, ["start E_{q(z)}[c f(z)]", "le c E_{q(z)}[g(z)] + c"], "refuted"
    ),
    "a statement in using, solved and scaled": Case(
        "p(x, z) ;; q(z)", "",
        [
            ELBO,
            "so 2 KL(q(z) || p(z | x)) + 1"
            " = 2 log p(x) - 2 E_{q(z)}[log p(x, z) - log q(z)] + 1 @ substitution @ using: [s]",
        ],
    ),
}  # fmt: skip

BOUNDS = {
    "two divergences": Case(
        FOUR, POSITIVE, ["start KL(q(z) || p(z)) + KL(r(z) || s(z)) + c", "ge c @ gibbs"]
    ),
    "one of them is subtracted": Case(
        FOUR, POSITIVE, ["start KL(q(z) || p(z)) - KL(r(z) || s(z)) + c", "ge c @ gibbs"], "refuted"
    ),
    "five divergences": Case(
        FOUR, POSITIVE,
        [
            "start KL(q(z) || p(z)) + KL(r(z) || s(z)) + KL(p(z) || r(z)) + KL(p(z) || s(z))"
            " + KL(s(z) || p(z)) + c",
            "ge c @ gibbs",
        ],
    ),
    "two logarithms": Case(
        FOUR, POSITIVE,
        [
            "start log E_{q(z)}[f(z)] + log E_{p(z)}[g(z)]",
            "ge E_{q(z)}[log f(z)] + E_{p(z)}[log g(z)] @ jensen",
        ],
    ),
    "two squares": Case(
        FOUR, POSITIVE,
        [
            "start E_{q(z)}[f(z)]^2 + E_{p(z)}[g(z)]^2 + E_{r(z)}[g(z)]^2",
            "le E_{q(z)}[f(z)^2] + E_{p(z)}[g(z)^2] + E_{r(z)}[g(z)^2] @ jensen",
        ],
    ),
    "one square each way": Case(
        FOUR, POSITIVE,
        [
            "start E_{q(z)}[f(z)]^2 - E_{p(z)}[g(z)]^2",
            "le E_{q(z)}[f(z)^2] - E_{p(z)}[g(z)^2] @ jensen",
        ],
        "refuted",
    ),
    "a function of two averages": Case(
        FOUR, POSITIVE,
        [
            "start phi(E_{q(z)}[f(z)]) + 2 phi(E_{p(z)}[g(z)])",
            "le E_{q(z)}[phi(f(z))] + 2 E_{p(z)}[phi(g(z))] @ jensen",
        ],
    ),
    "in two exponentials": Case(
        FOUR, POSITIVE,
        ["start exp(KL(q(z) || p(z))) + exp(KL(r(z) || s(z)))", "ge 2 @ gibbs"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", [*FACTS.values(), *BOUNDS.values()], ids=[*FACTS, *BOUNDS])
def test_a_line_by_what_is_known(case: Case) -> None:
    report = judged_text(file(case.model, case.steps, "", case.more))
    assert report.error is None
    assert not report.internal
    *before, last = report.steps
    assert all(step.verdict is Verdict.PROVED for step in before)
    assert last.verdict == case.want, last.diagnostic
