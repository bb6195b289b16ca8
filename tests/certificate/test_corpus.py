"""The true chains of the corpus that speak of tables are certified, claim and steps; those that
speak of sequences are listed, and aren't counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from corpus_table import FOLDER, TRUE
from programs import needs

from benchmarks.certificates import speaks_of_tables
from certificate.statements import LONG, TRUE_SECONDS, account, read_alone
from verifier.certificate import coq
from verifier.certificate.writer import certificate

SEQUENCES = {
    *("hc35-mean-field", "hc52-bound", "hc52-filter", "hc54-vrnn"),
    *("hc58-average", "hc58-pointwise", "hc60-bayes", "hc61-bound"),
    *("hc62-cross-entropy", "hc63-integrals", "hc63-marginals", "hc63-posterior"),
    *("hc64-denoising", "hc64-jensen", "hc64-notes", "hc64-paths"),
    *("hc99-given", "hc99-posterior", "hc99-projection", "hc99-trajectories"),
    *("w03-1", "w03-1w", "w03-2", "w03-2w"),
    *("w03-4-fixed", "w03-4-fixedw", "w11-1-fixed", "w14-4"),
    *("w14-5", "w21-1"),
}
SAMPLE = 4  # of those that are quick
SLOW = {
    *("hc44-estimator", "hc45-chain", "hc60-exponent", "hc61-weights", "w33-1"),
    *("hc78-discrete", "hc78-information", "hc78-unsupervised"),
}
HOLD = {
    path.stem: path
    for path in sorted((*TRUE.glob("*.yaml"), *(FOLDER / "wild").glob("*.yaml")))
    if "\nexpect: failed" not in path.read_text(encoding="utf-8")
}
TABLES = sorted(HOLD.keys() - SEQUENCES)


@needs("coqc")
@pytest.mark.parametrize(
    "name", TABLES if LONG else Random(17).sample(sorted({*TABLES} - SLOW), SAMPLE)
)
def test_what_holds_of_tables_is_certified(name: str, library: Path) -> None:
    made = certificate(account(HOLD[name]))
    found = coq.check(replace(coq.prover(), seconds=TRUE_SECONDS), library, made)
    assert not made.left_out
    assert [lemma for lemma, is_closed in found.lemmas.items() if not is_closed] == []
    assert found.accepted
    assert found.axioms <= coq.AXIOMS


@pytest.mark.skipif(not LONG, reason="it reads all of them: ELBO_LONG_TESTS=1")
def test_what_speaks_of_sequences_is_listed() -> None:
    found = {name for name, path in HOLD.items() if not speaks_of_tables(read_alone(path)[0])}
    assert found == SEQUENCES
