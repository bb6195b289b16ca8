"""What random derivations say, put to Coq: much of what is proved of tables is accepted, and
nothing that a world refutes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from campaign.generate import generated
from campaign.verdict import MAIN
from programs import needs

from certificate.statements import FALSE_SECONDS, LONG, forced, is_closed, tried, unjudged
from verifier.certificate.pieces import Certificate
from verifier.certificate.tables import UncertifiableError
from verifier.commands.accounts import accounted
from verifier.derivation.derivation import Derivation
from verifier.derivation.loader import load_text
from verifier.judge.chain import Check
from verifier.judge.checked import Library, checked_file
from verifier.judge.step import check_step
from verifier.outcome import DiagnosticError, Verdict

PARTS = 20 if LONG else 1
SEEDS = 45  # of each part
SHARE = 0.4  # of what is proved of tables, at least


def said(seed: int) -> list[tuple[Verdict, str, Certificate]]:
    """What the derivation of a seed says at each step that starts from nothing, where certificates
    can say it, and whether it holds. Where they can't, nobody is asked."""
    return [*_said(seed, unjudged)] and [*_said(seed, check_step)]


def _said(seed: int, check: Check) -> Iterator[tuple[Verdict, str, Certificate]]:
    files = generated(seed)
    library = Library()

    def load(name: str) -> Derivation:
        return load_text(files[name])

    judged = partial(checked_file, load=load, library=library, check=check, explains=False)
    try:
        for name in files:
            if name != MAIN:
                library.enter(judged(load(name)))
        file = judged(load(MAIN))
        account = accounted(file, library)
    except (DiagnosticError, UncertifiableError):
        return
    for step in file.run.steps:
        if step.task is None or step.task.known:
            continue
        try:
            found = forced(account, step.report.index)
        except UncertifiableError:
            continue
        yield step.report.verdict, f"{seed}, step {step.report.index}", found


@needs("coqc")
@pytest.mark.parametrize("part", range(PARTS))
def test_what_holds_is_accepted_and_what_is_refuted_is_not(part: int, library: Path) -> None:
    every = [each for seed in range(part * SEEDS, (part + 1) * SEEDS) for each in said(seed)]
    true, false = (
        {name: found for was, name, found in every if was is verdict}
        for verdict in (Verdict.PROVED, Verdict.REFUTED)
    )
    true = {name: found for name, found in true.items() if "\nNotation w_" not in found.text}
    assert len(true) >= 6
    assert len(false) >= 3
    refused = tried(library, false, FALSE_SECONDS, defined=False)
    assert [name for name, lemmas in refused.items() if is_closed(lemmas)] == []
    found = tried(library, true, 10)
    accepted = [name for name, lemmas in found.items() if all(lemmas.values())]
    assert len(accepted) >= SHARE * len(true), {*true} - {*accepted}
