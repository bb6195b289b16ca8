"""Workflow commands of GitHub Actions, which become annotations of a change, and the summary of the
job, in Markdown."""

from __future__ import annotations

from verifier.outcome import DerivationReport, Report
from verifier.report.annotations import Annotation, all_annotated, annotated, in_repository
from verifier.report.brief import last_line
from verifier.report.shown import visible

SUMMARY = "GITHUB_STEP_SUMMARY"  # the variable that names the file for the job's summary

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report, expect: bool = False) -> str:
    """A command for each finding, and what people read in the log."""
    return "".join(each(file, expect) for file in report.derivations) + last(report, expect)


def each(report: DerivationReport, expect: bool = False) -> str:
    """The commands of one file, as soon as it is done."""
    return "".join(f"{_command(found)}\n" for found in annotated(report, expect))


def last(report: Report, expect: bool = False) -> str:
    """The line for people."""
    return f"{last_line(report, expect)}\n"


def summary(report: Report, expect: bool = False) -> str:
    """The job's summary: each file with its verdict, each finding with its place."""
    found = [*all_annotated(report, expect)]
    files = [
        f"| {_cell(in_repository(file.file))} | {file.verdict} |" for file in report.derivations
    ]
    parts = ["## Derivations", "", _text(last_line(report, expect)), ""]
    parts += ["| file | verdict |", "| --- | --- |", *files, ""]
    if found:
        parts += ["| place | code | |", "| --- | --- | --- |", *map(_row, found), ""]
    return "".join(f"{part}\n" for part in parts)


def _command(found: Annotation) -> str:
    where = found.where
    properties = {
        "file": in_repository(found.file),
        "line": where.line,
        "endLine": where.end_line,
        "title": f"elbo-verify: {found.code}",
    }
    if where.line == where.end_line:  # columns are of one line
        properties |= {"col": where.column, "endColumn": where.end_column}
    said = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[found.level]} {said}::{_data(found.whole)}"


def _data(text: str) -> str:
    text = visible(text, breaks=True)
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _row(found: Annotation) -> str:
    place = f"{in_repository(found.file)}:{found.where.line}:{found.where.column}"
    return f"| {_cell(place)} | `{found.code}` | {_cell(found.message)} |"


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|").replace("\n", " ")


def _text(text: str) -> str:
    """A text that Markdown shows as it is."""
    text = visible(text)
    return "".join(f"\\{sign}" if sign in r"\`*_[]<>#$~" else sign for sign in text)
