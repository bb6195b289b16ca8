"""What Coq says of certificates: it accepts what holds, and nothing that is false."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from programs import needs

from certificate.statements import ROOT, account, account_of, forced, tried
from verifier import verify
from verifier.certificate import coq
from verifier.certificate.pieces import Certificate, Piece
from verifier.certificate.tables import UncertifiableError
from verifier.certificate.writer import certificate
from verifier.commands.certify import certified, noted
from verifier.messages import message
from verifier.outcome import DiagnosticError, ExitStatus

Checker = Callable[[Certificate], coq.Checked]
COQ = needs("coqc")


@pytest.fixture(scope="module")
def check(library: Path) -> Checker:
    """Puts a certificate to Coq."""
    return lambda found: coq.check(coq.prover(), library, found)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, library: Path) -> None:
    """The command finds the base library where it is built."""
    monkeypatch.setenv("ELBO_VERIFY_CACHE", str(library.parent))


HOLDS = (
    *("derivations/blog/bayes-theorem.yaml", "derivations/kl.yaml"),
    *("tests/corpus/true/hc16-short.yaml", "tests/corpus/true/hc29-bound.yaml"),
    "tests/corpus/true/hc06-masses.yaml",  # by what is between the sides of its step
    "tests/corpus/true/hc06-decoder.yaml",  # by a fact that holds at all values
    "tests/corpus/true/hc75-tilt.yaml",  # of a density by formula
)


@COQ
@pytest.mark.parametrize("name", HOLDS)
def test_what_holds_is_accepted(name: str, check: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coq, "STEP_SECONDS", 10 * coq.STEP_SECONDS)  # whatever else runs here
    monkeypatch.setattr(coq, "FILE_SECONDS", 10 * coq.FILE_SECONDS)
    found = check(certificate(account(ROOT / name)))
    assert found.accepted
    assert all(found.lemmas.values())
    assert found.axioms <= coq.AXIOMS
    assert found.shown.startswith("claim")


@COQ
def test_what_is_false_is_not_accepted(check: Checker) -> None:
    path = ROOT / "tests/corpus/wrong/hc04-e1-loss-sign.yaml"
    assert not check(forced(account(path), 1)).accepted


# What holds, in a file that says nothing else: under `support`, and without it.
CASES = {
    "int (q(z) / q(z)) p(z) dz = 1": ("[q(z), p(z)]", "[p(z) << q(z)]", True),
    "int (q(z) / q(z)) p(z) dz = 1 ": ("[q(z), p(z)]", "[]", False),
    "E_{q(z)}[p(z) / q(z)] = 1": ("[q(z), p(z)]", "[p(z) << q(z)]", True),
    "E_{q(z)}[p(z) / q(z)] = 1 ": ("[q(z), p(z)]", "[]", False),
    "int p(z) log p(z) dz = E_{p(z)}[log p(z)]": ("[p(z)]", "[]", True),
    "KL(q(z) || p(z)) >= 0": ("[q(z), p(z)]", "[q(z) << p(z)]", True),
    "KL(q(z) || p(z)) >= 0 ": ("[q(z), p(z)]", "[]", False),
    "log(q(z) p(z)) = log q(z) + log p(z)": ("[q(z), p(z)]", "[]", True),
    "log(q(z) - p(z)) = log(q(z) - p(z))": ("[q(z), p(z)]", "[]", False),  # has it a meaning?
}


def settled(library: Path, rows: Mapping[str, bool], text: Callable[[str], str]) -> None:
    """Of statements those that hold are accepted, with where they have a meaning, and no others."""
    for holds, seconds in ((True, 120), (False, 5)):
        asked = {s: forced(account_of(text(s))) for s, wanted in rows.items() if wanted is holds}
        found = tried(library, asked, seconds)
        assert {s: all(lemmas.values()) for s, lemmas in found.items()} == dict.fromkeys(
            asked, holds
        )


@COQ
def test_zeros(library: Path) -> None:
    """0 log 0 = 0, and what a weight that cancels leaves behind: accepted where it holds."""

    def text(said: str) -> str:
        model, support, _ = CASES[said]
        declared = f"title: a row\nmodel: {model}\nsupport: {support}"
        return f"{declared}\nsteps: [{{so: '{said}'}}]\nclaim: '{said}'\n"

    settled(library, {said: holds for said, (_, _, holds) in CASES.items()}, text)


@pytest.mark.parametrize(
    "word", ["Axiom a : 0 = 1.", "Parameter a : R.", "Lemma a : 0 = 1. Admitted.", "Load x."]
)
def test_what_states_without_proof_is_not_let_through(word: str) -> None:
    assert coq.linted(f"Section A.\n{word}\nEnd A.")
    assert not coq.linted(f"(* {word} *)")


@COQ
def test_an_axiom_of_its_own_is_found(check: Checker) -> None:
    """Accepted by Coq, and refused all the same."""
    pieces = [
        Piece("From Coq Require Import Reals.\nOpen Scope R_scope.\nVariable bad : 0 = 1."),
        Piece("Theorem claim : 0 = 1.", "claim", "exact bad"),
        Piece("Check claim.\nPrint Assumptions claim."),
    ]
    found = check(Certificate(pieces))
    assert not found.accepted
    assert found.refused == "it rests on bad"


@COQ
def test_nothing_rests_on_what_is_not_closed(check: Checker) -> None:
    """Not by another lemma that would be closed if it were, nor by a tactic that names it."""
    head = "From Coq Require Import Reals.\nOpen Scope R_scope.\nLtac leant := idtac."
    pieces = [
        Piece(head),
        Piece("Lemma open : 0 = 1.", "open", "reflexivity", -1),
        Piece("Lemma other : 1 = 0.", "other", "symmetry; exact open", -1),
        Piece("Ltac leant ::= rewrite other."),
        Piece("Lemma s1 : 2 = 2 + 0.", "s1", "ring", 1),
        Piece("Lemma s2 : 1 = 0.", "s2", "first [ leant; reflexivity | exact other ]", 2),
        Piece("Theorem claim : 1 = 1.", "claim", "reflexivity"),
        Piece("Check claim.\nPrint Assumptions claim."),
    ]
    found = check(Certificate(pieces))
    assert found.lemmas == {"s1": True, "s2": False, "claim": True}


def test_without_coq(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DiagnosticError) as error:
        list(certified([str(ROOT / "derivations/kl.yaml")], str(tmp_path / "kl.v"), check=True))
    assert error.value.diagnostic.code == "no-coq"


COQC = """#!/bin/sh
[ "$1" = --version ] && echo 'The Rocq Prover, version 9.0.0' && exit
echo 'Cannot find a physical path' >&2; exit 1
"""


def test_another_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One that can't do what 8.16 can is named, and which it should be."""
    (tmp_path / "coqc").write_text(COQC)
    (tmp_path / "coqc").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("ELBO_VERIFY_CACHE", str(tmp_path / "kept"))
    with pytest.raises(DiagnosticError) as error:
        list(certified([str(ROOT / "derivations/kl.yaml")], str(tmp_path / "kl.v"), check=True))
    said = message(error.value.diagnostic)
    assert "can't be built by Coq 9.0.0, which is not 8.16: Cannot find" in said


@COQ
@pytest.mark.usefixtures("kept")
def test_what_is_accepted_is_kept_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the command to the report: below the certificate stands what Coq accepted."""
    monkeypatch.setattr(coq, "STEP_SECONDS", 10 * coq.STEP_SECONDS)
    path, out = ROOT / "derivations/blog/bayes-theorem.yaml", tmp_path / "bayes.v"
    *_, claim = certified([str(path)], str(out), check=True)
    assert claim.said.code == "certified", claim
    (report,) = verify(path, certified=str(out)).derivations
    assert report.certified is not None
    assert (report.certified.accepted, report.certified.steps) == (2, 2)
    assert report.certified.prover == coq.prover().name
    assert {*report.certified.axioms} <= coq.AXIOMS


@COQ
@pytest.mark.usefixtures("kept")
def test_a_refuted_step_that_is_accepted_is_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names both; a step that both refuse is none."""
    path, out = ROOT / "tests/corpus/wrong/hc04-e1-loss-sign.yaml", tmp_path / "a.v"
    (made,) = certified([str(path)], str(out), check=True)
    assert (made.said.code, made.status) == ("certificate-unverified", ExitStatus.FAILED)
    monkeypatch.setattr(coq, "check", lambda *_: coq.Checked({}, accepted=True))
    _, disagreed = certified([str(path)], str(out), check=True)
    assert disagreed.status == ExitStatus.INTERNAL
    said = message(disagreed.said)
    assert re.search(r"Coq \S+ accepts step \d, which a counterexample refutes", said)
    assert not out.exists()


def test_what_is_not_verified_gets_none(tmp_path: Path) -> None:
    path = ROOT / "tests/corpus/wrong/hc04-e1-loss-sign.yaml"
    (made,) = certified([str(path)], str(tmp_path / "a.v"))
    assert (made.said.code, made.status) == ("certificate-unverified", ExitStatus.FAILED)
    assert not (tmp_path / "a.v").exists()


def test_it_is_written(tmp_path: Path) -> None:
    (made,) = certified([str(ROOT / "derivations/kl.yaml")], str(tmp_path / "kl.v"))
    assert (made.said.code, made.status) == ("certificate-written", ExitStatus.VERIFIED)
    assert "Theorem claim :" in (tmp_path / "kl.v").read_text()


def test_it_says_which_steps_it_leaves_out() -> None:
    found = Certificate([], {2: "sums (* over an index", 0: "a line that begins nothing"})
    text = noted("(* a title *)\nSection A.\n", found, {1: "step 1", 2: "step 2"})
    first, note, *rest = text.splitlines()
    assert (first, rest) == ("(* a title *)", ["Section A."])
    assert note.startswith("(* not in this file: step 2, which is about sums")
    assert note.count("(*") == note.count("*)") == 1


def test_what_is_no_certificate_is_not_written_over(tmp_path: Path) -> None:
    kl, out = str(ROOT / "derivations/kl.yaml"), tmp_path / "kl.v"
    out.write_text("Lemma own : True. Proof. trivial. Qed.")
    (made,) = certified([kl], str(out))
    assert (made.said.code, made.status) == ("certificate-foreign", ExitStatus.ERROR)
    assert out.read_text().startswith("Lemma own")
    for force in (True, False):  # by then it is ours
        (made,) = certified([kl], str(out), force=force)
        assert made.said.code == "certificate-written"
    link = tmp_path / "link.v"
    link.symlink_to(out)
    (made,) = certified([kl], str(link), force=True)
    assert made.said.code == "handout-link"


def test_files_of_one_name_have_certificates_of_their_own(tmp_path: Path) -> None:
    kl = (ROOT / "derivations/kl.yaml").read_text(encoding="utf-8")
    for folder in ("one", "other"):
        (tmp_path / "in" / folder).mkdir(parents=True)
        (tmp_path / "in" / folder / "kl.yaml").write_text(kl, encoding="utf-8")
    made = certified([str(tmp_path / "in")], str(tmp_path / "out"))
    assert [Path(each.file).relative_to(tmp_path).as_posix() for each in made] == [
        "out/one/kl.v",
        "out/other/kl.v",
    ]
    named = [str(tmp_path / "in" / folder / "kl.yaml") for folder in ("one", "other")]
    with pytest.raises(DiagnosticError) as error:
        list(certified(named, str(tmp_path / "out")))
    assert error.value.diagnostic.code == "certificate-twice"


@pytest.mark.parametrize(
    ("paths", "out", "code"),
    [
        (["derivations/kl.yaml"], "kl.txt", "certificate-ending"),
        (["derivations/kl.yaml", "derivations/bayes.yaml"], "kl.v", "certificate-several"),
    ],
)
def test_what_cannot_be_asked(paths: list[str], out: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError) as error:
        list(certified([str(ROOT / path) for path in paths], str(tmp_path / out)))
    assert error.value.diagnostic.code == code


# What holds of sequences of every length, and what doesn't.
SEQUENCES = {
    "int p(x_{0:t}, z_{0:t}) dz_{0:t} = p(x_{0:t})": True,
    "int p(x_{0:t}, z_{0:t}) dz_{0:t} = p(x_{0:t-1})": False,
    "p(x_0, z_{0:t}) = p(z_{0:t}) p(x_0 | z_{0:t})": True,
    "p(x_0, z_{0:t}) = p(z_{0:t}) p(x_0 | z_t)": False,
    "sum_{i=0}^{t} int p(z_i) log p(z_i) dz_i = sum_{i=0}^{t} E_{p(z_i)}[log p(z_i)]": True,
    "sum_{i=1}^{t} int p(z_i) log p(z_i) dz_i = sum_{i=0}^{t} E_{p(z_i)}[log p(z_i)]": False,
}


@COQ
def test_sequences(library: Path) -> None:
    model = "p(x_{0:t}, z_{0:t}) = prod_{tau=0}^{t} p(x_tau | z_tau) p(z_tau | z_{0:tau-1})"

    def text(said: str) -> str:
        return f"""
title: a row
model: ["{model}"]
support: []
parameters: [t >= 0]
steps: [{{so: "{said}"}}]
claim: "{said}"
"""

    settled(library, SEQUENCES, text)


# What holds of copies, however many, and what doesn't.
MEAN = "(1 / K) sum_{k=1}^{K} f(z_k)"
COPIES = {
    f"E_{{q(z_{{1:K}})}}[{MEAN}] = E_{{q(z)}}[f(z)]": True,
    "E_{q(z_{1:K})}[sum_{k=1}^{K} f(z_k)] = E_{q(z)}[f(z)]": False,
    "E_{q(z_1) q(z_2)}[f(z_1) f(z_2)] = (E_{q(z)}[f(z)])^2": True,
    "E_{q(z_1) q(z_2)}[f(z_1) f(z_2)] = E_{q(z)}[f(z)^2]": False,
    "E_{q(z_{1:K})}[f(z_1) / sum_{k=1}^{K} f(z_k)] = 1 / K": True,
    "E_{q(z_{1:K})}[f(z_1) / sum_{k=1}^{K} f(z_k)] = 1": False,
    f"log E_{{q(z)}}[f(z)] >= E_{{q(z_{{1:K}})}}[log({MEAN})]": True,
    f"E_{{q(z_{{1:K}})}}[log({MEAN})] >= log E_{{q(z)}}[f(z)]": False,
    f"E_{{q(z_{{1:K}})}}[log({MEAN})] >= E_{{q(z)}}[log f(z)]": True,
    f"E_{{q(z)}}[log f(z)] >= E_{{q(z_{{1:K}})}}[log({MEAN})]": False,
}

# Powers: concave between 0 and 1, convex beyond.
POWERS = {
    "(E_{q(z)}[f(z)])^a >= E_{q(z)}[f(z)^a]": True,
    "E_{q(z)}[f(z)^a] >= (E_{q(z)}[f(z)])^a": False,
    "E_{q(z)}[f(z)^b] >= (E_{q(z)}[f(z)])^b": True,
    "(E_{q(z)}[f(z)])^b >= E_{q(z)}[f(z)^b]": False,
    "(E_{q(z)}[f(z)])^c >= E_{q(z)}[f(z)^c]": False,
}


@COQ
def test_copies_and_powers(library: Path) -> None:
    def text(said: str) -> str:
        return f"""
title: a row
model: ["q(z)"]
support: []
copies: [z_k of z]
functions: [f(z) > 0]
parameters: [K >= 1, 0 < a < 1, b < 0, c > 0]
steps: [{{so: "{said}"}}]
claim: "{said}"
"""

    settled(library, {**COPIES, **POWERS}, text)


def test_copies_of_what_stands_beside_a_sequence_are_not_spoken_of() -> None:
    text = """
title: copies of an end
model: ["p(x, z_{0:t})"]
copies: [x_k of x]
parameters: [t >= 1]
steps: [{so: "E_{p(x_1)}[log p(x_1, z_{0:t})] = E_{p(x)}[log p(x, z_{0:t})]"}]
claim: "E_{p(x_1)}[log p(x_1, z_{0:t})] = E_{p(x)}[log p(x, z_{0:t})]"
"""
    with pytest.raises(UncertifiableError, match="sequences: copies"):
        forced(account_of(text))
