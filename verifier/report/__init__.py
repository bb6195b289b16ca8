"""Renderers: pure functions of a Report. Each is imported only when it is used."""

from __future__ import annotations

import os
from importlib import import_module

TYPE_CHECKING = False  # importing `typing` for it would cost more than this whole module
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import ModuleType
    from typing import TextIO

    from verifier.manual.rules import Entry
    from verifier.messages.codes import CodeEntry
    from verifier.outcome import (
        AnyReport,
        Configured,
        DerivationReport,
        Diagnostic,
        Made,
        Report,
    )
    from verifier.report.layout import Line

# What is printed for people: `text` in colour to a terminal and plain to anything else.
TEXTS = ("text", "rich", "plain")
# Beside these each is a module here that makes text of a report (`render`); of one file, too, where
# that can be read before the others are done (`each`, `last`); and of what it adds elsewhere
# (`SUMMARY`, `summary`). `json` also has entries, handouts and certificates.
FORMATS = {
    "concise": "concise",
    "json": "machine",
    "github": "github",
    "gitlab": "gitlab",
    "sarif": "sarif",
    "junit": "junit",
}


def write(
    report: AnyReport,
    stream: TextIO,
    form: str = "text",
    expect: bool = False,
    brief: bool = False,
    quiet: bool = False,
) -> None:
    """Write a report to a stream. `brief`: of many files a line each, and what is wrong with them;
    `quiet`: only what is wrong."""
    if form in FORMATS:
        stream.write(_module(form).render(report, expect))
    else:
        from verifier.report.pages import page_of

        _write(lambda width: page_of(report, width, expect, brief, quiet), stream, form)


def write_file(
    report: DerivationReport, stream: TextIO, form: str, expect: bool, quiet: bool
) -> None:
    """Write what there is of one file of many."""
    if form in FORMATS:
        stream.write(_module(form).each(report, expect))
    else:
        from verifier.report.brief import file_lines

        _write(lambda width: file_lines(report, width, expect, quiet), stream, form)


def write_last(report: Report, stream: TextIO, form: str, expect: bool, quiet: bool) -> None:
    """Write what comes last, after each file was written."""
    if form not in FORMATS:
        from verifier.report.brief import last_lines

        _write(lambda width: last_lines(report, width, expect, quiet), stream, form)
    elif not quiet or report.exit_status(expect):
        stream.write(_module(form).last(report, expect))


def by_file(form: str) -> bool:
    """Whether a format can be written file by file."""
    return form not in FORMATS or hasattr(_module(form), "each")


def summary(report: AnyReport, form: str, expect: bool) -> tuple[str, str] | None:
    """What a format adds to a file that the environment names: the name of the variable, and the
    text."""
    module = _module(form) if form in FORMATS else None
    if not hasattr(module, "summary"):
        return None
    assert module is not None
    return module.SUMMARY, module.summary(report, expect)


def write_entries(found: Iterable[Entry | CodeEntry], stream: TextIO, form: str) -> None:
    """Write all there is to say of rules and codes, a page on each."""
    if form in FORMATS:
        stream.write(_module(form).entries(found))
    else:
        from verifier.report import rules

        _write(lambda width: rules.pages(found, width), stream, form)


def write_rules(found: Iterable[Entry], stream: TextIO, form: str) -> None:
    """Write a list of rules."""
    if form in FORMATS:
        stream.write(_module(form).entries(found))
    else:
        from verifier.report import rules

        _write(lambda _: rules.listing(found), stream, form)


def write_made(made: Iterable[Made], stream: TextIO, form: str, what: str = "handouts") -> None:
    """Write what became of handouts, or of certificates."""
    if form in FORMATS:
        stream.write(_module(form).made_of(made, what))
    else:
        from verifier.report import handouts

        _write(lambda _: handouts.listing(made), stream, form)


def write_attempt(
    report: DerivationReport, files: Sequence[str], stream: TextIO, form: str
) -> None:
    """Write what became of a statement that was tried, and the files that it would be."""
    from verifier.report.attempts import attempt_page

    _write(lambda width: attempt_page(report, files, width), stream, form)


def write_said(said: Diagnostic, stream: TextIO) -> None:
    """Write one sentence."""
    from verifier.messages import message
    from verifier.report.shown import visible

    stream.write(f"{visible(message(said))}\n")


def write_table(rows: Sequence[tuple[str, str]], stream: TextIO, form: str) -> None:
    """Write names, each with what it is."""
    if form in FORMATS:
        stream.write(_module(form).named(rows))
    else:
        width = max((len(name) for name, _ in rows), default=0)
        stream.write("".join(f"{name:<{width}}  {title}\n" for name, title in rows))


def write_config(found: Iterable[Configured], stream: TextIO, form: str) -> None:
    """Write the settings of projects."""
    if form in FORMATS:
        stream.write(_module(form).config(found))
    else:
        from verifier.report import config

        _write(lambda _: config.listing(found), stream, form)


def _module(form: str) -> ModuleType:
    return import_module(f"verifier.report.{FORMATS[form]}")


def _write(lines: Callable[[int | None], Iterable[Line]], stream: TextIO, form: str) -> None:
    coloured = stream.isatty() or os.environ.get("FORCE_COLOR")
    if form == "rich" or (form == "text" and coloured):
        from verifier.report import terminal

        console = terminal.console_for(stream, form == "rich")
        terminal.show(lines(terminal.room(console)), console)
    else:
        from verifier.report import plain

        stream.write(plain.text(lines(None)))
