"""A repository as people have them, with notes, settings, a workflow, pre-commit and pytest: what
is wrong is found by each at its line, what is right passes each, and nothing else is touched."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from derivation_table import ROOT

RIGHT = """title: a square
model: []
parameters: [a, b]
start: (a + b)^2
steps:
  - eq: a^2 + 2 a b + b^2
    by: algebra
claim: (a + b)^2 = a^2 + 2 a b + b^2
"""
WRONG = RIGHT.replace("2 a b", "3 a b")
NOTES = """# Notes

$$
\\begin{aligned}
(a + b)^2 &= a^2 + b^2 + 2 a b \\\\
          &= a^2 + b^2 + 2 b a
\\end{aligned}
$$
"""
WRONG_NOTES = NOTES.replace("2 b a", "2 b")
WRONG_LINES = {"proofs/square.yaml": 6, "notes/lecture.md": 6}

REPOSITORY = {
    "proofs/square.yaml": RIGHT,
    "notes/lecture.md": NOTES,
    "proofs/old/draft.yaml": WRONG,  # which the settings exclude
    "pyproject.toml": """[project]
name = "somebody-s"
version = "1"

[tool.elbo-verify]
include = ["proofs/*", "notes/*.md"]
exclude = ["proofs/old"]

[tool.pytest.ini_options]
testpaths = ["tests", "proofs", "notes"]
""",
    ".pre-commit-config.yaml": """repos:
  - repo: {hooks}
    rev: v1
    hooks:
      - id: elbo-verify
        language: {language}
""",
    ".github/workflows/proofs.yml": """name: proofs
on: [push]
jobs:
  proofs:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: elbo-verify/elbo-verify@v1
        with:
          paths: |
            proofs
            notes
          sarif: proofs.sarif
          args: --jobs 1
""",
    # what isn't ours
    "azure-pipelines.yml": "trigger: [main]\nsteps:\n- script: make\n",
    "deploy/service.yaml": "kind: Service\n---\nkind: Deployment\nspec: {steps: [1]}\n",
    "proofs/README.md": "$$ 1 + 1 = 3 $$\n",
    "notes/agenda.md": "# Without a formula\n",
    "README.md": "It is well known that $$ 1 + 1 = 3 $$\n",
    "tests/test_own.py": "def test_own() -> None:\n    assert 1 + 1 == 2\n",
}

Finding = tuple[str, int]


def run(where: Path, *command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PYTEST_"))}
    return subprocess.run(
        command,
        cwd=where,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def git(where: Path, *arguments: str) -> str:
    names = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    done = run(where, "git", *names, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The environment with `elbo-verify` on the path, as one who installed it has it, and a folder
    in which verdicts are kept."""
    folder = tmp_path_factory.mktemp("bin")
    command = folder / "elbo-verify"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m verifier "$@"\n')
    command.chmod(0o755)
    return {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "ELBO_VERIFY_CACHE": str(tmp_path_factory.mktemp("cache")),
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")),
        "COLUMNS": "200",
    }


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our hooks as a repository that pre-commit clones."""
    folder = tmp_path_factory.mktemp("hooks")
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    (folder / ".pre-commit-hooks.yaml").write_text(text, encoding="utf-8")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "hooks")
    git(folder, "tag", "v1")
    return folder


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, hooks: Path) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    for name, text in REPOSITORY.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        text = text.replace("{hooks}", str(hooks)).replace("{language}", "unsupported")
        (folder / name).write_text(text, encoding="utf-8")
    (folder / ".gitignore").write_text("__pycache__/\n.pytest_cache/\nproofs.sarif\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "as it is")
    return folder


@pytest.fixture(params=["right", "wrong"])
def expected(request: pytest.FixtureRequest, repository: Path) -> set[Finding]:
    """The repository made right or wrong, staged; what is to be found."""
    wrong = request.param == "wrong"
    (repository / "proofs/square.yaml").write_text(WRONG if wrong else RIGHT, encoding="utf-8")
    (repository / "notes/lecture.md").write_text(WRONG_NOTES if wrong else NOTES, encoding="utf-8")
    git(repository, "add", ".")
    return {*WRONG_LINES.items()} if wrong else set()


@pytest.fixture(autouse=True)
def untouched(repository: Path, expected: set[Finding]) -> Any:
    """Nothing is changed in the repository by whoever looks at it."""
    yield
    assert git(repository, "diff", "--stat") == ""
    others = git(repository, "ls-files", "--others", "--exclude-standard").split()
    assert others == []
    assert len(expected) in (0, 2)


_PLACE = re.compile(r"^(?:FAILED )?([\w./]+):(\d+):\d+: ", re.MULTILINE)


def found_in(text: str) -> set[Finding]:
    return {(name.removeprefix("./"), int(line)) for name, line in _PLACE.findall(text)}


def judged_in(text: str) -> set[str]:
    return {name for name in REPOSITORY if re.search(rf"(?<![\w/]){re.escape(name)}\b", text)}


def test_the_command(repository: Path, tools: Mapping[str, str], expected: set[Finding]) -> None:
    done = run(repository, "elbo-verify", ".", "--jobs=1", **tools)
    assert done.returncode == (1 if expected else 0), done.stdout + done.stderr
    steps = {finding for finding in found_in(done.stdout) if finding[1] != 8}  # the claim's line
    assert steps == expected
    assert judged_in(done.stdout.replace("./", "")) == {*WRONG_LINES}


def test_pytest(repository: Path, installed: Mapping[str, str], expected: set[Finding]) -> None:
    """By the entry point that the package has, and nothing else."""
    command = ("python", "-m", "pytest", "-v", "-p", "no:cacheprovider")
    done = run(repository, *command, **installed)
    assert done.returncode == (1 if expected else 0), done.stdout + done.stderr
    items = {name for name, _ in re.findall(r"^(\S+)::(\S+) ", done.stdout, re.MULTILINE)}
    assert items == {*WRONG_LINES, "tests/test_own.py"}
    steps = {finding for finding in found_in(done.stdout) if finding[1] != 8}
    assert steps == expected
    assert "tests/test_own.py::test_own PASSED" in done.stdout


def test_pre_commit(repository: Path, tools: Mapping[str, str], expected: set[Finding]) -> None:
    pytest.importorskip("pre_commit", reason="the extra `test` has it")
    done = run(repository, sys.executable, "-m", "pre_commit", "run", "--all-files", **tools)
    assert done.returncode == (1 if expected else 0), done.stdout + done.stderr
    assert {finding for finding in found_in(done.stdout) if finding[1] != 8} == expected
    assert judged_in(done.stdout) == ({*WRONG_LINES} if expected else set())


# -- the action ------------------------------------------------------------------------------------


def action() -> Any:
    return yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def resolved(text: str, values: Mapping[str, str]) -> str:
    """A text with its expressions filled in, as GitHub does."""
    return re.sub(r"\$\{\{ *([\w.-]+) *\}\}", lambda found: values[found[1]], text)


def steps_run(
    repository: Path, tools: Mapping[str, str], temporary: Path, only: str = ""
) -> subprocess.CompletedProcess[str]:
    """The `run` steps of the action, under the inputs that the workflow gives it."""
    workflow = yaml.safe_load((repository / ".github/workflows/proofs.yml").read_text())
    (given,) = (
        step["with"]
        for step in workflow["jobs"]["proofs"]["steps"]
        if step["uses"].startswith("elbo-verify/")
    )
    whole = action()
    assert given.keys() <= whole["inputs"].keys()
    inputs = {name: given.get(name, each["default"]) for name, each in whole["inputs"].items()}
    values = {f"inputs.{name}": value for name, value in inputs.items()}
    values |= {"github.action_path": str(ROOT), "runner.temp": str(temporary)}
    done = None
    for step in whole["runs"]["steps"]:
        if "run" in step and only in step["name"]:
            environment = {name: resolved(text, values) for name, text in step["env"].items()}
            script = temporary / "step.sh"
            script.write_text(step["run"], encoding="utf-8")
            shell = ("bash", "--noprofile", "--norc", "-eo", "pipefail", script)
            done = run(repository, *shell, **{**tools, **environment})
            assert done.stderr == ""
    assert done is not None
    return done


@pytest.fixture(scope="module")
def installed(
    repository: Path, tools: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, str]:
    """What the action's own step has installed: without a network, what it needs borrowed."""
    folder = tmp_path_factory.mktemp("installed")
    fresh = folder / "environment"
    venv.create(fresh, with_pip=False, symlinks=True)
    variables = {"base": str(fresh), "platbase": str(fresh)}
    site = Path(sysconfig.get_path("purelib", "venv", variables))
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "borrowed.pth").write_text("\n".join(sorted(borrowed)), encoding="utf-8")
    pip = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    pip |= {"PIP_FORCE_REINSTALL": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    pip |= {"PIP_ROOT_USER_ACTION": "ignore"}
    environment = {**tools, "PATH": f"{fresh / 'bin'}{os.pathsep}{tools['PATH']}"}
    del environment["PYTHONPATH"]
    done = steps_run(repository, {**environment, **pip}, folder, "Install")
    assert done.returncode == 0, done.stdout
    assert (site / "verifier" / "cli.py").is_file()
    return environment


def test_the_action(
    repository: Path, installed: Mapping[str, str], expected: set[Finding], tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    github = {"GITHUB_WORKSPACE": str(repository), "GITHUB_STEP_SUMMARY": str(summary)}
    done = steps_run(repository, {**installed, **github}, tmp_path, "Verify")
    assert done.returncode == (1 if expected else 0), done.stdout
    said = re.findall(r"^::error file=(\S+?),line=(\d+),", done.stdout, re.MULTILINE)
    assert {(name, int(line)) for name, line in said if line != "8"} == expected
    report = json.loads((repository / "proofs.sarif").read_text(encoding="utf-8"))
    places = [one["locations"][0]["physicalLocation"] for one in report["runs"][0]["results"]]
    found = {(p["artifactLocation"]["uri"], p["region"]["startLine"]) for p in places}
    assert {finding for finding in found if finding[1] != 8} == expected
    assert "| proofs/square.yaml | " in summary.read_text(encoding="utf-8")
    assert judged_in(summary.read_text(encoding="utf-8")) == {*WRONG_LINES}
