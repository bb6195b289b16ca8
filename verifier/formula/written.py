"""The written formula: an immutable tree that keeps order, brackets, fractions and spans.

It is what every report prints. Nothing cancels here, so side conditions are collected from it.
Two formulas are equal when they are written alike; spans do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters in the text that was parsed."""

    start: int
    end: int


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A node of a written formula."""

    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def children(self) -> Iterator[Written]:
        """The nodes directly below, in the order in which they are written."""
        return iter(_below(self))

    def walk(self) -> Iterator[Written]:
        """This node and all below it, outermost first."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(_below(node)))


_FIELDS: dict[type, tuple[str, ...]] = {}


def _fields(kind: Any) -> tuple[str, ...]:
    """The names of a kind of node's fields, in the order in which they are written."""
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(item.name for item in fields(kind) if item.name != "span")
    return _FIELDS[kind]


def _below(node: Written) -> list[Written]:
    """The nodes directly below one: in its fields, and in tuples there."""
    found: list[Written] = []
    for name in _fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, Written):
            found.append(value)
        elif isinstance(value, tuple):
            _enter(value, found)
    return found


def _enter(values: tuple[object, ...], found: list[Written]) -> None:
    for value in values:
        if isinstance(value, Written):
            found.append(value)
        elif isinstance(value, tuple):
            _enter(value, found)


# -- names and numbers ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number(Written):
    """An integer or a decimal, as its source text."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Written):
    """A parameter, an abbreviation without arguments, an index, or (an error later) a variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Variable(Written):
    """A variable where one is expected: `x`, `z_1`, `z_{t-1}`, `z_{0:t}`, `x_{<t}`, `x_{<=t}`.

    `low` is the subscript of an element and the lower end of a slice; `high` the upper end of a
    slice and the bound of `<` and `<=`.
    """

    base: str
    form: Literal["plain", "element", "slice", "before", "upto"] = "plain"
    low: Written | None = None
    high: Written | None = None

    @property
    def label(self) -> str | None:
        """`x` and `z_1` as one name; None for slices and for subscripts that are computed."""
        if self.form == "plain":
            return self.base
        match self.low:
            case Name(name=subscript) if self.form == "element" and "_" not in subscript:
                return f"{self.base}_{subscript}"
            case Number(text=subscript) if self.form == "element" and subscript.isdigit():
                return f"{self.base}_{subscript}"
            case _:
                return None


# -- applications --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Density(Written):
    """`p(x, z)`, `q_phi(z | x)`, `p(x | z; theta)`: a declared family at its variables."""

    family: str
    left: tuple[Variable, ...]
    right: tuple[Variable, ...] = ()
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call(Written):
    """A declared function, or an abbreviation with arguments: `f(x, z)`, `phi(a + b)`, `L(x)`."""

    name: str
    arguments: tuple[Written, ...]


# -- arithmetic ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sum(Written):
    """`a - b + c`; `-a` is a sum of one term. `signs` has one of + and - for each term."""

    terms: tuple[Written, ...]
    signs: str


@dataclass(frozen=True, slots=True)
class Product(Written):
    """Two or more factors; `marks[i]`, '' or '*', stands before factor i + 1."""

    factors: tuple[Written, ...]
    marks: tuple[Literal["", "*"], ...]


@dataclass(frozen=True, slots=True)
class Quotient(Written):
    """`a / b`, or `\\frac{a}{b}` (a fraction is an atom and needs no brackets)."""

    numerator: Written
    denominator: Written
    fraction: bool = False


@dataclass(frozen=True, slots=True)
class Power(Written):
    """`a^n`; the exponent is a single atom or braced."""

    base: Written
    exponent: Written


@dataclass(frozen=True, slots=True)
class Bracket(Written):
    """Round or square brackets that the author wrote around an expression."""

    body: Written
    square: bool = False


@dataclass(frozen=True, slots=True)
class Logarithm(Written):
    """`log a`, `ln a`: of the atom that follows, with its power; `log (a + b)` holds a Bracket."""

    argument: Written
    name: Literal["log", "ln"] = "log"


@dataclass(frozen=True, slots=True)
class Exponential(Written):
    """`exp(a)`, or `e^{a}` when `power` is set."""

    argument: Written
    power: bool = False


@dataclass(frozen=True, slots=True)
class Root(Written):
    """`sqrt(a)`."""

    argument: Written


# -- binders -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Integral(Written):
    """`int body dx dz`."""

    body: Written
    variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class SumOver(Written):
    """`sum_{z} body`: the integral over a variable, written as a sum. The body is one product."""

    variables: tuple[Variable, ...]
    body: Written


@dataclass(frozen=True, slots=True)
class Law(Written):
    """One distribution under an expectation: `q(z | x)`, `z ~ q(z | x)`, `q` (its model line).

    `variables` is what stands before the `~`, if it is written; exactly one of `density` and
    `family` is set.
    """

    density: Density | None = None
    family: str | None = None
    variables: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True)
class Expectation(Written):
    """`E_{q(z)}[ body ]`, `E_{p(x) q(z | x)}[ body ]`."""

    laws: tuple[Written, ...]  # Law, or an IndexedProduct over a Density
    body: Written


@dataclass(frozen=True, slots=True)
class Divergence(Written):
    """`KL(first || second)`; `KL(q || p)` by model lines holds two Names."""

    first: Written
    second: Written


@dataclass(frozen=True, slots=True)
class Entropy(Written):
    """`H(q(z | x))`, and the cross-entropy `H(q(z), p(z))` when `second` is set."""

    first: Written
    second: Written | None = None


@dataclass(frozen=True, slots=True)
class VariableEntropy(Written):
    """`H_p(x, y)`, `H_p(x | y)` on random variables; without a family one that covers them."""

    left: tuple[Variable, ...]
    right: tuple[Variable, ...] = ()
    family: str | None = None


@dataclass(frozen=True, slots=True)
class Information(Written):
    """`I_p(x; y)`, `I_p(x; y | z)`."""

    first: tuple[Variable, ...]
    second: tuple[Variable, ...]
    given: tuple[Variable, ...] = ()
    family: str | None = None


@dataclass(frozen=True, slots=True)
class Indexed(Written):
    """`sum_{tau=0}^{t} body`, `prod_{tau=0}^{t} body`: over the product that follows."""

    kind: Literal["sum", "prod"]
    index: str
    low: Written
    high: Written
    body: Written


# -- statements ----------------------------------------------------------------------------------

Comparison = Literal["=", ">=", "<=", ">", "<", "!="]


@dataclass(frozen=True, slots=True)
class Statement(Written):
    """`left REL right`, with the variables of a leading `for all x, z:`."""

    left: Written
    relation: Comparison
    right: Written
    quantified: tuple[Variable, ...] = ()


# -- declarations --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FamilyLine(Written):
    """A `model` line: `p(x, z)`, `p(x, z) = p(x | z) p(z)` or `m(z) := (p(z) + q(z)) / 2`."""

    density: Density
    factors: tuple[Written, ...] = ()  # Density, or an IndexedProduct over densities
    formula: Written | None = None


@dataclass(frozen=True, slots=True)
class ParameterLine(Written):
    """A `parameters` line: `lambda`, `beta > 0`, `0 <= a <= 1`, `K in positive integers`.

    `bounds` holds each comparison as it reads from left to right; `integer` the kind of integers.
    """

    names: tuple[str, ...]
    bounds: tuple[Statement, ...] = ()
    integer: Literal["", "integers", "positive integers", "nonnegative integers"] = ""


@dataclass(frozen=True, slots=True)
class FunctionLine(Written):
    """A `functions` line: `f(x, z)`, `r(z) >= 0`, `phi(u) concave for u > 0`, `g(u) increasing`."""

    name: str
    arguments: tuple[Variable, ...]
    sign: Literal["", ">= 0", "> 0", "<= 0", "< 0", "!= 0"] = ""
    shape: Literal["", "concave", "convex", "increasing", "decreasing"] = ""
    domain: Statement | None = None


@dataclass(frozen=True, slots=True)
class CopiesLine(Written):
    """A `copies` line: `z_k of z`, `Z of z`."""

    copy: Variable
    slot: Variable


@dataclass(frozen=True, slots=True)
class DefinitionLine(Written):
    """A `define` line: `L = ..`, `L(x, y) = ..`."""

    name: str
    arguments: tuple[Variable, ...]
    body: Written


@dataclass(frozen=True, slots=True)
class Domination(Written):
    """A `support` line `d1 << d2`."""

    first: Written
    second: Written


@dataclass(frozen=True, slots=True)
class Positivity(Written):
    """A `support` line `d > 0`."""

    density: Written


@dataclass(frozen=True, slots=True)
class Finiteness(Written):
    """A `support` line `finite EXPR`; `finite all` has no expression."""

    expression: Written | None
