"""The entry: files, folders or a text in, a Report out. Prints nothing and never exits."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from verifier.derivation.derivation import Derivation, Source
from verifier.derivation.loader import derivation, expected_verdict
from verifier.derivation.source import read_source, text_source
from verifier.outcome import (
    DerivationReport,
    Diagnostic,
    DiagnosticError,
    FileVerdict,
    GradeReport,
    Location,
    Mutation,
    MutationReport,
    Progress,
    ReplayReport,
    Report,
)

if TYPE_CHECKING:
    from verifier.judge.file import Others

Path = str | os.PathLike[str]
SLIPS = 60  # of each step that `mutate` tries, unless told otherwise


def verify(
    *paths: Path,
    text: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    necessity: bool = False,
) -> Report:
    """Judge files, folders (every `*.yaml` below them) or one text.

    A single string of several lines is a text, as if it were given as `text`. Trouble with one
    file, of whatever kind, is in its own report and keeps no other from being judged. `progress`
    is called before each file. `necessity` drops each assumption in turn and looks for a world in
    which a step then fails.
    """
    first = paths[0] if len(paths) == 1 else None
    if text is None and isinstance(first, str) and "\n" in first:
        return verify(text=first, progress=progress, necessity=necessity)
    if bool(paths) == (text is not None):
        raise TypeError("verify() takes paths, or one text")
    if text is not None:
        jobs = [_Job("<text>", partial(text_source, text, "<text>"))]
    else:
        jobs = [job for path in dict.fromkeys(map(os.fsdecode, paths)) for job in _jobs(path)]
    reports = []
    others: Others = {}
    for number, job in enumerate(jobs, 1):
        if progress is not None:
            progress(Progress(job.file, number, len(jobs)))
        reports.append(_judged(job, necessity, others))
    return Report(tuple(reports))


def fix(
    *paths: Path, progress: Callable[[Progress], None] | None = None, necessity: bool = False
) -> Report:
    """Like `verify`, and writes into the files the rules that their steps should cite.

    A file whose steps wait for statements of others is judged again after those are fixed.
    """
    from verifier.commands.fix import changed, waits

    jobs = [job for path in dict.fromkeys(map(os.fsdecode, paths)) for job in _jobs(path)]
    reports: dict[int, DerivationReport] = {}
    due: Sequence[int] = range(len(jobs))
    while due:
        wrote = False
        for number in due:
            if progress is not None:
                progress(Progress(jobs[number].file, number + 1, len(jobs)))
            earlier = reports[number].fixes or () if number in reports else ()
            report = _fixed(jobs[number], necessity)
            reports[number] = replace(report, fixes=(*earlier, *(report.fixes or ())))
            wrote = wrote or changed(report)
        due = [number for number in reports if wrote and waits(reports[number])]
    return Report(tuple(reports[number] for number in range(len(jobs))))


def replay(path: Path, world: Path) -> ReplayReport:
    """Hold the worlds of a file, counterexamples as `--format json` writes them, against the steps
    of a derivation once more. Nothing that is wrong with either raises."""
    file, holder = os.fsdecode(path), os.fsdecode(world)
    report = ReplayReport(file, holder)
    faulty = holder
    try:
        from verifier.derivation.worlds import read_worlds

        worlds = read_worlds(holder, file)
        faulty = file
        loaded = derivation(read_source(file))
        from verifier.judge.file import in_worlds

        replays = in_worlds(loaded, partial(_neighbour, file), worlds)
        return replace(report, replays=replays)
    except DiagnosticError as error:
        return replace(report, error=error.diagnostic, faulty=faulty)
    except Exception as error:
        return replace(report, error=_fault(error), faulty=faulty, internal=True)


def grade(path: Path, answers: Path) -> GradeReport:
    """Mark a worksheet of a derivation that was filled in. Nothing that is wrong with either
    raises."""
    file, filled = os.fsdecode(path), os.fsdecode(answers)
    report = GradeReport(file, filled)
    faulty = file
    try:
        loaded = derivation(read_source(file))
        report = replace(report, title=loaded.title)
        faulty = filled
        from verifier.derivation.answers import answers as read_answers

        found = read_answers(loaded, read_source(filled, what="a worksheet"))
        faulty = file
        from verifier.commands.grade import graded

        return replace(report, grades=graded(loaded, partial(_neighbour, file), found))
    except DiagnosticError as error:
        return replace(report, error=error.diagnostic, faulty=faulty)
    except Exception as error:
        return replace(report, error=_fault(error), faulty=faulty, internal=True)


def mutate(
    *paths: Path, progress: Callable[[Progress], None] | None = None, most: int | None = SLIPS
) -> MutationReport:
    """Change every step of files, or of those in folders, in one place at a time, and say who
    refuses what comes of it; at most so many changes of each step, all for None. Nothing that is
    wrong with a file raises. `progress` is called before each step."""
    jobs = [job for path in dict.fromkeys(map(os.fsdecode, paths)) for job in _jobs(path)]
    tell = progress or (lambda _: None)
    files = []
    for number, job in enumerate(jobs, 1):
        here = Progress(job.file, number, len(jobs))
        tell(here)
        files.append(_mutated(job, most, partial(_begun, tell, here)))
    return MutationReport(tuple(files))


def _begun(tell: Callable[[Progress], None], here: Progress, step: int) -> None:
    tell(replace(here, step=step))


def _mutated(job: _Job, most: int | None, begin: Callable[[int], None]) -> Mutation:
    """The mutants of one file; nothing that goes wrong with it gets past this."""
    mutation = Mutation(job.file)
    try:
        loaded = derivation(job.read())
        mutation = replace(mutation, title=loaded.title)
        from verifier.commands.mutate import mutated

        mutants, left_out = mutated(loaded, partial(_neighbour, job.file), most, begin)
        return replace(mutation, mutants=mutants, left_out=left_out)
    except DiagnosticError as error:
        return replace(mutation, error=error.diagnostic)
    except Exception as error:
        return replace(mutation, error=_fault(error), internal=True)


@dataclass(frozen=True, slots=True)
class _Job:
    file: str
    read: Callable[[], Source]


def _jobs(path: str) -> Iterator[_Job]:
    if not os.path.isdir(path):
        yield _Job(path, partial(read_source, path))
        return
    found = sorted(_below(path))
    if not found:
        yield _Job(path, partial(_refuse, "no-derivations"))
    for file, trouble in found:
        refuse, read = partial(_refuse, "unreadable", trouble), partial(read_source, file)
        yield _Job(file, refuse if trouble else read)


def _below(folder: str) -> Iterator[tuple[str, str]]:
    """Every `*.yaml` below a folder, hidden ones apart, and each folder that can't be entered."""
    troubles: list[OSError] = []
    for where, folders, files in os.walk(folder, onerror=troubles.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if name.endswith(".yaml") and not name.startswith("."):
                yield os.path.join(where, name), ""
    for trouble in troubles:
        yield os.fsdecode(trouble.filename), trouble.strerror or type(trouble).__name__


def _refuse(code: str, reason: str = "") -> Source:
    raise DiagnosticError(Diagnostic(code, Location(1, 1, 1, 1), {"reason": reason}))


def _judged(job: _Job, necessity: bool, others: Others | None = None) -> DerivationReport:
    """The report on one file; nothing that goes wrong with it gets past this."""
    source: Source | None = None
    loaded: Derivation | None = None
    internal = False
    try:
        source = job.read()
        loaded = derivation(source)
        return _judge(loaded, partial(_neighbour, job.file), necessity, others)
    except DiagnosticError as error:
        diagnostic = error.diagnostic
    except Exception as error:
        diagnostic, internal = _fault(error), True
    expected = FileVerdict.VERIFIED
    if source is not None:
        expected = loaded.expect if loaded else expected_verdict(source)
    return DerivationReport(
        file=job.file,
        title=loaded.title if loaded else "",
        verdict=FileVerdict.ERROR,
        error=diagnostic,
        expected=expected,
        internal=internal,
        digest=source.digest if source else "",
    )


def _fixed(job: _Job, necessity: bool) -> DerivationReport:
    """The report on one file after its rules are written into it."""
    report = _judged(job, necessity)
    if report.error is not None:
        return report
    from verifier.commands.fix import fixed

    try:
        return fixed(report, lambda new: _judged(_Job(job.file, lambda: new), necessity))
    except Exception as error:
        return replace(report, verdict=FileVerdict.ERROR, error=_fault(error), internal=True)


def _judge(
    loaded: Derivation,
    load: Callable[[str], Derivation],
    necessity: bool,
    others: Others | None,
) -> DerivationReport:
    from verifier.judge.file import judge

    return judge(loaded, load, necessity, others)


def _neighbour(file: str, name: str) -> Derivation:
    """The derivation that a file calls `name`, a path relative to the file's own folder.

    An error in it has its place there; here it has none until the caller gives it one.
    """
    path = os.path.join(os.path.dirname(file), name)
    try:
        return derivation(read_source(path))
    except DiagnosticError as error:
        data = {"file": path, "cause": error.diagnostic}
        raise DiagnosticError(Diagnostic("other-file", None, data)) from error


def _fault(error: Exception) -> Diagnostic:
    """An exception that nobody foresaw: its type, its text, and where it was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = ""
    if trace is not None:
        where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
    data = {"type": type(error).__name__, "text": str(error)[:400], "where": where}
    return Diagnostic("internal-fault", Location(1, 1, 1, 1), data)
