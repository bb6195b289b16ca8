"""The caret stands where the slip is: the benchmark of it, once."""

from __future__ import annotations

import pytest

from benchmarks.carets import main


def test_most_slips_are_underlined(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["12"]) == 0
    assert "wanted 95" in capsys.readouterr().out
