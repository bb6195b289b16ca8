"""The audit of the sources: what it refers to exists, what it quotes the verifier says today."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest
from derivation_table import ROOT, SHIPPED, as_expected, judged_once, leaves

from verifier.derivation.loader import load

AUDIT = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
FOLDER = ROOT / "tests" / "audit"
AUDITED = {
    file.relative_to(FOLDER).with_suffix("").as_posix(): file for file in FOLDER.rglob("*.yaml")
}
REFERENCES = sorted(set(re.findall(r"`([\w/-]+)\.yaml#([\w-]+)`", AUDIT)))
AGAIN = "`python docs/make.py` makes it again"


@pytest.mark.parametrize("file", AUDITED.values(), ids=list(AUDITED))
def test_line_as_printed_gets_the_verdict_that_it_expects(file: Path) -> None:
    assert as_expected(judged_once(file))
    assert file.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("name", AUDITED)
def test_audit_quotes_the_verifier_verbatim(name: str, make: ModuleType) -> None:
    said = make.said(judged_once(AUDITED[name]))
    assert f"<!-- said {name} -->\n{said}<!-- /said -->" in AUDIT, AGAIN


def test_audit_quotes_nothing_else() -> None:
    assert sorted(re.findall(r"<!-- said (\S+) -->", AUDIT)) == sorted(AUDITED)


@pytest.mark.parametrize(("name", "place"), REFERENCES, ids="#".join)
def test_what_the_audit_refers_to_exists(name: str, place: str) -> None:
    steps = load(SHIPPED[name]).steps
    labels = {step.label.value for step in steps if step.label}
    assert int(place) in range(1, len(steps) + 1) if place.isdecimal() else place in labels


def test_audit_refers_to_every_derivation_of_the_sources() -> None:
    of_sources = {n for n, file in SHIPPED.items() if leaves(file)["source",].startswith("ELBO")}
    assert {name for name, _ in REFERENCES} >= of_sources
