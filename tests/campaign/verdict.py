"""What the verifier says of a file by proof alone: no world is sampled, nothing is diagnosed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from verifier.derivation.derivation import Derivation
from verifier.derivation.loader import load_text
from verifier.judge.checked import CheckedFile, Library, checked_file
from verifier.judge.environment import Environment
from verifier.judge.obligations import leaned_on
from verifier.judge.rulings import canonical
from verifier.judge.step import check_step
from verifier.judge.task import CheckedStep, Task
from verifier.kernel.budget import OutOfWork
from verifier.kernel.rules import RULES, TIDYING
from verifier.outcome import Diagnostic, DiagnosticError, Verdict
from verifier.tactics.prover import Attempt, prove

Files = Mapping[str, str]  # texts by name; the one to judge is `MAIN`
MAIN = "main.yaml"


@dataclass(frozen=True)
class Proof:
    """The steps that are said to follow, those that do so unconditionally, and whether the claim
    is reached by such alone. `leaning`: the lines of `support` and `assume` that this is said to
    lean on. `error` is what keeps a file from being judged."""

    steps: tuple[int, ...] = ()
    claim: bool = False
    leaning: frozenset[str] = frozenset()
    error: str = ""


class _NoOpinion(Exception):  # noqa: N818
    """A step isn't proved: what follows would be a search for counterexamples."""


class _Silent:
    """In the place of the second opinion, where a step without rules is searched for."""

    def figures(self, checks: Any) -> list[None]:
        return [None for _ in checks]

    def refute(self, _: Any) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        raise _NoOpinion


def proof(files: Files) -> Proof:
    """The verifier's proof of a file. Other exceptions than a refusal are the verifier's own."""
    try:
        library = Library()
        for name in files:
            if name != MAIN:
                other = _checked(files, name, library)
                library.enter(other)
        file = _checked(files, MAIN, library)
        reached = file.claim.statement
    except DiagnosticError as error:
        return Proof(error=error.diagnostic.code)
    said = [step for step in file.run.steps if step.report.index]
    accepted = [step for step in said if step.report.verdict is Verdict.PROVED]
    steps = tuple(step.report.index for step in accepted if not step.report.given)
    every = len(steps) == len(file.environment.derivation.steps)
    leaned = (step.leaned for step in accepted)
    leaning = {line.text for each in leaned for line in (*each.by, *each.facts)}
    claim = every and reached is not None and not reached.given
    return Proof(steps, claim, frozenset(leaning))


def _checked(files: Files, name: str, library: Library) -> CheckedFile:
    """A file, each step of which was asked of the kernel alone."""
    load = partial(_derivation, files)
    return checked_file(_derivation(files, name), load, library, check=_step, explains=False)


def _step(environment: Environment, task: Task) -> CheckedStep:
    """A step by the rules cited: which of them could be left out isn't asked, which would take
    longer than the proof. One that cites none is checked as always."""
    unproved = CheckedStep(replace(task.report, verdict=Verdict.UNPROVED))
    if task.step.rules is None:
        silent: Any = _Silent()
        try:
            return check_step(replace(environment, second=silent), task)
        except _NoOpinion:
            return unproved
    attempt = _attempt(environment, task)
    if attempt is None or task.unusable is not None:
        return unproved
    leaned = leaned_on(environment.context, attempt.theorem, environment.written)
    if leaned.missing:
        return unproved
    given = tuple(sorted(leaned.given))
    report = replace(task.report, verdict=Verdict.PROVED, given=given)
    return CheckedStep(report, task, leaned, attempt.theorem)


def _attempt(environment: Environment, task: Task) -> Attempt | None:
    rules = {*canonical(task.step.rules or ())} & RULES.keys()
    if not task.strict and not all(RULES[name].tidying for name in rules):
        rules |= TIDYING
    try:
        return prove(environment.context, task.goal, rules)
    except OutOfWork:
        return None


def _derivation(files: Files, name: str) -> Derivation:
    if name not in files:
        raise DiagnosticError(Diagnostic("unreadable", None, {"reason": name}))
    return load_text(files[name], name)
