"""Files judged in several processes at once: the same reports, in the order of the files."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import active_children, get_context, resource_tracker

from verifier.commands import ahead
from verifier.commands.ahead import DiedError
from verifier.commands.jobs import Job
from verifier.commands.judging import Answer, Asked, failed, judged
from verifier.kept.store import Store
from verifier.outcome import Diagnostic, Location


def in_processes(
    due: Sequence[Job],
    asked: Asked,
    store: Store | None,
    processes: int,
    first: Callable[[], Answer] | None = None,
) -> Generator[Answer]:
    """For each file its report, and what was read for it. A file at which a process dies is judged
    once more, alone, and is an error when that dies as well: the others keep their reports.
    `first`: what the first one is answered by, where a process has it at hand already."""
    waiting = list(due)
    while waiting:
        with suppress(BrokenProcessPool), _pool(min(processes, len(waiting))) as pool:
            begun = _begun(pool, waiting.copy(), asked, store, first)
            first = None
            for answer in begun:
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
    except (BrokenProcessPool, DiedError):
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
    pool: ProcessPoolExecutor,
    jobs: Sequence[Job],
    asked: Asked,
    store: Store | None,
    first: Callable[[], Answer] | None = None,
) -> Iterator[Future[Answer]]:
    """What the processes are to answer, each as soon as it is to be waited for."""
    begun = list[Future[Answer]]()
    if first is not None:
        beside = ThreadPoolExecutor(1)
        begun.append(beside.submit(first))
        beside.shutdown(wait=False)  # an interrupt doesn't wait for it
    with _starter() as starter:
        begun += starter.map(lambda job: pool.submit(judged, job, asked, store), jobs[len(begun) :])
    yield from begun


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
    """What a process that begins afresh does first."""
    gc.set_threshold(*threshold)
    ahead.begin(parent)
