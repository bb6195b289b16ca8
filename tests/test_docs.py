"""The README and the pages of docs/: examples, commands, tables, pictures and links of today."""

from __future__ import annotations

import doctest
import html
import os
import re
import stat
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import cli
from verifier import verify
from verifier.commands.fix import fix
from verifier.kernel.rules import RULES
from verifier.outcome import FileVerdict, Verdict
from verifier.report import plain

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8")
    for file in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))
}
README = PAGES["README.md"]
COMMANDS = PAGES["docs/commands.md"]
AGAIN = "`python docs/make.py` makes it again"


def blocks(language: str, page: str = README) -> list[str]:
    return re.findall(f"```{language}\n(.*?)```", page, re.DOTALL)


def figures_masked(text: str) -> str:
    """The text without what differs from processor to processor, or with the samples drawn."""
    text = re.sub(r"\b(residual|gap) [-+.e\d]+", r"\1 #", text)
    return re.sub(r"\d+ worlds", "# worlds", text)


def words_of(svg: str) -> str:
    """What a picture says, read from left to right and from top to bottom."""
    said = html.unescape(" ".join(re.findall(r"<text[^>]*>(.*?)</text>", svg)))
    return figures_masked(" ".join(said.split()))


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


def test_example_is_verified() -> None:
    (text,) = blocks("yaml")
    (report,) = verify(text=text).derivations
    assert report.verdict == FileVerdict.VERIFIED


def test_wrong_twin_is_refuted_as_shown(make: ModuleType) -> None:
    example = make.example(README)
    wrong = example.replace(make.RIGHT, make.WRONG)
    assert wrong != example
    (report,) = verify(text=wrong).derivations
    assert [step.verdict for step in report.steps] == ["refuted", "proved"]


def test_rules_write_themselves_as_shown(
    make: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = re.sub(", by: gibbs", "", make.example(README))
    Path("coding.yaml").write_text(re.sub("by: .*entropy, kl.*}", "by: gibbs}", text), "utf-8")
    shown = plain.render(fix("coding.yaml"))
    (block,) = (block for block in blocks("text", COMMANDS) if "(none)" in block)
    assert shown.startswith(f"{block}coding.yaml: verified\n")


def test_sample_report_is_current(make: ModuleType) -> None:
    assert figures_masked(README) == figures_masked(make.readme(README)), AGAIN


def test_table_of_rules_is_current(make: ModuleType) -> None:
    page = PAGES["docs/rules.md"]
    assert page == make.rules(page), AGAIN
    assert re.findall(r"^\| `([-\w]+)`.*\|$", make.table(), re.MULTILINE) == list(RULES)


def test_the_architecture_points_to_lines_that_are_there(make: ModuleType) -> None:
    page = PAGES["docs/architecture.md"]
    assert len(re.findall(r"\w:\d+` \(", page)) > 12
    assert page == make.architecture(page), AGAIN


def test_picture_is_current(make: ModuleType) -> None:
    svg = make.PICTURE.read_text(encoding="utf-8")
    assert words_of(svg) == words_of(make.picture()), AGAIN
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def test_python_session_is_as_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    page = str(ROOT / "docs" / "commands.md")
    failed, tried = doctest.testfile(page, module_relative=False)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("word", [*Verdict, *FileVerdict])
def test_every_verdict_is_explained(word: str) -> None:
    assert f"`{word}`" in PAGES["docs/format.md"]


def headings(page: str) -> set[str]:
    """What links to the parts of a page are called."""
    return {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in re.sub("```.*?```", "", page, flags=re.DOTALL).splitlines()
        if line.startswith("#")
    }


@pytest.mark.parametrize("name", PAGES)
def test_links_within_the_checkout_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", PAGES[name]):
        if "://" in target:
            continue
        file, _, part = target.partition("#")
        path = (ROOT / name).parent / file if file else ROOT / name
        assert path.exists(), target
        assert not part or part in headings(path.read_text(encoding="utf-8")), target


def test_every_page_is_reached_from_the_readme() -> None:
    pages = {name for name in PAGES if name.startswith("docs/")}
    assert {name for name in pages if f"]({name})" not in README} == set()


def test_every_option_is_on_the_page_about_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["--help"])
    options = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    written = "".join(PAGES[f"docs/{name}.md"] for name in ("commands", "handouts", "marking"))
    assert {option for option in options if option not in written} == {"--help", "--version"}


# -- the two commands ----------------------------------------------------------------------------


def test_ci_runs_the_two_commands() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [block.strip() for block in blocks("sh")]
    assert [command.partition(" ")[0] for command in commands] == ["python3", "python3"]
    assert [line for line in script if "venv .venv" in line] == [f'run "{c}"' for c in commands]


def test_extra_of_the_test_command_brings_what_ci_calls() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    brought = " ".join(project["optional-dependencies"]["test"])
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    called = set(re.findall(r"\.venv/bin/([\w-]+)", script)) - {"pip", "python"}
    called -= {*project["scripts"]}
    assert called == {"pytest", "ruff", "mypy"}
    assert all(f"{tool}>" in brought for tool in called)


def test_ci_fails_with_its_first_command(tmp_path: Path) -> None:
    copy = tmp_path / ".ci" / "run"
    copy.parent.mkdir()
    copy.write_bytes((ROOT / ".ci" / "run").read_bytes())
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    python = tmp_path / "python3"
    python.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    run = subprocess.run(["bash", copy], env=environment, capture_output=True, text=True)
    assert run.returncode == 3
    assert run.stdout.count("$ ") == 1
    assert "passed" not in run.stdout
