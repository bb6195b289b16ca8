"""Terms: immutable SymPy expressions over densities, expectations, integrals, KL and entropy.

Parameters are SymPy Symbols, numbers its Rationals; sums, products, quotients and powers are terms
of our own (`kernel.arithmetic`), which keep what SymPy would cancel. Variables are no numbers: they
are `Var`, which is a Basic and not an Expr. A sequence's elements and slices are parts of one
variable, between ends that are affine in parameters and in the `Index` of a sum or a product. A
binder's variables carry a positive `tag`, one above every tag bound inside its body, so that terms
that differ only in the names of bound variables are the same object (`kernel.binding` makes binders
and opens them).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from threading import RLock
from typing import Any, Literal
from weakref import WeakValueDictionary

from sympy import Basic, Expr, Integer
from sympy.core.symbol import Str

_MADE: WeakValueDictionary[tuple[Any, ...], Any] = WeakValueDictionary()
_MAKING = RLock()


class One(Basic):
    """Base of our terms: equal ones are one object, so that they are compared at a glance."""

    args: tuple[Basic, ...] = Basic._args  # the slot itself: it is asked for more than all else
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__

    def __new__(cls, *args: Any) -> Any:
        found = _MADE.get((cls, *args))
        if found is None:
            with _MAKING:
                found = _MADE.get((cls, *args))
                if found is None:
                    found = Basic.__new__(cls, *args)
                    found.keep_at_hand()  # before anyone else may have it
                    _MADE[cls, *args] = found
        return found

    def keep_at_hand(self) -> None:
        """What is asked of a term again and again, as attributes of it."""


class Tuple(One):
    """Terms in a row."""

    def __iter__(self) -> Iterator[Any]:
        return iter(self.args)

    def __len__(self) -> int:
        return len(self.args)

    def __getitem__(self, place: int) -> Any:
        return self.args[place]


@lru_cache(maxsize=65536)
def _text(name: str | Str) -> Str:
    return name if isinstance(name, Str) else Str(name)


def argument(place: int | slice) -> Any:
    """What stands at a place of a term's arguments, or at several, as a property of it."""
    return property(lambda term: term.args[place])


NAME: Any = property(lambda term: term.args[0].name)
NO_ENDS = Tuple()


class Index(One, Expr):
    """An integer from `low` to `high`, which a sum or a product runs over: its range goes with it.

    args: name (for people; bound ones have none), low, high, tag (as of `Var`).
    """

    is_commutative = True
    name: str = NAME
    low: Expr = argument(1)
    high: Expr = argument(2)
    ends: Tuple = NO_ENDS  # it is no part of a sequence

    def __new__(cls, name: str | Str, low: Any, high: Any, tag: int | Integer = 0) -> Any:
        return One.__new__(cls, _text(name), sympify_end(low), sympify_end(high), Integer(tag))

    @property
    def tag(self) -> int:
        return int(self.args[3])

    @property
    def label(self) -> str:
        return self.name or "i"

    def tagged(self, tag: int, name: str = "") -> Index:
        """The same range under another tag, which is a name of its own."""
        made: Index = Index(name, self.low, self.high, tag)
        return made

    def _sympystr(self, _: Any) -> str:
        return self.label


def sympify_end(end: Any) -> Expr:
    """An end of a range: an integer or an expression."""
    return Integer(end) if isinstance(end, int) else end


@lru_cache(maxsize=65536)
def end_text(end: Expr) -> str:
    """An end of a range as text: the same for all tags of indices, symbols before numbers."""
    # SymPy takes long to print its integers
    parts = [(p, int(c) if c.is_Integer else c) for p, c in end.as_coefficients_dict().items()]
    named = sorted((p.label if isinstance(p, Index) else p.name, c) for p, c in parts if p != 1)
    text = ""
    for name, c in [*named, *(("", c) for p, c in parts if p == 1)]:
        size = f"{abs(c) if abs(c) != 1 or not name else ''}{name}"
        text += ("-" if c < 0 else "+" if text else "") + size
    return text


@lru_cache(maxsize=65536)
def _variable(name: str, ends: Tuple, tag: int) -> Var:
    found: Var = One.__new__(Var, _text(name), ends, Integer(tag))
    return found


class Var(One):
    """A slot of a density: `x`, the element `z_1` (low = high) or the slice `z_{0:t}`.

    args: name, (low, high) or (), tag. Tag 0 is free, > 0 bound, < 0 opened by `binding`.
    `root`: what an element or a slice is a part of: no variable by itself, whatever its name.
    """

    name: str
    ends: Tuple
    tag: int
    root: Var

    def __new__(cls, name: str | Str, ends: Tuple = NO_ENDS, tag: int | Integer = 0) -> Var:
        return _variable(name if isinstance(name, str) else name.name, ends, int(tag))

    def keep_at_hand(self) -> None:
        name, ends, tag = self.args
        root = Var(f"{name.name}[]", NO_ENDS, tag) if ends else self
        self.__dict__.update(name=name.name, ends=ends, tag=int(tag), root=root)

    def __setattr__(self, name: str, value: object) -> None:
        """Terms don't change; what SymPy keeps with them (the hash) has an underscore."""
        if not name.startswith("_"):
            raise AttributeError(f"a variable's {name} is what it is")
        super().__setattr__(name, value)

    @property
    def low(self) -> Expr:
        """The first position of an element or a slice."""
        return self.ends.args[0]

    @property
    def high(self) -> Expr:
        """The last position of an element or a slice."""
        return self.ends.args[1]

    @property
    def label(self) -> str:
        """How the slot is called in a `model` line: `x`, `z_1`, `z_{0:t}`."""
        if not self.ends:
            return self.name
        low, high = end_text(self.low), end_text(self.high)
        shown = low if low == high else f"{low}:{high}"
        return f"{self.name}_{shown}" if shown.isalnum() else f"{self.name}_{{{shown}}}"

    def between(self, low: Any, high: Any) -> Var:
        """Another part of the same variable."""
        return Var(self.name, Tuple(sympify_end(low), sympify_end(high)), self.tag)

    def tagged(self, tag: int) -> Var:
        """The same slot with another tag."""
        return Var(self.name, self.ends, tag)

    def _sympystr(self, _: Any) -> str:
        return self.label + (f"#{self.tag}" if self.tag else "")


Variables = frozenset[Var]


@lru_cache(maxsize=65536)
def slot_order(variable: Var) -> tuple[str, str, int]:
    """A total order on variables that doesn't depend on hashes."""
    return variable.name, ":".join(map(end_text, variable.ends)), variable.tag


def slots(variables: Any) -> Tuple:
    """Variables as a sorted Tuple: arguments are matched by name, in any order."""
    found: Tuple = Tuple(*sorted(variables, key=slot_order))
    return found


class Term(One, Expr):
    """Base of our expressions: commutative, opaque to SymPy's simplifiers."""

    is_commutative = True

    def _sympystr(self, printer: Any) -> str:
        """Not by the printers of SymPy's own classes of the same name."""
        return f"{type(self).__name__}({', '.join(printer._print(arg) for arg in self.args)})"


class Density(Term):
    """`p(x, z | y)`. args: family, left slots, right slots (both sorted).

    `family` includes parameters after a semicolon: `p;theta`.
    """

    family: str = NAME
    left: Tuple = argument(1)
    right: Tuple = argument(2)

    def __new__(cls, family: str | Str, left: Any, right: Any = ()) -> Any:
        return One.__new__(cls, _text(family), slots(left), slots(right))


class Named(Term):
    """A term whose first argument is its name."""

    name: str = NAME

    def __new__(cls, name: str | Str, *arguments: Any) -> Any:
        return One.__new__(cls, _text(name), *arguments)


class Call(Named):
    """A free function at variables and expressions: `f(x, z)`, `phi(u)`. args: name, *arguments.

    A slice whose parts are bound at several places is a Tuple of these, in their order.
    """

    arguments: tuple[Basic, ...] = argument(slice(1, None))


def parts_in_row(argument: Any) -> Iterable[Var]:
    """The variables that stand as one argument of a function."""
    return argument if isinstance(argument, Tuple) else (argument,)


class Abbreviation(Named):
    """A `define`d name where it stands, with what it stands for. args: name, body."""

    body: Expr = argument(1)


class Log(Term):
    """The natural logarithm. args: argument."""


class Exp(Term):
    """The exponential. args: exponent."""


class Binder(Term):
    """A term that binds `bound`, its last argument, in all the others."""

    bound: Tuple = argument(-1)
    parts: tuple[Basic, ...] = argument(slice(-1))  # what its variables scope over


class Integral(Binder):
    """args: body, bound."""


class Expectation(Binder):
    """args: body, laws (a Tuple of Density or IndexedProduct of such), bound (the variables left of
    the laws' bars)."""


class KL(Binder):
    """KL(first || second). args: first (a product of densities over bound), second, bound."""


class Entropy(Binder):
    """H of a density or a product of them. args: first, bound."""


class CrossEntropy(Binder):
    """H(first, second) = -int first log second. args: first, second, bound."""


class Indexed(Term):
    """A term that binds an index in its body. args: body, index."""

    body: Expr = argument(0)
    index: Index = argument(1)


class IndexedSum(Indexed):
    """The sum of the body over the index's range; 0 where that is empty."""


class IndexedProduct(Indexed):
    """The product of the body over the index's range; 1 where that is empty."""


class Closed(Term):
    """A term about random variables: those in it are labels, not free."""


class VariableEntropy(Closed):
    """H_p(left | right). args: family, left, right."""

    def __new__(cls, family: str | Str, left: Any, right: Any = ()) -> Any:
        return One.__new__(cls, _text(family), slots(left), slots(right))


class Information(Closed):
    """I_p(first; second | given). args: family, first, second, given."""

    def __new__(cls, family: str | Str, first: Any, second: Any, given: Any = ()) -> Any:
        return One.__new__(cls, _text(family), slots(first), slots(second), slots(given))


Relation = Literal["=", ">=", "<="]


@dataclass(frozen=True)
class Statement:
    """`left relation right`, for all values of its free variables."""

    left: Expr
    relation: Relation
    right: Expr
