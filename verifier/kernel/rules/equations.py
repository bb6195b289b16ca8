"""Equations that rewrite an atom: facts, statements in `using`, densities by formula."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Basic, Expr, Integer

from verifier.kernel import terms
from verifier.kernel.algebra import Hook, Normaliser, Site
from verifier.kernel.arithmetic import minus
from verifier.kernel.binding import substitute
from verifier.kernel.definedness import weights_in
from verifier.kernel.matching import instance, stands_for
from verifier.kernel.model import Model
from verifier.kernel.nodes import CallNode, DensityNode, TermNode, Variables
from verifier.kernel.places import Place
from verifier.kernel.polynomials import ONE, Polynomial
from verifier.kernel.rules.bound import Bound, Law
from verifier.kernel.rules.scopes import Scope
from verifier.kernel.terms import Statement, Var
from verifier.kernel.theorem import turned


@dataclass(frozen=True)
class Known:
    """A statement that a rule may use, for all values of its quantified variables, and what it
    rests on: its own conditions among it."""

    rule: str
    statement: Statement
    quantified: Variables
    hypotheses: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Equation:
    """`pattern = value`, an atom on the left, by a known statement."""

    known: Known
    pattern: Expr
    value: Expr


def lean_on(nf: Normaliser, known: Known, values: Mapping[Var, Var]) -> None:
    """Use an instance of a known statement: it holds where what it rests on does."""
    nf.lean(*(_at(item, values) for item in known.hypotheses))


def _at(hypothesis: Any, values: Mapping[Var, Var]) -> Any:
    return substitute(hypothesis, values) if isinstance(hypothesis, Basic) else hypothesis


def rewriting(rule: str) -> tuple[tuple[Site, int, Hook], ...]:
    """The hooks of a rule that rewrites by the context's equations."""

    def rewrite(nf: Normaliser, node: Any) -> Polynomial | None:
        return apply(nf, rule, node)

    return (("density", 0, rewrite), ("call", 0, rewrite), ("symbol", 0, rewrite))


def apply(nf: Normaliser, rule: str, node: DensityNode | CallNode | TermNode) -> Polynomial | None:
    """The value of the first equation whose pattern is this atom."""
    for equation in nf.context.equations:
        if equation.known.rule != rule or equation in nf.active:
            continue
        found = _matched(nf, equation, node)
        if found is not None:
            values, factor = found
            with nf.weighed(weights_in(nf.store.term(factor))):
                lean_on(nf, equation.known, values)
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
    pattern, quantified = equation.pattern, equation.known.quantified
    if isinstance(pattern, terms.Density) and isinstance(node, DensityNode):
        if pattern.family != node.family:
            return None
        sides = ((frozenset(pattern.left), node.left), (frozenset(pattern.right), node.right))
        pairs = [pair for formal, actual in sides for pair in _by_slot(model, formal, actual)]
        complete = all(len(formal) == len(actual) for formal, actual in sides)
        return instance(model, pairs, quantified) if complete else None
    if isinstance(pattern, terms.Call) and isinstance(node, CallNode):
        if pattern.name != node.name:
            return None
        return instance(model, zip(pattern.arguments, node.arguments, strict=True), quantified)
    if isinstance(node, TermNode) and node.term == pattern:
        return {}
    return None


def _by_slot(model: Model, formal: Variables, actual: Variables) -> list[tuple[Var, Var | None]]:
    """Which variable stands where a pattern has another: the same, or a copy of it."""
    return [
        (slot, next((v for v in sorted(actual, key=str) if stands_for(model, slot, v)), None))
        for slot in formal
    ]


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
            owed = tuple(_at(item, values) for item in known.hypotheses)
            for read in (known.statement, turned(known.statement)):
                fits = read.relation == "=" or (
                    direction != 0 and (read.relation == "<=") == (direction > 0)
                )
                if fits and place.part == substitute(read.left, values):
                    new, own = substitute(read.right, values), weights_in(place.part)
                    alike = own if new == 0 else [w for w in own if w in weights_in(new)]
                    yield Bound(new, (("for", place.part),), owed, tuple(alike))

    return bounds


def differences(rule: str) -> Callable[..., Iterator[tuple[Expr, Bound]]]:
    """What the inequalities that a rule may use say to be >= 0."""

    def nonnegative(
        nf: Normaliser, difference: Polynomial, scopes: tuple[Scope, ...]
    ) -> Iterator[tuple[Expr, Bound]]:
        del difference, scopes
        for known in nf.context.known:
            read = known.statement if known.statement.relation != "<=" else turned(known.statement)
            if known.rule != rule:
                continue
            owed = known.hypotheses
            yield minus(read.left, read.right), Bound(Integer(0), (("premise", read.left),), owed)
            if read.relation == "=":
                new = Bound(Integer(0), (("premise", read.right),), owed)
                yield minus(read.right, read.left), new

    return nonnegative


def oriented(known: Known) -> Equation | None:
    """An equality as a rewriting of an atom that its other side doesn't mention."""
    left, right = known.statement.left, known.statement.right
    for pattern, value in ((left, right), (right, left)):
        kind = head(pattern)
        if kind is None or any(head(part) == kind for part in _subterms(value)):
            continue
        return Equation(known, pattern, value)
    return None


def _subterms(term: Any) -> Iterable[Any]:
    yield term
    for part in term.args:
        yield from _subterms(part)
