"""The parts of a written formula: what each is there, and how to put another in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, Literal

from verifier.formula import written as w

Put = Callable[[w.Written], w.Written]
Role = Literal[
    "line", "term", "factor", "body", "ratio", "inside", "law", "variable", "end", "other"
]


def parts(formula: w.Written) -> Iterator[tuple[w.Written, Put, Role]]:
    """Every part, how to put another in its place, and what it is there: a whole line, a term of
    a sum, a factor, a body, a law, a variable."""
    return _parts(formula, lambda new: new, "line")


def _parts(node: w.Written, put: Put, role: Role) -> Iterator[tuple[w.Written, Put, Role]]:
    yield node, put, role
    for item in fields(node):
        value = getattr(node, item.name)
        inner = _role(node, item.name)
        if isinstance(value, w.Written):
            yield from _parts(value, _one(node, item.name, put), inner)
        elif isinstance(value, tuple):
            for place, part in enumerate(value):
                if isinstance(part, w.Written):
                    yield from _parts(part, _among(node, item.name, place, put), inner)


def _one(node: w.Written, name: str, put: Put) -> Put:
    return lambda new: put(with_parts(node, {name: new}))


def _among(node: w.Written, name: str, place: int, put: Put) -> Put:
    def putting(new: w.Written) -> w.Written:
        others = list(getattr(node, name))
        others[place] = new
        return put(with_parts(node, {name: tuple(others)}))

    return putting


def _role(node: w.Written, name: str) -> Role:
    match node:
        case w.Statement():
            return "line"
        case w.Sum():
            return "term"
        case w.Product():
            return "factor"
        case w.Quotient():
            return "ratio"
        case w.Expectation():
            return "body" if name == "body" else "law"
        case w.Integral() | w.SumOver() | w.Indexed():
            return "body" if name == "body" else "end" if name in ("low", "high") else "variable"
        case w.Bracket() | w.Logarithm() | w.Exponential() | w.Root() | w.Power():
            return "inside"
        case w.Divergence() | w.Entropy() | w.Law():
            return "law"
        case w.Variable():
            return "end"
        case w.Density() | w.VariableEntropy() | w.Information() | w.Call():
            return "variable"
    return "other"


def renamed(node: w.Written, old: w.Written, new: w.Written) -> w.Written:
    """A formula with one part for another, wherever it stands."""
    return mapped(node, lambda part: new if part == old else part)


def mapped(node: w.Written, change: Callable[[w.Written], w.Written]) -> w.Written:
    """A formula with each of its parts changed, inner ones first."""
    changed: dict[str, object] = {}
    for item in fields(node):
        value = getattr(node, item.name)
        if isinstance(value, w.Written):
            changed[item.name] = mapped(value, change)
        elif isinstance(value, tuple):
            changed[item.name] = tuple(
                mapped(part, change) if isinstance(part, w.Written) else part for part in value
            )
    return change(with_parts(node, changed))


def with_parts(node: w.Written, parts: Mapping[str, object]) -> w.Written:
    """A node with other parts, by their names."""
    changed: dict[str, Any] = {**parts}
    return replace(node, **changed)
