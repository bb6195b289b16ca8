"""What an inequality rule proposes: a term to put in a part's place, and what that takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sympy import Expr, Tuple

from verifier.kernel import terms
from verifier.kernel.arithmetic import factors, product, summands
from verifier.kernel.binding import bind, replaced, substitute, unbind
from verifier.kernel.laws import is_density, left_of
from verifier.kernel.places import Place
from verifier.kernel.ranges import order, union
from verifier.kernel.terms import Index, Statement, Var
from verifier.kernel.theorem import Hypothesis


@dataclass(frozen=True)
class Bound:
    """`new` bounds the part from the side asked for, with this instance of the rule."""

    new: Expr
    instance: tuple[tuple[str, Expr], ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    weights: tuple[Expr, ...] = ()  # where one is 0 the part and what replaces it both are


@dataclass(frozen=True)
class Taken:
    """What a rule infers from a statement. `bound`: variables of the premise that it binds, with
    the densities that weigh them; `sums`: terms that it adds up, which must be defined."""

    statement: Statement
    bound: tuple[Var, ...] = ()
    weights: tuple[Expr, ...] = ()
    sums: tuple[Expr, ...] = ()


@dataclass(frozen=True)
class Law:
    """A product of densities over the variables that it binds, as free slots."""

    bound: tuple[Var, ...]
    densities: tuple[Expr, ...]

    @property
    def density(self) -> Expr:
        return product(*self.densities)

    def at(self, place: Place) -> Law:
        """The law where a place's opened variables are in scope."""
        indices = {old: new for old, new in place.bound.items() if isinstance(old, Index)}
        bound = tuple(replaced(v, indices) for v in self.bound) if indices else self.bound
        values = {
            slot: v
            for slot, v in place.bound.items()
            if isinstance(slot, Var) and order().disjoint([slot], bound)
        }
        moved = (replaced(d, indices) if indices else d for d in self.densities)
        return Law(bound, tuple(substitute(d, values) for d in moved))


def laws_in(*sides: Expr) -> tuple[Law, ...]:
    """The laws that the expectations, integrals, KLs and entropies of terms show."""
    found = dict.fromkeys(law for side in sides for law in _laws(side))
    return tuple(found)


def _laws(term: Expr) -> Iterator[Law]:
    if isinstance(term, terms.Binder):
        opened, parts = unbind(term, tag=0)  # by slot: laws are proposals, checked when used
        if isinstance(term, terms.Expectation):
            yield Law(opened, tuple(parts[1]))
        else:
            yield from _law_of(opened, parts[0])
            yield from _iterated(opened, parts[0])
        for part in parts:
            yield from _laws(part)
    elif isinstance(term, terms.VariableEntropy | terms.Information):
        bound = tuple(v for group in term.args[1:] for v in group)
        yield Law(bound, (terms.Density(term.args[0], bound),))
    else:
        for part in term.args:
            yield from _laws(part)


def _iterated(bound: tuple[Var, ...], body: Expr) -> Iterator[Law]:
    """The laws over all variables of an iterated integral."""
    if isinstance(body, terms.Integral):
        inner, (inside,) = unbind(body, tag=0)
        if not set(inner) & set(bound):
            yield from _law_of((*bound, *inner), inside)
            yield from _iterated((*bound, *inner), inside)


def _law_of(opened: tuple[Var, ...], weight: Expr) -> Iterator[Law]:
    """The densities of a product that together are over exactly the bound variables."""
    for summand in summands(weight):
        densities = [f for f in factors(summand) if is_density(f)]
        for density in densities:
            if left_of(density) == set(opened):
                yield Law(opened, (density,))
        covered = union(v for density in densities for v in left_of(density))
        if len(densities) > 1 and covered == union(opened):
            yield Law(opened, tuple(densities))


def mean(bound: tuple[Var, ...], densities: Iterable[Expr], body: Expr) -> Expr:
    """E_{densities}[body] over free or opened variables."""
    return bind(terms.Expectation, bound, body, Tuple(*densities))
