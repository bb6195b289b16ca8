"""What the command does beside judging files, and judging them again and again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from derivation_table import ROOT, SHIPPED
from programs import needs

import cli
from verifier.commands.attempt import as_derivations, attempt
from verifier.commands.shipped import shipped
from verifier.derivation.loader import load_text

BOUND = "log p(x) >= E_{q(z)}[log(p(x, z)/q(z))]"
BARE = """title: t
model: [p(x), q(x)]
start: KL(p(x) || q(x))
steps:
  - eq: E_{p(x)}[log(p(x) / q(x))]
claim: KL(p(x) || q(x)) = E_{p(x)}[log(p(x) / q(x))]"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


# -- a statement -----------------------------------------------------------------------------------


def test_a_statement_is_judged_under_the_model_that_it_needs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["--try", BOUND]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("log p(x) >= E_{q(z)}[log(p(x, z) / q(z))]\n  proved  by ")
    assert (
        "\nthe model is `p(x, z)`\nthe model is `q(z)`\n\nas a file:\n\n  title: A statement"
        in (shown)
    )
    assert cli.main(["--try", BOUND.replace(">=", "<="), "--format", "concise"]) == 1
    assert capsys.readouterr().out.startswith("<statement>:1:13: refuted: step 1 is refuted")


def test_what_was_tried_is_a_file_that_verifies() -> None:
    (report,) = attempt(BOUND).derivations
    (text,) = as_derivations(report)
    assert load_text(text).title == "A statement"
    Path("a.yaml").write_text(text)
    assert cli.main(["a.yaml", "-q"]) == 0


@pytest.mark.parametrize(
    ("statement", "status", "said"),
    [
        ("(a + b)^2 = a^2", 1, "<statement>:1:13: step 1 is refuted"),
        ("a = b = a", 1, "refuted"),
        ("a + b", 2, "<statement>:1:1: not judged: no relation stands in it [not-judged]"),
        ("a + b = (", 2, "<statement>:1:7: not judged: a bracket is missing, or one too many"),
        ("", 2, "required: PATH"),
        ("\x1b = 1", 2, "<statement>:1:1: the control character U+001B does not belong"),
    ],
)
def test_statements_that_are_not_so(
    statement: str, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--try", statement]) == status
    shown = capsys.readouterr()
    assert said in shown.out + shown.err


# -- what ships ------------------------------------------------------------------------------------


def test_a_template_verifies_and_overwrites_nothing(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--init", "elbo"]) == 0
    assert capsys.readouterr().out == "elbo.yaml: written; `elbo-verify elbo.yaml` verifies it\n"
    text = (here / "elbo.yaml").read_text(encoding="utf-8")
    assert "#   elbo-verify elbo.yaml  " in text
    assert sum(line.startswith("#") for line in text.splitlines()) > 10
    assert cli.main(["elbo.yaml", "-q"]) == 0
    assert capsys.readouterr().out == ""
    assert cli.main(["--init", "elbo.yaml"]) == 2
    assert "`elbo.yaml` is there already" in capsys.readouterr().err


def test_what_ships_is_listed_and_copied(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dict(shipped()).keys() == SHIPPED.keys()
    assert cli.main(["list"]) == 0
    assert "\njensen  " in capsys.readouterr().out
    assert cli.main(["--list", "--format", "json"]) == 0
    names = [each["name"] for each in json.loads(capsys.readouterr().out)["derivations"]]
    assert names == sorted(SHIPPED)
    (here / "sub").mkdir()
    assert cli.main(["--copy", "papers/diffusion", "sub"]) == 0
    assert capsys.readouterr().out == "sub/diffusion.yaml: copied\n"
    assert (here / "sub/diffusion.yaml").read_bytes() == SHIPPED["papers/diffusion"].read_bytes()
    assert cli.main(["--copy", "jensne"]) == 2
    assert "did you mean `jensen`?" in capsys.readouterr().err
    Path("list").mkdir()  # then it is a path
    assert cli.main(["list"]) == 2
    assert "list:1:1: a folder without derivations" in capsys.readouterr().out


def test_the_schema_is_the_committed_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--schema"]) == 0
    file = ROOT / "docs" / "derivation.schema.json"
    assert capsys.readouterr().out == file.read_text(encoding="utf-8")


@needs("bash")
def test_a_shell_completes_the_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("shtab", reason="the extra `completion` has it")
    assert cli.main(["--completion", "bash"]) == 0
    script = here / "completion.bash"
    script.write_text(capsys.readouterr().out, encoding="utf-8")
    program = (
        f"source {script}; COMP_WORDS=(elbo-verify --format s); COMP_CWORD=2;"
        " _shtab_elbo_verify; echo ${COMPREPLY[@]}"
    )
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["sarif"]


WRONG_CALLS = {
    "--try x a.yaml": "`--completion` take no PATH",
    "--init x --rules": "`--completion` take no PATH",
    "--watch -": "`--watch` verifies files that have names",
    "--watch --fix a.yaml": "`--watch` verifies files that have names",
    "--diff a.yaml": "`--diff` is for `--fix`",
}


@pytest.mark.parametrize("call", WRONG_CALLS)
def test_wrong_calls(call: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(call.split()) == 2
    assert WRONG_CALLS[call] in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("call", [["--completion", "zsh"], ["--watch", "a.yaml"]])
def test_what_is_not_installed_is_said(
    call: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert cli.main(call) == 2
    assert "hint: `pip install 'elbo-verify[" in capsys.readouterr().err


# -- what would be written -------------------------------------------------------------------------


@needs("patch")
def test_a_diff_writes_nothing_and_is_what_would_be_written(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = here / "a.yaml"
    file.write_text(BARE, encoding="utf-8")
    assert cli.main(["a.yaml", "--fix", "--diff"]) == 1
    diff = capsys.readouterr().out
    assert diff.startswith("--- a/a.yaml\n+++ b/a.yaml\n@@ ")
    assert "\n+    by: kl\n" in diff
    assert file.read_text(encoding="utf-8") == BARE
    (here / "b.yaml").write_text(BARE, encoding="utf-8")
    assert cli.main(["b.yaml", "--fix"]) == 0
    done = subprocess.run(["patch", "-p1"], input=diff, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert file.read_text(encoding="utf-8") == (here / "b.yaml").read_text(encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["a.yaml", "--fix", "--diff"]) == 0
    assert capsys.readouterr().out == ""


# -- at every save ---------------------------------------------------------------------------------


def test_each_save_shows_the_report_anew(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    watchfiles = pytest.importorskip("watchfiles", reason="the extra `watch` has it")
    file = here / "a.yaml"
    file.write_text(BARE, encoding="utf-8")

    def saves(*_: str, watch_filter: Any, **__: object) -> Iterator[set[Any]]:
        yield set()  # the watch is set
        assert watch_filter(1, str(file))
        assert not watch_filter(1, f"{file}.swp")
        file.write_text(BARE.replace("log(p(x)", "log(q(x)"), encoding="utf-8")
        yield {(1, str(file))}
        yield set()

    monkeypatch.setattr(watchfiles, "watch", saves)
    assert cli.main(["a.yaml", "--watch", "--format", "concise"]) == 1
    first, second, third, *rest = capsys.readouterr().out.splitlines()
    assert first == "1 file: 1 verified"
    assert second.startswith("a.yaml:5:")
    assert third.startswith("a.yaml:6:")
    assert rest == ["1 file: 1 failed: a.yaml"]


def test_a_save_is_noticed(here: Path) -> None:
    pytest.importorskip("watchfiles", reason="the extra `watch` has it")
    file = here / "a.yaml"
    file.write_text("title: [\nsteps:\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = (sys.executable, "-m", "verifier", "a.yaml", "--watch", "--format", "concise")
    process = subprocess.Popen(
        command, cwd=here, env=environment, stdout=subprocess.PIPE, text=True
    )
    late = threading.Timer(30, process.kill)  # then nothing more is read
    late.start()
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("a.yaml:3:1: not-yaml")
        assert process.stdout.readline() == "1 file: 1 error: a.yaml\n"
        file.write_text("title: t\nsteps: []\n", encoding="utf-8")
        assert process.stdout.readline().startswith("a.yaml:1:1: missing-key")
    finally:
        late.cancel()
        process.kill()
        process.communicate()


def test_the_template_is_what_the_format_says() -> None:
    file = ROOT / "verifier" / "manual" / "template.yaml"
    assert yaml.safe_load(file.read_text(encoding="utf-8")).keys() == {
        *("title", "model", "start", "steps", "claim"),
    }
