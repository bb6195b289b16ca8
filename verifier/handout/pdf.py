"""A handout as PDF, by the system's pdflatex."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from verifier.outcome import Diagnostic, DiagnosticError

_PROGRAM = "pdflatex"
_RUNS = 2  # the second knows the pages of the contents
_SECONDS = 120  # a guard: a handout takes a few
_MARK = re.compile(rb"/Keywords \(sha256 ([0-9a-f]{64})\)")


def pdf(tex: str) -> bytes:
    """The document as PDF, the same to the byte under the same TeX. Raises DiagnosticError where
    pdflatex is missing or fails."""
    program = shutil.which(_PROGRAM)
    if program is None:
        raise DiagnosticError(Diagnostic("no-pdflatex"))
    keywords = rf"\pdfinfo{{/Keywords (sha256 {digest(tex)})}}"
    marked = tex.replace(r"\begin{document}", keywords + "\n" + r"\begin{document}", 1)
    # No date from the clock; TeX's own guards against running commands and writing elsewhere.
    settings = {"SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1", "openout_any": "p"}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "handout.tex").write_text(marked, encoding="ascii")
        call = [program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error"]
        for _ in range(_RUNS):
            try:
                run = subprocess.run(
                    [*call, "handout.tex"], cwd=folder, env={**os.environ, **settings},
                    stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False,
                )  # fmt: skip
            except subprocess.TimeoutExpired as error:
                raise DiagnosticError(Diagnostic("pdflatex-failed", None, {"why": ""})) from error
            if run.returncode:
                found = re.search(rb"^! (.*)$", run.stdout, re.MULTILINE)
                why = found[1].decode("ascii", "replace") if found else ""
                raise DiagnosticError(Diagnostic("pdflatex-failed", None, {"why": why}))
        return (Path(folder) / "handout.pdf").read_bytes()


def digest(tex: str) -> str:
    """What a PDF is marked with: the SHA-256 of the document that it was made from."""
    return hashlib.sha256(tex.encode()).hexdigest()


def marked(content: bytes) -> str | None:
    """The mark of a PDF that was made here."""
    found = _MARK.search(content)
    return found[1].decode("ascii") if found else None
