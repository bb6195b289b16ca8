"""What a worksheet leaves blank: what its steps say or, where none does, a choice by a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from verifier.derivation.answers import share
from verifier.derivation.keys import BLANKS
from verifier.handout.sheet import Sheet, Step


def with_blanks(sheet: Sheet, seed: int = 0) -> Sheet:
    """A sheet whose steps say what is blank: as its file has it, else about a third of the steps,
    the same ones for a file and a seed everywhere."""
    if any(step.blank for step in sheet.steps):
        return sheet
    chosen = _chosen(sheet.steps, f"{sheet.stamp.digest}:{seed}")
    steps = tuple(replace(step, blank=chosen.get(step.number)) for step in sheet.steps)
    return replace(sheet, steps=steps)


def blanks_of(sheet: Sheet) -> Mapping[int, str]:
    """What is blank, by the number of the step."""
    return {step.number: step.blank for step in sheet.steps if step.blank}


def _chosen(all_steps: Sequence[Step], seed: str) -> Mapping[int, str]:
    """A step of each stretch of about three, the kinds by turns as far as the steps allow."""
    steps = [step for step in all_steps if step.number > 0 and step.formula is not None]
    count = share(len(steps)) if steps else 0
    found: dict[int, str] = {}
    first = _rank(seed, 0)
    for turn in range(count):
        stretch = steps[turn * len(steps) // count : (turn + 1) * len(steps) // count]
        step = min(stretch, key=lambda step: _rank(seed, step.number))
        kinds = [BLANKS[(first + turn + i) % len(BLANKS)] for i in range(len(BLANKS))]
        found[step.number] = next(kind for kind in kinds if _may(step, kind, steps, found))
    return found


def _rank(seed: str, number: int) -> int:
    """A number that the seed alone decides, on every machine."""
    return int(sha256(f"{seed}:{number}".encode()).hexdigest(), 16)


def _may(step: Step, kind: str, steps: Sequence[Step], found: Mapping[int, str]) -> bool:
    """Whether a step has something of this kind to leave blank that can be told from the rest: the
    last step is the claim's, of two in a row neither could be, and a lemma may be any."""
    if kind != "line":
        return kind == "relation" or bool(step.rules)
    numbers = [step.number for step in steps if step.kind != "side"]
    if step.kind == "side" or step.number == numbers[-1]:
        return False
    place = numbers.index(step.number)
    near = numbers[max(place - 1, 0) : place + 2]
    return all(found.get(number) != "line" for number in near)
