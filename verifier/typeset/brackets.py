"""Where a formula needs brackets: what the writers of its parts share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import Enum
from typing import Any

from verifier.formula.written import (
    Bracket,
    Call,
    Density,
    Divergence,
    Entropy,
    Expectation,
    Exponential,
    Indexed,
    Information,
    Integral,
    Logarithm,
    Name,
    Number,
    Power,
    Quotient,
    Root,
    Sum,
    SumOver,
    Variable,
    VariableEntropy,
    Written,
)
from verifier.typeset.boxes import SPACE, Box, Fence, Script, Sign, joined, row
from verifier.typeset.boxes import Name as NameBox

_LONGEST = 30  # parts of a numerator or denominator that are drawn above one another
Writers = Mapping[type[Written], Callable[["Printer", Any], Box]]

_PRIMARY = (
    Number,
    Name,
    Variable,
    Density,
    Call,
    Bracket,
    Root,
    Expectation,
    Divergence,
    Entropy,
    VariableEntropy,
    Information,
)


class Fractions(Enum):
    """Which quotients are drawn as fractions."""

    NONE = 0
    WRITTEN = 1  # those that their author wrote as such
    SHORT = 2  # on a page: all but those inside of another, in a script, and very long ones


class Printer:
    """Lays formulas out."""

    def __init__(self, fractions: Fractions, writers: Writers) -> None:
        self.fractions = fractions
        self._writers = writers
        self.waiting = False  # an integral around, at this level of brackets, for a differential
        self._small = 0  # fractions and scripts around

    def show(self, node: Written) -> Box:
        """The node, with the brackets that its parts need and without any around it."""
        return replace(self._writers[type(node)](self, node), node=node)

    # -- brackets --------------------------------------------------------------------------------

    def within(self, node: Written) -> Box:
        """The node inside brackets that are drawn by the caller."""
        return self._show_while(False, node)

    def integrand(self, node: Written) -> Box:
        """The node as the body of an integral that ends with its differentials."""
        return self._show_while(True, node)

    def _show_while(self, waiting: bool, node: Written) -> Box:
        around, self.waiting = self.waiting, waiting
        box = self.show(node)
        self.waiting = around
        return box

    def round(self, node: Written) -> Box:
        """The node in round brackets."""
        return Fence(self.within(node))

    def term(self, node: Written) -> Box:
        """The node as a term of a sum."""
        return self.round(node) if isinstance(node, Sum) else self.show(node)

    def closed(self, node: Written) -> Box:
        """The node as a factor that others may follow."""
        return self.show(node) if self.is_closed(node) else self.round(node)

    def last(self, node: Written) -> Box:
        """The node as the last factor of a product."""
        return self.show(node) if self.is_closed(node) or is_open(node) else self.round(node)

    def is_primary(self, node: Written) -> bool:
        """Whether the node takes a power as it is."""
        return isinstance(node, _PRIMARY) or (isinstance(node, Exponential) and not node.power)

    def is_closed(self, node: Written) -> bool:
        """Whether the node is a factor with an end of its own."""
        return (
            self.is_primary(node)
            or isinstance(node, Power | Exponential | Integral)
            or self.is_fraction(node)
        )

    def is_fraction(self, node: Written) -> bool:
        """Whether the node is drawn as numerator over denominator."""
        if not isinstance(node, Quotient) or self.fractions is Fractions.NONE:
            return False
        drawn = self.fractions is Fractions.SHORT and not self._small and _is_short(node)
        return node.fraction or drawn

    def small(self, node: Written) -> Box:
        """The node as a part of a fraction or a script, where quotients are on the line."""
        self._small += 1
        box = self.within(node)
        self._small -= 1
        return box

    # -- pieces ----------------------------------------------------------------------------------

    def commas(self, nodes: Iterable[Written]) -> Box:
        """Nodes with commas between them."""
        return joined(map(self.within, nodes), Sign(","), SPACE)

    def given(self, left: Box, right: tuple[Variable, ...]) -> Box:
        """`left | right`, or what is left where there is no condition."""
        return infix(left, "|", self.commas(right)) if right else left


def _is_short(quotient: Quotient) -> bool:
    sides = (quotient.numerator, quotient.denominator)
    return all(sum(1 for _ in side.walk()) <= _LONGEST for side in sides)


def infix(left: Box, sign: str, right: Box) -> Box:
    """Two boxes with a sign between them."""
    return row(left, SPACE, Sign(sign), SPACE, right)


def of_family(sign: str, name: str | None) -> Box:
    """A sign such as E with the family in its subscript, if there is one."""
    return Sign(sign) if name is None else Script(Sign(sign), NameBox(name), bare="_" not in name)


def is_open(node: Written) -> bool:
    """Whether the node takes all that follows it in a product."""
    return isinstance(node, Logarithm | SumOver | Indexed)
