"""Certificates for tests: of files, and of statements that are forced on Coq, many in one run."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from campaign.worlds import Block, Slot

from benchmarks.certificates import judged
from verifier.certificate import coq
from verifier.certificate.account import Account
from verifier.certificate.pieces import Certificate
from verifier.certificate.tables import UncertifiableError
from verifier.certificate.writer import REQUIRED, certificate
from verifier.commands.accounts import accounted
from verifier.commands.jobs import neighbour
from verifier.derivation.loader import load, load_text
from verifier.judge.chain import Check
from verifier.judge.checked import CheckedFile, Library, checked_file
from verifier.judge.environment import Environment
from verifier.judge.sampling import Conjecture
from verifier.judge.step import check_step
from verifier.judge.task import CheckedStep, Task, shown
from verifier.outcome import DiagnosticError, FileVerdict, Verdict

LONG = bool(os.environ.get("ELBO_LONG_TESTS"))  # all of it, with more time
TRUE_SECONDS, FALSE_SECONDS = 120, 30 if LONG else 1  # for a statement that holds, that doesn't
ROOT = Path(__file__).parent.parent.parent


def account(path: Path) -> Account:
    """A file of the repository as what its certificate is made of; nothing wrong is diagnosed."""
    return accounted(*judged(str(path)))


def account_of(text: str, check: Check = check_step, **others: str) -> Account:
    """The same of a text, which may use others by their names."""
    library = Library()
    texts = {f"{name}.yaml": other for name, other in others.items()}
    found = checked_file(
        load_text(text), lambda n: load_text(texts[n]), library, check=check, explains=False
    )
    return accounted(found, library)


def forced(account: Account, number: int = 0) -> Certificate:
    """A step stated as a claim, or the claim, under what its file declares and nothing else."""
    return certificate(account.claiming(number))


def unjudged(_: Environment, task: Task) -> CheckedStep:
    """A step that nobody is asked about: what it says is all that is wanted."""
    report = replace(shown(task.report, task.line), verdict=Verdict.UNPROVED)
    return CheckedStep(report, task)


def read_alone(path: Path, library: Library | None = None) -> tuple[CheckedFile, Library]:
    """A file of which no step is judged. `library`: what it uses is there, once it was checked."""
    library, name = library or Library(), str(path)
    found = checked_file(
        load(name), lambda n: neighbour(name, n), library, check=unjudged, explains=False
    )
    return found, library


def said_to_be_false(paths: Iterable[Path]) -> dict[str, Certificate | str]:
    """The steps of files that they expect to be refuted, each stated as a claim; or why it can't
    be. Where all steps hold and the file doesn't, its claim (step 0), if a world refutes that. None
    of a file that means nothing."""
    library = Library()
    return {name: said for path in paths for name, said in _false(path, library)}


def _false(path: Path, library: Library) -> Iterator[tuple[str, Certificate | str]]:
    try:
        file, _ = read_alone(path, library)
    except DiagnosticError:
        return
    steps = [s.report.index for s in file.run.steps if s.report.expected is Verdict.REFUTED]
    good = all(s.report.expected is Verdict.PROVED for s in file.run.steps)
    if good and file.environment.derivation.expect is FileVerdict.FAILED:
        steps = [0]
    for number in steps:
        name = f"{path.parent.name}/{path.stem}, step {number}"
        try:
            made = accounted(file, library)
            conjecture = Conjecture(0, made.claim, ())
            if number or file.environment.second.refute(conjecture) is not None:
                yield name, forced(made, number)
        except UncertifiableError as error:
            yield name, str(error)


def tried(
    library: Path,
    asked: Mapping[str, Certificate],
    seconds: int,
    defined: bool = True,
    last: bool = False,
) -> dict[str, dict[str, bool]]:
    """Of each certificate, which of its lemmas Coq accepts in so much time each: all in one run.
    That of the claim is left out, since it says again what a step says. Those that say that lines
    are `defined` may be, where what is asked is false: what is known of factors is then granted.
    `last`: the last step is asked for alone, given those before it."""
    left_out = "claim" if defined else ("claim", "defined")
    parts, due = [REQUIRED], []
    for number, found in enumerate(asked.values()):
        pieces = [p for p in found.pieces[:-1] if not p.lemma.startswith(left_out)]
        steps = [p.lemma for p in pieces if p.lemma and p.step >= 0 and not p.aside]
        due.append(steps[-1:] if last else steps)
        granted = (
            frozenset() if defined else Certificate(pieces).helpers.union({*steps} - {*due[-1]})
        )
        text = Certificate(pieces).survey(seconds, granted).replace(REQUIRED, f"Module M{number}.")
        parts.append(f"{text}End Certificate.\nEnd M{number}.\n{_mark(number)}")
    run = _run(library, "\n".join(parts))
    assert run.returncode == 0, run.stderr
    texts = re.split(r"^done \d+$", run.stdout, flags=re.MULTILINE)
    assert len(texts) == len(asked) + 1
    said = ({*re.findall(r"^accepted (\S+)$", text, re.MULTILINE)} for text in texts)
    return {
        name: {lemma: lemma in accepted for lemma in lemmas}
        for name, lemmas, accepted in zip(asked, due, said, strict=False)
    }


def is_closed(lemmas: Mapping[str, bool]) -> bool:
    """Whether a step is, with what it is put together from; where its line is defined is another
    thing."""
    return all(closed for name, closed in lemmas.items() if not name.startswith("defined"))


def left_open(library: Path, asked: Mapping[str, Certificate]) -> list[tuple[str, str]]:
    """The lemmas of statements that hold which aren't closed."""
    found = tried(library, asked, TRUE_SECONDS)
    return [(name, n) for name, lemmas in found.items() for n in lemmas if not lemmas[n]]


def closed_though_false(
    library: Path, asked: Mapping[str, Certificate], last: bool = False
) -> list[str]:
    """Which statements that don't hold are closed all the same. What two files say alike is asked
    once."""
    once = {found.text.partition("Section")[2]: name for name, found in asked.items()}
    alone = {name: asked[name] for name in once.values()}
    found = tried(library, alone, FALSE_SECONDS, defined=False, last=last)
    return [name for name, lemmas in found.items() if is_closed(lemmas)]


def _mark(number: int) -> str:
    return f'Goal True. idtac "done {number}". exact I. Qed.'


def _run(library: Path, text: str) -> subprocess.CompletedProcess[str]:
    file = library.parent / f"batch{os.getpid()}.v"
    file.write_text(text, encoding="utf-8")
    return subprocess.run(
        [coq.prover().program, "-q", "-Q", str(library), "Elbo", str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )


def in_order(blocks: Sequence[Block], given: tuple[Slot, ...]) -> tuple[Block, ...]:
    """Blocks after those that they are given."""
    waiting, known, done = [*blocks], {*given}, []
    while waiting:
        block = next(b for b in waiting if known.issuperset(b.right))
        waiting.remove(block)
        known.update(block.left)
        done.append(block)
    return tuple(done)
