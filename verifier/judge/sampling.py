"""The second opinion on a file: its steps and whole chains on sampled worlds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from verifier.kernel.budget import Budget, OutOfWork
from verifier.kernel.model import Model
from verifier.kernel.terms import Statement
from verifier.numeric.numbers.arrays import UnsupportedError
from verifier.numeric.search.contradiction import contradiction
from verifier.numeric.search.figures import Figure
from verifier.numeric.search.sampled_model import SampledModel
from verifier.outcome import Counterexample, Diagnostic, Numeric

if TYPE_CHECKING:
    from verifier.numeric.search.given_world import Outcome

MAX_GIVEN_UP = 3  # statements that are too much to sample, before a file's others are left too
POINTS_PER_UNIT = 1024  # worlds times cells that cost about what a unit of kernel work does


@dataclass(frozen=True)
class Conjecture:
    """A statement to sample: the step that it belongs to, and premises that worlds must meet."""

    step: int
    statement: Statement
    premises: tuple[Statement, ...] = ()


class SecondOpinion:
    """The sampled worlds of one file, on the counter that the kernel's work runs through.

    Each question has the whole budget; out of it there is no opinion.
    """

    def __init__(self, model: Model, budget: Budget, seed: int = 0) -> None:
        self._model = model
        self.seed = seed
        self._budget = budget
        self.spend = partial(_spend, budget)  # by itself: worlds go with this, no collector asked
        self._refuted: dict[Conjecture, Counterexample | None] = {}
        self._figures: dict[Conjecture, Numeric | None] = {}
        self._probable: dict[Conjecture, bool] = {}
        self._unfinished: Counter[Conjecture] = Counter()
        self.ran_out = False  # of work for a question

    @cached_property
    def _sampled(self) -> SampledModel:
        return SampledModel(self._model, self.spend, self.seed)

    def forget(self) -> None:
        """Let go of the worlds, which are drawn again when they are asked for."""
        vars(self).pop("_sampled", None)
        self._probable.clear()

    def refill(self) -> None:
        """Start on another question."""
        self._budget.refill()

    def refute(self, conjecture: Conjecture) -> Counterexample | None:
        """A counterexample, confirmed in exact or ball arithmetic, in which the premises hold: a
        simple one that is searched for, else one of the worlds that every step is checked on."""
        if conjecture not in self._refuted:
            self._refuted[conjecture] = self._found(conjecture)
        return self._refuted[conjecture]

    def _found(self, conjecture: Conjecture) -> Counterexample | None:
        for seek in (self._sampled.refute, self._sampled.among_its_own):
            self.refill()
            try:
                found = seek(conjecture.statement, conjecture.premises)
            except OutOfWork:
                spent = self._budget.units - max(self._budget.left, 0)
                self._unfinished[conjecture] += spent * POINTS_PER_UNIT
                continue
            if found is not None:
                return found
        return None

    def spent_on(self, conjecture: Conjecture) -> int:
        """How many values a search for a counterexample has worked out that was ended for that."""
        return self._unfinished[conjecture]

    @property
    def most(self) -> int:
        """The values that may be worked out for one question."""
        return self._budget.units * POINTS_PER_UNIT

    def replayed(self, conjecture: Conjecture, given: Counterexample) -> Outcome:
        """What becomes of a given world. Raises DiagnosticError for one that doesn't fit."""
        from verifier.numeric.search.given_world import Outcome, refused

        self.refill()
        try:
            return self._sampled.replayed(conjecture.statement, conjecture.premises, given)
        except OutOfWork:
            return Outcome("world-undecided")
        except UnsupportedError as error:
            raise refused("world-not-sampled", reason=str(error)) from error

    def figures(self, conjectures: Sequence[Conjecture]) -> list[Numeric | None]:
        """What sampling says of each statement. Each has the whole budget; where some have spent
        it, those behind them are left too."""
        asked = [replace(conjecture, step=0) for conjecture in conjectures]
        new = [each for each in dict.fromkeys(asked) if each not in self._figures]
        left, spent = [self._budget.units] * len(new), set[int]()

        def is_left_out(place: int) -> bool:
            first = sorted(spent)[:MAX_GIVEN_UP]
            return place in first or (len(first) == MAX_GIVEN_UP and place > first[-1])

        def turn(place: int, ask: Callable[[], list[Figure]]) -> list[Figure]:
            self._budget.left = left[place]
            try:
                return [] if is_left_out(place) else ask()
            except OutOfWork:
                spent.add(place)
                self.ran_out = True
                return []
            finally:
                left[place] = self._budget.left

        statements, premises = [each.statement for each in new], [each.premises for each in new]
        found = self._sampled.check(statements, premises, turn) if new else []
        for place, figure in enumerate(found):
            if not is_left_out(place):
                self._figures[new[place]] = figure
        return [self._figures.get(each) for each in asked]

    def holds(self, conjecture: Conjecture) -> bool | None:
        """Whether a statement holds in all worlds sampled; None where it was sampled in none."""
        try:
            return self._sampled.holds(conjecture.statement, conjecture.premises)
        except OutOfWork:
            return None

    def probable(self, conjecture: Conjecture) -> bool:
        """Whether a statement holds in a few worlds, where it is defined. Raises OutOfWork: it has
        what is left."""
        asked = replace(conjecture, step=0)
        if asked not in self._probable:
            probe = self._sampled.probe(asked.statement, asked.premises)
            self._probable[asked] = probe
        return self._probable[asked]

    def may_hold(self, premises: tuple[Statement, ...]) -> Callable[[Statement], bool]:
        """The same of statements on the way to one, which rests on premises."""
        return lambda said: self.probable(Conjecture(0, said, premises))

    def flaw(self, figure: Numeric | None) -> Diagnostic | None:
        """Why nothing may be said of a file whose steps came to a figure: its assumptions
        contradict one another, no world was found that meets them, or nothing was evaluated."""
        self.refill()
        facts = contradiction(self._model)
        if facts:
            return Diagnostic("vacuous", None, {"facts": facts})
        try:
            witness = self._sampled.witness()
        except OutOfWork:
            witness, self.ran_out = None, True
        if witness is False:
            return Diagnostic("no-world")
        if witness is None or figure is None:
            what = "world" if witness is None else "step"
            return Diagnostic("unsampled", None, {"what": what, "spent": self.ran_out * self.most})
        return None


def _spend(budget: Budget, points: int) -> None:
    """Count what is sampled. Raises OutOfWork."""
    budget.spend(points // POINTS_PER_UNIT)


def summary(conjectures: Sequence[Conjecture], found: Sequence[Numeric | None]) -> Numeric | None:
    """One figure for a file: the largest residual, or violation of an inequality."""
    figures = [(c, n) for c, n in zip(conjectures, found, strict=True) if n is not None]
    if not figures:
        return None
    return Numeric(
        samples=max(n.samples for _, n in figures),
        agrees=all(n.agrees for _, n in figures),
        worst=max(
            n.worst if c.statement.relation == "=" else max(0.0, -n.worst) for c, n in figures
        ),
    )
