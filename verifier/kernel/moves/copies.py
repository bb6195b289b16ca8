"""Copies under a law that doesn't tell them apart."""

from __future__ import annotations

from itertools import permutations

from verifier.kernel.binding import fresh_tag
from verifier.kernel.equality.nodes import SeriesNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.slices import united
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.sequences.ranges import union
from verifier.kernel.terms import IndexedSum, Var, Variables

_MOST = 3  # copies that are told apart


def exchanged(
    nf: Normaliser, bound: Variables, body: Polynomial, law: Polynomial | None
) -> Polynomial | None:
    """Single copies of a slice as the first ones, where all else is the same for all copies."""
    if law is not None or not nf.model.copies:
        return None
    body = united(nf, body)
    if body.single is None:
        return None
    for whole in union(bound):
        if nf.model.slot(whole) != whole.tagged(0) and whole.ends and whole.low != whole.high:
            result = _share(nf, whole, body) or _moved(nf, whole, body)
            if result is not None and result != body:
                return nf.integral(union(bound), result)
    return None


def _moved(nf: Normaliser, whole: Var, body: Polynomial) -> Polynomial | None:
    """The body with its single copies at the first places; of several ways the least."""
    order, atoms = nf.model.order, (a for a in body.atoms if not _symmetric(nf, a, whole))
    some = sorted({part for atom in atoms for part in _of(nf, atom, whole)}, key=str)
    if any(part.low != part.high or not order.inside(part, whole) for part in some):
        return None
    few = 0 < len(some) <= _MOST and order.least(whole.low + len(some) - 1, whole.high)
    if not few or not order.all_apart(some):
        return None
    firsts = [whole.between(whole.low + i, whole.low + i) for i in range(len(some))]
    ways = (dict(zip(some, places, strict=True)) for places in permutations(firsts))
    return min((nf.store.rename(body, names) for names in ways), key=nf.store.order_of)


def _share(nf: Normaliser, whole: Var, body: Polynomial) -> Polynomial | None:
    """1/K of the rest of a body, which is the same for all copies, where beside it w(z_j) is
    divided by the sum of all w(z_k)."""
    monomial, _ = body.single or ((), 0)
    sums = [nf.store.nodes[a] for a, e in monomial if e < 0 and _symmetric(nf, a, whole)]
    copies = {v for a in body.atoms for v in _of(nf, a, whole) if v.low == v.high}
    for node in sums if not nf.marks else ():  # w may be 0 where there are marks
        for one in sorted(copies, key=str):
            if isinstance(node, SeriesNode) and nf.model.order.inside(one, whole):
                index, inside = nf.store.open_series(node)
                share = nf.store.rename(inside, {whole.between(index, index): one})
                total = Polynomial.of(nf.store.intern(node))
                rest = united(nf, nf.product([body, total, nf.integer_power(share, -1)]))
                alike = all(_symmetric(nf, a, whole) for a in rest.atoms if _of(nf, a, whole))
                if alike and node.kind is IndexedSum:
                    return rest * nf.integer_power(nf.normal(whole.high - whole.low + 1), -1)
    return None


def _of(nf: Normaliser, atom: int, whole: Var) -> set[Var]:
    """The parts of a slice in an atom."""
    return {v for v in nf.store.parts_in(atom) if isinstance(v, Var) and v.root == whole.root}


def _symmetric(nf: Normaliser, atom: int, whole: Var) -> bool:
    """Whether an atom is a sum or a product over all copies, of one copy each."""
    node = nf.store.nodes[atom]
    if not isinstance(node, SeriesNode) or node.index.args[1:3] != whole.ends.args:
        return False
    index, inside = nf.store.open_series(node)
    one = Var(whole.name, tag=fresh_tag())  # the index may say which copy it is, and nothing else
    left = nf.store.free(nf.store.rename(inside, {whole.between(index, index): one}))
    return index not in left and not any(
        isinstance(v, Var) and v.ends and v.root == whole.root for v in left
    )
