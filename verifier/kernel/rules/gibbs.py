"""Gibbs' inequality, for divergences, information and conditional entropies."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from sympy import Expr, Integer

from verifier.kernel import terms
from verifier.kernel.algebra import Normaliser
from verifier.kernel.arithmetic import factors, minus, negative, product, quotient
from verifier.kernel.binding import bind, free_variables, unbind
from verifier.kernel.laws import is_law
from verifier.kernel.nodes import BinderNode, DensityNode, parts_of
from verifier.kernel.places import Place
from verifier.kernel.polynomials import ONE, Polynomial
from verifier.kernel.rules.bound import Bound, Law, Taken, mean
from verifier.kernel.rules.rule import Rule
from verifier.kernel.rules.scopes import Scope, gathered
from verifier.kernel.signs import nonnegative as evidently
from verifier.kernel.signs import positive
from verifier.kernel.terms import Statement, Var, slot_order
from verifier.kernel.theorem import Direction

ZERO = Integer(0)


def is_divergence(term: Expr) -> bool:
    """Whether a KL compares two normalised densities over the same variables."""
    if not isinstance(term, terms.KL):
        return False
    bound, (first, second) = unbind(term)
    return all(is_law(bound, factors(part)) for part in (first, second))


def bounds(
    _: Normaliser, place: Place, direction: Direction, laws: tuple[Law, ...]
) -> Iterator[Bound]:
    """KL >= 0, I >= 0, H(x | y, z) <= H(x | y)."""
    del laws
    term = place.part
    if direction < 0 and (is_divergence(term) or isinstance(term, terms.Information)):
        yield Bound(ZERO, (("divergence", term),))
    elif isinstance(term, terms.VariableEntropy) and direction > 0:
        family, left, right = term.args
        for size in range(len(right)):
            for kept in combinations(right, size):
                yield Bound(terms.VariableEntropy(family, left, kept), (("entropy", term),))


def nonnegative(
    nf: Normaliser, difference: Polynomial, scopes: tuple[Scope, ...]
) -> Iterator[tuple[Expr, Bound]]:
    """What stands in a difference as a divergence; the divergences between the laws in sight and
    the densities under the logarithms, as expected log ratios where `kl` is not allowed."""
    for term in _standing(nf, difference):
        yield term, Bound(ZERO, (("divergence", term),))
    for law in (scope.inner for scope in scopes if scope.outer is None):
        for target in _targets(nf, difference, law.bound):
            divergence = bind(terms.KL, law.bound, law.density, product(*target))
            if set(target) != set(law.densities) and is_divergence(divergence):
                ratio = terms.Log(quotient(law.density, product(*target)))
                unfolded = mean(law.bound, law.densities, ratio)
                value = divergence if nf.allows("kl") else unfolded
                yield value, Bound(ZERO, (("divergence", divergence),))
    for scope in scopes:
        for gained in gathered(nf, difference, scope):
            y = nf.store.term(gained)
            second = product(scope.inner.density, y)
            whole = bind(terms.Integral, scope.inner.bound, second)
            with nf.weighed(scope.weights):
                above = positive(nf, scope.anywhere(nf, gained))
            if above and nf.normal(whole) == ONE:
                divergence = bind(terms.KL, scope.inner.bound, scope.inner.density, second)
                value = scope.whole(negative(terms.Log(y)))
                yield value, Bound(ZERO, (("divergence", divergence),))


def _standing(nf: Normaliser, difference: Polynomial) -> Iterator[Expr]:
    """A difference's divergences, informations, averages of such; H(a | b) - H(a | b, c)."""
    for atom in sorted(difference.atoms):
        term = nf.store.term(Polynomial.of(atom))
        if _diverges(nf, atom):
            yield term
        elif isinstance(term, terms.VariableEntropy):
            family, left, right = term.args
            for size in range(len(right)):
                for kept in combinations(right, size):
                    yield minus(terms.VariableEntropy(family, left, kept), term)


def _diverges(nf: Normaliser, atom: int) -> bool:
    """Whether an atom is a divergence, an information, or an average of one."""
    node = nf.store.nodes[atom]
    if not isinstance(node, BinderNode):
        term = nf.store.term(Polynomial.of(atom))
        return is_divergence(term) or isinstance(term, terms.Information)
    if node.body.single is None or node.body.single[1] < 0:
        return False
    factors = [(a, e == 1 and _diverges(nf, a)) for a, e in node.body.single[0]]
    others = [f for f in node.body.single[0] if (f[0], True) not in factors]
    weight = ONE if node.law is None else node.law
    return (
        any(diverges for _, diverges in factors)
        and evidently(nf, Polynomial({tuple(others): 1}))
        and evidently(nf, weight)
    )


def _targets(
    nf: Normaliser, difference: Polynomial, bound: tuple[Var, ...]
) -> Iterator[tuple[Expr, ...]]:
    """Normalised densities over `bound`, of the families that a difference mentions."""
    slots = frozenset(bound)
    used = _slots_by_family(nf, difference)
    for family in nf.model.families:
        if family.formula is not None:  # unfolded, it no longer shows
            used.setdefault(family.name, family.slots)
    singles: dict[Var, list[Expr]] = {v: [] for v in bound}
    for name, seen in sorted(used.items()):
        family = nf.model.family[name]
        mine = {v for v in slots if nf.model.order.covered(nf.model.slot(v), family.left)}
        if mine < slots:
            for v in sorted(mine, key=slot_order):
                singles[v].append(terms.Density(name, [v], family.right))
            continue
        given = frozenset(family.right)
        others = sorted((seen | given) - slots - given, key=slot_order)
        for condition in dict.fromkeys((tuple(others), *((o,) for o in others), ())):
            yield (terms.Density(name, slots, (*given, *condition)),)
        if len(bound) > 1:
            yield tuple(terms.Density(name, [v], given) for v in sorted(slots, key=slot_order))
    if len(bound) > 1 and all(singles.values()):
        yield tuple(singles[v][0] for v in sorted(slots, key=slot_order))


def _slots_by_family(nf: Normaliser, difference: Polynomial) -> dict[str, frozenset[Var]]:
    found: dict[str, frozenset[Var]] = {}
    frontier = list(difference.atoms)
    seen = set(frontier)
    while frontier:
        node = nf.store.nodes[frontier.pop()]
        if isinstance(node, DensityNode):
            here = frozenset(v.tagged(0) for v in node.left | node.right)
            found[node.family] = found.get(node.family, frozenset()) | here
        fresh = {a for part in parts_of(node) for a in part.atoms} - seen
        seen |= fresh
        frontier.extend(fresh)
    return found


def infer(nf: Normaliser, premise: Statement, goal: Statement) -> Iterator[Taken]:
    """From KL(q || p) <= 0 or = 0: q = p at every point."""
    del goal
    for left, right in ((premise.left, premise.right), (premise.right, premise.left)):
        upper = premise.relation == "=" or (premise.relation == "<=") == (left is premise.left)
        if upper and is_divergence(left) and not nf.normal(right):
            opened, (first, second) = unbind(left, tag=0)
            if free_variables(left).isdisjoint(opened):
                yield Taken(Statement(first, "=", second))


RULE = Rule(
    name="gibbs",
    aliases=("kl-nonnegative", "information-nonnegative"),
    implies=("expectation",),
    says="KL(q || p) >= 0; I(x; y | z) >= 0; H(x | y, z) <= H(x | y); from KL(q || p) = 0, q = p",
    conditions="p is a normalised density over the same variables as q (a joint at a fixed x is "
    "not)",
    source="Gibbs 1902; Cover & Thomas, thms 2.6.3 to 2.6.5",
    bounds=bounds,
    nonnegative=nonnegative,
    infer=infer,
    passes="""
title: a divergence can be dropped
model: ["p(x, z)", q(z)]
start: log p(x) - KL(q(z) || p(z | x))
steps:
  - {le: log p(x), by: gibbs}
claim: log p(x) - KL(q(z) || p(z | x)) <= log p(x)
""",
    fails="""
title: against a joint density the divergence may be negative
model: ["p(x, z)", q(z)]
start: KL(q(z) || p(x, z))
steps:
  - {ge: "0", by: gibbs}
claim: KL(q(z) || p(x, z)) >= 0
""",
)
