"""Derivations over sequences that go on from laws that are equal, as their divergence is 0, for
other laws than those that ship; and the same with something wrong, which isn't certified."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from programs import needs

from certificate.statements import TRUE_SECONDS, account_of, closed_though_false, tried, unjudged
from verifier.certificate.pieces import Certificate
from verifier.certificate.writer import certificate


@dataclass(frozen=True)
class Case:
    """A derivation: what is assumed, and what follows from that one after the other, each by these
    rules. `wrong`: what doesn't follow in the place of a step, by its number."""

    model: tuple[str, ...]
    assumed: str
    steps: tuple[tuple[str, str], ...]
    wrong: tuple[tuple[int, str], ...]
    parameters: tuple[str, ...] = ("n >= 2",)
    support: tuple[str, ...] | None = None

    def text(self, steps: tuple[tuple[str, str], ...]) -> str:
        every = ((self.assumed.removeprefix("for all y: "), "assumption"), *steps)
        uses = "using: equal, "
        said = "\n".join(
            f'  - {{so: "{line}", by: {by}, {uses * (by == "substitution")}'
            f"{'label: equal' if by == 'gibbs' else ''}}}"
            for line, by in every
        )
        support = "" if self.support is None else f"support: {[*self.support]}"
        return f"""
title: laws that are equal
model: {[*self.model]}
parameters: {[*self.parameters]}
{support}
assume: ["{self.assumed}"]
steps:
{said}
claim: "{every[-1][0]}"
"""

    def false(self, number: int, line: str) -> Certificate:
        """What doesn't follow as the last step, after those that come before it."""
        steps = (*self.steps[: number - 2], (line, self.steps[number - 2][1]))
        return certificate(account_of(self.text(steps), unjudged))


CHAIN = "q(x_{0:n}) = q(x_0) prod_{i=1}^{n} q(x_i | x_{i-1})"
BACK = "p(x_{0:n}) = p(x_n) prod_{i=1}^{n} p(x_{i-1} | x_i)"
HIERARCHIES = tuple(f"{f}(z_{{1:n}}) = prod_{{i=1}}^{{n}} {f}(z_i | z_{{i+1:n}})" for f in "qp")
OBSERVED = "p(y, x_{0:n}) = p(x_0) p(y | x_n) prod_{i=1}^{n} p(x_i | x_{i-1})"
GUESSED = "q(x_{0:n} | y) = q(x_n | y) prod_{i=1}^{n} q(x_{i-1} | x_i, y)"
PAIRS = (
    "p(x_{0:n}, z_{0:n}) = prod_{i=0}^{n} p(x_i | z_i) p(z_i | z_{0:i-1})",
    "q(x_{0:n}, z_{0:n}) = prod_{i=0}^{n} q(x_i | z_{0:i}) q(z_i | z_{0:i-1})",
)
GIVEN = "KL(q(x_{1:n} | x_0) || p(x_{1:n} | x_0))"
EQUAL = "q(x_{1:n} | x_0) = p(x_{1:n} | x_0)"
APART = "q(x_1 | x_0) q(x_{2:n} | x_0, x_1) = p(x_1 | x_0) p(x_{2:n} | x_0, x_1)"
NEXT = " = ".join(f"int {side} dx_{{2:n}}" for side in APART.split(" = "))
CASES = {
    "all-of-a-hierarchy": Case(
        HIERARCHIES,
        "KL(q(z_{1:n}) || p(z_{1:n})) = 0",
        (
            ("q(z_{1:n}) = p(z_{1:n})", "gibbs"),
            ("q(z_{1:n-1} | z_n) q(z_n) = p(z_{1:n-1} | z_n) p(z_n)", "chain-rule"),
            (
                "int q(z_{1:n-1} | z_n) q(z_n) dz_{1:n-1}"
                " = int p(z_{1:n-1} | z_n) p(z_n) dz_{1:n-1}",
                "integrate",
            ),
            ("q(z_n) = p(z_n)", "normalisation"),
        ),
        (
            (2, "q(z_{1:n-1} | z_n) = p(z_{1:n-1})"),
            (3, "q(z_{1:n-1} | z_n) p(z_n) = p(z_{1:n-1}) q(z_n)"),
            (4, "int q(z_{1:n-1} | z_n) q(z_n) dz_n = int p(z_{1:n-1} | z_n) p(z_n) dz_{1:n-1}"),
            (5, "q(z_1) = p(z_n)"),
        ),
    ),
    "given-one-start": Case(
        (CHAIN, BACK),
        f"{GIVEN} = 0",
        (
            (EQUAL, "gibbs"),
            (APART, "chain-rule"),
            (NEXT, "integrate"),
            ("q(x_1 | x_0) = p(x_1 | x_0)", "normalisation"),
        ),
        (
            (2, "q(x_{0:n}) = p(x_{0:n})"),
            (2, "q(x_{1:n}) = p(x_{1:n})"),
            (3, "q(x_{0:n}) = p(x_{0:n})"),
            (4, NEXT.replace("dx_{2:n}", "dx_0 dx_{2:n}")),
            (5, "q(x_1) = p(x_1)"),
        ),
        support=(
            "q(x_{1:n} | x_0) << p(x_{0:n})",
            "p(x_{0:n}) << q(x_{1:n} | x_0)",
            "p(x_0, x_1) > 0",
            "finite all",
        ),
    ),
    "at-most-0": Case(
        (CHAIN, BACK),
        f"{GIVEN} <= 0",
        (
            (EQUAL, "gibbs"),
            ("q(x_{1:n} | x_0) p(x_0) = p(x_{0:n})", "[cross-multiply, chain-rule]"),
        ),
        ((3, "q(x_{1:n} | x_0) p(x_0) = q(x_{0:n})"), (3, "q(x_{1:n} | x_0) p(x_1) = p(x_{0:n})")),
    ),
    "put-under-averages": Case(
        (CHAIN, BACK),
        f"{GIVEN} = 0",
        (
            (EQUAL, "gibbs"),
            (
                "E_{q(x_{1:n} | x_0)}[log p(x_{1:n} | x_0)]"
                " = E_{p(x_{1:n} | x_0)}[log q(x_{1:n} | x_0)]",
                "substitution",
            ),
        ),
        (
            (3, "E_{q(x_{1:n})}[log p(x_{1:n} | x_0)] = E_{p(x_{1:n})}[log q(x_{1:n} | x_0)]"),
            (3, "E_{q(x_{0:n})}[log p(x_{1:n} | x_0)] = E_{q(x_{0:n})}[log q(x_{1:n} | x_0)]"),
        ),
    ),
    "for-all-observations": Case(
        (OBSERVED, GUESSED),
        "for all y: KL(q(x_{0:n} | y) || p(x_{0:n} | y)) = 0",
        (
            ("q(x_{0:n} | y) = p(x_{0:n} | y)", "gibbs"),
            ("log q(x_{0:n} | y) = log p(x_{0:n} | y)", "take-log"),
            ("log q(x_{0:n} | y) = log p(y, x_{0:n}) - log p(y)", "[chain-rule, log-rules]"),
        ),
        (
            (2, "q(x_{0:n} | y) = p(x_{0:n})"),
            (3, "log q(x_{0:n} | y) = log p(x_{0:n})"),
            (4, "log q(x_{0:n} | y) = log p(y, x_{0:n}) - log p(x_{0:n})"),
        ),
    ),
    "two-sequences": Case(
        PAIRS,
        "KL(q(x_{0:n}, z_{0:n}) || p(x_{0:n}, z_{0:n})) = 0",
        (
            ("q(x_{0:n}, z_{0:n}) = p(x_{0:n}, z_{0:n})", "gibbs"),
            ("q(x_{0:n} | z_{0:n}) q(z_{0:n}) = p(x_{0:n} | z_{0:n}) p(z_{0:n})", "chain-rule"),
            (
                "int q(x_{0:n} | z_{0:n}) q(z_{0:n}) dx_{0:n}"
                " = int p(x_{0:n} | z_{0:n}) p(z_{0:n}) dx_{0:n}",
                "integrate",
            ),
            ("q(z_{0:n}) = p(z_{0:n})", "normalisation"),
        ),
        (
            (2, "q(x_{0:n}, z_{0:n}) = p(x_{0:n}) p(z_{0:n})"),
            (3, "q(x_{0:n} | z_{0:n}) = p(x_{0:n} | z_0)"),
            (5, "q(z_{0:n}) = p(x_{0:n})"),
        ),
    ),
}


@needs("coqc")
@pytest.mark.parametrize("name", CASES)
def test_what_follows_from_equal_laws_is_closed(name: str, library: Path) -> None:
    case = CASES[name]
    lemmas = tried(library, {name: certificate(account_of(case.text(case.steps)))}, TRUE_SECONDS)
    assert [lemma for lemma, closed in lemmas[name].items() if not closed] == []


@needs("coqc")
def test_what_does_not_follow_is_not(library: Path) -> None:
    asked = {
        f"{name}, step {number}: {line}": case.false(number, line)
        for name, case in CASES.items()
        for number, line in case.wrong
    }
    assert closed_though_false(library, asked, last=True) == []
