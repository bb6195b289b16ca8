"""A process that is copied from this one, and judges: one that begins afresh takes a tenth of a
second to be where this one is."""

from __future__ import annotations

import os
import pickle
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from verifier.commands.jobs import Job
from verifier.commands.judging import Answer, Asked, judged
from verifier.kept.store import Store

_SIZE = 8  # bytes, before an answer: how long it is
_WATCH = 1.0  # seconds between looks for the process that started this one


class DiedError(Exception):
    """The process is no more."""


def may_copy() -> bool:
    """Whether a copy works as this process does: not where threads may hold locks, or where the
    libraries that compute have begun theirs."""
    return hasattr(os, "fork") and threading.active_count() == 1 and "numpy" not in sys.modules


class Copy:
    """A copy of this process, which answers one question after the other."""

    def __init__(self, questions: int, answers: int) -> None:
        self._questions, self._answers = questions, answers

    def answers(self, number: int, seconds: float) -> bool:
        """Whether it answers to the file of that number, or dies, in so many seconds. Raises
        DiedError."""
        try:
            os.write(self._questions, number.to_bytes(_SIZE, "big"))
        except BrokenPipeError:
            raise DiedError from None
        return bool(select.select([self._answers], [], [], max(0.0, seconds))[0])

    def answer(self) -> Answer:
        """What it answers to the last question. Raises DiedError."""
        found: Answer = pickle.loads(self._read(int.from_bytes(self._read(_SIZE), "big")))
        return found

    def _read(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            part = os.read(self._answers, size - len(found))
            if not part:
                raise DiedError
            found += part
        return found


@contextmanager
def copied(due: Sequence[Job], asked: Asked, store: Store | None) -> Iterator[Copy]:
    """A copy that answers for these files; it begins at once, and is gone afterwards."""
    theirs, questions = os.pipe()
    answers, given = os.pipe()
    parent, process = os.getpid(), os.fork()
    if process == 0:
        try:
            os.close(questions)
            os.close(answers)
            begin(parent)
            while number := os.read(theirs, _SIZE):
                _write(
                    given, pickle.dumps(judged(due[int.from_bytes(number, "big")], asked, store))
                )
        finally:
            os._exit(0)  # nothing of what the other process would do at its end is done
    os.close(theirs)
    os.close(given)
    try:
        yield Copy(questions, answers)
    finally:
        os.kill(process, signal.SIGKILL)  # first: what waits for an answer is told that none comes
        os.waitpid(process, 0)
        os.close(questions)
        os.close(answers)


def _write(to: int, found: bytes) -> None:
    left = memoryview(len(found).to_bytes(_SIZE, "big") + found)
    while left:
        left = left[os.write(to, left) :]


def begin(parent: int) -> None:
    """What a process that judges does first. It ends with its parent, and not by an interrupt."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one ends it
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    """End with the process that started this one, however that ends."""
    while os.getppid() == parent:
        time.sleep(_WATCH)
    os._exit(1)
