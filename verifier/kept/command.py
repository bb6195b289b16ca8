"""What the command line does with what is kept. Imports nothing heavy: what an earlier run printed
is printed again before anything else is known."""

from __future__ import annotations

import os
import sys

from verifier.kept.runs import keep_run, kept_run
from verifier.kept.store import Store, usual_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable
    from typing import TextIO

    from verifier.kept.reports import Reports

# What is printed depends on these, beside the files.
_DEPENDS = ("format", "expect", "verbose", "necessity", "superfluous")
_OTHER = ("fix", "demo", "mutate", "rules", "explain", "handout", "replay", "grade")
_LASTING = 2  # the highest status that isn't an error of ours


def store(arguments: Namespace) -> Store | None:
    """Where reports are kept, if anywhere."""
    folder = None if arguments.no_cache else usual_folder()
    return None if folder is None else Store(folder)


def cores() -> int:
    """How many processes may work at once."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def as_before(arguments: Namespace) -> int | None:
    """What an earlier run printed, printed again when nothing has changed: the status."""
    own = store(arguments)
    known = kept_run(own, _asked(arguments), arguments.paths) if own and _plain(arguments) else None
    if known is None:
        return None
    from verifier.report.streams import printed

    text, status = known
    return max(status, printed(lambda stream: stream.write(text)))


def remembering(
    show: Callable[[TextIO], None], kept: Reports, arguments: Namespace, status: int
) -> Callable[[TextIO], None]:
    """The same to a stream, kept for the next run."""
    own = kept.store
    if own is None or status > _LASTING or not _plain(arguments):
        return show

    def shown(stream: TextIO) -> None:
        from io import StringIO

        text = StringIO()
        show(text)
        printed = text.getvalue(), status
        keep_run(own, _asked(arguments), arguments.paths, kept.uses, printed)
        stream.write(printed[0])

    return shown


def _plain(arguments: Namespace) -> bool:
    """Whether a verification is all that is asked for, and no terminal is to show it."""
    stream: TextIO | None = sys.stdout
    coloured = os.environ.get("FORCE_COLOR") or stream is None or stream.isatty()
    return not (coloured or any(getattr(arguments, name) for name in _OTHER))


def _asked(arguments: Namespace) -> tuple[object, ...]:
    return tuple(getattr(arguments, name) for name in _DEPENDS)
