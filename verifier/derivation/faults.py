"""What is wrong with a file, gathered as it is read: one complaint doesn't keep others back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from verifier.outcome import Diagnostic, DiagnosticError

MOST = 50  # complaints about one file that are worth reading


class Faults:
    """Complaints so far. Where none may be passed over, use `DiagnosticError` as it is."""

    def __init__(self, known: Iterable[Diagnostic] = ()) -> None:
        self.found = [*known]

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep what is raised within, and go on behind it."""
        try:
            yield
        except DiagnosticError as error:
            self.found += error.diagnostics

    @property
    def in_order(self) -> tuple[Diagnostic, ...]:
        """As they stand in the file, each once; of very many the first."""
        unlike: dict[object, Diagnostic] = {}
        for fault in self.found:
            unlike.setdefault((fault.code, fault.location), fault)
        ordered = sorted(unlike.values(), key=_place)
        more = Diagnostic("more-faults", None, {"count": len(ordered) - MOST})
        return (*ordered[:MOST], *([more] if len(ordered) > MOST else ()))

    def raised(self) -> None:
        """Raises a DiagnosticError where there are any."""
        if self.found:
            raise DiagnosticError(*self.in_order)


def _place(fault: Diagnostic) -> tuple[int, int]:
    where = fault.location
    return (where.line, where.column) if where else (0, 0)
