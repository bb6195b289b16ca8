"""Sheets without what is left blank for students, and what would tell it."""

from __future__ import annotations

from dataclasses import replace

from verifier.handout.sheet import Sheet, Step
from verifier.typeset.boxes import Box, Row, Sign


def without_answers(sheet: Sheet) -> Sheet:
    """A sheet without what its steps leave blank, and what would tell it."""
    asked = any(step.blank == "reason" for step in sheet.steps)
    steps = tuple(_without_answer(step) if step.blank else step for step in sheet.steps)
    used = () if asked else sheet.rules
    explained = () if asked else sheet.explained
    # What leans on an assumption would hint at reasons.
    assumptions = tuple(replace(assumption, steps=()) for assumption in sheet.assumptions)
    chain = [step for step in sheet.steps if step.kind != "side"]
    told = bool(chain) and chain[-1].blank == "line"  # by the claim
    return replace(
        sheet, steps=steps, rules=used, explained=explained, assumptions=assumptions,
        concludes=not told,
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
