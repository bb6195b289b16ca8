"""What is kept from one run to the next, and files judged in several processes."""

from __future__ import annotations

import json
import multiprocessing.resource_tracker
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from derivation_table import ROOT, SHIPPED, kept
from test_corpus import WRONG_FILES

from verifier import verify
from verifier.__main__ import main
from verifier.commands import pool
from verifier.commands.jobs import Job, jobs
from verifier.commands.judging import Asked
from verifier.derivation.derivation import Source
from verifier.derivation.source import read_source
from verifier.kept import records, runs, store
from verifier.kept.reports import Reports
from verifier.kept.store import Store
from verifier.outcome import DerivationReport, Diagnostic, DiagnosticError, Location

TEXT = "title: t\nmodel:\n  - p(x, z)\nstart: log p(x)\nsteps:\n{steps}claim: {claim}\n"
GOOD = TEXT.format(
    steps="  - eq: log (p(x, z) / p(z | x))\n", claim="log p(x) = log (p(x, z) / p(z | x))"
)
A_LINE = "start: '1'\nsteps: [{eq: '1'}]\nclaim: 1 = 1\n"
BAD = TEXT.format(steps="  - eq: log p(z)\n", claim="log p(x) = log p(z)")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for what is kept, as the command line is told of it."""
    monkeypatch.setenv("ELBO_VERIFY_CACHE", str(tmp_path / "kept"))
    monkeypatch.setattr(runs, "_SETTLED", -1)
    return tmp_path / "kept"


@pytest.fixture
def judgements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are judged, and not found."""
    from verifier.commands import judging as module

    found: list[str] = []
    judge = module._judged

    def judged(loaded: object, job: Job, *rest: object) -> DerivationReport:
        found.append(os.path.basename(job.file))
        return judge(loaded, job, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_judged", judged)
    return found


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command: its status, and what it printed."""

    def ran(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["elbo-verify", *map(str, arguments)])
        monkeypatch.setattr("gc.freeze", lambda: None)  # this process goes on
        status = main()
        return status, capsys.readouterr().out

    return ran


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


# -- reports as texts ----------------------------------------------------------------------------


def reports() -> Iterator[DerivationReport]:
    yield from (kept(row).report for row in SHIPPED)
    yield from (kept(file).report for file in WRONG_FILES[:20])
    yield from verify(text="title: t\nsteps: [1]\nfoo: 2\n").derivations
    out_of_range = "model: ['r(z_{1:T}) = prod_{t=1}^{T} r(z_t | z_{t-1})']"
    yield from verify(text=f"title: t\n{out_of_range}\n{A_LINE}").derivations


def test_a_report_is_read_back_as_it_was() -> None:
    for report in reports():
        again = records.loaded(records.dumped(report))
        assert repr(again) == repr(report)


def test_all_that_reports_are_made_of_is_known() -> None:
    """By name, with its fields: also what none of the reports above happens to hold."""
    kinds = [kind for kind in records._KINDS.values() if is_dataclass(kind)]
    assert {kind.__name__ for kind in kinds} >= {"StepReport", "Counterexample", "Expectation"}
    assert all(
        records._FIELDS[kind.__name__] == tuple(item.name for item in fields(kind))
        for kind in kinds
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", "null", "[]", "{}", "3", '{"Location": [1]}', '{"os.system": ["true"]}', "[" * 10**5),
        *('{"": [1]}', '{"a": 1, "b": 2}', '{"DerivationReport": []}', '{"Verdict": "proud"}'),
        *('{"Verdict": "proved"}', '{"Diagnostic": ["a", null]}', '{"DiagnosticError": ["a"]}'),
    ],
)
def test_what_is_no_report_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
        records.loaded(text)


def test_what_no_report_holds_is_not_written() -> None:
    (report,) = verify(text=GOOD).derivations
    with pytest.raises(TypeError):
        records.dumped(replace(report, problem=Diagnostic("a", None, {"b": object()})))


# -- from one run to the next --------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_unchanged_file_is_not_judged_again(
    tmp_path: Path, folder: Path, judgements: list[str], run: Run, form: str
) -> None:
    files = [written(tmp_path, "a.yaml", GOOD), written(tmp_path, "b.yaml", BAD)]
    first = run("--format", form, *files)
    assert first[0] == 1
    assert run("--format", form, *files) == first
    assert judgements == ["a.yaml", "b.yaml"]
    assert run("--format", form, "--no-cache", *files) == first
    assert judgements == ["a.yaml", "b.yaml"] * 2
    assert folder.exists()


@pytest.mark.usefixtures("folder")
def test_what_changed_is_judged_and_nothing_else(
    tmp_path: Path, judgements: list[str], run: Run
) -> None:
    notes = tmp_path / "notes"
    written(notes, "a.yaml", GOOD)
    other = written(notes, "b.yaml", BAD)
    run(notes)
    other.write_text(GOOD, encoding="utf-8")
    assert run(notes)[0] == 0
    assert judgements == ["a.yaml", "b.yaml"]  # b.yaml now says what a.yaml does
    other.write_text(BAD.replace("title: t", "title: u"), encoding="utf-8")
    assert run(notes)[0] == 1
    assert judgements == ["a.yaml", "b.yaml", "b.yaml"]
    written(notes, "more/c.yaml", BAD.replace("title: t", "title: v"))
    assert "3 files" in run(notes)[1]
    other.unlink()
    assert "2 files" in run(notes)[1]
    assert judgements[3:] == ["c.yaml"]


@pytest.mark.usefixtures("folder")
def test_each_option_has_an_answer_of_its_own(
    tmp_path: Path, judgements: list[str], run: Run
) -> None:
    file = written(tmp_path, "a.yaml", BAD + "expect: failed\n")
    statuses = {option: run(*option, file)[0] for option in [(), ("--expect",), ("-v",)]}
    assert {option: run(*option, file)[0] for option in statuses} == statuses
    assert judgements == ["a.yaml"]
    run("--necessity", file)
    assert judgements == ["a.yaml", "a.yaml"]


@pytest.mark.usefixtures("folder")
def test_a_file_is_judged_again_when_one_changes_that_it_uses(
    tmp_path: Path, judgements: list[str], run: Run
) -> None:
    used = written(tmp_path, "used.yaml", GOOD.replace("  - eq: ", "  - label: a\n    eq: "))
    steps = "  - so: log p(x) = log (p(x, z) / p(z | x))\n    using: used.yaml#a\n    by: combine\n"
    file = written(
        tmp_path, "a.yaml", f"title: t\nmodel:\n  - p(x, z)\nsteps:\n{steps}claim: {steps[8:47]}\n"
    )
    before = run("--format", "json", file)
    assert run("--format", "json", file) == before
    used.write_text(BAD.replace("  - eq: ", "  - label: a\n    eq: "), encoding="utf-8")
    assert run("--format", "json", file) != before
    used.unlink()
    assert run("--format", "json", file)[0] == 2
    assert judgements == ["a.yaml"] * 3


@pytest.mark.usefixtures("folder")
def test_what_a_project_says_counts_as_well(
    tmp_path: Path, judgements: list[str], run: Run
) -> None:
    notes = tmp_path / "notes"
    written(notes, "a.yaml", GOOD)
    skipped = written(notes, "b.yaml", "some: thing\n")
    assert run(notes)[0] == 0
    settings = written(tmp_path, "elbo-verify.toml", "strict = true\n")
    assert run(notes)[0] == 1  # nothing is cited
    assert judgements == ["a.yaml"] * 2
    settings.write_text('exclude = ["notes/a.yaml"]\n', encoding="utf-8")
    skipped.write_text(BAD, encoding="utf-8")
    assert "b.yaml" in run(notes)[1]
    assert judgements == ["a.yaml", "a.yaml", "b.yaml"]


@pytest.mark.parametrize("settings", ["", "strict = true\n"])
@pytest.mark.usefixtures("folder")
def test_a_document_is_not_judged_again(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, settings: str
) -> None:
    written(tmp_path, "elbo-verify.toml", settings)
    notes = written(tmp_path, "notes.md", "$$ \\log p(x) = \\log \\int p(x, z)\\,dz $$\n")
    other = written(tmp_path, "other.md", "$$ p(x) = p(z) $$\n")
    first = run("--format", "json", notes)
    assert first[0] == 0
    monkeypatch.setattr("verifier.documents.document.check_document", lambda *_: 1 / 0)
    assert run("--format", "json", notes) == first
    assert run(notes)[0] == 0  # printed otherwise, from the same report
    assert run(other)[0] == 70


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda data: data[: len(data) // 2],
    "a byte": lambda data: data[:-9] + b"?" + data[-8:],
    "binary": lambda _: bytes(range(256)),
    "no entry of ours": lambda _: sealed('{"text": 3}'),
    "no mapping": lambda _: sealed("[]"),
    "no report": lambda _: sealed('{"uses": {}, "report": "{}"}'),
    "no uses": lambda _: sealed('{"uses": 1, "report": "{}", "folders": {}, "text": "lies"}'),
}


def sealed(body: str) -> bytes:
    return f"{store.text_digest(body)}\n{body}".encode()


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_is_as_good_as_none(
    tmp_path: Path, folder: Path, judgements: list[str], run: Run, damage: str
) -> None:
    file = written(tmp_path, "a.yaml", GOOD)
    before = run(file)
    entries = [entry for entry in folder.rglob("*") if entry.is_file()]
    assert len(entries) == 2  # the report, and what the run printed
    for entry in entries:
        entry.write_bytes(DAMAGE[damage](entry.read_bytes()))
    assert run(file) == before
    assert judgements == ["a.yaml"] * 2
    assert run(file) == before
    assert judgements == ["a.yaml"] * 2


@pytest.mark.usefixtures("folder")
def test_another_version_of_the_program_knows_nothing_of_it(
    tmp_path: Path,
    judgements: list[str],
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = written(tmp_path, "a.yaml", GOOD)
    run(file)
    monkeypatch.setattr(store, "_program", lambda: iter(["another"]))
    run(file)
    assert judgements == ["a.yaml"] * 2


def test_the_program_is_every_module_and_table_of_it() -> None:
    named = {part[0] for part in store._program() if isinstance(part, tuple)}
    assert {"judge.py", "rules.toml", "sympy"} - named == {"judge.py"}
    assert {file.name for file in (ROOT / "verifier").rglob("*.py")} <= named


@pytest.mark.parametrize("place", ["a file", "/dev/null/x", "a\0b", ""])
def test_where_nothing_can_be_kept_it_only_takes_longer(
    tmp_path: Path, judgements: list[str], run: Run, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    if place == "a file":
        place = str(written(tmp_path, "place", ""))
    if "\0" in place:
        monkeypatch.setattr("verifier.kept.command.usual_folder", lambda: place)
    else:
        monkeypatch.setenv("ELBO_VERIFY_CACHE", place)
    file = written(tmp_path, "a.yaml", GOOD)
    assert run(file)[0] == run(file)[0] == 0
    assert judgements == ["a.yaml"] * 2


@pytest.mark.usefixtures("folder")
def test_an_error_of_ours_is_not_kept(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, "a.yaml", GOOD)
    with monkeypatch.context() as patched:
        patched.setattr("verifier.judge.file.checked_file", lambda *_: 1 / 0)
        assert run(file)[0] == 70
    assert run(file)[0] == 0


def test_old_entries_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_MOST", 3)
    own = Store(str(tmp_path))
    for number in range(2000):
        own.keep(number, number)
    assert own.found(1999) == 1999
    assert {len([*shelf.iterdir()]) for shelf in tmp_path.iterdir()} <= {1, 2, 3}


def test_a_run_that_is_known_imports_nothing_heavy(tmp_path: Path) -> None:
    file = written(tmp_path, "a.yaml", GOOD)
    program = (
        "import sys; from verifier.__main__ import main; status = main();"
        "print(status, {'sympy', 'numpy', 'yaml', 'rich', 'dataclasses'} & {*sys.modules})"
    )
    environment = {**os.environ, "ELBO_VERIFY_CACHE": str(tmp_path / "kept")}
    said = [
        subprocess.run(
            [sys.executable, "-c", program, str(file)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for _ in range(2)
    ]
    assert said[0][:-1] == said[1][:-1]
    assert said[1][-1] == "0 set()"


# -- several processes ---------------------------------------------------------------------------


def test_processes_say_what_one_says(tmp_path: Path) -> None:
    names = ["b.yaml", "a.yaml", "d.yaml", "c.yaml"]
    texts = [GOOD, BAD, "title: [", GOOD.replace("p(x, z)", "p(z, x)")]
    files = [written(tmp_path, name, text) for name, text in zip(names, texts, strict=True)]
    kept = Reports(Store(str(tmp_path / "kept")))
    several = verify(*files, tmp_path / "none.yaml", processes=2, kept=kept)
    assert repr(several) == repr(verify(*files, tmp_path / "none.yaml"))
    assert set(kept.uses) >= {*map(str, files), str(tmp_path / "none.yaml")}
    assert repr(verify(*files, kept=kept)) == repr(verify(*files))


def _die(file: str) -> Source:
    raise SystemExit(os._exit(3)) from OSError(file)


def test_a_diagnostic_without_data_comes_back_from_a_process() -> None:
    said = Diagnostic("nothing-to-judge", Location(1, 1, 1, 1))
    assert pickle.loads(pickle.dumps(said)) == said


def test_whatever_is_to_be_judged_can_be_sent_to_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("empty", "bad", "good"):
        Path(folder).mkdir()
    written(tmp_path / "bad", "pyproject.toml", "[tool.elbo-verify]\nincldue = ['a']\n")
    for folder in ("bad", "good"):
        written(tmp_path / folder, "a.yaml", GOOD)
        written(tmp_path / folder, "b.md", "$$1 = 1$$\n")
    paths = ["empty", "bad", "bad/a.yaml", "bad/b.md", "good", "good/b.md", "none.yaml", "none.md"]
    found, _ = jobs(*paths)
    assert len(found) >= len(paths)
    for job in found:
        sent = pickle.loads(pickle.dumps(job))
        assert said(sent) == said(job)
    assert {said(job) for job in found} >= {"project-file", "no-derivations", "unreadable", ""}


def said(job: Job) -> str:
    try:
        job.read()
    except DiagnosticError as error:
        return error.diagnostic.code
    return ""


def test_a_process_that_dies_loses_its_own_file_alone(tmp_path: Path) -> None:
    good = [written(tmp_path, f"{n}.yaml", GOOD) for n in range(3)]
    due = [Job(str(file), partial(read_source, str(file))) for file in good]
    due.insert(1, Job("dies.yaml", partial(_die, "dies.yaml")))
    found = [report for report, _ in pool.in_processes(due, Asked(), None, 2)]
    assert [report.file for report in found] == [job.file for job in due]
    assert [report.verdict.value for report in found] == ["verified", "error", *["verified"] * 2]
    assert found[1].error is not None
    assert found[1].error.code == "process-died"


COPIED = """
import os, sys, time
from functools import partial
from verifier.commands import ahead, several
from verifier.commands.jobs import Job
from verifier.commands.judging import Asked
from verifier.derivation.source import read_source

def read(file):
    if "dies" in file:
        os._exit(3)
    if "late" in file:
        time.sleep(1)
    return read_source(file)

if __name__ == "__main__":
    assert ahead.may_copy()
    several._HEAD_START = float(sys.argv[1])
    due = [Job(file, partial(read, file)) for file in sys.argv[2:]]
    with several.in_processes(due, Asked(), None, 2) as answers:
        for report, _ in answers:
            print(report.file, report.error.code if report.error else report.verdict.value)
    print("multiprocessing" in sys.modules)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be copied here")
@pytest.mark.parametrize(
    ("head", "names", "others"),
    [(60, "a late b", False), (60, "a dies b", True), (0.5, "late a", True)],
    ids=["in time", "one dies", "late"],
)
def test_a_few_files_are_judged_by_a_copy(
    tmp_path: Path, head: float, names: str, others: bool
) -> None:
    """Others begin where it dies, or is late: it is waited for, or asked once more, and each file
    has its report, in its place."""
    files = [written(tmp_path, f"{name}.yaml", GOOD) for name in names.split()]
    script = written(tmp_path, "copied.py", COPIED)
    command = [sys.executable, "-W", "error", *map(str, (script, head, *files))]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [f"{f} {'process-died' if f.stem == 'dies' else 'verified'}" for f in files]
    assert (run.stdout.splitlines(), run.stderr) == ([*said, str(others)], "")


def _late(file: str) -> Source:
    time.sleep(30)
    Path(file).touch()
    return _die(file)


def test_what_is_left_off_is_not_waited_for(tmp_path: Path) -> None:
    good, late = written(tmp_path, "good.yaml", GOOD), tmp_path / "late"
    due = [Job(str(good), partial(read_source, str(good))), Job("slow", partial(_late, str(late)))]
    answers = pool.in_processes(due, Asked(), None, 2)
    assert isinstance(answers, Generator)
    assert next(answers)[0].verdict.value == "verified"
    answers.close()  # as an interrupt does
    assert not late.exists()
    assert not multiprocessing.active_children()


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="no masks of signals")
def test_no_interrupt_comes_while_processes_are_started() -> None:
    """One that is started halfway complains of it, where all were to be quiet."""
    found = []
    starter = pool._starter()
    with starter:
        found.append(starter.submit(signal.pthread_sigmask, signal.SIG_BLOCK, []).result())
        multiprocessing.resource_tracker.ensure_running()
        found.append(starter.submit(signal.pthread_sigmask, signal.SIG_BLOCK, []).result())
    assert all(signal.SIGINT in blocked for blocked in found)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are looked at in /proc")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize(("number", "at_work"), [(2, 1), (9, 2)], ids=["a copy", "several"])
def test_no_process_is_left_behind(
    tmp_path: Path, number: int, at_work: int, ending: signal.Signals
) -> None:
    long = SHIPPED["papers/diffusion"]
    files = [shutil.copy(long, tmp_path / f"{n}.yaml") for n in range(number)]
    process = subprocess.Popen(
        [sys.executable, "-m", "verifier", "--jobs", "2", "--no-cache", *files],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    children = f"/proc/{process.pid}/task/{process.pid}/children"
    seen: list[str] = []
    until(lambda: len(seen.__iadd__(Path(children).read_text().split())) >= at_work, seen.clear)
    process.send_signal(ending)
    out, err = process.communicate(timeout=60)
    assert (out, err if ending is signal.SIGINT else "") == ("", "")
    assert process.returncode == (130 if ending is signal.SIGINT else -signal.SIGKILL)
    until(lambda: not any(running(worker) for worker in seen))


def running(process: str) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(holds: Callable[[], bool], between: Callable[[], object] = bool) -> None:
    for _ in range(600):
        if holds():
            return
        between()
        time.sleep(0.1)
    pytest.fail("it never came to that")


def test_the_number_of_processes_is_asked_for(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real = pool.in_processes

    def noted(due: list[Job], *rest: object) -> Iterator[object]:
        asked.append(rest[-1])  # type: ignore[arg-type]
        return real(due, *rest[:-1], 1)  # type: ignore[arg-type, call-arg]

    monkeypatch.setattr(pool, "in_processes", noted)
    monkeypatch.setattr("verifier.kept.command.cores", lambda: 3)
    files = [written(tmp_path, f"{n}.yaml", GOOD) for n in range(2)]
    for option in ([], ["--jobs", "2"], ["--jobs", "1"]):
        assert json.loads(run("--format", "json", *option, *files)[1])["verdict"] == "verified"
    assert asked == [3, 2]


def test_shares_are_together_the_whole(tmp_path: Path, folder: Path, run: Run) -> None:
    for n in range(5):
        written(tmp_path / "notes", f"{n}.yaml", GOOD)
    found = []
    for share in ("1/2", "2/2"):
        status, text = run("--format", "json", "--shard", share, tmp_path / "notes")
        assert status == 0
        found.append([Path(each["file"]).name for each in json.loads(text)["derivations"]])
    assert run("--shard", "9/9", tmp_path / "notes") == (0, "")
    assert found == [["0.yaml", "2.yaml", "4.yaml"], ["1.yaml", "3.yaml"]]
    assert folder.exists()


@pytest.mark.parametrize("share", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3", "¹/2"])
def test_what_is_no_share_is_refused(run: Run, share: str) -> None:
    assert run("--shard", share, "a.yaml")[0] == 2
