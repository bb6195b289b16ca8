"""What a whole run printed, for a run that would print the same: nothing else is imported."""

from __future__ import annotations

import os
import time

from verifier.kept.store import Store, unchanged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_SETTLED = 2 * 10**9  # ns: a folder that changed since may have changed after it was listed


def kept_run(store: Store, asked: object, paths: Sequence[str]) -> tuple[str, int] | None:
    """The text and the status of an earlier run over what is still the same."""
    known = store.found("run", asked, tuple(paths))
    try:
        same = known and known["folders"] == dict(_folders(paths)) and unchanged(known["uses"])
        return (str(known["text"]), int(known["status"])) if same else None
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


def keep_run(
    store: Store,
    asked: object,
    paths: Sequence[str],
    uses: Mapping[str, str | None],
    printed: tuple[str, int],
) -> None:
    """Keep what a run over paths printed, and its status."""
    folders = dict(_folders(paths))
    if all(time.time_ns() - when > _SETTLED for when in folders.values()):
        text, status = printed
        value = {"folders": folders, "uses": dict(uses), "text": text, "status": status}
        store.keep(value, "run", asked, tuple(paths))


def _folders(paths: Iterable[str]) -> Iterable[tuple[str, int]]:
    """The folders that are looked through for files, and when each last had one more or less."""
    for path in paths:
        for where, folders, _ in os.walk(path):
            folders[:] = [name for name in folders if not name.startswith(".")]
            yield where, os.stat(where).st_mtime_ns
