"""A report as the page shows it: what is wrong, with the way to its line; each step as on a
handout, with its verdict, its gap and a counterexample as tables."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from verifier.formula.scope import Scope
from verifier.handout import Form
from verifier.handout.blanks import with_blanks
from verifier.handout.conventions import style
from verifier.handout.exhibits import exhibit
from verifier.handout.html import page
from verifier.handout.html.grids import shown_as
from verifier.handout.html.text import code, math, prose
from verifier.handout.sheet import sheet
from verifier.messages import message
from verifier.outcome import (
    Counterexample,
    DerivationReport,
    Location,
    StepReport,
    Verdict,
)
from verifier.report.annotations import annotated
from verifier.report.findings import slip
from verifier.report.words import figure, standing, totals
from verifier.server.texts import MARKS
from verifier.typeset.mathml import operator

_END = 1 << 20  # of a line, however long


def status(report: DerivationReport) -> str:
    """One line on the whole, as text."""
    if report.error is not None:
        return f"error: {message(report.error)}"
    return f"{report.verdict}: {totals(report)}"


def shown(report: DerivationReport) -> str:
    """All that there is to see of a report."""
    scope = Scope() if report.document is None else sheet(report).scope
    steps = {step.index: "".join(_step(step, scope)) for step in report.steps}
    return "\n".join([*_findings(report), *_body(report, steps)])


def handout(report: DerivationReport, form: Form) -> str | None:
    """The handout as a page of its own; None for what can't be one."""
    if report.document is None:
        return None
    one = sheet(report)
    return page.page([with_blanks(one) if form.student or form.solutions else one], form)


def _body(report: DerivationReport, steps: dict[int, str]) -> Iterator[str]:
    if report.document is not None:
        yield page.body([sheet(report)], Form(), steps)
    elif report.steps:  # of a document, or of what couldn't be read whole
        style_ = style(Form().conventions, ())
        yield '<section aria-label="Steps"><ol class="lines">'
        for step in report.steps:
            text = code(step.text) if step.written is None else math(style_, step.written)
            relation = f"{operator(step.relation)} " if step.kind == "chain" else ""
            yield f'<li><span class="shown">{relation}{text}</span>{steps[step.index]}</li>'
        yield "</ol></section>"


def _findings(report: DerivationReport) -> Iterator[str]:
    found = annotated(report)
    if not found:
        return
    steps = {step.index: step for step in report.steps}
    yield '<section class="findings" aria-label="What is wrong"><ul>'
    for each in found:
        step = steps.get(each.step) if each.step is not None else None
        mended = message(slip(step.diagnosis)) if step and step.diagnosis else None
        more = "".join(f"<br>{prose(line)}" for line in (each.hint, mended) if line)
        left = ' class="left"' if each.level == "note" else ""
        yield f"<li{left}>{_link(each.where)} {prose(each.message)}{more}</li>"
    yield "</ul></section>"


def _link(where: Location) -> str:
    """The way to a place in the text."""
    place = f"{where.line} {where.column} {where.end_line} {where.end_column}"
    return f'<a href="#text" data-place="{place}">line {where.line}</a>:'


def _step(step: StepReport, scope: Scope) -> Iterator[str]:
    kind = "good" if step.verdict is Verdict.PROVED else "wrong"
    measured = f", {escape(figure(step))}" if step.numeric is not None else ""
    where = Location(step.line, 1, step.line, _END)
    yield f'<p class="verdict {kind}">{MARKS[step.verdict]} {standing(step)}{measured} \u00b7 '
    yield f'<span class="where">{_link(where).rstrip(":")}</span></p>'
    if step.counterexample is not None:
        yield from _counterexample(step.counterexample, scope)


def _counterexample(example: Counterexample, scope: Scope) -> Iterator[str]:
    yield '<div class="counterexample"><p>A counterexample:</p>'
    yield from shown_as(exhibit(example, scope), style(Form().conventions, ()))
    yield "</div>"
