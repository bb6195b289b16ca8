"""What the verifier says of a file by proof alone: no world is sampled, nothing is diagnosed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from verifier.checker import File, Others
from verifier.language.derivation import Derivation
from verifier.language.loader import load_text
from verifier.outcome import Diagnostic, DiagnosticError, Verdict
from verifier.steps import Case, Judged, judged

ACCEPTED = (Verdict.PROVED, Verdict.WRONG_RULE)  # it follows, by these rules or by others
Files = Mapping[str, str]  # texts by name; the one to judge is `MAIN`
MAIN = "main.yaml"


@dataclass(frozen=True)
class Proof:
    """The steps that are said to follow, those that do so unconditionally, and whether the claim
    is reached by such alone. `error` is what keeps a file from being judged."""

    steps: tuple[int, ...] = ()
    claim: bool = False
    error: str = ""


class _NoOpinion(Exception):  # noqa: N818
    """A step isn't proved: what follows would be a search for counterexamples."""


class _Silent:
    """In the place of the second opinion. A step without rules is searched for, once asked."""

    def __init__(self, searching: bool) -> None:
        self.searching = searching

    def figures(self, checks: Any) -> list[None]:
        return [None for _ in checks] if self.searching else self.refute()

    def refute(self, _: Any = None) -> Any:
        if not self.searching:
            raise _NoOpinion

    def __getattr__(self, name: str) -> Any:
        raise _NoOpinion


def proof(files: Files) -> Proof:
    """The verifier's proof of a file. Other exceptions than a refusal are the verifier's own."""
    try:
        others: Others = {}
        for name in files:
            if name != MAIN:
                other = _judged(files, name, others)
                source = other.derivation.source
                others[source.path, source.digest] = other
        file = _judged(files, MAIN, others)
        reached = file.claimed()
    except DiagnosticError as error:
        return Proof(error=error.diagnostic.code)
    said = [item.report for item in file.judged if item.report.index]
    accepted = tuple(r.index for r in said if r.verdict in ACCEPTED and not r.given)
    every = len(accepted) == len(file.derivation.steps)
    return Proof(accepted, every and reached is not None and not reached.given)


def _judged(files: Files, name: str, others: Others) -> File:
    """A file, each step of which was asked of the kernel alone."""
    file = File(_derivation(files, name), partial(_derivation, files), (), others)
    file.is_used = True  # no one reads what would mend it
    desk = file.desk

    def judge(case: Case) -> Judged:
        silent: Any = _Silent(case.step.rules is None)
        try:
            return judged(replace(desk, second=silent), case)
        except _NoOpinion:
            return Judged(replace(case.blank, verdict=Verdict.UNPROVED))

    file.judge = judge
    file.run()
    return file


def _derivation(files: Files, name: str) -> Derivation:
    if name not in files:
        raise DiagnosticError(Diagnostic("unreadable", None, {"reason": name}))
    return load_text(files[name], name)
