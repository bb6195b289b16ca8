"""The report without colour or wrapping, for pipes, logs and tests."""

from __future__ import annotations

from collections.abc import Iterable

from verifier.outcome import ReplayReport, Report
from verifier.report.layout import Line, page


def render(report: Report | ReplayReport, expect: bool = False) -> str:
    """The whole report as text. What we add to the user's own words is ASCII."""
    if isinstance(report, Report):
        return _text(page(report, None, expect))
    from verifier.report.replay import replay_page

    return _text(replay_page(report, None))


def _text(lines: Iterable[Line]) -> str:
    shown = ("".join(text for text, _ in line).rstrip() for line in lines)
    return "".join(f"{line}\n" for line in shown)
