"""Positions in a term, with their polarity: whether the whole grows with the part, or shrinks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sympy import Expr

from verifier.kernel.definedness import NOTHING, Conditions
from verifier.kernel.terms import Index, Var


@dataclass(frozen=True)
class Position:
    """A part of a term, its binders opened.

    `polarity` is +1 where the whole grows with the part, -1 where it shrinks, 0 where that is
    unknown: for the parts that it `admits`. `put` gives the whole with another part in its place.
    `bound` maps slots to the opened variables in scope, and bound indices to the opened ones.
    """

    part: Expr
    polarity: int
    put: Callable[[Expr], Expr]
    bound: Mapping[Var | Index, Var | Index]
    admits: Callable[[Expr], bool] = lambda _: True
    weights: tuple[Expr, ...] = ()  # laws and densities around the part
    owed: Conditions = NOTHING  # what the polarity rests on

    def inside(
        self, part: Expr, polarity: int, within: Callable[[Expr], Expr],
        bound: Mapping[Var | Index, Var | Index] | None = None, weights: tuple[Expr, ...] = (),
        owed: Conditions = NOTHING,
    ) -> Position:  # fmt: skip
        """The position of a part of the part, that `within` puts another into."""
        return Position(
            part, self.polarity * polarity, lambda new: self.put(within(new)),
            {**self.bound, **(bound or {})}, lambda new: self.admits(within(new)),
            (*self.weights, *weights), self.owed | owed,
        )  # fmt: skip
