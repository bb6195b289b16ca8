"""The same statement between other sides: a way that comes to nothing costs no other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from verifier import verify
from verifier.kernel.sequences.ranges import Undecided
from verifier.outcome import Verdict

LINE = (
    "sum_{n=1}^{N} log p(x_n) >= "
    "sum_{n=1}^{N} (E_{q(z | x_n)}[log p(x_n | z)] - KL(q(z | x_n) || p(z)))"
)
FILE = f"""
title: the bound of a data set, which one way alone finds
model: ["p(x, z)", "q(z | x)"]
copies: [x_n of x]
parameters: [N >= 1]
steps:
  - so: "{LINE}"
    by: [kl, chain-rule, marginalisation, jensen]
claim: "{LINE}"
"""


def failing(error: type[Exception]) -> Callable[..., object]:
    def way(*_: object) -> object:
        raise error

    return way


@pytest.mark.parametrize("error", [Undecided, ZeroDivisionError])
@pytest.mark.parametrize(
    "way", ["bounded", "_by_formulas", "_as_means", "_chained", "_multiplied", "diverging"]
)
def test_the_others_are_tried(
    way: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"verifier.tactics.opened.{way}", failing(error))
    (step,) = verify(text=FILE).derivations[0].steps
    assert step.verdict is Verdict.PROVED


def test_it_is_the_way_that_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.tactics.opened.merged", failing(Undecided))
    (step,) = verify(text=FILE).derivations[0].steps
    assert step.verdict is not Verdict.PROVED
