"""Which products of densities are one density, and what they are over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sympy import Expr, Integer

from verifier.kernel.arithmetic import factors
from verifier.kernel.binding import hull
from verifier.kernel.sequences.ranges import Order, union
from verifier.kernel.terms import Density, Index, IndexedProduct, Var


def left_of(law: Expr) -> frozenset[Var]:
    """What a density, or an indexed product of densities, is over."""
    return _side(law, 1)


def right_of(law: Expr) -> frozenset[Var]:
    """What a density, or an indexed product of densities, is conditioned on."""
    return _side(law, 2)


def _side(law: Expr, side: int) -> frozenset[Var]:
    if isinstance(law, IndexedProduct):
        inside = (v for d in factors(law.body) for v in d.args[side])
        return union(hull(v, law.index) for v in inside)
    return frozenset(law.args[side])


def place_of(variable: Var, index: Index) -> Expr | None:
    """How far an element stands from the index: z_{i+1} by 1. None for what isn't one element
    that moves with the index, place by place."""
    if not variable.ends or variable.low != variable.high:
        return None
    offset = variable.low - index
    return None if offset.has(index) else offset


def is_density(order: Order, law: Expr) -> bool:
    """Whether a factor is a density, or an indexed product of densities that is one."""
    if not isinstance(law, IndexedProduct):
        return isinstance(law, Density)
    densities = factors(law.body)
    return all(isinstance(d, Density) for d in densities) and flows(order, law.index, densities)


def is_law(order: Order, bound: Iterable[Var], densities: Iterable[Expr]) -> bool:
    """Whether a product of densities is normalised over variables: each left of one bar, and
    those that a density is conditioned on come from the others without a circle."""
    waiting = list(densities)
    if not all(is_density(order, law) for law in waiting):
        return False
    lefts, bound = [v for law in waiting for v in left_of(law)], [*bound]
    apart = order.all_apart(lefts) and order.all_apart(bound)
    return apart and union(lefts) == union(bound) and first_circle(order, waiting) is None


def first_circle(order: Order, laws: Sequence[Expr]) -> Expr | None:
    """A law that is conditioned, in the end, on what it is itself over; None without such."""
    waiting = list(laws)

    def waits(law: Expr) -> bool:
        others = (other for other in waiting if other is not law)
        return not all(order.disjoint(right_of(law), left_of(other)) for other in others)

    while waiting:
        left = [law for law in waiting if waits(law)]
        if len(left) == len(waiting):
            return None if _side_by_side(order, waiting) else waiting[0]
        waiting = left
    return None


def _side_by_side(order: Order, laws: Sequence[Expr]) -> bool:
    """Whether indexed products go on together: what each density is conditioned on of the variables
    of all comes before its own place, or for all of them after it."""
    if not all(isinstance(law, IndexedProduct) for law in laws):
        return False
    densities = [(law.index, d) for law in laws for d in factors(law.body)]
    heads = [(head, i) for i, (_, density) in enumerate(densities) for head in density.left]
    moving = all(
        len(d.left) == 1 and place_of(d.left[0], index) is not None for index, d in densities
    )
    places = [density.left[0].low for _, density in densities]
    alone = [density for _, density in densities]
    return moving and any(_flows(order, heads, alone, way, places) for way in (1, -1))


def flows(order: Order, index: Index, densities: Sequence[Any]) -> bool:
    """Whether an indexed product of densities is one density: what each is conditioned on of the
    product's own variables comes before it, or for all of them after it."""
    heads = [(head, i) for i, density in enumerate(densities) for head in density.left]
    moving = all(place_of(head, index) is not None for head, _ in heads)
    return moving and any(_flows(order, heads, densities, way) for way in (1, -1))


def _flows(
    order: Order, heads: Sequence[tuple[Var, int]], densities: Sequence[Any], way: int,
    places: Sequence[Expr] = (),
) -> bool:  # fmt: skip
    """Whether the conditions come before the heads (after them, for way -1), or at the same place
    without a circle. Each density's own place counts, if `places` has it."""
    same: dict[int, set[int]] = {place: set() for place in range(len(densities))}
    for place, density in enumerate(densities):
        for part in density.right:
            for head, i in heads:
                if part.root != head.root:
                    continue
                own = places[place] if places else head.low
                lag = part.high - own if way > 0 else own - part.low
                if order.least(lag, Integer(-1)):
                    continue
                if not order.least(lag, Integer(0)):
                    return False
                same[place].add(i)
    while same:
        ready = [place for place, needed in same.items() if not needed & same.keys()]
        if not ready:
            return False
        same = {place: needed for place, needed in same.items() if place not in ready}
    return True
