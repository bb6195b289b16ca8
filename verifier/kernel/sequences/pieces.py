"""Densities over slices as products of declared factors: the chain rule along a factorisation.

What is a product for one horizon is so for every one: a part of a sequence whose factors follow one
another place by place is an indexed product of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, permutations

from sympy import Expr

from verifier.kernel.binding import replaced
from verifier.kernel.equality.series import fresh
from verifier.kernel.model import Family, Model
from verifier.kernel.sequences import graph as graphs
from verifier.kernel.sequences.graph import Conditional, Graph
from verifier.kernel.sequences.ranges import Order, Undecided, elements, is_empty, union
from verifier.kernel.terms import Index, Var, Variables, slot_order

_ORDERS = 24  # of the cells of a block


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
        values = {self.index: place}
        left, right = (union(replaced(v, values) for v in s) for s in (self.left, self.right))
        return Piece(self.owner, left, right, self.declared, index)


def pieces(order: Order, family: Family, left: Variables, right: Variables) -> Iterator[Piece]:
    """The chain rule over `left` in the order of the factorisation, each variable given what it
    needs. Raises Undecided."""
    values = graphs.settled(left, right)
    found = _pieces(order, family, graphs.moved(left, values), graphs.moved(right, values))
    if found is None:
        raise Undecided
    back = {new: old for old, new in values.items()}
    for piece in found:
        sides = graphs.moved(piece.left, back), graphs.moved(piece.right, back)
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
    waiting = _by_conditional(order, family, left)
    graph = graphs.graph_over(order, family, frozenset(waiting))
    earlier = union(right)
    while waiting:
        block = _next(order, family, graph, waiting)
        found = _swept(order, family, block, earlier)
        if found is None:
            part = frozenset(block)
            found = [Piece(family.name, part, graphs.needed(order, family, part, earlier), False)]
        yield from found
        waiting -= set(block)
        earlier = union(earlier | set(block))


def _by_conditional(order: Order, family: Family, left: Variables) -> set[Var]:
    """Variables in parts of which each is in the left of one factor, where that is known; all cut
    at the same places, where there are several indexed products."""
    cells = frozenset(element for part in left for element in elements(part))
    indexed = [c for c in graphs.conditionals(family) if c.index is not None]
    several = len({c.product for c in indexed}) > 1
    cuts = [c.covers for c in graphs.conditionals(family)]
    if several:
        names = {(v.name, v.tag) for v in cells if v.ends}
        cuts += [Var(n, c.covers.ends, tag) for c in indexed for n, tag in sorted(names)]
    alone = sorted((c for c in cells if c.ends and c.low == c.high), key=slot_order)
    cuts += [part for cell in alone for part in graphs.dependents(family, cell)]
    return set(order.cut(cells, cuts, partly=True))


def _next(order: Order, family: Family, graph: Graph, waiting: set[Var]) -> list[Var]:
    """A cell whose conditions are not waiting, of several the first in time; or cells that depend
    on one another element by element. Raises Undecided."""
    ready = [c for c in sorted(waiting, key=slot_order) if not (graph[c] & waiting) - {c}]
    if ready:
        roots = [c for c in ready if graphs.ancestors(order, family, c, waiting) <= {c}] or ready
        early = (c for c in roots if not any(_is_before(order, other, c) for other in roots))
        return [next(early, roots[0])]
    for cell in sorted(waiting, key=slot_order):
        for block in _blocks(order, family, cell, waiting):
            if not frozenset().union(*(graph[c] & waiting for c in block)) - set(block):
                return block
    raise Undecided


def _is_before(order: Order, first: Var, second: Var) -> bool:
    """Whether all of a part has lower places than another, of any variable."""
    return bool(first.ends and second.ends) and order.precedes(first.high, second.low)


def _blocks(order: Order, family: Family, cell: Var, waiting: set[Var]) -> Iterator[list[Var]]:
    """A cell with those beside it: in the same indexed product, or at the same places."""
    own = graphs.conditional_of(order, family, cell)
    if own is not None and own.index is not None:
        places = cell.low - own.offset, cell.high - own.offset
        alike = (c for c in graphs.conditionals(family) if c.product == own.product)
        beside = (c.head.between(*(place + c.offset for place in places)) for c in alike)
        yield [part for part in beside if part in waiting]
    yield sorted((c for c in waiting if c.ends == cell.ends), key=slot_order)


def _swept(
    order: Order, family: Family, block: list[Var], earlier: Variables
) -> list[Piece] | None:
    """The factors of a block, when each of its elements needs of what comes before it just what is
    declared, or nothing of the block."""
    own = [c for cell in block if (c := graphs.conditional_of(order, family, cell)) is not None]
    if len(own) < len(block):
        return None
    cell, first = block[0], own[0]
    if not cell.ends or (cell.low == cell.high and len(block) == 1):
        conditions = union(first.at(cell.low) if cell.ends else first.conditions)
        given = graphs.needed(order, family, frozenset(block), earlier)
        declared = given == conditions
        return [Piece(first.owner if declared else family.name, frozenset(block), given, declared)]
    if any(c.index is None for c in own):
        return None
    for way in islice(permutations(zip(block, own, strict=True)), _ORDERS):
        for rising in (True, False):
            found = _in_order(order, family, way, earlier, rising)
            if found is not None:
                return found
    return None


def _in_order(
    order: Order, family: Family, block: tuple[tuple[Var, Conditional], ...], earlier: Variables,
    rising: bool,
) -> list[Piece] | None:  # fmt: skip
    """The factors place by place, at each place in the order of the block."""
    first = block[0][0]
    index = Index("", first.low, first.high, graphs.SETTLED - 10**6)
    places = [index + cell.low - first.low for cell, _ in block]
    before = set(earlier)
    for (cell, _), place in zip(block, places, strict=True):
        before.add(cell.between(*((cell.low, place - 1) if rising else (place + 1, cell.high))))
    found = []
    for (cell, conditional), place in zip(block, places, strict=True):
        head = frozenset({cell.between(place, place)})
        here = union(part for part in before if not is_empty(part))
        given = graphs.needed(order, family, head, here)
        declared = given == union(conditional.at(place))
        if not (declared or {v.name for v in given}.isdisjoint(c.name for c, _ in block)):
            return None
        # over the index that the `model` line has
        again = fresh(cell.low - conditional.offset, cell.high - conditional.offset)
        piece = Piece(conditional.owner if declared else family.name, head, given, declared, index)
        found.append(piece.at(again + conditional.offset - cell.low + first.low, again))
        before |= head
    return found


class Values:
    """Which variables stand for the slots of a density: parts of them retagged."""

    def __init__(self, model: Model, variables: Variables) -> None:
        self._order = model.order
        self._variables = variables
        self._by_slot = {model.slot(variable): variable for variable in variables}

    @property
    def distinct(self) -> bool:
        """Whether no two variables stand for one slot."""
        return len(self._by_slot) == len(self._variables) and self._order.all_apart(self._by_slot)

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
            if part in self._by_slot:
                found.add(self._by_slot[part])
                continue
            same = [v for v in self._variables if v.name == part.name]
            if len({v.tag for v in same}) == 1:
                found.add(part.tagged(same[0].tag))
                continue
            for piece in self._order.cut([part], [v.tagged(0) for v in same]):
                whole = next((v for v in same if self._order.inside(piece, v.tagged(0))), None)
                if whole is None:
                    raise Undecided
                found.add(piece.tagged(whole.tag))
        return union(found)
