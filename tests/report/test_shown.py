"""Control, bidirectional and unseen characters: by their names, wherever anything is shown."""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path

import pytest

import cli
from verifier.report.shown import visible

OVERRIDE = "<U+202E RIGHT-TO-LEFT OVERRIDE>"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("log p(x) \u2265 \u03b8, na\u00efve, \u6570\u5b66, \U0001d53c", None),
        ("\u0646\u0645\u06cc\u200c\u062f\u0627\u0646\u0645", None),  # misspelt without its joiner
        ("a\u202eb", f"a{OVERRIDE}b"),
        ("\u2066x\u2069", "<U+2066 LEFT-TO-RIGHT ISOLATE>x<U+2069 POP DIRECTIONAL ISOLATE>"),
        ("\u200f\u061c", "<U+200F RIGHT-TO-LEFT MARK><U+061C ARABIC LETTER MARK>"),
        ("je\u00adn\u200bsen", "je<U+00AD SOFT HYPHEN>n<U+200B ZERO WIDTH SPACE>sen"),
        ("\x00\x1b[2J\x7f\x9b", "<U+0000 NULL><U+001B ESCAPE>[2J<U+007F DELETE>"
         "<U+009B CONTROL SEQUENCE INTRODUCER>"),
        ("\u2028\U000e0041", "<U+2028 LINE SEPARATOR><U+E0041 TAG LATIN CAPITAL LETTER A>"),
        ("a\nb", "a<U+000A LINE FEED>b"),
        ("\udcff", r"\xdcff"),
    ],
)  # fmt: skip
def test_by_name(text: str, shown: str | None) -> None:
    assert visible(text) == (text if shown is None else shown)


def test_nothing_shown_is_obeyed_or_unseen() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    left = {unicodedata.category(character) for character in visible(everything)}
    assert left & {"Cc", "Zl", "Zp", "Cs"} == set()
    assert {c for c in visible(everything) if unicodedata.category(c) == "Cf"} == {
        *("\u200c", "\u200d")
    }
    assert visible("a\n\tb", breaks=True) == "a\n\tb"


FILE = """
title: "t\u202eeltit"
source: "s\u202eecruos"
description: "d\u2066 `\u202e`"
model: ["p(x, z)"]
define: ["L = log p(x)"]
start: log p(x)
steps:
  - {eq: "log int p(x, z) dz", by: marginalisation, label: "l\u202elebal", note: "n\u202eeton"}
  - {eq: "L", by: [marginalisation, definition]}
  - {eq: "L + \u202e1", by: "jen\u202esen"}
claim: log p(x) = L
"""
GOOD = "".join(line for line in FILE.splitlines(keepends=True) if "L +" not in line)
HIDDEN = {"Cc", "Cf", "Zl", "Zp"}


@pytest.mark.parametrize(
    "arguments",
    [
        *([], ["-v"], ["--format", "json"], ["--mutate", "--per-step", "1"], ["--explain"]),
        *(["--handout", f"out.{ending}", "--draft"] for ending in ("tex", "html", "md")),
        *(["--handout", f"out.{ending}", "--solutions"] for ending in ("tex", "html", "md")),
        *(["--grade", "other\u202e.yaml"], ["--replay", "other\u202e.yaml"], ["--\u202e"]),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("text", [GOOD, FILE], ids=["good", "wrong"])
def test_every_output_names_them(
    text: str,
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (name := Path("f\u202e.yaml")).write_text(text, encoding="utf-8")
    call = [*arguments, "\u202e"] if "--explain" in arguments else [str(name), *arguments]
    assert cli.main(call) in (0, 1, 2)
    shown = capsys.readouterr()
    printed = shown.out + shown.err
    written = [file.read_text(encoding="utf-8") for file in tmp_path.glob("out.*")]
    for output in (printed, *written):
        found = {c for c in output if unicodedata.category(c) in HIDDEN} - {"\n"}
        assert found == set()
    shown_as = written or [printed]
    signs = {"&lt;": "<", "&gt;": ">", "$<$": "<", "$>$": ">", "{-}": "-", r"\allowbreak{}": ""}
    for output in shown_as:
        for sign, meant in signs.items():
            output = output.replace(sign, meant)
        assert OVERRIDE in output
    if "json" in arguments:
        assert json.loads(printed)["derivations"][0]["file"] == str(name)  # to be opened
