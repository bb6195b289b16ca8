"""A model at each of a few horizons: unrolled, for the values that its symbolic indices have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sympy import Symbol

from verifier.kernel.model import Model
from verifier.numeric.numbers.arrays import UnsupportedError
from verifier.numeric.worlds.draws import slots_of
from verifier.numeric.worlds.horizons import Horizon, beyond, horizons
from verifier.numeric.worlds.unroll import Unroller
from verifier.numeric.worlds.unroll_model import is_plain_model, unrolled_model

_MANY = 10  # variables: horizons beyond the first that have more of them are left out
_MANY_AT_A_GLANCE = 12  # in those beyond them, whose worlds are small and few


class Unrolled(NamedTuple):
    """A model at one horizon."""

    horizon: Horizon
    unroller: Unroller
    model: Model


def near(model: Model, indices: frozenset[Symbol]) -> list[Unrolled]:
    """The model at the smallest horizons. Raises `UnsupportedError` where it means nothing at any;
    none where no horizon meets what is declared."""
    return list(_at_each(model, horizons(model, indices)))


def far(model: Model, indices: frozenset[Symbol], first: Unrolled) -> Iterator[Unrolled]:
    """The model at a few larger horizons, for a glance; `first` is the smallest."""
    values = beyond(model, frozenset(first.horizon), horizons(model, indices))
    for unrolled in _at_each(model, values) if values else ():
        if len(slots_of(unrolled.model)) <= _MANY_AT_A_GLANCE:
            yield unrolled


def _at_each(model: Model, values: Sequence[Horizon]) -> Iterator[Unrolled]:
    """The model at each horizon at which it means something, but for larger ones."""
    trouble: UnsupportedError | None = None
    found = 0
    for horizon in values:
        unroller = Unroller(horizon)
        try:
            unrolled = _at(model, horizon, unroller)
            if found and len(slots_of(unrolled)) > _MANY:
                continue
        except UnsupportedError as error:
            trouble = error
            continue
        found += 1
        yield Unrolled(horizon, unroller, unrolled)
    if trouble is not None and not found:
        raise trouble


def _at(model: Model, horizon: Horizon, unroller: Unroller) -> Model:
    if not horizon and is_plain_model(model):
        return model
    return unrolled_model(model, horizon, unroller)
