"""What a move owes, and below which weights it is made.

A move is what a rule, or arithmetic, makes of a part at work. What it owes, and the facts and
declarations that it leans on, goes to the frame of the normal form at work (`framed`), and from
there to the theorem that it is made for.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sympy import Expr

from verifier.kernel.definedness import Each, Kind, Where, is_opened, rebound, weights_in, where
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.ratios import RationalFunctions
from verifier.kernel.equality.sites import Parts, Site
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.theorem import Hypothesis, Sides


class SideConditions(RationalFunctions):
    """What moves are made with. `weights` are the laws and densities around the part at work. With
    `support` a weight that cancels leaves a mark, which is taken off, and owed, where its variable
    is bound; `keeping`: it stays."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.store, context.budget)
        self.context = context
        self.model = context.model
        self.frame: set[Hypothesis] = set()
        self.weights: tuple[Expr, ...] = ()
        self.marks = context.store.marks
        self.keeping = False

    @abstractmethod
    def normal(self, term: Expr) -> Polynomial:
        """The normal form of a term."""

    @abstractmethod
    def ask(self, site: Site[*Parts], *parts: *Parts) -> Polynomial | None:
        """What the first rule that acts at this site makes of it; None when none does."""

    def beside(self, others: Iterable[Expr], term: Expr) -> Polynomial:
        """The normal form of a factor, weighed by the densities among the others."""
        if not self.marks:
            return self.normal(term)
        with self.weighed(w for other in others for w in weights_in(other) if is_opened(w)):
            return self.normal(term)

    # -- what is owed -----------------------------------------------------------------------------

    @contextmanager
    def framed(self) -> Iterator[set[Hypothesis]]:
        """Collects what is owed inside, apart from what is owed around."""
        around, self.frame = self.frame, set()
        try:
            yield self.frame
        finally:
            self.frame = around

    @contextmanager
    def keep(self, keeping: bool) -> Iterator[None]:
        """Work with the marks of what is bound kept, or taken off."""
        around, self.keeping = self.keeping, keeping
        try:
            yield
        finally:
            self.keeping = around

    @contextmanager
    def weighed(self, weights: Iterable[Expr]) -> Iterator[None]:
        """Work below laws and densities, which weigh what is owed inside."""
        around = self.weights
        if self.marks:
            self.weights = tuple(dict.fromkeys((*around, *weights)))
        try:
            yield
        finally:
            self.weights = around

    def splits(self) -> None:
        """What is at work adds, splits or moves terms: where one is infinite it may read infinity
        minus infinity."""
        self.frame.add(Sides.FINITE)

    def merges(self) -> None:
        """What is at work makes one integral of two, whose order may then be another."""
        self.frame |= {Sides.FINITE, Sides.INTEGRABLE}

    def owe(self, kind: Kind, part: Expr, weights: Iterable[Expr] = ()) -> None:
        """What is at work holds only where a part is positive, not 0 or finite."""
        self.frame.add(where(kind, part, (*weights, *self.weights)))

    def lean(self, *hypotheses: Hypothesis) -> None:
        """What is at work rests on these: conditions get under the binders around."""
        for item in hypotheses:
            is_condition = isinstance(item, Where | Each)
            self.frame.add(rebound(item, self.weights) if is_condition else item)


Answer = TypeVar("Answer", bound=Callable[..., Any])


def kept(question: Answer) -> Answer:
    """A question about atoms of a store, answered once: beside them and the order of ends the
    answer depends on nothing, and owes nothing."""

    def asked(nf: SideConditions, *about: Any) -> Any:
        key = (question, nf.model.order, *about)
        if key not in nf.store.known:
            nf.store.known[key] = question(nf, *about)
        return nf.store.known[key]

    return asked  # type: ignore[return-value]
