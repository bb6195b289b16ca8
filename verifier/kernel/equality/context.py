"""What a derivation declares, and what its rules may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from sympy import Basic, Expr

from verifier.kernel.binding import free_variables, substitute
from verifier.kernel.budget import Budget
from verifier.kernel.equality.store import Store
from verifier.kernel.model import Fact, Model
from verifier.kernel.sequences.ranges import Order
from verifier.kernel.terms import Statement, Var, Variables
from verifier.kernel.theorem import Hypothesis, Theorem, turned

Source = Literal["facts", "using"]
Unfolded = tuple[Mapping[Any, Any] | None, frozenset[Any]]


@dataclass(frozen=True)
class Known:
    """A theorem that a rule may use, for all values of its free variables but those that facts fix:
    of the rule for facts, or of the one for statements in `using`. Read from left to right, or
    `turned`."""

    source: Source
    theorem: Theorem
    turned: bool = False

    @property
    def statement(self) -> Statement:
        """What it says, read so."""
        return turned(self.theorem.statement) if self.turned else self.theorem.statement

    def at(self, order: Order, values: Mapping[Var, Var]) -> tuple[Hypothesis, ...]:
        """What an instance rests on."""
        return tuple(
            substitute(item, values, order) if isinstance(item, Basic) else item
            for item in self.theorem.hypotheses
        )


def fixed_by(theorem: Theorem) -> Variables:
    """The variables at which facts hold that a theorem rests on: nothing may bind them."""
    return frozenset(
        variable
        for fact in theorem.hypotheses
        if isinstance(fact, Fact)
        for variable in (free_variables(fact.left) | free_variables(fact.right)) - fact.quantified
    )


@lru_cache(maxsize=1024)
def quantified(order: Order, theorem: Theorem) -> Variables:
    """The variables for all values of which a theorem holds."""
    free, fixed = free_variables(theorem.left) | free_variables(theorem.right), fixed_by(theorem)
    return frozenset(v for v in free if order.disjoint([v], fixed))


@dataclass
class Context:
    """What a derivation declares, and the state that its steps share."""

    model: Model
    budget: Budget = field(default_factory=lambda: Budget(10**9))
    store: Store = field(default_factory=Store)
    equations: tuple[Known, ...] = ()  # by which `assumption` and `substitution` rewrite
    known: tuple[Known, ...] = ()  # the statements that they may use
    # what may be infinite in a term under some rules, and what `Listed` has to say of that
    unfolded: dict[tuple[Expr, object], Unfolded] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store.marks = self.model.marked or self.model.support is not None
