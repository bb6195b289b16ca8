"""The chains of documents as derivations of their own, which are judged once more: what is done
with derivations is done with them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from verifier.commands.extract import chains
from verifier.commands.jobs import Job
from verifier.commands.judging import Asked, report_on
from verifier.derivation.derivation import Source
from verifier.derivation.source import text_source
from verifier.outcome import DerivationReport, Report


def chains_of(document: DerivationReport) -> Iterator[tuple[Job, tuple[int, ...]]]:
    """Each chain as a file that stands nowhere, beside the document, and its steps there."""
    stem = os.path.splitext(document.file)[0]
    for number, text, steps in chains(document):
        name = f"{stem}-{number}.yaml"
        yield Job(name, partial(text_source, text, name)), steps


def by_chains(report: Report) -> tuple[Report, dict[str, Source]]:
    """A report with one on each chain in the place of one on a document; and what these were made
    of, by their names."""
    found: list[DerivationReport] = []
    sources: dict[str, Source] = {}
    for each in report.derivations:
        if each.reading is None or each.error is not None:
            found.append(each)
            continue
        for job, _ in chains_of(each):
            sources[job.file] = job.read()
            found.append(report_on(job, Asked()))
    return replace(report, derivations=tuple(found)), sources
