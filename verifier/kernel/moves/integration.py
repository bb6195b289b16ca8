"""What several rules do to integrals."""

from __future__ import annotations

from verifier.kernel.binding import fresh_tag, hull
from verifier.kernel.equality.nodes import BinderNode, DensityNode, SeriesNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.series import fresh
from verifier.kernel.equality.slices import united
from verifier.kernel.moves.factors import density_in, gathered
from verifier.kernel.polynomials import Monomial, Polynomial
from verifier.kernel.sequences.laws import place_of
from verifier.kernel.sequences.ranges import is_sliced, union
from verifier.kernel.terms import IndexedProduct, Var, Variables, slot_order


def integrate_out(
    nf: Normaliser, bound: Variables, body: Polynomial, law: Polynomial | None
) -> Polynomial | None:
    """int p(x, z) dz = p(x) inside a product that doesn't use z otherwise; p(x, z) may stand there
    as its factors."""
    if law is not None or body.single is None:
        return None
    monomial, coefficient = body.single
    for variable in sorted(bound, key=slot_order):
        owner = lone_density(nf, monomial, variable)
        if owner is not None and len(owner[1].left) > 1:
            atom, node = owner
            rest = Polynomial({tuple(f for f in monomial if f[0] != atom): coefficient})
            marginal = nf.density(DensityNode(node.family, node.left - {variable}, node.right))
            return nf.integral(bound - {variable}, rest * marginal)
    for head, others in gathered(nf, monomial, bound):
        gone, kept = (head.left & bound) - nf.store.free_in(others), frozenset[Var]()
        if not gone:
            gone, kept = _to_a_part(nf, head.left & bound, others)
        left = head.left - gone | kept
        if gone and left:
            marginal = nf.density(DensityNode(head.family, left, head.right))
            if len(marginal.terms) == 1:
                rest = marginal * Polynomial({others: coefficient})
                return nf.integral(bound - gone | kept, rest)
    return None


def _to_a_part(nf: Normaliser, cells: Variables, others: Monomial) -> tuple[Variables, Variables]:
    """The cells of one slice, and the part of it that a product looks at: within it for every
    horizon, though what is left of it may be empty for some."""
    every = frozenset[Var]().union(*(nf.store.parts_in(atom) for atom, _ in others))
    wholes = union(cells)
    parts = union(v for v in every if isinstance(v, Var) and v.root in {w.root for w in wholes})
    one = len(wholes) == len(parts) == 1 and parts != wholes
    inside = one and nf.model.order.inside(*parts, *wholes)
    return (cells, parts) if inside else (frozenset(), frozenset())


def lone_density(
    nf: Normaliser, monomial: Monomial, variable: object
) -> tuple[int, DensityNode] | None:
    """The density that alone of a product depends on a variable, left of its bar."""
    owners = [f for f in monomial if variable in nf.store.free_in_atom(f[0])]
    if len(owners) != 1 or owners[0][1] != 1:
        return None
    node = nf.store.nodes[owners[0][0]]
    if not isinstance(node, DensityNode) or variable not in node.left:
        return None
    return owners[0][0], node


def merge(
    nf: Normaliser, bound: Variables, body: Polynomial, law: Polynomial | None
) -> Polynomial | None:
    """int f int g = iint f g; E_p[f E_q[g]] over both laws at once, where q doesn't depend on what
    p binds."""
    for atom, node, rest in nf.store.cofactors(body):
        if not isinstance(node, BinderNode) or (node.law is None) != (law is None):
            continue
        laws = () if node.law is None else (node.law,)
        if any(not nf.store.free(inner).isdisjoint(bound) for inner in laws):
            continue
        nf.merges()
        if atom in nf.unwritten:
            nf.owe("integrable", nf.store.term(nf.store.binder(law, body, bound)))
        inner, (inside, *opened) = nf.store.open(node.bound, node.body, *laws)
        both = None if law is None else law * opened[0]
        return nf.integral(bound | inner, rest * inside, both)
    return None


def term_by_term(
    nf: Normaliser, bound: Variables, law: Polynomial | None, terms: list[Polynomial],
    several: bool = False,
) -> list[Polynomial]:  # fmt: skip
    """The integrals of the terms of a sum; `several`: of the terms that one stands for. That a sum
    is finite says nothing of terms of which different variables are integrated out first (of
    `iint (f + g)` where f is 0 over x and g over z): each is owed to be, those alike as one."""
    found, nodes = [nf.integral(bound, term, law) for term in terms], nf.store.nodes
    joint = nf.marks and law is None and (len(bound) > 1 or any(map(is_sliced, bound)))
    alike: dict[tuple[Variables, frozenset[int]], list[Polynomial]] = {}
    for term, value in zip(terms, found, strict=True) if joint else ():
        binders = (node for a in value.atoms if isinstance(node := nodes[a], BinderNode))
        left = union(v.tagged(0) for node in binders for v in node.bound)
        weighing = frozenset(a for a in term.atoms if density_in(nf, a))
        alike.setdefault((left, weighing), []).append(term)
    for (left, _), own in alike.items() if several or len(alike) > 1 else ():
        if left != union(v.tagged(0) for v in bound):
            whole = united(nf, Polynomial.total(own).unmarked)
            nf.owe("term", nf.store.term(nf.store.binder(None, whole, union(bound))))
    return found


def place_by_place(nf: Normaliser, bound: Variables, inside: Monomial) -> Polynomial | None:
    """int prod_i f(z_i) dz_{1:N} = prod_i int f(z_i) dz_i: for products over one range, of factors
    that are about their own places alone."""
    found = [(node, e) for a, e in inside if isinstance(node := nf.store.nodes[a], SeriesNode)]
    ranges = {(node.kind, node.index.low, node.index.high) for node, _ in found}
    if len(found) < len(inside) or len(ranges) != 1 or any(not e or e != int(e) for _, e in found):
        return None
    index, roots = fresh(*ranges.pop()[1:]), {v.root for v in bound}
    at_place = ((nf.store.rename(node.body, {node.index: index}), int(e)) for node, e in found)
    body = nf.product(nf.integer_power(*pair) for pair in at_place)
    every = frozenset[Var]().union(*map(nf.store.parts_in, body.atoms))
    heads = {v: v.tagged(fresh_tag()) for v in every if isinstance(v, Var) and v.root in roots}
    alone = len({v.root for v in heads}) == len(heads) and found[0][0].kind is IndexedProduct
    moving = all(place_of(head, index) is not None for head in heads)
    if not alone or not moving or nf.store.partition(hull(v, index) for v in heads) != bound:
        return None
    nf.splits()
    each = nf.integral(frozenset(heads.values()), nf.store.rename(body, heads))
    return nf.series(IndexedProduct, index, each)


def pull_out_number(
    nf: Normaliser, bound: Variables, body: Polynomial, law: Polynomial | None
) -> Polynomial | None:
    """A sign comes out: the definitions of KL and entropy have a form with it and one without."""
    if body.single is None or body.single[1] == 1:
        return None
    monomial, coefficient = body.single
    return nf.integral(bound, Polynomial({monomial: 1}), law).scaled(coefficient)
