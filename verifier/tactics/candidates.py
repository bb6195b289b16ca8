"""Candidates for the rules, by the kind that a rule asks for. Proposals only: the rule judges each.

A candidate for a position is what its part might be compared with; one for a difference is what
might be said to be >= 0 near it; one for a premise is what might lead from it towards a goal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, islice, permutations
from itertools import product as tuples

from sympy import Basic, Expr, Integer

from verifier.kernel import terms
from verifier.kernel.arithmetic import Total, factors, minus, product, quotient, total
from verifier.kernel.binding import bind, bind_index, free_variables, unbind, unbind_index
from verifier.kernel.equality.context import Known
from verifier.kernel.equality.nodes import DensityNode, SeriesNode, parts_of
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.series import fresh
from verifier.kernel.inequality.averages import Split, parts, shape_of
from verifier.kernel.inequality.candidates import Candidate, Divergent, Weighed
from verifier.kernel.inequality.positions import positions
from verifier.kernel.inequality.scopes import Gathered, Law, Scope
from verifier.kernel.inference import Replacement, combined, inferred, replacement, turn
from verifier.kernel.model import Condition
from verifier.kernel.polynomials import ONE, UNIT, Polynomial
from verifier.kernel.position import Position
from verifier.kernel.rules import RULES
from verifier.kernel.terms import IndexedSum, Statement, Var, slot_order
from verifier.kernel.theorem import Theorem, turned
from verifier.tactics.arguments import arguments
from verifier.tactics.divergences import on_divergences
from verifier.tactics.informations import entropies, informations
from verifier.tactics.once import once
from verifier.tactics.scopes import Laws, gathered, laws_in, parameters_apart
from verifier.tactics.tried import tried

MAX_SPLITS = 64  # ways to tell weights from values
MAX_PREMISES = 8  # that are added up


def _none(*_: object) -> Iterator[None]:
    """For a rule that needs no more than where it is to act."""
    yield None


# -- at a position --------------------------------------------------------------------------------


def _smaller(nf: Normaliser, position: Position, laws: Sequence[Law]) -> Iterator[Expr]:
    """0 and 1, a density of fewer variables, an entropy given fewer, those in an information; the
    same of the variables of a law in sight."""
    yield from (Integer(0), Integer(1))
    match position.part:
        case terms.Density(args=(family, left, right)):
            for size in range(len(left) - 1, 0, -1):
                for kept in combinations(left, size):
                    yield terms.Density(family, kept, right)
        case terms.VariableEntropy(args=(family, left, right)):
            yield from _given_less(position.part)
            for variables in _over(nf, family, laws, left):
                yield terms.VariableEntropy(family, left, variables)
        case terms.Information(args=(family, first, second, given)):
            yield terms.VariableEntropy(family, first, given)
            yield terms.VariableEntropy(family, second, given)
            for kept in (first, second):
                for variables in _over(nf, family, laws, kept, given):
                    yield terms.Information(family, variables, kept, given)
                    yield terms.Information(family, kept, variables, given)
        case terms.KL():
            pair = unbind(position.part, 0)[1]
            if all(isinstance(density, terms.Density) for density in pair):
                for v in _over(nf, pair[0].args[0], laws):
                    made = (terms.Density(d.family, v, d.right) for d in pair)
                    yield bind(terms.KL, v, *made, order=nf.model.order)


def _over(
    nf: Normaliser, family: Basic, laws: Sequence[Law], *apart: Iterable[Var]
) -> Iterator[Iterable[Var]]:
    """The variables of the laws of a family, without others that they have beside them; each."""
    order = nf.model.order
    for law in laws:
        if all(isinstance(d, terms.Density) and d.args[0] == family for d in law.densities):
            found = order.without(law.bound, (v for others in apart for v in others))
            yield from ([found] if found else [])
            yield from ([v] for v in sorted(found, key=slot_order) if len(found) > 1)


def _given_less(entropy: terms.VariableEntropy) -> Iterator[Expr]:
    family, left, right = entropy.args
    for size in range(len(right)):
        for kept in combinations(right, size):
            yield terms.VariableEntropy(family, left, kept)


def _summands(nf: Normaliser, position: Position, laws: Sequence[Law]) -> Iterator[Expr]:
    """The terms of a sum; all of them."""
    del nf, laws
    yield from position.part.args if isinstance(position.part, Total) else ()
    yield position.part


def _averages(nf: Normaliser, position: Position, laws: Sequence[Law]) -> Iterator[Split]:
    """How a part, or what a function is applied to in it, may be an average."""
    shape = shape_of(nf, position.part)
    yield from _splits(position.part if shape is None else shape.argument, laws)


def _splits(term: Expr, laws: Sequence[Law]) -> Iterator[Split]:
    above, below = parts(term)
    sums = [part for part in above if isinstance(part, Total)]
    if len(sums) == 1:  # (a u + b v) / c
        rest = product(*(part for part in above if part is not sums[0]))
        yield from _finite([quotient(product(rest, part), below) for part in sums[0].args])
    for i, factor in enumerate(above):
        if isinstance(factor, terms.Expectation):
            yield Split(i)
        elif isinstance(factor, terms.Integral):
            yield from (Split(i, law) for law in laws)
        elif isinstance(factor, IndexedSum):
            outside = quotient(product(*(f for j, f in enumerate(above) if j != i)), below)
            _, body = unbind_index(factor)
            count = minus(factor.index.high, minus(factor.index.low, Integer(1)))
            share = quotient(Integer(1), count), product(count, outside, body)
            for pair in (*islice(_weight_and_value(product(outside, body)), MAX_SPLITS), share):
                yield Split(i, weights=(pair,))


def _finite(summands: Sequence[Expr]) -> Iterator[Split]:
    """a u + b v, whichever factors a and b are; those that are constants as shares of their sum."""
    chosen = [*islice(tuples(*map(_weight_and_value, summands)), MAX_SPLITS)]
    yield from (Split(weights=weights) for weights in chosen)
    whole = total(*(weight for weight, _ in chosen[0]))
    shares = ((quotient(w, whole), product(whole, value)) for w, value in chosen[0])
    yield Split(weights=tuple(shares))
    count = Integer(len(summands))
    yield Split(weights=tuple((quotient(Integer(1), count), product(count, s)) for s in summands))


def _weight_and_value(summand: Expr) -> Iterator[tuple[Expr, Expr]]:
    """A product as weight times value, the weight of constants, as many as can be first."""
    above, below = parts(summand)
    inverses = [quotient(Integer(1), part) for part in factors(below) if part != 1]
    every = [part for part in (*above, *inverses) if part != 1]
    constants = [part for part in every if not free_variables(part) and not _random(part)]
    above = tuple(part for part in above if part not in constants)
    under = (part for part in factors(below) if quotient(Integer(1), part) not in constants)
    rest = quotient(product(*above), product(*under))
    for size in range(len(constants), -1, -1):
        for chosen in combinations(constants, size):
            others = product(*(f for f in constants if f not in chosen))
            yield product(*chosen), product(others, rest)


def _random(term: Expr) -> bool:
    return bool(term.has(terms.Binder, terms.Density, terms.Call))


def _known(nf: Normaliser, *_: object) -> Iterator[Known]:
    """What may be used, read in both directions."""
    for known in nf.context.known:
        yield known
        yield replace(known, turned=not known.turned)


# -- for a difference -----------------------------------------------------------------------------


def _itself(nf: Normaliser, gap: Polynomial, scopes: Sequence[Scope]) -> Iterator[Polynomial]:
    """The difference; the terms that one of two sums in it has beyond the other, and the rest."""
    del scopes
    yield gap
    nodes = (nf.store.nodes[atom] for atom in sorted(gap.atoms))
    sums = [s for s in nodes if isinstance(s, SeriesNode) and s.kind is IndexedSum]
    for whole, part in permutations(sums, 2):
        index = fresh(part.index.high + 1, whole.index.high)
        bodies = [nf.store.rename(s.body, {s.index: index}) for s in (whole, part)]
        if bodies[0] == bodies[1] and nf.model.order.least(index.low - 1, index.high):
            beyond = nf.store.series(IndexedSum, index, bodies[0])
            yield from (beyond, gap - nf.normal(nf.store.term(beyond)))


def _logarithms(nf: Normaliser, gap: Polynomial, scopes: Sequence[Scope]) -> Iterator[Gathered]:
    """What a difference averages the logarithm of, and the root of it that its constant says."""
    constant = -Fraction(gap.terms.get(UNIT, 0))
    scales = [Fraction(1), *([constant] if constant > 0 and constant != 1 else [])]
    for scope in scopes:
        for scale in scales:
            for gained in gathered(nf, gap.scaled(1 / scale), scope):
                yield scope, gained


def _divergences(nf: Normaliser, gap: Polynomial, scopes: Sequence[Scope]) -> Iterator[Divergent]:
    """What stands in a difference as a divergence; the laws in sight with the densities that stand
    under the logarithms; what is gathered under a law; informations that entropies in it make."""
    for atom in sorted(gap.atoms):
        term = nf.store.term(Polynomial.of(atom))
        if isinstance(term, terms.VariableEntropy):
            yield from ((term, new) for new in _given_less(term))
        elif term.has(terms.KL, terms.Information):
            yield term
    for law in (scope.inner for scope in scopes if scope.outer is None):
        for target in _targets(nf, gap, law.bound):
            if {*target} != {*law.densities}:
                yield law, product(*target)
    if any(parameters_apart(nf, monomial)[0] != ONE for monomial in gap.terms):
        yield from _nested(nf, gap, scopes)
    yield from _logarithms(nf, gap, scopes)
    yield from informations(nf, gap)


def _nested(nf: Normaliser, gap: Polynomial, scopes: Sequence[Scope]) -> Iterator[Gathered]:
    """The laws in one another with such densities: of divergences with weights of their own what a
    difference averages isn't one of them."""
    for scope in scopes:
        for target in _targets(nf, gap, scope.inner.bound) if scope.outer is not None else ():
            if not scope.joint and {*target} != {*scope.inner.densities}:
                yield scope, nf.normal(quotient(product(*target), scope.inner.density))


def _targets(
    nf: Normaliser, difference: Polynomial, bound: tuple[Var, ...]
) -> Iterator[tuple[Expr, ...]]:
    """Normalised densities over `bound`, of the families that a difference mentions."""
    slots = frozenset(bound)
    used = _slots_by_family(nf, difference)
    facts = (side for fact in nf.model.facts for side in (fact.left, fact.right))
    said = {density.family for side in facts for density in side.atoms(terms.Density)}
    for family in nf.model.families:
        if family.formula is not None or family.name in said:  # unfolded, it no longer shows
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
        others = sorted(nf.model.order.without(seen, slots | given), key=slot_order)
        for condition in dict.fromkeys((tuple(others), *((o,) for o in others), ())):
            yield (terms.Density(name, slots, (*given, *condition)),)
        if len(bound) > 1:
            yield tuple(terms.Density(name, [v], given) for v in sorted(slots, key=slot_order))
    if len(bound) > 1 and all(singles.values()):
        yield tuple(singles[v][0] for v in sorted(slots, key=slot_order))
    runs = len(bound) == 1 and bound[0].ends and bound[0].low != bound[0].high
    for name in sorted(used) if runs else ():
        index = fresh(bound[0].low, bound[0].high)
        each = terms.Density(name, [bound[0].between(index, index)], nf.model.family[name].right)
        yield (bind_index(terms.IndexedProduct, index, each),)


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


# -- for a premise and a goal ---------------------------------------------------------------------


def _laws(nf: Normaliser, premise: Statement, goal: Statement) -> Iterator[Law]:
    """The laws that a goal shows."""
    del premise
    yield from laws_in(nf.model.order, goal.left, goal.right)


def _weights(nf: Normaliser, premise: Statement, goal: Statement) -> Iterator[Weighed]:
    """The laws of a goal; 1, and what its integrals have that the premise hasn't."""
    for law in laws_in(nf.model.order, goal.left, goal.right):
        yield law.bound, law.density
    for bound, body in dict.fromkeys((*_integrals(goal.left), *_integrals(goal.right))):
        yield bound, Integer(1)
        for side in (premise.left, premise.right):
            have = nf.factored(nf.normal(side))
            if have:
                ratio = nf.factored(nf.normal(body)) * nf.integer_power(have, -1)
                yield bound, nf.store.term(nf.reduced(ratio))


def _integrals(term: Basic) -> Iterator[Weighed]:
    """The integrals of a term, outermost first, their variables by slot."""
    inside = term.args
    if isinstance(term, terms.Binder):
        bound, inside = unbind(term, tag=0)
        if isinstance(term, terms.Integral):
            yield bound, inside[0]
    for part in inside:
        yield from _integrals(part)


def _support(nf: Normaliser, premise: Statement, goal: Statement) -> Iterator[Condition]:
    """What is listed under `support`."""
    del premise, goal
    yield from nf.model.support or ()


def sums(
    nf: Normaliser, premises: Sequence[Statement], goal: Statement
) -> Iterator[tuple[tuple[int, bool], ...]]:
    """Premises whose differences add up to a goal's, each used once at most: which, and whether
    read from right to left."""
    want = nf.difference(goal)
    options = [
        [
            None,
            *((i, back, nf.difference(turned(said) if back else said)) for back in (False, True)),
        ]
        for i, said in enumerate(premises[:MAX_PREMISES])
    ]
    for choice in tuples(*options):
        nf.context.budget.spend()
        used = [picked for picked in choice if picked is not None]
        if used and nf.vanishes(want - Polynomial.total(gap for _, _, gap in used)):
            yield tuple((i, back) for i, back, _ in used)


FOR_POSITIONS: Mapping[
    str, Callable[[Normaliser, Position, Sequence[Law]], Iterator[Candidate]]
] = {
    "": _none,
    "averages": _averages,
    "known": _known,
    "smaller": _smaller,
    "summands": _summands,
}
FOR_DIFFERENCES: Mapping[
    str, Callable[[Normaliser, Polynomial, Sequence[Scope]], Iterator[Candidate]]
] = {
    "": _none,
    "arguments": arguments,
    "difference": _itself,
    "divergences": _divergences,
    "entropies": entropies,
    "known": _known,
    "logarithms": _logarithms,
}
FOR_PREMISES: Mapping[str, Callable[[Normaliser, Statement, Statement], Iterator[Candidate]]] = {
    "": _none,
    "laws": _laws,
    "support": _support,
    "weights": _weights,
}


# -- what rules make of them ----------------------------------------------------------------------


@once
def replacements(
    nf: Normaliser, rule: str, whole: Expr, number: int, direction: int, laws: Laws
) -> tuple[Replacement, ...]:
    """What a rule puts at one of a term's positions, of the candidates for it."""
    takes, position = RULES[rule].compares, positions(nf, whole)[number]
    candidates = FOR_POSITIONS[takes.kind](nf, position, laws.at(position)) if takes else ()
    made = (tried(replacement, nf, rule, whole, number, direction, c) for c in candidates)
    return tuple(found for found in made if found is not None)


def reached(nf: Normaliser, rule: str, premise: Theorem, goal: Statement) -> Iterator[Theorem]:
    """What a rule infers from a theorem, of the candidates for it and a goal."""
    takes = RULES[rule].infer
    if takes is None:
        return
    for said in (premise, *on_divergences(nf, premise)):
        for candidate in FOR_PREMISES[takes.kind](nf, said.statement, goal):
            found = tried(inferred, nf, rule, said, goal, candidate)
            if found is not None:
                yield found


def summed(
    nf: Normaliser, rule: str, premises: Sequence[Theorem], goal: Statement
) -> Iterator[tuple[Theorem, tuple[Theorem, ...]]]:
    """What a rule infers from several theorems: with those used."""
    statements = [premise.statement for premise in premises]
    for used in sums(nf, statements, goal) if RULES[rule].together else ():
        read = [turn(premises[i]) if back else premises[i] for i, back in used]
        found = tried(combined, nf, rule, read, goal)
        if found is not None:
            yield found, tuple(premises[i] for i, _ in used)
