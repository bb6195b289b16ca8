"""What the elaboration of a line keeps track of: scopes, abbreviations, what the line shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from sympy import Expr

from verifier.elaborate.record import IllFormed, Record
from verifier.formula import written as w
from verifier.kernel.model import Model
from verifier.kernel.sequences.ranges import Order
from verifier.kernel.terms import Var, slot_order

MAX_EXPANSION = 50_000  # nodes elaborated in one line, abbreviations unfolded
MAX_DEPTH = 80  # of a line, abbreviations unfolded


@dataclass(frozen=True)
class Definition:
    """A `define` line: formal arguments, and the written formula that they stand in."""

    arguments: tuple[str, ...]
    body: w.Written


class Elaboration:
    """The elaboration of one line: its state, and the scopes around what is elaborated."""

    def __init__(
        self, model: Model, abbreviations: Mapping[str, Definition], variables: frozenset[Var]
    ) -> None:
        self.model = model
        self.abbreviations = abbreviations
        self.variables = variables
        self.record = Record()
        self.scope: tuple[frozenset[Var], ...] = ()
        self.formals: dict[str, Any] = {}
        self.indices: dict[str, Expr] = {}  # of the sums and products around
        self.outside = 0  # how many binders stand around the abbreviation that is unfolded
        self.unfolding = False
        self.depth = 0
        self.spent = 0

    def term(self, node: w.Written) -> Expr:
        """The term of a formula."""
        self.spent += 1
        if self.spent > MAX_EXPANSION:
            raise IllFormed("too-long", node.span)
        if self.depth > MAX_DEPTH:
            raise IllFormed("too-deep", node.span)
        self.depth += 1
        term = self.handled(node)
        self.depth -= 1
        if not self.unfolding:
            self.record.spans.setdefault(term, node.span)
        return term

    def handled(self, node: w.Written) -> Expr:
        """The term of a formula, by its kind."""
        raise NotImplementedError

    @property
    def order(self) -> Order:
        """How ends of slices compare."""
        return self.model.order

    def state(self) -> dict[str, Any]:
        """What elaboration keeps track of, for `restore`."""
        return {**vars(self), "record": self.record.copied()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to a state: what was elaborated since meant nothing."""
        spent = self.spent
        vars(self).update(state)
        self.record = self.record.copied()
        self.spent = spent

    @contextmanager
    def within(self, **state: Any) -> Iterator[None]:
        """A scope in which some of what is kept track of is otherwise."""
        around = {name: getattr(self, name) for name in state}
        vars(self).update(state)
        try:
            yield
        finally:
            vars(self).update(around)

    def binding(self, variables: Iterable[Var], span: w.Span) -> AbstractContextManager[None]:
        """A scope in which variables are bound."""
        group = frozenset(variables)
        for variable in sorted(group, key=slot_order) if not self.unfolding else ():
            self.record.bound.setdefault(variable, span)
            if any(variable in outer for outer in self.scope):
                self.record.hidden.append((variable, span))
        return self.within(scope=(*self.scope, group))


def inside_brackets(node: w.Written) -> w.Written:
    """A formula without the brackets around it."""
    while isinstance(node, w.Bracket):
        node = node.body
    return node
