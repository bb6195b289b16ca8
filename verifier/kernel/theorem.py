"""Theorems: hypotheses |- left REL right, made by the kernel's inferences alone.

Guards against mistakes, not malice (`object.__setattr__` always wins): a Theorem can't be built,
copied, subclassed or unpickled outside `conclude`, which only the inferences call
(`kernel.inference`, `kernel.lemmas`).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, NoReturn

from sympy import Expr

from verifier.kernel.terms import Relation, Statement


@dataclass(frozen=True)
class Given:
    """Rests on a statement of the file that is not proved: "given step n"."""

    step: int


@dataclass(frozen=True)
class Declared:
    """What a `model` line says of a family (its factorisation, and with it independence), or that a
    variable is listed under `discrete`."""

    kind: Literal["model", "discrete"]
    name: str


class Sides(Enum):
    """What a move owes of the sides of the statement that it is made for, until an inference says
    what they are: that all that may be infinite in them is finite; that an integral in another
    converges absolutely over both."""

    FINITE = 1
    INTEGRABLE = 2
    MARKED = 3  # nothing yet: marks were kept, which taken off are owed


# Given, Fact, Declared, a condition of `support` or of `kernel.definedness`, Sides.
Hypothesis = Hashable


@dataclass(frozen=True)
class Inference:
    """One use of a rule: where, and with which instance.

    An inequality acted on a `part`; an equality rule on a node of the normal form, first
    at a `site` (see `equality.sites`), of these parts.
    """

    rule: str
    part: Expr | None = None
    instance: tuple[tuple[str, Expr], ...] = ()
    site: tuple[str, tuple[object, ...]] | None = None


class KernelError(Exception):
    """A side condition is not met, or the kernel was misused."""


class Theorem:
    """`hypotheses |- left relation right`, with the inferences that led to it."""

    __slots__ = ("hypotheses", "left", "proof", "relation", "right")

    hypotheses: frozenset[Hypothesis]
    left: Expr
    relation: Relation
    right: Expr
    proof: tuple[Inference, ...]

    def __init__(self, *_: Any, **__: Any) -> None:
        raise KernelError("a theorem is made by rules alone")

    def __init_subclass__(cls, **_: Any) -> NoReturn:
        raise KernelError("a theorem has no subclasses")

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise KernelError("a theorem doesn't change")

    def __delattr__(self, name: str) -> NoReturn:
        raise KernelError("a theorem doesn't change")

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise KernelError("a theorem is not pickled or copied")

    @property
    def statement(self) -> Statement:
        return Statement(self.left, self.relation, self.right)

    def __repr__(self) -> str:
        return f"<{len(self.hypotheses)} |- {self.left} {self.relation} {self.right}>"


def conclude(
    statement: Statement, proof: tuple[Inference, ...], hypotheses: frozenset[Hypothesis]
) -> Theorem:
    """Make a theorem. For the inferences only; a test holds the import to that."""
    made = object.__new__(Theorem)
    fields = {"hypotheses": hypotheses, **vars(statement), "proof": proof}
    for name, value in fields.items():
        object.__setattr__(made, name, value)
    return made


_TURNED: dict[Relation, Relation] = {"=": "=", ">=": "<=", "<=": ">="}


def turned(statement: Statement) -> Statement:
    """The same statement, read from right to left."""
    return Statement(statement.right, _TURNED[statement.relation], statement.left)


def composed(first: Relation, second: Relation) -> Relation | None:
    """The relation of a chain `a first b second c`; None where it turns round."""
    if first == "=" or first == second:
        return second
    return first if second == "=" else None


def implies(stronger: Relation, weaker: Relation) -> bool:
    """Whether a relation gives another: = gives >= and <=."""
    return stronger in (weaker, "=")


Direction = Literal[-1, 0, 1]
