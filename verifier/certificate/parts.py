"""Parts of factorisations: what a density rests on that leaves out some of what its family is
given, and how a joint is written of which another family takes a conditional."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sympy import Expr

from verifier.kernel.arithmetic import factors
from verifier.kernel.model import Family, Model
from verifier.kernel.terms import Density, Var, slots


def part_for(family: Family, left: Iterable[Var], right: Iterable[Var]) -> Family:
    """What a density of a family is one of: the product of those factors that it rests on.

    These are the factors of `left`, of what they are given beyond `right`, and of what in `right`
    descends from those: the others sum to 1, or are given, or independent of it (the Markov
    property). Where that is given what `right` isn't, the family is returned as it is."""
    right = {*right}
    if not all(isinstance(f, Density) for f in parts(family)):
        return family
    owners = {v: factor for factor in parts(family) for v in factor.left}
    asked = {*left}
    while True:
        chosen = {owners[v] for v in asked if v in owners}
        law = {v for factor in chosen for v in factor.left}
        given = {v for factor in chosen for v in factor.right} - law
        more = (given - right) | (_descending(owners, law) & right)
        if more <= asked:
            break
        asked |= more
    if not given <= right or not law >= {*left}:
        return family
    own = tuple(factor for factor in parts(family) if factor in chosen)
    order = [v for factor in own for v in factor.left]
    return replace(family, left=tuple(order), right=tuple(slots(given)), factors=own)


def parts(family: Family) -> tuple[Expr, ...]:
    return tuple(part for factor in family.factors for part in factors(factor))


def _descending(owners: dict[Var, Density], law: set[Var]) -> set[Var]:
    """What is drawn given these, or given what is."""
    found: set[Var] = set()
    while more := {v for v, f in owners.items() if {*f.right} & (law | found)} - found - law:
        found |= more
    return found


def parted(model: Model, family: Family) -> Family:
    """A family; one with no factors, of which another has a conditional for a factor, as the
    product of that, of the law of what it is conditioned on, and of the rest: any joint is one,
    and the conditional is a table that may be any where that has no mass."""
    if family.factors or family.formula is not None:
        return family
    taken = {
        (frozenset(part.left), frozenset(part.right)): part
        for other in model.families
        for part in parts(other)
        if isinstance(part, Density) and part.family == family.name
    }
    asked = [part for part in taken.values() if {*part.right} != {*family.right}]
    if len(asked) != 1 or not {*family.right} <= {*asked[0].right}:
        return family
    return replace(family, factors=tuple(_chain(family, asked[0])))


def _chain(family: Family, part: Density) -> Iterator[Density]:
    """The factors of a joint, one of which is given."""
    first = [v for v in part.right if v not in family.right]
    rest = [v for v in family.left if v not in {*part.left, *part.right}]
    if first:
        yield Density(family.name, slots(first), slots(family.right))
    yield part
    if rest:
        yield Density(family.name, slots(rest), slots({*part.left, *part.right}))
