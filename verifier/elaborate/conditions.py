"""What a written formula takes for granted, collected before anything can cancel."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr, Mul

from verifier.kernel import terms
from verifier.kernel.terms import Var
from verifier.language.written import Span, Written


class IllFormed(Exception):  # noqa: N818 - the verdict's own name
    """An expression that doesn't mean anything."""

    def __init__(self, code: str, span: Span, **data: object) -> None:
        super().__init__(code)
        self.code = code
        self.span = span
        self.data = data


@dataclass(frozen=True)
class Needed:
    """One condition on a part of a line.

    `kind` is above (> 0, for a logarithm or a power), nonzero (divided by), conditioned (right of
    a bar) or finite. `weight` holds the densities that multiply the part: where they vanish it
    doesn't matter. `cancels`: the part is a factor, so that its own density is no weight for it
    (q/q is 0/0 where q vanishes); not so under a logarithm.
    """

    kind: str
    term: Expr
    written: Written
    weight: tuple[Expr, ...] = ()
    bound: frozenset[Var] = frozenset()
    cancels: bool = False


@dataclass
class Record:
    """What one line shows: conditions, the variables free and bound in it, remarks."""

    needed: list[Needed] = field(default_factory=list)
    free: dict[Var, Span] = field(default_factory=dict)
    bound: dict[Var, Span] = field(default_factory=dict)
    hidden: list[tuple[Var, Span]] = field(default_factory=list)


def densities(term: Expr) -> tuple[Expr, ...]:
    """The densities that are factors of a term."""
    factors = Mul.make_args(term)
    bases = (f.base if f.is_Pow else f for f in factors)
    return tuple(f for f in bases if isinstance(f, terms.Density))
