"""The report without colour or wrapping, for pipes, logs and tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from verifier.report.layout import Line
from verifier.report.pages import page_of
from verifier.report.shown import visible

if TYPE_CHECKING:
    from verifier.outcome import AnyReport


def render(report: AnyReport, expect: bool = False) -> str:
    """The whole report as text. What we add to the user's own words is ASCII."""
    return text(page_of(report, None, expect))


def text(lines: Iterable[Line]) -> str:
    """Lines without their styles."""
    return "".join(f"{visible(''.join(piece for piece, _ in line).rstrip())}\n" for line in lines)
