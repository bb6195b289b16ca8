"""The second opinion's budget: what each question may spend, and when others are left."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from sympy import Integer

from verifier.judge.sampling import Conjecture, SecondOpinion
from verifier.kernel.budget import Budget
from verifier.kernel.model import Model
from verifier.kernel.terms import Statement
from verifier.numeric.search.sampled_model import Turn
from verifier.outcome import Numeric

FIGURE = Numeric(1, True, 0.0)
UNITS, HORIZONS = 10, 2


class Costly:
    """A sampled model in which a statement about n costs n units at each horizon."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.asked: list[int] = []

    def check(self, statements: Sequence[Statement], _: object, turn: Turn) -> list[Numeric]:
        for _horizon in range(HORIZONS):
            for place, statement in enumerate(statements):
                turn(place, partial(self._spend, int(statement.left)))
        return [FIGURE for _ in statements]

    def _spend(self, cost: int) -> list[Any]:
        self.asked.append(cost)
        self._budget.spend(cost)
        return []


CASES = {
    "each has the whole budget": ((5, 4, 5, 5), (1, 1, 1, 1)),
    "over all horizons": ((5, 6, 5), (1, 0, 1)),
    "three that spend it end the others": ((1, 9, 2, 99, 3, 8, 4, 5), (1, 0, 1, 0, 1, 0, 0, 0)),
}


@pytest.mark.parametrize("case", CASES)
def test_what_has_a_figure(case: str) -> None:
    costs, figures = CASES[case]
    budget = Budget(UNITS)
    second, model = SecondOpinion(Model(), budget), Costly(budget)
    vars(second)["_sampled"] = model
    said = [
        Conjecture(n, Statement(Integer(cost), "=", Integer(0))) for n, cost in enumerate(costs)
    ]
    assert second.figures(said) == [FIGURE if each else None for each in figures]
    before = len(model.asked)
    known = [c for c, each in zip(said, figures, strict=True) if each]
    assert second.figures(known) == [FIGURE for _ in known]
    assert len(model.asked) == before, "what is known isn't asked again"
