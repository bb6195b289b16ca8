"""Worksheets for tests: any step of a derivation left blank, and the blanks filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from verifier.derivation.answers import OPEN, relation_of
from verifier.derivation.derivation import Step
from verifier.derivation.loader import load_text
from verifier.derivation.rewrite import Edit, edited, value_of
from verifier.derivation.source import text_source
from verifier.derivation.worksheet import worksheet
from verifier.derivation.yaml_nodes import Listing, compose

_STEP = re.compile(r"^  - (?=(?:eq|ge|le|so|side):)", re.MULTILINE)
Blanks = Mapping[int, str]


def asking(text: str, blanks: Blanks) -> str:
    """A derivation whose steps say what is blank."""
    numbers = iter(range(1, 1000))

    def put(found: re.Match[str]) -> str:
        kind = blanks.get(next(numbers))
        return f"  - blank: {kind}\n    " if kind else found[0]

    return _STEP.sub(put, text)


def sheet_of(text: str, blanks: Blanks) -> str:
    """The worksheet of a derivation."""
    return worksheet(text_source(text, "derivation.yaml"), blanks)


def filled(sheet: str, answers: Mapping[int, str]) -> str:
    """A worksheet with answers in the places of its blanks."""
    steps = value_of(compose(text_source(sheet, "sheet.yaml")), "steps")
    assert isinstance(steps, Listing)
    starts = {n: sheet.index(OPEN, steps.items[n - 1].start) for n in answers}
    return edited(sheet, [Edit(starts[n], starts[n] + len(OPEN), answers[n]) for n in answers])


def solution(text: str, blanks: Blanks) -> dict[int, str]:
    """The author's own answers."""
    steps = load_text(text).steps
    return {number: _own(steps[number - 1], kind) for number, kind in blanks.items()}


def _own(step: Step, kind: str) -> str:
    if kind == "reason":
        return f"[{', '.join(rule.value for rule in step.rules or ())}]"
    formula = " ".join(step.formula.value.split())
    if kind == "line":
        return quoted(formula)
    span = relation_of(step.formula) if step.key in ("so", "side") else None
    return step.formula.value[span.start : span.end] if span else step.key


def quoted(formula: str) -> str:
    """A formula that YAML takes as it is."""
    return "'{}'".format(formula.replace("'", "''"))


def written(folder: Path, text: str, blanks: Blanks, answers: Mapping[int, str]) -> list[str]:
    """A derivation and its worksheet as files."""
    derivation, sheet = folder / "derivation.yaml", folder / "answers.yaml"
    text = asking(text, blanks)
    derivation.write_text(text, encoding="utf-8")
    sheet.write_text(filled(sheet_of(text, blanks), answers), encoding="utf-8")
    return [str(derivation), str(sheet)]
