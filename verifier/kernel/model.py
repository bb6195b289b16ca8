"""Declarations: families, factorisations, support, facts, parameters, functions. No rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from sympy import Expr, Integer, Symbol

from verifier.kernel.sequences.ranges import Order, union
from verifier.kernel.terms import Density, Var

Comparison = Literal["=", ">=", "<=", ">", "<", "!="]
Sign = Literal["", ">= 0", "> 0", "<= 0", "< 0", "!= 0"]
Shape = Literal["", "concave", "convex", "increasing", "decreasing"]
Bound = tuple[Expr, Comparison, Expr]


@dataclass(frozen=True)
class Family:
    """A family of densities: one joint over `left`, given `right`.

    `factors` is its declared factorisation: densities (or indexed products of such), of this or
    another family, whose product it is. `formula` defines it (a term over its slots, free),
    instead of being sampled.
    """

    name: str
    left: tuple[Var, ...]
    right: tuple[Var, ...] = ()
    factors: tuple[Expr, ...] = ()
    formula: Expr | None = None

    @property
    def slots(self) -> frozenset[Var]:
        """All that it is over: what goes on right of the bar is one sequence."""
        return union((*self.left, *self.right))

    @cached_property
    def owners(self) -> frozenset[str]:
        """The families of its factors, and its own."""
        return frozenset({self.name, *(d.family for f in self.factors for d in f.atoms(Density))})


@dataclass(frozen=True)
class Parameter:
    """A constant, with its declared bounds: comparisons of `symbol` with terms over parameters."""

    symbol: Symbol
    integer: bool = False
    bounds: tuple[Bound, ...] = ()


@dataclass(frozen=True)
class Function:
    """A free function. `arguments[i]` is the slot its i-th argument ranges over; None: numbers.

    `low`, `high` are the ends of the interval on which `shape` holds (None: no end), which it holds
    where it is `closed`.
    """

    name: str
    arguments: tuple[Var | None, ...]
    sign: Sign = ""
    shape: Shape = ""
    low: Expr | None = None
    high: Expr | None = None
    closed: bool = False


@dataclass(frozen=True)
class Fact:
    """A statement of `assume`. `quantified` variables are "for all"; the others are one point."""

    left: Expr
    relation: Comparison
    right: Expr
    quantified: frozenset[Var]
    text: str


@dataclass(frozen=True)
class Domination:
    """`first << second`: first is 0 wherever second is. Both products of densities."""

    first: Expr
    second: Expr
    text: str


@dataclass(frozen=True)
class Positive:
    """`density > 0` everywhere."""

    density: Expr
    text: str


@dataclass(frozen=True)
class Finite:
    """`finite EXPR`; `expression` None stands for all of the file's expressions."""

    expression: Expr | None
    text: str


Condition = Domination | Positive | Finite


@dataclass(frozen=True)
class Model:
    """All that a file declares. `support` None: the standing assumption."""

    families: tuple[Family, ...] = ()
    support: tuple[Condition, ...] | None = None
    facts: tuple[Fact, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    functions: tuple[Function, ...] = ()
    discrete: frozenset[str] = frozenset()  # labels of slots
    copies: tuple[tuple[Var, Var], ...] = field(default=())  # (copy, slot); of z_k all elements
    marked: bool = False  # what cancels is owed, though granted: in another file it may be 0

    @cached_property
    def family(self) -> dict[str, Family]:
        return {family.name: family for family in self.families}

    @cached_property
    def parameter(self) -> dict[str, Parameter]:
        return {parameter.symbol.name: parameter for parameter in self.parameters}

    @cached_property
    def function(self) -> dict[str, Function]:
        return {function.name: function for function in self.functions}

    @cached_property
    def bounds(self) -> tuple[Bound, ...]:
        return tuple(bound for parameter in self.parameters for bound in parameter.bounds)

    @cached_property
    def order(self) -> Order:
        """How ends of slices compare."""
        ends = (v.ends for family in self.families for v in (*family.left, *family.right) if v.ends)
        integers = {s for pair in ends for s in pair.atoms(Symbol)}
        integers.update(p.symbol for p in self.parameters if p.integer)
        return Order(self.bounds, integers)

    @cached_property
    def definedness(self) -> dict[Any, Any]:
        """Where terms were found to be defined: the lines of a file share them."""
        return {}

    def never_zero(self, symbol: Symbol) -> bool:
        """Whether the bounds of parameters leave 0 out."""
        zero = Integer(0)
        apart = self.order.less(zero, symbol) or self.order.less(symbol, zero)
        return apart or not {(symbol, "!=", zero), (zero, "!=", symbol)}.isdisjoint(self.bounds)

    @cached_property
    def dominations(self) -> dict[Any, tuple[Condition, ...] | None]:
        """Which dominations were found to hold: the lines of a file ask for the same ones."""
        return {}

    @cached_property
    def _slot_of_copies(self) -> dict[tuple[str, bool], Var]:
        return {(copy.name, bool(copy.ends)): slot for copy, slot in self.copies}

    def slot(self, variable: Var) -> Var:
        """The slot that a variable is a value of: its own, or that of which it is a copy."""
        slot = self._slot_of_copies.get((variable.name, bool(variable.ends)))
        return variable.tagged(0) if slot is None else slot
