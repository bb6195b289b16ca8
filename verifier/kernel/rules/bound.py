"""What an inequality rule proposes: a term to put in a part's place, and what that takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sympy import Add, Expr, Mul, Tuple

from verifier.kernel import terms
from verifier.kernel.binding import bind, substitute, unbind
from verifier.kernel.places import Place
from verifier.kernel.terms import Var
from verifier.kernel.theorem import Hypothesis


@dataclass(frozen=True)
class Bound:
    """`new` bounds the part from the side asked for, with this instance of the rule."""

    new: Expr
    instance: tuple[tuple[str, Expr], ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()


@dataclass(frozen=True)
class Law:
    """A product of densities over the variables that it binds, as free slots."""

    bound: tuple[Var, ...]
    densities: tuple[Expr, ...]

    @property
    def density(self) -> Expr:
        return Mul(*self.densities)

    def at(self, place: Place) -> Law:
        """The law where a place's opened variables are in scope."""
        values = {slot: v for slot, v in place.bound.items() if slot not in self.bound}
        return Law(self.bound, tuple(substitute(d, values) for d in self.densities))


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
    for summand in Add.make_args(weight):
        densities = [f for f in Mul.make_args(summand) if isinstance(f, terms.Density)]
        for density in densities:
            if set(density.left) == set(opened):
                yield Law(opened, (density,))
        covered = [v for density in densities for v in density.left]
        if len(densities) > 1 and sorted(covered, key=str) == sorted(opened, key=str):
            yield Law(opened, tuple(densities))


def is_law(bound: Iterable[Var], densities: Iterable[Expr]) -> bool:
    """Whether a product of densities is normalised over variables: each left of one bar, and
    those that a density is conditioned on come from the others without a circle."""
    waiting = list(densities)
    if not all(isinstance(density, terms.Density) for density in waiting):
        return False
    lefts = [v for density in waiting for v in density.left]
    if set(lefts) != set(bound) or len(lefts) != len(set(lefts)):
        return False
    known: set[Var] = set()
    while waiting:
        ready = [d for d in waiting if not (set(d.right) & set(lefts)) - known]
        if not ready:
            return False
        known |= {v for density in ready for v in density.left}
        waiting = [d for d in waiting if d not in ready]
    return True


def mean(bound: tuple[Var, ...], densities: Iterable[Expr], body: Expr) -> Expr:
    """E_{densities}[body] over free or opened variables."""
    return bind(terms.Expectation, bound, body, Tuple(*densities))
