r"""A handout in Markdown, with formulas between `$$` as Quarto, MkDocs and GitHub set them.

GitHub takes the backslash away from `\,` and the like even inside of formulas, and a browser takes
`<` before a letter for a tag: neither is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace

from verifier.formula import written as w
from verifier.handout import Form
from verifier.handout.conventions import Style, style
from verifier.handout.exhibits import Exhibit, exhibit
from verifier.handout.hiding import sides, without_answers
from verifier.handout.instances import said
from verifier.handout.notes import Text, told
from verifier.handout.sheet import Premise, Sheet, Step, collected
from verifier.handout.texts import (
    EXPLAINED,
    KINDS,
    certified,
    elsewhere,
    heading,
    in_words,
    longest,
    names,
    notation_of,
    stamped,
    with_signs,
)
from verifier.manual.rules import Entry, entries, human, shown
from verifier.messages import message
from verifier.outcome import Diagnostic, Verdict
from verifier.report.words import visible
from verifier.typeset.boxes import Box, Sign
from verifier.typeset.latex import LATEX
from verifier.typeset.notation import Notation

_CODE = re.compile(r"`([^`]*)`")
_ESCAPED = re.compile(r"[\\`*_{}\[\]#]")  # what every dialect lets a backslash escape
_ENTITIES = {"&": "&amp;", "<": "&lt;"} | {sign: f"&#{ord(sign)};" for sign in "$~^@"}
_LEADING = re.compile(r"^(\d*)([-+.)=:>|])")  # what would begin a list, a quotation, a table
_LETTER = 0.5  # ems
_REASON = 30  # letters of a line for a reason, whatever it is
_LINE, _ROOM = r"\_", r"\hspace{1em}"  # where something is to be written


@dataclass(frozen=True, slots=True)
class _Spelling(Notation):
    """LaTeX in which parts that are new are underlined."""

    changed: frozenset[int] = frozenset()

    def text(self, box: Box) -> str:
        spelled = Notation.text(self, box)
        new = box.node is not None and id(box.node) in self.changed
        return rf"\underline{{{spelled}}}" if new else spelled


_SPELLING = replace(
    _Spelling(**{item.name: getattr(LATEX, item.name) for item in fields(LATEX)}),
    thin=r"\thinspace ",
    signs={**LATEX.signs, "||": r"\thinspace\Vert\thinspace", "<": "< "},
)


def page(sheets: Sequence[Sheet], form: Form) -> str:
    """One derivation after the other, each under a heading of its own."""
    chapters = [f"{place}." if len(sheets) > 1 else "" for place, _ in enumerate(sheets, 1)]
    pages = (
        _Page(sheet, form, chapter)
        for sheet, chapter in zip(collected(sheets), chapters, strict=True)
    )
    return "\n\n".join(block for one in pages for block in one.blocks()) + "\n"


def prose(text: str) -> str:
    """A text for people, its blanks as one; what stands in backquotes as code."""
    return _LEADING.sub(r"\1\\\2", _marked(" ".join(text.split())))


def _marked(text: str) -> str:
    parts = _CODE.split(text)
    return "".join(code(part) if i % 2 else _plain(part) for i, part in enumerate(parts))


def block(text: str) -> str:
    """Lines as they stand, in letters of one width."""
    ticks = _ticks(text, 3)
    return f"{ticks}text\n{text.rstrip()}\n{ticks}\n"


def sentence(text: Text, style: Style) -> str:
    """Words with formulas in them."""
    spell, boxes = _SPELLING.text, style.inline.boxes
    parts = (_marked(p) if isinstance(p, str) else f"${spell(boxes(p))}$" for p in text)
    return _LEADING.sub(r"\1\\\2", "".join(parts))


def shown_as(exhibit: Exhibit, style: Style) -> Iterator[str]:
    """A counterexample: its tables, as GitHub, Quarto and MkDocs read them, and a sentence."""
    for grid in exhibit.grids:
        rows = (" | ".join(sentence(cell, style) for cell in row) for row in grid)
        head, *others = (f"| {row} |" for row in rows)
        yield "\n".join((head, f"|{' --: |' * len(grid[0])}", *others))
    yield sentence(exhibit.sentence, style)


def _ticks(text: str, least: int) -> str:
    """More backquotes than there are in a row in a text."""
    return "`" * max(least, *(len(run) + 1 for run in re.findall("`+", text)), 0)


def code(text: str) -> str:
    """A text in letters of one width, whatever backquotes it has."""
    text = visible(text)
    if not text:
        return ""
    ticks = _ticks(text, 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _plain(text: str) -> str:
    escaped = _ESCAPED.sub(r"\\\g<0>", with_signs(visible(text)))
    return "".join(_ENTITIES.get(letter, letter) for letter in escaped)


def _displayed(formula: str) -> str:
    return f"$$\n{{}} {formula}\n$$"


class _Page:
    """One sheet."""

    def __init__(self, sheet: Sheet, form: Form, chapter: str) -> None:
        self._answers = sheet.steps
        self._sheet = without_answers(sheet) if form.student else sheet
        self._form = form
        self._worksheet = form.student or form.solutions
        self._chapter = chapter
        self._style = style(form.conventions, sheet.model)
        self._scope = sheet.scope

    def blocks(self) -> Iterator[str]:
        """The page, block by block."""
        yield from self._head()
        yield from self._notation()
        yield from self._assumptions()
        yield from self._steps()
        if self._sheet.errors and self._form.solutions:
            yield f"## {EXPLAINED['errors']}"
            for slip in self._sheet.errors:
                line = _joined(_relation(slip.right_relation), self._formula(slip.right))
                yield _displayed(rf"{line} \tag{{{self._chapter}{slip.number}}}")
        yield from self._claim()
        yield from self._rules()
        yield from self._stamp()

    def _formula(self, node: w.Written, changed: Iterable[w.Written] = ()) -> str:
        spelling = replace(_SPELLING, changed=frozenset(map(id, changed)))
        return spelling.text(self._style.boxes(node))

    # -- around the steps --------------------------------------------------------------------------

    def _head(self) -> Iterator[str]:
        sheet = self._sheet
        yield f"# {prose(sheet.title)}"
        if sheet.draft:
            yield "**DRAFT: not verified**"
        if sheet.origin:
            yield f"*{prose(sheet.origin)}*"
        byline = self._form.under(sheet.byline)
        if byline:
            yield prose(byline)
        if sheet.description:
            yield prose(sheet.description)

    def _notation(self) -> Iterator[str]:
        groups = (*self._sheet.declarations, ("Notation", notation_of(self._sheet)))
        if any(nodes for _, nodes in groups):
            yield "## Model and notation"
        for called, nodes in groups:
            if nodes:
                yield f"*{called}*"
                yield from (_displayed(self._formula(node)) for node in nodes)

    def _assumptions(self) -> Iterator[str]:
        if self._sheet.assumptions:
            yield f"## {EXPLAINED['assumptions']}"
        for assumption in self._sheet.assumptions:
            steps = ", ".join(map(self._number, assumption.steps))
            if assumption.formula is None or assumption.formula == w.Finiteness(None):
                yield prose(in_words(assumption)) + (f": {steps}" if steps else "")
            else:
                yield _displayed(self._formula(assumption.formula))
                yield from (steps,) if steps else ()

    def _claim(self) -> Iterator[str]:
        if not self._sheet.concludes:
            return
        yield f"## {EXPLAINED['claim']}"
        yield _displayed(rf"\boxed{{{self._formula(self._sheet.claim)}}}")
        if self._sheet.problem:
            yield f"**{self._told(self._sheet.problem)}**"

    def _rules(self) -> Iterator[str]:
        if self._sheet.explained and self._form.rules != "none":
            yield f"## {EXPLAINED['rules']}"
            yield "\n".join(f"- {self._rule(entry)}" for entry in self._sheet.explained)
        elif self._form.student and any(step.blank == "reason" for step in self._sheet.steps):
            yield f"## {EXPLAINED['bank']}"
            yield ", ".join(prose(human(entry.name)) for entry in entries())

    def _rule(self, entry: Entry) -> str:
        told = shown(entry)
        whole = self._form.rules == "full"
        says = "; ".join(self._said(said(text)) for text in (told.says if whole else told.says[:1]))
        needs = f". *Needs:* {self._said(said(told.needs))}" if told.needs and whole else ""
        return f"**{prose(told.human)}**: {says}{needs}"

    def _said(self, text: Text) -> str:
        spell, boxes = _SPELLING.text, self._style.inline.boxes
        return "".join(p if isinstance(p, str) else f"${spell(boxes(p))}$" for p in text)

    def _stamp(self) -> Iterator[str]:
        stamp = self._sheet.stamp
        parts = [prose(text) for text in stamped(self._sheet)]
        if stamp.residual is not None and not self._sheet.errors:
            parts.append(f"no residual above 10<sup>{stamp.residual}</sup>")
        yield "---"
        yield f"{', '.join(parts)}."
        yield f"SHA-256 of the source: {code(stamp.digest)}"
        if found := certified(self._sheet):
            yield f"{prose(found[0])} {code(found[1])}"

    def _number(self, step: int) -> str:
        return f"({self._chapter}{step})"

    # -- steps -------------------------------------------------------------------------------------

    def _steps(self) -> Iterator[str]:
        yield f"## {heading(self._sheet, self._worksheet)}"
        if self._sheet.start is not None:
            yield _displayed(self._formula(self._sheet.start))
        for step in self._sheet.steps:
            yield _displayed(rf"{self._line(step)} \tag{{{self._chapter}{step.number}}}")
            if step.formula is None and step.text:
                yield code(step.text)
            yield from self._reason(step)
            if step.note:
                yield f"> {prose(step.note)}"
            if step.verdict is not Verdict.PROVED and not self._worksheet:
                yield from self._trouble(step)

    def _line(self, step: Step) -> str:
        blank = step.blank if self._worksheet else None
        if blank == "line" and self._form.student:
            room = max(8.0, longest(self._answers) * _LETTER)
            return rf"\boxed{{\vphantom{{\int}}\hspace{{{room:.1f}em}}}}"
        if step.formula is None:
            return r"\text{?}"
        if blank == "relation":
            return self._without_relation(step, step.formula)
        formula = self._formula(step.formula, () if self._worksheet else step.changed)
        whole = _joined(_relation(step.relation), formula) if step.kind == "chain" else formula
        return rf"\boxed{{{whole}}}" if blank == "line" else whole

    def _without_relation(self, step: Step, formula: w.Written) -> str:
        student = self._form.student
        if not isinstance(formula, w.Statement):
            return _joined(_box("" if student else step.relation), self._formula(formula))
        left, right = sides(self._style.boxes(formula), formula.relation)
        answer = _box("" if student else formula.relation)
        return _joined(_SPELLING.text(left), answer, _SPELLING.text(right))

    def _reason(self, step: Step) -> Iterator[str]:
        kind = f"*{KINDS[step.kind]}*, " if step.kind in KINDS else ""
        if step.blank == "reason" and self._form.student:
            worth = f" [{step.points}]" if step.points != 1 else ""
            yield f"{kind}by {_LINE * _REASON}{worth}"
            return
        rules = prose(names(step)) or "no reason"
        used = " and ".join(map(self._premise, step.premises))
        why = f"{rules}, with {used}" if used else rules
        solved = step.blank == "reason" and self._form.solutions
        yield f"{kind}by {f'**{why}**' if solved else why}"

    def _premise(self, premise: Premise) -> str:
        here = premise.number
        return prose(elsewhere(premise.name)) if here is None else self._number(here)

    def _trouble(self, step: Step) -> Iterator[str]:
        texts = [text for text in (step.message, step.advice) if text]
        if step.diagnosis is not None:
            texts.append(message(Diagnostic("holds-if", None, asdict(step.diagnosis))))
        yield f"**{step.verdict}**: {'; '.join(map(self._told, texts))}"
        if step.counterexample is not None:
            yield from shown_as(exhibit(step.counterexample, self._scope), self._style)

    def _told(self, text: str) -> str:
        return sentence(told(text, self._scope), self._style)


def _relation(sign: str) -> str:
    return _SPELLING.text(Sign(sign)) if sign else ""


def _box(sign: str) -> str:
    return rf"\boxed{{{_relation(sign) or _ROOM}}}"


def _joined(*parts: str) -> str:
    return " ".join(part.strip() for part in parts if part)
