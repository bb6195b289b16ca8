"""Which settings hold: `--config`, `--show-config`, `--force-exclude`."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest

import cli

TEXT = "title: verified\nmodel: []\nstart: 1\nsteps:\n  - eq: 1\nclaim: 1 = 1\n"
PIPELINE = "steps:\n- script: make\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """A repository with a derivation, an old one, and a pipeline."""
    request.getfixturevalue("obedient_judge")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ELBO_VERIFY_CONFIG", raising=False)
    (tmp_path / "sub").mkdir()
    for name in ("a.yaml", "sub/old.yaml"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    (tmp_path / "pipeline.yml").write_text(PIPELINE, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.elbo-verify]\nexclude = ['*/old.yaml']\n")
    (tmp_path / "all.toml").write_text("format = 'concise'\n")
    return tmp_path


def test_settings_are_shown_with_where_they_stand(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--show-config"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"# .: set in {folder}/pyproject.toml\n")
    assert tomllib.loads(shown) == {
        "include": ["*.yaml", "*.yml"],
        "exclude": ["*/old.yaml"],
        "strict": False,
        "notation": [],
        "format": "text",
    }
    assert shown.endswith("# judged: ./a.yaml\n# no derivation: ./pipeline.yml\n")


def test_settings_for_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--show-config", "sub", "--format", "json", "--config", "all.toml"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["config"]
    assert found["file"] == f"{folder}/all.toml"
    assert found["taken"] == ["sub/old.yaml"]
    assert "ELBO_VERIFY_CONFIG" not in os.environ


def test_a_file_of_settings_is_chosen_for_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["."]) == 0
    assert capsys.readouterr().out.startswith("./a.yaml: verified\nverified")
    assert cli.main([".", "--config", "all.toml"]) == 0
    assert capsys.readouterr().out == "2 files: 2 verified; 1 skipped\n"
    monkeypatch.setenv("ELBO_VERIFY_CONFIG", str(folder / "all.toml"))
    assert cli.main(["."]) == 0
    assert capsys.readouterr().out == "2 files: 2 verified; 1 skipped\n"


@pytest.mark.usefixtures("folder")
def test_files_that_are_named_may_be_left_out_as_in_folders(
    capsys: pytest.CaptureFixture[str],
) -> None:
    named = ["a.yaml", "sub/old.yaml", "pipeline.yml", "pyproject.toml"]
    assert cli.main([*named, "--force-exclude"]) == 0
    assert "1 file: 1 verified; 3 skipped" in capsys.readouterr().out
    assert cli.main([*named[1:], "--force-exclude"]) == 0
    assert capsys.readouterr().out == ""
    assert cli.main(named[:3]) == 2


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("strikt = true", "hint: did you mean `strict`?"),
        ("format = 'xml'", "the setting `format` is `text` or `rich` or "),
    ],
)
def test_settings_that_are_none(
    settings: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "pyproject.toml").unlink()
    (folder / "elbo-verify.toml").write_text(settings)
    assert cli.main(["a.yaml"]) == 2
    shown = capsys.readouterr()
    assert said in shown.out + shown.err


def test_a_format_for_ci_is_of_verified_files(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "elbo-verify.toml").write_text("format = 'sarif'")
    assert cli.main(["a.yaml"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == "2.1.0"
    assert cli.main(["a.yaml", "--replay", "none.json"]) == 2
    assert "none.json:1:1: can't be read" in capsys.readouterr().out
