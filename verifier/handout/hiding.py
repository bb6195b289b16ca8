"""Sheets without what is left blank for students, and what would tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from verifier.handout.sheet import Sheet, Slip, Step
from verifier.typeset.boxes import Box, Row, Sign
from verifier.typeset.printer import plain


def without_answers(sheet: Sheet) -> Sheet:
    """A sheet without what its steps leave blank, and what would tell it."""
    asked = any(step.blank == "reason" for step in sheet.steps)
    steps = tuple(_without_answer(step) if step.blank else step for step in sheet.steps)
    used = () if asked else sheet.rules
    explained = () if asked else sheet.explained
    # What leans on an assumption would hint at reasons.
    assumptions = tuple(replace(assumption, steps=()) for assumption in sheet.assumptions)
    chain = [step for step in sheet.steps if step.kind != "side"]
    shown = {step.relation for step in chain if step.blank not in ("relation", "line")}
    asked_for = any(step.blank == "relation" for step in chain)
    # by the claim: its right side, or its relation where that is of no other line
    told = bool(chain) and (chain[-1].blank == "line" or (asked_for and shown <= {"=", ""}))
    return replace(
        sheet, steps=steps, rules=used, explained=explained, assumptions=assumptions,
        concludes=not told,
    )  # fmt: skip


def with_errors(sheet: Sheet, errors: Sequence[Slip]) -> Sheet:
    """A sheet with lines that are wrong; what is noted on them might tell."""
    wrong = {slip.number: slip for slip in errors}
    steps = tuple(_slipped(step, wrong.get(step.number)) for step in sheet.steps)
    return replace(sheet, steps=steps, errors=tuple(errors))


def _slipped(step: Step, slip: Slip | None) -> Step:
    if slip is None:
        return replace(step, blank=None, numeric=None)
    relation = slip.relation if step.kind == "chain" else step.relation
    return replace(
        step, blank=None, formula=slip.formula, relation=relation, note=None, numeric=None,
        text=plain(slip.formula),
    )  # fmt: skip


def _without_answer(step: Step) -> Step:
    step = replace(step, note=None, numeric=None, message=None, advice=None, diagnosis=None)
    if step.blank == "reason":
        return replace(step, rules=(), premises=())
    if step.blank == "relation":
        return replace(step, relation="")
    return replace(step, relation="", formula=None, text="")


def sides(box: Box, relation: str) -> tuple[Box, Box]:
    """What stands on the left and on the right of a statement's relation, quantifiers on the
    left."""
    assert isinstance(box, Row)
    parts = box.parts
    if Sign(relation) in parts:
        place = parts.index(Sign(relation))
        return Row(parts[:place]), Row(parts[place + 1 :])
    left, right = sides(parts[-1], relation)
    return Row((*parts[:-1], left)), right
