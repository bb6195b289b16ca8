"""All that ships is certified, claim and steps."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from derivation_table import SHIPPED
from programs import needs

from certificate.statements import LONG, TRUE_SECONDS, account
from verifier.certificate import coq
from verifier.certificate.writer import certificate


def checked(name: str, library: Path) -> coq.Checked:
    """What Coq says of a file; it has to accept all of it."""
    made = certificate(account(SHIPPED[name]))
    found = coq.check(replace(coq.prover(), seconds=TRUE_SECONDS), library, made)
    assert not made.left_out
    assert [lemma for lemma, is_closed in found.lemmas.items() if not is_closed] == []
    assert found.accepted
    return found


# The long ones are begun first, so that none is waited for at the end.
LONGEST_FIRST = sorted(SHIPPED, key=lambda name: -SHIPPED[name].stat().st_size)


@needs("coqc")
@pytest.mark.parametrize("name", LONGEST_FIRST)
def test_what_ships_is_certified(name: str, library: Path) -> None:
    """From the four axioms."""
    assert checked(name, library).axioms <= coq.AXIOMS


@needs("coqc", "coqchk")
@pytest.mark.skipif(not LONG, reason="it takes minutes: ELBO_LONG_TESTS=1")
def test_proofs_are_gone_over_once_more(library: Path, tmp_path: Path) -> None:
    """By Coq's own checker, with those of the real numbers that they rest on."""
    where = ("-Q", str(library), "Elbo")
    for number, name in enumerate(SHIPPED):
        file = tmp_path / f"c{number}.v"
        file.write_text(checked(name, library).text, encoding="utf-8")
        subprocess.run(["coqc", "-q", *where, file.name], cwd=tmp_path, check=True)
    compiled = [f"c{number}.vo" for number in range(len(SHIPPED))]
    command = ["coqchk", "-silent", "-o", *where, *compiled]
    said = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    summary = (said.stdout + said.stderr).partition("* Axioms:")[2].partition("\n  \n")[0]
    named = re.findall(r"(\w+\.\w+)$", summary, re.MULTILINE)
    assert {*named} == coq.AXIOMS
