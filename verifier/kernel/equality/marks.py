"""Marks: what has cancelled under a binder, and is owed to be nonzero where it is bound."""

from __future__ import annotations

from sympy import Expr

from verifier.kernel.definedness import condition_of, weights_in
from verifier.kernel.equality.functions import Functions
from verifier.kernel.equality.nodes import BinderNode, ExpNode, LogNode, SeriesNode, SumNode
from verifier.kernel.polynomials import ONE, Monomial, Polynomial, Rational, marks, unmarked
from verifier.kernel.terms import Density, Var, Variables
from verifier.kernel.theorem import Sides


def paid(nf: Functions, bound: Variables, body: Polynomial, law: Polynomial | None) -> Polynomial:
    """A body without the marks of what is bound: each is owed, weighed by what is left."""
    if not nf.store.is_marked(body):
        return body
    nf.frame.add(Sides.MARKED)
    if nf.keeping:
        return body
    summands = []
    around = weights_in(nf.store.term(law)) if law is not None else ()
    for monomial, coefficient in body.terms.items():
        gone = [a for a in marks(monomial) if _mentions(nf, a, bound)]
        if gone:
            left = tuple(factor for factor in monomial if factor[0] not in gone)
            weighing = _weighing(nf, unmarked(left))
            for atom in gone:
                part = nf.store.term(Polynomial.of(atom))
                nf.owe("nonzero", part, (*weighing, *around))
            for weight in weighing:  # a conditional weighs where it means something
                condition = condition_of(nf.model, weight)
                if condition is not None:
                    others = (other for other in weighing if other != weight)
                    nf.owe("positive", condition, (*others, *around))
            monomial = left
        whole = Polynomial({monomial: coefficient})
        if any(nf.store.is_marked(Polynomial.of(a)) for a, _ in monomial):
            with nf.weighed((*_weighing(nf, unmarked(monomial)), *around)):
                whole = _bare(nf, bound, whole)
        summands.append(whole)
    return Polynomial.total(summands)


def _bare(nf: Functions, bound: Variables, polynomial: Polynomial) -> Polynomial:
    """The same without the marks of what is bound inside of its atoms either: each is owed
    wherever the whole counts."""
    if not nf.store.is_marked(polynomial):
        return polynomial

    def without_mark(atom: int, exponent: Rational) -> Polynomial:
        if exponent:
            return nf.power(_bare_atom(nf, bound, atom), Polynomial.constant(exponent))
        if not _mentions(nf, atom, bound):
            return Polynomial.of(atom, 0)
        nf.owe("nonzero", nf.store.term(Polynomial.of(atom)))
        return ONE

    return nf.by_atoms(polynomial, without_mark)


def _bare_atom(nf: Functions, bound: Variables, atom: int) -> Polynomial:
    node, whole = nf.store.nodes[atom], Polynomial.of(atom)
    if not nf.store.is_marked(whole):
        return whole
    match node:
        case LogNode(argument):
            return nf.log(_bare(nf, bound, argument))
        case ExpNode(exponent):
            return nf.exp(_bare(nf, bound, exponent))
        case SumNode(value):
            return _bare(nf, bound, value)
        case SeriesNode(kind, _, _):
            index, body = nf.store.open_series(node)
            return nf.series(kind, index, _bare(nf, bound, body))
    return whole


def _weighing(nf: Functions, monomial: Monomial) -> tuple[Expr, ...]:
    """The densities that a product is 0 without: its factors, and the marginals of those that
    an integral among its factors has in each summand."""
    found = list(weights_in(nf.store.term(Polynomial({monomial: 1}))))
    for atom, exponent in monomial:
        node = nf.store.nodes[atom]
        if exponent > 0 and isinstance(node, BinderNode):
            law = node.law if node.law is not None else ONE
            inside = [_weighing(nf, m) for m in nf.product([law, node.body]).terms]
            shared = [d for d in inside[0] if all(d in others for others in inside[1:])]
            found += filter(None, (_marginal(nf, d, node.bound) for d in shared))
    return tuple(dict.fromkeys(found))


def _marginal(nf: Functions, density: Expr, gone: Variables) -> Expr | None:
    """A density without the variables that an integral binds, where it is conditioned on none
    of them."""
    if not isinstance(density, Density):
        return None
    order = nf.model.order
    left = order.without(density.left, gone)
    if not left or not order.disjoint(left, gone) or not order.disjoint(density.right, gone):
        return None
    return Density(density.family, left, density.right)


def _mentions(nf: Functions, atom: int, bound: Variables) -> bool:
    """Whether an atom depends on a bound variable."""
    free = nf.store.parts_in(atom)
    if not free.isdisjoint(bound):
        return True
    roots = {v.root for v in bound if v.ends}
    return any(isinstance(v, Var) and v.ends and v.root in roots for v in free)
