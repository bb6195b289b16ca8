"""False files that were once verified, the smallest of their kinds (`campaign.kinds`), each beside
a twin that holds: it adds what was missing, is verified, and names it among its assumptions."""

from __future__ import annotations

from pathlib import Path

import pytest
from campaign.kinds import KINDS

from verifier import verify
from verifier.outcome import DerivationReport, FileVerdict


def judged(folder: Path, text: str, lemma: str) -> DerivationReport:
    (folder / "lemma.yaml").write_text(lemma, encoding="utf-8")
    main = folder / "main.yaml"
    main.write_text(text, encoding="utf-8")
    (report,) = verify(main).derivations
    assert not report.internal
    return report


@pytest.mark.parametrize("name", KINDS)
def test_what_is_false_is_not_verified(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    assert judged(tmp_path, kind.text, kind.lemma).verdict is not FileVerdict.VERIFIED


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.twin])
def test_its_twin_holds_and_names_what_was_missing(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    assert kind.twin is not None
    assert kind.twin[0] in kind.text
    report = judged(tmp_path, kind.text.replace(*kind.twin), kind.lemma)
    assert report.verdict is FileVerdict.VERIFIED, report
    assert kind.names in {assumption.text for assumption in report.assumptions}


CLAIM = "int m(z) dz = 1"
# Files that hold, and what of `support` they lean on.
HOLDS = {
    "what shows a density by formula to be one": (
        f"""
title: a row
model: ["p(x, z)", q(x), "m(z) := int p(z | x) q(x) dx"]
support: [q(x) << p(x), finite all]
steps:
  - {{so: "{CLAIM}", by: normalisation}}
claim: "{CLAIM}"
""",
        {"q(x) << p(x)", "finite all"},
    ),
    "a listed conditional means something at a free x": (
        """
title: a row
model: ["p(x, z)", q(z)]
functions: [f(x)]
support: ["q(z) << p(z | x)"]
steps:
  - {so: "E_{q(z)}[f(x) p(x, z) / p(x, z)] = f(x)", by: normalisation}
claim: "E_{q(z)}[f(x) p(x, z) / p(x, z)] = f(x)"
""",
        {"q(z) << p(z | x)"},
    ),
}


@pytest.mark.parametrize("name", HOLDS)
def test_what_holds_is_verified_and_names_what_it_leans_on(name: str, tmp_path: Path) -> None:
    text, leaning = HOLDS[name]
    report = judged(tmp_path, text, "")
    assert report.verdict is FileVerdict.VERIFIED, report
    assert {assumption.text for assumption in report.assumptions} == leaning
