"""The gallery in docs is what the derivations that ship come to now, and each page of it is fit to
be shown."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from derivation_table import ROOT, SHIPPED, judged_once

from verifier.handout import Form
from verifier.handout.blanks import with_blanks
from verifier.handout.html.page import page
from verifier.handout.sheet import Sheet, sheet
from verifier.handout.tex.page import render
from verifier.handout.tex.pdf import digest, sealed
from verifier.outcome import Verdict

GALLERY = ROOT / "docs" / "gallery"
AGAIN = "`python docs/gallery.py` makes it again"


@pytest.fixture(scope="module")
def gallery() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "docs" / "gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(name: str) -> str:
    return (GALLERY / name).read_text(encoding="utf-8")


def seed_of(page: str) -> str:
    """The SHA-256 of what a page was made from."""
    (found,) = re.findall("SHA-256 of the source: <code>(.*?)</code>", page)
    return str(found)


@pytest.mark.parametrize("name", SHIPPED)
def test_page_is_current(shipped: dict[str, Sheet], name: str) -> None:
    assert read(f"{name}.html") == page([shipped[name]], Form()), AGAIN
    assert (GALLERY / f"{name}.png").stat().st_size < 80_000


def test_sheets_of_other_kinds_are_current(kl: Sheet, shipped: dict[str, Sheet]) -> None:
    assert read("worksheet.html") == page([with_blanks(kl, 0)], Form(student=True)), AGAIN
    assert seed_of(read("find-the-error.html")) == shipped["jensen"].stamp.digest, AGAIN
    slides = render([shipped["class/renyi"]], Form(slides=True))
    assert sealed((GALLERY / "slides.pdf").read_bytes()) == digest(slides), AGAIN


def test_counterexamples_are_current() -> None:
    report = judged_once(GALLERY / "counterexamples.yaml")
    assert report.as_expected
    assert {step.verdict for step in report.steps} == {Verdict.REFUTED}
    assert read("counterexamples.html") == page([sheet(report)], Form()), AGAIN


def test_the_page_leads_to_all(gallery: ModuleType) -> None:
    text = read("README.md")
    assert text == gallery.page(), AGAIN
    files = {path.relative_to(GALLERY).as_posix() for path in GALLERY.rglob("*") if path.is_file()}
    linked = {*re.findall(r"\]\(([^)]+)\)", text), *re.findall(r"\((\S+\.png)\)", text)}
    assert files == linked | {"README.md", "counterexamples.yaml"}


@pytest.mark.parametrize("file", sorted(GALLERY.rglob("*.html")), ids=lambda file: file.stem)
def test_nothing_is_shown_as_it_is_typed(file: Path) -> None:
    """Outside of formulas and code; and nothing is fetched from elsewhere."""
    text = file.read_text(encoding="utf-8")
    text = re.sub(r"<(style|math|code|svg|pre)\b.*?</\1>", "", text, flags=re.DOTALL)
    assert not re.findall(r".*[_^$`].*", re.sub(r"<[^>]*>", "", text))
    assert "http" not in text
