"""A report that is printed while it is being made: each file as soon as it is done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from typing import TextIO

from verifier.outcome import DerivationReport, Report
from verifier.report import FORMATS, by_file, write_file, write_last
from verifier.report.streams import printed

Aside = Callable[[], AbstractContextManager[None]]


class Live:
    """Prints files as they are done; `text` is what it printed. Of one file alone the whole report
    is for people, and is printed afterwards: then nothing has `begun`. `aside`: what makes room for
    it on a terminal."""

    def __init__(self, form: str, expect: bool, quiet: bool, aside: Aside) -> None:
        self._options = form, expect, quiet
        self._alone = form in FORMATS or quiet  # what is as good for one file
        self._aside = aside
        self._shown = StringIO()
        self.begun = False
        self.status = 0

    @property
    def text(self) -> str:
        return self._shown.getvalue()

    def file(self, report: DerivationReport, total: int) -> None:
        """Print one file of so many."""
        if by_file(self._options[0]) and (total > 1 or self._alone):
            self.begun = True
            self._print(lambda stream: write_file(report, stream, *self._options))

    def last(self, report: Report) -> None:
        """Print what comes last."""
        self._print(lambda stream: write_last(report, stream, *self._options))

    def _print(self, show: Callable[[TextIO], object]) -> None:
        if self.status:  # nobody reads it any more
            return
        show(self._shown)
        with self._aside():
            self.status = printed(show)
