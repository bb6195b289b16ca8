"""The kinds of candidates that rules take, and what they make of one: nothing that is proposed is
trusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeAlias, TypeVar

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


@dataclass(frozen=True)
class Kind(Generic[C]):
    """A kind of candidates by its name, with their type."""

    name: str


NONE = Kind[None]("")  # the rule needs no more than where it is to act
# At a position: what might stand in the part's place, or how it may be an average.
AVERAGES = Kind[Split]("averages")
KNOWN = Kind[Known]("known")  # near a difference too
SMALLER = Kind[Expr]("smaller")
SUMMANDS = Kind[Expr]("summands")
# Near a difference: what might be said to be >= 0.
ARGUMENTS = Kind[Polynomial]("arguments")
DIFFERENCE = Kind[Polynomial]("difference")
DIVERGENCES = Kind[Divergent]("divergences")
LOGARITHMS = Kind[Gathered]("logarithms")
# For a premise and a goal: what might lead from the one towards the other.
LAWS = Kind[Law]("laws")
SUPPORT = Kind[Condition]("support")
WEIGHTS = Kind[Weighed]("weights")


class Takes(NamedTuple, Generic[R]):
    """The kind of candidates that a rule takes, and what it makes of one, or None."""

    kind: str
    make: Callable[..., R | None]


def at_position(
    kind: Kind[C], make: Callable[[Normaliser, Position, Direction, C], Comparison | None]
) -> Takes[Comparison]:
    """The part at a position compared with another term: +1 above it, -1 below, 0 equal."""
    return Takes(kind.name, make)


def near_difference(
    kind: Kind[C], make: Callable[[Normaliser, C], tuple[Expr, Comparison] | None]
) -> Takes[tuple[Expr, Comparison]]:
    """A term that is >= 0."""
    return Takes(kind.name, make)


def from_premise(
    kind: Kind[C], make: Callable[[Normaliser, Statement, Statement, C], Taken | None]
) -> Takes[Taken]:
    """Of a statement and a goal another statement."""
    return Takes(kind.name, make)
