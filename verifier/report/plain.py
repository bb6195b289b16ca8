"""The report without colour or wrapping, for pipes, logs and tests."""

from __future__ import annotations

from verifier.outcome import Report
from verifier.report.layout import page


def render(report: Report, expect: bool = False) -> str:
    """The whole report as text. What we add to the user's own words is ASCII."""
    lines = ("".join(text for text, _ in line).rstrip() for line in page(report, None, expect))
    return "".join(f"{line}\n" for line in lines)
