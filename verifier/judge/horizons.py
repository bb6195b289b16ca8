"""Horizons that no line declares: letters that end a slice in `model`.

What a file leaves out is a line of `parameters` that it could have written. It is added here, so
that all else reads and reports it like any other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from verifier.derivation.derivation import Derivation, Text
from verifier.formula import declarations as grammar
from verifier.formula import written as w
from verifier.formula.lexer import FormulaError
from verifier.formula.scope import Scope

Affine = Mapping[str, Fraction]  # coefficients of letters; of "" the constant
Around = tuple[w.Indexed, ...]  # the sums and products that something stands in

_NAME = re.compile(r"\s*(\w+)")


def with_horizons(derivation: Derivation) -> Derivation:
    """A derivation in which each letter that ends a slice in `model` is declared: an integer from
    where on no slice, sum or product of these lines is shorter than empty."""
    found = tuple(_Lines(derivation).declared())
    return replace(derivation, parameters=(*found, *derivation.parameters)) if found else derivation


@dataclass(frozen=True)
class _Range:
    """A slice, or the range of a sum or product, where it stands."""

    text: Text
    node: w.Variable | w.Indexed
    around: Around

    @property
    def length(self) -> Affine:
        """How long it is at least, whatever the indices around it are. Raises ValueError."""
        assert self.node.low is not None
        assert self.node.high is not None
        length = _plus(_affine(self.node.high), _affine(self.node.low), -1)
        for outer in reversed(self.around):
            slope = length.get(outer.index, Fraction(0))
            end = _affine(outer.low if slope > 0 else outer.high)
            length = _plus(_plus(length, {outer.index: Fraction(1)}, -slope), end, slope)
        return _plus(length, {"": Fraction(1)}, 1)

    def letters(self) -> Iterator[w.Name]:
        """The letters at the ends of a slice that no sum or product around binds."""
        bound = {outer.index for outer in self.around}
        for end in (self.node.low, self.node.high):
            for name in end.walk() if isinstance(self.node, w.Variable) and end else ():
                if isinstance(name, w.Name) and name.name not in bound:
                    yield name


class _Lines:
    """The `model` lines of a file, as far as they can be read."""

    def __init__(self, derivation: Derivation) -> None:
        self._ranges: list[_Range] = []
        scope, known = _declared(derivation)
        for text in derivation.model:
            with suppress(FormulaError):  # said when the line itself is read
                line = grammar.parse_family(text.value, scope)
                scope = scope.declare(line)
                self._ranges += _ranges(text, line, ())
        self._known = known | scope.families | scope.bases

    def declared(self) -> Iterator[Text]:
        """The lines of `parameters` that declare the letters."""
        first: dict[str, tuple[Text, w.Span]] = {}
        for each in self._ranges:
            for node in each.letters():
                if node.name not in self._known:
                    first.setdefault(node.name, (each.text, node.span))
        lowest: dict[str, list[int]] = defaultdict(list)
        beside: dict[str, tuple[Text, w.Span]] = {}  # bounds by other letters
        for each in self._ranges:
            with suppress(ValueError):
                length = each.length
                for name in sorted(first.keys() & length.keys()):
                    rest = _plus({}, {n: s for n, s in length.items() if n != name}, -1)
                    if length[name] > 0 and not rest.keys() - {""}:
                        lowest[name].append(ceil(rest.get("", Fraction(0)) / length[name]))
                    elif length[name] == 1:
                        beside[f"{name} >= {_said(rest)}"] = each.text, each.node.span
        bounds = {f"{name} >= {max(lowest[name])}": first[name] for name in first if lowest[name]}
        for bound, (text, span) in {**bounds, **beside}.items():
            start, end = text.offsets[span.start], text.offsets[span.end]
            offsets = (*(start for _ in bound), end)
            yield Text(bound, offsets, text.source, implied=True)


def _declared(derivation: Derivation) -> tuple[Scope, frozenset[str]]:
    """What model lines may use, and all names that stand for something else than a horizon."""
    scope, names = Scope(), set[str]()
    for text in derivation.parameters:
        with suppress(FormulaError):
            scope = scope.declare(grammar.parse_parameter(text.value, scope))
    for text in (*derivation.functions, *derivation.define):
        if found := _NAME.match(text.value):
            names.add(found[1])
    for text in derivation.functions:
        with suppress(FormulaError):
            scope = scope.declare(grammar.parse_function(text.value, scope))
    return scope, frozenset(scope.parameters) | names


def _ranges(text: Text, node: w.Written, around: Around) -> Iterator[_Range]:
    """The slices, sums and products of a formula."""
    if isinstance(node, w.Indexed) or (isinstance(node, w.Variable) and node.form == "slice"):
        yield _Range(text, node, around)
    inside = (*around, node) if isinstance(node, w.Indexed) else around
    for child in node.children():
        yield from _ranges(text, child, inside)


# -- ends ------------------------------------------------------------------------------------------


def _affine(node: w.Written) -> Affine:
    """An end as coefficients. Raises ValueError for one that isn't affine."""
    match node:
        case w.Number(text=text):
            return {"": Fraction(text)}
        case w.Name(name=name):
            return {name: Fraction(1)}
        case w.Bracket(body=body):
            return _affine(body)
        case w.Sum(terms=terms, signs=signs):
            total: Affine = {}
            for term, sign in zip(terms, signs, strict=True):
                total = _plus(total, _affine(term), 1 if sign == "+" else -1)
            return total
        case w.Product(factors=(w.Number(text=text), other)):
            return _plus({}, _affine(other), Fraction(text))
    raise ValueError(node)


def _plus(first: Affine, second: Affine, factor: Fraction | int) -> Affine:
    total = dict(first)
    for name, slope in second.items():
        total[name] = total.get(name, Fraction(0)) + factor * slope
    return {name: slope for name, slope in total.items() if slope}


def _said(end: Affine) -> str:
    """An end as text: `t - 1`."""
    parts = []
    for name, slope in sorted(end.items(), key=lambda item: (not item[0], item[0])):
        size = str(abs(slope)) if abs(slope) != 1 or not name else ""
        parts.append(f"{'-' if slope < 0 else '+'} {size} {name}")
    return " ".join(" ".join(parts).split()).removeprefix("+ ") or "0"
