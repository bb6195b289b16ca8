"""Texts judged in processes of their own, kept warm: nothing that takes long holds up who asks.

What is asked of a text takes the place of what was asked of it before. A process that is still
busy with what nobody waits for is ended after a while, and another takes over.
"""

from __future__ import annotations

import gc
import os
import time
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from threading import Condition, Thread

from verifier.commands.jobs import Job, is_document, is_strict
from verifier.commands.judging import Asked, failed, report_on
from verifier.commands.pool import begin
from verifier.derivation.loader import is_derivation
from verifier.derivation.project import confine
from verifier.derivation.source import text_source
from verifier.kept.reports import Reports
from verifier.outcome import DerivationReport, Diagnostic, DiagnosticError, Location

PROCESSES = 2  # what takes long in one file doesn't hold up every other
PATIENCE = 10.0  # seconds for what nobody waits for any more: what it proves may do for the next
_LOOK = 0.05  # seconds between looks whether anybody does
_FIRST = "{title: t, model: [q(z)], start: '1', steps: [{eq: int q(z) dz}], claim: 1 = int q(z) dz}"

Answer = Future[DerivationReport]


def is_ours(path: str, text: str) -> bool:
    """Whether a text in an editor is to be judged: a document or, as far as can be told, a
    derivation."""
    try:
        return is_document(path) or is_derivation(text_source(text, path))
    except DiagnosticError:  # it is said of it
        return True


@dataclass
class _Due:
    path: str
    text: str
    answer: Answer = field(default_factory=Future)


class Judges:
    """Processes that judge, each file always by the same one, which knows it from before. Below a
    `root` they read, and nothing above it."""

    def __init__(
        self, processes: int = PROCESSES, patience: float = PATIENCE, root: str | None = None
    ) -> None:
        self._judges = [_Judge(patience, root) for _ in range(processes)]
        self._of: dict[str, _Judge] = {}

    def ask(self, path: str, text: str) -> Answer:
        """The report on a text in the place of a file, which need not have it yet. It is cancelled
        where a later text of the same file is asked about."""
        if path not in self._of:
            self._of[path] = min(self._judges, key=[*self._of.values()].count)
        return self._of[path].ask(path, text)

    def forget(self, path: str) -> None:
        """Nobody asks about this file any more."""
        judge = self._of.pop(path, None)
        if judge is not None:
            judge.drop(path)

    def warm(self) -> None:
        """Start a process before anything is asked of it."""
        self._judges[0].begin()

    def close(self) -> None:
        """End the processes."""
        for judge in self._judges:
            judge.close()


class _Judge:
    """A process, and the thread that talks to it."""

    def __init__(self, patience: float, root: str | None) -> None:
        self._patience, self._root = patience, root
        self._due: dict[str, _Due] = {}  # in the order in which they were asked
        self._change = Condition()
        self._closed = False
        self._thread = Thread(target=self._work, daemon=True)
        self._process: SpawnProcess | None = None
        self._line: Connection | None = None

    def begin(self) -> None:
        if not self._thread.is_alive():
            self._thread.start()

    def ask(self, path: str, text: str) -> Answer:
        due = _Due(path, text)
        with self._change:
            self._drop(path)
            self._due[path] = due
            self._change.notify()
            self.begin()
        return due.answer

    def drop(self, path: str) -> None:
        with self._change:
            self._drop(path)

    def close(self) -> None:
        with self._change:
            self._closed = True
            for path in [*self._due]:
                self._drop(path)
            self._change.notify()
        if self._thread.is_alive():
            self._thread.join()

    def _drop(self, path: str) -> None:
        if path in self._due:
            self._due.pop(path).answer.cancel()

    def _work(self) -> None:
        self._start()
        while (due := self._next()) is not None:
            report = self._judged(due)
            with self._change:
                if self._due.get(due.path) is due:
                    del self._due[due.path]
            if report is not None and due.answer.set_running_or_notify_cancel():
                due.answer.set_result(report)
        self._end()

    def _next(self) -> _Due | None:
        """What is due next; it stays due while it is judged. None when all is over."""
        with self._change:
            while not self._closed:
                for path, due in [*self._due.items()]:
                    if not due.answer.cancelled():
                        return due
                    del self._due[path]
                self._change.wait()
        return None

    def _judged(self, due: _Due) -> DerivationReport | None:
        """The report; None where nobody has waited for it."""
        assert self._line is not None
        try:
            self._line.send((due.path, due.text))
            last = None
            while not self._line.poll(_LOOK):
                if due.answer.cancelled():
                    last = last or time.monotonic() + self._patience
                    if self._closed or time.monotonic() > last:
                        self._end()
                        self._start()
                        return None
            found: DerivationReport = self._line.recv()
        except (EOFError, OSError):  # it has died
            self._end()
            self._start()
            died = Diagnostic("process-died", Location(1, 1, 1, 1))
            return replace(failed(due.path, died), internal=True)
        return found

    def _start(self) -> None:
        context = get_context("spawn")  # what is copied from a process with threads may hang
        self._line, end = context.Pipe()
        arguments = (end, os.getpid(), gc.get_threshold(), self._root)
        self._process = context.Process(target=_judge, args=arguments, daemon=True)
        self._process.start()
        end.close()  # so that its death is seen

    def _end(self) -> None:
        if self._process is not None and self._line is not None:
            self._process.kill()
            self._process.join()
            self._line.close()


def _judge(
    line: Connection, parent: int, threshold: tuple[int, int, int], root: str | None
) -> None:
    """The process: texts in, reports out."""
    begin(parent, threshold)
    if root is not None:
        confine(root)
    kept = Reports(None)  # for all texts: what one was judged by may do for the next
    _report("first.yaml", _FIRST, kept)  # imports what there is to import
    with suppress(EOFError, OSError):
        while True:
            path, text = line.recv()
            line.send(_report(path, text, kept))


def _report(path: str, text: str, kept: Reports) -> DerivationReport:
    kept.uses.clear()
    try:
        job = Job(path, partial(text_source, text, path), is_strict(path))
    except DiagnosticError as error:  # of its project
        return failed(path, *error.diagnostics)
    return report_on(job, Asked(), kept=kept)
