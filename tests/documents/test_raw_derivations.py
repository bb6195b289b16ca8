"""Derivations that others wrote, as they stand: the formulas of their lines and nothing else, each
chain a section that is read by itself, with the model that is inferred from it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from derivation_table import made_once
from marked import ACCEPTED, OWN, Outcome, marks, outcomes, share
from marked import as_marked as fitting

from verifier.derivation.source import text_source
from verifier.documents.document import check_document

DOCUMENT = Path(__file__).parent / "raw" / "derivations.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
MARKS = marks(DOCUMENT)
CHAINS = {found[1]: found.span() for found in re.finditer(r"(?ms)^# (\S+)\n.*?(?=^# |\Z)", TEXT)}


@cache
def judged(chain: str) -> list[Outcome]:
    """What is said of the lines of a chain, which stand where they do in the document."""
    start, end = CHAINS[chain]
    before = TEXT.count("\n", 0, start)
    last = TEXT.count("\n", 0, end)
    here = {number: mark for number, mark in MARKS.items() if before < number <= last}
    source = text_source("\n" * before + TEXT[start:end], DOCUMENT.name)
    return made_once(f"raw/{chain}", lambda: outcomes(here, check_document(source)))


@pytest.mark.parametrize("chain", CHAINS)
def test_no_line_that_is_wrong_is_proved_and_none_is_lost(chain: str) -> None:
    assert not [
        each
        for each in judged(chain)
        if each[2] == "lost" or (each[1] == "false" and each[2] in ACCEPTED)
    ]


def test_most_lines_are_read_and_judged_as_they_are_marked() -> None:
    every = [each for chain in CHAINS for each in judged(chain)]
    read = [each for each in every if each[2] not in ("not-judged", "lost")]
    assert {number for number, _, _ in every} == {*MARKS}
    assert share(every, OWN, {"not-judged", "lost"}) <= 0.1
    assert fitting(read) >= 0.95
