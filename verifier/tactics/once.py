"""What is asked of a normal form again and again is answered once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from verifier.kernel.equality.normaliser import Normaliser

Asked = ParamSpec("Asked")
R = TypeVar("R")


def once(
    function: Callable[Concatenate[Normaliser, Asked], R],
) -> Callable[Concatenate[Normaliser, Asked], R]:
    """A question to a normal form, about what can't change, that remembers its answers. For
    proposals alone: what an answer owes is not asked for again."""
    name = f"{function.__module__}.{function.__qualname__}"

    def answered(nf: Normaliser, /, *args: Asked.args, **kwargs: Asked.kwargs) -> R:
        # Kept by what was asked: answers hold on to it, and go when it does.
        known: dict[object, tuple[R]] = vars(nf).setdefault(name, {})
        key = (args, tuple(kwargs.items()), nf.weights, nf.keeping)
        found = known.get(key)  # once: to hash what is asked takes time
        if found is None:
            found = known[key] = (function(nf, *args, **kwargs),)
        return found[0]

    return answered
