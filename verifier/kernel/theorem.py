"""Theorems: hypotheses |- left REL right, made by the kernel's inferences alone.

Guards against mistakes, not malice (`object.__setattr__` always wins): a Theorem can't be built,
copied, subclassed or unpickled outside `conclude`, which only `kernel.prover` calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from sympy import Expr

from verifier.kernel.arithmetic import densities
from verifier.kernel.binding import free_variables
from verifier.kernel.model import Condition, Fact
from verifier.kernel.ranges import order
from verifier.kernel.terms import Relation, Statement, Var


@dataclass(frozen=True)
class Given:
    """Rests on a statement of the file that is not proved: "given step n"."""

    step: int


@dataclass(frozen=True)
class Needed:
    """A condition on a part of a line, where its variables range as the line lets them.

    `kind` is above (> 0: its logarithm or a real power is taken), nonzero (it is divided by),
    conditioned (it stands right of a bar), finite, or compared (an argument of a KL, of which no
    logarithm is written). `weight` holds the densities that multiply
    the part: where they vanish it doesn't matter. `cancels`: the part is a factor, so that its own
    density is no weight for it (q/q is 0/0 where q vanishes); not so under a logarithm. What is
    finite `cancels` when it stands no more in the term. `laws` are those of the expectations, KLs
    and entropies around the part: where one vanishes, nothing is looked at.
    """

    kind: Literal["above", "nonzero", "conditioned", "finite", "compared"]
    term: Expr
    text: str = ""  # as written
    weight: tuple[Expr, ...] = ()
    bound: frozenset[Var] = frozenset()
    cancels: bool = False
    laws: tuple[Expr, ...] = ()

    @property
    def vanishing(self) -> bool:
        """Whether it is about where something vanishes, wherever the line is defined."""
        return self.kind not in ("finite", "compared")

    @property
    def weights(self) -> tuple[tuple[Expr, tuple[Expr, ...]], ...]:
        """The densities that must not vanish here, each with what weighs it."""
        return tuple(
            (density, tuple(w for w in self.weight if not (self.cancels and w == density)))
            for density in densities(self.term, sums=True)
            if self.binds(density)
        )

    def binds(self, density: Expr) -> bool:
        """Whether a variable of a density is bound around the part."""
        return any(order().covered(v, self.bound) for v in free_variables(density))


@dataclass(frozen=True)
class Declared:
    """What a `model` line says of a family (its factorisation, and with it independence), or that a
    variable is listed under `discrete`."""

    kind: Literal["model", "discrete"]
    name: str


Hypothesis = Given | Needed | Fact | Declared | Condition


@dataclass(frozen=True)
class Inference:
    """One use of a rule: where, and with which instance.

    An inequality acted on the part `place`; an equality rule on a node of the normal form, first
    at `site` (see `algebra.Site`).
    """

    rule: str
    place: Expr | None = None
    instance: tuple[tuple[str, Expr], ...] = ()
    site: tuple[str, tuple[Any, ...]] | None = None


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
    """Make a theorem. For `kernel.prover` only; a test holds the import to that."""
    made = object.__new__(Theorem)
    for name, value in (
        ("hypotheses", hypotheses),
        ("left", statement.left),
        ("relation", statement.relation),
        ("right", statement.right),
        ("proof", proof),
    ):
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


Direction = Literal[-1, 1]
