"""What is between the sides of a step, as far as it can be said: lines, and lemmas about them."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr

from verifier.certificate.account import Between, Step
from verifier.certificate.lines import Lines
from verifier.certificate.pieces import Piece
from verifier.certificate.tables import UncertifiableError
from verifier.kernel.terms import Statement


class Betweens:
    """The statements on the way of a step; `kept`: those that can be said. Where an equality leads
    to a line that can't, the next one is taken from where it began."""

    def __init__(self, lines: Lines, step: Step) -> None:
        self.lines, self.step = lines, step
        self.kept: list[Between] = []

    def defined(self) -> Iterator[Piece]:
        """The definitions of their lines."""
        start: Expr | None = None
        for number, link in enumerate(self.step.between(), 1):
            said = link.statement
            if start is not None and said.relation == "=":
                said = Statement(start, "=", said.right)
            start = None
            name = f"e{self.step.number}_{number}"
            try:
                self._named(said, link.weights)
                for side, term in (("l", said.left), ("r", said.right)):
                    piece = self.lines.define(f"{name}{side}", term)
                    yield from (piece,) if piece else ()
            except UncertifiableError:
                start = said.left if said.left in self.lines.of else None
                continue
            if not link.known:
                self.kept.append(Between(said, link.weights))

    def _named(self, said: Statement, weights: tuple[Expr, ...]) -> None:
        """Refuse what would have one name for two variables."""
        tables = self.lines.printer.tables
        every = {*tables.about(said.left, said.right, *weights), *self.lines.fixed}
        own = [tables.name(v) for v in every]
        if len({*own}) < len(own):
            raise UncertifiableError("two variables of one name")
