"""`verify`: files, folders or a text to a Report, whatever is wrong with any of them."""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from verifier import verify
from verifier.commands.fix import fix
from verifier.derivation.derivation import Derivation
from verifier.messages import hint, message
from verifier.outcome import DerivationReport, DiagnosticError, FileVerdict, Progress
from verifier.report import machine, plain

Install = Callable[[Callable[..., DerivationReport]], None]

TEXT = "title: {title}\nmodel: []\nstart: 1\nsteps:\n  - eq: 1\nclaim: 1 = 1\n"


def derivation(folder: Path, name: str, title: str = "verified", extra: str = "") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(TEXT.format(title=title) + extra, encoding="utf-8")
    return file


def verdicts(*paths: Path) -> list[tuple[str, str]]:
    report = verify(*paths)
    return [(Path(one.file).name, str(one.verdict)) for one in report.derivations]


@pytest.mark.usefixtures("obedient_judge")
def test_trouble_with_one_file_loses_no_other(tmp_path: Path) -> None:
    titles = ["verified", "RecursionError", "failed", "MemoryError", "bug", "error", "verified"]
    files = [derivation(tmp_path, f"{n}.yaml", title) for n, title in enumerate(titles)]
    unread = tmp_path / "none.yaml"
    assert [verdict for _, verdict in verdicts(*files, unread)] == [
        *("verified", "error", "failed", "error", "error", "error", "verified", "error")
    ]


@pytest.mark.usefixtures("obedient_judge")
def test_exception_is_an_internal_error_without_traceback(tmp_path: Path) -> None:
    (found,) = verify(derivation(tmp_path, "a.yaml", "bug", "expect: failed\n")).derivations
    assert found.internal
    assert found.expected is FileVerdict.FAILED
    assert found.error is not None
    said = message(found.error)
    assert "KeyError at conftest.py:" in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("obedient_judge")
def test_folder_is_every_yaml_below_it_in_order(tmp_path: Path) -> None:
    for name in ("b.yaml", "a/c.yaml", "a.yaml", ".git/d.yaml", ".e.yaml", "f.yml", "g.txt"):
        derivation(tmp_path, name)
    assert verdicts(tmp_path) == [
        ("a.yaml", "verified"),
        ("c.yaml", "verified"),
        ("b.yaml", "verified"),
        ("f.yml", "verified"),
    ]


OTHERS = {
    "workflow.yml": "name: test\non: push\njobs:\n  test:\n    steps:\n      - run: make\n",
    "anchors.yaml": "a: &a [1]\nb: *a\n",
    "two.yaml": "a: 1\n---\nb: 2\n",
    "list.yaml": "- 1\n",
    "empty.yaml": "",
    "no.yaml": "title: [",
    # what others write with `steps`, or `model`
    "azure-pipelines.yml": "trigger: [main]\nparameters: []\nsteps:\n- script: make\n",
    "buildkite.yaml": "steps:\n  - label: test\n    command: make\n",
    "cloudbuild.yaml": "steps:\n- name: gcr.io/docker\n  args: [build]\nimages: [x]\n",
    "train.yaml": "title: run 3\nmodel: resnet50\nsteps: 1000\nseed: 1\n",
    "sweep.yaml": "model: unet\nsteps: [1000, 2000]\n",
    "broken-pipeline.yaml": "steps:\n- script: [\n",
    "large.yaml": "paths: x\n" * 200_000,
    "latin.yaml": "name: caf\udce9\n",
}
BROKEN = {  # which are derivations all the same
    "open.yaml": "title: [\nsteps:\n",
    "misspelt.yaml": TEXT.format(title="t").replace("steps", "stepps"),
    "flow.yaml": "{title: t, steps: [], steps: []}",
    "bracket.yaml": "{title: t, 'steps': [}",
}


@pytest.mark.usefixtures("obedient_judge")
def test_what_is_no_derivation_is_skipped_and_counted(tmp_path: Path) -> None:
    derivation(tmp_path, "a.yaml")
    for name, text in {**OTHERS, **BROKEN}.items():
        (tmp_path / name).write_bytes(os.fsencode(text))
    report = verify(tmp_path)
    found = {Path(one.file).name: str(one.verdict) for one in report.derivations}
    assert found == {"a.yaml": "verified", **dict.fromkeys(BROKEN, "error")}
    assert report.skipped == len(OTHERS)
    assert plain.render(report).endswith(f"5 files: 1 verified, 4 error; {len(OTHERS)} skipped\n")
    assert json.loads(machine.render(report))["skipped"] == len(OTHERS)
    for name in OTHERS:  # named itself it must be one
        assert verify(tmp_path / name).verdict == "error"


@pytest.mark.usefixtures("obedient_judge")
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "latin-1"])
def test_a_derivation_that_can_t_be_read_is_an_error_of_a_folder(
    encoding: str, tmp_path: Path
) -> None:
    """Not one of the files that are none; and a pipe isn't waited for."""
    derivation(tmp_path, "a.yaml")
    (tmp_path / "b.yaml").write_bytes(TEXT.format(title="caf\xe9").encode(encoding))
    os.mkfifo(tmp_path / "c.yaml")
    report = verify(tmp_path)
    codes = [one.error.code if one.error else "" for one in report.derivations]
    assert (codes, report.skipped) == (["", "not-utf-8", "not-a-file"], 0)


# -- settings of a project -----------------------------------------------------------------------


@pytest.mark.usefixtures("obedient_judge")
@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ("", "a.yaml b.yml old/c.yaml sub/d.yaml"),
        ("include = ['*.yml']", "b.yml"),
        ("include = 'sub'", "sub/d.yaml"),
        ("exclude = ['old', 'a.*']", "b.yml sub/d.yaml"),
        ("include = ['*/*.yaml', '*.drv']\nexclude = ['old/']", "e.drv sub/d.yaml"),
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_what_of_a_folder_is_judged(settings: str, names: str, above: bool, tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yml", "old/c.yaml", "sub/d.yaml", "e.drv"):
        derivation(tmp_path / "p", name)
    (tmp_path / "p" / "elbo-verify.toml").write_text(settings)
    report = verify(tmp_path if above else tmp_path / "p")
    found = [os.path.relpath(one.file, tmp_path / "p") for one in report.derivations]
    assert sorted(found) == names.split()
    assert report.skipped == 0
    assert verify(tmp_path / "p/old/c.yaml").verdict == "verified"


@pytest.mark.parametrize("name", ["elbo-verify.toml", "pyproject.toml"])
def test_a_project_may_be_strict(name: str, tmp_path: Path) -> None:
    head = "[tool.elbo-verify]\n" if name == "pyproject.toml" else ""
    step = "-E_{q(z)}[log p(z) - log q(z)]"
    text = f"title: t\nmodel: [p(z), q(z)]\nstart: KL(q(z) || p(z))\nsteps:\n- eq: {step}\n"
    text += f"  by: kl\nclaim: KL(q(z) || p(z)) = {step}\n"
    for place, extra in (("a.yaml", ""), ("own.yaml", "strict: false\n")):
        (tmp_path / place).write_text(text + extra)
    assert verify(tmp_path).exit_status() == 0
    (tmp_path / name).write_text(f"{head}strict = true\n")
    assert verdicts(tmp_path) == [("a.yaml", "failed"), ("own.yaml", "verified")]
    (report,) = fix(tmp_path / "a.yaml").derivations
    assert [message(found) for found in report.fixes or ()] == [
        "step 1: by: kl -> [log-rules, linearity, kl]"
    ]
    assert verify(tmp_path).exit_status() == 0
    assert verify(text=text).exit_status() == 0  # a text is of no project


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("= 3", "not TOML: Invalid"),
        ("strict = 'yes'", "the setting `strict` is `true` or `false`"),
        ("include = [3]", "the setting `include` is a list of texts"),
        ("format = 3", "the setting `format` is a text"),
        ("strikt = true", "there is no setting `strikt`, only `include`, "),
    ],
)
def test_settings_that_can_t_be_read(settings: str, said: str, tmp_path: Path) -> None:
    derivation(tmp_path, "a.yaml")
    (tmp_path / "elbo-verify.toml").write_text(settings)
    for path in (tmp_path, tmp_path / "a.yaml"):
        (found,) = verify(path).derivations
        assert found.error is not None
        assert said in message(found.error)
        assert "elbo-verify.toml` can't be read" in message(found.error)


def test_folder_without_derivations_is_an_error(tmp_path: Path) -> None:
    (found,) = verify(tmp_path).derivations
    assert found.error is not None
    assert found.error.code == "no-derivations"


@pytest.mark.usefixtures("obedient_judge")
def test_same_path_twice_is_judged_once(tmp_path: Path) -> None:
    file = derivation(tmp_path, "a.yaml")
    assert len(verify(file, str(file)).derivations) == 1


@pytest.mark.usefixtures("obedient_judge")
def test_path_of_several_lines_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    derivation(tmp_path, "two\nlines/a\nb.yaml")
    monkeypatch.chdir(tmp_path)
    for path in ("two\nlines/a\nb.yaml", "two\nlines", b"two\nlines"):
        (found,) = verify(path).derivations
        assert (found.file, found.verdict) == ("two\nlines/a\nb.yaml", FileVerdict.VERIFIED)


@pytest.mark.usefixtures("obedient_judge")
def test_text() -> None:
    (found,) = verify(text=TEXT.format(title="failed")).derivations
    assert (found.file, found.verdict) == ("<text>", FileVerdict.FAILED)
    assert verify(TEXT.format(title="failed")).derivations == (found,)


@pytest.mark.parametrize(("paths", "text"), [((), None), (("a.yaml",), "title: a")])
def test_paths_or_one_text(paths: tuple[str, ...], text: str | None) -> None:
    with pytest.raises(TypeError):
        verify(*paths, text=text)


@pytest.mark.parametrize("text", [b"title: a", 3, ["title: a"]])
def test_a_text_is_a_str(text: object) -> None:
    said = f"verify\\(\\) takes a text as a str, not as {type(text).__name__}"
    with pytest.raises(TypeError, match=said):
        verify(text=text)  # type: ignore[arg-type]


@pytest.mark.usefixtures("obedient_judge")
def test_progress_tells_each_file_before_it_is_judged(tmp_path: Path) -> None:
    files = [str(derivation(tmp_path, name)) for name in ("a.yaml", "b.yaml")]
    seen: list[Progress] = []
    verify(*files, progress=seen.append)
    assert seen == [Progress(files[0], 1, 2), Progress(files[1], 2, 2)]


@pytest.mark.usefixtures("obedient_judge")
def test_threads_do_not_disturb_one_another(tmp_path: Path) -> None:
    files = [derivation(tmp_path, f"{n}.yaml", "failed" if n % 3 else "bug") for n in range(24)]
    alone = [verify(file) for file in files]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(verify, files)) == alone


def judge_of_neighbour(
    derivation: Derivation, load: Callable[[str], Derivation]
) -> DerivationReport:
    title = load("../b/other.yaml").title
    return DerivationReport(derivation.source.name, title, FileVerdict.VERIFIED)


def test_other_files_are_found_beside_the_file(tmp_path: Path, install_judge: Install) -> None:
    install_judge(judge_of_neighbour)
    (tmp_path / "elbo-verify.toml").touch()
    derivation(tmp_path, "b/other.yaml", "the other")
    (found,) = verify(derivation(tmp_path, "a/this.yaml")).derivations
    assert found.title == "the other"


SECRET = "token: hunter2\n"
# What is used from d/user.yaml, with what there is beside it, and the code of the error.
REACHED: dict[str, tuple[str, dict[str, str], str | None]] = {
    "beside": ("lemma.yaml", {}, None),
    "below": ("sub/lemma.yaml", {}, None),
    "up and down again": ("../d/lemma.yaml", {}, None),
    "above": ("../lemma.yaml", {}, "outside"),
    "above, and not there": ("../none.yaml", {}, "outside"),
    "by its full name": ("/etc/hostname", {}, "outside"),
    "a link out": ("out.yaml", {}, "outside"),
    "through a folder that is a link": ("linked/lemma.yaml", {}, "outside"),
    "above, in a project": ("../lemma.yaml", {"elbo-verify.toml": ""}, None),
    "above a project": ("../lemma.yaml", {"d/elbo-verify.toml": ""}, "outside"),
    "in a project of Python's": (
        "../lemma.yaml",
        {"pyproject.toml": "tool.elbo-verify = {}"},
        None,
    ),
    "in another's": ("../lemma.yaml", {"pyproject.toml": "[tool.other]\n# elbo-verify"}, "outside"),
    "in what can't be read": ("../lemma.yaml", {"elbo-verify.toml": "= 3"}, "project-file"),
    "a secret": ("secret.yaml", {}, "other-file"),
    "no YAML": ("secret.txt", {}, "other-file"),
    "a folder": ("sub", {}, "other-file"),
    "a device": ("/dev/zero", {}, "outside"),
}


@pytest.mark.parametrize("case", REACHED)
def test_what_a_file_may_use(case: str, tmp_path: Path) -> None:
    """What lies below its folder or its project, links resolved; nothing else is looked at, and
    nothing quoted of what is no derivation."""
    name, files, code = REACHED[case]
    for lemma in ("lemma.yaml", "d/lemma.yaml", "d/sub/lemma.yaml", "e/lemma.yaml"):
        derivation(tmp_path, lemma)
    beside = {"d/secret.yaml": SECRET, "d/secret.txt": f"{{{SECRET}: [", **files}
    for path, text in beside.items():
        (tmp_path / path).write_text(text)
    (tmp_path / "d/out.yaml").symlink_to("../lemma.yaml")
    (tmp_path / "d/linked").symlink_to("../e")
    step = f"  - {{so: 1 = 1, using: {name}#claim}}\n"
    text = TEXT.format(title="t").replace("start: 1\n", "").replace("  - eq: 1\n", step)
    (tmp_path / "d/user.yaml").write_text(text)
    (found,) = verify(tmp_path / "d/user.yaml").derivations
    assert (found.error and found.error.code) == code
    for error in found.errors:
        assert not {"hunter2", "token"} & {*message(error).replace("`", " ").split()}
        assert "hunter2" not in repr(error)


def test_the_hint_for_what_lies_outside_works(tmp_path: Path) -> None:
    derivation(tmp_path, "lemma.yaml")
    step = "  - {so: 1 = 1, using: ../lemma.yaml#claim}\n"
    text = TEXT.format(title="t").replace("start: 1\n", "").replace("  - eq: 1\n", step)
    user = derivation(tmp_path, "d/user.yaml")
    user.write_text(text)
    (found,) = verify(user).derivations
    assert found.error is not None
    assert "`elbo-verify.toml`, empty or not" in str(hint(found.error))
    (tmp_path / "elbo-verify.toml").touch()
    assert verify(user).verdict == "verified"


def test_trouble_in_another_file_has_no_place_in_this_one(
    tmp_path: Path, install_judge: Install
) -> None:
    install_judge(judge_of_neighbour)
    (tmp_path / "elbo-verify.toml").touch()
    (found,) = verify(derivation(tmp_path, "a/this.yaml")).derivations
    assert found.error is not None
    assert found.error.code == "other-file"
    assert found.error.location is None
    assert message(found.error).endswith("can't be used: can't be read: no such file or directory")


def test_error_of_the_judge_is_the_file_s(tmp_path: Path, install_judge: Install) -> None:
    def judge(derivation: Derivation, _: Callable[[str], Derivation]) -> DerivationReport:
        raise DiagnosticError(derivation.claim.unknown("unknown-label", ["1 = 2"]))

    install_judge(judge)
    (found,) = verify(derivation(tmp_path, "a.yaml", extra="expect: error\n")).derivations
    assert found.error is not None
    assert found.error.data == {"name": "1 = 1", "near": ("1 = 2",)}
    assert not found.internal
    assert found.as_expected


def test_nothing_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], install_judge: Install
) -> None:
    install_judge(judge_of_neighbour)
    verify(derivation(tmp_path, "a.yaml"), tmp_path / "none", os.devnull)
    assert capsys.readouterr() == ("", "")


def test_importing_the_package_is_cheap() -> None:
    program = (
        "import sys; before = {*sys.modules}; import verifier;"
        "print(sorted({*sys.modules} - before))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "['verifier', 'verifier.version']\n"


def test_no_module_has_the_name_of_what_the_package_gives() -> None:
    # Importing it would put the module where the function is looked up.
    import verifier

    modules = {module.name for module in pkgutil.iter_modules(verifier.__path__)}
    assert not modules & {*verifier.__all__}


def test_unknown_attribute_is_an_attribute_error() -> None:
    import verifier

    with pytest.raises(AttributeError, match="nonsense"):
        _ = verifier.nonsense
