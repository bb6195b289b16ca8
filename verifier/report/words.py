"""The small phrases that every report shares, and text made safe to show."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from verifier.outcome import (
    DerivationReport,
    Numeric,
    Report,
    StepReport,
    Verdict,
)
from verifier.report.shown import visible as visible

if TYPE_CHECKING:
    from verifier.outcome import GradeReport


def one_line(text: str) -> str:
    """A formula as written, its line breaks and runs of blanks as single blanks."""
    return visible(" ".join(text.split()))


def cells(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, width: int) -> str:
    """The text, followed by blanks up to a width."""
    return text + " " * (width - cells(text))


def figure(step: StepReport) -> str:
    """The numeric figure of a step: an equality has a residual, an inequality a smallest gap."""
    if step.numeric is None:
        return "not sampled"
    name = "residual" if (step.judged or step.relation) == "=" else "gap"
    worst = step.numeric.worst
    if not step.numeric.agrees:
        return f"{name} {number(worst)}, disagrees"
    # Below 0 by rounding alone: a tight inequality, not a broken one.
    return f"{name} {number(max(worst, 0) + 0.0)}"


def standing(step: StepReport) -> str:
    """The verdict on a step, or that it isn't at fault where another is."""
    return step.verdict if step.follows is None else "not at fault"


def number(value: float) -> str:
    """A figure in two digits."""
    return f"{value:.2g}"


def numbers(indices: Iterable[int]) -> str:
    """Step numbers in order, runs of them as ranges: `1, 3-5`."""
    runs: list[list[int]] = []
    for index in sorted(set(indices)):
        if runs and index == runs[-1][-1] + 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def steps_phrase(indices: Sequence[int]) -> str:
    """`step 2`, `steps 1, 3-5`."""
    return f"{'step' if len(set(indices)) == 1 else 'steps'} {numbers(indices)}"


def sampled(numeric: Numeric | None) -> str:
    """What was sampled for a file as a whole."""
    if numeric is None:
        return "nothing sampled"
    agrees = "" if numeric.agrees else "; the numeric check disagrees"
    return f"{numeric.samples} worlds sampled, worst residual {number(numeric.worst)}{agrees}"


def totals(report: DerivationReport) -> str:
    """`5 of 6 steps proved; 4096 worlds sampled, worst residual 3.1e-15`; where fewer steps are at
    fault than aren't proved, how many: `4 of 6 steps proved, 1 fault; ..`."""
    steps = [step for step in report.steps if step.index > 0]
    proved = sum(step.verdict == Verdict.PROVED for step in steps)
    noun = "step" if len(steps) == 1 else "steps"
    faults = "" if report.faults == len(steps) - proved else f", {_faults(report.faults)}"
    return f"{proved} of {len(steps)} {noun} proved{faults}; {sampled(report.numeric)}"


def _faults(count: int) -> str:
    return f"{count} fault{'s' * (count != 1)}"


def marks(report: GradeReport) -> str:
    """`4 of 6 right`, with the points where they aren't as many."""
    even = report.most == len(report.grades)
    worth = "" if even else f", {report.points} of {report.most} points"
    return f"{report.right} of {len(report.grades)} right{worth}"


def mutants(counts: Sequence[int], accepted: int) -> str:
    """`80 mutants: 20 ill-formed, 50 refuted by the worlds, ..; 0 false and accepted`. `counts`: of
    all, ill-formed, refuted, refused by the kernel, still true, undecided, unseen."""
    total, ill, refuted, refused, true, undecided, unseen = counts
    share = f" ({100 * refuted / (refuted + undecided):.1f} %)" if refuted else ""
    return (
        f"{total} mutants: {ill} ill-formed, {refuted} refuted by the sampled worlds{share},"
        f" {refused} refused by the kernel, {true} still true, {undecided} undecided,"
        f" {unseen} evaluated in no world;"
        f" {accepted} false and accepted"
    )


def claim_phrase(report: DerivationReport) -> str:
    """Whether the claim is reached and proved."""
    claim = report.claim
    if claim is None or not claim.reached:
        return "not reached"
    return "reached and proved" if claim.proved else "reached, not proved"


def summary(report: Report, expect: bool) -> str:
    """`3 files: 2 verified, 1 failed`."""
    files = report.derivations
    counts: dict[str, int] = {}
    for file in files:
        counts[file.verdict] = counts.get(file.verdict, 0) + 1
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    noun = "file" if len(files) == 1 else "files"
    as_expected = sum(file.as_expected for file in files)
    expected = f"; {as_expected} as expected" if expect else ""
    skipped = f"; {report.skipped} skipped" if report.skipped else ""
    return f"{len(files)} {noun}: {verdicts}{expected}{skipped}"
