"""Lines that are one edit apart: what they have in common is elaborated once.

Proposals alone are read so: what a line of the file says is elaborated by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sympy import Expr

from verifier.elaborate.formula import Elaborator, OneLine
from verifier.elaborate.record import Record
from verifier.formula import written as w
from verifier.judge.environment import Environment

Node = TypeVar("Node", bound=w.Written)


def for_edits(environment: Environment) -> Environment:
    """The same, for reading many lines that share most of their parts."""
    declared = environment.declared
    elaborator = _Elaborator(**vars(declared.elaborator))
    return replace(environment, declared=replace(declared, elaborator=elaborator))


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a formula in the scopes around it: its term, and what it shows of itself."""

    node: w.Written  # whose id is its key
    term: Expr
    record: Record


_Parts = dict[tuple[object, ...], _Part]


@dataclass
class _Elaborator(Elaborator):
    parts: _Parts = field(default_factory=dict)

    def _work(self) -> OneLine:
        return _Line(**vars(super()._work()), parts=self.parts)


@dataclass(eq=False)
class _Line(OneLine):
    parts: _Parts = field(default_factory=dict)

    def term(self, node: w.Written) -> Expr:
        return self._once(super().term, node)

    def density(self, node: w.Density) -> Expr:
        return self._once(super().density, node)

    def _once(self, elaborate: Callable[[Node], Expr], node: Node) -> Expr:
        if self.unfolding or isinstance(node, w.Number):
            return elaborate(node)
        key = elaborate.__name__, id(node), self.scope, self.nested, *self.indices.items()
        if key not in self.parts:
            around, self.record = self.record, Record()
            try:
                term = elaborate(node)
                self.parts[key] = _Part(node, term, self.record)
            finally:
                self.record = around
        self._enter(self.parts[key].record)
        return self.parts[key].term

    def _enter(self, shown: Record) -> None:
        """Take over what a part shows."""
        own = self.record
        own.spans = {**shown.spans, **own.spans}
        own.free.update({**shown.free, **own.free})
        own.bound.update({**shown.bound, **own.bound})
        own.shown.update({**shown.shown, **own.shown})
        own.hidden += shown.hidden
