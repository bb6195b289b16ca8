"""Derivations as tests: what is collected where, what fails with which words, what it costs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from derivation_table import ROOT

from verifier import verify
from verifier.outcome import Report

GOOD = (
    "title: good\nmodel: []\nstart: 1 + 1\nsteps:\n  - eq: 2\n    by: algebra\nclaim: 1 + 1 = 2\n"
)
WRONG = """title: wrong
model: []
parameters: [a, b]
start: (a + b)^2
steps:
  - eq: a^2 + 2 a b + b^2
    by: algebra
    label: square
  - eq: a^2 + b^2
    by: algebra
  - eq: a^2 + (
claim: (a + b)^2 = a^2 + b^2
"""
EXPECTED = WRONG.replace("claim:", "expect: failed\nclaim:").replace(
    "  - eq: a^2 + b^2\n", "  - eq: a^2 + b^2\n    expect: refuted\n"
)
UNREAD = (
    "title: x\nmodel: []\nstart: 1\nsteps:\n  - eq: 1\n    by: jensne\n  - eqq: 1\nclaim: 1 = 1\n"
)
FILES = {
    "derivations/good.yaml": GOOD,
    "derivations/sub/wrong.yml": WRONG,
    "derivations/expected.yaml": EXPECTED.replace("  - eq: a^2 + (\n", ""),
    "derivations/unread.yaml": UNREAD,
    "derivations/broken.yaml": "title: [\nsteps:\n",
    "derivations/pipeline.yaml": "steps:\n- script: make\n",
    "derivations/notes.md": "$$ 1 + 1 = 3 $$\n",
    "elsewhere/good.yaml": GOOD,
    "tests/test_own.py": "def test_own():\n    pass\n",
    "tests/data/pipeline.yml": "steps:\n- script: make\n",
    "conftest.py": (
        "import sys\n\n\ndef pytest_unconfigure():\n"
        "    heavy = {'sympy', 'numpy', 'yaml', 'verifier.derivation'} & {*sys.modules}\n"
        "    print('heavy:', sorted(heavy))\n"
    ),
}

Run = Callable[..., str]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """What pytest prints in the repository; verdicts are kept from one run to the next."""
    cache = str(tmp_path_factory.mktemp("cache"))

    def run(*arguments: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "ELBO_VERIFY_CACHE": cache}
        environment |= {"COLUMNS": "200", "PY_COLORS": "0"}
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # only what is tried, which is faster
        for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_PLUGINS"):
            environment.pop(name, None)
        plugins = ("-p", "verifier.plugins.pytest_derivations", "-p", "xdist.plugin")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *plugins, *arguments],
            cwd=repository, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.stderr == ""
        return done.stdout

    return run


@pytest.fixture(scope="module")
def whole(run: Run) -> str:
    """A run over the folder that is named."""
    return run("derivations", "-v", "-rs", "--junitxml=out.xml", "-o", "junit_family=xunit1")


def outcomes(shown: str) -> dict[str, str]:
    found = re.findall(r"^(\S+::\S+) (PASSED|FAILED|SKIPPED|ERROR)", shown, re.MULTILINE)
    return {name.removeprefix("derivations/"): outcome for name, outcome in found}


def test_an_item_a_step_one_for_the_claim_one_for_the_numeric_check(whole: str) -> None:
    assert outcomes(whole) == {
        "good.yaml::step-1": "PASSED",
        "good.yaml::claim": "PASSED",
        "good.yaml::numeric": "PASSED",
        "expected.yaml::step-1[square]": "PASSED",
        "expected.yaml::step-2": "PASSED",
        "expected.yaml::claim": "PASSED",
        "expected.yaml::numeric": "PASSED",
        "sub/wrong.yml::step-1[square]": "PASSED",
        "sub/wrong.yml::step-2": "FAILED",
        "sub/wrong.yml::step-3": "FAILED",
        "sub/wrong.yml::claim": "FAILED",
        "sub/wrong.yml::numeric": "PASSED",
        "unread.yaml::step-1": "FAILED",
        "unread.yaml::step-2": "FAILED",
        "unread.yaml::claim": "FAILED",
        "unread.yaml::numeric": "SKIPPED",
        "broken.yaml::file": "FAILED",
    }


def test_a_failure_is_what_the_report_says_and_nothing_else(whole: str) -> None:
    part = whole.partition("derivations/sub/wrong.yml: step-2 _")[2].partition("\n")[2]
    said = part.partition("\n____")[0]
    assert said.startswith("derivations/sub/wrong.yml:9:9: step 2 is refuted: this is false")
    assert "    - eq: a^2 + b^2\n          ^^^^^^^^^" in said
    assert "a counterexample:" in said
    assert "Traceback" not in whole
    assert "derivations/unread.yaml:6:9: there is no rule `jensne` [unknown-rule]" in whole
    assert "hint: did you mean `jensen`?" in whole


def test_nothing_is_collected_that_is_not_asked_for(run: Run, whole: str) -> None:
    assert "pipeline" not in whole
    assert "notes.md" not in whole  # which its project doesn't include
    shown = run("-v")
    assert "tests/test_own.py::test_own PASSED" in shown
    assert "1 passed" in shown
    assert "heavy: []" in shown
    asked = run("--derivations", "--collect-only", "-q")
    assert "elsewhere/good.yaml::step-1" in asked
    assert "heavy: ['verifier.derivation', 'yaml']" in asked  # and nothing was judged


def test_a_file_or_an_item_may_be_named(run: Run) -> None:
    assert "3 passed" in run("elsewhere/good.yaml")
    assert "1 passed" in run("derivations/sub/wrong.yml::step-1[square]")
    shown = run("derivations/notes.md", "-v")
    assert outcomes(shown) == {"notes.md::step-1": "FAILED", "notes.md::file": "PASSED"}
    assert "derivations/notes.md:1:" in shown


def test_selections_and_last_failures_and_several_processes(run: Run, whole: str) -> None:
    assert outcomes(run("derivations", "-v", "-k", "wrong and step-2")) == {
        "sub/wrong.yml::step-2": "FAILED"
    }
    again = run("derivations/good.yaml", "derivations/sub", "--lf", "-v")
    assert {*outcomes(again).values()} == {"FAILED"}
    assert "heavy: ['verifier.derivation', 'yaml']" in again  # what is kept isn't judged again
    counted = re.search(r"\d+ failed, \d+ passed, \d+ skipped", whole)
    assert counted
    assert counted[0] in run("derivations", "-n", "2", "--dist", "loadgroup", "-q")


@pytest.mark.usefixtures("whole")
def test_the_location_is_the_line_of_the_file(repository: Path) -> None:
    cases = ElementTree.parse(repository / "out.xml").getroot().iter("testcase")
    found = {(case.get("file"), case.get("name")): int(case.get("line", 0)) + 1 for case in cases}
    assert found["derivations/sub/wrong.yml", "step-2"] == 9  # pytest counts from 0
    assert found["derivations/sub/wrong.yml", "claim"] == 12


def test_a_report_is_a_text_by_itself() -> None:
    report = verify(text=GOOD.replace("eq: 2", "eq: 3"))
    (file,) = report.derivations
    assert str(report) == str(file)
    assert "step 1 is refuted" in str(report)
    with pytest.raises(AssertionError, match="step 1 is refuted"):
        raise AssertionError(report)
    assert str(Report(())) == ""
