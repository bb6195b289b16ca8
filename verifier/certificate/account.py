"""What a certificate is of: a derivation as its statements, each a term of the kernel, with what is
written. Made of a checked file; a statement that is false may stand in it, and is refused by the
prover."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sympy import Expr

from verifier.kernel.model import Model
from verifier.kernel.terms import Statement


@dataclass(frozen=True)
class Premise:
    """A statement that a step starts from: what came of these steps, one after the other."""

    statement: Statement
    steps: tuple[int, ...]


@dataclass(frozen=True)
class Hint:
    """An instance of an inequality that a step rests on: its weights and what is averaged."""

    rule: str
    part: Expr | None
    instance: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True)
class Between:
    """A statement on the way of a step, where these weights are not 0. `known`: it is one that the
    step starts from."""

    statement: Statement
    weights: tuple[Expr, ...] = ()
    known: bool = False


@dataclass(frozen=True)
class Step:
    """A step: its statement, and what it is called. `between`: the statements that it goes through,
    each shown by those before, the last of them its own."""

    number: int
    statement: Statement
    said: str
    text: str  # as written
    rules: tuple[str, ...]
    premises: tuple[Premise, ...] = ()
    hints: tuple[Hint, ...] = ()
    facts: tuple[int, ...] = ()  # the lines of `assume` that it leans on, by their numbers
    between: Callable[[], tuple[Between, ...]] = field(default=tuple, compare=False)


@dataclass(frozen=True)
class Account:
    """A derivation."""

    file: str
    title: str
    digest: str
    model: Model
    steps: tuple[Step, ...]
    claim: Statement
    claimed: str  # as written
    reached: Premise | None  # what the last chain came to
    start: Expr | None = None
    started: str = ""  # as written

    def claiming(self, number: int) -> Account:
        """The same with the statement of one step, or its claim (0), as all that is stated: under
        what is declared, with nothing to start from. Raises StopIteration for a step that has none.
        """
        facts = tuple(range(1, len(self.model.facts) + 1))
        step = Step(1, self.claim, "the claim", self.claimed, (), facts=facts)
        if number:
            found = next(s for s in self.steps if s.number == number)
            step = replace(found, number=1, premises=())
        return replace(
            self,
            steps=(step,),
            claim=step.statement,
            claimed=step.text,
            reached=Premise(step.statement, (1,)),
            start=None,
        )
