"""How reports show themselves in notebooks: as handouts, what can't be one as the report."""

from __future__ import annotations

from html import escape

from verifier.handout import Form, markdown
from verifier.handout.html import page as html
from verifier.handout.sheet import sheet
from verifier.handout.tex import page as tex
from verifier.handout.tex.text import mono
from verifier.outcome import DerivationReport, Report, Shown
from verifier.report import plain


def bundle(report: Shown) -> dict[str, str]:
    """A report in each format that a front end may choose from, by its media type."""
    derivations = report.derivations if isinstance(report, Report) else (report,)
    derivations = tuple(each for each in derivations if isinstance(each, DerivationReport))
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
    return {"text/plain": plain.render(Report(derivations))} | {
        kind: (page if sheets else "") + (text if rest else "")
        for kind, (page, text) in pages.items()
    }


def _mono(text: str) -> str:
    return "".join(rf"\par\noindent\texttt{{{mono(line)}}}" + "\n" for line in text.splitlines())
