"""How much of what holds is certified by Coq, and that nothing false is.

`python -m benchmarks.certificates PATH..` writes the certificate of each derivation, has Coq check
it, and says what became of its claim and of each step, and how long that took. Of a file that
expects to fail, it takes each step that is expected to be refuted, states it as a claim under what
the file declares, with nothing that the file says to start from, and has Coq try that: none may be
accepted. Last come a table, how many claims and steps there are and of those that aren't accepted
why, and what it took; and of the derivations that hold and speak of tables, which is all but those
over sequences of unknown length, how many are certified as wholes, which are open, and which were
not counted. `--seconds N`: so long for each sentence. Without PATH: all that ships.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from verifier.certificate import coq
from verifier.certificate.account import Account
from verifier.certificate.pieces import Certificate
from verifier.certificate.scope import sequences
from verifier.certificate.tables import UncertifiableError
from verifier.certificate.writer import certificate
from verifier.commands.accounts import accounted
from verifier.commands.jobs import neighbour
from verifier.derivation.loader import load
from verifier.judge.checked import CheckedFile, Library, checked_file
from verifier.judge.step import check_step
from verifier.outcome import DiagnosticError, FileVerdict, Verdict

SHIPPED = Path(__file__).parent.parent / "derivations"
HOLDS, BESIDE = "holds", "holds, over sequences"
WHOLE = "accepted"


def judged(path: str) -> tuple[CheckedFile, Library]:
    """A file with its steps checked, and without what is wrong with them."""
    library = Library()
    derivation = load(path)
    found = checked_file(
        derivation, lambda n: neighbour(path, n), library, check=check_step, explains=False
    )
    return found, library


def forced(account: Account, number: int = 0) -> Certificate:
    """A step stated as a claim, or the claim, under what its file declares and nothing else: by
    the tactics that a step gets."""
    return certificate(account.claiming(number))


def put(path: str) -> Iterator[tuple[str, Certificate | str]]:
    """What Coq is asked of a file: its certificate, or the claims in it that are false."""
    file, library = judged(path)
    wrong = [s.report for s in file.run.steps if s.report.expected is Verdict.REFUTED and s.task]
    holds = HOLDS if speaks_of_tables(file) else BESIDE
    try:
        account = accounted(file, library)
        if not wrong and file.environment.derivation.expect is FileVerdict.VERIFIED:
            yield holds, certificate(account)
        for report in wrong:
            yield f"false step {report.index}", forced(account, report.index)
    except UncertifiableError as error:
        yield holds if not wrong else "false", str(error)


def speaks_of_tables(file: CheckedFile) -> bool:
    """Whether no family of a file is over sequences of unknown length."""
    return not sequences(file.environment.declared.model)


def told(
    what: str, found: Certificate | str, known: tuple[coq.Prover, Path]
) -> tuple[str, str, Counter[str]]:
    """What became of it, in a word and in a line; and of its steps."""
    if isinstance(found, str):
        return f"not certifiable: {found.partition(':')[0]}", found, Counter()
    result = coq.check(*known, found)
    left = [name for name, closed in result.lemmas.items() if not closed]
    word = WHOLE if result.accepted else "not accepted"
    if result.accepted and what in (HOLDS, BESIDE) and (left or found.left_out):
        word = "claim accepted"
    unclosed = {found.lemmas[name] for name in left} - {*found.left_out}
    steps = Counter(f"not certifiable: {why.partition(':')[0]}" for why in found.left_out.values())
    steps["not closed"] = len(unclosed - {0})
    steps["accepted"] = len({*found.lemmas.values()} - unclosed - {0, *found.left_out})
    return word, f"in {result.seconds:.1f} s {' '.join(left)} {found.left_out or ''}", steps


def main(given: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("paths", nargs="*", default=[str(SHIPPED)])
    parser.add_argument("--seconds", type=int, default=coq.STEP_SECONDS)
    arguments = parser.parse_args(given)
    prover = replace(coq.prover(), seconds=arguments.seconds)
    known = prover, coq.library(prover, tempfile.mkdtemp())
    places = (Path(path) for path in arguments.paths)
    files = sorted({f for p in places for f in (p.rglob("*.yaml") if p.is_dir() else [p])})
    counts: Counter[str] = Counter()
    became: dict[str, dict[str, str]] = {HOLDS: {}, BESIDE: {}}
    for file in files:
        try:
            asked = [*put(str(file))]
        except DiagnosticError as error:
            print(f"{file}: {error.diagnostic.code}", flush=True)
            continue
        for what, found in asked:
            word, more, steps = told(what, found, known)
            if what in became:
                became[what][file.stem] = word
                counts.update({f"steps: {said}": n for said, n in steps.items()})
            counts[f"{what.partition(' step')[0]}: {word}"] += 1
            print(f"{file}: {what}: {word} {more}", flush=True)
    for what, count in sorted(counts.items()):
        print(f"{count:5} {what}")
    whole = [name for name, word in became[HOLDS].items() if word == WHOLE]
    print(f"of tables: {len(whole)} of {len(became[HOLDS])} certified as wholes; open:")
    print("  " + " ".join(sorted(became[HOLDS].keys() - whole)))
    print("not counted, over sequences: " + " ".join(sorted(became[BESIDE])))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds, most = used.ru_utime + used.ru_stime, used.ru_maxrss >> 10
    print(f"{seconds:.0f} s of CPU time for Coq, {most} MB at most")
    return int(counts["false: accepted"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
