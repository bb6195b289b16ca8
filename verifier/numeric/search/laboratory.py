"""The numeric second opinion: sampled worlds, checks of statements on them, counterexamples.

What is said at every horizon is looked at on benches, one for each of a few horizons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from math import ceil

import numpy as np
from numpy.typing import NDArray
from sympy import Basic, Symbol

from verifier.kernel.model import Model
from verifier.kernel.terms import Statement
from verifier.numeric.meaning.judging import Premises
from verifier.numeric.meaning.relations import TOLERANCE
from verifier.numeric.numbers.arrays import Buffers, UnsupportedError
from verifier.numeric.search.batches import WORLDS, Setting
from verifier.numeric.search.bench import Bench, Figure
from verifier.numeric.search.given import Outcome, refused
from verifier.numeric.worlds.draws import slots_of
from verifier.numeric.worlds.horizons import Horizon, beyond, horizons, symbols_of, symbols_of_model
from verifier.numeric.worlds.unroll import Unroller
from verifier.numeric.worlds.unroll_model import is_plain_model, sequences, unrolled_model
from verifier.outcome import Counterexample, Histogram, Numeric

_BARS = 24  # of a histogram of gaps
_WIDTHS = tuple(step * 10.0**power for power in range(-4, 3) for step in (1, 2, 5))
_SHOWN = 0.98  # of the gaps have a bar of their own; the last holds the others
_MANY = 10  # variables: horizons beyond the first that have more of them are left out
_MANY_AT_A_GLANCE = 12  # in those beyond them, whose worlds are small and few

Seek = Callable[[Bench, Statement, Premises], Counterexample | None]


class Laboratory:
    """Samples worlds of a model and holds statements against them. Building it costs nothing.

    `spend` is told the work done, in points (worlds times cells), and may raise to stop.
    """

    def __init__(
        self, model: Model, spend: Callable[[int], None] = lambda _: None, seed: int = 0
    ) -> None:
        self.model = model
        self._spend = spend
        self._seed = seed
        self._buffers = Buffers()
        self._made: dict[frozenset[Symbol], tuple[Bench, ...]] = {}

    # -- horizons ---------------------------------------------------------------------------------

    @cached_property
    def _symbols(self) -> frozenset[Symbol]:
        return symbols_of_model(self.model)

    @cached_property
    def _sequences(self) -> frozenset[str]:
        return frozenset() if is_plain_model(self.model) else sequences(self.model)

    def _indices(self, statements: Sequence[Statement]) -> frozenset[Symbol]:
        """The symbols that are indices in the model or in one of the statements."""
        sides = (side for statement in statements for side in (statement.left, statement.right))
        return self._symbols.union(*(symbols_of(side) for side in sides))

    def benches(self, terms: Iterable[Basic]) -> tuple[Bench, ...]:
        """The worlds of terms, at each horizon; none where they mean nothing at any."""
        return self._supported(self._symbols.union(*map(symbols_of, terms)))

    def _benches(self, indices: frozenset[Symbol]) -> tuple[Bench, ...]:
        """A bench for each horizon, the smallest first. Raises `UnsupportedError` for no meaning at
        any; none where no horizon meets what is declared."""
        if indices not in self._made:
            self._made[indices] = tuple(self._set_up(horizons(self.model, indices)))
        return self._made[indices]

    def _set_up(self, values: Sequence[Horizon]) -> Iterator[Bench]:
        places = list(self._models(values))
        worlds = ceil(WORLDS / len(places)) if places else 0
        for horizon, unroller, model in places:
            yield self._bench(horizon, unroller, model, worlds)
        far = beyond(self.model, frozenset(places[0][0]), values) if places else []
        for horizon, unroller, model in self._models(far) if far else ():
            if len(slots_of(model)) <= _MANY_AT_A_GLANCE:
                yield self._bench(horizon, unroller, model, 0)

    def _bench(self, horizon: Horizon, unroller: Unroller, model: Model, worlds: int) -> Bench:
        named = {symbol.name: value for symbol, value in horizon.items()}
        setting = Setting(named, self._sequences, worlds)
        return Bench(model, unroller, self._spend, self._seed, setting, self._buffers)

    def _models(self, values: Sequence[Horizon]) -> Iterator[tuple[Horizon, Unroller, Model]]:
        """The model at each horizon at which it means something, but for larger ones."""
        trouble: UnsupportedError | None = None
        found = 0
        for horizon in values:
            unroller = Unroller(horizon)
            try:
                model = self._at(horizon, unroller)
                if found and len(slots_of(model)) > _MANY:
                    continue
            except UnsupportedError as error:
                trouble = error
                continue
            found += 1
            yield horizon, unroller, model
        if trouble is not None and not found:
            raise trouble

    def _at(self, horizon: Horizon, unroller: Unroller) -> Model:
        if not horizon and is_plain_model(self.model):
            return self.model
        return unrolled_model(self.model, horizon, unroller)

    # -- checks -----------------------------------------------------------------------------------

    def check(
        self,
        statements: Sequence[Statement],
        premises: Sequence[Premises] | None = None,
    ) -> list[Numeric | None]:
        """Each statement on all worlds of all horizons, at every value of its free variables.

        `premises[i]` are statements that statement i rests on: worlds where one of them fails
        don't count. None for a statement that could not be sampled.
        """
        given = premises if premises is not None else [()] * len(statements)
        pairs = [(s, tuple(g)) for s, g in zip(statements, given, strict=True)]
        indices = [self._indices((s, *g)) for s, g in pairs]
        figures: list[list[Figure]] = [[] for _ in pairs]
        for chosen in dict.fromkeys(indices):
            here = [i for i, own in enumerate(indices) if own == chosen]
            for bench in self._supported(chosen):
                for i in here:
                    figures[i] += _figure(bench, *pairs[i])
        return [_numeric(s, found) for (s, _), found in zip(pairs, figures, strict=True)]

    def _supported(self, indices: frozenset[Symbol]) -> tuple[Bench, ...]:
        """The benches, none where there is no meaning at any horizon."""
        try:
            return self._benches(indices)
        except UnsupportedError:
            return ()

    def probe(self, statement: Statement, premises: Premises = ()) -> bool:
        """Whether a statement holds in a few worlds, at every horizon: a cheap first look."""
        found = []
        for bench in self._supported(self._indices((statement, *premises))):
            try:
                found.append(bench.probe(statement, tuple(premises)))
            except UnsupportedError:
                continue
            if not found[-1]:
                return False
        return bool(found)

    def holds(self, statement: Statement, premises: Premises = ()) -> bool | None:
        """Whether `check` agrees, told at the first world that breaks the statement; None where it
        could not be sampled."""
        met = None
        for bench in self._supported(self._indices((statement, *premises))):
            try:
                found = bench.holds(statement, tuple(premises))
            except UnsupportedError:
                continue
            if found is False:
                return False
            met = found or met
        return met

    # -- counterexamples --------------------------------------------------------------------------

    def refute(self, statement: Statement, premises: Premises = ()) -> Counterexample | None:
        """A world that breaks the statement while its premises hold, confirmed exactly.

        Looks at the smallest horizons first, and there at 2 by 2 tables. None when the search,
        which is bounded, finds none.
        """
        return self._first(Bench.refute, statement, premises)

    def among_its_own(self, statement: Statement, premises: Premises = ()) -> Counterexample | None:
        """One of the worlds of `check` that breaks the statement, confirmed exactly."""
        return self._first(Bench.among_its_own, statement, premises)

    def failure(self, statement: Statement) -> Counterexample | None:
        """A world in which a statement fails: false there, or without meaning under a binder."""
        return self._first(Bench.failure, statement, ())

    def confirm(self, statement: Statement, premises: Premises = ()) -> Counterexample | None:
        """A contradiction that `check` found, confirmed exactly: simple worlds, then its own."""
        return self.refute(statement, premises) or self.among_its_own(statement, premises)

    def _first(self, seek: Seek, statement: Statement, premises: Premises) -> Counterexample | None:
        for bench in self._supported(self._indices((statement, *premises))):
            try:
                found = seek(bench, statement, tuple(premises))
            except UnsupportedError:
                continue
            if found is not None:
                return found
        return None

    def replayed(self, statement: Statement, premises: Premises, given: Counterexample) -> Outcome:
        """A given world held against a statement at the horizon that it names.

        Raises DiagnosticError for one that doesn't fit, `UnsupportedError` where there is no
        telling.
        """
        values = dict(given.parameters)
        benches = self._benches(self._indices((statement, *premises)))
        for bench in benches:
            if all(values.get(name) == str(value) for name, value in bench.indices.items()):
                return bench.replayed(statement, tuple(premises), given)
        for name in (name for bench in benches[:1] for name in bench.indices):
            if name not in values:
                raise refused("world-lacks", name=name)
        names = sorted({name for bench in benches for name in bench.indices})
        horizon = ", ".join(f"{name} = {values[name]}" for name in names)
        raise refused("world-horizon", horizon=horizon)

    # -- the assumptions --------------------------------------------------------------------------

    def witness(self) -> bool | None:
        """Whether an exact world that meets the model's assumptions is found, at some horizon.

        None where none is small enough to be evaluated, at any of them.
        """
        told: bool | None = None
        for bench in self._supported(self._symbols):
            try:
                if bench.witness():
                    return True
                told = False
            except UnsupportedError:
                continue
        return told


def _figure(bench: Bench, statement: Statement, premises: Premises) -> list[Figure]:
    try:
        return [bench.check(statement, premises)]
    except UnsupportedError:
        return []


def _numeric(statement: Statement, figures: Sequence[Figure]) -> Numeric | None:
    """One figure for all horizons."""
    samples = sum(figure.samples for figure in figures)
    if samples == 0:
        return None
    worst = min(figure.worst for figure in figures)
    if statement.relation == "=":
        return Numeric(samples, -worst <= TOLERANCE, abs(worst))
    margins = np.concatenate([figure.margins for figure in figures])
    return Numeric(samples, worst >= -TOLERANCE, worst, _histogram(margins))


def _histogram(margins: NDArray[np.float64]) -> Histogram | None:
    """How the gaps of an inequality are spread; None where it is violated. The last bar holds what
    lies beyond. What rounding may shift never stands at an edge."""
    if margins.min() < -TOLERANCE:
        return None
    most = float(np.quantile(margins, _SHOWN))
    width = next((w for w in _WIDTHS if most <= _BARS * w), _WIDTHS[-1])
    places = np.floor((margins + TOLERANCE) / width).astype(int).clip(0, _BARS - 1)
    return Histogram(width, tuple(map(int, np.bincount(places, minlength=_BARS))))
