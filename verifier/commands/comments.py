"""`--fix` of documents: above each display the rules that its lines need and that no reason names,
as an `elbo:` comment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from verifier.judge.rulings import worth_citing
from verifier.outcome import DerivationReport, Diagnostic, Location, StepReport, Verdict

_HTML, _RST, _TEX = "<!-- elbo: by: {} -->", ".. elbo: by: {}", "% elbo: by: {}"
_FORMS = {".tex": _TEX, ".latex": _TEX, ".rst": _RST, ".rest": _RST, ".ipynb": ""}
_WRITTEN = re.compile(r"(?:<!--|\.\.|%|#)\s*elbo:\s*by:[^\n]*")

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


def commented(
    text: str, report: DerivationReport, rules: Rules
) -> tuple[str, dict[int, tuple[str, ...]]]:
    """The text with these comments, one that stands above a display already in its place, and
    those that could be written: a notebook's lines are strings of JSON, and a display that begins
    within a line has no line above it."""
    lines = text.splitlines(keepends=True)
    begins = report.reading.begins if report.reading else ()
    form = _FORMS.get(os.path.splitext(report.file)[1].lower(), _HTML)
    written: dict[int, tuple[str, ...]] = {}
    for number, names in sorted(rules.items(), reverse=True):
        at = begins[number - 1] - 1
        before = re.match(r"[ \t>]*", lines[at])
        alone = begins.count(begins[number - 1]) == 1
        if not form or not alone or before is None:
            continue
        here = _RST if ".. math::" in lines[at] else form
        ending = "\r\n" if lines[at].endswith("\r\n") else "\n"
        line = f"{before[0]}{here.format(', '.join(names))}{ending}"
        above = at > 0 and _WRITTEN.search(lines[at - 1])
        lines[at - 1 if above else at : at] = [line]
        written[number] = names
    return "".join(lines), written


def said(report: DerivationReport, rules: Rules, written: Rules) -> Iterator[Diagnostic]:
    """What was written and what was not, where the displays stand now."""
    begins = report.reading.begins if report.reading else ()
    for number, names in sorted(rules.items()):
        line = begins[number - 1]
        code = "commented" if number in written else "not-commented"
        yield Diagnostic(code, Location(line, 1, line, 1), {"rules": ", ".join(names)})
