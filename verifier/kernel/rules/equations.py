"""Equations that rewrite an atom: facts, statements in `using`, densities by formula."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Integer

from verifier.kernel import terms
from verifier.kernel.algebra import Hook, Normaliser, Site
from verifier.kernel.arithmetic import minus
from verifier.kernel.binding import substitute
from verifier.kernel.model import Model
from verifier.kernel.nodes import CallNode, DensityNode, TermNode, Variables
from verifier.kernel.places import Place
from verifier.kernel.polynomials import ONE, Polynomial
from verifier.kernel.rules.bound import Bound, Law
from verifier.kernel.rules.scopes import Scope
from verifier.kernel.terms import Statement, Var
from verifier.kernel.theorem import turned


@dataclass(frozen=True)
class Equation:
    """`pattern = value` for all `quantified` variables, an atom on the left; under one rule."""

    rule: str
    pattern: Expr
    value: Expr
    quantified: Variables


@dataclass(frozen=True)
class Known:
    """A statement that a rule may use, for all values of its quantified variables."""

    rule: str
    statement: Statement
    quantified: Variables


def rewriting(rule: str) -> tuple[tuple[Site, int, Hook], ...]:
    """The hooks of a rule that rewrites by the context's equations."""

    def rewrite(nf: Normaliser, node: Any) -> Polynomial | None:
        return apply(nf, rule, node)

    return (("density", 0, rewrite), ("call", 0, rewrite), ("symbol", 0, rewrite))


def apply(nf: Normaliser, rule: str, node: DensityNode | CallNode | TermNode) -> Polynomial | None:
    """The value of the first equation whose pattern is this atom."""
    for equation in nf.context.equations:
        if equation.rule != rule or equation in nf.active:
            continue
        found = _matched(nf, equation, node)
        if found is not None:
            values, factor = found
            nf.active.append(equation)  # p = q and q = p rewrite once, not for ever
            try:
                return nf.normal(substitute(equation.value, values)) * factor
            finally:
                nf.active.pop()
    return None


def _matched(
    nf: Normaliser, equation: Equation, node: DensityNode | CallNode | TermNode
) -> tuple[dict[Var, Var], Polynomial] | None:
    """The instance of an equation at an atom, and what the rest of the atom is: with the chain
    rule an equation of p(x | z) says p(x, z) as well, up to the factor p(z)."""
    values = match(nf.model, equation, node)
    if values is not None:
        return values, ONE
    pattern = equation.pattern
    if not isinstance(pattern, terms.Density) or not isinstance(node, DensityNode):
        return None
    chained = next((r for r in ("chain-rule", "bayes-rule") if nf.allows(r)), None)
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


def match(
    model: Model, equation: Equation, node: DensityNode | CallNode | TermNode
) -> dict[Var, Var] | None:
    """The instance of an equation at an atom, if it is one."""
    pattern = equation.pattern
    if isinstance(pattern, terms.Density) and isinstance(node, DensityNode):
        if pattern.family != node.family:
            return None
        sides = ((frozenset(pattern.left), node.left), (frozenset(pattern.right), node.right))
        pairs = [pair for formal, actual in sides for pair in _by_slot(model, formal, actual)]
        complete = all(len(formal) == len(actual) for formal, actual in sides)
        return _instance(equation, pairs) if complete else None
    if isinstance(pattern, terms.Call) and isinstance(node, CallNode):
        if pattern.name != node.name:
            return None
        return _instance(equation, zip(pattern.arguments, node.arguments, strict=True))
    if isinstance(node, TermNode) and node.term == pattern:
        return {}
    return None


def _by_slot(model: Model, formal: Variables, actual: Variables) -> list[tuple[Var, Var | None]]:
    """Which variable stands where a pattern has another: the same, or a copy of it."""
    values = {model.slot(v): v for v in actual} | {v.tagged(0): v for v in actual}
    return [(slot, values.get(slot.tagged(0))) for slot in formal]


def _instance(equation: Equation, pairs: Iterable[tuple[Any, Any]]) -> dict[Var, Var] | None:
    values: dict[Var, Var] = {}
    for formal, actual in pairs:
        if not isinstance(formal, Var) or not isinstance(actual, Var):
            return None
        if formal in equation.quantified:
            if values.setdefault(formal, actual) != actual:
                return None
        elif formal != actual:
            return None
    return values


def head(term: Expr) -> object:
    """What an atom is an instance of; None for a term that is no atom."""
    if isinstance(term, terms.Density):
        return "density", term.family, frozenset(term.left), frozenset(term.right)
    if isinstance(term, terms.Call):
        return "call", term.name
    return ("symbol", term) if term.is_Symbol else None


def replacing(rule: str) -> Callable[..., Iterator[Bound]]:
    """The bounds of a rule that puts one side of a statement for the other."""

    def bounds(
        nf: Normaliser, place: Place, direction: int, laws: tuple[Law, ...]
    ) -> Iterator[Bound]:
        del laws
        for known in nf.context.known:
            if known.rule != rule:
                continue
            values = {v: place.bound.get(v, v) for v in known.quantified}
            for read in (known.statement, turned(known.statement)):
                fits = read.relation == "=" or (
                    direction != 0 and (read.relation == "<=") == (direction > 0)
                )
                if fits and place.part == substitute(read.left, values):
                    yield Bound(substitute(read.right, values), (("for", place.part),))

    return bounds


def differences(rule: str) -> Callable[..., Iterator[tuple[Expr, Bound]]]:
    """What the inequalities that a rule may use say to be >= 0."""

    def nonnegative(
        nf: Normaliser, difference: Polynomial, scopes: tuple[Scope, ...]
    ) -> Iterator[tuple[Expr, Bound]]:
        del difference, scopes
        for known in nf.context.known:
            read = known.statement if known.statement.relation != "<=" else turned(known.statement)
            if known.rule == rule:
                yield minus(read.left, read.right), Bound(Integer(0), (("premise", read.left),))
            if known.rule == rule and read.relation == "=":
                yield minus(read.right, read.left), Bound(Integer(0), (("premise", read.right),))

    return nonnegative


def oriented(rule: str, left: Expr, right: Expr, quantified: Variables) -> Equation | None:
    """An equality as a rewriting of an atom that its other side doesn't mention."""
    for pattern, value in ((left, right), (right, left)):
        kind = head(pattern)
        if kind is None or any(head(part) == kind for part in _subterms(value)):
            continue
        return Equation(rule, pattern, value, quantified)
    return None


def _subterms(term: Any) -> Iterable[Any]:
    yield term
    for part in term.args:
        yield from _subterms(part)
