"""What a rule is: a statement with its side conditions, and how it acts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from verifier.kernel.algebra import Hook, Site


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of the format's table, in one file.

    An equality rule acts through `hooks` on the normal form: (place, priority, hook). An
    inequality rule proposes replacements at a place through `bounds`. A rule that only leads from
    statement to statement has `infer`. `passes` and `fails` are derivations: the first is
    verified, the second refused, by this rule.
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
    hooks: tuple[tuple[Site, int, Hook], ...] = ()
    bounds: Callable[..., Iterable[Any]] | None = None
    nonnegative: Callable[..., Iterable[Any]] | None = None
    infer: Callable[..., Iterable[Any]] | None = None

    @property
    def main(self) -> bool:
        """Not a tidying rule."""
        return not self.tidying
