"""Markdown that Quarto, MkDocs and GitHub read alike."""

from __future__ import annotations

import re

import pytest

from verifier.handout import Form, markdown
from verifier.handout.conventions import conventions
from verifier.handout.sheet import Sheet


def displayed(page: str) -> list[str]:
    return re.findall(r"^\$\$\n(.*)\n\$\$$", page, re.MULTILINE)


def outside(page: str) -> str:
    """What stands beside formulas and code."""
    page = re.sub(r"^\$\$\n.*\n\$\$$", "", page, flags=re.MULTILINE)
    page = re.sub(r"^(`{3,})text\n.*?\n\1$", "", page, flags=re.MULTILINE | re.DOTALL)
    page = re.sub(r"(`+).+?\1", "", page)
    rules = page.index("## Rules used") if "## Rules used" in page else len(page)
    lines = [re.sub(r"\$[^$\n]+\$", "", line) if line.startswith("- **") else line
             for line in page[rules:].splitlines()]  # fmt: skip
    return page[:rules] + "\n".join(lines)


def test_a_page_begins_with_its_steps_numbered(kl: Sheet) -> None:
    page = markdown.page([kl], Form())
    assert page.startswith(f"# {kl.title}\n\n*")
    assert [tag for text in displayed(page) for tag in re.findall(r"\\tag\{(\d+)\}", text)] == [
        str(step.number) for step in kl.steps
    ]
    assert (
        "$$\n{} = \\int q(z) \\log\\frac{q(z)}{p(z \\mid x)} \\thinspace dz \\tag{1}\n$$\n\n"
        "by definition of KL\n\n> The posterior is our goal, q our approximation of it.\n"
    ) in page
    assert r"{} \boxed{\log p(x) \geq" in page
    assert kl.stamp.digest in page


def test_formulas_have_nothing_that_github_mends(shipped: dict[str, Sheet]) -> None:
    for names in ((), ("angle", "dkl", "ln", "phi")):
        page = markdown.page([*shipped.values()], Form(conventions=conventions(names)))
        found = displayed(page)
        assert 2 * len(found) == page.count("$$")
        for text in found:
            assert not re.search(r"\\[^A-Za-z]", text)
            assert not re.search(r"<\w", text)
            assert text.count("{") == text.count("}")
        assert "$" not in outside(page)


def test_in_a_booklet_numbers_have_their_chapter(kl: Sheet, draft: Sheet) -> None:
    page = markdown.page([kl, draft], Form())
    assert r"\tag{1.11}" in page
    assert r"\tag{2.1}" in page
    assert "**DRAFT: not verified**" in page
    assert "**refuted**: " in page


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a *b* _c_ [d](e)", r"a \*b\* \_c\_ \[d\](e)"),
        ("<b> & $x$", "&lt;b> &amp; &#36;x&#36;"),
        ("1. first", r"1\. first"),
        ("- x\n> y", r"\- x > y"),
        ("# x", r"\# x"),
        ("so `a_b` >= c", "so `a_b` \u2265 c"),
    ],
)
def test_prose(text: str, written: str) -> None:
    assert markdown.prose(text) == written


@pytest.mark.parametrize(
    ("text", "written"), [("a", "`a`"), ("a`b", "``a`b``"), ("`a``", "``` `a`` ```"), ("", "")]
)
def test_code(text: str, written: str) -> None:
    assert markdown.code(text) == written


def test_hostile_texts_stay_texts(hostile: Sheet) -> None:
    found = outside(markdown.page([hostile], Form()))
    assert not re.search(r"</?(script|p|b|title)\b", found)
    assert "$" not in found
    assert not re.search(r"(?<!\\)\[", found)


def test_solutions_show_what_students_write(worksheet: Sheet) -> None:
    asked = markdown.page([worksheet], Form(student=True))
    solved = markdown.page([worksheet], Form(solutions=True))
    assert asked.count(r"\boxed{\hspace") == 2
    assert asked.count(r"\boxed{\vphantom") == 2
    assert asked.count(r"by \_\_") == 2
    assert r"\hspace" not in solved
    assert r"\boxed{=}" in solved
    assert "by **definition of KL**" in solved
