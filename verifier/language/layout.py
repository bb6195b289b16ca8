"""What every printer shares: where brackets are needed, and how a notation spells the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from verifier.language.written import (
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


@dataclass(frozen=True, slots=True)
class Notation:
    """A way to spell formulas: names, symbols, and a template for each two-dimensional thing.

    `bare` scripts are those that consist of one name or number. `fraction` is None where a fraction
    is written with a slash like any quotient.
    """

    name: Callable[[str], str] = str
    round: str = "({})"
    square: str = "[{}]"
    below: str = "_{{{}}}"
    below_bare: str = "_{}"
    above: str = "^{{{}}}"
    above_bare: str = "^{}"
    root: str = "({})"
    thin: str = ""  # the space before a differential
    fraction: str | None = None
    symbols: Mapping[str, str] = field(default_factory=dict)


Writers = Mapping[type[Written], Callable[["Printer", Any], str]]

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


class Printer:
    """Prints formulas in one notation."""

    def __init__(self, notation: Notation, writers: Writers) -> None:
        self.notation = notation
        self._writers = writers
        self.waiting = False  # an integral around, at this level of brackets, for a differential

    def show(self, node: Written) -> str:
        """The node, with the brackets that its parts need and without any around it."""
        return self._writers[type(node)](self, node)

    # -- brackets --------------------------------------------------------------------------------

    def within(self, node: Written) -> str:
        """The node inside brackets that are printed by the caller."""
        return self._show_while(False, node)

    def integrand(self, node: Written) -> str:
        """The node as the body of an integral that ends with its differentials."""
        return self._show_while(True, node)

    def _show_while(self, waiting: bool, node: Written) -> str:
        around, self.waiting = self.waiting, waiting
        text = self.show(node)
        self.waiting = around
        return text

    def round(self, node: Written) -> str:
        """The node in round brackets."""
        return self.notation.round.format(self.within(node))

    def term(self, node: Written) -> str:
        """The node as a term of a sum."""
        return self.round(node) if isinstance(node, Sum) else self.show(node)

    def closed(self, node: Written) -> str:
        """The node as a factor that others may follow."""
        return self.show(node) if self.is_closed(node) else self.round(node)

    def last(self, node: Written) -> str:
        """The node as the last factor of a product."""
        return self.show(node) if self.is_closed(node) or is_open(node) else self.round(node)

    def is_primary(self, node: Written) -> bool:
        """Whether the node takes a power as it is."""
        return isinstance(node, _PRIMARY) or (isinstance(node, Exponential) and not node.power)

    def is_closed(self, node: Written) -> bool:
        """Whether the node is a factor with an end of its own."""
        return (
            self.is_primary(node)
            or isinstance(node, Power | Exponential)
            or (isinstance(node, Integral) and not node.first)
            or self.is_fraction(node)
        )

    def is_fraction(self, node: Written) -> bool:
        """Whether the node is printed as numerator over denominator."""
        return isinstance(node, Quotient) and node.fraction and bool(self.notation.fraction)

    # -- pieces ----------------------------------------------------------------------------------

    def sign(self, symbol: str) -> str:
        """A symbol or word in this notation."""
        return self.notation.symbols.get(symbol, symbol)

    def prefixed(self, symbol: str, text: str) -> str:
        """A symbol right before a text; one spelled in letters keeps its distance."""
        sign = self.sign(symbol)
        return f"{sign} {text}" if sign[-1].isalpha() else sign + text

    def commas(self, nodes: Iterable[Written]) -> str:
        """Nodes with commas between them."""
        return ", ".join(map(self.within, nodes))

    def given(self, left: str, right: tuple[Variable, ...]) -> str:
        """`left | right`, or what is left where there is no condition."""
        return f"{left} {self.sign('|')} {self.commas(right)}" if right else left

    def family(self, name: str | None) -> str:
        """A family in the subscript of E, H, I."""
        if name is None:
            return ""
        template = self.notation.below if "_" in name else self.notation.below_bare
        return template.format(self.notation.name(name))

    def below(self, text: str) -> str:
        """A subscript in braces, sums in it set tight."""
        return self.notation.below.format(text.replace(" + ", "+").replace(" - ", "-"))


def is_open(node: Written) -> bool:
    """Whether the node takes all that follows it in a product."""
    return isinstance(node, Logarithm | SumOver | Indexed) or (
        isinstance(node, Integral) and node.first
    )
