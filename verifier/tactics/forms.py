"""Normal forms that several attempts at one step share."""

from __future__ import annotations

from collections.abc import Iterable

from verifier.kernel.equality.context import Context
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.rules import EQUALITY_RULES, hooks_of
from verifier.kernel.sequences.ranges import Order
from verifier.kernel.terms import Statement
from verifier.tactics.scopes import Laws


class Forms:
    """The normal forms of a step's terms under each set of rules that rewrites them. Other rules
    change nothing of them, nor does another line tried in the step's place: most of what an attempt
    looks at was looked at by those before."""

    def __init__(self) -> None:
        self._made: dict[object, Normaliser] = {}
        self._laws: dict[object, Laws] = {}

    def under(self, context: Context, names: Iterable[str]) -> tuple[Normaliser, bool]:
        """What makes them, and whether it has made some already: then more rules are among those
        that it has used than one attempt needed."""
        acting = EQUALITY_RULES.intersection(names)
        asked = id(context.model), id(context.store), id(context.budget), acting
        known = self._made.get(asked)
        if known is not None and not context.known:
            return known, True
        made = Normaliser(context, hooks_of(acting))
        if not context.known:  # in which an equation may rewrite, or not, by what was asked before
            self._made[asked] = made
        return made, False

    def laws(self, order: Order, statement: Statement) -> Laws:
        """The laws that a statement shows."""
        return self._laws.setdefault((order, statement), Laws(order, statement))

    def clear(self) -> None:
        """Let go of them."""
        self._made.clear()
        self._laws.clear()
