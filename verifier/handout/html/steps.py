"""The steps of a derivation in HTML: what is written, why it holds, and what is left blank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from html import escape
from math import ceil

from verifier.formula import written as w
from verifier.handout import Form
from verifier.handout.conventions import style
from verifier.handout.exhibits import exhibit
from verifier.handout.hiding import sides
from verifier.handout.html.grids import shown_as
from verifier.handout.html.text import code, math, prose, sentence, step_link, ten_to
from verifier.handout.instances import said
from verifier.handout.notes import noted, told
from verifier.handout.sheet import FINEST, Premise, Sheet, Step, bound
from verifier.handout.texts import EXPLAINED, KINDS, elsewhere, heading, longest
from verifier.manual.rules import human, shown
from verifier.messages import message
from verifier.outcome import Diagnostic, Numeric, Verdict
from verifier.typeset.mathml import formula, operator
from verifier.typeset.printer import plain

_PER_LINE = 60  # characters of a formula, for the height of a box that hides it
_LETTER = 0.5  # ems
_HIGH = 2.8  # ems of a line that is written by hand
RELATIONS = ("=", ">=", "<=")
_REASON = 13.0  # ems of a box for a reason: no size tells what belongs in it


class Steps:
    """The steps of a sheet. Of `answers`, the steps before anything was hidden, only the length of
    the longest is told; `explained` is where each rule is explained, `beside` what stands below a
    step."""

    def __init__(
        self, sheet: Sheet, answers: Sequence[Step], form: Form, name: str,
        explained: Mapping[str, str], beside: Mapping[int, str],
    ) -> None:  # fmt: skip
        self._sheet = sheet
        self._answers = answers
        self._form = form
        self._name = name
        self._explained = explained
        self._beside = beside
        self._worksheet = form.student or form.solutions
        self._style = style(form.conventions, sheet.model)
        self._scope = sheet.scope
        self._rules = {name: entry for entry in sheet.rules for name in entry.names}

    def lines(self) -> Iterator[str]:
        """The section, line by line."""
        yield "<section>"
        yield f"<h2>{heading(self._sheet, self._worksheet)}</h2>"
        yield '<ol class="derivation">'
        if self._sheet.start is not None:
            shown = f'<span class="shown">{math(self._style, self._sheet.start)}</span>'
            yield f'<li class="start">{shown}</li>'
        for step in self._sheet.steps:
            yield from self._step(step)
        yield "</ol>"
        yield "</section>"

    def mended(self) -> Iterator[str]:
        """The lines that were made wrong, as they should be."""
        yield f"<section><h2>{EXPLAINED['errors']}</h2>"
        for slip in self._sheet.errors:
            sign = operator(slip.right_relation) if slip.right_relation else ""
            shown = f"{sign} {math(self._style, slip.right)}"
            yield f"<p>{step_link(self._name, slip.number)} {shown}</p>"
        yield "</section>"

    def _step(self, step: Step) -> Iterator[str]:
        bad = step.verdict is not Verdict.PROVED and not self._worksheet
        yield f'<li class="{"step bad" if bad else "step"}" id="{self._name}-{step.number}">'
        yield f'<span class="number">({step.number})</span>'
        yield from self._written(step)
        yield from self._reason(step)
        if step.note:
            note = noted(step.note, self._scope)
            yield f'<p class="note">{sentence(self._style, note)}</p>'
        if bad:
            yield from self._trouble(step)
        if step.number in self._beside:
            yield f'<div class="beside">{self._beside[step.number]}</div>'
        yield "</li>"

    def _written(self, step: Step) -> Iterator[str]:
        blank = step.blank if self._worksheet else None
        if step.formula is None and not (blank == "line" and self._form.student):
            yield f'<span class="shown">{code(step.text)}</span>'
            return
        if blank == "line":
            wide = _PER_LINE * _LETTER + 1
            high = _HIGH * max(1, ceil(longest(self._answers) / _PER_LINE))
            shown = "" if self._form.student else self._line(step)
            yield f'<span class="shown whole">{self._box(step, wide, high, shown)}</span>'
        elif step.kind == "chain":
            sign = operator(step.relation) if step.relation else ""
            if blank == "relation":
                sign = self._box(step, 1.6, 1.5, sign)
            changed = () if self._worksheet else step.changed
            assert step.formula is not None
            shown = math(self._style, step.formula, changed)
            yield f'<span class="relation">{sign}</span><span class="shown">{shown}</span>'
        else:
            yield f'<span class="kind">{KINDS[step.kind]}</span>'
            yield f'<span class="shown">{self._statement(step, blank == "relation")}</span>'

    def _line(self, step: Step) -> str:
        sign = operator(step.relation) if step.kind == "chain" else ""
        return f"{sign} " + (math(self._style, step.formula) if step.formula else code(step.text))

    def _statement(self, step: Step, blank: bool) -> str:
        assert step.formula is not None
        if not (blank and isinstance(step.formula, w.Statement)):
            return math(self._style, step.formula)
        left, right = sides(self._style.boxes(step.formula), step.formula.relation)
        answer = "" if self._form.student else operator(step.formula.relation)
        shown = (formula(left, plain(step.formula.left)), formula(right, plain(step.formula.right)))
        return f" {self._box(step, 1.6, 1.5, answer)} ".join(shown)

    def _box(self, step: Step, wide: float, high: float, shown: str) -> str:
        """A box to be filled in, here or on paper, or filled in already."""
        size = f"width:min(100%,{wide:.1f}em);min-height:{high:.1f}em"
        if self._form.filled is not None:
            return _field(step, self._form.filled.get(step.number, ""), size)
        said = "" if shown else f' role="img" aria-label="{step.blank} to be filled in"'
        return f'<span class="blank" style="{size}"{said}>{shown}</span>'

    def _reason(self, step: Step) -> Iterator[str]:
        names = ", ".join(f'<span class="name">{escape(human(name))}</span>' for name in step.rules)
        if step.blank == "reason" and self._worksheet:
            shown = "" if self._form.student else names + self._premises(step.premises)
            yield f'<span class="why">{self._box(step, _REASON, _HIGH, shown)}{_worth(step)}</span>'
            return
        yield '<details class="why">'
        yield f"<summary>{names or 'no reason'}</summary>"
        yield '<div class="panel">'
        yield from self._stated(step)
        if step.numeric is not None:
            yield f"<p>{_sampled(step, step.numeric)}</p>"
        yield "</div>"
        yield "</details>"
        if step.premises:
            yield f'<span class="using">{self._premises(step.premises)}</span>'

    def _stated(self, step: Step) -> Iterator[str]:
        """What the rules of a step say."""
        known = {name: self._rules[name] for name in step.rules if name in self._rules}
        if known:
            yield "<dl>"
            for name, entry in known.items():
                place, called = self._explained.get(entry.name), escape(human(name))
                link = f'<a href="#{place}">{called}</a>' if place else called
                says = sentence(self._style, said(shown(entry).says[0]))
                yield f"<dt>{link}</dt><dd>{says}</dd>"
            yield "</dl>"

    def _premises(self, premises: Sequence[Premise]) -> str:
        return f" with {' and '.join(map(self._premise, premises))}" if premises else ""

    def _premise(self, premise: Premise) -> str:
        here = premise.number
        return prose(elsewhere(premise.name)) if here is None else step_link(self._name, here)

    def _trouble(self, step: Step) -> Iterator[str]:
        said_of = [message_ for message_ in (step.message, step.advice) if message_]
        if step.diagnosis is not None:
            said_of.append(message(Diagnostic("holds-if", None, asdict(step.diagnosis))))
        yield '<div class="trouble">'
        yield f"<p><strong>{escape(step.verdict)}</strong></p>"
        yield from (f"<p>{sentence(self._style, told(p, self._scope))}</p>" for p in said_of)
        if step.counterexample is not None:
            yield from shown_as(exhibit(step.counterexample, self._scope), self._style)
        yield "</div>"


def _field(step: Step, value: str, size: str) -> str:
    """What a blank is written into on the page."""
    name = f'name="step-{step.number}" aria-label="{step.blank} of step {step.number}"'
    if step.blank == "relation":
        known = ((sign, " selected" * (sign == value)) for sign in ("", *RELATIONS))
        options = "".join(f"<option{chosen}>{escape(sign)}</option>" for sign, chosen in known)
        return f'<select class="blank" {name}>{options}</select>'
    kept = 'spellcheck="false" autocapitalize="off" autocomplete="off"'
    return f'<textarea class="blank" {name} {kept} style="{size}">{escape(value)}</textarea>'


def _worth(step: Step) -> str:
    return f" [{step.points}]" if step.points != 1 else ""


def _sampled(step: Step, numeric: Numeric) -> str:
    """What came of sampling a step."""
    worlds = f"In {numeric.samples} sampled worlds"
    relation = step.formula.relation if isinstance(step.formula, w.Statement) else step.relation
    residual = bound(numeric.worst)
    if not numeric.agrees or residual is None:
        return f"{worlds} it {'is not compared' if numeric.agrees else 'does not always hold'}."
    if relation == "=":
        return f"{worlds} the sides agree, with no residual above {ten_to(residual)}."
    gap = f"{numeric.worst:.2g}" if numeric.worst > 10.0**FINEST else "0, up to rounding"
    return f"{worlds} it holds; the smallest gap is {gap}."
