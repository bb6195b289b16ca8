"""What an inequality rule says of a candidate, and what that takes."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from verifier.kernel.terms import Statement, Var
from verifier.kernel.theorem import Hypothesis


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
