"""Renderers: pure functions of a Report. Each is imported only when it is used."""

from __future__ import annotations

import os
from typing import TextIO

from verifier.outcome import ReplayReport, Report


def write(
    report: Report | ReplayReport, stream: TextIO, form: str = "text", expect: bool = False
) -> None:
    """Write a report to a stream: in colour to a terminal, plain to anything else."""
    if form == "json":
        from verifier.report import machine

        stream.write(machine.render(report))
    elif _is_terminal(stream):
        from verifier.report import terminal

        terminal.render(report, terminal.console_for(stream), expect)
    else:
        from verifier.report import plain

        stream.write(plain.render(report, expect))


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty() or bool(os.environ.get("FORCE_COLOR"))
