"""Files judged in several processes at once: the same reports, in the order of the files."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import active_children, get_context, resource_tracker
from typing import TYPE_CHECKING

from verifier.commands.jobs import Job
from verifier.commands.judging import Asked, failed, report_on
from verifier.derivation.derivation import lies_at
from verifier.kept.reports import Reports
from verifier.kept.store import Store
from verifier.outcome import DerivationReport, Diagnostic, Location

if TYPE_CHECKING:
    from verifier.judge.checked import CheckedFile

Answer = tuple[DerivationReport, dict[str, str | None]]

_FEW = 8  # files, which may be short
_HEAD_START = 2.0  # seconds: what it takes to begin, and some short files
_WATCH = 1.0  # seconds between a worker's looks for the process that started it
_checked: dict[str, CheckedFile] = {}  # by a worker: what several of its files use, once


def in_processes(
    due: Sequence[Job], asked: Asked, store: Store | None, processes: int
) -> Iterator[Answer]:
    """For each file its report, and what was read for it. A file at which a process dies is judged
    once more, alone, and is an error when that dies as well: the others keep their reports."""
    waiting = list(due)
    while waiting:
        with suppress(BrokenProcessPool), _pool(min(processes, len(waiting))) as pool:
            for answer in _begun(pool, waiting.copy(), asked, store):
                found = _answer(answer)
                if found is None:
                    break
                del waiting[0]
                yield found
        if waiting:
            yield _alone(waiting.pop(0), asked, store)


def _alone(job: Job, asked: Asked, store: Store | None) -> Answer:
    with _pool(1) as pool:
        found = _answer(*_begun(pool, [job], asked, store))
    return died(job) if found is None else found


def died(job: Job) -> Answer:
    """What is said of a file at which processes die."""
    said = Diagnostic("process-died", Location(1, 1, 1, 1))
    return replace(failed(job.file, said), internal=True), {job.file: None}


def _answer(future: Future[Answer]) -> Answer | None:
    """What a worker answers; None where one has died."""
    try:
        return future.result()
    except BrokenProcessPool:
        return None


@contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that judge. None is left behind, nor waited for, when one is interrupted."""
    others = {child.pid for child in active_children()}
    # Processes that begin afresh: those copied from one that has threads may hang.
    pool = ProcessPoolExecutor(
        processes,
        get_context("spawn"),
        initializer=begin,
        initargs=(os.getpid(), gc.get_threshold()),
    )
    try:
        yield pool
    except BaseException:
        for child in active_children():
            if child.pid not in others:
                child.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _begun(
    pool: ProcessPoolExecutor, jobs: Sequence[Job], asked: Asked, store: Store | None
) -> Iterator[Future[Answer]]:
    """What the processes are to answer, each as soon as it is to be waited for. Of a few files the
    first process has a head start: it is done with short ones before another would have begun."""
    early = time.monotonic() + _HEAD_START if len(jobs) <= _FEW else 0.0
    rest, begun = list(jobs), list[Future[Answer]]()
    while rest:
        patience = max(0.0, early - time.monotonic())
        batch = rest[:1] if patience else rest.copy()
        del rest[: len(batch)]
        with _starter() as starter:
            begun += starter.map(lambda job: pool.submit(judged, job, asked, store), batch)
        wait(begun, patience)
        if not rest or begun[-1].done():
            yield from begun
            begun.clear()


def _starter() -> ThreadPoolExecutor:
    """A thread that starts processes. No interrupt ends it halfway: a process that is started
    halfway complains."""
    return ThreadPoolExecutor(1, initializer=_hold_back)


def _hold_back() -> None:
    """Interrupts don't reach this thread, nor the processes that it starts."""
    if hasattr(signal, "pthread_sigmask"):  # not on Windows
        resource_tracker.ensure_running()  # which lets them through again
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])


def begin(parent: int, threshold: tuple[int, int, int]) -> None:
    """What a process that judges does first. It ends with its parent, and not by an interrupt."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one ends it
    gc.set_threshold(*threshold)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    """End with the process that started this one, however that ends."""
    while os.getppid() == parent:
        time.sleep(_WATCH)
    os._exit(1)


def judged(job: Job, asked: Asked, store: Store | None) -> Answer:
    """The report on a file, and what was read for it, by a process that others start."""
    kept = Reports(store, checked=_checked, due=frozenset({lies_at(job.file)}))
    return report_on(job, asked, kept), kept.uses
