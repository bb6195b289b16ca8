"""What may be done about a step of a derivation: edits of its text, as proposals.

Rules that were found, a slip taken back and a line that is missing were proved before the report
says so. What is missing among the declarations is guessed from what the report asks for: such a
proposal is `tried`, judged before it is offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from verifier.commands import comments
from verifier.commands.fix import wanted
from verifier.derivation.amend import declaration_edits, formula_edits, line_edits
from verifier.derivation.derivation import Derivation, Source
from verifier.derivation.loader import readable
from verifier.derivation.rewrite import Edit, edited, rule_edits
from verifier.derivation.source import text_source
from verifier.judge.rulings import own_name
from verifier.outcome import (
    DerivationReport,
    Diagnosis,
    Diagnostic,
    DiagnosticError,
    StepReport,
    Verdict,
)
from verifier.typeset.latex import LATEX

_NAME = re.compile(r"[^\W\d]\w*")
_APPLIED = re.compile(r"[^\W\d]\w*\(([^()]*)\)")
_SIGN = re.compile(r"(?:[^\w\s\\&]|\\[A-Za-z]+)((?:\s*&)?)")  # that relates a row to the one before
_MOST = 4  # declarations that are tried for one step


@dataclass(frozen=True, slots=True)
class Proposal:
    """Edits of a text, what to say of them, and the step that they are for. `tried`: they are
    offered where that step is better with them."""

    said: Diagnostic
    step: int
    edits: tuple[Edit, ...]
    tried: bool = False

    def text(self, source: Source) -> str:
        """The whole text with the edits made."""
        return source.mark + edited(source.text, self.edits)


def proposals(source: Source, report: DerivationReport, strict: bool = False) -> list[Proposal]:
    """What may be done about the steps of a derivation, of which this is the report. A proposal
    whose text couldn't be read as well as before is left out."""
    if report.reading is not None:
        return [*_of_document(source, report)]
    try:
        loaded = readable(source, strict)
        found = [*_proposals(source, loaded, report)]
    except DiagnosticError:
        return []
    return [each for each in found if each.edits and _as_readable(source, loaded, each)]


def _of_document(source: Source, report: DerivationReport) -> Iterator[Proposal]:
    """For lines of a document: comments above their display, and a slip taken back."""
    cited = comments.wanted(report)
    for step in report.steps:
        number = step.place.display if step.place is not None else 0
        if number in cited:
            said = Diagnostic("offer-rules", None, {"step": step.index, "rules": cited[number]})
            edit = comments.rules_edit(source, report, number, cited[number])
            yield from _offered(said, step, edit)
        if step.diagnosis is not None:
            said = Diagnostic("offer-edit", None, {"step": step.index, "line": step.diagnosis.line})
            yield from _offered(said, step, _written(source, step, step.diagnosis), tried=True)
        if step.verdict is not Verdict.PROVED and step.diagnostic is not None and number:
            why = step.diagnostic
            for key, items in [*_declarations(step.text, why.code, why.data)][:_MOST]:
                said = Diagnostic("offer-declared", None, {"key": key, "items": items})
                comment = f"{key}: {'; '.join(items)}"
                edit = comments.comment_edit(source, report, number, comment)
                yield from _offered(said, step, edit, tried=True)


def _written(source: Source, step: StepReport, diagnosis: Diagnosis) -> Edit | None:
    """The edit after which a row of a document says what was meant; of one that goes on in another
    line there is none."""
    start = source.starts[step.line - 1] - 1
    row = source.text[start + step.column : start + step.end_column]
    relation = LATEX.signs.get(diagnosis.line.partition(" ")[0], "=")
    sign = _SIGN.match(row)
    if step.end_line != step.line or (sign is None and step.kind == "chain"):
        return None
    before = f"{relation}{sign[1]} " if sign is not None and step.kind == "chain" else ""
    return Edit(start + step.column, start + step.end_column, before + diagnosis.latex)


def _offered(
    said: Diagnostic, step: StepReport, edit: Edit | None, tried: bool = False
) -> Iterator[Proposal]:
    if edit is not None:
        yield Proposal(said, step.index, (edit,), tried)


def better(before: DerivationReport, after: DerivationReport, step: int) -> bool:
    """Whether a step is proved after an edit, or means something that meant nothing, and no other
    is worse."""
    old, new = (
        next((each for each in report.steps if each.index == step), None)
        for report in (before, after)
    )
    if old is None or new is None or len(before.steps) > len(after.steps):
        return False
    if new.verdict is not Verdict.PROVED:
        ill = Verdict.ILL_FORMED
        return old.verdict is ill and new.verdict not in (ill, Verdict.REFUTED)
    proved = {each.index for each in after.steps if each.verdict is Verdict.PROVED}
    return proved >= {each.index for each in before.steps if each.verdict is Verdict.PROVED}


def _as_readable(source: Source, loaded: Derivation, proposal: Proposal) -> bool:
    try:
        new = readable(text_source(proposal.text(source), source.name))
    except DiagnosticError:
        return False
    return len(new.faults) <= len(loaded.faults) and len(new.steps) >= len(loaded.steps)


def _proposals(source: Source, loaded: Derivation, report: DerivationReport) -> Iterator[Proposal]:
    rules = wanted(loaded, report) if report.error is None else {}
    for step in report.steps:
        number = step.index
        if number in rules:
            said = Diagnostic("offer-rules", None, {"step": number, "rules": rules[number]})
            edits = rule_edits(source, {number: rules[number]}, own_name)
            yield Proposal(said, number, tuple(edits))
        if step.diagnosis is not None:
            line = step.diagnosis.line
            said = Diagnostic("offer-edit", None, {"step": number, "line": line})
            yield Proposal(said, number, tuple(formula_edits(source, number, line)))
        if step.verdict is not Verdict.PROVED and step.diagnostic is not None:
            yield from _asked_for(source, step, step.diagnostic.code, step.diagnostic.data)


def _asked_for(source: Source, step: StepReport, code: str, data: Any) -> Iterator[Proposal]:
    """A line, or declarations, that the report asks for."""
    line = data.get("between")
    if line:
        said = Diagnostic("offer-line", None, {"step": step.index, "line": line})
        yield Proposal(said, step.index, tuple(line_edits(source, step.index, line)))
    for key, items in [*_declarations(step.text, code, data)][:_MOST]:
        said = Diagnostic("offer-declared", None, {"key": key, "items": items})
        edits = tuple(declaration_edits(source, key, items))
        yield Proposal(said, step.index, edits, tried=True)


def _declarations(text: str, code: str, data: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Keys and what to add to them, the likeliest first."""
    name, condition = str(data.get("name", "")), str(data.get("condition", ""))
    match code:
        case "needs-positive" | "needs-nonzero":
            fact = f"{condition} {'>' if code == 'needs-positive' else '!='} 0"
            if _NAME.fullmatch(condition):
                yield "parameters", (fact,)
            elif known := _APPLIED.fullmatch(condition):
                yield "assume", (f"for all {known[1]}: {fact}",)
            yield "assume", (fact,)
        case "needs-domination":
            yield "support", (condition,)
        case "needs-finite":
            yield "support", (f"finite {condition}",)
        case "premise-needs":
            yield from ((key, (condition,)) for key in ("support", "assume", "parameters"))
        case "index-unbounded":
            yield "parameters", (f"{name} >= 1",)
        case "undeclared-name" | "undeclared-family":
            applied = re.search(rf"{re.escape(name)}\([^()]*\)", text)
            if applied is None:
                yield "parameters", (name,)
            else:
                yield from ((key, (applied[0],)) for key in ("model", "functions"))
    discrete = data.get("discrete")
    if discrete:
        yield "discrete", tuple(map(str, discrete))
