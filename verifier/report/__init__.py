"""Renderers: pure functions of a Report. Each is imported only when it is used."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from verifier.manual.rules import Entry
    from verifier.outcome import AnyReport, Made
    from verifier.report.layout import Line


def write(
    report: AnyReport,
    stream: TextIO,
    form: str = "text",
    expect: bool = False,
    brief: bool = False,
) -> None:
    """Write a report to a stream: in colour to a terminal, plain to anything else. `brief`: of many
    files a line each, and what is wrong with them."""
    if form == "json":
        from verifier.report import machine

        stream.write(machine.render(report))
    else:
        from verifier.report.pages import page_of

        _write(lambda width: page_of(report, width, expect, brief), stream)


def write_rules(entries: Iterable[Entry], stream: TextIO, form: str, whole: bool) -> None:
    """Write what there is to say of rules: a page on each, or a list."""
    from verifier.report import rules

    if form == "json":
        stream.write(rules.machine(entries))
    else:
        _write(lambda w: rules.pages(entries, w) if whole else rules.listing(entries), stream)


def write_made(made: Iterable[Made], stream: TextIO, form: str) -> None:
    """Write what became of handouts."""
    from verifier.report import handouts

    if form == "json":
        stream.write(handouts.machine(made))
    else:
        _write(lambda _: handouts.listing(made), stream)


def _write(lines: Callable[[int | None], Iterable[Line]], stream: TextIO) -> None:
    if stream.isatty() or os.environ.get("FORCE_COLOR"):
        from verifier.report import terminal

        console = terminal.console_for(stream)
        terminal.show(lines(terminal.room(console)), console)
    else:
        from verifier.report import plain

        stream.write(plain.text(lines(None)))
