"""Where a difference may hide an average: laws, their marginals and conditionals, one in another.

Proposals only: what is gathered here counts when a rule's own statement, in normal form, closes
the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import chain, combinations, islice, permutations

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.arithmetic import factors, summands
from verifier.kernel.binding import free_variables, is_fixed, unbind
from verifier.kernel.equality.nodes import BinderNode, LogNode, SeriesNode, TermNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.scopes import Law, Scope
from verifier.kernel.moves.factors import density_in
from verifier.kernel.polynomials import ONE, ZERO, Monomial, Polynomial
from verifier.kernel.position import Position
from verifier.kernel.rules.tower import joint_laws
from verifier.kernel.sequences.laws import is_density, left_of, right_of
from verifier.kernel.sequences.ranges import Order, Undecided, is_sliced, union
from verifier.kernel.terms import IndexedSum, Statement, Var, slot_order
from verifier.tactics.once import once

MAX_SCOPES = 24
MOST_LOOKED_AT = 1024


class Laws:
    """The laws that a statement shows, looked for when they are asked for: equalities don't."""

    def __init__(self, order: Order, statement: Statement) -> None:
        self._order, self._statement = order, statement
        self._placed: dict[object, tuple[Law, ...]] = {}

    @cached_property
    def shown(self) -> tuple[Law, ...]:
        return laws_in(self._order, self._statement.left, self._statement.right)

    @cached_property
    def near(self) -> tuple[Scope, ...]:
        """Each by itself."""
        return tuple(Scope(law) for law in self.shown if law.is_law(self._order))

    @cached_property
    def far(self) -> tuple[Scope, ...]:
        """Those in one another, their marginals and conditionals too."""
        return scopes(self._order, self.shown)

    def at(self, position: Position) -> tuple[Law, ...]:
        """Those shown where what is opened around a position is in scope."""
        around = tuple(position.bound.items())
        if around not in self._placed:
            self._placed[around] = tuple(law.at(self._order, position.bound) for law in self.shown)
        return self._placed[around]


def laws_in(order: Order, *sides: Expr) -> tuple[Law, ...]:
    """The laws that the expectations, integrals, KLs and entropies of terms show."""
    found = dict.fromkeys(law for side in sides for law in _laws(order, side))
    return tuple(found)


def _laws(order: Order, term: Expr) -> Iterator[Law]:
    if isinstance(term, terms.Binder):
        opened, parts = unbind(term, tag=0)  # by slot: laws are proposals, checked when used
        if isinstance(term, terms.Expectation):
            law = Law(opened, tuple(parts[1]))
            yield law
            yield from _product_laws(law, parts[0])
        else:
            yield from law_of(order, opened, parts[0])
            yield from _iterated(order, opened, parts[0])
        for part in parts:
            yield from _laws(order, part)
    elif isinstance(term, terms.VariableEntropy | terms.Information):
        bound = tuple(v for group in term.args[1:] for v in group)
        yield Law(bound, (terms.Density(term.args[0], bound),))
    else:
        for part in term.args:
            yield from _laws(order, part)


def _product_laws(outer: Law, body: Expr) -> Iterator[Law]:
    """An average of averages under laws that don't depend on what the outer one is over: the law
    over all of it."""
    for term in (factor for summand in summands(body) for factor in factors(summand)):
        if isinstance(term, terms.Expectation):
            inner, (inside, densities) = unbind(term, tag=0)
            mentioned = frozenset(inner).union(*map(free_variables, densities))
            if mentioned.isdisjoint(outer.bound):
                law = Law((*outer.bound, *inner), (*outer.densities, *densities))
                yield law
                yield from _product_laws(law, inside)


def _iterated(order: Order, bound: tuple[Var, ...], body: Expr) -> Iterator[Law]:
    """The laws over all variables of an iterated integral."""
    if isinstance(body, terms.Integral):
        inner, (inside,) = unbind(body, tag=0)
        if not set(inner) & set(bound):
            yield from law_of(order, (*bound, *inner), inside)
            yield from _iterated(order, (*bound, *inner), inside)


def law_of(order: Order, opened: tuple[Var, ...], weight: Expr) -> Iterator[Law]:
    """The densities of a product that together are over exactly the bound variables, also where
    what it is a product of is a sum of such."""
    for summand in summands(weight):
        parts = factors(summand)
        for part in parts if len(parts) > 1 else ():
            if len(summands(part)) > 1:
                yield from law_of(order, opened, part)
        densities = [f for f in parts if is_density(order, f)]
        for density in densities:
            if left_of(density) == set(opened):
                yield Law(opened, (density,))
        covered = union(v for density in densities for v in left_of(density))
        if len(densities) > 1 and covered == union(opened):
            yield Law(opened, tuple(densities))


def scopes(order: Order, laws: Iterable[Law]) -> tuple[Scope, ...]:
    """The laws in sight; those nested in one another; their marginals and conditionals."""
    given = [law for law in laws if law.is_law(order)]
    found: dict[Scope, None] = {}
    for scope in islice(_proposed(order, given), MOST_LOOKED_AT):
        if len(found) == MAX_SCOPES:
            break
        if scope.is_law(order):
            found[scope] = None
    joint = [replace(scope, joint=True) for scope in found if scope.outer is not None]
    return tuple(dict.fromkeys((*found, *joint)))[:MAX_SCOPES]


def _proposed(order: Order, given: Sequence[Law]) -> Iterator[Scope]:
    """One by one: a law over many variables has more marginals than can be listed."""
    yield from map(Scope, given)
    for inner in given:
        for outer in given:
            if _free(inner) & set(outer.bound) and not set(inner.bound) & set(outer.bound):
                yield Scope(inner, outer)
    for law in (*given, *_joint(given)):
        yield from _parts(order, law, given)


def _joint(given: Sequence[Law]) -> Iterator[Law]:
    """Where a conditional is averaged by what it is conditioned on, the law of both, which has
    other marginals."""
    shown = dict.fromkeys(d for law in given for d in law.densities if isinstance(d, terms.Density))
    for outer, inner in permutations(shown, 2):
        if outer.family == inner.family and {*inner.right} == {*outer.left, *outer.right}:
            both = (*outer.left, *inner.left)
            yield Law(both, (terms.Density(outer.family, both, outer.right),))


def _free(law: Law) -> set[Var]:
    return {v for density in law.densities for v in free_variables(density)} - set(law.bound)


def _parts(order: Order, law: Law, others: Iterable[Law]) -> Iterator[Scope]:
    """A law over several variables as one in another, and its marginals: over what other laws are
    over, where that is a part of it."""
    if len(law.densities) > 1:
        for last in law.densities:
            own = left_of(last)
            rest = tuple(d for d in law.densities if d is not last)
            if any(not order.disjoint(own, right_of(other)) for other in rest):
                continue
            outer = Law(tuple(order.without(law.bound, own)), rest)
            yield Scope(Law(tuple(own), (last,)), outer)
            yield Scope(outer)
        return
    (density,) = law.densities
    if not isinstance(density, terms.Density):
        return
    sizes = range(1, len(law.bound))
    inner = (kept for size in sizes for kept in combinations(law.bound, size))
    known = (tuple(order.without(law.bound, other.bound)) for other in others)
    seen: set[tuple[Var, ...]] = set()
    for kept in chain(inner, known):
        if kept in seen:
            continue
        seen.add(kept)
        rest = tuple(order.without(law.bound, kept))
        if kept and rest:
            marginal = terms.Density(density.family, rest, density.right)
            given = terms.Density(density.family, kept, (*rest, *density.right))
            yield Scope(Law(kept, (given,)), Law(rest, (marginal,)))
            yield Scope(Law(rest, (marginal,)))


def gathered(nf: Normaliser, difference: Polynomial, scope: Scope) -> Iterator[Polynomial]:
    """Y, for a difference in which a multiple of -E[log Y] stands: all of it, then without what the
    inner law doesn't average; then the same with what stands times parameters."""
    if scope.joint and nf.acting(joint_laws):
        return  # the same as one in another
    tried = {ONE}
    for scale in _scales(nf, difference):
        for product in _gathered(nf, difference * scale, scope):
            if product not in tried:
                tried.add(product)
                yield product


def _scales(nf: Normaliser, difference: Polynomial) -> dict[Polynomial, None]:
    """What a difference may be a multiple of: 1, and what its logarithms stand times."""
    found = {ONE: None}
    for monomial, coefficient in difference.terms.items():
        outside, core = parameters_apart(nf, monomial)
        if len(core) == 1 and isinstance(nf.store.nodes[core[0][0]], LogNode):
            found[nf.integer_power(outside.scaled(abs(Fraction(coefficient))), -1)] = None
    return found


def _gathered(nf: Normaliser, difference: Polynomial, scope: Scope) -> Iterator[Polynomial]:
    found = []
    for monomial, coefficient in difference.terms.items():
        outside, core = parameters_apart(nf, monomial)
        part = _averaged(nf, core, scope)
        if part is not None:
            inside = not {v.tagged(0) for v in nf.store.free(part)}.isdisjoint(scope.inner.bound)
            found.append((part * outside, -Fraction(coefficient), inside, outside == ONE))
    plain = [item for item in found if item[3]]
    for parts in (plain, found):
        for chosen in (parts, [item for item in parts if item[2]]):
            yield exponential(nf, [(part, weight) for part, weight, *_ in chosen])


def parameters_apart(nf: Normaliser, monomial: Monomial) -> tuple[Polynomial, Monomial]:
    """The parameters among the factors of a term, and the others."""
    outside = tuple(factor for factor in monomial if _is_parameter(nf, factor[0]))
    return Polynomial({outside: 1}), tuple(f for f in monomial if f not in outside)


def _is_parameter(nf: Normaliser, atom: int) -> bool:
    node = nf.store.nodes[atom]
    return isinstance(node, TermNode) and node.term.is_Symbol


def exponential(nf: Normaliser, parts: Iterable[tuple[Polynomial, Fraction]]) -> Polynomial:
    """exp of a weighted sum, of logarithms with whole weights as a product of powers."""
    product, exponent = ONE, ZERO
    for part, weight in parts:
        argument = _logarithm(nf, part)
        if argument is not None and weight.denominator == 1:
            product = product * nf.integer_power(argument, int(weight))
        else:
            exponent = exponent + part.scaled(weight)
    return product * nf.exp(exponent)


def _logarithm(nf: Normaliser, part: Polynomial) -> Polynomial | None:
    (monomial,) = part.terms
    if len(monomial) != 1 or monomial[0][1] != 1:  # of a number, too
        return None
    node = nf.store.nodes[monomial[0][0]]
    return node.argument if isinstance(node, LogNode) else None


@once
def _averaged(nf: Normaliser, monomial: Monomial, scope: Scope) -> Polynomial | None:
    """f, when a term is E[f] under the scope, f without densities as factors."""
    part, order = _inside(nf, monomial, scope), nf.model.order
    if part is None:
        return None
    try:
        if scope.outer is not None and any(map(is_sliced, scope.both.bound)):
            part = nf.normal(_cut(order, nf.store.term(part), scope.both.bound))
        term = scope.whole(order, nf.store.term(part))
    except Undecided:  # which of its variables are bound
        return None
    return part if nf.normal(term) == Polynomial({monomial: 1}) else None


def _inside(nf: Normaliser, monomial: Monomial, scope: Scope) -> Polynomial | None:
    """What an integral in a term is over, or those in a sum over an index, but for densities."""
    for atom, exponent in monomial:
        node = nf.store.nodes[atom]
        if isinstance(node, SeriesNode) and node.kind is IndexedSum and len(monomial) == 1:
            index, summand = nf.store.open_series(node)
            inner, coefficient = summand.single or ((), 0)
            each = _inside(nf, inner, scope)
            return each and nf.store.series(IndexedSum, index, each.scaled(coefficient))
        if exponent != 1 or not isinstance(node, BinderNode) or node.law is not None:
            continue
        names = {v: _place(nf, v, scope) for v in node.bound}
        apart = len(set(names.values())) == len(names)
        if not apart or not nf.model.order.subset(names.values(), scope.both.bound):
            continue
        roots = {v.root: v.root.tagged(0) for v in node.bound if not is_fixed(v)}
        body = nf.store.rename(node.body, {**names, **roots}).single
        if body is None:
            continue
        rest = tuple(f for f in body[0] if density_in(nf, f[0]) is None)
        part = Polynomial({rest: 1})
        if rest and not nf.store.free(part).isdisjoint(names.values()):
            return part
    return None


def _place(nf: Normaliser, variable: Var, scope: Scope) -> Var:
    """What of a scope stands for a variable: itself, or where only copies of it are bound that copy
    which a density of the scope is of."""
    own, bound = variable.tagged(0), scope.both.bound
    if variable.ends or nf.model.order.subset([own], bound):
        return own
    heads = sorted({v for d in scope.both.densities for v in left_of(d)}, key=slot_order)
    single = (v for v in heads if v.ends and v.low == v.high)
    return next((v for v in single if nf.model.slot(v) == own), own)


def _cut(order: Order, term: Expr, bound: Iterable[Var]) -> Expr:
    """A term whose densities are over parts of what is bound. Raises Undecided."""
    if isinstance(term, terms.Density):
        family, *sides = term.args
        return terms.Density(family, *(order.cut(side, bound) for side in sides))
    inside = [_cut(order, part, bound) if isinstance(part, Expr) else part for part in term.args]
    return term.func(*inside) if inside else term
