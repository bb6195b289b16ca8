"""A handout as PDF, by the system's pdflatex; by lualatex where it has letters of other alphabets,
which that takes from any font that is there."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from verifier.handout.tex.text import OTHER_LETTER
from verifier.outcome import Diagnostic, DiagnosticError

_PROGRAMS = ("pdflatex",)
_OF_OTHER_LETTERS = ("lualatex", "pdflatex")  # the second shows them by their numbers
_RUNS = 2  # the second knows the pages of the contents
_SECONDS = 120  # a guard: a handout takes a few
_SEAL = re.compile(rb"%elbo-verify ([0-9a-f]{64}) ([0-9a-f]{64})\n\Z")


def pdf(tex: str) -> bytes:
    """The document as PDF, the same to the byte under the same TeX. Raises DiagnosticError where
    pdflatex is missing or fails."""
    programs = _OF_OTHER_LETTERS if OTHER_LETTER in tex else _PROGRAMS
    program = next(filter(None, map(shutil.which, programs)), None)
    if program is None:
        raise DiagnosticError(Diagnostic("no-pdflatex"))
    # No date from the clock; TeX's own guards against running commands and writing elsewhere.
    settings = {"SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1", "openout_any": "p"}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "handout.tex").write_text(tex, encoding="ascii")
        call = [program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error"]
        for _ in range(_RUNS):
            try:
                run = subprocess.run(
                    [*call, "handout.tex"], cwd=folder, env={**os.environ, **settings},
                    stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False,
                )  # fmt: skip
            except subprocess.TimeoutExpired as error:
                raise _failed(program) from error
            if run.returncode:
                found = re.search(rb"^! (.*)$", run.stdout, re.MULTILINE)
                why = found[1].decode("ascii", "replace") if found else ""
                raise _failed(program, why)
        return _with_seal((Path(folder) / "handout.pdf").read_bytes(), digest(tex))


def _failed(program: str, why: str = "") -> DiagnosticError:
    data = {"program": os.path.basename(program), "why": why}
    return DiagnosticError(Diagnostic("pdflatex-failed", None, data))


def digest(tex: str) -> str:
    """The SHA-256 of the document that a PDF is made from."""
    return hashlib.sha256(tex.encode()).hexdigest()


def _with_seal(content: bytes, origin: str) -> bytes:
    """A PDF that ends in a comment: what it was made from, and a checksum of all before it."""
    marked = content + f"%elbo-verify {origin} ".encode()
    return marked + hashlib.sha256(marked).hexdigest().encode() + b"\n"


def is_sealed(content: bytes) -> bool:
    """Whether a PDF is a handout, changed since or not."""
    return _SEAL.search(content) is not None


def sealed(content: bytes) -> str | None:
    """The digest of what a PDF was made from; None where it was made elsewhere or changed since."""
    found = _SEAL.search(content)
    if found is None:
        return None
    checksum = hashlib.sha256(content[: found.start(2)]).hexdigest()
    return found[1].decode() if checksum.encode() == found[2] else None
