"""`--fix` of documents: above each display the rules that its lines need and that no reason names,
as an `elbo:` comment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping

from verifier.derivation.derivation import Source
from verifier.derivation.rewrite import Edit, edited
from verifier.judge.rulings import worth_citing
from verifier.outcome import DerivationReport, Diagnostic, Location, StepReport, Verdict

_HTML, _RST, _TEX = "<!-- elbo: {} -->", ".. elbo: {}", "% elbo: {}"
_FORMS = {".tex": _TEX, ".latex": _TEX, ".rst": _RST, ".rest": _RST, ".ipynb": ""}
_WRITTEN = r"\s*(?:<!--|\.\.|%|#)\s*elbo:\s*{}:[^;]*"  # and nothing else

Rules = Mapping[int, tuple[str, ...]]  # by displays


def wanted(report: DerivationReport) -> Rules:
    """The rules to write above each display: of one with a line that is proved, and of which
    nothing says by what, or that is by the wrong rule."""
    displays: dict[int, list[StepReport]] = {}
    for step in report.steps:
        if step.place is not None:
            displays.setdefault(step.place.display, []).append(step)
    found = {}
    for number, steps in displays.items():
        proved = [step for step in steps if step.verdict is Verdict.PROVED]
        wrong = [s for s in steps if s.verdict is Verdict.WRONG_RULE != s.expected and s.suggestion]
        if not wrong and all(step.place and step.place.said for step in proved):
            continue
        rules = [rule for step in proved for rule in worth_citing(step.rules)]
        rules += [rule for s in wrong if s.suggestion for rule in s.suggestion.rules]
        if rules:
            found[number] = tuple(dict.fromkeys(rules))
    return found


def comment_edit(source: Source, report: DerivationReport, number: int, said: str) -> Edit | None:
    """The edit that puts an `elbo:` comment above a display, in the place of one that says the same
    key there already. None where it can't be written: a notebook's lines are strings of JSON, and a
    display that begins within a line has no line above it."""
    begins = report.reading.begins if report.reading else ()
    form = _FORMS.get(os.path.splitext(report.file)[1].lower(), _HTML)
    at, starts = begins[number - 1] - 1, source.starts
    if not form or begins.count(begins[number - 1]) > 1:
        return None
    line = source.text[starts[at] : [*starts, None][at + 1]]
    before = re.match(r"[ \t>]*", line)
    assert before is not None
    here = _RST if ".. math::" in line else form
    ending = "\r\n" if line.endswith("\r\n") else "\n"
    above = source.text[starts[at - 1] : starts[at]] if at else ""
    again = re.fullmatch(_WRITTEN.format(said.partition(":")[0]), above)
    start = starts[at - 1] if again else starts[at]
    return Edit(start, starts[at], f"{before[0]}{here.format(said)}{ending}")


def rules_edit(
    source: Source, report: DerivationReport, number: int, rules: Iterable[str]
) -> Edit | None:
    """The edit after which a display says by which rules its lines are."""
    return comment_edit(source, report, number, f"by: {', '.join(rules)}")


def commented(
    source: Source, report: DerivationReport, rules: Rules
) -> tuple[str, dict[int, tuple[str, ...]]]:
    """The text with these comments, and those that could be written."""
    edits = {n: rules_edit(source, report, n, names) for n, names in rules.items()}
    written = {number: rules[number] for number, edit in edits.items() if edit is not None}
    return edited(source.text, [edit for edit in edits.values() if edit]), written


def said(report: DerivationReport, rules: Rules, written: Rules) -> Iterator[Diagnostic]:
    """What was written and what was not, where the displays stand now."""
    begins = report.reading.begins if report.reading else ()
    for number, names in sorted(rules.items()):
        line = begins[number - 1]
        code = "commented" if number in written else "not-commented"
        yield Diagnostic(code, Location(line, 1, line, 1), {"rules": ", ".join(names)})
