"""Horizons: the values that the symbols used as indices take, the smallest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import chain, product
from math import ceil

from sympy import Basic, Symbol

from verifier.kernel.model import Model
from verifier.kernel.terms import Index, Var
from verifier.numeric.numbers.arrays import UnsupportedError
from verifier.numeric.worlds.forms import PRODUCTS, SUMS
from verifier.numeric.worlds.unroll import number
from verifier.numeric.worlds.unroll_model import Bound, holds, is_pattern, terms_of

Horizon = dict[Symbol, int]

MOST = 8  # horizons
_LOWEST = 4  # values of one symbol
_LOWEST_COUNTS = 3  # of one that counts copies
_BEYOND = 3  # horizons above the smallest
_FARTHEST = 7  # above the lowest value of a symbol
_WINDOW = (7, 7, 5, 4, 3)  # values of each that are looked at, for 0, 1, .. symbols; then 2


@lru_cache(maxsize=16384)
def symbols_of(term: Basic) -> frozenset[Symbol]:
    """The symbols in the ends of the slices and of the ranges of a term."""
    if isinstance(term, Var):
        return frozenset(term.ends.atoms(Symbol))
    if isinstance(term, Index):
        return frozenset(term.low.atoms(Symbol) | term.high.atoms(Symbol))
    return frozenset[Symbol]().union(*(symbols_of(part) for part in term.args))


def symbols_of_model(model: Model) -> frozenset[Symbol]:
    """The symbols that a model's sequences go up to."""
    copies = {part for copy, slot in model.copies if not is_pattern(copy) for part in (copy, slot)}
    terms = (*terms_of(model), *copies)
    return frozenset[Symbol]().union(*(symbols_of(term) for term in terms))


def horizons(model: Model, symbols: frozenset[Symbol]) -> list[Horizon]:
    """Values of the symbols that meet what is declared of them, smallest sum first.

    Raises `UnsupportedError` for a symbol that is not declared.
    """
    undeclared = symbols - {parameter.symbol for parameter in model.parameters}
    if undeclared:
        raise UnsupportedError(f"{min(map(str, undeclared))} has no value")
    in_order = sorted(symbols, key=str)
    bounds = [bound for bound in _bounds(model) if _about(bound) <= symbols and _about(bound)]
    lowest = _lowest(in_order, bounds)
    most = {s: _LOWEST_COUNTS if _counts(model, s) else _LOWEST for s in in_order}
    width = _WINDOW[len(in_order)] if len(in_order) < len(_WINDOW) else 2
    windows = [range(lowest[symbol], lowest[symbol] + width) for symbol in in_order]
    found = sorted(product(*windows), key=lambda values: (sum(values), values))
    points = (dict(zip(in_order, values, strict=True)) for values in found)
    return list(_few((p for p in points if all(holds(b, p) for b in bounds)), most))


def beyond(model: Model, symbols: frozenset[Symbol], near: Sequence[Horizon]) -> list[Horizon]:
    """The next few values above all of the smallest, where what begins late would show."""
    if not near or not symbols:
        return []
    in_order = sorted(symbols, key=str)
    bounds = [bound for bound in _bounds(model) if _about(bound) <= symbols and _about(bound)]
    most = max(sum(point.values()) for point in near) + 1
    width = range(_FARTHEST + 1)
    lowest = {s: min(point[s] for point in near) for s in in_order}
    found = (
        {s: lowest[s] + step for s, step in zip(in_order, steps, strict=True)}
        for steps in product(width, repeat=len(in_order))
    )
    good = (p for p in found if sum(p.values()) > most and all(holds(b, p) for b in bounds))
    return sorted(good, key=lambda p: (sum(p.values()), [*p.values()]))[:_BEYOND]


def _few(points: Iterable[Horizon], most: dict[Symbol, int]) -> Iterator[Horizon]:
    """The first points, of no more than so many values of each symbol."""
    seen: dict[Symbol, set[int]] = {symbol: set() for symbol in most}
    count = 0
    for point in points:
        if count == MOST:
            return
        if all(v in seen[s] or len(seen[s]) < most[s] for s, v in point.items()):
            for symbol, value in point.items():
                seen[symbol].add(value)
            count += 1
            yield point


def _counts(model: Model, symbol: Symbol) -> bool:
    """Whether a symbol counts copies: no sequence of a family goes up to it."""
    slots = (slot for family in model.families for slot in family.slots)
    return bool(model.copies) and not any(symbol in symbols_of(slot) for slot in slots)


def _bounds(model: Model) -> Iterator[Bound]:
    """What is declared of parameters, and assumed of numbers, as far as it is arithmetic."""
    of_parameters = (bound for parameter in model.parameters for bound in parameter.bounds)
    of_facts = ((fact.left, fact.relation, fact.right) for fact in model.facts)
    for left, relation, right in chain(of_parameters, of_facts):
        if _is_arithmetic(left) and _is_arithmetic(right):
            yield left, relation, right


def _is_arithmetic(term: Basic) -> bool:
    """Whether `number` gives a term a value, once its symbols have one."""
    if isinstance(term, SUMS + PRODUCTS):
        return all(map(_is_arithmetic, term.args))
    return bool(term.is_Rational or term.is_Symbol)


def _about(bound: Bound) -> frozenset[Symbol]:
    return frozenset(bound[0].atoms(Symbol) | bound[2].atoms(Symbol))


# -- lower bounds ---------------------------------------------------------------------------------


def _lowest(symbols: Sequence[Symbol], bounds: Sequence[Bound]) -> Horizon:
    """An integer for each symbol that its values are not below: 0 where nothing bounds it."""
    lowest: dict[Symbol, Fraction] = {}
    above = [side for bound in bounds for side in _nonnegative(bound)]
    for _ in symbols:
        for difference in above:
            for symbol in symbols:
                least = _least(difference, symbol, lowest)
                if least is not None:
                    lowest[symbol] = max(least, lowest.get(symbol, least))
    return {symbol: ceil(lowest.get(symbol, Fraction(0))) for symbol in symbols}


def _nonnegative(bound: Bound) -> list[Basic]:
    """The differences that a comparison says are not below 0."""
    left, relation, right = bound
    upward = [left - right] if relation in (">=", ">", "=") else []
    return [*upward, *([right - left] if relation in ("<=", "<", "=") else [])]


def _least(difference: Basic, symbol: Symbol, lowest: dict[Symbol, Fraction]) -> Fraction | None:
    """The least value of a symbol in an affine difference >= 0, the others at their lowest."""
    factor = _slope(difference, symbol)
    if factor <= 0:
        return None
    rest = _slope(difference, None)
    for other in difference.atoms(Symbol) - {symbol}:
        slope = _slope(difference, other)
        if slope > 0 or other not in lowest:
            return None
        rest += slope * lowest[other]
    return -rest / factor


def _slope(term: Basic, symbol: Symbol | None) -> Fraction:
    """The coefficient of a symbol in an affine term, or what it has without symbols."""
    at = dict.fromkeys(term.atoms(Symbol), 0)
    constant = number(term, at)
    return constant if symbol is None else number(term, {**at, symbol: 1}) - constant
