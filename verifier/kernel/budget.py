"""One work counter through kernel and search, so that a verdict is the same on every machine."""

from __future__ import annotations


class OutOfWork(Exception):  # noqa: N818 - an outcome, not a mistake
    """The counter ran out: the answer is "unproved", never a guess."""


class Budget:
    """Counts abstract units of work, some microseconds each: what is `left` for a question, and for
    all that are asked, the `rest`."""

    def __init__(self, units: int) -> None:
        self.units = units
        self.left = units
        self.rest = 10**12

    def spend(self, units: int = 1) -> None:
        """Count work done; raises OutOfWork when none is left."""
        self.left -= units
        self.rest -= units
        if self.left < 0 or self.rest < 0:
            raise OutOfWork

    def refill(self) -> None:
        """Start again: each question has the whole budget."""
        self.left = self.units
