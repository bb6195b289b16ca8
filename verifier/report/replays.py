"""What became of worlds that were held against their steps once more."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.outcome import ReplayReport
from verifier.report import words
from verifier.report.counterexample import counterexample_lines
from verifier.report.findings import finding
from verifier.report.layout import BAD, DIM, GOOD, PLAIN, UNSURE, Line, finding_lines
from verifier.report.wrapping import wrap_formula

_STYLES = {True: BAD, False: GOOD, None: UNSURE}


def replay_page(report: ReplayReport, width: int | None) -> Iterator[Line]:
    """Each world in turn: what is said of it, the statement, its tables and both sides."""
    room = width or 1 << 30
    for error in report.errors:
        yield from finding_lines(finding(report.faulty, error, room), width)
    for number, replay in enumerate(report.replays):
        if number:
            yield ()
        style = _STYLES[replay.breaks]
        yield from finding_lines(finding(report.file, replay.said, room), width, style)
        for line in wrap_formula(words.one_line(replay.statement), room - 4):
            yield (("    " + line, DIM),)
        if replay.counterexample is not None:
            for line in counterexample_lines(replay.counterexample):
                yield (("    " + line, PLAIN),)
