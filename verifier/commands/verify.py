"""`verify`: files, folders or a text in, a Report out. Prints nothing and never exits.

Nothing heavy is imported before a file has been read: what can't be is answered at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from verifier.commands.engine import engine
from verifier.commands.jobs import Job, Path, fault, jobs, neighbour
from verifier.derivation.derivation import Derivation, Source
from verifier.derivation.loader import expected_verdict, readable
from verifier.derivation.source import text_source
from verifier.outcome import DerivationReport, DiagnosticError, FileVerdict, Progress, Report

if TYPE_CHECKING:
    from verifier.judge.checked import Library


def verify(
    *paths: Path,
    text: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    necessity: bool = False,
) -> Report:
    """Judge files, folders (every derivation below them) or one text.

    A single string of several lines that is the name of nothing is a text, as if it were given as
    `text`. Trouble with one
    file, of whatever kind, is in its own report and keeps no other from being judged. `progress`
    is called before each file. `necessity` drops each assumption in turn and looks for a world in
    which a step then fails.
    """
    first = paths[0] if len(paths) == 1 else None
    if text is None and isinstance(first, str) and "\n" in first and not os.path.lexists(first):
        return verify(text=first, progress=progress, necessity=necessity)
    if text is not None and not isinstance(text, str):
        raise TypeError(f"verify() takes a text as a str, not as {type(text).__name__}")
    if bool(paths) == (text is not None):
        raise TypeError("verify() takes paths, or one text")
    if text is not None:
        due, skipped = [Job("<text>", partial(text_source, text, "<text>"))], 0
    else:
        due, skipped = jobs(*paths)
    reports = []
    library: Library = {}
    for number, job in enumerate(due, 1):
        if progress is not None:
            progress(Progress(job.file, number, len(due)))
        reports.append(report_on(job, necessity, library))
    return Report(tuple(reports), skipped)


def report_on(job: Job, necessity: bool, library: Library | None = None) -> DerivationReport:
    """The report on one file; nothing that goes wrong with it gets past this."""
    source: Source | None = None
    loaded: Derivation | None = None
    internal = False
    try:
        with engine():
            source = job.read()
            loaded = readable(source, job.strict)
            from verifier.judge.file import check_file  # brings SymPy and NumPy

            return check_file(loaded, partial(neighbour, job.file), necessity, library)
    except DiagnosticError as error:
        diagnostics = error.diagnostics
    except Exception as error:
        diagnostics, internal = (fault(error),), True
    expected = FileVerdict.VERIFIED
    if source is not None:
        expected = loaded.expect if loaded else expected_verdict(source)
    return DerivationReport(
        file=job.file,
        title=loaded.title if loaded else "",
        verdict=FileVerdict.ERROR,
        error=diagnostics[0],
        further=diagnostics[1:],
        expected=expected,
        internal=internal,
        digest=source.digest if source else "",
    )
