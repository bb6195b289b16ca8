"""How reports show themselves in notebooks: as handouts, what can't be one as the report."""

from __future__ import annotations

from collections.abc import Container, Sequence
from html import escape

from verifier.handout import Form, html, markdown, tex
from verifier.handout.prose import mono
from verifier.handout.sheet import sheet
from verifier.outcome import DerivationReport, Report
from verifier.report import plain


def bundle(
    derivations: Sequence[DerivationReport],
    include: Container[str] | None = None,
    exclude: Container[str] | None = None,
) -> dict[str, str]:
    """The reports in each format that a front end may choose from, by its media type."""
    sheets = [sheet(report) for report in derivations if report.document is not None]
    others = tuple(report for report in derivations if report.document is None)
    rest = plain.render(Report(others)) if others else ""
    pages = {
        "text/html": (html.body(sheets, Form()), f"<pre>{escape(rest)}</pre>\n"),
        "text/markdown": (markdown.page(sheets, Form()), markdown.block(rest)),
        "text/latex": (
            "".join(tex.render([one], Form(fragment=True)) for one in sheets),
            _mono(rest),
        ),
    }
    shown = {"text/plain": plain.render(Report(tuple(derivations)))} | {
        kind: (page if sheets else "") + (text if rest else "")
        for kind, (page, text) in pages.items()
    }
    return {
        kind: text
        for kind, text in shown.items()
        if (include is None or kind in include) and not (exclude and kind in exclude)
    }


def _mono(text: str) -> str:
    return "".join(rf"\par\noindent\texttt{{{mono(line)}}}" + "\n" for line in text.splitlines())
