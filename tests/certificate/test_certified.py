"""That a derivation is certified is said of the very text, files and certificate that were put to
Coq, and of nothing else: in reports, stamps and handouts. The records here are made without Coq,
as anyone can make one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import cli
from certificate.statements import ROOT
from verifier import verify
from verifier.certificate.record import Record, library_digest, record_of, sealed
from verifier.commands.certified import TOOL
from verifier.commands.certify import certified
from verifier.kept.store import file_digest
from verifier.outcome import DerivationReport
from verifier.report import machine, plain

LEMMA = """
title: what is used
model: ["p(x, z)"]
support: []
steps: [{so: "int p(x, z) dz = p(x)", by: marginalisation}]
claim: "int p(x, z) dz = p(x)"
"""
MAIN = """
title: what is certified
model: ["p(x, z)"]
support: []
start: "int p(x, z) dz + 1"
steps: [{eq: "p(x) + 1", using: ["lib/lemma.yaml#claim"], by: substitution}]
claim: "int p(x, z) dz + 1 = p(x) + 1"
"""
AXIOMS = ("Classical_Prop.classic", "ClassicalDedekindReals.sig_not_dec")


@dataclass
class Files:
    """A derivation, what it uses, its certificate with a record, and where else one lies."""

    folder: Path

    @property
    def main(self) -> Path:
        return self.folder / "main.yaml"

    @property
    def lemma(self) -> Path:
        return self.folder / "lib/lemma.yaml"

    @property
    def out(self) -> Path:
        return self.folder / "main.v"

    def record(self, **changes: object) -> None:
        """Put another record below the certificate."""
        text = self.out.read_text(encoding="utf-8")
        known = record_of(text)
        assert known is not None
        above = text[: text.index("(* Accepted, as it stands above.")]
        self.out.write_text(sealed(above, replace(known, **changes)), encoding="utf-8")  # type: ignore[arg-type]

    @property
    def report(self) -> DerivationReport:
        (report,) = verify(self.main, certified=str(self.out)).derivations
        return report


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """As `--certify --check` leaves them."""
    files = Files(tmp_path)
    files.lemma.parent.mkdir()
    files.lemma.write_text(LEMMA, encoding="utf-8")
    files.main.write_text(MAIN, encoding="utf-8")
    (made,) = certified([str(files.main)], str(files.out))
    assert made.said.code == "certificate-written", made
    digests = (file_digest(str(path)) or "" for path in (files.main, files.lemma))
    source, used = digests
    known = Record(
        "Coq 8.16.1", AXIOMS, 1, 1, TOOL, source, (("lib/lemma.yaml", used),), library_digest()
    )
    text = files.out.read_text(encoding="utf-8")
    files.out.write_text(sealed(text, known), encoding="utf-8")
    return files


def test_it_is_said_in_each_report(files: Files) -> None:
    report = verify(files.main, certified=str(files.out))
    said = "certified by Coq 8.16.1 for all finite alphabets: the claim and 1 of 1 steps;"
    assert f"{said} axioms: classic, sig_not_dec\n" in plain.render(report)
    whole = json.loads(machine.render(report))
    schema = json.loads((ROOT / "docs/report.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(whole)
    found = whole["derivations"][0]["certified"]
    assert found["digest"] == file_digest(str(files.out))
    assert (found["prover"], found["for"]) == ("Coq 8.16.1", "finite alphabets")
    assert found["axioms"] == [*AXIOMS]
    assert found["message"].startswith(said)
    assert report.derivations[0].remarks == ()


@pytest.mark.parametrize("ending", ["tex", "html", "md"])
def test_it_stands_in_handouts(
    files: Files, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def texts(*more: str) -> str:
        place = files.folder / f"main.{ending}"
        assert cli.main([str(files.main), "--handout", str(place), *more]) == 0
        return place.read_text(encoding="utf-8")

    digest = file_digest(str(files.out))
    assert digest is not None
    shown = texts("--certified", str(files.out))
    assert digest in shown
    assert "Certified by Coq 8.16.1 for all finite alphabets" in shown
    assert "main.v" in shown
    files.main.write_text(f"{MAIN}# another text\n", encoding="utf-8")
    for text in (texts(), texts("--certified", str(files.out))):
        assert digest not in text
        assert "Coq" not in text
    capsys.readouterr()


def test_certificates_in_a_folder(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    """Each where `--certify` puts it; where there is none, nothing is said but that."""
    arguments = [str(files.folder), "--certified", str(files.folder), "--no-cache"]
    assert cli.main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    (main,) = (line for line in lines if line.startswith(str(files.main)))
    assert main.endswith("; certified by Coq 8.16.1")
    (lemma,) = (line for line in lines if line.startswith(str(files.lemma)))
    assert "certified" not in lemma


def changed(name: str, old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        path: Path = getattr(files, name)
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


UNFIT: dict[str, tuple[Callable[[Files], object], str]] = {
    "another text": (changed("main", "title: what", "title: What"), "other"),
    "another text of what is used": (changed("lemma", "title: what", "title: What"), "other"),
    "what is used is gone from its place": (
        lambda files: files.record(uses=(("elsewhere.yaml", "0" * 64),)),
        "other",
    ),
    "of another derivation": (lambda files: files.record(source="0" * 64), "other"),
    "of another version": (lambda files: files.record(tool="elbo-verify 0.0.0"), "version"),
    "of another base library": (lambda files: files.record(library="0" * 64), "version"),
    "another statement": (changed("out", "+ 1", "+ 2"), "unchecked"),
    "another axiom": (changed("out", "Classical_Prop.classic", "Mine.own"), "unchecked"),
    "more above": (changed("out", "Section Certificate.", "Section Certificate.\n"), "unchecked"),
    "no record": (changed("out", "(* Accepted", "(* accepted"), "unchecked"),
    "no certificate": (lambda files: files.out.unlink(), "unreadable"),
    "no text": (lambda files: files.out.write_bytes(b"\xff\x00"), "not-utf-8"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_it_is_not_said_of_anything_else(name: str, files: Files) -> None:
    change, why = UNFIT[name]
    change(files)
    report = files.report
    assert report.certified is None
    assert [(r.code, r.data["reason"]) for r in report.remarks] == [("certificate-unfit", why)]


def test_what_is_not_verified_is_not_certified(files: Files) -> None:
    """Whatever a record says of it."""
    changed("main", "= p(x) + 1", "= p(x) + 2")(files)
    files.record(source=file_digest(str(files.main)))
    assert files.report.certified is None
    assert files.report.verdict == "failed"


@pytest.mark.parametrize("other", ["--fix", "--mutate", "--replay=w.json", "--certify=b.v"])
def test_it_goes_with_verifying_alone(
    other: str, files: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([str(files.main), "--certified", str(files.out), other]) == 2
    assert "`--certified` goes with" in capsys.readouterr().err
