"""From random integers to values: densities and parameters of a sample.

Everything is derived in a given arithmetic, so one module serves the float and the exact worlds.
Each table is derived once; marginals and conditionals are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from sympy import Expr, Symbol

from verifier.kernel.model import Family
from verifier.kernel.terms import Density, Var
from verifier.numeric.numbers.arrays import (
    Axes,
    Data,
    Field,
    UnsupportedError,
    canonical,
    ordered,
    spread,
)
from verifier.numeric.worlds.alphabets import Alphabets, numbers, slot_of
from verifier.numeric.worlds.draws import Key

Evaluate = Callable[[Expr], Field]
DERIVED = ("density", "marginal")  # from the joint tables of families


class Lookup(NamedTuple):
    """A density's slots left and right of the bar, and the variable that stands for each.

    `axes` are those variables where they stand in the order of their slots, as they mostly do.
    """

    left: Axes
    right: Axes
    names: Mapping[Var, Var]
    axes: Axes | None


@lru_cache(maxsize=65536)
def _lookup(term: Density, copies: tuple[tuple[Var, Var], ...]) -> Lookup:
    names = {
        slot_of(variable, copies): canonical(variable) for variable in (*term.left, *term.right)
    }
    if len(names) < len(term.left) + len(term.right):
        raise UnsupportedError("two copies of one slot in one density")
    left = ordered(slot_of(variable, copies) for variable in term.left)
    axes = tuple(names[slot] for slot in ordered(names))
    right = ordered(names.keys() - set(left))
    return Lookup(left, right, names, axes if axes == ordered(axes) else None)


class Tables:
    """The values of one sample's worlds in one arithmetic, over slots (variables of tag 0).

    `solved` holds tables that a fact of the model determines, as terms; `evaluate` gives them, and
    formulas, their values. `positive` says that no table has a zero in it, `nonnegative` names the
    functions declared so. `known` is what was made: all but what is `DERIVED` stays.
    """

    def __init__(
        self,
        alphabets: Alphabets,
        evaluate: Evaluate,
        solved: Mapping[Density, Expr] | None = None,
    ) -> None:
        self.alphabets = alphabets
        self.sample = sample = alphabets.sample
        self.model = sample.model
        self.fields = alphabets.fields
        signed = (f.name for f in sample.model.functions if f.sign in (">= 0", "> 0"))
        self.nonnegative = frozenset(signed)
        given = solved or any(f.formula is not None for f in sample.model.families)
        self.positive = not sample.shape.zeros and not given
        self._evaluate = evaluate
        self._solved = solved or {}
        self._extents = {
            family.name: (ordered(family.left), ordered(family.right))
            for family in sample.model.families
        }
        self.known: dict[tuple[object, ...], Field] = {}
        self._open: set[tuple[object, ...]] = set()
        self.size = 0  # how many numbers are kept

    def _keep(self, key: tuple[object, ...], make: Callable[[], Field]) -> Field:
        if key not in self.known:
            if key in self._open:
                raise UnsupportedError(f"{key[1]} is defined in a circle")
            self._open.add(key)
            try:
                self.known[key] = made = make().shared()
                self.size += made.data.size
            finally:
                self._open.discard(key)
        return self.known[key]

    def forget(self) -> list[Data]:
        """Drop what was derived from the joint tables of families; returns their arrays."""
        derived = [key for key in self.known if key[0] in DERIVED]
        arrays = [self.known.pop(key).data for key in derived]
        self.size -= sum(data.size for data in arrays)
        return arrays

    def holds(self, data: Data) -> bool:
        """Whether an array lies in the memory of the tables and widths kept."""
        return self.alphabets.holds(data) or any(
            np.may_share_memory(kept.data, data) for kept in self.known.values()
        )

    def lookup(self, term: Density) -> Lookup:
        """Which table over slots a density is read from, and at which variables."""
        return _lookup(term, self.model.copies)

    # -- draws ------------------------------------------------------------------------------------

    def draw(self, key: Key) -> Field:
        """The numbers of a draw."""
        return numbers(self.sample.draws[key], self.fields)

    def parameter(self, symbol: Symbol) -> Field:
        """The value of a parameter in each world."""
        key: Key = ("parameter", symbol.name)
        if key not in self.sample.draws:
            raise UnsupportedError(f"{symbol.name} has no value")
        return self._keep(("parameters", symbol.name), lambda: self.draw(key))

    # -- densities --------------------------------------------------------------------------------

    def density(self, name: str, left: Axes, right: Axes) -> Field:
        """`name(left | right)` over slots: joint over marginal, undefined where the latter is 0.

        Of conditions that are missing, on which it doesn't depend, any law will do: all are alike.
        So they will for those left of the bar, where a rule writes q(x | y) as q(x, y) / q(y).
        """
        key = ("density", name, left, right)
        return self._keep(key, lambda: self._conditional(self._family(name), left, right))

    def _family(self, name: str) -> Family:
        if name not in self.model.family:
            raise UnsupportedError(f"{name} is not declared")
        return self.model.family[name]

    def _conditional(self, family: Family, left: Axes, right: Axes) -> Field:
        joint, conditions = self._extents[family.name]
        if (left, right) == (joint, conditions):
            return self.joint(family)
        if not {*joint, *conditions}.issuperset((*left, *right)):
            raise UnsupportedError(f"{family.name} is not declared over these variables")
        given = tuple(v for v in right if v in joint)
        missing = tuple(v for v in conditions if v not in right)

        def over(kept: Axes) -> Field:
            also = tuple(v for v in missing if v not in kept)
            return self.alphabets.integrate(self.marginal(family, kept), also)

        above = over(ordered((*left, *given)))
        return self.fields.divide(above, over(given)) if given or missing else above

    def marginal(self, family: Family, kept: Axes) -> Field:
        """The density of the slots `kept`, given all that the family conditions on."""
        gone = tuple(v for v in self._extents[family.name][0] if v not in kept)
        if not gone:
            return self.joint(family)
        key = ("marginal", family.name, kept)
        return self._keep(key, lambda: self.alphabets.integrate(self.joint(family), gone))

    def joint(self, family: Family) -> Field:
        """The density of everything left of the family's bar, given all to the right of it."""
        return self._keep(("joint", family.name), lambda: self._joint(family))

    def _joint(self, family: Family) -> Field:
        slots = ordered(family.slots)
        if family.formula is not None:
            return self.alphabets.full(self._evaluate(family.formula), slots)
        if not family.factors:
            return self.alphabets.full(self.own(family.name, family.left, family.right), slots)
        product = self._factor(family, family.factors[0])
        for factor in family.factors[1:]:
            product = self.fields.multiply(product, self._factor(family, factor))
        return self.alphabets.full(product, slots)

    def _factor(self, family: Family, factor: Density) -> Field:
        left, right = ordered(factor.left), ordered(factor.right)
        if factor.family == family.name or self._has_own(factor):
            return self.own(factor.family, left, right)
        return self._version(self.density(factor.family, left, right), left)

    def _has_own(self, factor: Density) -> bool:
        return factor in self._family(factor.family).factors

    def _version(self, table: Field, left: Axes) -> Field:
        """A conditional made uniform where its condition has probability 0, hence a density."""
        defined = self.fields.arithmetic.is_defined(table.data)
        if defined.all():
            return table
        one = self.fields.arithmetic.ratio(np.ones(table.data.shape, dtype=np.int64), 1)
        return self._normalised(Field(table.axes, np.where(defined, table.data, one)), left)

    def own(self, name: str, left: Axes, right: Axes) -> Field:
        """A conditional table that a family has of its own, normalised over `left`."""
        left, right = ordered(left), ordered(right)
        solution = self._solved.get(Density(name, left, right))
        if solution is not None:
            return self._keep(
                ("solved", name, left, right), lambda: self._given(solution, name, left, right)
            )
        return self._drawn(name, left, right)

    def _given(self, solution: Expr, name: str, left: Axes, right: Axes) -> Field:
        """A table that a fact determines; what was drawn where it determines nothing."""
        value = self.alphabets.full(self._evaluate(solution), (*left, *right))
        given = self.fields.arithmetic.is_finite(value.data)
        if given.all():
            return value
        drawn = spread(self._drawn(name, left, right), value.axes)
        return Field(value.axes, np.where(given, value.data, drawn))

    def _drawn(self, name: str, left: Axes, right: Axes) -> Field:
        key = ("own", name, left, right)
        return self._keep(key, lambda: self._normalised(self._raw(name, left, right), left))

    def _raw(self, name: str, left: Axes, right: Axes) -> Field:
        if ("tied",) not in self.sample.draws:
            return self.draw(("table", name, left, right))
        tied = self._keep(("one joint",), lambda: self.draw(("tied",)))
        return self.alphabets.integrate(
            tied, tuple(v for v in tied.axes if v not in (*left, *right))
        )

    def _normalised(self, table: Field, left: Axes) -> Field:
        table = table.shared()
        return self.fields.divide(table, self.alphabets.integrate(table, left))

    def is_density(self, family: Family) -> Data:
        """In which worlds a family's table is nonnegative and integrates to 1."""
        arithmetic = self.fields.arithmetic
        joint = self.joint(family)
        good = arithmetic.is_zero(joint.data) | arithmetic.is_positive(joint.data)
        total = self.alphabets.integrate(joint, ordered(family.left)).data
        one = arithmetic.ratio(np.ones((1,), dtype=np.int64), 1)
        unit = arithmetic.is_negligible(arithmetic.subtract(total, one))
        worlds = (-1, good.shape[-1])
        return np.asarray(good.reshape(worlds).all(0) & unit.reshape(worlds).all(0))
