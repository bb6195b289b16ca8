"""Nothing that is false is certified: no twin, no false line of the corpus, nothing that was once
verified wrongly. Each false line is stated as a claim under what its file declares, with nothing to
start from, and Coq has a little time for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest
from campaign.kinds import KINDS
from corpus_table import WRONG
from programs import needs
from twins import twins
from twins import write as write_twins

from certificate.statements import (
    FALSE_SECONDS,
    LONG,
    account_of,
    closed_though_false,
    forced,
    is_closed,
    said_to_be_false,
    tried,
    unjudged,
)
from verifier.certificate.pieces import Certificate
from verifier.certificate.tables import UncertifiableError
from verifier.outcome import DiagnosticError

COQ = needs("coqc")

PARTS = 4
SAMPLE = 24  # of the false files of the corpus
# False of infinite sums alone: of finite alphabets, of which certificates speak, they hold. And one
# that follows from hypotheses that contradict each other.
FOLLOWS = {"infinite", "infinite-difference", "infinite-exp", "swap-signed", "vacuous-unsampled"}

# Entropies of a density may be negative; of finite alphabets, of which certificates speak, not.
OF_DENSITIES = {"hc29-e1-entropy", "hc62-e3-cross-positive", "hc62-e3-positive"}


def refused(library: Path, asked: Mapping[str, Certificate | str], least: int) -> None:
    """None of these steps is accepted, and so many could be asked at all."""
    stated = {name: found for name, found in asked.items() if isinstance(found, Certificate)}
    assert len(stated) >= least, asked
    assert closed_though_false(library, stated) == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ships, and all its twins."""
    made = tmp_path_factory.mktemp("twins")
    write_twins(made)
    return made


@COQ
@pytest.mark.parametrize("part", range(PARTS))
def test_no_twin_is_certified(part: int, library: Path, folder: Path) -> None:
    files = [twin.file(folder) for twin in twins().values()][part::PARTS]
    refused(library, said_to_be_false(files), 20)


@COQ
def test_no_false_line_of_the_corpus_is_certified(library: Path) -> None:
    files = [path for path in sorted(WRONG.glob("*.yaml")) if path.stem not in OF_DENSITIES]
    files = files if LONG else Random(17).sample(files, SAMPLE)
    refused(library, said_to_be_false(files), SAMPLE // 3)


@COQ
def test_nothing_that_was_once_verified_wrongly_is_certified(library: Path) -> None:
    asked = {}
    for name, kind in KINDS.items():
        try:
            asked[name] = forced(account_of(kind.text, unjudged, lemma=kind.lemma))
        except (UncertifiableError, DiagnosticError):  # not of tables, or it means nothing
            continue
    wrong = {name: found for name, found in asked.items() if name not in FOLLOWS}
    found = tried(library, wrong, FALSE_SECONDS, defined=False)
    left = {name: wrong[name] for name, lemmas in found.items() if is_closed(lemmas)}
    found = tried(library, left, FALSE_SECONDS)  # that of these a line has no meaning is seen
    assert {name for name, lemmas in found.items() if all(lemmas.values())} == set()
    follows = tried(library, {name: asked[name] for name in FOLLOWS}, 60)
    assert {name for name, lemmas in follows.items() if all(lemmas.values())} == FOLLOWS
