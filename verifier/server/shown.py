"""A report as the page shows it: what is wrong, with the way to its line; each step as on a
handout, with its verdict, its gap and a counterexample as tables."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import product

from verifier.handout import Form
from verifier.handout.blanks import with_blanks
from verifier.handout.conventions import style
from verifier.handout.html import page
from verifier.handout.html.text import code, math, prose
from verifier.handout.sheet import sheet
from verifier.messages import message
from verifier.outcome import (
    Counterexample,
    DerivationReport,
    Location,
    StepReport,
    Table,
    Verdict,
)
from verifier.report.annotations import annotated
from verifier.report.findings import slip
from verifier.report.words import figure, standing, totals, visible
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
    steps = {step.index: "".join(_step(step)) for step in report.steps}
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


def _step(step: StepReport) -> Iterator[str]:
    kind = "good" if step.verdict is Verdict.PROVED else "wrong"
    measured = f", {escape(figure(step))}" if step.numeric is not None else ""
    where = Location(step.line, 1, step.line, _END)
    yield f'<p class="verdict {kind}">{MARKS[step.verdict]} {standing(step)}{measured} \u00b7 '
    yield f'<span class="where">{_link(where).rstrip(":")}</span></p>'
    if step.counterexample is not None:
        yield from _counterexample(step.counterexample)


def _counterexample(example: Counterexample) -> Iterator[str]:
    yield '<div class="counterexample"><p>A counterexample:</p><div class="tables">'
    for table in example.tables:
        yield from _table(table, table.name)
    for table in example.weights:
        yield from _table(table, f"width of {table.name}")
    yield "</div>"
    values = [f"{name} = {value}" for name, value in (*example.parameters, *example.point)]
    if values:
        yield f"<p>at {escape(visible(', '.join(values)))}</p>"
    yield "<dl>"
    for name in ("left", "right", "difference"):
        yield f"<dt>{name}</dt><dd>{escape(visible(getattr(example, name)))}</dd>"
    yield "</dl></div>"


def _table(table: Table, name: str) -> Iterator[str]:
    """The last axis runs across, the others down."""
    yield f"<table><caption>{escape(visible(name))}</caption>"
    across = table.axes[-1:]
    wide = table.shape[-1] if table.shape else 1
    if across:
        heads = (f'<th scope="col">{escape(across[0])} = {value}</th>' for value in range(wide))
        yield f"<thead><tr>{'<td></td>' if table.axes[:-1] else ''}{''.join(heads)}</tr></thead>"
    yield "<tbody>"
    for number, place in enumerate(product(*map(range, table.shape[:-1]))):
        label = ", ".join(f"{axis} = {v}" for axis, v in zip(table.axes, place, strict=False))
        head = f'<th scope="row">{escape(label)}</th>' if label else ""
        cells = table.cells[number * wide : (number + 1) * wide]
        yield f"<tr>{head}{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
    yield "</tbody></table>"
