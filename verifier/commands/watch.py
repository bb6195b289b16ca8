"""`--watch`: judging again whenever a file is saved, in a process that is warm."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Sequence

from verifier.commands.jobs import is_document
from verifier.outcome import Diagnostic, DiagnosticError

_SETTLES = 50  # ms: what is saved in one go is judged once
_BEAT = 250  # ms: after the first the watch is set, and nothing is missed


def watched(paths: Sequence[str], show: Callable[[], int]) -> int:
    """Show what becomes of paths, now and each time that a file is saved which may matter to them,
    until an interrupt: the status of the last time.

    Raises DiagnosticError where saving can't be noticed.
    """
    if importlib.util.find_spec("watchfiles") is None:
        data = {"name": "watchfiles", "extra": "watch"}
        raise DiagnosticError(Diagnostic("no-extra", None, data))
    import watchfiles

    folders = {path if os.path.isdir(path) else os.path.dirname(path) or "." for path in paths}
    status = -1
    for changes in watchfiles.watch(
        *sorted(filter(os.path.isdir, folders)),
        watch_filter=lambda _, path: _matters(path),
        step=_SETTLES,
        rust_timeout=_BEAT,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        if changes or status < 0:
            status = show()
    return max(status, 0)


def _matters(path: str) -> bool:
    name = os.path.basename(path)
    ours = name.endswith((".yaml", ".yml", ".toml")) or is_document(name)
    return ours and not name.startswith(".")
