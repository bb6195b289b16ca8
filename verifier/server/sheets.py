"""Worksheets that are filled in on the page: each answer is marked here, and told beside its step.

What a worksheet was made of stays with the server: the page has nothing that tells an answer.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple

from verifier.commands.feedback import told_of
from verifier.commands.grade import grade_text
from verifier.derivation.answers import OPEN
from verifier.derivation.source import text_source
from verifier.derivation.worksheet import HEAD, worksheet
from verifier.handout import Form
from verifier.handout.blanks import blanks_of, with_blanks
from verifier.handout.html import page
from verifier.handout.leaflet import html_lines
from verifier.handout.sheet import Sheet, sheet
from verifier.messages import message
from verifier.outcome import DerivationReport, Diagnostic, DiagnosticError, GradeReport

_MOST = 16  # worksheets that are remembered
_RELATION = re.compile(r"(=|>=|<=|\u2265|\u2264)\s*")  # which a line may be written with
_NAMES = {"=": "eq", ">=": "ge", "<=": "le"}
_FIELD = "step-"


class _Made(NamedTuple):
    path: str
    text: str
    sheet: Sheet


class Sheets:
    """The worksheets that were made, by a word that nobody guesses."""

    def __init__(self) -> None:
        self._made: dict[str, _Made] = {}

    def made(self, path: str, text: str, report: DerivationReport) -> str:
        """The page of a worksheet to be filled in. Raises DiagnosticError for what is none."""
        if report.document is None:
            raise DiagnosticError(report.error or Diagnostic("handout-error"))
        one = with_blanks(sheet(report))
        worksheet(text_source(text, path), blanks_of(one))  # that there can be one
        word = secrets.token_urlsafe(16)
        self._made[word] = _Made(path, text, one)
        for old in [*self._made][:-_MOST]:
            del self._made[old]
        return _page(word, one, {}, None)

    def checked(self, asked: Mapping[str, str]) -> str | None:
        """The page with what was written into it, marked; None for one that isn't remembered."""
        word = asked.get("sheet", "")
        made = self._made.get(word)
        if made is None:
            return None
        blanks = blanks_of(made.sheet)
        answers = {n: " ".join(asked.get(f"{_FIELD}{n}", "").split()) for n in blanks}
        text = _filled(worksheet(text_source(made.text, made.path), blanks), made.sheet, answers)
        return _page(word, made.sheet, answers, grade_text(made.path, made.text, text))


def _page(word: str, one: Sheet, answers: Mapping[int, str], marked: GradeReport | None) -> str:
    form = Form(student=True, filled=answers)
    marks = dict.fromkeys(blanks_of(one), "")
    if marked is not None:
        marks |= {each.step: "\n".join(_marks(marked, each.step, one)) for each in marked.grades}
    return page.document(
        one.title,
        "\n".join(
            (
                '<form method="post" action="check">',
                f'<input type="hidden" name="sheet" value="{escape(word)}">',
                page.body([one], form, marks),
                f'<p class="handout sum">{_sum(marked)}<button>Check</button></p>',
                "</form>",
            )
        ),
    )


def _sum(marked: GradeReport | None) -> str:
    if marked is None:
        return ""
    if marked.error is not None:
        return f"<strong>{escape(message(marked.error))}</strong> "
    return f"<strong>{marked.points} of {marked.most} points</strong> "


def _marks(marked: GradeReport, step: int, one: Sheet) -> Iterator[str]:
    for grade in marked.grades:
        if grade.step == step:
            yield f"<p><strong>{grade.mark}</strong></p>"
            yield from html_lines(told_of(marked, grade, False, one.scope))


def _filled(text: str, one: Sheet, answers: Mapping[int, str]) -> str:
    """A worksheet with answers in the place of its blanks, whatever they hold. Raises
    DiagnosticError where they can't be told from the rest."""
    kinds = blanks_of(one)
    head = len({*kinds.values()}) + 1 if text.startswith(HEAD) else 0
    lines = text.splitlines(keepends=True)
    first, *rest = "".join(lines[head:]).split(OPEN)
    if len(rest) != len(kinds):
        raise DiagnosticError(Diagnostic("worksheet-unwritable"))
    steps = {step.number: step.kind for step in one.steps}
    written = (
        _scalar(kinds[n], steps[n] == "chain", answers[n]) + part
        for n, part in zip(sorted(kinds), rest, strict=True)
    )
    return first + "".join(written)


def _scalar(blank: str, chain: bool, answer: str) -> str:
    """An answer as YAML that can't be taken for anything else."""
    if not answer:
        return OPEN
    if blank == "relation":
        known = _NAMES if chain else dict.fromkeys(_NAMES, answer)
        return known.get(answer, OPEN)
    if blank == "line":
        return _quoted(_RELATION.sub("", answer, count=1) if _begins(answer, chain) else answer)
    return f"[{', '.join(_quoted(each.strip()) for each in answer.split(',') if each.strip())}]"


def _begins(answer: str, chain: bool) -> bool:
    return chain and _RELATION.match(answer) is not None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
