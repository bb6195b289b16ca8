"""Statements reached, and what later steps may use of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from verifier.derivation.derivation import Derivation
from verifier.formula.written import Statement as WrittenStatement
from verifier.formula.written import Written
from verifier.kernel.terms import Statement, Var
from verifier.kernel.theorem import Given, Theorem
from verifier.typeset.printer import plain

Load = Callable[[str], Derivation]


@dataclass(frozen=True)
class Reached:
    """A statement reached: the theorem of it, in writing too, and the variables free in it and in
    its last line. Of a step that isn't proved the theorem is given itself."""

    theorem: Theorem
    left: Written
    right: Written
    free: frozenset[Var]
    last: frozenset[Var]
    index: int = 0

    @property
    def statement(self) -> Statement:
        return self.theorem.statement

    @property
    def given(self) -> tuple[int, ...]:
        """The steps that aren't proved and on which it rests."""
        items = (item for item in self.theorem.hypotheses if isinstance(item, Given))
        return tuple(sorted(item.step for item in items))

    @property
    def text(self) -> str:
        """As it is written."""
        return plain(WrittenStatement(self.left, self.statement.relation, self.right))


def relative(load: Load, file: str) -> Load:
    """Loads what a file names: its paths are relative to it."""
    folder = file.rpartition("/")[0]
    return lambda name: load(f"{folder}/{name}" if folder else name)
