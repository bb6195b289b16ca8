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
from itertools import product
from random import Random
from typing import Any

TOKENS = re.compile(r"=>|<=|>=|<>|->|[A-Za-z_][A-Za-z0-9_']*|\d+|[-+*/^():=<>.]")
# How many functions each has behind its alphabet, and what it sums of their values.
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


@dataclass
class File:
    """A certificate: its tables by what they are over, what it defines, what it says of itself."""

    tables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)  # the comment behind a table
    definitions: dict[str, tuple[tuple[str, ...], list[str]]] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)  # values, and what they are of
    arguments: dict[str, tuple[str, ...]] = field(default_factory=dict)  # alphabets


def read(text: str) -> File:
    """The file, as far as it has values."""
    found = File()
    for name, kinds, said in re.findall(r"^Variable (\S+) : (.*)\. \(\* (.*) \*\)$", text, re.M):
        if kinds.endswith("-> R"):
            found.tables[name] = tuple(kinds.split(" -> ")[:-1])
            found.said[name] = said
    found.fixed = dict(re.findall(r"^Variable (\S+) : (A_\S+)\.$", text, re.M))
    definition = r"^Definition (\S+)((?: \(\S+ : \S+\))*) : R :=\s+(.*?)\.(?: \(\*.*\*\))?$"
    for name, arguments, body in re.findall(definition, text, re.M):
        own = re.findall(r"\((\S+) : (\S+)\)", arguments)
        found.definitions[name] = tuple(v for v, _ in own), TOKENS.findall(body)
        found.arguments[name] = tuple(kind for _, kind in own)
    return found


@dataclass
class Values:
    """Values of what a file defines, on tables. `sizes`: of alphabets, by name."""

    file: File
    sizes: Mapping[str, int]
    tables: Mapping[str, Mapping[tuple[int, ...], Fraction]]
    fixed: Mapping[str, int]

    def of(self, name: str, arguments: tuple[int, ...] = ()) -> float:
        """The value of a definition."""
        variables, tokens = self.file.definitions[name]
        reader = _Reader(self, tokens)
        value = reader.sum({**self.fixed, **dict(zip(variables, arguments, strict=True))})
        assert reader.at == len(tokens), tokens[reader.at :]
        return value

    def points(self, alphabets: tuple[str, ...]) -> list[tuple[int, ...]]:
        return [*product(*(range(self.sizes[name]) for name in alphabets))]


@dataclass
class _Reader:
    """Reads a term and evaluates it at once."""

    values: Values
    tokens: list[str]
    at: int = 0

    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.next()
        assert not wanted or token == wanted, (wanted, self.tokens[self.at :])
        self.at += 1
        return token

    def sum(self, env: Mapping[str, int]) -> float:
        value = self.opposite(env)
        while self.next() in ("+", "-"):
            sign = 1 if self.take() == "+" else -1
            value += sign * self.product(env)
        return value

    def opposite(self, env: Mapping[str, int]) -> float:
        if self.next() == "-":
            self.take()
            return -self.product(env)
        return self.product(env)

    def product(self, env: Mapping[str, int]) -> float:
        value = self.power(env)
        while self.next() in ("*", "/"):
            value = value * self.power(env) if self.take() == "*" else over(value, self.power(env))
        return value

    def power(self, env: Mapping[str, int]) -> float:
        if self.next() == "/":
            self.take()
            return over(1.0, self.power(env))
        value = self.applied(env)
        if self.next() == "^":
            self.take()
            value = value ** int(self.take())
        return value

    def applied(self, env: Mapping[str, int]) -> float:
        token = self.next()
        if token in SUMS:
            return self.total(env)
        if token in ("ln", "exp"):
            self.take()
            argument = self.atom(env)
            return ln(argument) if token == "ln" else math.exp(argument)
        return self.atom(env, alone=False)

    def atom(self, env: Mapping[str, int], alone: bool = True) -> float:
        token = self.take()
        if token == "(":
            value = self.sum(env)
            self.take(")")
            return value
        if token.isdigit():
            return float(token)
        file = self.values.file
        count = len(file.tables.get(token, ()) or file.arguments.get(token, ()))
        assert not (alone and count), token
        points = tuple(env[self.take()] for _ in range(count))
        if token in file.tables:
            return float(self.values.tables[token][points])
        return self.values.of(token, points)

    def total(self, env: Mapping[str, int]) -> float:
        count, term = SUMS[self.take()]
        size = self.values.sizes[self.take()]
        start, total = self.at, 0.0
        for point in range(size):
            self.at = start
            total += term(*(self.function(env, point) for _ in range(count)))
        return total

    def function(self, env: Mapping[str, int], point: int) -> float:
        self.take("(")
        self.take("fun")
        name = self.take()
        self.take("=>")
        value = self.sum({**env, name: point})
        self.take(")")
        return value


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
