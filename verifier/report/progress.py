"""A line on a terminal's standard error that says what a long run is doing."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TextIO

from verifier.outcome import Progress
from verifier.report.words import visible

_PATIENCE = 1.0  # seconds before anything shows
_BEAT = 0.25
_ERASE = "\r\x1b[2K"


class Ticker:
    """Shows the file at work and the time gone by, once a run takes longer than a second."""

    def __init__(self, stream: TextIO | None, patience: float = _PATIENCE) -> None:
        self._stream = stream
        self._patience = patience
        self._line = ""
        self._done = threading.Event()
        self._began = time.monotonic()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._visible = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def show(self, progress: Progress) -> None:
        """Say which file is being judged."""
        step = "" if progress.step is None else f", step {progress.step}"
        self._line = f"{progress.number} of {progress.total}: {visible(progress.file)}{step}"
        stream = self._stream
        if self._thread is not None or stream is None or not stream.isatty():
            return
        if os.environ.get("TERM") != "dumb":  # a process may have been copied before: not a thread
            self._thread = threading.Thread(target=self._tick, args=(stream,), daemon=True)
            self._thread.start()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Out of the way of what is printed meanwhile."""
        with self._lock:
            self._erase()
            yield

    def _tick(self, stream: TextIO) -> None:
        wait = self._patience
        while not self._done.wait(wait):
            elapsed = time.monotonic() - self._began
            line = f"({elapsed:.0f} s) checking {self._line}"
            room = shutil.get_terminal_size().columns - 1  # a line that wraps can't be erased
            with self._lock:
                stream.write(_ERASE + line[:room])
                stream.flush()
                self._visible = True
            wait = _BEAT
        with self._lock:
            self._erase()

    def _erase(self) -> None:
        if self._visible and self._stream is not None:
            self._stream.write(_ERASE)
            self._stream.flush()
        self._visible = False
