"""The engine, which a process has one of: who may use it, and with how much of the stack.

What was made of terms is kept for the whole process: interned terms, opened binders, SymPy's own
tables; and python-flint has one precision for all threads. So one file is judged at a time,
whatever threads ask: what is made of it is what it is alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from verifier.outcome import Diagnostic, DiagnosticError, Location

_ENGINE = RLock()
_TERMS = ("verifier.kernel", "verifier.numeric")
_LEAST = 250  # frames: importing alone takes some, and should not be broken off
_ENOUGH = 700  # what runs out of more is an error of ours


@contextmanager
def engine() -> Iterator[None]:
    """Judging. Raises DiagnosticError where the caller has left too little of the stack for it."""
    room = sys.getrecursionlimit() - _depth()
    if room < _LEAST:
        raise _refused(room)
    with _ENGINE:
        try:
            yield
        except RecursionError as error:
            if room < _ENOUGH:
                raise _refused(room) from error
            raise


def tidy() -> None:
    """Let go of what was remembered of terms, between two files: what of them still counts is in
    what was proved."""
    of_terms = (vars(module) for name, module in [*sys.modules.items()] if name.startswith(_TERMS))
    for function in (value for names in of_terms for value in names.values()):
        if hasattr(function, "cache_clear"):
            function.cache_clear()


def _depth() -> int:
    """How many frames stand on the stack."""
    frame, depth = sys._getframe(), 0
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


def _refused(room: int) -> DiagnosticError:
    data = {"room": room, "limit": sys.getrecursionlimit()}
    return DiagnosticError(Diagnostic("stack-used", Location(1, 1, 1, 1), data))
