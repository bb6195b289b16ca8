"""Binders over slices: what they bind is cut where the parts of a body begin and end, and united
again when the rules are done."""

from __future__ import annotations

from verifier.kernel.equality import series
from verifier.kernel.equality.functions import Functions
from verifier.kernel.equality.nodes import DensityNode, SeriesNode
from verifier.kernel.polynomials import Polynomial, Rational, raised
from verifier.kernel.sequences.ranges import Undecided, is_sliced, union
from verifier.kernel.terms import IndexedProduct, Var, Variables, slot_order


def one_tag(
    nf: Functions, bound: Variables, *parts: Polynomial
) -> tuple[Variables, tuple[Polynomial, ...]]:
    """Bound parts of one sequence that have nothing in common as parts of one variable."""
    roots: dict[Var, list[Var]] = {}
    for variable in sorted(bound, key=slot_order):
        if variable.ends:
            roots.setdefault(variable.root, []).append(variable)
    names: dict[Var, Var] = {}
    for root, group in roots.items():
        for other, others in roots.items():
            alike = other.name == root.name and other is not root
            if alike and root not in names and other not in names:
                moved = [v.tagged(other.tag) for v in group]
                if nf.model.order.disjoint(moved, others):
                    names[root] = other
                    others += moved
    if not names:
        return bound, parts
    exact = {v: v.tagged(names[v.root].tag) for v in bound if v.root in names}
    renaming = {**exact, **names}
    together = frozenset(exact.get(v, v) for v in bound)
    nf.store.opened(together)
    return together, tuple(nf.store.rename(part, renaming) for part in parts)


def cells_of(nf: Functions, bound: Variables, body: Polynomial) -> Variables:
    """Bound variables cut by the parts of them in a body."""
    roots = {variable.root for variable in bound if variable.ends}
    # first what others look at; what a product of densities is over comes second, and what
    # it is conditioned on needs no cut
    wholes = {atom: series.whole_of(nf, nf.store.nodes[atom]) for atom in body.atoms}
    ranked = [
        *((0, v) for a, own in wholes.items() if own is None for v in nf.store.parts_in(a)),
        *((1, v) for own in wholes.values() if own is not None for v in own.left),
    ]
    cells = bound
    for _, part in sorted(set(ranked), key=lambda item: (item[0], slot_order(item[1]))):
        if isinstance(part, Var) and part.root in roots:
            try:
                cells = nf.model.order.cut(cells, [part])
            except Undecided:
                continue
    return cells


def cut(nf: Functions, body: Polynomial) -> Polynomial:
    """The densities and products of densities that weigh a body, cut into cells."""
    cells = nf.store.cells
    if cells is None:
        return body

    def of_cells(atom: int, exponent: Rational) -> Polynomial:
        node = nf.store.nodes[atom]
        if isinstance(node, DensityNode):
            sides = [nf.store.partition(side) for side in (node.left, node.right)]
            if sides[0] is not None and sides[1] is not None:
                atom = nf.store.intern(DensityNode(node.family, sides[0], sides[1]))
            return Polynomial.of(atom, exponent)
        if isinstance(node, SeriesNode):
            pieces = series.cut_product(nf, node, cells)
            if pieces is not None:
                return Polynomial({raised(pieces, exponent): 1})
        return Polynomial.of(atom, exponent)

    return nf.by_atoms(body, of_cells)


def united(nf: Functions, polynomial: Polynomial) -> Polynomial:
    """The same value with the parts of densities united, and products that meet as one."""
    if not any(_is_cut(nf, atom) for atom in polynomial.atoms):
        return polynomial

    def of_wholes(atom: int, exponent: Rational) -> Polynomial:
        node = nf.store.nodes[atom]
        if isinstance(node, DensityNode):
            atom = nf.store.intern(DensityNode(node.family, union(node.left), union(node.right)))
        return Polynomial.of(atom, exponent)

    changed = nf.by_atoms(polynomial, of_wholes).terms.items()
    return Polynomial.total(Polynomial({series.merged(nf, m): c}) for m, c in changed)


def _is_cut(nf: Functions, atom: int) -> bool:
    """Whether an atom is a product, or a density of parts of sequences."""
    node = nf.store.nodes[atom]
    if isinstance(node, SeriesNode):
        return node.kind is IndexedProduct
    return isinstance(node, DensityNode) and any(map(is_sliced, (*node.left, *node.right)))


def union_of(bound: Variables) -> Variables:
    """Bound variables with those parts as one that follow one another."""
    return union(bound) if any(map(is_sliced, bound)) else bound
