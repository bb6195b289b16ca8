"""Certificates read again from their text: what they define, evaluated on tables.

Written from Coq's syntax and the base library alone; it shares nothing with what prints
certificates, and knows a line by what stands in the file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import product
from random import Random
from typing import Any

TOKENS = re.compile(r"=>|<=|>=|<>|->|[A-Za-z_][A-Za-z0-9_']*|\d+|[-+*/^():=<>.%]")
# How many functions each has behind what it is over, and what it sums of their values.
SUMS: dict[str, tuple[int, Any]] = {
    "Sum": (1, lambda f: f),
    "E": (2, lambda w, f: w * f),
    "KL": (2, lambda q, p: q * ln(over(q, p))),
    "Ent": (1, lambda q: -q * ln(q)),
    "CE": (2, lambda q, p: -q * ln(p)),
}


def ln(u: float) -> float:
    """Coq's: 0 where there is no logarithm."""
    return math.log(u) if u > 0 else 0.0


def over(a: float, b: float) -> float:
    """Coq's: a / 0 is 0."""
    return a / b if b else 0.0


class Path(tuple[tuple[int, int], ...]):
    """A sequence: a function from places, which is 0 at all but some."""

    def __call__(self, place: int) -> int:
        return dict(self).get(place, 0)

    def put(self, place: int, point: int) -> Path:
        return Path(sorted({**dict(self), place: point}.items()))


# What the base library says of places and sequences; an alphabet is the list of its points.
LIBRARY: dict[str, Any] = {
    "ln": ln,
    "exp": math.exp,
    "IZR": float,
    "nil": (),
    "one": lambda i: (i,),
    "range": lambda low, high: tuple(range(low, high + 1)),
    "upto": lambda low, high: tuple(range(low, high + 1)),
    "both": lambda first, second: first + second,
    "without": lambda all_, gone: tuple(i for i in all_ if i not in gone),
    "path": lambda _: Path(),
    "seqs": lambda alphabet, places, path: [
        reduce(lambda made, put: made.put(*put), zip(places, points, strict=True), path)
        for points in product(alphabet, repeat=len(places))
    ],
    "slice": lambda path, low, high: tuple(path(i) for i in range(low, high + 1)),
}


@dataclass
class File:
    """A certificate: its tables by what they are over, what it defines, what it says of itself."""

    tables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)  # the comment behind a table
    definitions: dict[str, tuple[tuple[str, ...], Any]] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)  # values, and what they are of
    arguments: dict[str, tuple[str, ...]] = field(default_factory=dict)  # alphabets
    horizons: dict[str, str] = field(default_factory=dict)  # integers, and what they are called


def read(text: str) -> File:
    """The file, as far as it has values."""
    found = File()
    for name, kinds, said in re.findall(r"^Variable (\S+) : (.*)\. \(\* (.*) \*\)$", text, re.M):
        if kinds.endswith("-> R"):
            found.tables[name] = tuple(kinds.split(" -> ")[:-1])
            found.said[name] = said
        elif kinds == "Z":
            found.horizons[name] = said
    found.fixed = dict(re.findall(r"^Variable (\S+) : ((?:Z -> )?A_\S+)\.$", text, re.M))
    definition = r"^Definition (\S+)((?: \([^()]*\))*) : R :=\s+(.*?)\.(?: \(\*.*\*\))?$"
    for name, arguments, body in re.findall(definition, text, re.M):
        if name.startswith("w_"):  # not what lines say, but what is shown of it
            continue
        own = re.findall(r"\((\S+) : ([^()]*)\)", arguments)
        reader = Reader(TOKENS.findall(body))
        found.definitions[name] = tuple(v for v, _ in own), reader.sum()
        assert reader.at == len(reader.tokens), reader.tokens[reader.at :]
        found.arguments[name] = tuple(kind for _, kind in own)
    return found


@dataclass
class Values:
    """Values of what a file defines, on tables. `sizes`: of alphabets, by name."""

    file: File
    sizes: Mapping[str, int]
    tables: Mapping[str, Any]
    fixed: Mapping[str, Any]
    known: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        alphabets = {name: tuple(range(size)) for name, size in self.sizes.items()}
        self.globals = {**LIBRARY, **alphabets, **self.fixed}

    def of(self, name: str, arguments: tuple[Any, ...] = ()) -> Any:
        """The value of a definition."""
        key = name, arguments
        if key not in self.known:
            variables, body = self.file.definitions[name]
            self.known[key] = self.value(body, dict(zip(variables, arguments, strict=True)))
        return self.known[key]

    def value(self, term: Any, env: Mapping[str, Any]) -> Any:
        """The value of what was read."""
        head, *parts = term
        match head:
            case "number":
                return parts[0]
            case "+":
                return self.value(parts[0], env) + self.value(parts[1], env)
            case "-":
                return self.value(parts[0], env) - self.value(parts[1], env)
            case "*":
                first = self.value(parts[0], env)
                return first and first * self.value(parts[1], env)
            case "/":
                return over(self.value(parts[0], env), self.value(parts[1], env))
            case "^":
                return self.value(parts[0], env) ** parts[1]
            case "opposite":
                return -self.value(parts[0], env)
            case "name":
                return self.named(parts[0], [self.value(a, env) for a in parts[1:]], env)
        count, summand = SUMS.get(head, (1, None))
        domain, *functions = parts
        assert len(functions) == count, head
        values = (
            [self.value(body, {**env, name: point}) for name, body in functions]
            for point in self.value(domain, env)
        )
        if summand is None:
            return math.prod(own[0] for own in values)
        return sum(summand(*own) for own in values)

    def named(self, name: str, arguments: list[Any], env: Mapping[str, Any]) -> Any:
        """What is meant by a name, applied."""
        if name in self.file.tables:
            assert len(arguments) == len(self.file.tables[name]), name
            return float(self.tables[name][tuple(arguments)])
        if name in self.file.definitions:
            return self.of(name, tuple(arguments))
        found = env[name] if name in env else self.globals[name]
        return found(*arguments) if arguments else found

    def points(self, alphabets: tuple[str, ...]) -> list[tuple[int, ...]]:
        return [*product(*(range(self.sizes[name]) for name in alphabets))]


@dataclass
class Reader:
    """Reads a term."""

    tokens: list[str]
    at: int = 0

    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.next()
        assert not wanted or token == wanted, (wanted, self.tokens[self.at :])
        self.at += 1
        return token

    def sum(self) -> Any:
        value: Any
        if self.next() == "-":
            self.take()
            value = "opposite", self.product()
        else:
            value = self.product()
        while self.next() in ("+", "-"):
            value = self.take(), value, self.product()
        return value

    def product(self) -> Any:
        value = self.power()
        while self.next() in ("*", "/"):
            value = self.take(), value, self.power()
        return value

    def power(self) -> Any:
        if self.next() == "/":
            self.take()
            return "/", ("number", 1), self.power()
        value = self.applied()
        if self.next() == "^":
            self.take()
            value = "^", value, int(self.take())
        return value

    def applied(self) -> Any:
        """A name with its arguments, or a sum with what it is over and its functions."""
        token = self.next()
        if not re.match(r"[A-Za-z_]", token):
            return self.atom()
        self.take()
        if token in SUMS or token == "Prod":
            parts = [self.atom()]
            while self.tokens[self.at : self.at + 2] == ["(", "fun"]:
                parts.append(self.function())
            return token, *parts
        arguments = []
        while self.next() == "(" or re.match(r"\w", self.next()):
            arguments.append(self.atom())
        return "name", token, *arguments

    def atom(self) -> Any:
        token = self.take()
        value: Any
        if token == "(":
            value = self.sum()
            self.take(")")
        elif token.isdigit():
            value = "number", int(token)
        else:
            value = "name", token
        if self.next() == "%":
            self.take()
            self.take("Z")
        return value

    def function(self) -> Any:
        for token in ("(", "fun"):
            self.take(token)
        name = self.take()
        self.take("=>")
        value = self.sum()
        self.take(")")
        return name, value


def table(random: Random, sizes: list[int], laws: list[bool], zeros: bool) -> dict[Any, Fraction]:
    """A table over alphabets of these sizes, a law over some of its places for all others."""
    cells = [*product(*map(range, sizes))]
    drawn = {c: 0 if zeros and random.random() < 0.25 else random.randint(1, 8) for c in cells}
    masses: dict[tuple[int, ...], int] = {}
    for cell, value in drawn.items():
        given = tuple(p for p, law in zip(cell, laws, strict=True) if not law)
        masses[given] = masses.get(given, 0) + value
    if not all(masses.values()):
        return table(random, sizes, laws, zeros)
    given_of = {c: tuple(p for p, law in zip(c, laws, strict=True) if not law) for c in cells}
    return {cell: Fraction(drawn[cell], masses[given_of[cell]]) for cell in cells}
