"""Handouts to files, from the command line: what is written, refused, compared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from programs import needs

import cli

GOOD = """
title: The evidence is above its bound
model: ["p(x, z)", q(z)]
start: log p(x)
steps:
  - {eq: "log int p(x, z) dz", by: marginalisation}
  - {eq: "log E_{q(z)}[p(x, z) / q(z)]", by: [expectation, algebra]}
  - {ge: "E_{q(z)}[log(p(x, z) / q(z))]", by: jensen}
claim: log p(x) >= E_{q(z)}[log(p(x, z) / q(z))]
"""
BAD = GOOD.replace("{ge:", "{le:").replace(">= E_", "<= E_")
BROKEN = GOOD.replace("steps:", "stepps:")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two derivations that hold, one that doesn't, and one that can't be read."""
    files = {"good.yaml": GOOD, "more/other.yaml": GOOD.replace("title: The", "title: So the")}
    for name, text in {**files, "bad.yaml": BAD, "broken.yaml": BROKEN}.items():
        place = tmp_path / "d" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str]]]:
    """Run the command; its status and the lines that it printed."""

    def calling(*arguments: str) -> tuple[int, list[str]]:
        status = cli.main(arguments)
        printed = capsys.readouterr()
        return status, [line for line in (printed.out + printed.err).splitlines() if line]

    return calling


Call = Callable[..., tuple[int, list[str]]]


@pytest.mark.parametrize("ending", ["tex", "html", "md", "yaml"])
def test_ending_says_what_is_written(folder: Path, call: Call, ending: str) -> None:
    out = f"new/folder/good.{ending}"
    assert call("d/good.yaml", "--handout", out) == (0, [f"{out}: written"])
    first = (folder / out).read_bytes()
    assert call("d/good.yaml", "--handout", out, "--check") == (0, [f"{out}: up to date"])
    assert call("d/good.yaml", "--handout", out)[0] == 0
    assert (folder / out).read_bytes() == first


@needs("pdflatex")
def test_pdf_knows_what_it_was_made_from(folder: Path, call: Call) -> None:
    assert call("d/good.yaml", "--handout", "good.pdf") == (0, ["good.pdf: written"])
    first = (folder / "good.pdf").read_bytes()
    assert first.startswith(b"%PDF")
    assert call("d/good.yaml", "--handout", "good.pdf", "--check") == (0, ["good.pdf: up to date"])
    assert call("d/good.yaml", "--handout", "good.pdf")[0] == 0
    assert (folder / "good.pdf").read_bytes() == first
    assert call("d/good.yaml", "--handout", "good.pdf", "--check", "--notation", "dkl,ln")[0] == 1


@needs("pdflatex")
def test_a_pdf_that_was_changed_is_stale(folder: Path, call: Call) -> None:
    call("d/good.yaml", "--handout", "good.pdf")
    content = (folder / "good.pdf").read_bytes()
    middle = len(content) // 2
    for changed in (
        content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        content[:middle],
        b"%PDF-1.5\n" + content[-160:],  # the end alone
        content + b"more",
    ):
        (folder / "good.pdf").write_bytes(changed)
        assert call("d/good.yaml", "--handout", "good.pdf", "--check")[0] == 1


@pytest.mark.parametrize("out", ["d/good.yaml", "d/../d/good.yaml", "d/more/other.yaml"])
def test_no_handout_overwrites_a_derivation(folder: Path, call: Call, out: str) -> None:
    status, said = call("d/good.yaml", "--handout", out)
    assert status == 2
    assert "a derivation, which a handout would overwrite" in said[0]
    assert call("d/good.yaml", "--handout", "d", "--to", "yaml")[0] == 2
    assert (folder / "d/good.yaml").read_text() == GOOD
    assert (folder / "d/more/other.yaml").read_text().startswith("\ntitle: So the")


def test_stale_and_missing_handouts_are_told(folder: Path, call: Call) -> None:
    assert call("d/good.yaml", "--handout", "good.tex", "--check") == (1, ["good.tex: missing"])
    call("d/good.yaml", "--handout", "good.tex")
    (folder / "d/good.yaml").write_text(GOOD + "# a comment is part of the source\n")
    status, said = call("d/good.yaml", "--handout", "good.tex", "--check")
    assert status == 1
    assert said[0].startswith("good.tex: stale")
    assert "a comment" not in (folder / "good.tex").read_text()  # compared, not written


def test_folder_gets_one_for_each_that_is_verified(folder: Path, call: Call) -> None:
    status, said = call("d", "--handout", "out/")
    assert status == 2  # for the one that can't be read, which keeps no other from its handout
    assert "out/good.tex: written" in said
    assert "out/more/other.tex: written" in said
    assert any(line.startswith("d/broken.yaml:") for line in said)
    assert "d/bad.yaml: no handout: it is not verified" in said
    assert not (folder / "out/bad.tex").exists()
    status, said = call("d/bad.yaml", "--handout", "out", "--to", "md", "--draft")
    assert (status, said) == (1, ["out/bad.md: written"])
    assert "DRAFT" in (folder / "out/bad.md").read_text()


def test_booklet_is_one_file(folder: Path, call: Call) -> None:
    files = ("d/good.yaml", "d/more/other.yaml")
    assert call(*files, "--handout", "all.tex", "--booklet") == (0, ["all.tex: written"])
    text = (folder / "all.tex").read_text()
    assert text.count(r"\section{") == 2
    status, said = call(*files, "d/bad.yaml", "--handout", "more.tex", "--booklet")
    assert status == 1
    assert not (folder / "more.tex").exists()
    assert said == [
        "d/bad.yaml: no handout: it is not verified",
        "  hint: `--draft` makes one that says so on every page",
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--handout x.doc", "no handout ends in `.doc`"),
        ("d/more/other.yaml --handout x.tex", "one file can't hold several"),
        ("--handout x.tex --to md", "`--to` is for a folder"),
        ("--handout x/ --booklet", "makes one file"),
        ("--booklet", "go with `--handout`"),
        ("--student", "go with `--handout`"),
        ("--seed 3", "go with `--handout`"),
        ("--force", "go with `--handout`"),
        ("--handout x.tex --fix", "goes with none of"),
        ("--handout x.tex --student --solutions", "not both"),
        ("--handout x.tex --notation dkk", "there is no notation `dkk`"),
        ("--handout x.tex --seed many", "invalid int value"),
    ],
)
def test_what_does_not_go_together(folder: Path, call: Call, arguments: str, says: str) -> None:
    status, said = call("d/good.yaml", *arguments.split())
    assert status == 2
    assert says in " ".join(said)
    assert not (folder / "x.tex").exists()


def test_two_of_one_name_are_not_written_over_each_other(folder: Path, call: Call) -> None:
    (folder / "e").mkdir()
    (folder / "e/good.yaml").write_text(GOOD)
    status, said = call("d/good.yaml", "e/good.yaml", "--handout", "out/")
    assert status == 2
    assert "would hold the handouts of both" in said[0]


def test_what_can_t_be_written_keeps_no_other_from_it(folder: Path, call: Call) -> None:
    (folder / "out").mkdir()
    (folder / "out/good.tex").mkdir()
    status, said = call("d/good.yaml", "d/more/other.yaml", "--handout", "out")
    assert status == 2
    assert said == ["out/good.tex: it can't be written: Is a directory", "out/other.tex: written"]


# -- whole or not there ---------------------------------------------------------------------------

MINE = "Shopping: milk, flour. By hand, not by elbo-verify.\n"


@pytest.mark.parametrize("ending", ["tex", "html", "md", "yaml", "pdf"])
def test_what_is_no_handout_is_not_overwritten(folder: Path, call: Call, ending: str) -> None:
    out = folder / f"notes.{ending}"
    out.write_text(MINE)
    status, said = call("d/good.yaml", "--handout", out.name)
    assert (status, said[0]) == (2, f"{out.name}: no handout is there: it would be overwritten")
    assert out.read_text() == MINE
    assert call("d/good.yaml", "--handout", out.name, "--check")[0] == 1
    if ending == "pdf":
        return
    assert call("d/good.yaml", "--handout", out.name, "--force")[0] == 0
    assert call("d/good.yaml", "--handout", out.name)[0] == 0  # from now on it is ours
    assert call("d/good.yaml", "--handout", out.name, "--student")[0] == 0


def test_no_derivation_is_overwritten_by_force(folder: Path, call: Call) -> None:
    assert call("d/good.yaml", "--handout", "d/more/other.yaml", "--force")[0] == 2
    assert (folder / "d/more/other.yaml").read_text().startswith("\ntitle: So the")


@pytest.mark.parametrize("to", ["theirs.tex", "nowhere.tex"])
@pytest.mark.parametrize("options", [[], ["--check"], ["--force"]], ids="".join)
def test_a_link_is_left_alone(folder: Path, call: Call, to: str, options: list[str]) -> None:
    call("d/good.yaml", "--handout", "theirs.tex")
    before = (folder / "theirs.tex").read_bytes()
    (folder / "link.tex").symlink_to(to)
    status, said = call("d/good.yaml", "--handout", "link.tex", *options)
    assert status == 2
    assert "a symbolic link, which would be replaced" in said[0]
    assert (folder / "link.tex").is_symlink()
    assert (folder / "theirs.tex").read_bytes() == before


@pytest.mark.parametrize("options", [[], ["--check"], ["--force"]], ids="".join)
@pytest.mark.parametrize("ending", ["tex", "yaml", "pdf"])
def test_a_pipe_is_not_waited_for(
    folder: Path, call: Call, ending: str, options: list[str]
) -> None:
    os.mkfifo(folder / f"pipe.{ending}")
    status, said = call("d/good.yaml", "--handout", f"pipe.{ending}", *options)
    assert (status, said) == (2, [f"pipe.{ending}: not a regular file"])


def test_an_end_in_the_middle_leaves_what_was_there(folder: Path, call: Call) -> None:
    """Killed at the last moment, and out of room: the old handout is there, whole."""
    call("d/good.yaml", "--handout", "good.md")
    before = (folder / "good.md").read_bytes()
    started = "import os, sys, cli, resource, signal\n"
    ended = "cli.main(['d/good.yaml', '--handout', 'good.md', '--notation', 'dkl,ln'])"
    for what, status in (
        ("os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n", -9),
        ("resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))\n", 2),
    ):
        environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parent)}
        program = f"{started}{what}sys.exit({ended})"
        run = subprocess.run(
            [sys.executable, "-B", "-c", program], env=environment, cwd=folder, capture_output=True
        )
        assert run.returncode == status
        assert (folder / "good.md").read_bytes() == before
        left = [*folder.glob(".elbo-verify-*")]
        assert len(left) == (status == -9)
        for each in left:
            each.unlink()


def test_modes_stay(folder: Path, call: Call) -> None:
    call("d/good.yaml", "--handout", "good.md")
    plain = (folder / "plain").open("x")
    plain.close()
    assert (folder / "good.md").stat().st_mode == (folder / "plain").stat().st_mode
    (folder / "good.md").chmod(0o640)
    call("d/good.yaml", "--handout", "good.md", "--notation", "ln")
    assert (folder / "good.md").stat().st_mode & 0o777 == 0o640


@pytest.mark.usefixtures("folder")
def test_json(call: Call) -> None:
    status, said = call("d/good.yaml", "--handout", "good.md", "--format", "json")
    assert status == 0
    assert json.loads("\n".join(said))["handouts"] == [
        {"file": "good.md", "code": "handout-written", "message": "written"}
    ]


@pytest.mark.parametrize("ending", ["tex", "html", "md"])
def test_worksheet_and_its_solutions_come_from_one_file(
    folder: Path, call: Call, ending: str
) -> None:
    text = GOOD.replace("by: jensen}", "by: jensen, blank: reason}")
    (folder / "d/good.yaml").write_text(text)
    sheets = {}
    for option in ("--student", "--solutions"):
        assert call("d/good.yaml", "--handout", f"sheet.{ending}", option)[0] == 0
        sheets[option] = (folder / f"sheet.{ending}").read_text()
    assert sheets["--student"] != sheets["--solutions"]
    assert "jensen" in sheets["--solutions"].lower()


def test_handouts_don_t_depend_on_the_hash_seed(folder: Path) -> None:
    found = set()
    for seed in ("0", "1", "2"):
        out = folder / f"{seed}.tex"
        call = [sys.executable, "-m", "verifier", "d/good.yaml", "--handout", str(out)]
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": str(Path(cli.__file__).parent),
        }
        subprocess.run(call, check=True, env=environment, capture_output=True, cwd=folder)
        found.add(out.read_bytes())
    assert len(found) == 1
