"""The files that a command is called with, each to be read; and what to say of one that fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from verifier.derivation.derivation import Derivation, Source
from verifier.derivation.loader import could_be_one, derivation, is_derivation
from verifier.derivation.project import (
    CHOSEN,
    Project,
    Settings,
    is_below,
    may_set,
    project_of,
    project_or,
)
from verifier.derivation.source import read_source, standard_input
from verifier.outcome import Diagnostic, DiagnosticError, Location

Path = str | bytes | os.PathLike[str]

# Endings of what is read as a document, by `verifier.documents`, which isn't imported for others.
DOCUMENT_LIMIT = 8 << 20  # bytes
DOCUMENTS = (
    *(".md", ".markdown", ".qmd", ".rmd", ".myst", ".tex", ".latex"),
    *(".rst", ".rest", ".ipynb", ".py"),
)


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be read, by `read`, which raises DiagnosticError where that can't be done; `strict`
    unless it says otherwise itself."""

    file: str
    read: Callable[[], Source]
    strict: bool = False
    optional: bool = False  # of a folder: a document in which nothing is to judge is skipped

    @property
    def mode(self) -> object:
        """What beside its text decides what becomes of it, as far as its project sets that."""
        return self.strict, os.environ.get(CHOSEN)


def is_document(file: str) -> bool:
    """Whether a file is notes or a paper, and no derivation of its own."""
    return file.lower().endswith(DOCUMENTS)


def jobs(*paths: Path, forced: bool = True) -> tuple[list[Job], list[str]]:
    """Files, and the derivations below folders, each path once; and the files of these that were
    skipped, which are none. `-` is standard input. `forced`: files that are named are taken
    whatever they are, else as those of folders."""
    named = dict.fromkeys(map(os.fsdecode, paths))
    found = [job for path in named for job in _jobs(path, forced or path == "-")]
    due = [job for job in found if isinstance(job, Job)]
    return due, [name for name in found if isinstance(name, str)]


def settled_by(*paths: Path) -> Iterator[str]:
    """The files that say, or would say, what of paths is judged and how."""
    for path in map(os.fsdecode, paths):
        inside = (where for where, _, _ in os.walk(path)) if os.path.isdir(path) else ()
        for folder in (os.path.dirname(path), *inside):
            yield from may_set(folder)


def _jobs(path: str, forced: bool) -> Iterator[Job | str]:
    if not os.path.isdir(path):
        if forced or would_take(path):
            yield _job("<stdin>" if path == "-" else path, not forced)
        else:
            yield path
        return
    found = sorted(_below(path))
    if not found:
        yield Job(path, partial(_refuse, "no-derivations"))
    for file, trouble in found:
        if trouble:
            yield Job(file, partial(_refuse, "unreadable", trouble))
        else:
            yield _job(file, True) if is_document(file) or _is_one(file) else file


def _job(file: str, optional: bool = False) -> Job:
    read = standard_input if file == "<stdin>" else partial(read_source, file)
    if is_document(file):
        read = partial(read_source, file, DOCUMENT_LIMIT, "a document")
    try:
        return Job(file, read, is_strict(file), optional)
    except DiagnosticError as error:
        return Job(file, partial(_raise, error))


def would_take(file: str, excluded: bool = False) -> bool:
    """Whether a file would be taken of a folder; `excluded`: even one that its project excludes."""
    try:
        project = project_or(os.path.dirname(file))
        has = excluded or project.has(file, is_document(file))
    except DiagnosticError:  # it is said of the file
        has = True
    return has and (is_document(file) or _is_one(file))


def is_strict(file: str) -> bool:
    """Whether a file is strict unless it says otherwise itself."""
    return project_or(os.path.dirname(file)).settings.strict


def _is_one(file: str) -> bool:
    """Whether a file of a folder is a derivation, or a document with a display, as far as can be
    told."""
    try:
        if not is_document(file):
            return is_derivation(read_source(file))
        from verifier.documents.formats import has_displays

        return has_displays(read_source(file, DOCUMENT_LIMIT, "a document"))
    except DiagnosticError:
        return could_be_one(file)


def _below(folder: str) -> Iterator[tuple[str, str]]:
    """Every file below a folder that may be a derivation, hidden ones apart, and each folder that
    can't be entered."""
    troubles: list[OSError] = []
    for where, folders, files in os.walk(folder, onerror=troubles.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        try:
            has = project_or(where).has
        except DiagnosticError:  # it is said of each file
            has = Project(os.path.realpath(where), Settings()).has
        for name in files:
            path = os.path.join(where, name)
            if not name.startswith(".") and has(path, is_document(name)):
                yield path, ""
    for trouble in troubles:
        yield os.fsdecode(trouble.filename), trouble.strerror or type(trouble).__name__


def _refuse(code: str, reason: str = "") -> Source:
    raise DiagnosticError(Diagnostic(code, Location(1, 1, 1, 1), {"reason": reason}))


def _raise(error: DiagnosticError) -> Source:
    raise error


def neighbour(file: str, name: str) -> Derivation:
    """The derivation that a file calls `name`, a path relative to the file's own folder.

    It lies below that folder or the project's. Of what is no derivation nothing is quoted. An error
    in it has its place there; here it has none until the caller gives it one.
    """
    folder = os.path.dirname(file)
    path = os.path.join(folder, name)
    try:
        project = project_of(folder)
        if not is_below(path, project.folder if project else folder):
            data = {"file": name, "project": project is not None}
            raise DiagnosticError(Diagnostic("outside", None, data))
        source = read_source(path)
        if not is_derivation(source):
            raise DiagnosticError(Diagnostic("no-derivation"))
        return derivation(source, is_strict(path))
    except DiagnosticError as error:
        if error.diagnostic.code in ("outside", "project-file"):
            raise
        data = {"file": path, "cause": error.diagnostic}
        raise DiagnosticError(Diagnostic("other-file", None, data)) from error


def fault(error: Exception) -> Diagnostic:
    """An exception that nobody foresaw: its type, its text, and where it was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = ""
    if trace is not None:
        where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
    data = {"type": type(error).__name__, "text": str(error)[:400], "where": where}
    return Diagnostic("internal-fault", Location(1, 1, 1, 1), data)
