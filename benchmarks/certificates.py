"""How much of what holds is certified by Coq, and that nothing false is.

`python -m benchmarks.certificates PATH..` writes the certificate of each derivation, has Coq check
it, and says what became of its claim and of each step, and how long that took. Of a file that
expects to fail, it takes each step that is expected to be refuted, states it as a claim under what
the file declares, with nothing that the file says to start from, and has Coq try that: none may be
accepted. Without PATH: all that ships.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from verifier.certificate import coq
from verifier.certificate.account import Account
from verifier.certificate.pieces import Certificate
from verifier.certificate.tables import UncertifiableError
from verifier.certificate.writer import certificate
from verifier.commands.accounts import accounted
from verifier.commands.jobs import neighbour
from verifier.derivation.loader import load
from verifier.judge.checked import CheckedFile, Library, checked_file
from verifier.judge.step import check_step
from verifier.outcome import DiagnosticError, Verdict

SHIPPED = Path(__file__).parent.parent / "derivations"


def judged(path: str) -> tuple[CheckedFile, Library]:
    """A file with its steps checked, and without what is wrong with them."""
    library = Library()
    derivation = load(path)
    found = checked_file(
        derivation, lambda n: neighbour(path, n), library, check=check_step, explains=False
    )
    return found, library


def forced(account: Account, number: int) -> Certificate:
    """A step stated as a claim under what its file declares, and nothing else."""
    step = next(s for s in account.steps if s.number == number)
    return certificate(
        replace(
            account, steps=(), claim=step.statement, claimed=step.text, reached=None, start=None
        )
    )


def put(path: str) -> Iterator[tuple[str, Certificate | str]]:
    """What Coq is asked of a file: its certificate, or the claims in it that are false."""
    file, library = judged(path)
    account = accounted(file, library)
    wrong = [s.report for s in file.run.steps if s.report.expected is Verdict.REFUTED and s.task]
    try:
        if not wrong:
            yield "holds", certificate(account)
        for report in wrong:
            yield f"false step {report.index}", forced(account, report.index)
    except UncertifiableError as error:
        yield "holds" if not wrong else "false", str(error)


def main(paths: list[str]) -> int:
    prover = coq.prover()
    known = coq.library(prover, tempfile.mkdtemp())
    files = sorted(
        {f for p in paths for f in (Path(p).rglob("*.yaml") if os.path.isdir(p) else [Path(p)])}
    )
    counts: dict[str, int] = {}
    for file in files:
        began = time.monotonic()
        try:
            asked = [*put(str(file))]
        except DiagnosticError as error:
            print(f"{file}: {error.diagnostic.code}", flush=True)
            continue
        judging = time.monotonic() - began
        for what, found in asked:
            kind = what.partition(" ")[0]
            if isinstance(found, str):
                counts[f"{kind}: not certifiable"] = counts.get(f"{kind}: not certifiable", 0) + 1
                print(f"{file}: {what}: not certifiable: {found}", flush=True)
                continue
            result = coq.check(prover, known, found)
            open_ = [name for name, closed in result.lemmas.items() if not closed]
            word = "accepted" if result.accepted else "not accepted"
            if result.accepted and kind == "holds" and (open_ or found.left_out):
                word = "claim accepted"
            counts[f"{kind}: {word}"] = counts.get(f"{kind}: {word}", 0) + 1
            print(
                f"{file}: {what}: {word} in {result.seconds:.1f} s ({judging:.1f} s before)"
                f" {' '.join(open_)} {found.left_out or ''}",
                flush=True,
            )
    for what, count in sorted(counts.items()):
        print(f"{count:5} {what}")
    return int(counts.get("false: accepted", 0) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [str(SHIPPED)]))
