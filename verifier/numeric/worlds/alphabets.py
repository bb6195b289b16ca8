"""What variables range over in a sample's worlds: alphabets, with a width for each point."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from verifier.kernel.terms import Var
from verifier.numeric.numbers.arrays import (
    Axes,
    Data,
    Field,
    Fields,
    UnsupportedError,
    canonical,
    ordered,
    rename,
    spread,
)
from verifier.numeric.worlds.draws import Draw, Sample


@lru_cache(maxsize=65536)
def slot_of(variable: Var, copies: tuple[tuple[Var, Var], ...]) -> Var:
    """The slot that a variable, or the one that it is a copy of, stands for."""
    slot = variable.tagged(0) if variable.tag else variable
    return canonical(dict(copies).get(slot, slot))


def numbers(draw: Draw, fields: Fields) -> Field:
    """What a draw's integers over their denominator are."""
    return Field(draw.axes, fields.arithmetic.ratio(draw.top, draw.bottom))


class Alphabets:
    """The points of each variable, over which sums and integrals run."""

    def __init__(self, sample: Sample, fields: Fields) -> None:
        self.sample = sample
        self.fields = fields
        self._widths: dict[Var, Field] = {}
        self._sizes: dict[Var, int] = {}

    def slot(self, variable: Var) -> Var:
        """The slot whose alphabet a variable ranges over."""
        slot = slot_of(variable, self.sample.model.copies)
        if slot not in self.sample.shape.sizes:
            raise UnsupportedError(f"{slot} has no alphabet")
        return slot

    def space(self, variable: Var) -> Var:
        """What a variable shares its alphabet with: its slot, or the sequence it is one of."""
        return self.sample.shape.space(self.slot(variable))

    def size(self, variable: Var) -> int:
        """How many values a variable has."""
        if variable not in self._sizes:
            self._sizes[variable] = self.sample.shape.sizes[self.slot(variable)]
        return self._sizes[variable]

    def full(self, field: Field, variables: Axes) -> Field:
        """The field with the axes of those variables that have several values, at full length."""
        variables = tuple(v for v in variables if self.size(v) > 1)
        if all(v in field.axes for v in variables) and all(
            length == self.size(v) for v, length in zip(field.axes, field.data.shape, strict=False)
        ):
            return field
        axes = ordered((*field.axes, *variables))
        data = spread(field, axes)
        shape = (*(self.size(variable) for variable in axes), data.shape[-1])
        return Field(axes, np.broadcast_to(data, shape))

    # -- widths -----------------------------------------------------------------------------------

    def width(self, variable: Var) -> Field | None:
        """The width of each point of a variable; None where all are 1."""
        slot = self.slot(variable)
        if ("width", slot) not in self.sample.draws:
            return None
        if slot not in self._widths:
            self._widths[slot] = numbers(self.sample.draws["width", slot], self.fields).shared()
        return rename(self._widths[slot], {slot: variable})

    def weighed(self, field: Field, variables: Axes) -> Field:
        """The field times the width of each point of the variables."""
        for variable in variables:
            width = self.width(variable)
            if width is not None:
                field = self.fields.multiply(field, width)
        return field

    def integrate(self, field: Field, variables: Axes) -> Field:
        """The sum over variables that the field has, each point weighted by its width."""
        return self.fields.total(self.weighed(field, variables), variables)

    def has_widths(self) -> Data:
        """In which worlds every point has a width above 0."""
        good = np.ones(self.sample.count, dtype=bool)
        for key, draw in self.sample.draws.items():
            if key[0] == "width":
                positive = np.asarray(draw.top > 0, dtype=bool)
                good &= positive.reshape(-1, self.sample.count).all(axis=0)
        return good

    def holds(self, data: Data) -> bool:
        """Whether an array lies in the memory of the widths kept."""
        return any(np.may_share_memory(width.data, data) for width in self._widths.values())
