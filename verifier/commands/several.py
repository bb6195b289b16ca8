"""Which processes judge several files: a few may be done before others would have begun."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress

from verifier.commands.ahead import Copy, DiedError, copied, may_copy
from verifier.commands.jobs import Job
from verifier.commands.judging import Answer, Asked
from verifier.kept.store import Store

_FEW = 8  # files, which may be short
_HEAD_START = 2.0  # seconds: what it takes others to begin, and some short files


@contextmanager
def in_processes(
    due: Sequence[Job], asked: Asked, store: Store | None, processes: int
) -> Iterator[Iterator[Answer]]:
    """What `pool.in_processes` answers, of a few files by one process alone as long as that has a
    head start. It begins at once, and is gone afterwards."""
    if len(due) <= _FEW and may_copy():
        with copied(due, asked, store) as copy:
            yield _early(copy, due, asked, store, processes)
    else:
        from verifier.commands import pool  # brings what starts processes, and threads

        with closing(pool.in_processes(due, asked, store, processes)) as answers:
            yield answers


def _early(
    copy: Copy, due: Sequence[Job], asked: Asked, store: Store | None, processes: int
) -> Iterator[Answer]:
    late = time.monotonic() + _HEAD_START
    done = 0
    with suppress(DiedError):
        while done < len(due) and copy.answers(done, late - time.monotonic()):
            yield copy.answer()
            done += 1
    if done < len(due):
        from verifier.commands import pool

        yield from pool.in_processes(due[done:], asked, store, processes, copy.answer)
