"""The expressions of random derivations, and the names that they may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

Node = tuple[Any, ...]  # its head, then nodes, names, tuples of names
Index = tuple[str, str, str]  # its letter, its first and its last value
ONE: Node = ("num", "1")
TWO: Node = ("num", "2")
ZERO: Node = ("num", "0")
HALF: Node = ("raw", "(1/2)")
WHOLE = {"k": "z_{1:K}", "s": "z_{0:t}"}  # what the elements with an index are parts of

Moved = tuple[Node, str]  # what becomes of a part, and the rule
Families = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]


@dataclass
class Setting:
    """What a file declares."""

    rng: Random
    families: Families  # left, right
    lines: list[str]
    variables: tuple[str, ...]
    functions: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by name, arguments
    signs: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)  # by name, the bound
    copies: dict[str, str] = field(default_factory=dict)  # by copy, its slot
    support: list[str] | None = None
    facts: list[tuple[tuple[str, ...] | None, Node, str, Node]] = field(default_factory=list)
    discrete: tuple[str, ...] = ()
    extra: list[str] = field(default_factory=list)  # further parameters
    factors: dict[str, list[Node]] = field(default_factory=dict)  # by family
    formulas: dict[str, Node] = field(default_factory=dict)  # by family
    defines: dict[str, Node] = field(default_factory=dict)  # by name
    index: Index | None = None  # of sums and products
    general: bool = False  # f is a function of any element of a sequence

    def slot(self, variable: str) -> str:
        return self.copies.get(variable, variable)

    def density(self, among: tuple[str, ...], wanted: str = "") -> Node | None:
        """A density whose variables are among some, with `wanted` left of the bar."""
        names = [*self.families]
        self.rng.shuffle(names)
        for name in names:
            left, right = self.families[name]
            if not {*right} <= {*among}:
                continue
            heads = [v for v in among if self.slot(v) in left]
            heads = [v for v in heads if self.slot(v) == v or self.slot(v) not in heads]
            if (wanted and wanted not in heads) or not heads:
                continue
            taken = [v for v in heads if v == wanted or self.rng.random() < 0.5]
            taken = taken or [self.rng.choice(heads)]
            given = [v for v in heads if v not in taken and self.rng.random() < 0.4]
            if len({self.slot(v) for v in taken}) < len(taken):
                continue
            return ("d", name, tuple(taken), (*given, *right))
        return None

    def law(self, variable: str, among: tuple[str, ...]) -> Node | None:
        """A density that binds one variable."""
        names = [n for n, (left, _) in self.families.items() if self.slot(variable) in left]
        self.rng.shuffle(names)
        for name in names:
            left, right = self.families[name]
            if {*right} <= {*among}:
                given = [v for v in among if v in left and v != variable]
                given = [v for v in given if self.rng.random() < 0.3]
                return ("d", name, (variable,), (*given, *right))
        return None

    def call(self, among: tuple[str, ...]) -> Node | None:
        """A function of variables among some."""
        found: list[Node] = []
        for name, arguments in self.functions.items():
            if {*arguments} <= {*among}:
                found.append(("f", name, arguments))
            for copy, slot in self.copies.items():
                if arguments == (slot,) and copy in among and ":" not in copy:
                    found.append(("f", name, (copy,)))
        return self.rng.choice(found) if found else None


# -- expressions ----------------------------------------------------------------------------------

_ATOMS = ("num", "par", "d", "f", "exp", "E", "KL", "H", "raw", "name")


def show(node: Node) -> str:
    """The text of an expression, with brackets round all that isn't an atom."""
    match node:
        case ("num" | "par" | "raw" | "name", str(text), *_):
            return text
        case ("d", str(name), tuple(left), tuple(right)):
            given = f" | {', '.join(right)}" if right else ""
            return f"{name}({', '.join(left)}{given})"
        case ("f", str(name), tuple(arguments)):
            return f"{name}({', '.join(arguments)})"
        case ("log" | "exp" as head, tuple(body)):
            return f"{head}({show(body)})"
        case ("E", tuple(laws), tuple(body)):
            return f"E_{{{' '.join(show(law) for law in laws)}}}[{show(body)}]"
        case ("int", tuple(variables), tuple(body)):
            ends = " ".join(f"d{v}" for v in variables)
            return f"int {_inner(body)} {ends}"
        case ("KL", tuple(first), tuple(second)):
            return f"KL({show(first)} || {_inner(second)})"
        case ("H", tuple(first)):
            return f"H({show(first)})"
        case ("^", tuple(base), str(exponent)):
            return f"({show(base)})^{exponent}"
        case ("S" | "P" as kind, str(index), str(low), str(high), tuple(body)):
            name = {"S": "sum", "P": "prod"}[kind]
            return f"{name}_{{{index}={low}}}^{{{high}}} {_inner(body)}"
        case (str(sign), tuple(left), tuple(right)):
            return f"{_inner(left)} {sign} {_inner(right)}"
    raise ValueError(node)


def _inner(node: Node) -> str:
    return show(node) if node[0] in _ATOMS else f"({show(node)})"  # `log(u) v` has two readings


def binds(law: Node) -> tuple[str, ...]:
    """The variables of a law, which may be a product over all copies."""
    variables: tuple[str, ...] = (WHOLE[law[1]],) if law[0] == "P" else law[2]
    return variables


def bound(node: Node) -> tuple[str, ...]:
    match node:
        case ("E", tuple(laws), _):
            return tuple(v for law in laws for v in binds(law))
        case ("int", tuple(variables), _):
            return variables
        case ("KL", tuple(first), _) | ("H", tuple(first)):
            return tuple(first[2])
    return ()


def children(node: Node) -> Iterator[tuple[int, Node]]:
    """The parts that may be rewritten, by their place."""
    match node:
        case ("E" | "int", _, tuple(body)):
            yield 2, body
        case ("+" | "-" | "*" | "/", tuple(left), tuple(right)):
            yield 1, left
            yield 2, right
        case ("log" | "exp", tuple(body)) | ("^", tuple(body), _):
            yield 1, body
        case ("S" | "P", _, _, _, tuple(body)):
            yield 4, body


def free(node: Node) -> frozenset[str]:
    match node:
        case ("d", _, tuple(left), tuple(right)):
            return frozenset((*left, *right))
        case ("f", _, tuple(arguments)):
            return frozenset(arguments)
        case ("E", tuple(laws), tuple(body)):
            inside = frozenset().union(free(body), *(free(law) for law in laws))
            return inside - {*bound(node)}
        case ("KL", tuple(first), tuple(second)):
            return (free(first) | free(second)) - {*bound(node)}
        case ("H", tuple(first)):
            return free(first) - {*bound(node)}
        case ("name", _, tuple(body)):
            return free(body)
        case ("S" | "P", str(index), _, _, tuple(body)):
            elements = {element(index), element(f"{index}-1")}
            return frozenset(WHOLE[index] if v in elements else v for v in free(body))
    inner = frozenset().union(*(free(child) for _, child in children(node)))
    return inner - {*bound(node)}


def put(node: Node, place: int, child: Node) -> Node:
    return (*node[:place], child, *node[place + 1 :])


def element(index: str) -> str:
    """An element of the sequence, or a copy."""
    return f"z_{index}" if len(index) == 1 else f"z_{{{index}}}"


def renamed(node: Node, names: Mapping[str, str]) -> Node:
    """An expression with other names in the place of some."""

    def name(item: Any) -> Any:
        if isinstance(item, tuple):
            return tuple(name(part) for part in item)
        return names.get(item, item) if isinstance(item, str) else item

    found: Node = name(node)
    return found


Move = Callable[[Setting, Node, tuple[str, ...]], Moved | None]
