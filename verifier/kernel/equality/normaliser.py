"""The normal form of terms under a set of rules: the only place that decides equality.

Always on: commutative ring and fraction arithmetic on atoms, renaming of bound variables,
log(1/u) = -log u, log 1 = 0, exp 0 = 1, E[0] = 0. Everything else is a hook of a rule (see
`kernel.rules`) and acts only where that rule is among those allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sympy import Add, Expr, Mul, Pow, Rational, Symbol

from verifier.kernel import terms
from verifier.kernel.arithmetic import Power, Product, Quotient, Total, factors
from verifier.kernel.binding import unbind, unbind_index
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.integrals import Integrals
from verifier.kernel.equality.nodes import CallNode, DensityNode, TermNode
from verifier.kernel.equality.ratios import number_of
from verifier.kernel.equality.sites import ABBREVIATION, CALL, SYMBOL, VARIABLES, Move, Parts, Site
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.position import Position
from verifier.kernel.sequences.ranges import in_row
from verifier.kernel.theorem import Hypothesis, Sides

Grants = Callable[[Expr, tuple[Expr, ...]], bool]


class Normaliser(Integrals):
    """Normal forms under the rules whose moves it is given, by site; `used`: those that acted."""

    def __init__(self, context: Context, hooks: Mapping[str, Sequence[tuple[str, Move]]]) -> None:
        super().__init__(context)
        self.hooks = hooks
        self.used: set[str] = set()
        self.acts: dict[str, tuple[str, tuple[object, ...]]] = {}  # where each first acted
        self.origins: dict[int, Expr] = {}  # the smallest term that each atom came from
        self.active: list[object] = []  # equations being applied, outermost first
        self.unwritten: set[int] = set()  # atoms that came from equations
        self.grants: Grants | None = None  # which densities are positive; None: it is owed
        self.positions: dict[Expr, tuple[Position, ...]] = {}  # see `positions`
        self.signs: dict[object, set[Any] | None] = {}  # what they rest on, see `positivity.signs`
        self._memo: dict[object, tuple[Polynomial, frozenset[Hypothesis]]] = {}

    def acting(self, move: Move) -> str | None:
        """The first rule allowed that makes a move."""
        return next((n for hooks in self.hooks.values() for n, m in hooks if m is move), None)

    def ask(self, site: Site[*Parts], *parts: *Parts) -> Polynomial | None:
        """What the first rule that acts at this site makes of it; None when none does."""
        for rule, move in self.hooks.get(site.name, ()):
            result = move(self, *parts)
            if result is not None:
                self.used.add(rule)
                self.acts.setdefault(rule, (site.name, parts))
                return result
        return None

    def difference(self, statement: terms.Statement) -> Polynomial:
        """left - right."""
        return self.reduced(self.normal(statement.left) - self.normal(statement.right))

    def normal(self, term: Expr) -> Polynomial:
        """The normal form of a term."""
        key = (term, self.weights, self.keeping) if self.marks else term
        known = self._memo.get(key)
        if known is None and self.marks:  # without marks it is the same whether they are kept
            other = self._memo.get((term, self.weights, not self.keeping))
            known = other if other is not None and Sides.MARKED not in other[1] else None
        if known is None:
            self.budget.spend()
            with self.framed() as frame:
                value = self.limited(self._normal(term))
            for atom in value.atoms:
                self.origins.setdefault(atom, term)
            known = self._memo[key] = value, frozenset(frame)
        if known[1]:
            self.frame |= known[1]
        return known[0]

    def _normal(self, term: Expr) -> Polynomial:
        if isinstance(term, Rational):
            return Polynomial.constant(number_of(term))
        handler = _TERMS.get(type(term))
        if handler is None:
            if term.is_number:  # what SymPy makes of 1/0 or of the root of a negative number
                raise ZeroDivisionError
            raise TypeError(f"no normal form for {type(term).__name__}")
        return handler(self, term)

    def _density(self, term: terms.Density) -> Polynomial:
        return self.density(DensityNode(term.family, frozenset(term.left), frozenset(term.right)))

    def _call(self, term: terms.Call) -> Polynomial:
        arguments = tuple(
            self.reduced(self.normal(a)) if isinstance(a, Expr) else in_row(terms.parts_in_row(a))
            for a in term.arguments
        )
        return self.leaf(CALL, CallNode(term.name, arguments))

    def _indexed(self, term: terms.Indexed) -> Polynomial:
        index, body = unbind_index(term)
        return self.series(type(term), index, self.normal(body))

    def _integral(self, term: terms.Integral) -> Polynomial:
        bound, (body,) = unbind(term)
        self.store.opened(bound)
        return self.integral(frozenset(bound), self.normal(body))

    def _expectation(self, term: terms.Expectation) -> Polynomial:
        bound, (body, laws) = unbind(term)
        self.store.opened(bound)
        law = self.product(
            self.beside([other for other in laws if other is not density], density)
            for density in laws
        )
        with self.weighed(laws):
            inside = self.normal(body)
        return self.mean(frozenset(bound), law, inside)

    def _divergence(self, term: terms.Binder) -> Polynomial:
        bound, opened = unbind(term)
        self.store.opened(bound)
        with self.weighed(factors(opened[0])):
            parts = tuple(self.reduced(self.normal(part)) for part in opened)
        return self.divergence(type(term), frozenset(bound), parts)


def _product(nf: Normaliser, term: Product) -> Polynomial:
    return nf.product(
        nf.beside([other for j, other in enumerate(term.args) if j != i], part)
        for i, part in enumerate(term.args)
    )


def _quotient(nf: Normaliser, term: Quotient) -> Polynomial:
    above, below = term.args
    return nf.product([nf.normal(above), nf.integer_power(nf.beside([above], below), -1)])


def _leaf_at(site: Site[TermNode]) -> Callable[[Normaliser, Any], Polynomial]:
    return lambda nf, term: nf.leaf(site, TermNode(term))


_TERMS: dict[type, Callable[[Normaliser, Any], Polynomial]] = {
    **dict.fromkeys((Add, Total), lambda nf, term: Polynomial.total(map(nf.normal, term.args))),
    **dict.fromkeys((Pow, Power), lambda nf, term: nf.power(*map(nf.normal, term.args))),
    Mul: lambda nf, term: nf.product(map(nf.normal, term.args)),
    Product: _product,
    Quotient: _quotient,
    terms.Log: lambda nf, term: nf.log(nf.normal(term.args[0])),
    terms.Exp: lambda nf, term: nf.exp(nf.normal(term.args[0])),
    terms.Density: Normaliser._density,
    terms.Call: Normaliser._call,
    terms.Integral: Normaliser._integral,
    terms.Expectation: Normaliser._expectation,
    **dict.fromkeys((terms.IndexedSum, terms.IndexedProduct), Normaliser._indexed),
    **dict.fromkeys((terms.KL, terms.Entropy, terms.CrossEntropy), Normaliser._divergence),
    **dict.fromkeys((terms.VariableEntropy, terms.Information), _leaf_at(VARIABLES)),
    **dict.fromkeys((terms.Index, Symbol), _leaf_at(SYMBOL)),
    terms.Abbreviation: _leaf_at(ABBREVIATION),
}
