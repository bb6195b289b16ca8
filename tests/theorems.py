"""The second opinion on single theorems: each that is made while a file is judged, also those that
no line shows, is held against worlds in which its hypotheses hold.

The tests do so with some theorems of each file that ships and of each true one of the corpus, in a
few worlds. `python -m tests.theorems [FILE ..]` does so with all of the files, or of all that ships
and of the whole corpus, in many.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, cast
from unittest.mock import patch

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from sympy import Expr, Integer

from verifier.derivation.loader import load
from verifier.elaborate import model as declarations
from verifier.judge import cases, checked
from verifier.judge.file import check_file
from verifier.kernel import inference, lemmas
from verifier.kernel import theorem as theorems
from verifier.kernel.definedness import Each, Where
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.model import Comparison, Finite, Model
from verifier.kernel.terms import Index, Statement, Tuple, Var
from verifier.kernel.theorem import Given, Hypothesis, Inference, Theorem
from verifier.numeric.meaning.assumptions import admissible, at_the_point
from verifier.numeric.meaning.definedness import (
    conjunction,
    defined,
    everywhere,
    meaningful,
    open_variables,
    somewhere,
)
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.meaning.gaps import cells_needed, margin
from verifier.numeric.meaning.relations import TOLERANCE, holds, scaled_gap
from verifier.numeric.numbers.arithmetic import FLOAT
from verifier.numeric.numbers.arrays import (
    Axes,
    Data,
    Field,
    Fields,
    UnsupportedError,
    axes_of,
    ordered,
    spread,
)
from verifier.numeric.search.batches import Source
from verifier.numeric.search.sampled_horizon import SampledHorizon
from verifier.numeric.search.sampled_model import SampledModel
from verifier.numeric.worlds.draws import Draw, Drawing, Key, Sample
from verifier.numeric.worlds.forms import factors
from verifier.numeric.worlds.unroll import Unroller

WORLDS, THEOREMS = 16, 24  # of each kind, and of a file, that a test looks at
ALL_WORLDS = 256  # of each kind that the command does
LARGEST = 2**20  # worlds times cells of one statement at a time
ZERO = Integer(0)
_SIGNS: dict[str, Comparison] = {"positive": ">", "nonnegative": ">=", "nonzero": "!="}


class Made(NamedTuple):
    """A theorem as it was made: two of one statement under one set of hypotheses are one."""

    statement: Statement
    hypotheses: frozenset[Hypothesis]


@dataclass
class Record:
    """What was made about one model, in the order in which it was; and the statements that are
    given, by their steps."""

    model: Model
    made: dict[Made, None] = field(default_factory=dict)
    given: dict[int, Statement] = field(default_factory=dict)


@contextmanager
def recorded() -> Iterator[list[Record]]:
    """What is made while files are judged: a record for each, also of those that others use and
    that weren't judged before."""
    records: list[Record] = []
    at_work: list[Record] = []  # the last is of the file that is judged
    conclude, declared = theorems.conclude, declarations.read_declarations
    concluded, undeclared = inference._concluded, lemmas._undeclared

    def declaring(*arguments: Any) -> Any:
        found = declared(*arguments)
        records.append(Record(found.model))
        at_work.append(records[-1])
        return found

    def turn_to(model: Model) -> None:
        known = (record for record in records if record.model.families is model.families)
        at_work.append(next(known, Record(model)))  # of one that was judged before, none is kept

    def making(model: Model, *arguments: Any) -> Theorem:
        turn_to(model)
        return concluded(model, *arguments)

    def importing(nf: Normaliser, there: Model, here: Model) -> list[str]:
        turn_to(here)
        return undeclared(nf, there, here)

    def concluding(
        statement: Statement, proof: tuple[Inference, ...], hypotheses: frozenset[Hypothesis]
    ) -> Theorem:
        here = at_work[-1]
        made = conclude(statement, proof, hypotheses)
        here.made.setdefault(Made(statement, hypotheses))
        if not proof and len(hypotheses) == 1:
            (item,) = hypotheses
            if isinstance(item, Given):
                here.given[item.step] = statement
        return made

    with (
        patch.object(theorems, "conclude", concluding),
        patch.object(checked, "read_declarations", declaring),
        patch.object(cases, "read_declarations", declaring),
        patch.object(inference, "_concluded", making),
        patch.object(lemmas, "_undeclared", importing),
    ):
        yield records


def made_by(file: Path) -> list[Record]:
    """What is made in the course of judging a file."""
    with recorded() as records:
        check_file(load(file), lambda path: load(file.parent / path))
    return records


# -- what a theorem says, in worlds ---------------------------------------------------------------


def _met(here: Interpreter, unroller: Unroller, condition: Where | Each) -> Field:
    """Where a condition holds: at all values of what it binds at which no weight is 0."""
    indices: list[Index] = []
    while isinstance(condition, Each):
        indices.append(condition.index)
        condition = condition.args[0]
    masks = []
    for ranging in unroller.rangings(indices):
        part = unroller.term(condition.part, ranging)
        weights = [unroller.term(weight, ranging) for weight in condition.weights]
        if here.tables.sample.count * _cells(here, (part, *weights)) > LARGEST:
            raise UnsupportedError("too many cells")
        met = _is(here, condition.kind, part)
        for weight in (factor for each in weights for factor in factors(each)):
            nothing = here.fields.vanishes(here.value(weight))
            met = here.fields.compare(np.logical_or, met, nothing)
        masks.append(everywhere(met, tuple(v for v in met.axes if v.tag <= 0)))
    return conjunction(masks, here)


def _cells(here: Interpreter, terms: Iterable[Expr]) -> int:
    """How many values the variables have together that are free in terms."""
    variables = frozenset[Var]().union(*map(open_variables, terms))
    return math.prod(here.alphabets.size(variable) for variable in variables)


def _is(here: Interpreter, kind: str, part: Expr) -> Field:
    if kind in _SIGNS:
        return holds(here, part, _SIGNS[kind], ZERO)
    value = here.value(part)  # a table is finite: what converges in it does so absolutely
    return Field(value.axes, here.arithmetic.is_finite(value.data))


def holding(here: Interpreter, said: Statement) -> Field:
    """Where both sides of a statement are defined and it holds."""
    gap = scaled_gap(here, said.left, said.right)
    held = Field(gap.axes, margin(said, gap.data) >= -TOLERANCE)
    return conjunction([held, *(defined(here, side) for side in (said.left, said.right))], here)


class Found(NamedTuple):
    """In how many worlds a theorem was looked at, and in how many of them it fails."""

    worlds: int
    failing: int


class Trial:
    """The worlds of one model, so many of each kind, and theorems in them."""

    def __init__(self, record: Record, count: int) -> None:
        self.record = record
        self.sampled = SampledModel(record.model)
        self._count = count
        self._made: dict[SampledHorizon, list[Interpreter]] = {}
        self._met: dict[tuple[Interpreter, Where | Each], Field] = {}

    def find(self, made: Made) -> Found:
        """A theorem, in the worlds of all horizons."""
        about = [item for item in made.hypotheses if isinstance(item, Where | Each)]
        terms = (made.statement.left, made.statement.right, *about)
        found = [
            self._judged(here, horizon, made)
            for horizon in self.sampled.at_horizons(terms)
            for here in self._worlds(horizon)
        ]
        return Found(*map(sum, zip(*found, strict=True))) if found else Found(0, 0)

    def _worlds(self, horizon: SampledHorizon) -> list[Interpreter]:
        if horizon not in self._made:
            self._made[horizon] = [*self.worlds(horizon)]
        return self._made[horizon]

    def worlds(self, horizon: SampledHorizon) -> Iterator[Interpreter]:
        """Some of the worlds that every step is checked on."""
        for each in horizon.interpreters:
            yield horizon.source.interpreter(each.tables.sample.take(slice(self._count)))

    def granted(self, here: Interpreter, unroller: Unroller, made: Made) -> Field:
        """Where the hypotheses of a theorem hold, of those that a world doesn't hold by itself."""
        masks = []
        for item in made.hypotheses:
            match item:
                case Where() | Each():
                    masks.append(self.met(here, unroller, item))
                case Given(step):
                    said = unroller.statement(self.record.given[step])
                    masks.append(everywhere(holding(here, said)))
                case Finite(expression=None):
                    said = unroller.statement(made.statement)
                    masks.append(meaningful(here, (said.left, said.right)))
        return conjunction(masks, here)

    def met(self, here: Interpreter, unroller: Unroller, condition: Where | Each) -> Field:
        """Where a condition holds: found once, since many theorems have it."""
        if (here, condition) not in self._met:
            mask = _met(here, unroller, condition)
            self._met[here, condition] = Field(mask.axes, mask.data.copy())
        return self._met[here, condition]

    def _judged(self, here: Interpreter, horizon: SampledHorizon, made: Made) -> Found:
        try:
            said = horizon.unroller.statement(made.statement)
            if here.tables.sample.count * cells_needed(here, (said,)) > LARGEST:
                return Found(0, 0)
            here.tidy()
            with np.errstate(all="ignore"):
                good = holding(here, said)
                allowed = self.granted(here, horizon.unroller, made)
                here_too = conjunction([at_the_point(here, good.axes), allowed], here)
                counts = self.counted(here, here_too, good.axes)
                bad = here.fields.compare(np.greater, counts, good)
        except UnsupportedError:
            return Found(0, 0)
        return Found(*(_number(here, mask) for mask in (counts, bad)))

    def counted(self, here: Interpreter, allowed: Field, axes: Axes) -> Field:  # noqa: ARG002
        """Of the points at which the hypotheses hold those that count, of some variables."""
        return allowed


def _number(here: Interpreter, mask: Field) -> int:
    """In how many worlds a mask is true somewhere."""
    count = here.tables.sample.count
    data = np.broadcast_to(mask.data, (*mask.data.shape[:-1], count))
    return int(data.reshape(-1, count).any(axis=0).sum())


# -- worlds in which integrals diverge ------------------------------------------------------------

_LITTLE, _MUCH = 4.0, 8.0  # what a point adds to an integral: a number, or infinitely much


def _width(far: AbstractSet[Var]) -> float:
    """The width of a point that stands for infinitely many, of so many slots: the square of it for
    each of them, which a density may have in its denominator, is a number still."""
    return float(10.0 ** min(70, 100 // max(1, len(far))))


class _Sums(Fields):
    """Sums that are infinite where what the last point of some variables adds to them is large.

    Where something free is at such a point a sum stays as it is: at each of the points that the
    last one stands for it is finite. `doubtful` are the worlds in which it can't be told, or in
    which there is no such integral: its positive and its negative part are infinite.
    """

    def __init__(self, here: Interpreter, far: frozenset[Var]) -> None:
        super().__init__(here.arithmetic, here.fields.buffers)
        self._alphabets = here.alphabets
        self._far = far
        self._huge = _width(far) ** 0.5  # what may be the rounding of a 0, times the width
        self.doubtful = np.zeros(here.tables.sample.count, dtype=bool)

    def total(self, field: Field, variables: Iterable[Var]) -> Field:
        gone = frozenset(variables)
        bound = tuple(v for v in field.axes if v in gone)
        kept = tuple(v for v in field.axes if v not in gone)
        places = tuple(field.axes.index(v) for v in bound)
        near = ~spread(self.at_far(kept), kept)
        terms = np.where(spread(self.at_far(bound), field.axes), field.data, 0.0)
        up, down = ((side * terms >= _MUCH).any(axis=places) & near for side in (1, -1))
        size = np.abs(terms)
        much = (size >= _MUCH) & ((size < self._huge) | np.isinf(size))
        unclear = ((size > _LITTLE) & ~much).any(axis=places)
        most, least = (extreme(field.data, axis=places) for extreme in (np.max, np.min))
        neither = ((most == np.inf) | up) & ((least == -np.inf) | down)
        doubtful = (unclear & near) | neither
        self.doubtful |= doubtful.reshape(-1, doubtful.shape[-1]).any(axis=0)
        whole = super().total(field, gone)
        data = whole.data + np.where(up, np.inf, 0.0) - np.where(down, np.inf, 0.0)
        return Field(whole.axes, data, True)

    def multiply(self, left: Field, right: Field) -> Field:
        """A product; where it is too small for a number it can't be told what is in the world."""
        made = super().multiply(left, right)
        parts = (spread(left, made.axes) != 0) & (spread(right, made.axes) != 0)
        lost = (made.data == 0) & parts
        self.doubtful |= lost.reshape(-1, lost.shape[-1]).any(axis=0)
        return made

    def at_far(self, axes: Axes) -> Field:
        """Where one of some variables is at its last point, of those that have such."""
        mask = Field((), np.zeros(1, dtype=bool))
        for variable in axes:
            if self._alphabets.slot(variable) in self._far:
                size = self._alphabets.size(variable)
                last = Field((variable,), (np.arange(size) == size - 1)[:, None])
                mask = self.compare(np.logical_or, mask, last)
        return mask


def _log(data: Data, out: Data | None = None) -> Data:
    """The logarithm, where what is infinite isn't an overflow."""
    made: Data = np.log(data, out=out)
    np.copyto(made, np.nan, where=np.isneginf(made))
    return made


_ARITHMETIC = replace(FLOAT, log=cast(np.ufunc, _log))


class _Diverging(Interpreter):
    """The meaning of terms where the last point of some slots stands for infinitely many."""

    def __init__(self, source: Source, sample: Sample, far: frozenset[Var]) -> None:
        super().__init__(sample, _ARITHMETIC, source.setting.indices, source.solutions)
        self.sums = self.fields = _Sums(self, far)

    def integrate(self, field: Field, bound: Tuple) -> Field:
        variables = axes_of(bound)
        whole = self.alphabets.weighed(self.alphabets.full(field, variables), variables)
        return self.fields.total(whole, variables)


def diverging(source: Source, count: int) -> Iterator[_Diverging]:
    """Admitted worlds in which integrals over the alphabet of a slot may be infinite."""
    zeros = source.model.support is not None
    shape = next(source.shapes((2,), count, tiny=True, stepped=True, zeros=zeros))
    for place, space in enumerate(dict.fromkeys(map(shape.space, source.slots))):
        far = frozenset(slot for slot in source.slots if shape.space(slot) == space)
        random = source.random(place)
        sample = _stretched(Drawing(source.model, shape, random).sample(), far, random)
        here = _Diverging(source, sample, far)
        with np.errstate(all="ignore"):
            good = conjunction([admissible(here), somewhere(at_the_point(here, ()))], here)
        good_ = np.flatnonzero(np.broadcast_to(good.data, (count,)) & ~here.sums.doubtful)
        if len(good_):
            yield _Diverging(source, sample.take(good_), far)


def _stretched(sample: Sample, far: frozenset[Var], random: Generator) -> Sample:
    """A sample with the last point of some slots very wide, or as it was; with so much less of a
    density there that it has mass left or, where no zeros make that all that is left somewhere,
    next to none; with large values of functions there, or none."""
    draws: dict[Key, Draw] = {}
    width = _width(far)
    tables = (d.top > 0 for key, d in sample.draws.items() if key[0] == "table")
    rows = [np.ones((1, sample.count), dtype=bool), *(t.reshape(-1, sample.count) for t in tables)]
    positive = np.concatenate(rows).all(axis=0)
    wide = random.integers(0, 2, sample.count)
    for slot in far:
        known = sample.draws.get(
            ("width", slot), Draw((slot,), np.ones((2, sample.count), dtype=np.int64), 1)
        )
        draws["width", slot] = _scaled(known, {slot}, width ** (1.0 * wide))
    for key, draw in sample.draws.items():
        if key[0] == "table":
            little = wide + positive * (random.integers(0, 3, sample.count) // 2)
            draws[key] = _scaled(draw, far.intersection(key[2]), width ** (-1.0 * little))
        elif key[0] == "function" and key[2] == "offset":
            large = random.choice([-1, 0, 1], sample.count) * float(np.log(width))
            draws[key] = _scaled(draw, far.intersection(draw.axes), large)
    return sample.with_draws(draws)


def _scaled(draw: Draw, slots: AbstractSet[Var], factor: NDArray[Any]) -> Draw:
    """A draw times a factor for each of its slots that is at its last point."""
    top: NDArray[Any] = draw.top.astype(np.float64)
    for slot in slots:
        last = (slice(None),) * draw.axes.index(slot) + (-1,)
        top[last] *= factor
    return draw._replace(top=top)


class Divergence(Trial):
    """The worlds of one model in which integrals diverge."""

    def worlds(self, horizon: SampledHorizon) -> Iterator[Interpreter]:
        """Those of the first horizon: as good as any for what isn't finite."""
        if horizon is next(iter(self.sampled.at_horizons(()))):
            yield from diverging(horizon.source, self._count)

    def _judged(self, here: Interpreter, horizon: SampledHorizon, made: Made) -> Found:
        assert isinstance(here, _Diverging)
        here.forget()
        here.sums.doubtful[:] = False
        return super()._judged(here, horizon, made)

    def met(self, here: Interpreter, unroller: Unroller, condition: Where | Each) -> Field:
        """Each time anew: it says too in which worlds it can't be told."""
        return _met(here, unroller, condition)

    def counted(self, here: Interpreter, allowed: Field, axes: Axes) -> Field:
        assert isinstance(here, _Diverging)
        told = Field((), ~here.sums.doubtful)
        far = here.sums.at_far(ordered((*allowed.axes, *axes)))
        return here.fields.compare(np.greater, conjunction([allowed, told], here), far)


# -- all of them ----------------------------------------------------------------------------------


def tried(
    records: Iterable[Record], worlds: int, most: int | None = None
) -> Iterator[tuple[Made, Found, Found]]:
    """Theorems of some files, at most so many of each and these from all over it, in so many of
    their worlds of each kind: those of finite tables, and those in which integrals diverge."""
    for record in records:
        every = [*record.made]
        step = max(1, -(-len(every) // (most or len(every) or 1)))
        trials = Trial(record, worlds), Divergence(record, worlds)
        for made in every[::step]:
            finite, infinite = (trial.find(made) for trial in trials)
            yield made, finite, infinite


def false(
    records: Iterable[Record], worlds: int = WORLDS, most: int | None = THEOREMS
) -> tuple[int, list[Made]]:
    """How many theorems hold in some world and fail in none, and those that fail."""
    held, failing = 0, []
    for made, *found in tried(records, worlds, most):
        if any(each.failing for each in found):
            failing.append(made)
        else:
            held += any(each.worlds for each in found)
    return held, failing


def main(files: Sequence[str]) -> int:
    """All theorems of some files, or of all that ships and of the corpus: 1 where one fails."""
    folders = (Path("derivations"), Path("tests/corpus/true"), Path("tests/corpus/wrong"))
    every = [*map(Path, files)] or [f for each in folders for f in sorted(each.rglob("*.yaml"))]
    sums = [0, 0, 0]
    for file in every:
        records = made_by(file)
        number = sum(len(record.made) for record in records)
        held, failing = false(records, ALL_WORLDS, None)
        print(f"{file}: {number} theorems, {held} hold in worlds, {len(failing)} fail", flush=True)
        for made in failing:
            said = made.statement
            print(f"  {said.left} {said.relation} {said.right}\n  if {[*made.hypotheses]}")
        sums = [a + b for a, b in zip(sums, (number, held, len(failing)), strict=True)]
    print("{} theorems, {} hold in worlds, {} fail".format(*sums))
    return int(sums[-1] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
