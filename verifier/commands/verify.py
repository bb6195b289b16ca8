"""`verify`: files, folders or a text in, a Report out. Prints nothing and never exits.

Nothing heavy is imported before a file has been read: what can't be is answered at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from verifier.commands.certified import certified_in
from verifier.commands.jobs import Job, Path, jobs, settled_by
from verifier.commands.judging import Answer, Asked, judged, report_on
from verifier.derivation.derivation import lies_at
from verifier.derivation.source import standard_input, text_source
from verifier.kept.reports import Reports
from verifier.kept.store import file_digest
from verifier.outcome import DerivationReport, DiagnosticError, Progress, Report
from verifier.outcome.search import Search, joined


def verify(
    *paths: Path,
    text: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    done: Callable[[DerivationReport, int], None] | None = None,
    necessity: bool = False,
    superfluous: bool = False,
    complete: bool = False,
    kept: Reports | None = None,
    processes: int = 1,
    shard: tuple[int, int] = (1, 1),
    forced: bool = True,
    engine: str | None = None,
    worlds: int = 0,
    seed: int = 0,
    certified: str | None = None,
) -> Report:
    """Judge files, folders (every derivation below them) or one text.

    A single string of several lines that is the name of nothing is a text, as if it were given as
    `text`. Trouble with one file, of whatever kind, is in its own report and keeps no other from
    being judged. `progress` is called before each file, `done` after each, in their order, with its
    report and how many there are. `necessity` drops each assumption in turn and looks for a world
    in which a step then fails; `superfluous` looks for rules that a step cites and could do
    without, as `strict` does; `complete` wants all of a document judged and proved. `kept`: reports
    of earlier runs, which stand for what hasn't changed, and what this process proved of files
    that have. `processes`: how many judge files at once; the reports are the same. `shard`: (i, n)
    for the i-th of n shares of the files, counted from 1. `forced`: a file that is named is judged
    whatever it is; else as in a folder, if its project takes it and it is a derivation. `engine`:
    what files are handed to, as `on_engine` has it; DiagnosticError is raised where there is none.
    `worlds`: in how many each statement of a derivation is looked at, at least, drawn from `seed`.
    `certified`: a certificate, or a folder with those of the files, for what the prover said.
    """
    first = paths[0] if len(paths) == 1 else None
    if text is None and isinstance(first, str) and "\n" in first and not os.path.lexists(first):
        paths, text = (), first
    if text is not None and not isinstance(text, str):
        raise TypeError(f"verify() takes a text as a str, not as {type(text).__name__}")
    if bool(paths) == (text is not None):
        raise TypeError("verify() takes paths, or one text")
    due, skipped = _due(paths, text, shard, forced)
    search = Search(worlds, seed) if worlds else None
    kept, asked = kept or Reports(None), Asked(necessity, superfluous, search)
    if kept.store is not None:
        kept.uses.update((path, file_digest(path)) for path in (*skipped, *settled_by(*paths)))
    known = [remembered(job, asked, kept) for job in due]
    left = [job for job, report in zip(due, known, strict=True) if report is None]
    reports: list[DerivationReport] = []
    with _fresh(left, asked, kept, processes, None if text is not None else engine) as fresh:
        for number, (job, report) in enumerate(zip(due, known, strict=True), 1):
            if progress is not None:
                progress(Progress(job.file, number, len(due)))
            report = next(fresh) if report is None else report
            if not _is_skipped(job, report):
                if certified is not None:
                    report = certified_in(report, [*map(os.fsdecode, paths)], certified)
                reports.append(report.completed if complete else report)
                if done is not None:
                    done(reports[-1], len(due))
    return Report(tuple(reports), len(skipped) + len(due) - len(reports))


def _due(
    paths: Sequence[Path], text: str | None, shard: tuple[int, int], forced: bool
) -> tuple[list[Job], list[str]]:
    """What is to be judged, and the files that are not."""
    if text is not None:
        return [Job("<text>", partial(text_source, text, "<text>"))], []
    due, skipped = jobs(*paths, forced=forced)
    return due[shard[0] - 1 :: shard[1]], skipped


def _is_skipped(job: Job, report: DerivationReport) -> bool:
    """Whether a file of a folder turned out to be none of ours."""
    return job.optional and report.error is not None and report.error.code == "nothing-to-judge"


def remembered(job: Job, asked: Asked, kept: Reports) -> DerivationReport | None:
    """The report of an earlier run on a file, if one was kept."""
    if kept.store is None or job.read is standard_input:  # which is read once
        return None
    try:
        source = job.read()
    except DiagnosticError:
        return None
    report = kept.found(job.file, source.digest, (asked, job.mode))
    if report is not None:
        kept.uses[job.file] = source.digest
    return report


@contextmanager
def _fresh(
    due: Sequence[Job], asked: Asked, kept: Reports, processes: int, engine: str | None
) -> Iterator[Iterator[DerivationReport]]:
    """The reports on files, one after the other; what makes them is gone afterwards."""
    if engine is not None and due:
        yield _on_engine(due, asked, kept, processes, engine)
    elif min(processes, len(due)) > 1:
        from verifier.commands.several import in_processes

        with in_processes(due, asked, kept.store, processes) as answers:
            yield (_noted(answer, kept) for answer in answers)
    else:
        if len(due) > 1:
            kept = replace(kept, due=frozenset(lies_at(job.file) for job in due))
        yield (report_on(job, asked, kept) for job in due)


def _noted(answer: Answer, kept: Reports) -> DerivationReport:
    report, uses = answer
    kept.uses.update(uses)
    return report


def _on_engine(
    due: Sequence[Job], asked: Asked, kept: Reports, processes: int, engine: str
) -> Iterator[DerivationReport]:
    from verifier.commands.cluster import on_engine
    from verifier.commands.pool import died

    known = {(job, part): remembered(job, part, kept) for job in due for part in asked.parts()}
    left = [
        (partial(judged, asked=part, store=kept.store), job)
        for (job, part), report in known.items()
        if report is None
    ]
    answers = on_engine(engine, left, processes)
    for job in due:
        parts = []
        for part in asked.parts():
            report = known[job, part]
            parts.append(_noted(next(answers) or died(job), kept) if report is None else report)
        yield replace(joined(parts), file=job.file)
