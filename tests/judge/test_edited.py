"""Edited lines, whose common parts are elaborated once, mean what they mean by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus_table import WRONG, loaded
from sympy import Expr

from verifier.elaborate.record import IllFormed, Record
from verifier.errata.edits import edits
from verifier.formula.written import Written
from verifier.judge.chain import check_all
from verifier.judge.checked import prepared
from verifier.judge.diagnosis import vocabulary
from verifier.judge.edited import for_edits
from verifier.judge.environment import Environment
from verifier.judge.task import CheckedStep, Task

NAMES = ("hc45-e1-weights", "hc52-e1-joint-in-product", "hc64-e2-chain", "hc41-e1-alpha")
Read = tuple[tuple[Expr, ...], Record] | str


def lines(file: Path) -> tuple[Environment, list[Task]]:
    """The steps of a file as they are read, none of them judged."""
    tasks: list[Task] = []

    def check(_: Environment, task: Task) -> CheckedStep:
        tasks.append(task)
        return CheckedStep(task.report)

    environment = prepared(loaded(file), loaded)
    check_all(environment, loaded(file).steps, check)
    return environment, tasks


def read(environment: Environment, written: Written) -> Read:
    try:
        terms, record = environment.declared.elaborator.line(written)
    except IllFormed as error:
        return error.code
    return tuple(terms), record


@pytest.mark.parametrize("file", [WRONG / f"{name}.yaml" for name in NAMES], ids=NAMES)
def test_edited_lines_are_read_as_by_themselves(file: Path) -> None:
    environment, tasks = lines(file)
    alike, meaning = for_edits(environment), 0
    for task in tasks:
        written = task.line.written
        for edit in edits(written, vocabulary(environment, task, written))[::7]:
            alone = read(environment, edit.whole)
            assert read(alike, edit.whole) == alone
            meaning += not isinstance(alone, str)
    assert meaning > 10
    assert vars(alike.declared.elaborator)["parts"]  # which are elaborated once
