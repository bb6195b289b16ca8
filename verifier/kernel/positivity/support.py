"""Conditions that a step needs, discharged in one place: by the standing assumption, by what
`support` lists and what evidently follows from it, by declared signs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from sympy import Expr, Integer

from verifier.kernel.arithmetic import densities, factors, product
from verifier.kernel.binding import free_variables, substitute, unbind
from verifier.kernel.definedness import condition_of
from verifier.kernel.model import Condition, Domination, Finite, Model, Positive
from verifier.kernel.sequences.graph import is_sequence, needed
from verifier.kernel.sequences.laws import left_of, right_of
from verifier.kernel.sequences.pieces import Piece, pieces
from verifier.kernel.sequences.ranges import Undecided, union
from verifier.kernel.terms import KL, Density, Index, IndexedProduct, Var, slot_order

# The listed conditions that one follows from, none under the standing assumption; None where it
# doesn't follow.
By = tuple[Condition, ...] | None


def dominated(
    model: Model, weight: Iterable[Expr], density: Expr, free: frozenset[Var] = frozenset()
) -> By:
    """weight << density: the closure of what is listed under marginals, conditionals of the same
    family, and transitivity. Of what is `free`, one value is meant: there a condition says that
    what it lists is defined."""
    if model.support is None:
        return ()
    key = frozenset(weight), density, free
    if key not in model.dominations:
        model.dominations[key] = _closure(model, *key)
    return model.dominations[key]


def _closure(model: Model, weight: Iterable[Expr], density: Expr, free: frozenset[Var]) -> By:
    reached = {d for law in weight for d in as_densities(model, law)}
    density = _without(model, density, ()) if isinstance(density, Density) else density
    by: list[Condition] = []
    conditions = list(_instances(model, (*reached, density)))
    while not _covers(model, reached, density):
        variables = union(v for each in (*reached, density) for v in free_variables(each))
        bound = model.order.without(variables, free)
        new = ((c, _given(model, said, reached, bound) - reached) for c, said in conditions)
        condition, given = next(((c, new) for c, new in new if new), (None, set()))
        if condition is None:
            return None
        by.append(condition)
        reached |= given
    return tuple(dict.fromkeys(by))


def as_densities(model: Model, law: Expr) -> tuple[Expr, ...]:
    """A density; what an indexed product is, family by family."""
    inside = densities(law.body) if isinstance(law, IndexedProduct) else ()
    parts = [[d for d in inside if d.family == n] for n in sorted({d.family for d in inside})]
    return tuple(_as_one(model, law.index, own) for own in parts) or (law,)


def _as_one(model: Model, index: Index, parts: list[Any]) -> Expr:
    """A family's part of a product, as one density: of copies, or by the factorisation. A product
    where it isn't known to be one: marginals, or steps, of what is dependent make no joint."""
    law, ends = IndexedProduct(product(*parts), index), index.args[1:3]
    family, left = model.family[parts[0].family], left_of(law)
    whole: Expr = Density(family.name, left, model.order.without(right_of(law), left))
    moving = [v for d in parts for v in (*d.left, *d.right) if v.ends.has(index)]
    if len(parts) == len(moving) == 1 and model.slot(moving[0]) != moving[0].tagged(0):
        return whole
    try:
        found = [*pieces(model.order, family, left, frozenset(whole.right))]
    except Undecided:
        return law
    declared = {p.at(index, index) for p in found if p.index and p.index.args[1:3] == ends}
    own = {Piece(d.family, union(d.left), union(d.right), True, index) for d in parts}
    return whole if declared == own and len(found) == len(own) else law


def says(condition: Condition) -> Domination | None:
    """What a condition says of where densities vanish: a positive one, nowhere; a finite KL has no
    mass where its second argument has none."""
    if isinstance(condition, Domination):
        return condition
    if isinstance(condition, Positive):
        return Domination(Integer(1), condition.density, condition.text)
    if isinstance(condition.expression, KL):
        _, (first, second) = unbind(condition.expression, tag=0)
        if all(isinstance(d, Density) for d in factors(second)):
            return Domination(first, second, condition.text)
    return None


def _instances(model: Model, around: Iterable[Expr]) -> Iterator[tuple[Condition, Domination]]:
    """What the conditions say of where densities vanish, also at the copies that stand in some
    terms: they hold for all values of their variables."""
    copies = {v for term in around for v in free_variables(term) if model.slot(v) != v.tagged(0)}
    for condition in model.support or ():
        said = says(condition)
        if said is None:
            continue
        yield condition, said
        for copy in sorted(copies, key=slot_order):
            at = {model.slot(copy): copy}
            first, second = (substitute(d, at, model.order) for d in (said.first, said.second))
            yield condition, Domination(first, second, said.text)


def _given(model: Model, said: Domination, reached: set[Expr], bound: Iterable[Var]) -> set[Expr]:
    """The densities that a condition says to be positive where others are; none where it says
    nothing of these."""
    return {
        density
        for first, second in ((said.first, said.second), *_marginals(model, said, reached))
        if all(_covers(model, reached, factor) for factor in _factors(model, first))
        for density in _factors(model, second)
        if means(model, density, reached, (*bound, *_over(model, first, second)))
    }


def _over(model: Model, *products: Expr) -> Iterator[Var]:
    """What listed products of densities are over: of that, all values are meant."""
    for density in (d for each in products for d in _factors(model, each)):
        yield from density.left if isinstance(density, Density) else ()


def _marginals(
    model: Model, condition: Domination, reached: set[Expr]
) -> Iterator[tuple[Expr, Expr]]:
    """A condition on two densities, with variables of both integrated out: those that a density
    which is positive doesn't have, or all of them."""
    first, second = condition.first, condition.second
    if not (isinstance(first, Density) and isinstance(second, Density)):
        return
    alike = (d for d in reached if isinstance(d, Density) and d.family == first.family)
    for kept in ((), *((*known.left, *known.right) for known in alike)):
        try:
            gone = model.order.without(model.order.common(first.left, second.left), kept)
        except Undecided:
            continue
        smaller = _without(model, second, gone)
        if gone and model.order.disjoint(free_variables(smaller), gone):
            weight = _without(model, first, gone)
            # a conditional says nothing where what it is conditioned on vanishes
            yield (condition_of(model, first) or weight if weight == 1 else weight), smaller


def _without(model: Model, density: Density, gone: Iterable[Var]) -> Expr:
    """A density's marginal, on no more conditions than it needs."""
    left = model.order.without(density.left, gone)
    right = union(density.right)
    family = model.family[density.family]
    if is_sequence(family) and family.factors and left:
        right = needed(model.order, family, left, right)
    return Density(density.family, left, right) if left else Integer(1)


def means(model: Model, density: Expr, reached: set[Expr], bound: Iterable[Var]) -> bool:
    """Whether a conditional that is listed means something where others are positive: what it is
    conditioned on has mass there, unless that is one value, or any that has."""
    condition = condition_of(model, density)
    return (
        condition is None
        or model.order.disjoint(bound, condition.left)
        or _covers(model, reached, condition)
    )


def _factors(model: Model, term: Expr) -> tuple[Expr, ...]:
    return tuple(d for factor in factors(term) for d in as_densities(model, factor))


def _covers(model: Model, reached: set[Expr], density: Expr) -> bool:
    """Whether densities are positive only where this one is: a joint where a marginal or a
    conditional over some of its variables is, a conditional and its marginal where their joint."""
    if not isinstance(density, Density):
        return density == 1 or density in reached
    ours = [d for d in reached if isinstance(d, Density) and d.family == density.family]
    within, everything = model.order.subset, (*density.left, *density.right)
    return any(within(everything, (*known.left, *known.right)) for known in ours) or any(
        _covers(model, reached, rest)
        for known in ours
        if (rest := _beside(model, density, known)) is not None
    )


def _beside(model: Model, joint: Density, part: Density) -> Expr | None:
    """What a joint density is `part` times: its marginal over the other variables."""
    others = model.order.without(joint.left, part.left)
    within = others and model.order.subset(part.left, joint.left)
    if not within or model.order.subset(part.left, others):  # an empty range takes nothing away
        return None
    conditional = Density(joint.family, part.left, union((*others, *joint.right)))
    if _without(model, conditional, ()) != _without(model, part, ()):
        return None
    return _without(model, Density(joint.family, others, joint.right), ())


def implied(model: Model, condition: Condition) -> By:
    """Whether a condition of another file is listed here, or follows from what is."""
    if model.support is None:
        return ()
    listed = next((c for c in model.support if replace(c, text=condition.text) == condition), None)
    if listed is not None:
        return (listed,)
    said = None if isinstance(condition, Finite) else says(condition)
    if said is None:
        return None
    found = [dominated(model, factors(said.first), d) for d in _factors(model, said.second)]
    return None if None in found else tuple(c for by in found for c in by or ())
