"""What the verifier says of a file by proof alone: no world is sampled, nothing is diagnosed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from verifier.derivation.derivation import Derivation
from verifier.derivation.loader import load_text
from verifier.judge.conditions import leaned_on
from verifier.judge.file import File, Others
from verifier.judge.step import Case, Desk, Judged, canonical, check_of, judged
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
        others: Others = {}
        for name in files:
            if name != MAIN:
                other = _judged(files, name, others)
                others[other.derivation.source.path, other.derivation.source.digest] = other
        file = _judged(files, MAIN, others)
        reached = file.claimed()
    except DiagnosticError as error:
        return Proof(error=error.diagnostic.code)
    said = [item for item in file.judged if item.report.index]
    accepted = [item for item in said if item.report.verdict is Verdict.PROVED]
    steps = tuple(item.report.index for item in accepted if not item.report.given)
    every = len(steps) == len(file.derivation.steps)
    leaned = [*(item.leaned for item in accepted), *file.formulas]
    leaning = {line.text for each in leaned for line in (*each.by, *each.facts)}
    claim = every and reached is not None and not reached.given
    return Proof(steps, claim, frozenset(leaning))


def _judged(files: Files, name: str, others: Others) -> File:
    """A file, each step of which was asked of the kernel alone."""
    file = File(_derivation(files, name), partial(_derivation, files), (), others)
    file.is_used = True  # no one reads what would mend it
    file.judge = partial(_step, file.desk)
    file.run()
    return file


def _step(desk: Desk, case: Case) -> Judged:
    """A step by the rules cited: which of them could be left out isn't asked, which would take
    longer than the proof. One that cites none is judged as always."""
    unproved = Judged(replace(case.blank, verdict=Verdict.UNPROVED))
    if case.step.rules is None:
        silent: Any = _Silent()
        try:
            return judged(replace(desk, second=silent), case)
        except _NoOpinion:
            return unproved
    attempt = _attempt(desk, case)
    if attempt is None or case.missing is not None:
        return unproved
    leaned = leaned_on(desk.context, attempt.theorem, desk.written())
    if leaned.missing:
        return unproved
    given = tuple(sorted(leaned.given))
    report = replace(case.blank, verdict=Verdict.PROVED, given=given)
    return Judged(report, check_of(case), leaned, attempt.theorem)


def _attempt(desk: Desk, case: Case) -> Attempt | None:
    rules = {*canonical(case.step.rules or ())} & RULES.keys()
    if not desk.strict and not all(RULES[name].tidying for name in rules):
        rules |= TIDYING
    try:
        return prove(desk.context, case.goal, rules)
    except OutOfWork:
        return None


def _derivation(files: Files, name: str) -> Derivation:
    if name not in files:
        raise DiagnosticError(Diagnostic("unreadable", None, {"reason": name}))
    return load_text(files[name], name)
