"""What a worksheet leaves blank: what its steps say or, where none does, a choice by a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from verifier.derivation.answers import share
from verifier.derivation.loader import BLANKS
from verifier.handout.sheet import Line, Sheet


def with_blanks(sheet: Sheet, seed: int = 0) -> Sheet:
    """A sheet whose lines say what is blank: as its file has it, else about a third of the steps,
    the same ones for a file and a seed everywhere."""
    if any(line.blank for line in sheet.lines):
        return sheet
    chosen = _chosen(sheet.lines, f"{sheet.stamp.digest}:{seed}")
    lines = tuple(replace(line, blank=chosen.get(line.number)) for line in sheet.lines)
    return replace(sheet, lines=lines)


def blanks_of(sheet: Sheet) -> Mapping[int, str]:
    """What is blank, by the number of the step."""
    return {line.number: line.blank for line in sheet.lines if line.blank}


def _chosen(lines: Sequence[Line], seed: str) -> Mapping[int, str]:
    """A step of each stretch of about three, the kinds by turns as far as the steps allow."""
    steps = [line for line in lines if line.number > 0 and line.formula is not None]
    count = share(len(steps)) if steps else 0
    found: dict[int, str] = {}
    first = _rank(seed, 0)
    for turn in range(count):
        stretch = steps[turn * len(steps) // count : (turn + 1) * len(steps) // count]
        line = min(stretch, key=lambda line: _rank(seed, line.number))
        kinds = [BLANKS[(first + turn + i) % len(BLANKS)] for i in range(len(BLANKS))]
        found[line.number] = next(kind for kind in kinds if _may(line, kind, steps, found))
    return found


def _rank(seed: str, number: int) -> int:
    """A number that the seed alone decides, on every machine."""
    return int(sha256(f"{seed}:{number}".encode()).hexdigest(), 16)


def _may(line: Line, kind: str, steps: Sequence[Line], found: Mapping[int, str]) -> bool:
    """Whether a step has something of this kind to leave blank that can be told from the rest: the
    last line is the claim's, of two in a row neither could be, and a lemma may be any."""
    if kind != "line":
        return kind == "relation" or bool(line.rules)
    numbers = [step.number for step in steps if step.kind != "side"]
    if line.kind == "side" or line.number == numbers[-1]:
        return False
    place = numbers.index(line.number)
    near = numbers[max(place - 1, 0) : place + 2]
    return all(found.get(number) != "line" for number in near)
