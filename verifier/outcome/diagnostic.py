"""What is to be said, not yet worded, and where; exit statuses. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class ExitStatus:
    """Exit statuses of the command line; where several apply the largest wins."""

    VERIFIED = 0
    FAILED = 1
    ERROR = 2
    INTERNAL = 70


@dataclass(frozen=True, slots=True)
class Location:
    """Where something stands in a file: line and column count from 1, in characters."""

    line: int
    column: int
    end_line: int
    end_column: int
    excerpt: str = ""  # the source line, for the caret
    excerpt_column: int = 1  # where the excerpt begins: a very long line is shown in part


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What is to be said, not yet worded: a stable code, where, and the data of the sentence.

    `verifier.messages` words it. `data` holds strings, numbers and tuples of them.
    """

    code: str
    location: Location | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def __reduce__(self) -> tuple[type[Diagnostic], tuple[object, ...]]:
        return Diagnostic, (self.code, self.location, dict(self.data))  # a view isn't sent


class DiagnosticError(Exception):
    """Carries what is wrong up to whoever reports it: the first of it, and all of it."""

    def __init__(self, diagnostic: Diagnostic, *others: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic
        self.diagnostics = (diagnostic, *others)

    def __reduce__(self) -> tuple[type[DiagnosticError], tuple[Diagnostic, ...]]:
        return DiagnosticError, self.diagnostics  # not its text, with which it isn't made again
