"""Documents that nobody means well: they end in time, and what is sound around them is judged."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest

from verifier import verify
from verifier.outcome import Verdict

SOUND = "\n\n# Sound\n\n$$ \\log p(x) = \\log \\int p(x, z) dz $$\n"
SECONDS = 10
LETTERS = "abcdefghijklmnopqrstuvwxy"
DOUBLING = "".join(
    rf"\newcommand{{\m{one}}}{{{4 * (chr(92) + 'm' + other)}}}" for one, other in pairwise(LETTERS)
)
HOSTILE = {
    "a macro of itself": "$$\\newcommand{\\a}{\\a\\a}$$\n\n$$ \\a = \\a $$",
    "macros of macros": f"$${DOUBLING}$$\n\n$$ \\ma = 1 $$",
    "braces": "$$" + "{" * 400 + "x" + "}" * 400 + " = 1 $$",
    "brackets": "$$" + "(" * 400 + "x" + ")" * 400 + " = 1 $$",
    "fractions": "$$" + "\\frac{1}{" * 300 + "x" + "}" * 300 + " = 1 $$",
    "rows": "$$\\begin{align}" + "p(x) &= p(x) \\\\\n" * 1500 + "\\end{align}$$",
    "a long line": "$$ \\log p(x) = " + "\\log p(x, z) + " * 2500 + "1 $$",
    "a long word": "$$ " + "x" * 40_000 + " = 1 $$",
    "never closed": "$$ \\begin{align} p(x) &= p(z)\n\nThese are words that stand in the text.\n",
    "an environment never closed": "\\begin{align} p(x) &= p(z)\n\nThese are words of the text.\n",
    "dollars": "$" * 9001,
    "backslashes": "$$ " + "\\" * 20_001 + " $$",
    "an end alone": "\\end{align} \\] $$ \\right) \\end{aligned} $$",
    "nested displays": "$$ a = \\[ b \\] $$",
    "a subscript that is a sum": "$$ \\log p(x) = L_{t+1} - L_{1-t} = L_{ $$\n\n$$ x_{ = L_ $$",
    "subscripts": "$$ x" + "_{x" * 500 + "}" * 500 + " = 1 $$",
    "primes": "$$ x" + "'" * 10_000 + " = 1 $$",
    "ampersands": "$$ a " + "& " * 20_000 + "= b $$",
    "includes": "$$ \\input{/etc/passwd} = \\include{x} $$",
    "scripts": "<script>$$ a = b $$</script><style>$$ a = b $$</style>",
    "comments never closed": "`` $$ a = b $$ \n\n ``` \n\n```\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_end_and_what_is_sound_is_judged(name: str, tmp_path: Path) -> None:
    document = tmp_path / "hostile.md"
    document.write_text(HOSTILE[name] + SOUND, encoding="utf-8")
    start = time.process_time()
    (report,) = verify(document).derivations
    assert time.process_time() - start < SECONDS
    assert report.error is None
    assert report.reading is not None
    assert not report.internal
    assert report.steps[-1].verdict is Verdict.PROVED
    assert "int p(x, z) dz" in report.steps[-1].text


def test_nothing_to_judge_is_an_error(tmp_path: Path) -> None:
    document = tmp_path / "empty.md"
    document.write_text("Words, and $$ x \\approx y $$.\n", encoding="utf-8")
    report = verify(document)
    assert report.exit_status() == 2


@pytest.mark.parametrize(
    ("name", "text"), [("a.ipynb", '{"cells": [}'), ("a.py", "def"), ("b.ipynb", "[" * 5000)]
)
def test_what_is_not_in_its_format_is_an_error(name: str, text: str, tmp_path: Path) -> None:
    document = tmp_path / name
    document.write_text(text, encoding="utf-8")
    report = verify(document)
    assert report.exit_status() == 2
    assert not report.derivations[0].internal
