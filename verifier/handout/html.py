"""A handout as a page for browsers: one file that needs nothing else, no script and no network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from html import escape
from math import ceil
from pathlib import Path

from verifier.formula import written as w
from verifier.handout import Form
from verifier.handout.conventions import style
from verifier.handout.hiding import sides, without_answers
from verifier.handout.pictures import Picture, pictures
from verifier.handout.sheet import FINEST, Assumption, Premise, Sheet, Step, bound, collected
from verifier.handout.svg import STYLE, svg
from verifier.handout.texts import (
    EXPLAINED,
    KINDS,
    elsewhere,
    in_words,
    notation_of,
    stamped,
    with_signs,
)
from verifier.manual.rules import Entry, entries
from verifier.messages import message
from verifier.outcome import Diagnostic, Numeric, Verdict
from verifier.typeset.mathml import formula, operator
from verifier.typeset.printer import plain

_CSS = Path(__file__).with_name("page.css")
_PER_LINE = 60  # characters of a formula, for the height of a box that hides it
_LETTER = 0.5  # ems

_CODE = re.compile(r"`([^`]*)`")


def page(sheets: Sequence[Sheet], form: Form) -> str:
    """A document of its own, with a table of contents where there are several sheets; or what
    another one may include."""
    if form.fragment:
        return body(sheets, form) + "\n"
    title = sheets[0].title if len(sheets) == 1 else f"{len(sheets)} derivations"
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(title)}</title>",
            "</head>",
            '<body class="handouts">',
            "<main>",
            body(sheets, form),
            "</main>",
            "</body>",
            "</html>",
            "",
        )
    )


def body(sheets: Sequence[Sheet], form: Form) -> str:
    """The sheets, and the style that is theirs alone."""
    draft = " draft" if any(sheet.draft for sheet in sheets) else ""
    pages = [_Page(sheet, form, place) for place, sheet in enumerate(collected(sheets), 1)]
    shown: set[Picture] = set()  # a booklet has each picture once
    places: dict[str, str] = {}
    for one in pages:
        places |= {entry.name: f"{one.name}-{entry.name}" for entry in one.sheet.explained}
        one.places = places
        one.drawn = [picture for picture in one.drawn if picture not in shown]
        shown.update(one.drawn)
    return "\n".join(
        (
            f"<style>\n{_CSS.read_text(encoding='utf-8')}{STYLE}</style>",
            f'<div class="handout{draft}">',
            *(_contents(pages) if len(pages) > 1 else ()),
            *(line for page in pages for line in page.lines()),
            "</div>",
        )
    )


def _contents(pages: Iterable[_Page]) -> Iterator[str]:
    yield '<nav aria-label="Contents">'
    yield "<h1>Contents</h1>"
    yield "<ol>"
    for one in pages:
        yield f'<li><a href="#{one.name}">{prose(one.sheet.title)}</a></li>'
    yield "</ol>"
    yield "</nav>"


def prose(text: str) -> str:
    """A text for people; what stands in backquotes as code."""
    parts = _CODE.split(" ".join(text.split()))
    return "".join(_code(part) if place % 2 else _plain(part) for place, part in enumerate(parts))


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _plain(text: str) -> str:
    return escape(with_signs(text))


class _Page:
    """One sheet. What is left blank for students is taken from it before anything is written."""

    def __init__(self, sheet: Sheet, form: Form, place: int) -> None:
        self.sheet = without_answers(sheet) if form.student else sheet
        self.name = f"sheet-{place}-{sheet.stamp.digest[:8]}"
        self.drawn = [*pictures(self.sheet)]
        self.places: dict[str, str] = {}  # where each rule is explained, here or further up
        self._answers = sheet.steps
        self._form = form
        self._style = style(form.conventions, sheet.model)
        self._rules = {name: entry for entry in self.sheet.rules for name in entry.names}

    def lines(self) -> Iterator[str]:
        """The page, line by line."""
        yield f'<article id="{self.name}">'
        yield from self._head()
        yield from self._notation()
        yield from self._assumptions()
        yield from self._steps()
        yield from self._claim()
        yield from self._pictures()
        yield from self._used()
        yield from self._stamp()
        yield "</article>"

    @property
    def _worksheet(self) -> bool:
        return self._form.student or self._form.solutions

    def _formula(self, node: w.Written, changed: Iterable[w.Written] = ()) -> str:
        return formula(self._style.boxes(node), plain(node), changed)

    # -- around the steps --------------------------------------------------------------------------

    def _head(self) -> Iterator[str]:
        sheet = self.sheet
        yield "<header>"
        if sheet.draft:
            yield '<p class="mark">DRAFT: not verified</p>'
        yield f"<h1>{prose(sheet.title)}</h1>"
        if sheet.origin:
            yield f'<p class="origin">{prose(sheet.origin)}</p>'
        if sheet.description:
            yield f"<p>{prose(sheet.description)}</p>"
        yield "</header>"

    def _notation(self) -> Iterator[str]:
        groups = [*self.sheet.declarations, ("Notation", notation_of(self.sheet))]
        yield "<section>"
        yield "<h2>Model and notation</h2>"
        yield '<dl class="notation">'
        for called, nodes in groups:
            if nodes:
                yield f"<dt>{called}</dt>"
                yield from (f"<dd>{self._formula(node)}</dd>" for node in nodes)
        yield "</dl>"
        yield "</section>"

    def _assumptions(self) -> Iterator[str]:
        if not self.sheet.assumptions:
            return
        yield "<section>"
        yield f"<h2>{EXPLAINED['assumptions']}</h2>"
        yield '<ul class="ledger">'
        for assumption in self.sheet.assumptions:
            steps = self._numbers(assumption.steps)
            told = f' <span class="steps">{steps}</span>' if steps else ""
            yield f"<li>{self._assumption(assumption)}{told}</li>"
        yield "</ul>"
        yield "</section>"

    def _assumption(self, assumption: Assumption) -> str:
        if assumption.formula is None or assumption.formula == w.Finiteness(None):
            return f"<span>{prose(in_words(assumption))}</span>"
        return self._formula(assumption.formula)

    def _numbers(self, steps: Iterable[int]) -> str:
        """Step numbers as links, runs of three and more from the first to the last."""
        runs: list[list[int]] = []
        for step in sorted({*steps}):
            if runs and step == runs[-1][-1] + 1:
                runs[-1].append(step)
            else:
                runs.append([step])
        return ", ".join(
            f"{self._number(run[0])}\u2013{self._number(run[-1])}"
            if len(run) > 2
            else ", ".join(map(self._number, run))
            for run in runs
        )

    def _number(self, step: int) -> str:
        return f'<a href="#{self.name}-{step}">({step})</a>'

    def _claim(self) -> Iterator[str]:
        yield '<section class="claim">'
        yield f"<h2>{EXPLAINED['claim']}</h2>"
        yield f"<p>{self._formula(self.sheet.claim)}</p>"
        if self.sheet.problem:
            yield f'<p class="trouble">{prose(self.sheet.problem)}</p>'
        yield "</section>"

    def _pictures(self) -> Iterator[str]:
        if not self.drawn:
            return
        yield '<section class="pictures">'
        for picture in self.drawn:
            caption = "".join(
                _plain(part) if isinstance(part, str) else self._formula(part)
                for part in picture.caption
            )
            yield "<figure>"
            yield svg(picture, f"{self.name}-", self._style).rstrip()
            yield f"<figcaption><strong>{prose(picture.title)}.</strong> {caption}</figcaption>"
            yield "</figure>"
        yield "</section>"

    def _used(self) -> Iterator[str]:
        if self.sheet.explained:
            yield "<section>"
            yield f"<h2>{EXPLAINED['rules']}</h2>"
            yield '<div class="rules">'
            for entry in self.sheet.explained:
                yield from self._rule(entry)
            yield "</div>"
            yield "</section>"
        elif self._form.student and any(step.blank == "reason" for step in self.sheet.steps):
            yield "<section>"
            yield f"<h2>{EXPLAINED['bank']}</h2>"
            yield f"<p>{', '.join(_code(entry.name) for entry in entries())}</p>"
            yield "</section>"

    def _rule(self, entry: Entry) -> Iterator[str]:
        columns = max(map(len, entry.figure.split("\n")))
        yield f'<section class="rule" id="{self.name}-{entry.name}">'
        yield f"<h3>{escape(entry.name)}</h3>"
        yield f"<p>{prose(entry.says)}</p>"
        yield f"<p><em>Needs:</em> {prose(entry.conditions)}</p>"
        yield f'<pre style="--columns:{columns}" aria-hidden="true">{escape(entry.figure)}</pre>'
        yield "</section>"

    def _stamp(self) -> Iterator[str]:
        stamp = self.sheet.stamp
        parts = [prose(text) for text in stamped(stamp)]
        if stamp.residual is not None:
            parts.append(f"no residual above {_power(stamp.residual)}")
        yield "<footer>"
        yield f"<p>{', '.join(parts)}.</p>"
        yield f"<p>SHA-256 of the source: <code>{escape(stamp.digest)}</code></p>"
        yield "</footer>"

    # -- steps -------------------------------------------------------------------------------------

    def _steps(self) -> Iterator[str]:
        yield "<section>"
        yield f"<h2>{EXPLAINED['worksheet' if self._worksheet else 'steps']}</h2>"
        yield '<ol class="derivation">'
        if self.sheet.start is not None:
            shown = f'<span class="shown">{self._formula(self.sheet.start)}</span>'
            yield f'<li class="start">{shown}</li>'
        for step, answer in zip(self.sheet.steps, self._answers, strict=True):
            yield from self._step(step, answer)
        yield "</ol>"
        yield "</section>"

    def _step(self, step: Step, answer: Step) -> Iterator[str]:
        """A step as it is shown; of the answer only how much room it takes is told."""
        bad = step.verdict is not Verdict.PROVED and not self._worksheet
        yield f'<li class="{"step bad" if bad else "step"}" id="{self.name}-{step.number}">'
        yield f'<span class="number">({step.number})</span>'
        yield from self._written(step, answer)
        yield from self._reason(step, answer)
        if step.note:
            yield f'<p class="note">{prose(step.note)}</p>'
        if bad:
            yield from self._trouble(step)
        yield "</li>"

    def _written(self, step: Step, answer: Step) -> Iterator[str]:
        blank = step.blank if self._worksheet else None
        if step.formula is None and not (blank == "line" and self._form.student):
            yield f'<span class="shown">{_code(step.text)}</span>'
            return
        if blank == "line":
            letters = len(answer.text)
            wide = min(_PER_LINE, letters + 3) * _LETTER + 1
            high = 2.2 * ceil(letters / _PER_LINE)
            shown = "" if self._form.student else self._line(step)
            yield f'<span class="shown whole">{_box("line", wide, high, shown)}</span>'
        elif step.kind == "chain":
            sign = operator(step.relation) if step.relation else ""
            if blank == "relation":
                sign = _box("relation", 1.6, 1.5, sign)
            changed = () if self._worksheet else step.changed
            assert step.formula is not None
            shown = self._formula(step.formula, changed)
            yield f'<span class="relation">{sign}</span><span class="shown">{shown}</span>'
        else:
            yield f'<span class="kind">{KINDS[step.kind]}</span>'
            yield f'<span class="shown">{self._statement(step, blank == "relation")}</span>'

    def _line(self, step: Step) -> str:
        sign = operator(step.relation) if step.kind == "chain" else ""
        return f"{sign} " + (self._formula(step.formula) if step.formula else _code(step.text))

    def _statement(self, step: Step, blank: bool) -> str:
        assert step.formula is not None
        if not (blank and isinstance(step.formula, w.Statement)):
            return self._formula(step.formula)
        left, right = sides(self._style.boxes(step.formula), step.formula.relation)
        answer = "" if self._form.student else operator(step.formula.relation)
        shown = (formula(left, plain(step.formula.left)), formula(right, plain(step.formula.right)))
        return f" {_box('relation', 1.6, 1.5, answer)} ".join(shown)

    def _reason(self, step: Step, answer: Step) -> Iterator[str]:
        names = ", ".join(f'<span class="name">{escape(name)}</span>' for name in step.rules)
        if step.blank == "reason" and self._worksheet:
            letters = len(", ".join(answer.rules)) + 8 * len(answer.premises)
            shown = "" if self._form.student else names + self._premises(step.premises)
            wide = max(9, letters * _LETTER)
            yield f'<span class="why">{_box("reason", wide, 1.6, shown)}</span>'
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
                link = f'<a href="#{self.places[entry.name]}">{escape(name)}</a>'
                yield f"<dt>{link}</dt><dd>{prose(entry.says)}</dd>"
            yield "</dl>"

    def _premises(self, premises: Sequence[Premise]) -> str:
        return f" with {' and '.join(map(self._premise, premises))}" if premises else ""

    def _premise(self, premise: Premise) -> str:
        here = premise.number
        return prose(elsewhere(premise.name)) if here is None else self._number(here)

    def _trouble(self, step: Step) -> Iterator[str]:
        said = [message_ for message_ in (step.message, step.advice) if message_]
        if step.diagnosis is not None:
            said.append(message(Diagnostic("holds-if", None, asdict(step.diagnosis))))
        yield '<div class="trouble">'
        yield f"<p><strong>{escape(step.verdict)}</strong></p>"
        yield from (f"<p>{prose(text)}</p>" for text in said)
        yield "</div>"


def _box(what: str, wide: float, high: float, shown: str) -> str:
    """A box to be filled in, or filled in already."""
    size = f"width:min(100%,{wide:.1f}em);min-height:{high:.1f}em"
    said = "" if shown else f' role="img" aria-label="{what} to be filled in"'
    return f'<span class="blank" style="{size}"{said}>{shown}</span>'


def _power(exponent: int) -> str:
    return f"10<sup>{str(exponent).replace('-', chr(0x2212))}</sup>"


def _sampled(step: Step, numeric: Numeric) -> str:
    """What came of sampling a step."""
    worlds = f"In {numeric.samples} sampled worlds"
    relation = step.formula.relation if isinstance(step.formula, w.Statement) else step.relation
    residual = bound(numeric.worst)
    if not numeric.agrees or residual is None:
        return f"{worlds} it {'is not compared' if numeric.agrees else 'does not always hold'}."
    if relation == "=":
        return f"{worlds} the sides agree, with no residual above {_power(residual)}."
    gap = f"{numeric.worst:.2g}" if numeric.worst > 10.0**FINEST else "0, up to rounding"
    return f"{worlds} it holds; the smallest gap is {gap}."
