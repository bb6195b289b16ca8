"""`--try`: one statement, read as documents are, its model inferred."""

from __future__ import annotations

import re

from verifier.commands.engine import engine
from verifier.commands.extract import chains
from verifier.commands.judging import failed
from verifier.derivation.source import text_source
from verifier.outcome import DerivationReport, DiagnosticError, Report

NAME = "<statement>"
_TITLED = re.compile(r"\Atitle: .*\nsource: .*\n")


def attempt(statement: str) -> Report:
    """The report on a statement, or on a chain of them; nothing that is wrong with it raises."""
    from verifier.documents.document import check_display  # brings SymPy

    try:
        with engine():
            found = check_display(text_source(statement, NAME))
    except DiagnosticError as error:
        return Report((failed(NAME, *error.diagnostics),))
    return Report((found.completed,))


def as_derivations(report: DerivationReport) -> tuple[str, ...]:
    """What was tried as files to go on with, each with the model that was inferred."""
    return tuple(
        _TITLED.sub("title: A statement\n", text, count=1) for _, text, _ in chains(report)
    )
