"""A handout as a page for browsers: one file that needs nothing else, no script and no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from types import MappingProxyType

from verifier.formula import written as w
from verifier.handout import Form
from verifier.handout.conventions import style
from verifier.handout.hiding import without_answers
from verifier.handout.html.steps import Steps
from verifier.handout.html.svg import STYLE, svg
from verifier.handout.html.text import (
    escaped,
    math,
    prose,
    sentence,
    step_links,
    ten_to,
)
from verifier.handout.instances import instance, said
from verifier.handout.notes import noted, told
from verifier.handout.pictures import Picture, pictures
from verifier.handout.sheet import Assumption, Sheet, collected
from verifier.handout.texts import (
    EXPLAINED,
    certified,
    in_words,
    notation_of,
    stamped,
)
from verifier.manual.rules import Entry, entries, human, shown

_NOTHING: Mapping[int, str] = MappingProxyType({})
_CSS = Path(__file__).with_name("page.css")


def page(sheets: Sequence[Sheet], form: Form) -> str:
    """A document of its own, with a table of contents where there are several sheets; or what
    another one may include."""
    if form.fragment:
        return body(sheets, form) + "\n"
    title = sheets[0].title if len(sheets) == 1 else f"{len(sheets)} derivations"
    return document(title, body(sheets, form))


def document(title: str, content: str) -> str:
    """A page by itself, in which that stands."""
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escaped(title)}</title>",
            "</head>",
            '<body class="handouts">',
            "<main>",
            content,
            "</main>",
            "</body>",
            "</html>",
            "",
        )
    )


def styled(lines: Iterable[str], kind: str = "") -> str:
    """The lines of a page, and the style that is theirs alone."""
    return "\n".join(
        (
            f"<style>\n{_CSS.read_text(encoding='utf-8')}{STYLE}</style>",
            f'<div class="handout{kind}">',
            *lines,
            "</div>",
        )
    )


def body(sheets: Sequence[Sheet], form: Form, beside: Mapping[int, str] = _NOTHING) -> str:
    """The sheets, and the style that is theirs alone. `beside`: what stands below a step, by its
    number, as HTML; then the steps come first."""
    draft = " draft" if any(sheet.draft for sheet in sheets) else ""
    pages = [_Page(sheet, form, place, beside) for place, sheet in enumerate(collected(sheets), 1)]
    shown: set[Picture] = set()  # a booklet has each picture once
    places: dict[str, str] = {}
    for one in pages:
        if form.rules != "none":
            places |= {entry.name: f"{one.name}-{entry.name}" for entry in one.sheet.explained}
        one.places = places
        one.drawn = [picture for picture in one.drawn if picture not in shown]
        shown.update(one.drawn)
    contents = _contents(pages) if len(pages) > 1 else ()
    return styled((*contents, *(line for page in pages for line in page.lines())), draft)


def _contents(pages: Iterable[_Page]) -> Iterator[str]:
    yield '<nav aria-label="Contents">'
    yield "<h1>Contents</h1>"
    yield "<ol>"
    for one in pages:
        yield f'<li><a href="#{one.name}">{prose(one.sheet.title)}</a></li>'
    yield "</ol>"
    yield "</nav>"


class _Page:
    """One sheet. What is left blank for students is taken from it before anything is written."""

    def __init__(self, sheet: Sheet, form: Form, place: int, beside: Mapping[int, str]) -> None:
        self.sheet = without_answers(sheet) if form.student else sheet
        self.name = f"sheet-{place}-{sheet.stamp.digest[:8]}"
        self.drawn = [*pictures(self.sheet)]
        self.places: dict[str, str] = {}  # where each rule is explained, here or further up
        self._answers = sheet.steps
        self._form = form
        self._beside = beside
        self._style = style(form.conventions, sheet.model)

    def lines(self) -> Iterator[str]:
        """The page, line by line."""
        steps = Steps(self.sheet, self._answers, self._form, self.name, self.places, self._beside)
        yield f'<article id="{self.name}">'
        yield from self._head()
        if self._beside:  # they are worked on
            yield from steps.lines()
            yield from self._claim()
        yield from self._notation()
        yield from self._assumptions()
        if not self._beside:
            yield from steps.lines()
            if self.sheet.errors and self._form.solutions:
                yield from steps.mended()
            yield from self._claim()
        yield from self._pictures()
        yield from self._used()
        yield from self._stamp()
        yield "</article>"

    def _head(self) -> Iterator[str]:
        sheet = self.sheet
        yield "<header>"
        if sheet.draft:
            yield '<p class="mark">DRAFT: not verified</p>'
        yield f"<h1>{prose(sheet.title)}</h1>"
        if sheet.origin:
            yield f'<p class="origin">{prose(sheet.origin)}</p>'
        byline = self._form.under(sheet.byline)
        if byline:
            yield f"<p>{prose(byline)}</p>"
        if sheet.description:
            yield f"<p>{sentence(self._style, noted(sheet.description, sheet.scope))}</p>"
        yield "</header>"

    def _notation(self) -> Iterator[str]:
        groups = [*self.sheet.declarations, ("Notation", notation_of(self.sheet))]
        if not any(nodes for _, nodes in groups):
            return
        yield "<section>"
        yield "<h2>Model and notation</h2>"
        yield '<dl class="notation">'
        for called, nodes in groups:
            if nodes:
                yield f"<dt>{called}</dt>"
                yield from (f"<dd>{math(self._style, node)}</dd>" for node in nodes)
        yield "</dl>"
        yield "</section>"

    def _assumptions(self) -> Iterator[str]:
        if not self.sheet.assumptions:
            return
        yield "<section>"
        yield f"<h2>{EXPLAINED['assumptions']}</h2>"
        yield '<ul class="ledger">'
        for assumption in self.sheet.assumptions:
            steps = step_links(self.name, assumption.steps)
            told = f' <span class="steps">{steps}</span>' if steps else ""
            yield f"<li>{self._assumption(assumption)}{told}</li>"
        yield "</ul>"
        yield "</section>"

    def _assumption(self, assumption: Assumption) -> str:
        if assumption.formula is None or assumption.formula == w.Finiteness(None):
            return f"<span>{prose(in_words(assumption))}</span>"
        return math(self._style, assumption.formula)

    def _claim(self) -> Iterator[str]:
        if not self.sheet.concludes:
            return
        yield '<section class="claim">'
        yield f"<h2>{EXPLAINED['claim']}</h2>"
        yield f"<p>{math(self._style, self.sheet.claim)}</p>"
        if self.sheet.problem:
            yield f'<p class="trouble">{self._told(self.sheet.problem)}</p>'
        yield "</section>"

    def _told(self, text: str) -> str:
        return sentence(self._style, told(text, self.sheet.scope))

    def _pictures(self) -> Iterator[str]:
        if not self.drawn:
            return
        yield '<section class="pictures">'
        for picture in self.drawn:
            caption = "".join(
                escaped(part) if isinstance(part, str) else math(self._style, part)
                for part in picture.caption
            )
            yield "<figure>"
            yield svg(picture, f"{self.name}-", self._style).rstrip()
            yield f"<figcaption><strong>{prose(picture.title)}.</strong> {caption}</figcaption>"
            yield "</figure>"
        yield "</section>"

    def _used(self) -> Iterator[str]:
        if self.sheet.explained and self._form.rules != "none":
            whole = self._form.rules == "full"
            kind = "rules" if whole else "rules lines"
            yield "<section>"
            yield f"<h2>{EXPLAINED['rules']}</h2>"
            yield f'<div class="{kind}">'
            for entry in self.sheet.explained:
                yield from self._rule(entry, whole)
            yield "</div>"
            yield "</section>"
        elif self._form.student and any(step.blank == "reason" for step in self.sheet.steps):
            yield "<section>"
            yield f"<h2>{EXPLAINED['bank']}</h2>"
            yield f"<p>{', '.join(escaped(human(entry.name)) for entry in entries())}</p>"
            yield "</section>"

    def _rule(self, entry: Entry, whole: bool) -> Iterator[str]:
        told = shown(entry)
        yield f'<section class="rule" id="{self.name}-{entry.name}">'
        yield f"<h3>{escaped(told.human)}</h3>"
        for text in told.says if whole else told.says[:1]:
            yield f"<p>{sentence(self._style, said(text))}</p>"
        if whole:
            for called, example in (("For instance", entry.passes), ("But not", entry.fails)):
                known = instance(example)
                if known is not None:
                    yield f"<p><em>{called}:</em> {math(self._style, known)}</p>"
            if told.needs:
                yield f"<p><em>Needs:</em> {sentence(self._style, said(told.needs))}</p>"
        yield "</section>"

    def _stamp(self) -> Iterator[str]:
        stamp = self.sheet.stamp
        parts = [prose(text) for text in stamped(self.sheet)]
        if stamp.residual is not None and not self.sheet.errors:
            parts.append(f"no residual above {ten_to(stamp.residual)}")
        yield "<footer>"
        yield f"<p>{', '.join(parts)}.</p>"
        yield f"<p>SHA-256 of the source: <code>{escape(stamp.digest)}</code></p>"
        if found := certified(self.sheet):
            yield f"<p>{prose(found[0])} <code>{escape(found[1])}</code></p>"
        yield "</footer>"
