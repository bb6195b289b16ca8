"""Sums and products over an index: their terms, and the same over another range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from sympy import Basic, Expr

from verifier.kernel.binding import fresh_tag, hull, occurring, replaced
from verifier.kernel.equality.nodes import DensityNode, Node, SeriesNode
from verifier.kernel.equality.side_conditions import SideConditions, kept
from verifier.kernel.polynomials import ONE, Monomial, Polynomial, Rational, raised, times, without
from verifier.kernel.sequences.laws import place_of
from verifier.kernel.sequences.ranges import Cells, Order
from verifier.kernel.terms import Binder, Density, Index, IndexedProduct, slot_order


def fresh(low: Expr, high: Expr) -> Index:
    """An opened index over a range."""
    index: Index = Index("", low, high, fresh_tag())
    return index


def term_at(nf: SideConditions, index: Index, body: Polynomial, place: Expr) -> Polynomial:
    """The term of a series at a place, or at another index."""
    return nf.normal(replaced(nf.store.term(body), {index: place}))


@kept
def rebased(nf: SideConditions, node: SeriesNode, low: Expr, high: Expr) -> Polynomial:
    """A product of densities from `low` to `high`. Its factors are in normal form, which asks
    nothing of their place."""
    if high - low == -1:
        return ONE
    if high == low:
        return nf.store.rename(node.body, {node.index: low})
    new = fresh(low, high)
    return nf.store.series(node.kind, new, nf.store.rename(node.body, {node.index: new}))


def of_densities(nf: SideConditions, node: Node) -> SeriesNode | None:
    """A product of densities, each over what stands at its own place; None for anything else."""
    if not isinstance(node, SeriesNode) or node.kind is not IndexedProduct:
        return None
    atom = _atom(node.body)
    inner = None if atom is None else nf.store.nodes[atom]
    if not isinstance(inner, DensityNode):
        return None
    return node if all(place_of(head, node.index) is not None for head in inner.left) else None


@kept
def density_of(nf: SideConditions, node: Node) -> tuple[Index, DensityNode] | None:
    """The density that a product is of, over its index, opened."""
    product = of_densities(nf, node)
    if product is None:
        return None
    index, body = nf.store.open_series(product)
    (atom,) = body.atoms
    inner = nf.store.nodes[atom]
    return (index, inner) if isinstance(inner, DensityNode) else None


@kept
def whole_of(nf: SideConditions, node: Node) -> DensityNode | None:
    """What a product of densities is the density of; None for anything else."""
    found = density_of(nf, node)
    if found is None:
        return None
    index, density = found
    left, right = (
        frozenset(hull(v, index) for v in side) for side in (density.left, density.right)
    )
    return DensityNode(density.family, left, right)


def cut_product(nf: SideConditions, node: SeriesNode, cells: Cells) -> Monomial | None:
    """A product of densities as products, of each of which the elements left of the bars are in
    one cell."""
    found = density_of(nf, node)
    if found is None:
        return None
    index, density = found
    if len(density.left) != 1:
        return None
    (head,) = density.left
    offset = place_of(head, index)
    whole = None if offset is None else head.between(index.low + offset, index.high + offset)
    if whole is None or len(cells.of(whole)) < 2:
        return None
    result: Monomial = ()
    for cell in sorted(cells.of(whole), key=slot_order):
        if not nf.model.order.inside(cell, whole):
            return None
        part = rebased(nf, node, cell.low - offset, cell.high - offset)
        if part.single is None or part.single[1] != 1:
            return None
        result = times(result, part.single[0])
    return result


@kept
def merged(nf: SideConditions, monomial: Monomial) -> Monomial:
    """A product of densities with the factors that continue it, as one product."""
    changed = True
    while changed:
        changed = False
        for atom, exponent in monomial:
            node = of_densities(nf, nf.store.nodes[atom])
            if exponent and node is not None:
                larger = _grown(nf, monomial, atom, exponent, node)
                if larger is not None:
                    monomial, changed = larger, True
                    break
    return monomial


def _grown(
    nf: SideConditions, monomial: Monomial, atom: int, exponent: Rational, node: SeriesNode
) -> Monomial | None:
    """The monomial with a product taking in what continues it, or giving up what cancels."""
    powers = dict(monomial)
    found = chain(_next_to(nf, powers, atom, node), _meeting(nf, powers, atom, node))
    for other, low, high in found:
        whole = rebased(nf, node, low, high)
        if whole.single is not None and whole.single[1] == 1:
            rest = without(monomial, ((atom, exponent), (other, powers[other])))
            if powers[other] != exponent:  # cancelled
                rest = times(rest, times(((other, 1),), ((other, -1),)))
            return times(rest, raised(whole.single[0], exponent))
    return None


def _next_to(
    nf: SideConditions, powers: Mapping[int, Rational], atom: int, node: SeriesNode
) -> Iterator[tuple[int, Expr, Expr]]:
    """The factors next to an end of a product, and the range that it has with or without them."""
    low, high = node.index.low, node.index.high
    around = map(nf.store.nodes.__getitem__, (*node.body.atoms, *powers))
    own, *others = (each.family for each in around if isinstance(each, DensityNode))
    nearby = (
        (high + 1, 1, low, high + 1), (low - 1, 1, low - 1, high),
        (high, -1, low, high - 1), (low, -1, low + 1, high),
    )  # fmt: skip
    for place, sign, first, last in nearby if own in others else ():
        factor = _atom(nf.store.rename(node.body, {node.index: place}))
        if factor is not None and powers.get(factor) == sign * powers[atom]:
            yield factor, first, last


def _meeting(
    nf: SideConditions, powers: Mapping[int, Rational], atom: int, node: SeriesNode
) -> Iterator[tuple[int, Expr, Expr]]:
    """The products that meet a product, and the range of both as one, or of what is left."""
    low, high, exponent = node.index.low, node.index.high, powers[atom]
    for other, power in powers.items():
        follower = of_densities(nf, nf.store.nodes[other])
        if other == atom or not power or follower is None:
            continue
        first, last = follower.index.low, follower.index.high
        if power == exponent and first == high + 1:
            new = low, last
        elif power == -exponent and first == low and nf.model.order.least(last, high):
            new = last + 1, high
        else:
            continue
        if _atom(rebased(nf, follower, low, high)) == atom:
            yield other, *new


def _atom(polynomial: Polynomial) -> int | None:
    """The atom that a polynomial is, if it is one."""
    found = next(iter(polynomial.atoms), None)
    return found if found is not None and polynomial == Polynomial.of(found) else None


def wellformed(nf: SideConditions, term: Expr) -> bool:
    """Whether the parts of sequences in a term are declared, bound where they are to be, no slice
    ends two below its start, and those of a density are apart."""
    order = nf.model.order
    declared = [v for family in nf.model.families for v in family.slots if v.ends]
    for variable in occurring(term):
        if not variable.ends:
            continue
        bare = variable.tagged(0)
        same = [v for v in declared if v.name == bare.name]
        known = not same or order.covered(bare, same)
        if not known or not order.least(variable.low - 1, variable.high):
            return False
        bound = nf.store.scopes.get(variable.root, frozenset())
        if variable.tag < 0 and not order.covered(variable, bound):
            return False
    return _is_bound(order, term) and all(
        order.apart(part, other)
        for density in term.atoms(Density)
        for parts in ((*density.left, *density.right),)
        for i, part in enumerate(parts)
        for other in parts[:i]
    )


def _is_bound(order: Order, term: Basic) -> bool:
    """Whether each part of a sequence lies within what its own binder binds."""
    if isinstance(term, Binder):
        roots = {variable.root for variable in term.bound if variable.ends}
        inside = (v for part in term.parts for v in occurring(part) if v.ends)
        if not all(order.covered(v, term.bound) for v in inside if v.root in roots):
            return False
    return all(_is_bound(order, part) for part in term.args)
