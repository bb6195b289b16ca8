"""What the steps of a file are checked with, whichever steps they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from verifier.derivation.derivation import Derivation
from verifier.elaborate.model import Declarations
from verifier.elaborate.record import IllFormed
from verifier.formula.lexer import FormulaError
from verifier.formula.written import Statement as WrittenStatement
from verifier.formula.written import Written
from verifier.judge.lines import RELATIONS, line_of
from verifier.judge.reached import Reached
from verifier.judge.sampling import SecondOpinion
from verifier.kernel.budget import Budget
from verifier.kernel.definedness import Conditions, binders
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.store import Store
from verifier.outcome import Diagnostic

STEP_BUDGET = 60_000  # units of kernel work for one question about a step
STEP_WORK = 180_000  # for all questions about it
SEARCH_WORK = 540_000  # where its rules are to be found, too
MOST_STEPS = 1500  # of a file that are judged


@contextmanager
def within(budget: Budget, most: int) -> Iterator[None]:
    """All that is asked meanwhile has so much work together, whatever each question has."""
    kept = max(budget.rest - max(most, 0), 0)
    budget.rest -= kept
    try:
        yield
    finally:
        budget.rest += kept


@dataclass(frozen=True)
class Used:
    """What a file uses of others: their statements by the names that `using` has for them, or why
    one can't be used; the files that these are in, by name; all that it rests on by their digests,
    itself among them."""

    statements: Mapping[str, Reached | Diagnostic | None] = field(default_factory=dict)
    environments: Mapping[str, Environment] = field(default_factory=dict)
    rests_on: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Environment:
    """What a file declares, claims, starts from and uses, and who is asked about it.

    It never changes, so any number of runs share it: the answers to a worksheet are checked in
    that of their derivation. Shared on purpose are the counter of work and what the kernel's
    `context` and the `second` opinion remember of questions asked before.
    """

    derivation: Derivation
    declared: Declarations
    claim: WrittenStatement
    start: Written | None
    used: Used
    context: Context
    second: SecondOpinion
    explains: bool  # what is wrong: of a file that another uses no one reads it
    superfluous: bool = False  # whether rules are looked for that a step could do without
    cases: tuple[Environment, ...] = ()  # the file in its other cases, of which this is the general

    @cached_property
    def written(self) -> Conditions:
        """That each expectation, integral, KL and entropy is finite that the file writes, or that
        the files write which it uses."""
        found: set[Any] = set()
        steps = self.derivation.steps[:MOST_STEPS]
        texts = [(step.formula, step.key not in RELATIONS) for step in steps]
        texts.append((self.derivation.claim, True))
        texts += [(t, False) for t in (self.derivation.start,) if t is not None]
        for text, statement in texts:
            try:
                line = line_of(self.declared, text, statement)
            except (FormulaError, IllFormed):
                continue
            found.update(*(binders(term) for term in line.terms))
        for fact in self.declared.model.facts:
            found |= binders(fact.left) | binders(fact.right)
        return frozenset(found).union(*(other.written for other in self.used.environments.values()))

    def forget(self) -> None:
        """Let go of what was remembered to answer the next question sooner."""
        self.context.store, self.context.unfolded = Store(self.context.store.marks), {}
        self.second.forget()


def environment(
    derivation: Derivation,
    declared: Declarations,
    claim: WrittenStatement,
    start: Written | None,
    used: Used,
    explains: bool,
) -> Environment:
    """A new one, in which nothing has been asked yet."""
    context = Context(declared.model, Budget(STEP_BUDGET))
    second = SecondOpinion(declared.model, context.budget)
    return Environment(derivation, declared, claim, start, used, context, second, explains)
