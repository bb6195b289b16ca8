"""The slips of the pen that one could make in a line: in its relation, its formula, its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from verifier.errata.edits import edits
from verifier.errata.repairs import repairs
from verifier.formula.lexer import FormulaError
from verifier.formula.written import Span
from verifier.judge.diagnosis import (
    MOST_CHARACTERS,
    MOST_PARTS,
    variables_of,
    vocabulary,
    with_line,
)
from verifier.judge.environment import Environment
from verifier.judge.lines import RELATIONS, parsed
from verifier.judge.task import Task
from verifier.kernel.theorem import composed
from verifier.typeset.printer import plain


@dataclass(frozen=True)
class Slip:
    """A line changed in one place; `task` is None where it means nothing."""

    kind: str
    place: Span
    before: str
    after: str
    line: str
    task: Callable[[], Task | None]


def is_long(task: Task) -> bool:
    """Whether a line or its text is too long for its formula to be edited."""
    parts = islice(task.line.written.walk(), MOST_PARTS + 1)
    return len([*parts]) > MOST_PARTS or len(task.step.formula.value) > MOST_CHARACTERS


def slips(environment: Environment, task: Task) -> Iterator[Slip]:
    """Every slip in a step's line, each line once: in its relation, its formula, its text."""
    yield from _relations(task)
    if is_long(task):
        return
    written, seen = task.line.written, {task.line.written}
    for edit in edits(written, vocabulary(environment, task, written)):
        seen.add(edit.whole)
        parts = edit.before.span, plain(edit.before), plain(edit.after)
        meant = partial(with_line, environment, task, edit.whole)
        yield Slip(edit.kind, *parts, _said(task, plain(edit.whole)), meant)
    text = task.step.formula
    for kind, before, after, whole in repairs(text.value, variables_of(environment)):
        start = _alike(text.value, whole)
        parts = Span(start, start + len(before)), before, after
        try:
            other = parsed(environment.declared, replace(text, value=whole), not task.goes_on)
        except FormulaError:
            yield Slip(kind, *parts, _said(task, whole), _nothing)
            continue
        if other not in seen:
            seen.add(other)
            meant = partial(with_line, environment, task, other)
            yield Slip(kind, *parts, _said(task, plain(other)), meant)


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _relations(task: Task) -> Iterator[Slip]:
    """A chain's line under the other relations; a chain that turns round means nothing."""
    if not task.goes_on or task.reached is None:
        return
    so_far, relation = task.reached.statement.relation, RELATIONS[task.step.key]
    for key, other in RELATIONS.items():
        if key == task.step.key:
            continue
        edited = replace(task, step=replace(task.step, key=key))
        meant = partial(replace, edited) if composed(so_far, other) else _nothing
        kind, line = "weaker" if relation == "=" else "relation", plain(task.line.written)
        yield Slip(kind, Span(0, 0), relation, other, _said(edited, line), meant)


def _nothing() -> None:
    return None


def _said(task: Task, text: str) -> str:
    """A line with its relation."""
    return f"{RELATIONS[task.step.key]} {text}" if task.goes_on else text


def spread(among: Sequence[Slip], most: int) -> list[Slip]:
    """So many of them: of each kind as many as of any other while there are, from all over it."""
    kinds: dict[str, list[Slip]] = {}
    for slip in among:
        kinds.setdefault(slip.kind, []).append(slip)
    share = dict.fromkeys(kinds, 0)
    for _ in range(most):
        open_kinds = [kind for kind, found in kinds.items() if share[kind] < len(found)]
        if not open_kinds:
            break
        share[min(open_kinds, key=share.__getitem__)] += 1
    return [
        found[place * len(found) // share[kind]]
        for kind, found in kinds.items()
        for place in range(share[kind])
    ]
