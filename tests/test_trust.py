"""What is trusted: how much it is, that candidates can't make it say what is false, and that a rule
is one thing in one place."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from sympy import Integer
from trusted import code_lines, trusted_lines

from verifier import verify
from verifier.handout import Form, markdown
from verifier.handout.html import page as html
from verifier.handout.sheet import sheet
from verifier.handout.tex import page as tex
from verifier.kernel import terms
from verifier.kernel.arithmetic import minus, power
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.candidates import PART, Comparison
from verifier.kernel.position import Position
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.rules import RULES
from verifier.kernel.theorem import Direction
from verifier.manual.naming import explained
from verifier.manual.rules import entries
from verifier.outcome import FileVerdict, Verdict
from verifier.report import plain
from verifier.report.rules import listing, pages

MOST = 7100  # 7,000 before `data-processing`, and functions of slices bound in parts

# -- how much -------------------------------------------------------------------------------------


def test_what_is_trusted_is_as_much_as_is_said(make: ModuleType) -> None:
    text = make.TRUST.read_text(encoding="utf-8")
    assert f"<!-- lines -->{trusted_lines():,} lines of code" in text
    assert make.trust(text) == text, "`python docs/make.py` makes it again"


def test_what_is_trusted_is_little() -> None:
    assert trusted_lines() <= MOST


CODE = '''\
"""A docstring
of two lines."""

VALUE = """a text
of two"""  # a comment


# a comment
def f() -> None:
    """Another."""
    return (
        1
    )
RULE = Rule(
    name="one",
    says="two",
    passes="""
title: x
""",
)
'''


def test_only_code_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "some.py"
    file.write_text(CODE, encoding="utf-8")
    assert code_lines(file) == 2 + 4 + 3


# -- one rule -------------------------------------------------------------------------------------


def _parabola(
    _: Normaliser, position: Position, direction: Direction, nothing: None
) -> Comparison | None:
    """log u <= u^2 - u."""
    del nothing
    match position.part:
        case terms.Log(args=(u,)) if direction > 0:
            above = minus(power(u, Integer(2)), u)
            return Comparison(above, (("u", u),))
    return None


PARABOLA = Rule(
    name="parabola",
    compares=PART.given_to(_parabola),
    says="log u lies below a parabola",
    conditions="u > 0",
    source="calculus",
    hints=Hints(cues=(terms.Log,)),
    passes="""
title: the parabola at 1
model: []
parameters: [a > 0]
start: log a
steps:
  - {le: a^2 - a, by: parabola}
claim: log a <= a^2 - a
""",
    fails="""
title: the parabola lies above
model: []
parameters: [a > 0]
start: log a
steps:
  - {ge: a^2 - a, by: parabola}
claim: log a >= a^2 - a
""",
)
CITED = "by: parabola"


def test_a_new_rule_is_a_line_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is cited, found where no rule is cited, named where another is, and refuses the rest."""
    assert verify(text=PARABOLA.passes).verdict is FileVerdict.ERROR
    monkeypatch.setitem(RULES, PARABOLA.name, PARABOLA)
    for text in (PARABOLA.passes, PARABOLA.passes.replace(f", {CITED}", "")):
        (report,) = verify(text=text).derivations
        assert report.verdict is FileVerdict.VERIFIED
        suggestion = report.steps[0].suggestion
        found = report.steps[0].rules or (suggestion.rules if suggestion else ())
        assert found == (PARABOLA.name,)
    (other,) = verify(text=PARABOLA.passes.replace(CITED, "by: log-rules")).derivations
    assert other.steps[0].verdict is Verdict.WRONG_RULE
    (false,) = verify(text=PARABOLA.fails).derivations
    assert false.verdict is FileVerdict.FAILED


def test_a_new_rule_is_listed_explained_and_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also without the picture and the short line that `rules.toml` may add."""
    monkeypatch.setitem(RULES, PARABOLA.name, PARABOLA)
    (entry,) = explained([PARABOLA.name])
    assert entry.line == PARABOLA.says
    assert f"{PARABOLA.name} " in plain.text(listing(entries()))
    assert PARABOLA.says in plain.text(pages([entry], None))
    (report,) = verify(text=PARABOLA.passes).derivations
    printed = sheet(report)
    assert printed.explained == (entry,)
    for page in (tex.render, html.body, markdown.page):
        assert PARABOLA.says in page([printed], Form())
