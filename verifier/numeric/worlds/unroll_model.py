"""Models at a horizon: their declarations unrolled, as far as statements at it need them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import islice, product
from operator import eq, ge, gt, le, lt, ne

from sympy import Basic, Expr, Symbol

from verifier.kernel.binding import free_indices, is_fixed
from verifier.kernel.model import (
    Comparison,
    Condition,
    Domination,
    Fact,
    Family,
    Finite,
    Function,
    Model,
    Parameter,
    Positive,
)
from verifier.kernel.terms import Index, Indexed, Var
from verifier.numeric.numbers.arrays import UnsupportedError
from verifier.numeric.worlds.forms import factors
from verifier.numeric.worlds.unroll import (
    MOST_ELEMENTS,
    Ranging,
    Unroller,
    Values,
    function_name,
    is_plain,
    number,
)

Bound = tuple[Expr, Comparison, Expr]

_COPIES = 8  # of one slot, at least, that may be named


def terms_of(model: Model) -> Iterator[Basic]:
    """The terms and slots that a model is declared by, but for the copies."""
    for family in model.families:
        yield from (*family.left, *family.right, *family.factors)
        yield from (family.formula,) if family.formula is not None else ()
    for fact in model.facts:
        yield from (fact.left, fact.right, *fact.quantified)
    for condition in model.support or ():
        yield from _sides(condition)
    for function in model.functions:
        ends = (function.low, function.high)
        yield from (part for part in (*function.arguments, *ends) if part is not None)


def _sides(condition: Condition) -> tuple[Expr, ...]:
    if isinstance(condition, Domination):
        return condition.first, condition.second
    if isinstance(condition, Positive):
        return (condition.density,)
    return () if condition.expression is None else (condition.expression,)


def _loose(factor: Expr) -> frozenset[Index]:
    """The indices of a factor that range over the sum or product that it was taken from."""
    return free_indices(factor) if isinstance(factor, Indexed) else frozenset(factor.atoms(Index))


def is_pattern(copy: Var) -> bool:
    """Whether a copy stands for every element of its name: `z_k`."""
    return bool(copy.ends and copy.low == copy.high and copy.low.is_Symbol)


def is_plain_model(model: Model) -> bool:
    """Whether a model is the same at every horizon."""
    copies = all(is_plain(part) for pair in model.copies for part in pair)
    return copies and all(is_plain(term) for term in terms_of(model))


def sequences(model: Model) -> frozenset[str]:
    """The names of variables whose elements have one alphabet: a function may be of any of them."""
    of_families = {slot for family in model.families for slot in family.slots}
    sliced = {slot.name for slot in of_families if not is_fixed(slot)}
    elements = {slot.name for slot in of_families if slot.ends}
    formal = {a for f in model.functions for a in f.arguments if a is not None}
    whole = {a.name for a in formal - of_families if not a.ends}
    return frozenset(sliced | (elements & whole))


def unrolled_model(model: Model, values: Values, unroller: Unroller | None = None) -> Model:
    """A model at a horizon. Raises `UnsupportedError` where it means nothing there.

    The symbols that have values are parameters no more; what is left of their bounds is kept.
    """
    return _Declarations(model, unroller or Unroller(values)).model()


class _Declarations:
    """The declarations of one model, unrolled."""

    def __init__(self, model: Model, unroller: Unroller) -> None:
        self._model = model
        self._unroller = unroller
        self._sequences = sequences(model)
        self._last = max(unroller.values.values(), default=0)
        self._families = tuple(made for f in model.families if (made := self._family(f)).left)
        self._elements = self._elements_by_name()
        self._copies = tuple(pair for copies in model.copies for pair in self._copied(*copies))

    def model(self) -> Model:
        model = self._model
        support = model.support
        return Model(
            families=self._families,
            support=None if support is None else tuple(self._conditions(support)),
            facts=tuple(map(self._fact, model.facts)),
            parameters=self._parameters(),
            functions=tuple(made for f in model.functions for made in self._functions(f)),
            discrete=self._discrete(),
            copies=self._copies,
        )

    # -- families ---------------------------------------------------------------------------------

    def _family(self, family: Family) -> Family:
        variables = self._unroller.variables
        return Family(
            family.name,
            variables(family.left),
            variables(family.right),
            tuple(each for factor in family.factors for each in self._unroller.factors(factor)),
            None if family.formula is None else self._unroller.term(family.formula),
        )

    def _elements_by_name(self) -> dict[str, tuple[Var, ...]]:
        """The elements of each sequence, in their order."""
        found = {slot for family in self._families for slot in family.slots if slot.ends}
        in_order = sorted(found, key=lambda slot: (slot.name, int(slot.low)))
        names = dict.fromkeys(slot.name for slot in in_order)
        return {name: tuple(slot for slot in in_order if slot.name == name) for name in names}

    def _discrete(self) -> frozenset[str]:
        """Labels of slots: also of the elements of what is declared discrete as a whole, and all of
        a sequence of which a slice is, so that no world is wider than what is declared."""
        declared = self._model.discrete
        sliced = {label.partition("_{")[0] for label in declared if ":" in label}
        slices = {
            part.label
            for family in self._model.families
            for slot in family.slots
            if {slot.label, slot.name} & declared or (slot.ends and slot.name in sliced)
            for part in self._unroller.variables([slot])
        }
        return declared | slices

    # -- copies -----------------------------------------------------------------------------------

    def _copied(self, copy: Var, slot: Var) -> Iterator[tuple[Var, Var]]:
        """Copies one by one: of a slot, or, element by element, of a sequence."""
        if is_pattern(copy):
            last = max(_COPIES, self._last + 2)
            if last > MOST_ELEMENTS:
                raise UnsupportedError(f"{last:,} copies are too many to sample")
            yield from ((copy.between(k, k), slot) for k in range(last + 1))
        elif not copy.ends and slot.name in self._elements:
            for element in self._elements[slot.name]:
                yield copy.between(element.low, element.high), element
        else:
            copies, of_slots = (self._unroller.variables([side]) for side in (copy, slot))
            yield from zip(copies, of_slots, strict=True)

    # -- functions --------------------------------------------------------------------------------

    def _functions(self, function: Function) -> Iterator[Function]:
        """A function, and one of its own for all lengths that a slice may have."""
        formal = [slot for slot in function.arguments if slot is not None]
        for counts in product(*(self._lengths(slot) for slot in formal)):
            arguments = self._formal(function, counts)
            if arguments is not None:
                yield Function(
                    function_name(function.name, counts),
                    arguments,
                    function.sign,
                    function.shape,
                    self._end(function.low),
                    self._end(function.high),
                    function.closed,
                )

    def _end(self, end: Expr | None) -> Expr | None:
        return None if end is None else self._unroller.term(end)

    def _lengths(self, slot: Var) -> range:
        pool = self._pool(slot)
        return range(len(pool) + 1) if pool else range(1, 2)

    def _pool(self, slot: Var) -> tuple[Var, ...]:
        """The elements, or copies, that a function of slices is declared over; none for others."""
        if slot.name in self._sequences:
            own = self._unroller.variables([slot]) if slot.ends else ()
            rest = (part for part in self._elements.get(slot.name, ()) if part not in own)
            return (*own, *rest)
        if any(is_pattern(copy) and of == slot for copy, of in self._model.copies):
            copies = (copy for copy, of in self._copies if of == slot and copy.ends)
            return tuple(islice(copies, 1, 1 + max(3, self._last)))
        return ()

    def _formal(self, function: Function, counts: tuple[int, ...]) -> tuple[Var | None, ...] | None:
        """Formal arguments for slices of these lengths, no variable twice; None for too many."""
        lengths = iter(counts)
        found: list[Var | None] = []
        for slot in function.arguments:
            if slot is None:
                found.append(None)
                continue
            length = next(lengths)
            here = self._free(slot, length, found)
            if len(here) < length:
                return None
            found += here
        return tuple(found)

    def _free(self, slot: Var, length: int, taken: list[Var | None]) -> tuple[Var, ...]:
        """The first variables that a formal argument may stand for, but for those taken."""
        if length == 1 and slot.name not in self._sequences:
            return (slot,)
        return tuple(part for part in self._pool(slot) if part not in taken)[:length]

    # -- facts, support, parameters ---------------------------------------------------------------

    def _fact(self, fact: Fact) -> Fact:
        left, right = self._unroller.term(fact.left), self._unroller.term(fact.right)
        quantified = frozenset(self._unroller.variables(fact.quantified))
        return Fact(left, fact.relation, right, quantified, fact.text)

    def _conditions(self, conditions: Iterable[Condition]) -> Iterator[Condition]:
        """Conditions, at each value of the indices that stand free in them: what a line's terms
        within a sum need."""
        for condition in conditions:
            parts = (factor for side in _sides(condition) for factor in factors(side))
            free = frozenset[Index]().union(*map(_loose, parts))
            for ranging in self._unroller.rangings(free):
                yield self._condition(condition, ranging)

    def _condition(self, condition: Condition, ranging: Ranging) -> Condition:
        sides = [self._unroller.term(side, ranging) for side in _sides(condition)]
        if isinstance(condition, Domination):
            return Domination(sides[0], sides[1], condition.text)
        if isinstance(condition, Positive):
            return Positive(sides[0], condition.text)
        return Finite(sides[0], condition.text) if sides else condition

    def _parameters(self) -> tuple[Parameter, ...]:
        """The other parameters, with what is left of the bounds of those that have values."""
        bounds = {p.symbol: tuple(map(self._bound, p.bounds)) for p in self._model.parameters}
        values = self._unroller.values
        gone = [bound for symbol in bounds if symbol in values for bound in bounds[symbol]]
        for bound in gone:
            if _is_settled(bound) and not holds(bound, {}):
                raise UnsupportedError(f"{bound} does not hold here")
        left = [bound for bound in gone if not _is_settled(bound)]
        return tuple(
            Parameter(p.symbol, p.integer, (*bounds[p.symbol], *_about(p.symbol, left)))
            for p in self._model.parameters
            if p.symbol not in values
        )

    def _bound(self, bound: Bound) -> Bound:
        left, relation, right = bound
        return self._unroller.term(left), relation, self._unroller.term(right)


def _is_settled(bound: Bound) -> bool:
    return not bound[0].free_symbols | bound[2].free_symbols


def _about(symbol: Symbol, bounds: Iterable[Bound]) -> tuple[Bound, ...]:
    return tuple(bound for bound in bounds if bound[0].has(symbol) or bound[2].has(symbol))


def holds(bound: Bound, values: Mapping[Basic, int]) -> bool:
    """Whether a comparison of numbers holds. Raises `UnsupportedError` where it holds none."""
    left, relation, right = bound
    return bool(_RELATIONS[relation](number(left, values), number(right, values)))


_RELATIONS: dict[Comparison, Callable[[Fraction, Fraction], bool]] = {
    "=": eq,
    "!=": ne,
    ">=": ge,
    "<=": le,
    ">": gt,
    "<": lt,
}
