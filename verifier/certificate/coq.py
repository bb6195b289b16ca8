"""The prover: its base library built once, certificates put to it, what it says read back."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from verifier.certificate.pieces import Certificate
from verifier.certificate.record import FILES, LIBRARY, library_digest

HEAD = 1  # lines, before a text
KNOWN = "8.16"  # the version that all of this is tried with
STEP_SECONDS = 60  # for one sentence of a certificate
FILE_SECONDS = 600  # for all of them
# What `ln` of the standard library rests on, and nothing beside it.
AXIOMS = frozenset(
    {
        "ClassicalDedekindReals.sig_forall_dec",
        "ClassicalDedekindReals.sig_not_dec",
        "FunctionalExtensionality.functional_extensionality_dep",
        "Classical_Prop.classic",
    }
)
# What would let a file say more than it proves, or do more than be checked.
_REFUSED = (
    *("Axiom", "Axioms", "Parameter", "Parameters", "Conjecture", "Conjectures", "Admitted"),
    *("admit", "give_up", "bypass_check", "Unset", "Declare", "Load", "Redirect", "Extraction"),
    *("Drop", "Cd", "Add", "Obligation", "Obligations", "Program", "exact_no_check"),
    *("vm_cast_no_check", "native_cast_no_check", "native_compute", "Guarded", "Primitive"),
)


class NoCoqError(Exception):
    """There is no `coqc` here."""


class FailedError(Exception):
    """It doesn't accept its base library."""


@dataclass(frozen=True)
class Prover:
    """A `coqc`, the version that it says it is, and how long it has for a sentence."""

    program: str
    version: str
    seconds: int = STEP_SECONDS

    @property
    def name(self) -> str:
        """What it is called."""
        return f"Coq {self.version}"


@dataclass(frozen=True)
class Checked:
    """What the prover says of a certificate. `lemmas`: of each whether it is accepted. `accepted`:
    whether the claim is, with all that makes it one, in a file that is accepted as a whole: that
    of `text`, which has no lemma that isn't. `refused`: why it doesn't count. `shown`: the claim as
    the prover shows it, with all its hypotheses."""

    lemmas: dict[str, bool]
    accepted: bool = False
    text: str = ""
    axioms: frozenset[str] = frozenset()
    refused: str = ""
    shown: str = ""
    seconds: float = 0.0


def prover() -> Prover:
    """The prover that is here. Raises NoCoqError."""
    program = shutil.which("coqc")
    if program is None:
        raise NoCoqError
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"version (\S+)", said.stdout)
    if found is None:
        raise NoCoqError
    return Prover(program, found[1], STEP_SECONDS)


def library(coq: Prover, kept: str | None) -> Path:
    """The base library, built: among what is kept, or for this process alone. Raises
    OSError, FailedError."""
    parent = tempfile.mkdtemp(prefix="elbo-coq-") if kept is None else kept
    digest = hashlib.sha256(f"{coq.version} {library_digest()}".encode()).hexdigest()
    folder = Path(parent) / f"coq-{digest[:24]}"
    if not folder.is_dir():
        Path(parent).mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix="coq-", dir=parent))
        for name in FILES:
            shutil.copyfile(LIBRARY / f"{name}.v", made / f"{name}.v")
            run = _run(coq, made, made / f"{name}.v", FILE_SECONDS)
            if run.returncode:
                raise FailedError(run.stderr.strip()[-300:])
        try:
            made.rename(folder)
        except OSError:  # another process was first
            shutil.rmtree(made, ignore_errors=True)
    return folder


def linted(text: str) -> str:
    """What of a file isn't let to the prover: a word that states without proof. Empty for none."""
    plain = _without_comments(text)
    found = re.search(rf"\b({'|'.join(_REFUSED)})\b", plain)
    return found[0] if found else ""


def _without_comments(text: str) -> str:
    depth, kept = 0, []
    for part in re.split(r"(\(\*|\*\))", text):
        if part == "(*":
            depth += 1
        elif part == "*)":
            depth -= 1
        elif depth == 0:
            kept.append(part)
    return " ".join(kept)


def check(coq: Prover, base: Path, certificate: Certificate) -> Checked:
    """What the prover says of a certificate: of all of it; where that isn't accepted, of each
    lemma from there on, given those before, of the steps that aren't proved by what is between
    their sides, and then of the rest as a whole."""
    began = time.monotonic()
    steps = certificate.lemmas
    lemmas = dict.fromkeys(steps, True)
    word = linted(certificate.text)
    if word:
        return Checked(
            dict.fromkeys(lemmas, False), text=certificate.text, refused=f"`{word}` stands in it"
        )
    given, run = certificate, _checked(coq, base, certificate.text)
    known: frozenset[str] | None = given.above(_place(run))
    while not _passed(run):
        certificate, closed = _closable(coq, base, given, known)
        lemmas = {name: name in closed for name in steps}
        run = _checked(coq, base, certificate.text) if lemmas["claim"] else None
        if known is None or not lemmas["claim"]:
            break
        known = None  # what was taken for granted isn't a second time
    whole = all(closed for name, closed in lemmas.items() if not steps[name])
    shown, _, axioms = (run.stdout if run is not None and _passed(run) else "").partition("Axioms:")
    named = frozenset(re.findall(r"^([^\s:]+)", axioms, re.M))
    beyond = ", ".join(sorted(named - AXIOMS))
    return Checked(
        lemmas,
        accepted=whole and _passed(run) and "claim" in shown and not beyond,
        text=certificate.text,
        axioms=named,
        refused=f"it rests on {beyond}" if beyond else "",
        shown=shown.strip(),
        seconds=time.monotonic() - began,
    )


def _closable(
    coq: Prover, base: Path, certificate: Certificate, known: frozenset[str] | None
) -> tuple[Certificate, set[str]]:
    """What of a certificate can be proved: as a file of that alone, and its lemmas. `known`: the
    lemmas that are, and not proved again; None: each time all of them are."""
    steps = certificate.lemmas
    closed = _closed(coq, base, certificate, known or frozenset())
    missing = frozenset(n for name, n in steps.items() if n and name not in closed)
    before = certificate
    if missing and certificate.split is not None:  # by what is between
        certificate = certificate.split(missing)
        closed = _closed(coq, base, certificate, _again(certificate, before, closed, known))
    while beside := (certificate.asides | certificate.helpers) - closed:  # no other rests on these
        before, certificate = certificate, certificate.without(beside)
        closed = _closed(coq, base, certificate, _again(certificate, before, closed, known))
    return certificate.without(certificate.lemmas.keys() - closed), closed


def _again(
    certificate: Certificate, before: Certificate, closed: set[str], known: frozenset[str] | None
) -> frozenset[str]:
    return frozenset() if known is None else certificate.unchanged(before, closed)


def _place(run: subprocess.CompletedProcess[str] | None) -> int:
    """The line of a text at which a run over it ended; 0 where it isn't said."""
    found = re.search(r"line (\d+), characters [\d-]+:\nError", run.stderr) if run else None
    return int(found[1]) - HEAD if found else 0


def _closed(
    coq: Prover, base: Path, certificate: Certificate, known: frozenset[str] = frozenset()
) -> set[str]:
    """The lemmas of a certificate that are proved in time, given those before; the `known` ones are
    not proved again."""
    look = _checked(coq, base, certificate.survey(coq.seconds, known))
    return {*known, *re.findall(r"^accepted (\S+)$", look.stdout, re.M)} if look else {*known}


def _passed(run: subprocess.CompletedProcess[str] | None) -> bool:
    return run is not None and run.returncode == 0


def _checked(coq: Prover, base: Path, text: str) -> subprocess.CompletedProcess[str] | None:
    """A run over a text, with a limit for each sentence (beyond that for a tactic, which a survey
    has); None where it took too long."""
    with _folder() as folder:
        file = folder / "certificate.v"
        file.write_text(f"Set Default Timeout {coq.seconds + 5}.\n{text}", encoding="utf-8")
        try:
            return _run(coq, base, file, FILE_SECONDS)
        except subprocess.TimeoutExpired:
            return None


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="elbo-coq-") as name:
        yield Path(name)


def _run(coq: Prover, base: Path, file: Path, seconds: int) -> subprocess.CompletedProcess[str]:
    """A run of the prover over a file, without what a user has set up for it."""
    return subprocess.run(
        [coq.program, "-q", "-Q", str(base), "Elbo", str(file)],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        cwd=file.parent,  # it leaves notes where it stands
        stdin=subprocess.DEVNULL,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
