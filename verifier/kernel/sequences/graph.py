"""Factorisations of sequences: which part of a sequence depends on which, for every horizon.

The graph has cells for nodes, parts of sequences cut so fine that each is wholly inside or outside
of what is asked about. An edge is left out only where no element of one cell can be a condition of
an element of the other, so that what is separated in it is separated for each horizon.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, permutations

from sympy import Expr

from verifier.kernel.arithmetic import densities
from verifier.kernel.binding import hull, replaced, unbind_index
from verifier.kernel.equality.nodes import Variables
from verifier.kernel.equality.series import fresh
from verifier.kernel.model import Family
from verifier.kernel.sequences.laws import place_of
from verifier.kernel.sequences.ranges import Order, Undecided, elements, is_empty, is_sliced, union
from verifier.kernel.terms import Index, IndexedProduct, Var, slot_order

Graph = Mapping[Var, Variables]
_ORDERS = 24  # of the cells of a block
_SETTLED = -(10**12)  # tags of indices in questions that are asked again and again


@dataclass(frozen=True)
class Strand:
    """One variable left of a bar of a declared factor, for all values of its index if it has one:
    whose density it is of, and given what. `product` tells the indexed products apart."""

    head: Var
    owner: str
    conditions: tuple[Var, ...]
    index: Index | None = None
    product: int = -1

    @property
    def covers(self) -> Var:
        """All that the strand is the density of."""
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
        """All that elements of a part may be conditioned on."""
        if self.index is None or not part.ends:
            return self.conditions
        index = fresh(part.low - self.offset, part.high - self.offset)
        moved = (replaced(c, {self.index: index}) for c in self.conditions)
        return tuple(hull(condition, index) for condition in moved)


def is_sequence(family: Family) -> bool:
    """Whether a family is over slices."""
    return any(map(is_sliced, (*family.left, *family.right)))


@lru_cache(maxsize=1024)
def strands(family: Family) -> tuple[Strand, ...]:
    """The factors of a family, variable by variable."""
    found: list[Strand] = []
    for number, factor in enumerate(family.factors):
        index, body = unbind_index(factor) if isinstance(factor, IndexedProduct) else (None, factor)
        for density in densities(body):
            earlier: list[Var] = []
            for head in sorted(density.left, key=slot_order):
                conditions = (*density.right, *earlier)
                found.append(
                    Strand(head, density.family, conditions, index, number if index else -1)
                )
                earlier.append(head)
    return tuple(found)


@lru_cache(maxsize=4096)
def cells_of(order: Order, family: Family, left: Variables, right: Variables) -> Variables:
    """A family's slots, cut where what is asked about begins and ends, and the conditions of
    `left` if that is known. Raises Undecided."""
    slots = union((*family.left, *family.right))
    cells = order.cut(slots, sorted(left | right, key=slot_order))
    for cell in sorted(cells, key=slot_order):
        if order.covered(cell, left):
            for condition in sorted(conditions_of(order, family, cell), key=slot_order):
                try:
                    cells = order.cut(cells, [condition])
                except Undecided:
                    continue
    return cells


def conditions_of(order: Order, family: Family, cell: Var) -> frozenset[Var]:
    """All that elements of a cell may be conditioned on."""
    found = (s.over(cell) for s in strands(family) if not order.apart(cell, s.covers))
    return frozenset(condition for conditions in found for condition in conditions)


def strand_of(order: Order, family: Family, cell: Var) -> Strand | None:
    """The factor that a cell is in the left of."""
    return next((s for s in strands(family) if order.inside(cell, s.covers)), None)


@lru_cache(maxsize=4096)
def graph(order: Order, family: Family, cells: Variables) -> Graph:
    """For each cell the cells that it may be conditioned on."""
    found = {}
    for cell in cells:
        conditions = conditions_of(order, family, cell)
        found[cell] = frozenset(
            other for other in cells for c in conditions if not order.apart(other, c)
        )
    return found


def separated(graph: Graph, first: Variables, second: Variables, given: Variables) -> bool:
    """Whether a factorisation makes `first` independent of `second` given `given` (d-separation:
    Lauritzen's criterion on the moral graph of the ancestors)."""
    ancestors = _ancestors(graph, first | second | given)
    neighbours: dict[Var, set[Var]] = {slot: set() for slot in ancestors}
    for slot in ancestors:
        group = {slot, *graph.get(slot, ())}
        for member in group:
            neighbours[member] |= group
    reached, frontier = set(first), list(first)
    while frontier:
        for neighbour in neighbours[frontier.pop()] - reached - given:
            reached.add(neighbour)
            frontier.append(neighbour)
    return reached.isdisjoint(second)


def _ancestors(graph: Graph, slots: Variables) -> set[Var]:
    found: set[Var] = set()
    frontier = list(slots)
    while frontier:
        slot = frontier.pop()
        if slot not in found:
            found.add(slot)
            frontier.extend(graph.get(slot, ()))
    return found


def _settled(*sides: Variables) -> dict[Index, Index]:
    """Tags for the indices by which parts end, the same whatever tags they were opened with: an
    answer at one index is the answer at all of its range."""
    ends = {end for side in sides for part in side for end in part.ends}
    opened = {index for end in ends for index in end.atoms(Index)}
    values: dict[Index, Index] = {}
    for number, index in enumerate(sorted(opened, key=lambda i: -i.tag)):  # outer ones first
        low, high = replaced(index.low, values), replaced(index.high, values)
        values[index] = Index("", low, high, _SETTLED - number)
    return values


def _moved(side: Variables, values: Mapping[Index, Index]) -> Variables:
    return frozenset(replaced(part, values) for part in side) if values else side


def needed(order: Order, family: Family, left: Variables, right: Variables) -> Variables:
    """The conditions that a density of `left` depends on; all of them where that is not known."""
    values = _settled(left, right)
    found = _needed(order, family, _moved(left, values), _moved(right, values))
    return _moved(found, {new: old for old, new in values.items()})


@lru_cache(maxsize=16384)
def _needed(order: Order, family: Family, left: Variables, right: Variables) -> Variables:
    try:
        cells = cells_of(order, family, left, right)
        edges = graph(order, family, cells)
    except Undecided:
        return right
    mine = frozenset(c for c in cells if order.covered(c, left))
    kept = frozenset(c for c in cells if order.covered(c, right))
    for cell in sorted(kept, key=slot_order):
        if separated(edges, mine, frozenset({cell}), kept - {cell}):
            kept -= {cell}
    return union(kept)


# -- products of declared factors -----------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A conditional density of one variable, or of a part that is no product of declared factors;
    over an index, the product of them."""

    owner: str
    left: Variables
    right: Variables
    declared: bool
    index: Index | None = None

    def at(self, place: Expr, index: Index | None = None) -> Piece:
        """The factor at a place, or the product over another index."""
        left, right = (
            union(replaced(v, {self.index: place}) for v in side)
            for side in (self.left, self.right)
        )
        return Piece(self.owner, left, right, self.declared, index)


def pieces(order: Order, family: Family, left: Variables, right: Variables) -> Iterator[Piece]:
    """The chain rule over `left` in the order of the factorisation, each variable given what it
    needs. Raises Undecided."""
    values = _settled(left, right)
    found = _pieces(order, family, _moved(left, values), _moved(right, values))
    if found is None:
        raise Undecided
    back = {new: old for old, new in values.items()}
    for piece in found:
        sides = _moved(piece.left, back), _moved(piece.right, back)
        index = None if piece.index is None else replaced(piece.index, back)
        moved = Piece(piece.owner, *sides, piece.declared, index)
        again = None if index is None else fresh(index.low, index.high)
        yield moved if again is None else moved.at(again, again)


@lru_cache(maxsize=16384)
def _pieces(
    order: Order, family: Family, left: Variables, right: Variables
) -> tuple[Piece, ...] | None:
    """The same; None where it is not decided."""
    try:
        return tuple(_chained(order, family, left, right))
    except Undecided:
        return None


def _chained(order: Order, family: Family, left: Variables, right: Variables) -> Iterator[Piece]:
    waiting = _by_strand(order, family, left)
    edges = graph(order, family, frozenset(waiting))
    earlier = union(right)
    while waiting:
        block = _next(order, family, edges, waiting)
        found = _swept(order, family, block, earlier)
        if found is None:
            part = frozenset(block)
            found = [Piece(family.name, part, needed(order, family, part, earlier), False)]
        yield from found
        waiting -= set(block)
        earlier = union(earlier | set(block))


def _by_strand(order: Order, family: Family, left: Variables) -> set[Var]:
    """Variables in parts of which each is in the left of one factor, where that is known; all cut
    at the same places, where there are several indexed products."""
    cells = frozenset(element for part in left for element in elements(part))
    indexed = [strand for strand in strands(family) if strand.index is not None]
    several = len({strand.product for strand in indexed}) > 1
    cuts = [strand.covers for strand in strands(family)]
    if several:
        names = {(v.name, v.tag) for v in cells if v.ends}
        cuts += [Var(n, s.covers.ends, tag) for s in indexed for n, tag in sorted(names)]
    for cut in cuts:
        try:
            cells = order.cut(cells, [cut])
        except Undecided:
            continue
    return set(cells)


def _next(order: Order, family: Family, edges: Graph, waiting: set[Var]) -> list[Var]:
    """A cell whose conditions are not waiting, or cells that depend on one another element by
    element. Raises Undecided."""
    for cell in sorted(waiting, key=slot_order):
        if not (edges[cell] & waiting) - {cell}:
            return [cell]
    for cell in sorted(waiting, key=slot_order):
        for block in _blocks(order, family, cell, waiting):
            if not frozenset().union(*(edges[c] & waiting for c in block)) - set(block):
                return block
    raise Undecided


def _blocks(order: Order, family: Family, cell: Var, waiting: set[Var]) -> Iterator[list[Var]]:
    """A cell with those beside it: in the same indexed product, or at the same places."""
    strand = strand_of(order, family, cell)
    if strand is not None and strand.index is not None:
        places = cell.low - strand.offset, cell.high - strand.offset
        beside = (
            other.head.between(*(place + other.offset for place in places))
            for other in strands(family)
            if other.product == strand.product
        )
        yield [part for part in beside if part in waiting]
    yield sorted((c for c in waiting if c.ends == cell.ends), key=slot_order)


def _swept(
    order: Order, family: Family, block: list[Var], earlier: Variables
) -> list[Piece] | None:
    """The declared factors of a block, when each of its elements needs of what comes before it just
    what is declared."""
    own = [strand for cell in block if (strand := strand_of(order, family, cell)) is not None]
    if len(own) < len(block):
        return None
    cell, strand = block[0], own[0]
    if not cell.ends or (cell.low == cell.high and len(block) == 1):
        conditions = union(strand.at(cell.low) if cell.ends else strand.conditions)
        given = needed(order, family, frozenset(block), earlier)
        declared = given == conditions
        name = strand.owner if declared else family.name
        return [Piece(name, frozenset(block), given, declared)]
    if any(strand.index is None for strand in own):
        return None
    for way in islice(permutations(zip(block, own, strict=True)), _ORDERS):
        for rising in (True, False):
            found = _in_order(order, family, way, earlier, rising)
            if found is not None:
                return found
    return None


def _in_order(
    order: Order,
    family: Family,
    block: tuple[tuple[Var, Strand], ...],
    earlier: Variables,
    rising: bool,
) -> list[Piece] | None:
    """The factors place by place, at each place in the order of the block."""
    first = block[0][0]
    index = Index("", first.low, first.high, _SETTLED - 10**6)
    places = [index + cell.low - first.low for cell, _ in block]
    before = set(earlier)
    for (cell, _), place in zip(block, places, strict=True):
        before.add(cell.between(*((cell.low, place - 1) if rising else (place + 1, cell.high))))
    found = []
    for (cell, strand), place in zip(block, places, strict=True):
        head = cell.between(place, place)
        conditions = union(strand.at(place))
        here = union(part for part in before if not is_empty(part))
        if needed(order, family, frozenset({head}), here) != conditions:
            return None
        found.append(_as_declared(cell, strand))
        before.add(head)
    return found


def _as_declared(cell: Var, strand: Strand) -> Piece:
    """The declared factors of a cell, over the index that the `model` line has."""
    index = fresh(cell.low - strand.offset, cell.high - strand.offset)
    place = index + strand.offset
    head = frozenset({cell.between(place, place)})
    return Piece(strand.owner, head, union(strand.at(place)), True, index)


class Values:
    """Which variables stand for the slots of a density: parts of them retagged."""

    def __init__(self, order: Order, variables: Iterable[Var]) -> None:
        self._order = order
        self._variables = tuple(variables)

    @property
    def distinct(self) -> bool:
        """Whether no two variables stand for one slot."""
        bare = [v.tagged(0) for v in self._variables]
        return all(
            self._order.apart(part, other) for i, part in enumerate(bare) for other in bare[:i]
        )

    def told_apart(self, piece: Piece) -> tuple[Piece, ...]:
        """A product whose first or last factor alone is about another variable than the rest: that
        factor and the rest. Raises Undecided."""
        index = piece.index
        if self._is_known(piece):
            return (piece,)
        if index is None or not self._order.least(index.low, index.high):
            raise Undecided
        for place, rest in (
            (index.low, fresh(index.low + 1, index.high)),
            (index.high, fresh(index.low, index.high - 1)),
        ):
            cut = piece.at(place), piece.at(rest, rest)
            if all(self._is_known(part) for part in cut):
                return cut
        raise Undecided

    def _is_known(self, piece: Piece) -> bool:
        try:
            self.at((*piece.left, *piece.right))
        except Undecided:
            return False
        return True

    def at(self, parts: Iterable[Var]) -> Variables:
        """Parts of slots as parts of the variables that stand for them. Raises Undecided."""
        found = set()
        for part in parts:
            same = [v for v in self._variables if v.name == part.name]
            if len({v.tag for v in same}) == 1:
                found.add(part.tagged(same[0].tag))
                continue
            for piece in self._order.cut([part], [v.tagged(0) for v in same]):
                inside = (v for v in same if self._order.inside(piece, v.tagged(0)))
                whole = next(inside, None)
                if whole is None:
                    raise Undecided
                found.add(piece.tagged(whole.tag))
        return union(found)
