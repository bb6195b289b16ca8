"""The numeric second opinion: sampled worlds, checks of statements on them, counterexamples.

What is said at every horizon is looked at at a few of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from math import ceil
from typing import TYPE_CHECKING

from sympy import Basic, Symbol

from verifier.kernel.model import Model
from verifier.kernel.terms import Statement
from verifier.numeric.meaning.gaps import Premises
from verifier.numeric.numbers.arrays import Buffers, UnsupportedError
from verifier.numeric.search.batches import WORLDS, Setting
from verifier.numeric.search.figures import Figure, united
from verifier.numeric.search.sampled_horizon import SampledHorizon
from verifier.numeric.worlds.horizons import symbols_of, symbols_of_model
from verifier.numeric.worlds.unroll_model import is_plain_model, sequences
from verifier.numeric.worlds.unrolled import Unrolled, far, near
from verifier.outcome import Counterexample, Numeric

if TYPE_CHECKING:
    from verifier.numeric.search.given_world import Outcome

Turn = Callable[[int, Callable[[], list[Figure]]], list[Figure]]
Seek = Callable[[SampledHorizon, Statement, Premises], Counterexample | None]


class SampledModel:
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
        self._made: dict[frozenset[Symbol], tuple[SampledHorizon, ...]] = {}

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

    def at_horizons(self, terms: Iterable[Basic]) -> tuple[SampledHorizon, ...]:
        """The worlds of terms, at each horizon; none where they mean nothing at any."""
        return self._supported(self._symbols.union(*map(symbols_of, terms)))

    def _at_each(self, indices: frozenset[Symbol]) -> tuple[SampledHorizon, ...]:
        """The worlds at each horizon, the smallest first. Raises `UnsupportedError` for no meaning
        at any; none where no horizon meets what is declared."""
        if indices not in self._made:
            self._made[indices] = tuple(self._sampled(indices))
        return self._made[indices]

    def _sampled(self, indices: frozenset[Symbol]) -> Iterator[SampledHorizon]:
        smallest = near(self.model, indices)
        for unrolled in smallest:
            yield self._at(unrolled, ceil(WORLDS / len(smallest)))
        for unrolled in far(self.model, indices, smallest[0]) if smallest else ():
            yield self._at(unrolled, 0)

    def _at(self, unrolled: Unrolled, worlds: int) -> SampledHorizon:
        indices = {symbol.name: value for symbol, value in unrolled.horizon.items()}
        setting = Setting(indices, self._sequences, worlds)
        return SampledHorizon(unrolled, self._spend, self._seed, setting, self._buffers)

    # -- checks -----------------------------------------------------------------------------------

    def check(
        self,
        statements: Sequence[Statement],
        premises: Sequence[Premises] | None = None,
        turn: Turn = lambda _, ask: ask(),
    ) -> list[Numeric | None]:
        """Each statement on all worlds of all horizons, at every value of its free variables.

        `premises[i]` are statements that statement i rests on: worlds where one of them fails
        don't count. None for a statement that could not be sampled. All are asked at one horizon
        before the next, statement i each time by its `turn`.
        """
        given = premises if premises is not None else [()] * len(statements)
        pairs = [(s, tuple(g)) for s, g in zip(statements, given, strict=True)]
        indices = [self._indices((s, *g)) for s, g in pairs]
        figures: list[list[Figure]] = [[] for _ in pairs]
        for chosen in dict.fromkeys(indices):
            here = [i for i, own in enumerate(indices) if own == chosen]
            for horizon in self._supported(chosen):
                for i in here:
                    figures[i] += turn(i, partial(_figure, horizon, *pairs[i]))
                horizon.rest()
        return [united(s, found) for (s, _), found in zip(pairs, figures, strict=True)]

    def _supported(self, indices: frozenset[Symbol]) -> tuple[SampledHorizon, ...]:
        """The worlds at each horizon; none where there is no meaning at any horizon."""
        try:
            return self._at_each(indices)
        except UnsupportedError:
            return ()

    def probe(self, statement: Statement, premises: Premises = ()) -> bool:
        """Whether a statement holds in a few worlds, at every horizon at which it means something:
        a cheap first look."""
        found = []
        for horizon in self._supported(self._indices((statement, *premises))):
            try:
                found.append(horizon.probe(statement, tuple(premises)))
            except UnsupportedError:
                continue
            if found[-1] is False:
                return False
        return any(found)

    def holds(self, statement: Statement, premises: Premises = ()) -> bool | None:
        """Whether `check` agrees, told at the first world that breaks the statement; None where it
        could not be sampled."""
        met = None
        for horizon in self._supported(self._indices((statement, *premises))):
            try:
                found = horizon.holds(statement, tuple(premises))
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
        return self._first(SampledHorizon.refute, statement, premises)

    def among_its_own(self, statement: Statement, premises: Premises = ()) -> Counterexample | None:
        """One of the worlds of `check` that breaks the statement, confirmed exactly."""
        return self._first(SampledHorizon.among_its_own, statement, premises)

    def failure(self, statement: Statement) -> Counterexample | None:
        """A world in which a statement fails: false there, or without meaning under a binder."""
        return self._first(SampledHorizon.failure, statement, ())

    def confirm(self, statement: Statement, premises: Premises = ()) -> Counterexample | None:
        """A contradiction that `check` found, confirmed exactly: simple worlds, then its own."""
        return self.refute(statement, premises) or self.among_its_own(statement, premises)

    def _first(self, seek: Seek, statement: Statement, premises: Premises) -> Counterexample | None:
        for horizon in self._supported(self._indices((statement, *premises))):
            try:
                found = seek(horizon, statement, tuple(premises))
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
        from verifier.numeric.search.given_world import refused

        values = dict(given.parameters)
        sampled = self._at_each(self._indices((statement, *premises)))
        for horizon in sampled:
            if all(values.get(name) == str(value) for name, value in horizon.indices.items()):
                return horizon.replayed(statement, tuple(premises), given)
        for name in (name for horizon in sampled[:1] for name in horizon.indices):
            if name not in values:
                raise refused("world-lacks", name=name)
        names = sorted({name for horizon in sampled for name in horizon.indices})
        named = ", ".join(f"{name} = {values[name]}" for name in names)
        raise refused("world-horizon", horizon=named)

    # -- the assumptions --------------------------------------------------------------------------

    def witness(self) -> bool | None:
        """Whether an exact world that meets the model's assumptions is found, at some horizon.

        None where none is small enough to be evaluated, at any of them.
        """
        told: bool | None = None
        for horizon in self._supported(self._symbols):
            try:
                if horizon.witness():
                    return True
                told = False
            except UnsupportedError:
                continue
        return told


def _figure(horizon: SampledHorizon, statement: Statement, premises: Premises) -> list[Figure]:
    try:
        return [horizon.check(statement, premises)]
    except UnsupportedError:
        return []
