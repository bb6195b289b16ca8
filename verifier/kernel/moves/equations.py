"""Equations that rewrite an atom: facts, statements in `using`, densities by formula."""

from __future__ import annotations

from sympy import Expr, Integer

from verifier.kernel.arithmetic import minus
from verifier.kernel.binding import substitute
from verifier.kernel.definedness import nested, weights_in
from verifier.kernel.equality.context import Known, Source, quantified
from verifier.kernel.equality.nodes import CallNode, DensityNode, Leaf, TermNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.sites import CALL, DENSITY, SYMBOL, Hook
from verifier.kernel.inequality.candidates import REWRITES, STATEMENTS, Comparison, Takes
from verifier.kernel.matching import instance, stands_for
from verifier.kernel.model import Model
from verifier.kernel.moves.factors import over_joint
from verifier.kernel.polynomials import ONE, Polynomial
from verifier.kernel.position import Position
from verifier.kernel.terms import Call, Density, Var, Variables
from verifier.kernel.theorem import Direction, Sides, implies


def rewriting(source: Source) -> tuple[Hook, ...]:
    """The hooks of a rule that rewrites by the context's equations: the right side of the first
    one whose left side is an atom."""

    def rewrite(nf: Normaliser, node: Leaf) -> Polynomial | None:
        for known in nf.context.equations:
            if known.source != source or known.theorem.relation != "=" or known in nf.active:
                continue
            found = _matched(nf, known, node)
            if found is None:
                continue
            (values, factor), order = found, nf.model.order
            with nf.weighed(weights_in(nf.store.term(factor))):
                nf.lean(*known.at(order, values))
            new = substitute(known.statement.right, values, order)
            nf.active.append(known)  # p = q and q = p rewrite once, not for ever
            try:
                with nf.framed() as owed:
                    value = nf.normal(new)
            finally:
                nf.active.pop()
            # no side shows the integrals that are written here
            nf.lean(*owed, *(nested(new) if Sides.INTEGRABLE in owed else ()))
            nf.unwritten |= value.atoms
            return value * factor
        return None

    return DENSITY.hook(rewrite), CALL.hook(rewrite), SYMBOL.hook(rewrite)


def _matched(
    nf: Normaliser, equation: Known, node: Leaf
) -> tuple[dict[Var, Var], Polynomial] | None:
    """The instance of an equation at an atom, and what the rest of the atom is: with the chain
    rule an equation of p(x | z) says p(x, z) as well, up to the factor p(z)."""
    values = match(nf.model, equation, node)
    if values is not None:
        return values, ONE
    pattern = equation.statement.left
    if not isinstance(pattern, Density) or not isinstance(node, DensityNode):
        return None
    chained = nf.acting(over_joint)
    right = {v.tagged(0) for v in pattern.right}
    moved = frozenset(v for v in node.left if v.tagged(0) in right)
    if chained is None or not moved:
        return None
    values = match(
        nf.model, equation, DensityNode(node.family, node.left - moved, node.right | moved)
    )
    if values is None:
        return None
    nf.used.add(chained)
    return values, nf.density(DensityNode(node.family, moved, node.right))


def match(model: Model, equation: Known, node: Leaf) -> dict[Var, Var] | None:
    """The instance of an equation at an atom, if it is one."""
    pattern, free = equation.statement.left, quantified(model.order, equation.theorem)
    if isinstance(pattern, Density) and isinstance(node, DensityNode):
        if pattern.family != node.family:
            return None
        sides = ((frozenset(pattern.left), node.left), (frozenset(pattern.right), node.right))
        pairs = [pair for formal, actual in sides for pair in _by_slot(model, formal, actual)]
        complete = all(len(formal) == len(actual) for formal, actual in sides)
        return instance(model, pairs, free) if complete else None
    if isinstance(pattern, Call) and isinstance(node, CallNode):
        if pattern.name != node.name:
            return None
        return instance(model, zip(pattern.arguments, node.arguments, strict=True), free)
    if isinstance(node, TermNode) and node.term == pattern:
        return {}
    return None


def _by_slot(model: Model, formal: Variables, actual: Variables) -> list[tuple[Var, Var | None]]:
    """Which variable stands where a pattern has another: the same, or a copy of it."""
    return [
        (slot, next((v for v in sorted(actual, key=str) if stands_for(model, slot, v)), None))
        for slot in formal
    ]


def replacing(source: Source) -> Takes[Comparison]:
    """The comparisons of a rule that puts one side of a statement for the other."""

    def compare(
        nf: Normaliser, position: Position, direction: Direction, known: Known
    ) -> Comparison | None:
        read, order = known.statement, nf.model.order
        values = {v: position.bound.get(v, v) for v in quantified(order, known.theorem)}
        turned = direction != 0 and (read.relation == "<=") == (direction > 0)
        fits = known.source == source and (turned or read.relation == "=")
        if not fits or position.part != substitute(read.left, values, order):
            return None
        new, own = substitute(read.right, values, order), weights_in(position.part)
        alike = own if new == 0 else [w for w in own if w in weights_in(new)]
        return Comparison(new, (("for", position.part),), known.at(order, values), tuple(alike))

    return REWRITES.given_to(compare)


def differences(source: Source) -> Takes[tuple[Expr, Comparison]]:
    """What the inequalities that a rule may use say to be >= 0."""

    def nonnegative(nf: Normaliser, known: Known) -> tuple[Expr, Comparison] | None:
        read = known.statement
        if known.source != source or not implies(read.relation, ">="):
            return None
        found = Comparison(Integer(0), (("premise", read.left),), known.at(nf.model.order, {}))
        return minus(read.left, read.right), found

    return STATEMENTS.given_to(nonnegative)
