"""Worlds: tables for the families, values for functions and parameters, with zeros and tails.

Variables take the points 0, 1, .. of small alphabets, each with a weight, so that tables are step
densities where a variable isn't declared discrete; an alphabet may end in a tail, whose points may
each stand for 2^(4^n) alike, or be as narrow: then an entropy is infinite. In a *band*
world two alphabets are all of N and one function is +1 on the diagonal and -1 beside it, divided
by the laws: both iterated sums exist and differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import product
from random import Random

from .balls import Exact, Unknown
from .values import Tail, Value, add, div, mul, negative, reciprocal, total

Point = int
Slot = tuple[str, int | None]  # z, z_3
Assignment = Mapping[Slot, Point]
TAIL: Point = -1  # the point that stands for all of a tail
ONE, ZERO = Fraction(1), Fraction(0)


@dataclass(frozen=True)
class Block:
    """A table of densities over some slots, given others: `table[given][values]`."""

    left: tuple[Slot, ...]
    right: tuple[Slot, ...]
    table: Mapping[tuple[Point, ...], Value]  # by the points of left, then right

    def at(self, points: Assignment) -> Value:
        return self.table[tuple(points[slot] for slot in (*self.left, *self.right))]


@dataclass
class Family:
    """A family: the product of its blocks is the density of `left` given `right`."""

    left: tuple[Slot, ...]
    right: tuple[Slot, ...]
    blocks: tuple[Block, ...]


@dataclass
class World:
    """What every declared name is."""

    alphabets: dict[str, tuple[tuple[Point, Value], ...]]  # by base: points and their weights
    families: dict[str, Family] = field(default_factory=dict)
    parameters: dict[str, Exact] = field(default_factory=dict)
    functions: dict[tuple[object, ...], Value] = field(default_factory=dict)  # by name, arguments
    shapes: dict[str, Callable[[Value], Value]] = field(default_factory=dict)  # of numbers
    copies: dict[str, Slot] = field(default_factory=dict)  # by base, what it is a copy of
    bands: dict[str, None] = field(default_factory=dict)  # functions that don't commute
    draw: Callable[[str], Value] = lambda _: ONE
    is_band: bool = False
    _masses: dict[tuple[object, ...], Value] = field(default_factory=dict)

    def points(self, base: str, depth: int = 0) -> tuple[tuple[Point, Value], ...]:
        """The points of a variable. In a band world there are more below more binders."""
        if self.is_band:
            return self.alphabets[base][: BAND + 2 * depth]
        return self.alphabets[base]

    def home(self, slot: Slot) -> Slot:
        """What a variable is a copy of, or itself."""
        return self.copies.get(slot[0], slot)

    def base_of(self, slot: Slot) -> str:
        """The base whose alphabet a variable has."""
        return self.copies[slot[0]][0] if slot[0] in self.copies else slot[0]

    def mass(self, name: str, points: Assignment) -> Value:
        """The density of some of a family's slots, the others summed out; `right` is given."""
        key = (name, *sorted(points.items(), key=str))
        if key not in self._masses:
            self._masses[key] = self._mass(self.families[name], points)
        return self._masses[key]

    def _mass(self, family: Family, points: Assignment) -> Value:
        """Block by block: a slot is summed out as soon as no block to come is given it."""
        blocks = _needed(family.blocks, points)
        sums: dict[tuple[tuple[Slot, Point], ...], Value] = {(): ONE}
        for number, block in enumerate(blocks):
            later = {slot for other in blocks[number + 1 :] for slot in other.right}
            free = [slot for slot in block.left if slot not in points]
            found: dict[tuple[tuple[Slot, Point], ...], Value] = {}
            for before, value in sums.items():
                for chosen in product(*(self.alphabets[slot[0]] for slot in free)):
                    own = zip(free, chosen, strict=True)
                    here = dict([*before, *((slot, point) for slot, (point, _) in own)])
                    part = mul(value, block.at({**points, **here}))
                    for _, weight in chosen:
                        part = mul(part, weight)
                    if any(p == TAIL and slot not in later for slot, p in here.items()):
                        part = total(part)
                    left = tuple((slot, p) for slot, p in here.items() if slot in later)
                    found[left] = add(found[left], part) if left in found else part
            if len(found) > CELLS:
                raise Unknown("too many points")
            sums = found
        return sums[()]


CELLS = 500  # values of slots that a mass is summed over at a time


def _needed(blocks: tuple[Block, ...], points: Assignment) -> list[Block]:
    """The blocks that bear on some slots: those that have one, or have what such a block is given.
    The mass of any other is 1."""
    wanted = {*points}
    found: list[Block] = []
    for block in reversed(blocks):
        if not wanted.isdisjoint(block.left):
            found.insert(0, block)
            wanted.update(block.right)
    return found


BAND = 5  # points of an outermost variable in a band world
_DECAY = 2**40


@cache
def geometric(count: int) -> tuple[Fraction, ...]:
    """Probabilities that all but vanish: what is left out doesn't show in any sum."""
    rest = [Fraction(1, _DECAY**n) for n in range(1, count)]
    return (1 - sum(rest, ZERO), *rest)


# -- drawing --------------------------------------------------------------------------------------

_SMALL = tuple(
    Fraction(n, d) for n, d in ((0, 1), (1, 1), (-1, 1), (2, 1), (1, 2), (-2, 1), (3, 1))
)
_RATES = (Fraction(-1), Fraction(-2))


@dataclass(frozen=True)
class Manner:
    """How a world is drawn."""

    zeros: float = 0.4  # the share of cells without mass
    tail: str = ""  # the base that has one
    band: str | None = None  # the function that is one
    alike: bool = False  # families over the same variables have one table
    ones: bool = False  # functions and parameters are 1


def table(
    rng: Random, world: World, left: tuple[Slot, ...], right: tuple[Slot, ...], manner: Manner
) -> Block:
    """A random table, of total mass 1 for each value of what is given."""
    cells: dict[tuple[Point, ...], Value] = {}
    for given in product(*(world.alphabets[slot[0]] for slot in right)):
        fixed = tuple(point for point, _ in given)
        shape = [*product(*(world.alphabets[slot[0]] for slot in left))]
        if manner.band is not None:
            masses = [_product(c, len(world.alphabets[left[0][0]])) for c in shape]
        else:
            while True:
                masses = [
                    ZERO if rng.random() < manner.zeros else Fraction(rng.randint(1, 4))
                    for _ in shape
                ]
                if any(masses):
                    break
        whole = Fraction(sum(masses))
        rate = rng.choice(_RATES)
        heavy = rng.random() < 0.3
        for chosen, mass in zip(shape, masses, strict=True):
            volume: Value = ONE
            for _, weight in chosen:
                volume = mul(volume, weight)
            points = tuple(point for point, _ in chosen)
            value: Value = div(Fraction(mass) / whole, volume)
            if TAIL in points and mass:
                value = mul(value, _thinning(rate, heavy))
            elif TAIL in points:
                value = Tail({})
            cells[(*points, *fixed)] = value
    return Block(left, right, cells)


def _product(chosen: tuple[tuple[Point, Value], ...], count: int) -> Fraction:
    value = ONE
    for point, _ in chosen:
        value *= geometric(count)[point]
    return value


def _thinning(rate: Fraction, steep: bool) -> Tail:
    """A density along a tail, of total 1: geometric, or of doubly exponential decrease."""
    key = (ZERO if not steep else Fraction(-1), rate, 0)
    shape = Tail({key: ONE})
    return mul(shape, reciprocal(total(shape)))  # type: ignore[return-value]


def function_value(rng: Random, signs: str, at_tail: bool, manner: Manner) -> Value:
    """A value of a function: small numbers, and along a tail what may grow."""
    if manner.ones and rng.random() < 0.7:
        value = ONE if signs not in ("<= 0", "< 0") else -ONE
    else:
        value = rng.choice(_SMALL)
    if signs in (">= 0", "> 0"):
        value = abs(value)
    elif signs in ("<= 0", "< 0"):
        value = -abs(value)
    if signs in ("> 0", "< 0", "!= 0") and value == 0:
        value = -ONE if signs == "< 0" else ONE
    if not at_tail:
        return value
    growth = rng.choice((0, 1, 2, 3, -1))
    return mul(Tail({(ZERO, Fraction(growth), 0): ONE}), value)


SHAPES: dict[str, tuple[Callable[[Value], Value], ...]] = {
    "concave": (lambda u: u, lambda u: negative(mul(u, u)), lambda u: mul(Fraction(-2), u)),
    "convex": (lambda u: u, lambda u: mul(u, u), lambda u: mul(Fraction(-2), u)),
    "increasing": (lambda u: u, lambda u: mul(u, mul(u, u))),
    "decreasing": (negative, lambda u: negative(mul(u, mul(u, u)))),
    "": (lambda u: u, lambda u: mul(u, u), lambda u: add(ONE, negative(u))),
}
