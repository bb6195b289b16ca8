"""A world given by its tables, held against a statement in exact arithmetic.

The integers that the tables come from are worked out, and the tables made of these again: so a
world is taken for one only where it is as the model declares it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from verifier.kernel.model import Family, Function
from verifier.kernel.terms import Statement, Var
from verifier.numeric.meaning.assumptions import admissible
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.meaning.functions import formal_call
from verifier.numeric.meaning.gaps import Premises, counted
from verifier.numeric.numbers.arrays import Axes, ordered
from verifier.numeric.search.batches import Source
from verifier.numeric.search.confirm import Point, at, decided, violated
from verifier.numeric.search.show import Shown, counterexample, needed, title, world
from verifier.numeric.worlds.draws import (
    Draw,
    Key,
    Sample,
    Shape,
    function_parts,
    own_tables,
    space,
)
from verifier.outcome import Counterexample, Diagnostic, DiagnosticError, Table

_NUMBER = re.compile(r"-?[0-9]{1,40}(/0*[1-9][0-9]{0,39}|\.[0-9]{1,40})?")
_LARGEST = 64  # values of one variable
_SOME = 64  # worlds that are drawn for one that is admitted
_CELLS = 4096  # of a table over all variables

Fractions = NDArray[Any]  # of Fraction, as objects


class Outcome(NamedTuple):
    """What became of a world: `world-breaks`, `world-holds`, `world-silent`, `world-undecided`."""

    code: str
    example: Counterexample | None = None


def replayed(
    source: Source, statement: Statement, premises: Premises, given: Counterexample
) -> Outcome:
    """Whether a world breaks a statement. Raises DiagnosticError for one that isn't admitted."""
    said = (statement, *premises)
    given = replace(given, tables=tuple(_whole(source, table) for table in given.tables))
    names = needed(source.model, source.solutions, said)
    sample = _Given(source, names, given).sample()
    one = source.interpreter(sample)

    def question(exactly: Interpreter) -> Outcome:
        _compare(exactly, names, given)
        if not admissible(exactly).data.all():
            raise refused("world-not-admitted")
        mask = counted(exactly, statement, premises)
        sides = [exactly.side(side) for side in (statement.left, statement.right)]
        axes = ordered((*mask.axes, *(v for side in sides for v in side.axes)))
        point = _point(exactly, axes, given)
        example = counterexample(exactly, said, dict(point))
        if not at(mask, point):
            return Outcome("world-silent", example)
        broken = violated(exactly, point, statement)
        return Outcome("world-breaks" if broken else "world-holds", example)

    return decided(one, 0, question) or Outcome("world-undecided")


def _whole(source: Source, table: Table) -> Table:
    """A table of a density over all its variables: those that it isn't shown over have one
    value."""
    for family in source.model.families:
        every = ordered(family.slots)
        axes = tuple(v for v in every if v.label in table.axes)
        if table.axes == tuple(v.label for v in axes) and table.name == title(family, axes):
            sizes = dict(zip(axes, table.shape, strict=True))
            shared = {space(v, source.sequences): size for v, size in sizes.items()}
            if all(v in sizes or shared.get(space(v, source.sequences), 1) == 1 for v in every):
                shape = tuple(sizes.get(v, 1) for v in every)
                return Table(title(family), tuple(v.label for v in every), shape, table.cells)
    return table


def _point(interpreter: Interpreter, axes: Axes, given: Counterexample) -> Point:
    """The values of the free variables."""
    values = dict(given.point)
    for variable in axes:
        if variable.label not in values:
            raise refused("world-lacks", name=variable.label)
        if not values[variable.label] < interpreter.alphabets.size(variable):
            raise refused("world-point", name=variable.label, found=values[variable.label])
    return tuple((variable, values[variable.label]) for variable in axes)


def _compare(interpreter: Interpreter, names: frozenset[str], given: Counterexample) -> None:
    """Every table as it comes out must be as it was given."""
    from verifier.numeric.numbers.exact import exact_text

    tables = {table.name: table for table in given.tables}
    for shown in world(interpreter, names):
        table = tables.get(shown.name)
        if table is None or shown.kind in ("width", "parameter"):
            continue
        made = [exact_text(cell) for cell in _wide(interpreter, shown).reshape(-1)]
        for mine, theirs in zip(made, table.cells, strict=True):
            if mine != theirs and not _equal(mine, theirs):
                raise refused(
                    "world-not-declared", name=shown.name, made=mine[:40], given=theirs[:40]
                )


def _wide(interpreter: Interpreter, shown: Shown) -> Fractions:
    return interpreter.alphabets.full(shown.values, shown.values.axes).data[..., 0]


def _equal(one: str, other: str) -> bool:
    found = [_fraction(text) for text in (one, other)]
    return None not in found and found[0] == found[1]


def _fraction(text: str) -> Fraction | None:
    return Fraction(text) if _NUMBER.fullmatch(text) else None


def number(text: str, key: str) -> Fraction:
    """A number that must be a fraction."""
    found = _fraction(text)
    if found is None:
        raise refused("world-number", key=key, found=text[:40])
    return found


def refused(code: str, **data: object) -> DiagnosticError:
    """The error for a world that doesn't fit; whoever knows the step completes it."""
    return DiagnosticError(Diagnostic(code, None, data))


# -- from tables to integers ----------------------------------------------------------------------


class _Given:
    """The draws that the tables of a world come from."""

    def __init__(self, source: Source, names: frozenset[str], given: Counterexample) -> None:
        self.source = source
        self.model = source.model
        self.names = names
        self.tables = {table.name: table for table in given.tables}
        self.weights = {table.name: table for table in given.weights}
        self.parameters = dict(given.parameters)
        self.copies = dict(self.model.copies)
        self.sizes: dict[Var, int] = {}
        self.widths: dict[Var, Fractions] = {}

    def sample(self) -> Sample:
        """One world; what it says nothing of is as in any world of the model."""
        self._known()
        families = [f for f in self.model.families if f.name in self.names]
        functions = [f for f in self.model.functions if f.name in self.names]
        joints = {f.name: self._table(title(f), ordered(f.slots)) for f in families}
        values = {f.name: self._function(f) for f in functions}
        slots = self.source.slots
        unknown = 1 if self.source.is_crowded else 2
        spaces = {self._space(slot): self.sizes.get(self._space(slot), unknown) for slot in slots}
        sizes = {slot: spaces[self._space(slot)] for slot in slots}
        if np.prod([*sizes.values()], dtype=object) > _CELLS:
            raise refused("world-wrong", key="shape", wanted=f"at most {_CELLS} cells in all")
        for slot in slots:
            self._width(slot, sizes[slot])
        draws: dict[Key, Draw] = {}
        for family in families:
            draws |= self._family(family, joints[family.name])
        for parts in values.values():
            draws |= parts
        draws |= self._parameters()
        return self._completed(sizes, draws)

    def _completed(self, sizes: Mapping[Var, int], draws: dict[Key, Draw]) -> Sample:
        zeros = any((draw.top == 0).any() for key, draw in draws.items() if key[0] == "table")
        shape = Shape(sizes, 1, bool(self.widths), zeros=zeros, sequences=self.source.sequences)
        found = self.source.found(replace(shape, count=_SOME), 0)
        base = {} if found is None else dict(found.take(np.array([0])).draws)
        base.pop(("tied",), None)
        for family in self.model.families:
            for left, right in own_tables(family):
                axes = ordered(v for v in (*left, *right) if sizes[self._slot(v)] > 1)
                size = (*(sizes[self._slot(v)] for v in axes), 1)
                base.setdefault(
                    ("table", family.name, left, right), Draw(axes, np.ones(size, int), 1)
                )
        base |= {("width", slot): _draw((slot,), width) for slot, width in self.widths.items()}
        return Sample(self.model, shape, {**base, **draws})

    def _known(self) -> None:
        """Nothing may be given that the model has not."""
        titles = {*map(title, self.model.families), *map(title, self.model.functions)}
        titles |= {f"{f.name}: {p}" for f in self.model.functions for p in function_parts(f)}
        slots = {slot.label for slot in self.source.slots}
        parameters = {p.symbol.name for p in self.model.parameters} | {*self.source.setting.indices}
        for given, declared in (
            (self.tables, titles), (self.weights, slots), (self.parameters, parameters)
        ):  # fmt: skip
            for name in given:
                if name not in declared:
                    raise refused("world-unknown", name=name)

    def _slot(self, variable: Var) -> Var:
        return self.copies.get(variable, variable)

    def _space(self, variable: Var) -> Var:
        return space(self._slot(variable), self.source.sequences)

    # -- tables -----------------------------------------------------------------------------------

    def _table(self, name: str, axes: Axes) -> Fractions:
        """A table's numbers, over axes in their order."""
        if name not in self.tables:
            raise refused("world-lacks", name=name)
        return self._numbers(self.tables[name], name, axes)

    def _numbers(self, table: Table, name: str, axes: Axes, known: bool = True) -> Fractions:
        """`known` leaves out what a fact determines: its first number, which may be a logarithm."""
        labels = tuple(variable.label for variable in axes)
        if table.axes != labels:
            raise refused("world-axes", name=name, wanted=labels, found=table.axes)
        for variable, size in zip(axes, table.shape, strict=True):
            wanted = self.sizes.setdefault(self._space(variable), size)
            if size != wanted or not size <= _LARGEST:
                raise refused(
                    "world-sizes", name=name, variable=variable.label, found=size,
                    wanted=min(wanted, _LARGEST),
                )  # fmt: skip
        cells = [
            number(cell, f"{name}, cell {i}") if known else _fraction(cell) or Fraction(0)
            for i, cell in enumerate(table.cells)
        ]
        made = np.empty(len(cells), dtype=object)
        made[:] = cells
        return made.reshape(table.shape)

    def _width(self, slot: Var, size: int) -> None:
        """The widths of a slot's points: 1 where none are given."""
        table = self.weights.get(slot.label)
        discrete = slot.label in self.model.discrete
        if table is not None:
            width = self._numbers(table, slot.label, (slot,))
            if min(width) <= 0 or (discrete and any(width != 1)):
                raise refused("world-width", name=slot.label)
        elif discrete or not self.weights:
            return
        else:
            width = np.array([Fraction(1)] * size, dtype=object)
        for other, mine in self.widths.items():
            if self._space(other) == self._space(slot) and any(mine != width):
                raise refused("world-shared", name=slot.name)
        if not discrete:
            self.widths[slot] = width

    def _family(self, family: Family, joint: Fractions) -> dict[Key, Draw]:
        """The conditional tables that a joint one is made of."""
        slots = ordered(family.slots)
        self._check_density(family, joint)
        found: dict[Key, Draw] = {}
        for mine, given in own_tables(family):
            kept = ordered((*mine, *given))
            table = self._total(joint, slots, tuple(v for v in slots if v not in kept))
            inner = tuple(kept.index(v) for v in mine)
            empty = table.sum(axis=inner, keepdims=True) == 0
            table = np.where(empty, np.array(Fraction(1), dtype=object), table)  # any will do
            found["table", family.name, mine, given] = _draw(kept, table)
        return found

    def _check_density(self, family: Family, joint: Fractions) -> None:
        """A table of no negative numbers, whose total is 1."""
        name, slots = title(family), ordered(family.slots)
        if joint.min() < 0:
            raise refused("world-negative", name=name, found=str(joint.min()))
        if self.model.support is None and joint.min() == 0:
            raise refused("world-zero", name=name)
        totals = self._total(joint, slots, ordered(family.left))
        for total in np.asarray(totals, dtype=object).reshape(-1):
            if total != 1:
                raise refused("world-total", name=name, found=str(total)[:40])

    def _total(self, table: Fractions, axes: Axes, gone: Axes) -> Fractions:
        """The sum over some axes, each point weighted by its width."""
        for variable in gone:
            width = self.widths.get(self._slot(variable))
            if width is not None:
                size = [-1 if v == variable else 1 for v in axes]
                table = table * width.reshape(size)
        return np.asarray(table.sum(axis=tuple(axes.index(v) for v in gone)), dtype=object)

    # -- functions and parameters -----------------------------------------------------------------

    def _function(self, function: Function) -> dict[Key, Draw]:
        call = formal_call(function)
        axes = ordered(v for v in function.arguments if v is not None)
        if call is not None:
            table = self.tables.get(title(function))
            if table is None:
                raise refused("world-lacks", name=title(function))
            solved = call in self.source.solutions.values
            values = self._numbers(table, title(function), axes, known=not solved)
            return {("function", function.name, "offset"): _draw(axes, values)}
        found: dict[Key, Draw] = {}
        shape = tuple(self.sizes.get(self._space(v), 2) for v in axes)
        for part in function_parts(function):
            name = f"{function.name}: {part}"
            zeros = np.full(shape, Fraction(0), dtype=object)
            values = self._table(name, axes) if name in self.tables else zeros
            found["function", function.name, part] = _draw(axes, values)
        return found

    def _parameters(self) -> dict[Key, Draw]:
        found: dict[Key, Draw] = {}
        for parameter in self.model.parameters:
            name = parameter.symbol.name
            if name in self.source.setting.indices:
                continue
            if name in self.parameters:
                solved = parameter.symbol in self.source.solutions.values
                text = self.parameters[name]
                value = _fraction(text) or Fraction(0) if solved else number(text, name)
                if parameter.integer and value.denominator != 1:
                    raise refused("world-not-admitted")
                found["parameter", name] = _draw((), np.array(value, dtype=object))
            elif name in self.names:
                raise refused("world-lacks", name=name)
        return found


def _draw(axes: Axes, values: Fractions) -> Draw:
    """Fractions over a common denominator, as a world's integers."""
    cells: Iterable[Fraction] = np.asarray(values, dtype=object).reshape(-1)
    bottom = lcm(*(Fraction(cell).denominator for cell in cells))
    sizes = dict(zip(axes, np.shape(values), strict=True))
    several = tuple(variable for variable in axes if sizes[variable] > 1)
    tops = np.empty((*(sizes[v] for v in several), 1), dtype=object)
    tops[..., 0] = np.asarray(values, dtype=object).reshape(tops.shape[:-1]) * bottom
    return Draw(several, np.asarray(np.frompyfunc(int, 1, 1)(tops)), bottom)
