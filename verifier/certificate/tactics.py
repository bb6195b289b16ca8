"""Which tactic of the base library a step is put to."""

from __future__ import annotations

from verifier.certificate.account import Step

TACTICS = {"=": "step_eq", ">=": "step_le", "<=": "step_le"}


def tactic(step: Step, known: str) -> str:
    """The tactic for a step: for its relation, with the name of what it starts from."""
    return f"{TACTICS[step.statement.relation]} {known}"
