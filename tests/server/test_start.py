"""How the servers are called: what doesn't go together, what isn't installed, what is taken."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

import cli

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["--lsp", "a.yaml"], "go with no PATH"),
        (["--lsp", "--mcp"], "go with no PATH"),
        (["--serve", "0", "--expect"], "go with no PATH"),
        (["--serve", "--format", "json"], "go with no PATH"),
        (["--mcp", "--fix"], "go with no PATH"),
        (["--root", "."], "`--root` is for `--mcp`"),
        (["--lsp", "--root", "."], "`--root` is for `--mcp`"),
        (["--serve", "x"], "not a number"),
        (["--mcp", "--root", "no such folder"], "no such folder"),
    ],
)
def test_a_wrong_call(call: list[str], said: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(call) == 2
    assert said in capfd.readouterr().err


@pytest.mark.parametrize(("option", "needed"), [("lsp", "pygls"), ("mcp", "mcp")])
def test_an_extra_that_is_not_installed(
    option: str, needed: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("verifier.server.")]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in sys.modules if name.partition(".")[0] == needed]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, needed, None)
    assert cli.main([f"--{option}"]) == 2
    said = capfd.readouterr().err
    assert f"needs the extra `{option}`" in said
    assert f"pip install 'elbo-verify[{option}]'" in said


def test_a_port_that_is_taken(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert cli.main(["--serve", str(taken.getsockname()[1])]) == 2
    assert "can't be listened on" in capfd.readouterr().err
    assert cli.main(["--serve", "99999"]) == 2
    assert "there is no such port" in capfd.readouterr().err


def test_the_page_says_where_it_is_and_ends_by_an_interrupt() -> None:
    command = (sys.executable, "-m", "verifier", "--serve", "0")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/\S+/", process.stdout.readline())
        assert found is not None
        with urllib.request.urlopen(found[0], timeout=30) as answer:
            assert "elbo-verify" in answer.read().decode()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert (process.returncode, said) == (130, "")
