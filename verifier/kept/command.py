"""What the command line does with what is kept. Imports nothing heavy: what an earlier run printed
is printed again before anything else is known."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

from verifier.kept.runs import keep_run, kept_run
from verifier.kept.store import Store, usual_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator
    from typing import TextIO

    from verifier.kept.reports import Reports

# What is printed depends on these, beside the files.
_DEPENDS = (
    *("format", "expect", "verbose", "quiet", "necessity", "superfluous", "shard", "complete"),
    *("force_exclude", "worlds", "seed"),
)
_OTHER = (
    "fix",
    "demo",
    "mutate",
    "rules",
    "explain",
    "handout",
    "certify",
    "certified",
    "replay",
    "grade",
    "extract",
    "annotate",
    "output",
    "lsp",
    "serve",
    "mcp",
)
_LASTING = 2  # the highest status that isn't an error of ours


@contextmanager
def chosen(config: str | None) -> Iterator[None]:
    """A file of settings for all that is done meanwhile, in processes of ours as well."""
    name = "ELBO_VERIFY_CONFIG"
    before = os.environ.get(name)
    if config is not None:
        os.environ[name] = os.path.abspath(config)
    try:
        yield
    finally:
        if config is not None:
            del os.environ[name]
            os.environ.update({} if before is None else {name: before})


def cores() -> int:
    """How many processes may work at once."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


class Call:
    """What the command was called with. `store`: where reports are kept, if anywhere."""

    def __init__(self, arguments: Namespace) -> None:
        folder = None if arguments.no_cache else usual_folder()
        self.store = None if folder is None else Store(folder)
        self._paths: list[str] = arguments.paths
        chosen = os.environ.get("ELBO_VERIFY_CONFIG")
        self._asked = (chosen, *(getattr(arguments, name) for name in _DEPENDS))
        stream: TextIO | None = sys.stdout
        coloured = os.environ.get("FORCE_COLOR") or stream is None or stream.isatty()
        others = any(getattr(arguments, name) for name in _OTHER)
        # Whether a verification of files is all that is asked for, and no terminal is to show it.
        self._plain = not (coloured or others or "-" in self._paths)

    def as_before(self) -> int | None:
        """What an earlier run printed, printed again when nothing has changed: the status."""
        if self.store is None or not self._plain:
            return None
        known = kept_run(self.store, self._asked, self._paths)
        if known is None:
            return None
        from verifier.report.streams import printed

        text, status = known
        return max(status, printed(lambda stream: stream.write(text)))

    def remembering(
        self, show: Callable[[TextIO], None], kept: Reports, status: int
    ) -> Callable[[TextIO], None]:
        """What shows a report, and keeps what it printed for the next run."""
        if self.store is None or status > _LASTING or not self._plain:
            return show

        def shown(stream: TextIO) -> None:
            from io import StringIO

            text = StringIO()
            show(text)
            self.remember(text.getvalue(), kept, status)
            stream.write(text.getvalue())

        return shown

    def remember(self, text: str, kept: Reports, status: int) -> None:
        """Keep what was printed for the next run, if that would print the same."""
        if self.store is not None and status <= _LASTING and self._plain:
            keep_run(self.store, self._asked, self._paths, kept.uses, (text, status))
