"""Pages for browsers: what they say, what they keep to themselves, and that nothing gets out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from types import ModuleType

import pytest
from derivation_table import ROOT, SHIPPED

from verifier.handout import Form, markdown
from verifier.handout.html import page as html
from verifier.handout.sheet import Sheet, Step
from verifier.manual.rules import entries, human
from verifier.outcome import Numeric
from verifier.typeset.printer import plain

VOID = {"meta", "wbr", "br", "mspace", "path", "hr"}


class Reader(HTMLParser):
    """Checks that tags match; collects ids, links, words and the tags themselves."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            if name == "id":
                self.ids.append(str(value))
            if name in ("href", "src"):
                self.links.append(str(value))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def step(page: str, number: int) -> str:
    """The mark-up of one step."""
    (found,) = re.findall(rf'<li class="step[^>]*-{number}">.*?</li>', page, re.DOTALL)
    return str(found)


def test_the_parts_of_a_page(kl: Sheet) -> None:
    text = Reader(html.page([kl], Form())).text
    for part in (kl.title, kl.origin, "Model and notation", "Claim", kl.stamp.digest):
        assert part in text
    assert "Verified by elbo-verify" in text
    assert "11 of 11 steps proved" in text
    assert all(human(rule.name) in text for rule in kl.rules)
    assert all(f"<h3>{name}" not in text for name in ("chain-rule", "log-rules"))
    bare = text.replace(" ", "")
    assert all(step.note.replace(" ", "") in bare for step in kl.steps if step.note)
    assert "handout draft" not in html.page([kl], Form())


def test_a_page_needs_nothing_else(shipped: dict[str, Sheet]) -> None:
    page = html.page([*shipped.values()], Form())
    read = Reader(page)
    assert not {"script", "link", "img", "iframe", "object"} & {*read.tags}
    outside = re.findall(r"(?:https?:)?//[^\s\"'<]+", page)
    assert {*outside} <= {"http://www.w3.org/2000/svg"}
    assert "url(" not in re.sub(r"url\(#", "", page)
    assert len(read.ids) == len({*read.ids})
    assert {link.removeprefix("#") for link in read.links} <= {*read.ids}
    assert read.tags.count("article") == len(shipped)
    assert read.tags.count("nav") == 1


def test_no_formula_is_set_as_text(shipped: dict[str, Sheet]) -> None:
    for rules in ("short", "full"):
        page = html.page([*shipped.values()], Form(rules=rules))
        apart = r"<style>.*?</style>|<math.*?</math>|<code>.*?</code>|<svg.*?</svg>"
        words = re.sub(r"<[^>]*>", "", re.sub(apart, "", page, flags=re.DOTALL))
        assert [line for line in words.splitlines() if re.search(r"[_^]|&lt;&lt;", line)] == []


def test_a_fragment_is_for_another_page(kl: Sheet) -> None:
    read = Reader(html.page([kl], Form(fragment=True)))
    assert not {"html", "head", "body", "main"} & {*read.tags}
    assert read.tags[:2] == ["style", "div"]


def test_a_step_folds_open_to_its_rule_and_figure(kl: Sheet) -> None:
    found = Reader(step(html.page([kl], Form()), 6))
    assert "details" in found.tags
    assert "normalisation" in found.text
    assert "4096 sampled worlds" in found.text
    assert any(link.endswith("-normalisation") for link in found.links)


@pytest.mark.parametrize(
    ("numeric", "said"),
    [
        (Numeric(7, True, 0.0), "no residual above 10 <sup>\u221212</sup>"),
        (Numeric(7, True, float("nan")), "not compared"),
        (Numeric(7, False, 0.5), "does not always hold"),
    ],
)
def test_what_sampling_came_to(kl: Sheet, numeric: Numeric, said: str) -> None:
    steps = (replace(kl.steps[0], numeric=numeric), *kl.steps[1:])
    page = html.page([replace(kl, steps=steps)], Form())
    assert said.replace("10 <sup>", "10<sup>") in step(page, 1)


def test_the_gap_of_an_inequality(kl: Sheet) -> None:
    one = kl.steps[7]
    for worst, said in ((0.0312, "gap is 0.031"), (1e-15, "0, up to rounding")):
        steps = (replace(one, numeric=Numeric(7, True, worst)),)
        page = html.page([replace(kl, steps=steps)], Form())
        assert said in step(page, 8)


def test_a_draft_says_so(draft: Sheet) -> None:
    page = html.page([draft], Form())
    assert '<div class="handout draft">' in page
    read = Reader(page)
    assert "DRAFT: not verified" in read.text
    assert "NOT verified" in read.text
    for verdict, number in (("refuted", 7), ("wrong-rule", 8), ("ill-formed", 9)):
        assert f"<strong>{verdict}</strong>" in step(page, number)
        assert 'class="step bad"' in step(page, number)
    assert "it holds if a sign is turned" in step(page, 7)
    assert 'class="step bad"' not in step(page, 2)


@pytest.mark.parametrize("form", [Form(), Form(student=True), Form(solutions=True)])
def test_no_text_becomes_mark_up(hostile: Sheet, form: Form) -> None:
    read = Reader(html.page([hostile], form))
    assert "script" not in read.tags
    assert "b" not in read.tags
    assert "<script>alert(1)</script>" in read.text


# -- worksheets ------------------------------------------------------------------------------------


def other(step: Step) -> Step:
    """A step with another answer in the place of its blank, as long as its own."""
    step = replace(step, note="another", numeric=None)
    if step.blank == "reason":
        return replace(step, rules=tuple("x" * len(rule) for rule in step.rules))
    if step.blank == "relation" and step.kind == "chain":
        return replace(step, relation="<=")
    if step.blank == "line":
        return replace(step, formula=None, text="x" * len(step.text), relation="<=")
    return step


@pytest.mark.parametrize("renderer", [html, markdown])
def test_a_blank_does_not_depend_on_its_answer(worksheet: Sheet, renderer: ModuleType) -> None:
    form = Form(student=True)
    page = renderer.page([worksheet], form)
    for place, step in enumerate(worksheet.steps):
        if step.blank:
            steps = [*worksheet.steps]
            steps[place] = other(step)
            assert renderer.page([replace(worksheet, steps=tuple(steps))], form) == page


def test_an_answer_is_nowhere(worksheet: Sheet) -> None:
    page = html.page([worksheet], Form(student=True))
    assert "definition of KL" not in Reader(step(page, 1)).text
    assert "=" not in Reader(step(page, 2)).text
    assert "=" not in Reader(step(page, 7)).text.replace("10", "")
    hidden = worksheet.steps[2].formula
    assert hidden is not None
    assert plain(hidden) not in page
    assert worksheet.steps[0].note not in page  # type: ignore[operator]
    assert page.count('to be filled in"') == 6


def test_the_rules_to_choose_from(worksheet: Sheet, kl: Sheet) -> None:
    words = Reader(html.page([worksheet], Form(student=True))).text.split("Rules to choose from")[1]
    assert all(human(entry.name) in words for entry in entries())
    steps = tuple(replace(step, blank="relation") for step in kl.steps)
    page = html.page([replace(kl, steps=steps)], Form(student=True))
    assert "Rules used" in page


def test_solutions_stand_in_the_same_boxes(worksheet: Sheet) -> None:
    asked = html.page([worksheet], Form(student=True))
    solved = html.page([worksheet], Form(solutions=True))
    boxes = re.compile(r'class="blank" style="([^"]*)"')
    assert boxes.findall(asked) == boxes.findall(solved)
    assert 'to be filled in"' not in solved
    assert "definition of KL" in Reader(step(solved, 1)).text
    assert "\u2265" in Reader(step(solved, 8)).text


# -- repeatable ------------------------------------------------------------------------------------

PROGRAM = """
import json, sys
from verifier import verify
from verifier.handout import Form, markdown
from verifier.handout.html import page as html
from verifier.handout.sheet import sheet
sheets = [sheet(report) for report in verify(*sys.argv[1:]).derivations]
print(json.dumps([r.page(sheets, Form(student=s)) for r in (html, markdown) for s in (0, 1)]))
"""


def test_pages_do_not_depend_on_hashes() -> None:
    def run(seed: str) -> Sequence[str]:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", PROGRAM, str(SHIPPED["kl"]), str(SHIPPED["bayes"])]
        done = subprocess.run(command, capture_output=True, check=True, env=environment, cwd=ROOT)
        pages: Sequence[str] = json.loads(done.stdout)
        return pages

    pages: Callable[[str], Sequence[str]] = run
    assert pages("1") == pages("2")
