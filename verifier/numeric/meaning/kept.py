"""Values that are made once and kept, until memory is wanted for others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from sympy import Basic

from verifier.numeric.numbers.arrays import Data, Field

Key: TypeAlias = Basic | tuple[object, ...]


class Kept:
    """What was made, each under a key of its own: a term, or what tells it from a term's value."""

    def __init__(self) -> None:
        self._fields: dict[Key, Field] = {}
        self._wanted: set[Key] = set()
        self.size = 0  # how many numbers are kept

    def once(self, key: Key, make: Callable[[], Field]) -> Field:
        """A value made once; not fresh, for others share it."""
        made = self._fields.get(key)
        if made is None:
            self._fields[key] = made = make().shared()
            self.size += made.data.size
        return made

    def from_the_second(self, key: Key, make: Callable[[], Field]) -> Field:
        """A value kept from the second time on: one that is wanted once may be overwritten."""
        if key not in self._fields and key not in self._wanted:
            self._wanted.add(key)
            return make()
        return self.once(key, make)

    def clear(self) -> list[Data]:
        """Drop everything; returns the arrays."""
        arrays = [field.data for field in self._fields.values()]
        self._fields.clear()
        self._wanted.clear()
        self.size = 0
        return arrays
