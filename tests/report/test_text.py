"""The report for people. The files in `golden` hold it; `UPDATE_GOLDEN=1 pytest` rewrites them."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from verifier.outcome import (
    DerivationReport,
    Diagnostic,
    FileVerdict,
    Location,
    Replay,
    ReplayReport,
    Report,
)
from verifier.report import plain, terminal, write
from verifier.report.words import cells
from verifier.report.wrapping import wrap_formula, wrap_text

GOLDEN = Path(__file__).parent / "golden"
WIDTHS = [60, 80, 120]
LONG = " + ".join(f"E_{{q(z)}}[log p(x, z_{number})]" for number in range(40))


def golden(name: str, text: str) -> str:
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    return file.read_text(encoding="utf-8")


def in_terminal(report: Report, width: int, *, expect: bool = False) -> str:
    stream = StringIO()
    terminal.render(report, Console(file=stream, width=width), expect)
    return stream.getvalue()


def words_of(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_plain_report_is_as_agreed(report: Report) -> None:
    shown = plain.render(report)
    assert shown == golden("plain.txt", shown)


def test_plain_report_tells_what_was_not_expected(report: Report) -> None:
    shown = plain.render(report, expect=True)
    assert shown == golden("expect.txt", shown)


@pytest.mark.parametrize("width", WIDTHS)
def test_terminal_report_is_as_agreed(report: Report, width: int) -> None:
    shown = in_terminal(report, width)
    assert shown == golden(f"terminal-{width}.txt", shown)


@pytest.mark.parametrize("width", [None, 60])
def test_what_is_replayed_is_as_agreed(broken: DerivationReport, width: int | None) -> None:
    report = replays(broken)
    stream = StringIO()
    if width is not None:
        terminal.render(report, Console(file=stream, width=width))
    shown = plain.render(report) if width is None else stream.getvalue()
    assert shown == golden(f"replay-{width or 'plain'}.txt", shown)


def replays(broken: DerivationReport) -> ReplayReport:
    """A world of each kind: one that breaks its step, one that doesn't, one that doesn't fit."""
    step = broken.steps[3]
    assert step.diagnostic is not None
    where, sides = step.diagnostic.location, {"step": 4, "left": "1", "right": "1"}
    lacks = Diagnostic("world-lacks", where, {"step": 4, "name": "p(x, z)"})
    none = Diagnostic("world-none", Location(1, 1, 1, 1), {"file": broken.file})
    return ReplayReport(
        file=broken.file,
        world="report.json",
        replays=(
            Replay(4, Diagnostic("world-breaks", where, {**sides, "right": "2"}), True,
                   step.statement, step.counterexample),
            Replay(4, Diagnostic("world-holds", where, sides), False, step.statement),
            Replay(4, lacks, None, step.statement),
        ),
        error=none,
        faulty="report.json",
    )  # fmt: skip


def test_plain_report_is_ascii(report: Report) -> None:
    assert plain.render(report).isascii()


@pytest.mark.parametrize("width", [1, 40, *WIDTHS, 300])
def test_no_formula_is_cut_off(broken: DerivationReport, width: int) -> None:
    long = replace(broken.steps[0], text=LONG)
    shown = in_terminal(Report((replace(broken, steps=(long, *broken.steps)),)), width)
    assert [term for term in LONG.split(" + ") if term not in shown] == []


@given(st.text(alphabet="aθ数 +=[](){}", max_size=200), st.integers(10, 60))
def test_wrapping_loses_nothing_and_keeps_to_the_width(text: str, width: int) -> None:
    for lines in (wrap_formula(text, width), wrap_text(text, width)):
        assert words_of("".join(lines)) == words_of(text)
        assert max(cells(line.rstrip()) for line in lines) <= width


@pytest.mark.parametrize("width", [40, *WIDTHS])
def test_lines_keep_to_the_width(broken: DerivationReport, width: int) -> None:
    long = replace(broken.steps[0], text=LONG, rules=("take-expectation",) * 9)
    shown = in_terminal(Report((replace(broken, steps=(long, *broken.steps)),)), width)
    # A source line with its margin is the one thing that may be wider, by that margin.
    assert max(map(len, shown.splitlines())) <= width + 2


def test_long_formula_breaks_before_an_outer_operator(verified: DerivationReport) -> None:
    text = "E_{q(z)}[log q(z) - log p(z | x)] + E_{q(z)}[log p(x) - 1] - log p(x)"
    step = replace(verified.steps[0], text=text)
    shown = in_terminal(Report((replace(verified, steps=(step,)),)), 60)
    assert "z | x)]\n          + E_{q(z)}[log p(x) - 1] - log p(x)\n" in shown


@pytest.mark.parametrize("text", ["[/z]", "E_{q(z)}[log p] [/z] :smile:", r"\[bold]", "[link=x]"])
def test_no_markup_eats_a_bracket(verified: DerivationReport, text: str) -> None:
    step = replace(verified.steps[0], text=text)
    report = Report((replace(verified, title=text, start=text, steps=(step,)),))
    assert in_terminal(report, 80).count(text) == 3
    assert plain.render(report).count(text) == 3


def test_control_characters_are_shown_not_obeyed(verified: DerivationReport) -> None:
    report = Report((replace(verified, file="a\x1b[2J.yaml", title="b\x07\x9b"),))
    for shown in (in_terminal(report, 80), plain.render(report)):
        assert "a<U+001B ESCAPE>[2J.yaml" in shown
        assert "b<U+0007 ALERT><U+009B CONTROL SEQUENCE INTRODUCER>" in shown


def test_wide_characters_keep_the_caret_below_its_place() -> None:
    location = Location(3, 11, 3, 13, "title: 数学 ≥≥ x")
    error = Diagnostic("not-yaml", location, {"problem": "of some kind"})
    report = DerivationReport("f.yaml", "", FileVerdict.ERROR, error=error)
    assert plain.render(Report((report,))).splitlines()[1:3] == [
        "  title: 数学 ≥≥ x",
        "              ^^",
    ]


def test_very_long_source_line_is_shown_around_its_place() -> None:
    excerpt = "x + " * 90 + "HERE" + " + x" * 90
    error = Diagnostic("not-yaml", Location(1, 361, 1, 365, excerpt), {"problem": "of some kind"})
    report = DerivationReport("f.yaml", "", FileVerdict.ERROR, error=error)
    _, shown, caret = in_terminal(Report((report,)), 60).splitlines()
    assert len(shown) <= 62
    assert shown[caret.index("^") :][: caret.count("^")] == "HERE"


def test_internal_error_is_loud(verified: DerivationReport) -> None:
    problem = Diagnostic("contradiction", None, {"step": 2, "left": "1", "right": "2"})
    report = replace(verified, internal=True, problem=problem)
    shown = plain.render(Report((report,)))
    assert shown.startswith("INTERNAL ERROR\n")
    assert "the kernel proves step 2, but a model contradicts it: left is 1, right is 2" in shown


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"NO_COLOR": "1"}, False),
    ],
)
def test_colour_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, report: Report, variables: dict[str, str], coloured: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    stream = StringIO()
    write(report, stream)
    assert ("\x1b[" in stream.getvalue()) is coloured


def test_columns_sets_the_width(monkeypatch: pytest.MonkeyPatch, report: Report) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    stream = StringIO()
    write(report, stream)
    assert stream.getvalue() == golden("terminal-60.txt", stream.getvalue())


def test_of_many_files_only_what_is_wrong_is_told(report: Report) -> None:
    stream = StringIO()
    write(report, stream, brief=True)
    assert stream.getvalue() == golden("brief.txt", stream.getvalue())


def test_of_one_file_all_is_told(verified: DerivationReport) -> None:
    brief, whole = StringIO(), StringIO()
    write(Report((verified,)), brief, brief=True)
    write(Report((verified,)), whole)
    assert brief.getvalue() == whole.getvalue()


def test_what_is_as_expected_takes_one_line(broken: DerivationReport) -> None:
    wanted = replace(
        broken,
        expected=broken.verdict,
        steps=tuple(replace(step, expected=step.verdict) for step in broken.steps),
    )
    stream = StringIO()
    write(Report((wanted, wanted)), stream, expect=True, brief=True)
    first, second, last = stream.getvalue().splitlines()
    assert first == second
    assert f"{broken.verdict}, as expected" in first
    assert last == f"2 files: 2 {broken.verdict}; 2 as expected"
