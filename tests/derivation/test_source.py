"""Reading files: which are read, which are refused, and that none takes long."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from effort import calls

from verifier.derivation.loader import load, load_text
from verifier.derivation.source import LIMIT
from verifier.messages import hint, message
from verifier.outcome import Diagnostic, DiagnosticError

GOOD = """\
title: θ
model: []
start: 1
steps:
  - eq: 1
claim: 1 = 1
"""


def refused_file(path: Path) -> Diagnostic:
    with pytest.raises(DiagnosticError) as caught:
        load(path)
    return caught.value.diagnostic


def test_file_is_loaded_with_its_name_and_digest(tmp_path: Path) -> None:
    file = tmp_path / "good.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    found = load(file)
    assert found.source.name == str(file)
    assert found.source.text == GOOD
    assert len(found.source.digest) == 64


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (b"title: caf\xe9\n", "not-utf-8", 1, 11),
        ("title: θ\nmodel: ".encode() + b"\xff", "not-utf-8", 2, 8),
        (GOOD.encode("utf-16"), "not-utf-8", 1, 1),
        (b"title: a\nmodel: \0\n", "control-character", 2, 8),
        (b"x" * (LIMIT + 1), "too-large", 1, 1),
        (b"- a\n" * (50 << 18), "too-large", 1, 1),
    ],
    ids=["latin-1", "broken", "utf-16", "nul", "limit", "50-mb"],
)
def test_bad_bytes_are_refused(
    tmp_path: Path, content: bytes, code: str, line: int, column: int
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(content)
    found = refused_file(file)
    assert found.location is not None
    assert (found.code, found.location.line, found.location.column) == (code, line, column)


def test_utf16_is_named_in_the_hint(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(GOOD.encode("utf-16"))
    assert "UTF-16" in (hint(refused_file(file)) or "")


def test_what_is_not_a_regular_file_is_never_opened(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo.yaml"
    os.mkfifo(fifo)
    for path in (fifo, tmp_path, Path("/dev/zero")):
        assert refused_file(path).code == "not-a-file"


@pytest.mark.parametrize("name", ["missing.yaml", "a\0b", "x" * 5000])
def test_unreadable_path(tmp_path: Path, name: str) -> None:
    found = refused_file(tmp_path / name)
    assert found.code == "unreadable"
    assert message(found).startswith("can't be read: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_forbidden_file(tmp_path: Path) -> None:
    file = tmp_path / "secret.yaml"
    file.touch(mode=0)
    assert message(refused_file(file)) == "can't be read: permission denied"


@pytest.mark.parametrize(
    "text",
    [
        "- " * (LIMIT // 2),
        "a" * LIMIT,
        "{" * LIMIT,
        "\n" * LIMIT,
        "'" * LIMIT,
        "a: " * (LIMIT // 3),
    ],
    ids=["dashes", "word", "braces", "breaks", "quotes", "colons"],
)
def test_the_largest_files_are_refused_for_linear_work(text: str) -> None:
    def loading() -> None:
        with pytest.raises(DiagnosticError):
            load_text(text)

    assert calls(loading) <= 3 * LIMIT
