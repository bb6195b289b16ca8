"""Where a term is defined: conditions computed from the term alone.

A condition is a closed term with its scope. `Where(kind, part, weights; bound)` says that at all
values of the bound variables at which no weight is 0 the part is what `kind` says; what is free in
it is free. Without bound variables it is a guard, which holds at a point or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Literal

from sympy import Basic, Expr, Integer, Rational, Symbol
from sympy.core.symbol import Str

from verifier.kernel import arithmetic, binding, terms
from verifier.kernel.arithmetic import Power, Product, Quotient, Total, factors, powers
from verifier.kernel.binding import bind, bind_index, free_indices, occurring, unbind, unbind_index
from verifier.kernel.model import Family, Model
from verifier.kernel.sequences.laws import is_law, left_of
from verifier.kernel.sequences.ranges import Order, Undecided, is_sliced, union
from verifier.kernel.terms import Binder, Density, Index, Indexed, IndexedProduct, Tuple, Var

Kind = Literal["positive", "nonnegative", "nonzero", "finite", "integrable", "term"]
_UNBOUNDED = (terms.Binder, terms.Closed)
_UNORDERED = Order()


class Where(Binder):
    """args: kind, part, weights (a Tuple of densities or products of them), bound."""

    kind: str = terms.NAME
    part: Expr = terms.argument(1)
    weights: Tuple = terms.argument(2)


class Each(Indexed):
    """A condition for each value of an index. args: condition, index."""


Conditions = frozenset[Any]  # of Where and Each
NOTHING: Conditions = frozenset()


def where(kind: Kind, part: Expr, weights: Iterable[Expr] = ()) -> Any:
    """The condition on a part in which variables and indices are opened: closed."""
    own = _opened(part)
    weighing = tuple(dict.fromkeys(w for w in weights if own and _opened(w)))
    every = own.union(*map(_opened, weighing))
    found = bind(Where, sorted(every, key=terms.slot_order), Str(kind), part, Tuple(*weighing))
    # an index whose range another one moves is bound first
    while waiting := [i for i in free_indices(found) if i.tag < 0]:
        inner = next(
            i for i in sorted(waiting, key=lambda i: -i.tag)
            if not any(i in free_indices(Tuple(j.low, j.high)) for j in waiting if j is not i)
        )  # fmt: skip
        found = bind_index(Each, inner, found)
    return found


@lru_cache(maxsize=65536)
def _opened(term: Basic) -> frozenset[Var]:
    """The opened variables in a term, as few parts as make them up."""
    return union(v for v in occurring(term) if v.tag < 0)


def opened(condition: Any) -> tuple[str, Expr, tuple[Expr, ...]]:
    """(kind, part, weights) of a condition, its variables and indices opened."""
    while isinstance(condition, Each):
        _, condition = unbind_index(condition)
    _, (kind, part, weights) = unbind(condition)
    return str(kind.name), part, tuple(weights)


def is_opened(term: Basic) -> bool:
    """Whether a binder around has opened a variable of a term."""
    return bool(_opened(term))


def rebound(condition: Any, weights: Iterable[Expr]) -> Any:
    """A condition that gets under binders, which weigh what it says: what they have opened in it
    is bound."""
    if not _opened(condition) and not any(i.tag < 0 for i in free_indices(condition)):
        return condition
    kind, part, own = opened(condition)
    return where(kind, part, (*own, *weights))  # type: ignore[arg-type]


def is_guard(condition: Any) -> bool:
    """Whether a condition is about a point: nothing in it is bound."""
    return isinstance(condition, Where) and not condition.bound


def defined(model: Model, term: Expr) -> Conditions:
    """The conditions under which a term is defined."""
    known = model.definedness.get(term)
    if known is None:
        walk = _Walk(model)
        walk.term(term, ())
        known = model.definedness[term] = frozenset(walk.found)
    return known


class _Walk:
    """Collects conditions: `weights` are the laws and densities around a part."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.found: set[Any] = set()

    def need(self, kind: Kind, part: Expr, weights: tuple[Expr, ...]) -> None:
        if not isinstance(part, Rational):
            self.found.add(where(kind, part, weights))

    def term(self, term: Any, weights: tuple[Expr, ...]) -> None:
        match term:
            case Density():
                condition = condition_of(self.model, term)
                if condition is not None:
                    self.need("positive", condition, weights)
            case terms.Log():
                self.need("positive", term.args[0], weights)
                self.term(term.args[0], weights)
            case Total():
                self.total(term, weights)
            case Product():
                self.product(term.args, weights)
            case Quotient():
                self.quotient(term, weights)
            case Power():
                self.power(term, weights)
            case Binder():
                self.binder(term, weights)
            case IndexedProduct() if _is_of_densities(term):
                self.in_turn(term, weights)
            case Indexed():
                _, body = unbind_index(term)
                self.term(body, weights)
                one_sided = isinstance(term, terms.IndexedSum) and _side(body)
                if _infinite(body) and not one_sided:  # no oo - oo, no 0 oo
                    self.finite(body, weights)
            case terms.Call():
                for argument in term.arguments:
                    self.term(argument, weights)
                    self.finite(argument, weights)
            case terms.Exp() | terms.Abbreviation():
                for part in term.args:
                    self.term(part, weights)

    def total(self, term: Total, weights: tuple[Expr, ...]) -> None:
        """No oo - oo: what may be infinite stands alone, or all of it on one side."""
        for part in term.args:
            self.term(part, weights)
        sides = [side for side in map(_side, term.args) if side != 0]
        if len(sides) > 1 and (None in sides or len(set(sides)) > 1):
            for part in term.args:
                self.finite(part, weights)

    def product(self, parts: tuple[Expr, ...], weights: tuple[Expr, ...]) -> None:
        """Each factor is weighed by the densities among the others. No 0 oo."""
        for i, part in enumerate(parts):
            others = [p for j, p in enumerate(parts) if j != i]
            weighing = tuple(w for other in others for w in weights_in(other))
            self.term(part, (*weights, *weighing))
            if _infinite(part) and not all(
                self.never_zero(other)
                or ({base for base, _ in powers(other)} <= set(weighing) and _opened(part))
                for other in others
            ):
                self.finite(part, (*weights, *weighing))

    def in_turn(self, term: IndexedProduct, weights: tuple[Expr, ...]) -> None:
        """A product of densities over an index: where one that isn't 0 is over all that another
        beside it is conditioned on, that one is defined; the end is owed."""
        index, body = unbind_index(term)
        for density in (parts := factors(body)):
            place, asked, over = index, density.right, Tuple(*density.left, *density.right)
            for step, end in ((1, index.high), (-1, index.low)) if is_opened(asked) else ():
                if self.model.order.subset(asked, binding.replaced(over, {index: index + step})):
                    place = end
            at = {d: binding.replaced(d, {index: place}) for d in parts}
            self.term(at.pop(density), (*weights, *at.values()))

    def never_zero(self, factor: Expr) -> bool:
        """Whether a factor is a number, a parameter or an exponential that isn't 0."""
        match factor:
            case Rational():
                return bool(factor)
            case Symbol():
                return self.model.never_zero(factor)
            case Quotient():
                return self.never_zero(factor.args[0]) and not _infinite(factor)
            case terms.Exp():
                return not _infinite(factor)
        return False

    def quotient(self, term: Quotient, weights: tuple[Expr, ...]) -> None:
        above, below = term.args
        self.term(above, weights)
        inside = (*weights, *weights_in(above))
        self.need("nonzero", below, inside)
        self.term(below, inside)
        if _infinite(above) and _infinite(below):
            self.finite(term, inside)

    def power(self, term: Power, weights: tuple[Expr, ...]) -> None:
        """u^a: of an integer a >= 0 any u, of another u != 0; else u > 0, or >= 0 where a > 0."""
        base, exponent = term.args
        self.term(base, weights)
        self.term(exponent, weights)
        order, end = self.model.order, arithmetic.collapse(exponent)
        if not order.whole(end):
            self.need("nonnegative" if order.less(Integer(0), end) else "positive", base, weights)
        elif not order.least(Integer(0), end):
            self.need("nonzero", base, weights)

    def binder(self, term: Binder, weights: tuple[Expr, ...]) -> None:
        bound, parts = unbind(term)
        body = parts[0 if isinstance(term, terms.Integral | terms.Expectation) else -1]
        laws = _laws(term, parts)
        self.product(laws, weights)
        inside = (*weights, *laws)
        if isinstance(term, terms.Entropy):
            return
        self.term(body, inside)
        if isinstance(term, terms.CrossEntropy):
            self.need("positive", body, inside)
        if isinstance(term, terms.KL) and not self.has_mass(bound, body):
            self.found.add(where("finite", term, weights))

    def has_mass(self, bound: tuple[Var, ...], second: Expr) -> bool:
        """Whether the second argument of a divergence is known to have a finite mass: it is a law
        over what is bound, and more. A likelihood or a product of two laws may have any."""
        measure, order = factors(second), self.model.order
        over = union(v for law in measure if _is_of_densities(law) for v in left_of(law))
        return order.subset(bound, over) and is_law(order, over, measure)

    def finite(self, term: Any, weights: tuple[Expr, ...]) -> None:
        """What may be infinite in a term is finite."""
        for part, around in infinite_parts(term, weights):
            self.found.add(where("finite", part, around))


def _laws(binder: Binder, parts: tuple[Any, ...]) -> tuple[Expr, ...]:
    """The densities over what a binder binds, by which it weighs."""
    if isinstance(binder, terms.Expectation):
        return tuple(parts[1])
    return () if isinstance(binder, terms.Integral) else factors(parts[0])


def weights_in(term: Expr) -> tuple[Expr, ...]:
    """The densities, and products of densities over an index, that are factors of a term."""
    return tuple(
        base
        for base, exponent in powers(term)
        if _is_of_densities(base) and isinstance(exponent, Rational) and exponent > 0
    )


def _is_of_densities(term: Expr) -> bool:
    parts = factors(term.body) if isinstance(term, IndexedProduct) else (term,)
    return all(isinstance(part, Density) for part in parts)


def infinite_parts(
    term: Any, weights: tuple[Expr, ...] = ()
) -> tuple[tuple[Expr, tuple[Expr, ...]], ...]:
    """The outermost parts of a term that may be infinite, with what weighs them."""
    if isinstance(term, _UNBOUNDED):
        return ((term, weights),)
    if not _infinite(term):
        return ()
    if isinstance(term, Indexed):
        return infinite_parts(unbind_index(term)[1], weights)
    if isinstance(term, Product):
        parts = [
            (p, (*weights, *(w for q in term.args if q is not p for w in weights_in(q))))
            for p in term.args
        ]
    else:
        parts = [(part, weights) for part in term.args]
    return tuple(found for part, around in parts for found in infinite_parts(part, around))


def _nesting(term: Any, weights: tuple[Expr, ...] = ()) -> Iterator[tuple[Expr, Any]]:
    """What may be infinite in a term, at whatever depth, with what weighs it."""
    for part, around in infinite_parts(term, weights):
        yield part, around
        if isinstance(part, Binder):
            _, parts = unbind(part)
            yield from _nesting(parts[0], (*around, *_laws(part, parts)))


def binders(term: Any) -> Conditions:
    """That all that may be infinite in a term, at whatever depth, is finite."""
    return frozenset(where("finite", *found) for found in _nesting(term))


def nested(term: Any) -> Conditions:
    """That the integrals of a term in which others stand converge absolutely over both."""
    found = (each for each in _nesting(term) if nested_summands(each[0]))
    return frozenset(where("integrable", *each) for each in found)


@lru_cache(maxsize=65536)
def nested_summands(term: Any) -> tuple[Expr, ...]:
    """An integral over the summands of its body in which integrals stand that may have both signs,
    one by one. A divergence from a law has a bounded negative part: averaged, it converges over
    both where it is finite."""
    if not isinstance(term, terms.Integral | terms.Expectation):
        return ()
    bound, (body, *laws) = unbind(term)

    def averaged(summand: Expr) -> bool:
        weights = [f for f in factors(summand) if isinstance(f, Density)]
        return not weights if laws else is_law(_UNORDERED, bound, weights)

    return tuple(
        bind(term.func, bound, summand, *laws)
        for summand in arithmetic.summands(body)
        if _infinite(summand) and not (_side(summand) and averaged(summand))
    )


@lru_cache(maxsize=65536)
def _infinite(term: Basic) -> bool:
    """Whether a term may be infinite."""
    finite = isinstance(term, Density | Var | Index)
    return isinstance(term, _UNBOUNDED) or (not finite and any(map(_infinite, term.args)))


@lru_cache(maxsize=65536)
def _side(term: Any) -> int | None:
    """0 of what is finite, 1 of what is never -oo, -1 of what is never oo; None: unknown."""
    if not _infinite(term):
        return 0
    match term:
        case terms.KL():  # from a law: what has another mass at each point averages to anything
            bound, (_, second) = unbind(term)
            return 1 if is_law(_UNORDERED, bound, factors(second)) else None
        case terms.Information():
            return 1
        case terms.Abbreviation():
            return _side(term.body)
        case Product():
            sides = [_side(part) for part in term.args if _infinite(part)]
            numbers = [part for part in term.args if isinstance(part, Rational)]
            rest = [p for p in term.args if not _infinite(p) and not isinstance(p, Rational)]
            if len(sides) == 1 and sides[0] and all(isinstance(p, Density) for p in rest):
                return -sides[0] if numbers and numbers[0] < 0 else sides[0]
        case Quotient() if isinstance(term.args[1], Rational) and term.args[1] > 0:
            return _side(term.args[0])
        case terms.Expectation() | terms.Integral() | terms.IndexedSum():
            return _side(term.body if isinstance(term, Indexed) else unbind(term)[1][0]) or None
        case Total():
            known = {s for s in map(_side, term.args) if s != 0}
            if len(known) == 1:
                return known.pop()
    return None


def condition_of(model: Model, density: Expr) -> Density | None:
    """The density of what a density is conditioned on; None where it is over all that it has, or
    conditioned only on what its family is always given."""
    if not isinstance(density, Density):
        return None
    family = model.family[density.family]
    given, condition = told_apart(model, family, density.right)
    if not condition:
        return None
    made: Density = Density(family.name, union(condition), union(given))
    return made


def told_apart(
    model: Model, family: Family, right: Iterable[Var]
) -> tuple[frozenset[Var], frozenset[Var]]:
    """The conditions of a density: those that its family is always given, and the others.

    Where it isn't known which are the former, all count as others: no density that means something
    depends on the law of what its family is given, so that it is the conditional of a joint one,
    whatever that law.
    """
    order, cells = model.order, frozenset(right)
    if any(map(is_sliced, (*family.right, *cells))):
        try:
            tags = sorted({(v.name, v.tag) for v in cells})
            slots = [s.tagged(tag) for name, tag in tags for s in family.right if s.name == name]
            cells = order.cut(cells, slots)
        except Undecided:
            return frozenset(), cells
    given = frozenset(v for v in cells if order.covered(model.slot(v), family.right))
    return given, cells - given
