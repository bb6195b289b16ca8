"""What a rule is: a statement with its side conditions, and how it acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from sympy import Expr

from verifier.kernel.equality.context import Source
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.sites import Hook
from verifier.kernel.inequality.candidates import Comparison, Taken, Takes
from verifier.kernel.model import Model
from verifier.kernel.terms import Statement


@dataclass(frozen=True, kw_only=True)
class Hints:
    """For those who look for rules. `cues`, `needs`: kinds of terms, or what is declared, that call
    for one; `changes`: kinds of which there are others where it has acted; `topics`: rules about
    the same often do each other's work; `common`: it goes with most others; `shortens`: from a
    premise it may be a shorter way than what was found first."""

    cues: tuple[type, ...] = ()
    needs: Callable[[Model], object] | None = None
    changes: tuple[type, ...] = ()
    topics: tuple[str, ...] = ()
    common: bool = False
    shortens: bool = False


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of the format's table, in one file: what it says, under which conditions, and where
    that is from.

    An equality rule acts through `hooks` at sites of the normal form. The others take candidates,
    and make of one what it says or refuse it: `compares` the part at a position with another term,
    `nonnegative` says of a term that it is >= 0, `infer` makes of a statement and a goal another
    statement, `together` says whether several add up to a goal. `passes` and `fails` are
    derivations: the first is verified, the second refused, by this rule.
    """

    name: str
    says: str
    conditions: str
    source: str
    passes: str
    fails: str
    aliases: tuple[str, ...] = ()
    tidying: bool = False
    implies: tuple[str, ...] = ()
    spells: tuple[str, ...] = ()  # what it implies where entropies of random variables stand
    hooks: tuple[Hook, ...] = ()
    uses: Source | None = None  # statements that are given to it
    compares: Takes[Comparison] | None = None
    nonnegative: Takes[tuple[Expr, Comparison]] | None = None
    infer: Takes[Taken] | None = None
    # what is shown of a term may be shown of it as rewritten by this
    serves: Literal["", "finite", "positive", "both"] = ""
    moves: bool = False  # terms from side to side, which may leave an inequality
    together: Callable[[Normaliser, Sequence[Statement], Statement], bool] | None = None
    hints: Hints = Hints()

    @property
    def decides(self) -> bool:
        """Whether it leads to anything but equalities of normal forms."""
        return bool(self.compares or self.nonnegative or self.infer or self.together)
