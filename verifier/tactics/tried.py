"""A candidate that comes to nothing is no more than that."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from verifier.kernel.sequences.ranges import Undecided

Asked = ParamSpec("Asked")
R = TypeVar("R")


def tried(make: Callable[Asked, R | None], *args: Asked.args, **kwargs: Asked.kwargs) -> R | None:
    """What is made of a candidate; None where it has no value, as when it divides by 0, or where
    it isn't known what it covers: that says nothing of the others."""
    try:
        return make(*args, **kwargs)
    except (ZeroDivisionError, Undecided):
        return None
