"""The kinds of candidates that rules take, and what they make of one: nothing that is proposed is
trusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeAlias, TypeVar, TypeVarTuple

from sympy import Expr

from verifier.kernel.equality.context import Known
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.averages import Split
from verifier.kernel.inequality.scopes import Gathered, Law
from verifier.kernel.model import Condition
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.position import Position
from verifier.kernel.terms import Statement, Var
from verifier.kernel.theorem import Direction, Hypothesis

Divergent: TypeAlias = Expr | tuple[Expr, Expr] | tuple[Law, Expr] | Gathered
Weighed = tuple[tuple[Var, ...], Expr]
Candidate: TypeAlias = Divergent | Polynomial | Split | Known | Law | Condition | Weighed | None
C = TypeVar("C", bound=Candidate)
R = TypeVar("R")
Asked = TypeVarTuple("Asked")


@dataclass(frozen=True)
class Comparison:
    """A part compared with a `new` term on the side asked for, by this instance of the rule."""

    new: Expr
    instance: tuple[tuple[str, Expr], ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    weights: tuple[Expr, ...] = ()  # where one is 0 the part and what replaces it both are


@dataclass(frozen=True)
class Taken:
    """What a rule infers from a statement. `bound`: variables of the premise that it binds, with
    the densities that weigh them; `sums`: terms that it adds up, which must be defined."""

    statement: Statement
    bound: tuple[Var, ...] = ()
    weights: tuple[Expr, ...] = ()
    sums: tuple[Expr, ...] = ()


class Takes(NamedTuple, Generic[R]):
    """The kind of candidates that a rule takes, and what it makes of one, or None."""

    kind: str
    make: Callable[..., R | None]


@dataclass(frozen=True)
class Kind(Generic[*Asked, R]):
    """A kind of candidates, by its name: with what a rule is asked about one, and what it makes."""

    name: str

    def given_to(self, make: Callable[[Normaliser, *Asked], R | None]) -> Takes[R]:
        """What a rule makes of this kind."""
        return Takes(self.name, make)


# For a part, what might be put there, or how it may be an average. A rule compares the part with
# another term: +1 above it, -1 below, 0 equal.
ForPosition = Kind[Position, Direction, C, Comparison]
# Near a difference. A rule makes a term of one that is >= 0.
ForDifference = Kind[C, tuple[Expr, Comparison]]
# For what leads from a premise towards a goal: another statement.
ForPremise = Kind[Statement, Statement, C, Taken]
PART = ForPosition[None]("")  # no more than the part
AVERAGES = ForPosition[Split]("averages")
REWRITES = ForPosition[Known]("known")
SMALLER = ForPosition[Expr]("smaller")
SUMMANDS = ForPosition[Expr]("summands")
ARGUMENTS = ForDifference[Polynomial]("arguments")
DIFFERENCE = ForDifference[Polynomial]("difference")
DIVERGENCES = ForDifference[Divergent]("divergences")
ENTROPIES = ForDifference[Expr]("entropies")
LOGARITHMS = ForDifference[Gathered]("logarithms")
STATEMENTS = ForDifference[Known]("known")
GOAL = ForPremise[None]("")  # no more than the goal
LAWS = ForPremise[Law]("laws")
SUPPORT = ForPremise[Condition]("support")
WEIGHTS = ForPremise[Weighed]("weights")
