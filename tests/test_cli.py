"""The command line: what it prints where, and what it exits with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

import cli
import verifier
from verifier.outcome import DerivationReport, Progress
from verifier.report.progress import Ticker

ROOT = Path(cli.__file__).parent
TEXT = "title: {title}\nmodel: []\nstart: 1\nsteps:\n  - eq: 1\nclaim: 1 = 1\n"

Install = Callable[[Callable[..., DerivationReport]], None]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., str]:
    """Write a derivation whose title is the verdict that it is to get."""

    def write(title: str, expect: str = "") -> str:
        file = tmp_path / f"{title}{expect}.yaml"
        extra = f"expect: {expect}\n" if expect else ""
        file.write_text(TEXT.format(title=title) + extra, encoding="utf-8")
        return str(file)

    return write


def command(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    run: subprocess.CompletedProcess[str] = subprocess.run(  # type: ignore[call-overload]
        [sys.executable, "-m", "verifier", *arguments],
        **{"capture_output": True, "text": True, "timeout": 60, **options},
    )
    return run


# -- exit statuses -------------------------------------------------------------------------------


@pytest.mark.usefixtures("obedient_judge")
@pytest.mark.parametrize(
    ("titles", "status"),
    [
        (["verified"], 0),
        (["verified", "failed"], 1),
        (["failed", "error", "verified"], 2),
        (["bug", "error", "failed", "verified"], 70),
        (["RecursionError"], 70),
        (["MemoryError"], 70),
    ],
)
def test_largest_exit_status_wins(
    titles: list[str],
    status: int,
    written: Callable[..., str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = [written(title) for title in titles]
    assert cli.main(files) == status
    shown = capsys.readouterr()
    assert all(file in shown.out for file in files)
    assert shown.err == ""


@pytest.mark.usefixtures("obedient_judge")
@pytest.mark.parametrize(
    ("title", "expect", "status"),
    [
        ("verified", "", 0),
        ("verified", "failed", 1),
        ("failed", "failed", 0),
        ("failed", "", 1),
        ("failed", "error", 1),
        ("error", "error", 0),
        ("error", "", 2),
        ("bug", "error", 70),
    ],
)
def test_expected_verdicts(
    title: str, expect: str, status: int, written: Callable[..., str]
) -> None:
    assert cli.main(["--expect", written(title, expect)]) == status


def test_file_expected_not_to_load(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("expect: error\ntitle: [", encoding="utf-8")
    assert cli.main([str(file)]) == 2
    assert cli.main(["--expect", str(file)]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--nonsense"],
        ["--format"],
        ["--format", "xml", "a.yaml"],
        ["--expect"],
        ["--exp", "a"],
        ["--rules", "a"],
    ],
)
def test_wrong_call_is_2_with_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("usage: elbo-verify ")


BAD = [
    ("broken.yaml", b"title: [", "1:9: not YAML: "),
    ("empty.yaml", b"", "1:1: nothing is written in this file"),
    ("nul.yaml", b"title: a\0", "1:9: a NUL byte does not belong in a derivation"),
    ("latin.yaml", b"title: \xe9", "1:8: not UTF-8: the byte 233 does not fit here"),
    ("key.yaml", b"titel: x", "1:1: a derivation has no key `titel`"),
    ("deep.yaml", b"[" * 10_000, "1:18: nested too deeply"),
    ("alias.yaml", b"a: &a [x]\nb: [*a, *a]", "1:4: anchors (`&name`) are not used in derivations"),
    ("large.yaml", b"x" * (50 << 20), "1:1: too large: a derivation has at most 1024 KiB"),
]


@pytest.mark.usefixtures("obedient_judge")
@pytest.mark.parametrize(("name", "content", "said"), BAD, ids=[case[0] for case in BAD])
def test_bad_file_is_told_and_the_others_are_judged(
    name: str,
    content: bytes,
    said: str,
    tmp_path: Path,
    written: Callable[..., str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    bad = tmp_path / name
    bad.write_bytes(content)
    good = [written("verified"), written("failed")]
    assert cli.main([good[0], str(bad), good[1]]) == 2
    shown = capsys.readouterr().out
    assert f"{bad}:{said}" in shown
    assert f"{good[0]}: verified" in shown
    assert f"{good[1]}: failed" in shown
    assert shown.endswith(f"3 files: 1 verified, 1 error, 1 failed: {bad}, {good[1]}\n")


def test_missing_file_and_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([f"{tmp_path}/none.yaml", str(tmp_path)]) == 2
    shown = capsys.readouterr().out
    assert f"{tmp_path}/none.yaml:1:1: can't be read: no such file or directory" in shown
    assert f"{tmp_path}:1:1: a folder without derivations" in shown


# -- what is printed -----------------------------------------------------------------------------


def test_error_shows_the_line_and_a_caret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(TEXT.replace("- eq", "- eqq").format(title="x"), encoding="utf-8")
    assert cli.main([str(file)]) == 2
    assert capsys.readouterr().out == (
        f"{file}:5:5: a step has no key `eqq` [unknown-key]\n"
        "    - eqq: 1\n"
        "      ^^^\n"
        "  hint: did you mean `eq`?\n"
    )


@pytest.mark.usefixtures("obedient_judge")
def test_json_is_alone_on_standard_output(
    written: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    files = [written("verified"), "/nonexistent"]
    assert cli.main(["--format", "json", *files]) == 2
    shown = capsys.readouterr()
    found = json.loads(shown.out)
    assert shown.err == ""
    assert [one["verdict"] for one in found["derivations"]] == ["verified", "error"]
    assert found["derivations"][1]["error"]["message"] == "can't be read: no such file or directory"


def test_help_says_all_there_is_to_say(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    shown = capsys.readouterr().out
    for word in (
        *("--format", "--expect", "--version", "wrong-rule", "ill-formed", "verified", "70"),
        *("--rules", "--explain RULE", "NO_COLOR", "examples:"),
    ):
        assert word in shown
    assert max(map(len, shown.splitlines())) <= 100


def test_version_is_the_project_s(capsys: pytest.CaptureFixture[str]) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    where = ROOT / settings["tool"]["hatch"]["version"]["path"]
    assert f'"{verifier.__version__}"' in where.read_text(encoding="utf-8")
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"elbo-verify {verifier.__version__}\n"


def test_rules_are_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--rules"]) == 0
    listed = capsys.readouterr().out
    assert "\ngibbs                KL(q || p) >= 0; I >= 0;" in listed
    assert max(map(len, listed.splitlines())) <= 100
    assert cli.main(["--explain", "sum-rule", "kl"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("marginalisation\n  also marginalization, sum-rule\n\nsays  ")
    assert "\n\nkl\n" in shown
    assert shown.count("verified:\n  title: ") == 2


def test_rules_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--rules", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == 1
    assert [rule["name"] for rule in found["rules"]][:2] == ["algebra", "log-rules"]


@pytest.mark.parametrize(
    ("name", "hint"), [("jensne", "  hint: did you mean `jensen`?\n"), ("%", "")]
)
def test_rule_that_is_not_there(name: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--explain", "kl", name]) == 2
    assert capsys.readouterr() == ("", f"elbo-verify: there is no rule `{name}`\n{hint}")


# -- as a process --------------------------------------------------------------------------------


def imported(*arguments: str) -> set[str]:
    """The modules that a run of the command has imported by its end."""
    program = (
        "import sys; from verifier.__main__ import main; main();"
        "print('modules', *sys.modules, file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    return set(run.stderr.splitlines()[-1].split())


HEAVY = {
    "yaml",
    "rich",
    "sympy",
    "numpy",
    "flint",
    "json",
    "dataclasses",
    "verifier.commands.verify",
}


@pytest.mark.parametrize("argument", ["--version", "--nonsense", "--help"])
def test_answering_at_once_imports_nothing(argument: str) -> None:
    assert imported(argument) & HEAVY == set()


# What few runs need: what looks for slips and worlds, what people call rules, other reports.
RARE = {
    "verifier.errata.edits",
    "verifier.judge.diagnosis",
    "verifier.judge.faulty",
    "verifier.kept.records",
    "verifier.manual.naming",
    "verifier.numeric.search.certify",
    "verifier.numeric.search.given_world",
    "verifier.numeric.search.search",
    "verifier.numeric.search.show",
    "verifier.outcome.documents",
    "verifier.outcome.others",
    "verifier.tactics.smallest",
}


def test_what_is_proved_imports_nothing_of_what_is_wrong() -> None:
    loaded = imported("--no-cache", "derivations/kl.yaml")
    assert "verifier.judge.file" in loaded
    assert loaded & RARE == set()


@pytest.mark.parametrize("arguments", [["--rules"], ["--explain", "kl"]])
def test_rules_are_shown_without_what_judges_on_numbers(arguments: list[str]) -> None:
    assert imported(*arguments) & {"yaml", "rich", "numpy", "flint"} == set()


def test_loading_and_printing_plainly_imports_nothing_heavy(tmp_path: Path) -> None:
    found = imported(str(tmp_path / "none.yaml"))
    assert found & {"rich", "sympy", "numpy", "flint"} == set()


@pytest.mark.parametrize("start", [["-m", "verifier"], [str(ROOT / "cli.py")]])
def test_ways_to_start(start: list[str], tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, *start, "--version"], capture_output=True, text=True, cwd=tmp_path
    )
    assert (run.returncode, run.stdout) == (0, f"elbo-verify {verifier.__version__}\n")


def test_reader_that_stops_reading_is_no_error(tmp_path: Path) -> None:
    names = [f"{tmp_path}/{number}" for number in range(3000)]
    process = subprocess.Popen(
        [sys.executable, "-m", "verifier", *names], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(30) == 2


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_full_disk_is_told(tmp_path: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        run = command(str(tmp_path), capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert run.returncode == 2
    assert run.stderr == "elbo-verify: the report can't be written: No space left on device\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [
        *(["--version"], ["--help"], ["--rules"], ["--rules", "--format", "json"]),
        *(["--explain", "kl"], ["none.yaml"], ["none.yaml", "--format", "json"]),
        *(["none.yaml", "--fix"], ["none.yaml", "--mutate"], ["none.yaml", "--grade", "none.yaml"]),
        *(["none.yaml", "--replay", "none.json"], ["none.yaml", "--handout", "none.tex"]),
    ],
    ids=" ".join,
)
def test_no_command_says_that_it_was_printed(arguments: list[str], tmp_path: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        run = command(
            *arguments, cwd=tmp_path, capture_output=False, stdout=full, stderr=subprocess.PIPE
        )
    assert run.returncode == 2
    assert run.stderr == "elbo-verify: the report can't be written: No space left on device\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["--nonsense"], ["--explain", "nonsense"], ["none.yaml"]])
def test_nowhere_to_complain(arguments: list[str], tmp_path: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        run = command(*arguments, cwd=tmp_path, capture_output=False, stdout=full, stderr=full)
    assert run.returncode == 2


@pytest.mark.parametrize("argument", ["--version", "--help", "--rules"])
def test_reader_that_is_gone_is_no_error(argument: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    run = command(argument, capture_output=False, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("form", ["text", "json"])
def test_encoding_that_lacks_a_character(tmp_path: Path, form: str) -> None:
    file = tmp_path / "θ.yaml"
    file.write_text("θ≥: 1", encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    run = command("--format", form, str(file), env=environment)
    assert (run.returncode, run.stderr) == (2, "")
    assert r"\u03b8\u2265" in run.stdout


def test_file_name_that_is_no_text(tmp_path: Path) -> None:
    run = command(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.yaml"))
    assert run.returncode == 2
    assert r"\xdcff.yaml:1:1: can't be read" in run.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        *([], ["--fix"], ["--mutate", "--per-step", "1"], ["--grade", "a\nb.yaml"]),
        *(["--handout", f"h\nb.{ending}"] for ending in ("tex", "html", "md")),
        *(["--handout", "o\nb/"], ["--replay", "a\nb.yaml"]),
    ],
    ids=" ".join,
)
def test_path_with_a_line_break(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "l\nm.yaml").write_text(TEXT.format(title="lemma"), encoding="utf-8")
    step = '- so: 1 = 1\n    using: "l\\nm.yaml#claim"'
    user = TEXT.format(title="user").replace("start: 1\n", "").replace("- eq: 1", step)
    (tmp_path / "a\nb.yaml").write_text(user, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    wrong = "--replay" in arguments or "--grade" in arguments  # it is neither
    assert cli.main(["a\nb.yaml", *arguments]) == (2 if wrong else 0)
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "a\nb.yaml" not in shown.out
    assert cli.main(["a\nbc.yaml", *arguments]) == 2
    shown = capsys.readouterr()
    assert "--replay" in arguments or "can't be read: no such file" in shown.out


@pytest.mark.parametrize("form", ["text", "json"])
def test_standard_input(form: str, tmp_path: Path) -> None:
    (tmp_path / "lemma.yaml").write_text(TEXT.format(title="lemma"), encoding="utf-8")
    text = TEXT.format(title="\u03b8").replace("start: 1\n", "")
    text = text.replace("- eq: 1", "- {so: 1 = 1, using: lemma.yaml#claim}")
    for given, status, said in (
        (text, 0, "<stdin>: verified"),
        (text.replace("claim: 1", "claim: 2"), 1, "<stdin>: failed"),
        ("title: [", 2, "<stdin>:1:9: not YAML"),
        ("x" * (2 << 20), 2, "<stdin>:1:1: too large"),
    ):
        run = command("-", "--format", form, cwd=tmp_path, input=given, encoding="utf-8")
        assert (run.returncode, run.stderr) == (status, "")
        assert said in run.stdout or json.loads(run.stdout)["derivations"][0]["file"] == "<stdin>"
    for option in (["--fix"], ["--grade", "a"], ["--replay", "a"]):
        assert command("-", *option, cwd=tmp_path, input=text).returncode == 2
    run = subprocess.run(
        f"{sys.executable} -m verifier - <&-", shell=True, capture_output=True, text=True
    )
    assert (run.returncode, run.stderr) == (2, "")


def test_a_project_says_how_it_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(TEXT.format(title="t"), encoding="utf-8")
    (tmp_path / "elbo-verify.toml").write_text("format = 'json'\nnotation = ['dkl', 'ln']\n")
    assert json.loads(command(str(tmp_path)).stdout)["verdict"] == "verified"
    assert json.loads(command("a.yaml", cwd=tmp_path).stdout)["verdict"] == "verified"
    assert command(str(file), "--format", "text").stdout.startswith(f"{file}: verified\n")
    (tmp_path / "elbo-verify.toml").write_text("notation = 'nonsense'\n")
    run = command("a.yaml", "--handout", "a.md", cwd=tmp_path)
    assert (run.returncode, run.stderr) == (2, "elbo-verify: there is no notation `nonsense`\n")
    assert command("a.yaml", "--handout", "a.md", "--notation", "ln", cwd=tmp_path).returncode == 0


def test_closed_standard_output_is_no_crash(tmp_path: Path) -> None:
    run = subprocess.run(
        f"{sys.executable} -m verifier {tmp_path} >&-", shell=True, capture_output=True, text=True
    )
    assert (run.returncode, run.stderr) == (2, "")


def test_interrupt_is_130_without_traceback(
    written: Callable[..., str], install_judge: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    def judge(*_: object) -> DerivationReport:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)
        raise AssertionError("not interrupted")

    install_judge(judge)
    assert cli.main([written("verified")]) == 130
    assert capsys.readouterr() == ("", "")


# -- progress ------------------------------------------------------------------------------------


class Terminal(StringIO):
    """A terminal that says when something has been shown on it."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = threading.Event()

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        super().flush()
        self.shown.set()


def test_progress_shows_when_a_run_takes_long() -> None:
    terminal = Terminal()
    ticker = Ticker(terminal, patience=0.01)
    ticker.show(Progress("a\x1b.yaml", 1, 2))
    with ticker:
        assert terminal.shown.wait(60)
    assert "s) checking 1 of 2: a<U+001B ESCAPE>.yaml" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[2K")


def test_no_progress_for_a_short_run_or_without_a_terminal() -> None:
    for stream, patience in ((Terminal(), 60.0), (StringIO(), 0.0)):
        with Ticker(stream, patience) as ticker:
            ticker.show(Progress("a.yaml", 1, 2))
        assert stream.getvalue() == ""


def test_a_first_run_verifies_what_travels_along(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--demo"]) == 0
    shown = capsys.readouterr().out
    for name in ("jensen", "kl", "bayes"):
        assert f"{name}.yaml: verified\n" in shown
    assert "3 files: 3 verified\n\nnext: copy " in shown
    assert cli.main(["--demo", "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["derivations"]) == 3


@pytest.mark.parametrize("beside", [["derivations"], ["--rules"], ["--explain", "kl"]])
def test_the_first_run_takes_nothing_else(
    beside: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--demo", *beside]) == 2
    assert "`--demo` takes no derivations" in capsys.readouterr().err
