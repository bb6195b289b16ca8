"""Renderers: pure functions of a Report. Each is imported only when it is used."""

from __future__ import annotations

import os
from importlib import import_module

TYPE_CHECKING = False  # importing `typing` for it would cost more than this whole module
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType
    from typing import TextIO

    from verifier.manual.rules import Entry
    from verifier.outcome import AnyReport, Made
    from verifier.report.layout import Line

# Beside `text`, each is a module here: from a report (`render`), from entries on rules (`rules`)
# and from what became of handouts (`handouts`) to text.
FORMATS = {"json": "machine"}


def write(
    report: AnyReport,
    stream: TextIO,
    form: str = "text",
    expect: bool = False,
    brief: bool = False,
) -> None:
    """Write a report to a stream: in colour to a terminal, plain to anything else. `brief`: of many
    files a line each, and what is wrong with them."""
    if form in FORMATS:
        stream.write(_module(form).render(report))
    else:
        from verifier.report.pages import page_of

        _write(lambda width: page_of(report, width, expect, brief), stream)


def write_rules(entries: Iterable[Entry], stream: TextIO, form: str, whole: bool) -> None:
    """Write what there is to say of rules: a page on each, or a list."""
    if form in FORMATS:
        stream.write(_module(form).rules(entries))
    else:
        from verifier.report import rules

        _write(lambda w: rules.pages(entries, w) if whole else rules.listing(entries), stream)


def write_made(made: Iterable[Made], stream: TextIO, form: str) -> None:
    """Write what became of handouts."""
    if form in FORMATS:
        stream.write(_module(form).handouts(made))
    else:
        from verifier.report import handouts

        _write(lambda _: handouts.listing(made), stream)


def _module(form: str) -> ModuleType:
    return import_module(f"verifier.report.{FORMATS[form]}")


def _write(lines: Callable[[int | None], Iterable[Line]], stream: TextIO) -> None:
    if stream.isatty() or os.environ.get("FORCE_COLOR"):
        from verifier.report import terminal

        console = terminal.console_for(stream)
        terminal.show(lines(terminal.room(console)), console)
    else:
        from verifier.report import plain

        stream.write(plain.text(lines(None)))
