"""Work handed to an engine that spreads it over processes or machines: dask.

Those who work see the files under the paths that they have here, and have this version of us; of a
worker that dies another takes over what it had. Nothing here is imported unless an engine is named.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from verifier.commands.jobs import Job
from verifier.derivation.project import CHOSEN
from verifier.derivation.source import read_source
from verifier.outcome import Diagnostic, DiagnosticError

if TYPE_CHECKING:
    from distributed import Client

Found = TypeVar("Found")
TRIES = 3  # by as many workers, each of which dies at it
_SECONDS = 10  # that an engine's address has to answer


def on_engine(
    engine: str, due: Sequence[tuple[Callable[[Job], Found], Job]], workers: int
) -> Iterator[Found | None]:
    """What is made of each file, in their order; None for one at which workers die.

    `engine`: `dask` for so many processes of this machine, `dask=ADDRESS` for a scheduler that runs
    already. Raises DiagnosticError where there is none, or the extra `dask` is missing.
    """
    name, _, address = engine.partition("=")
    if name != "dask":
        raise DiagnosticError(Diagnostic("unknown-engine", None, {"name": name}))
    try:
        from distributed import KilledWorker
    except ImportError as error:
        raise DiagnosticError(Diagnostic("engine-extra", None, {"name": name})) from error
    chosen = os.environ.get(CHOSEN)
    with _client(address, min(workers, max(1, len(due)))) as client:
        futures = [
            client.submit(_done, work, _anywhere(job), chosen, pure=False) for work, job in due
        ]
        for future in futures:
            try:
                yield future.result()
            except KilledWorker:
                yield None


@contextmanager
def _client(address: str, workers: int) -> Iterator[Client]:
    import dask
    from distributed import Client, LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": TRIES - 1,
        "distributed.worker.daemon": False,
    }
    with dask.config.set(settings):
        if not address:
            with (
                LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,  # SymPy's terms are made by one at a time
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                ) as cluster,
                Client(cluster) as client,
            ):
                yield client
            return
        try:
            client = Client(address, timeout=_SECONDS)
        except (OSError, ValueError) as error:
            data = {"address": address, "reason": str(error)}
            raise DiagnosticError(Diagnostic("no-engine", None, data)) from error
        with client:
            yield client


def _anywhere(job: Job) -> Job:
    """A file as it is found from any folder."""
    if isinstance(job.read, partial) and job.read.func is read_source:
        path = os.path.abspath(job.file)
        return replace(job, file=path, read=partial(read_source, path, *job.read.args[1:]))
    return job


def _done(work: Callable[[Job], Any], job: Job, chosen: str | None) -> Any:
    """What is made of a file by a worker, under the settings of whoever asks."""
    if chosen is not None:
        os.environ[CHOSEN] = chosen
    return work(job)
