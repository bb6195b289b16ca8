"""Statements reached: what the next steps go on from, and what later ones may use."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.formula.written import Statement as WrittenStatement
from verifier.formula.written import Written
from verifier.kernel.terms import Statement, Var
from verifier.kernel.theorem import Given, Theorem
from verifier.typeset.printer import plain


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
    def written(self) -> WrittenStatement:
        return WrittenStatement(self.left, self.statement.relation, self.right)

    @property
    def text(self) -> str:
        """As it is written."""
        return plain(self.written)
