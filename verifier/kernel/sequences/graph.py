"""What a declared factorisation says of one family: whose conditional each slot is, and, by the
graph that it draws, what a density depends on.

Over sequences the nodes of the graph are cells, parts cut so fine that each is wholly inside or
outside of what is asked about. An edge is left out only where no element of one cell can be a
condition of an element of the other, so that what is separated in it is separated for every
horizon.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from sympy import Expr

from verifier.kernel.arithmetic import densities
from verifier.kernel.binding import hull, replaced, unbind_index
from verifier.kernel.equality.series import fresh
from verifier.kernel.model import Family
from verifier.kernel.sequences.laws import place_of
from verifier.kernel.sequences.ranges import Order, Undecided, is_sliced, union
from verifier.kernel.terms import Density, Index, IndexedProduct, Var, Variables, slot_order

Graph = Mapping[Var, Variables]  # for each node those that it may be conditioned on
SETTLED = -(10**12)  # tags of indices in questions that are asked again and again


@dataclass(frozen=True)
class Conditional:
    """The density of one variable left of a bar of a declared factor, for all values of its index
    if it has one: of which family, and given what. `product` tells indexed products apart."""

    head: Var
    owner: str
    conditions: tuple[Var, ...]
    index: Index | None = None
    product: int = -1

    @property
    def covers(self) -> Var:
        """All that this is the density of."""
        return self.head if self.index is None else hull(self.head, self.index)

    @property
    def offset(self) -> Expr:
        """How far the head stands from the index."""
        offset = None if self.index is None else place_of(self.head, self.index)
        if offset is None:
            raise Undecided
        return offset

    def at(self, place: Expr) -> tuple[Var, ...]:
        """The conditions of the element at a place."""
        if self.index is None:
            return self.conditions
        values = {self.index: place - self.offset}
        return tuple(replaced(condition, values) for condition in self.conditions)

    def over(self, part: Var) -> tuple[Var, ...]:
        """All that elements of a part may be conditioned on: within a slice on those before."""
        if self.index is None or not part.ends:
            before = (self.head.between(self.head.low, part.high),) if is_sliced(self.head) else ()
            return (*self.conditions, *before)
        index = fresh(part.low - self.offset, part.high - self.offset)
        moved = (replaced(c, {self.index: index}) for c in self.conditions)
        return tuple(hull(condition, index) for condition in moved)


def is_sequence(family: Family) -> bool:
    """Whether a family is over slices."""
    return any(map(is_sliced, family.slots))


@lru_cache(maxsize=1024)
def conditionals(family: Family) -> tuple[Conditional, ...]:
    """The factors of a family, variable by variable."""
    found: list[Conditional] = []
    for number, factor in enumerate(family.factors):
        index, body = unbind_index(factor) if isinstance(factor, IndexedProduct) else (None, factor)
        product = number if index else -1
        for density in densities(body):
            for head, conditions in _one_by_one(density):
                found.append(Conditional(head, density.family, conditions, index, product))
    return tuple(found)


def _one_by_one(density: Expr) -> Iterator[tuple[Var, tuple[Var, ...]]]:
    """The variables left of a bar, each with what it is given: those before it too."""
    heads = sorted(density.left, key=slot_order)
    return ((head, (*density.right, *heads[:i])) for i, head in enumerate(heads))


@lru_cache(maxsize=4096)
def cells_of(order: Order, family: Family, left: Variables, right: Variables) -> Variables:
    """A family's slots, cut where what is asked about begins and ends, and what stands beside
    `left` in a factor, or depends on what it depends on, if that is known. Raises Undecided."""
    cells = order.cut(family.slots, sorted(left | right, key=slot_order))
    mine = frozenset(cell for cell in cells if order.covered(cell, left))
    for near in (mine, conditions_of(order, family, mine)):
        after = frozenset(part for cell in near for part in dependents(family, cell))
        beside = after | conditions_of(order, family, near | after)
        cells = order.cut(cells, sorted(beside, key=slot_order), partly=True)
    return cells


def dependents(family: Family, cell: Var) -> Iterator[Var]:
    """The parts whose elements are conditioned on one of a cell at its own place each time."""
    for found in conditionals(family) if cell.ends else ():
        for condition in found.conditions:
            lag = None if found.index is None else place_of(condition, found.index)
            if condition.name == cell.name and lag is not None:
                shift = found.offset - lag
                yield found.head.between(cell.low + shift, cell.high + shift)


def conditions_of(order: Order, family: Family, cells: Iterable[Var]) -> frozenset[Var]:
    """All that elements of cells may be conditioned on."""
    pairs = ((cell, c) for cell in cells for c in conditionals(family))
    found = (c.over(cell) for cell, c in pairs if not order.apart(cell, c.covers))
    return frozenset(condition for conditions in found for condition in conditions)


def conditional_of(order: Order, family: Family, cell: Var) -> Conditional | None:
    """The factor that a cell is in the left of."""
    return next((c for c in conditionals(family) if order.inside(cell, c.covers)), None)


def ancestors(order: Order, family: Family, cell: Var, among: Iterable[Var]) -> frozenset[Var]:
    """Those among some cells that a cell may depend on, over whatever is between them."""
    cells = order.cut(family.slots, sorted(among, key=slot_order), partly=True)
    mine = frozenset(other for other in cells if not order.apart(other, cell))
    found = _reached(mine, graph_over(order, family, cells).__getitem__)
    return frozenset(other for other in among if any(not order.apart(other, c) for c in found))


def separates(graph: Graph, first: Variables, second: Variables, given: Variables) -> bool:
    """Whether `first` is independent of `second` given `given` (d-separation: Lauritzen's
    criterion on the moral graph of the ancestors)."""
    ancestors = _reached(first | second | given, lambda slot: graph.get(slot, ()))
    neighbours: dict[Var, set[Var]] = {slot: set() for slot in ancestors}
    for slot in ancestors:
        group = {slot, *graph.get(slot, ())}
        for member in group:
            neighbours[member] |= group
    return _reached(first, lambda slot: neighbours[slot] - given).isdisjoint(second)


def _reached(start: Variables, beside: Callable[[Var], Iterable[Var]]) -> set[Var]:
    """What is reached step by step: those at the start too."""
    found, frontier = set(start), list(start)
    while frontier:
        new = set(beside(frontier.pop())) - found
        found |= new
        frontier.extend(new)
    return found


def _not_separated(graph: Graph, left: Variables, right: Variables) -> Variables:
    """Those of the conditions from which the others don't separate `left`."""
    for slot in sorted(right, key=slot_order):
        if separates(graph, left, frozenset({slot}), right - {slot}):
            right -= {slot}
    return right


@lru_cache(maxsize=4096)
def graph_over(order: Order, family: Family, cells: Variables) -> Graph:
    """The graph of a family over cells of its slots."""
    parents = {}
    for cell in cells:
        conditions = conditions_of(order, family, (cell,))
        parents[cell] = frozenset(
            other for other in cells for c in conditions if not order.apart(other, c)
        )
    return parents


@lru_cache(maxsize=1024)
def parents(family: Family) -> dict[Var, tuple[str, Variables]]:
    """For each slot in an order in which factors come after their conditions: whose conditional
    it is, and given what. What the family is given comes first."""
    found = {slot: (family.name, frozenset[Var]()) for slot in family.right}
    waiting = list(family.factors)
    while waiting:
        ready = [f for f in waiting if set(f.right) <= found.keys()]
        for factor in ready:
            for slot, conditions in _one_by_one(factor):
                found[slot] = factor.family, frozenset(conditions)
        waiting = [factor for factor in waiting if factor not in ready]
        if not ready:
            raise ValueError(f"the factorisation of {family.name} goes in a circle")
    return found


def settled(*sides: Variables) -> dict[Index, Index]:
    """Tags for the indices by which parts end, the same whatever tags they were opened with: an
    answer at one index is the answer at all of its range."""
    ends = {end for side in sides for part in side for end in part.ends}
    opened = {index for end in ends for index in end.atoms(Index)}
    values: dict[Index, Index] = {}
    for number, index in enumerate(sorted(opened, key=lambda i: -i.tag)):  # outer ones first
        low, high = replaced(index.low, values), replaced(index.high, values)
        values[index] = Index("", low, high, SETTLED - number)
    return values


def moved(side: Variables, values: Mapping[Index, Index]) -> Variables:
    return frozenset(replaced(part, values) for part in side) if values else side


def needed(order: Order, family: Family, left: Variables, right: Variables) -> Variables:
    """The conditions that a density of `left` depends on; all of them where that is not known."""
    values = settled(left, right)
    found = _needed(order, family, moved(left, values), moved(right, values))
    return moved(found, {new: old for old, new in values.items()})


@lru_cache(maxsize=16384)
def _needed(order: Order, family: Family, left: Variables, right: Variables) -> Variables:
    try:
        cells = cells_of(order, family, left, right)
        graph = graph_over(order, family, cells)
    except Undecided:
        return right
    mine = frozenset(c for c in cells if order.covered(c, left))
    kept = frozenset(c for c in cells if order.covered(c, right))
    return union(_not_separated(graph, mine, kept))


def depends_on_law(order: Order, family: Family, left: Iterable[Var], right: Iterable[Var]) -> bool:
    """Whether a density may depend on the law of what its family is given, of which nothing is
    declared: all of that is conditioned on one variable more."""
    law = frozenset({Var("")})
    factors = (*family.factors, Density(family.name, family.right, law))
    asked = replace(family, right=tuple(law), left=(*family.left, *family.right), factors=factors)
    return not family.factors or law <= needed(order, asked, union(left), law.union(right))
