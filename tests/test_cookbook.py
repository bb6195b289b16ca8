"""The cookbook: each entry is verified as it stands, and what can't be said is refused today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from verifier import verify
from verifier.outcome import DerivationReport, Verdict

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = (DOCS / "cookbook.md").read_text(encoding="utf-8")
SAYABLE, UNSAYABLE = PAGE.split("\n## What can't be said yet\n")

Row = tuple[str, ...]


class Entry(NamedTuple):
    heading: str
    rows: list[Row]  # of its table: as it stands on paper, as it stands here
    files: list[tuple[str, str]]  # the name on the line above, if any, and the text


def table(text: str) -> list[Row]:
    """The rows of the one table, without its head."""
    lines = re.findall(r"^\| (.*) \|$", text, re.MULTILINE)
    return [tuple(cell.replace(r"\|", "|") for cell in line.split(" | ")) for line in lines[2:]]


def entries() -> Iterator[Entry]:
    for text in re.split(r"^### ", SAYABLE, flags=re.MULTILINE)[1:]:
        files = re.findall(r"(?:^`(\S+)`\n\n)?^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        yield Entry(text.partition("\n")[0], table(text), files)


ENTRIES = list(entries())


def judged(entry: Entry, folder: Path) -> Iterator[DerivationReport]:
    """Its files, each after those that stand above it; they may use one another by name."""
    for number, (name, text) in enumerate(entry.files):
        path = folder / (name or f"{number}.yaml")
        path.write_text(text, encoding="utf-8")
        yield from verify(path).derivations


def each(entry: Entry) -> str:
    return entry.heading


def test_there_is_enough_to_look_up() -> None:
    assert len(ENTRIES) >= 25
    assert PAGE.count("```yaml") == sum(len(entry.files) for entry in ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=each)
def test_entry_is_judged_as_it_says(entry: Entry, tmp_path: Path) -> None:
    reports = list(judged(entry, tmp_path))
    assert reports
    for report in reports:
        assert report.error is None
        assert report.as_expected, [(step.index, step.verdict) for step in report.steps]
        remarks = {remark.code for step in report.steps for remark in step.remarks}
        assert "superfluous" not in remarks


@pytest.mark.parametrize("entry", ENTRIES, ids=each)
def test_spellings_are_those_of_the_derivation(entry: Entry) -> None:
    written = " ".join(" ".join(text for _, text in entry.files).split())
    assert entry.rows
    for _, spelling in entry.rows:
        assert spelling.strip("`") in written


TRIED = """
title: What one would try
model:
  - p(x, z)
  - q(z)
functions:
  - f(z)
parameters:
  - K in positive integers
start: K
steps:
  - eq: {}
claim: K = K
"""


@pytest.mark.parametrize("tried", [row[1].strip("`") for row in table(UNSAYABLE)])
def test_what_cannot_be_said_is_refused(tried: str) -> None:
    (report,) = verify(text=TRIED.format(tried)).derivations
    assert [step.verdict for step in report.steps] == [Verdict.ILL_FORMED]


def anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_contents_list_each_entry_in_order() -> None:
    contents = SAYABLE.partition("\n## ")[0]
    listed = re.findall(r"\[([^]]+)\]\((#\S+)\)", contents)
    wanted = [(entry.heading, f"#{anchor(entry.heading)}") for entry in ENTRIES]
    assert listed == [*wanted, ("What can't be said yet", "#what-cant-be-said-yet")]


def test_links_lead_somewhere() -> None:
    headings = {anchor(heading) for heading in re.findall(r"^##+ (.*)$", PAGE, re.MULTILINE)}
    for target in re.findall(r"\]\(([^)\s]+)\)", PAGE):
        assert target[1:] in headings if target[0] == "#" else (DOCS / target).exists()
