"""A search in more worlds than a report looks at of itself, and the reports of its parts joined.

Worlds are drawn in batches, each from a seed of its own. What a search comes to doesn't depend on
how it is parted: of each step the batches are looked at up to the first in which it fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from verifier.outcome.figures import Numeric
from verifier.outcome.report import DerivationReport, StepReport

_BATCH = 4096  # worlds, as a report has them of itself; fewer where a horizon has room for fewer
_LEAST = 64  # batches of a part: what is proved is proved again for each
_PARTS = 256


@dataclass(frozen=True, slots=True)
class Search:
    """In how many worlds each statement is to be looked at, and the seed they are drawn from.
    `part`: (i, n) for the i-th of n parts of the batches, counted from 0."""

    worlds: int
    seed: int = 0
    part: tuple[int, int] = (0, 1)

    @property
    def batches(self) -> int:
        """How many batches the whole search has."""
        return -(-self.worlds // _BATCH)

    @property
    def seeds(self) -> range:
        """One for each batch of this part; none is that of the worlds of every report, or of a
        search from another seed."""
        first, after = (self.batches * i // self.part[1] for i in (self.part[0], self.part[0] + 1))
        start = (self.seed << 64) + 1
        return range(start + first, start + after)

    def parts(self) -> Iterator[Search]:
        """The same in parts that are worth a worker each."""
        count = max(1, min(_PARTS, self.batches // _LEAST))
        return (replace(self, part=(i, count)) for i in range(count))


def joined(reports: Sequence[DerivationReport]) -> DerivationReport:
    """The report of a search, of those of its parts in their order."""
    return reduce(_both, reports)


def _both(first: DerivationReport, second: DerivationReport) -> DerivationReport:
    if first.internal or first.error is not None:
        return first
    if second.internal or second.error is not None:
        return second
    steps = tuple(map(_step, first.steps, second.steps))
    return replace(first, steps=steps, numeric=over_all(first.numeric, steps))


def _step(first: StepReport, second: StepReport) -> StepReport:
    """Of a step that failed in the part before, that stands."""
    if second.numeric is None or (first.numeric is not None and not first.numeric.agrees):
        return first
    said = first if second.numeric.agrees else second
    return replace(said, numeric=plus(first, second.numeric))


def plus(step: StepReport, more: Numeric) -> Numeric:
    """The figure of a step and of more worlds; its gaps are spread as they were before."""
    known = step.numeric
    if known is None:
        return more
    agrees = known.agrees and more.agrees
    worst = (max if is_equality(step) else min)(known.worst, more.worst)
    return Numeric(known.samples + more.samples, agrees, worst, known.gaps if agrees else None)


def over_all(known: Numeric | None, steps: Sequence[StepReport]) -> Numeric | None:
    """The figure of a file, of what it was and what its steps have come to."""
    figures = [] if known is None else [known]
    for step in steps:
        if step.numeric is not None:
            worst = step.numeric.worst
            figures.append(
                replace(step.numeric, worst=worst if is_equality(step) else max(0.0, -worst))
            )
    if not figures:
        return None
    return Numeric(
        max(figure.samples for figure in figures),
        all(figure.agrees for figure in figures),
        max(figure.worst for figure in figures),
    )


def is_equality(step: StepReport) -> bool:
    return (step.judged or step.relation) == "="
