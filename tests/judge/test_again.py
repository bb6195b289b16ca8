"""A file that is judged again, edited, gets the report that it gets from the top, to the byte."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from derivation_table import ROOT

from verifier import verify
from verifier.judge import again
from verifier.judge.chain import check_and_explain
from verifier.judge.environment import Environment
from verifier.judge.task import CheckedStep, Task
from verifier.kept.records import dumped
from verifier.kept.reports import Reports

NAMES = ("kl.yaml", "concordance/slides-tight.yaml")
NORMALISED = "  - eq: E_{q(z)}[log q(z) - log p(x, z)] + log p(x)\n    by: normalisation\n"
EDITS = {
    "a line": ("dz + int q(z) log p(x) dz", "dz + int q(z) log p(x) dz + log 1"),
    "a line that is false": ("(log q(z) - log p(x, z)) dz", "(log q(z) + log p(x, z)) dz"),
    "a line that can't be read": ("+ E_{q(z)}[log p(x)]", "+ E_{q(z)}[log p(x)"),
    "a line more": ("    by: chain-rule\n    note: Chain", f"    by: chain-rule\n{NORMALISED}  #"),
    "a line less": (NORMALISED, "  # gone\n"),
    "rules": ("[rearrange, linearity]", "[rearrange, linearity, log-rules]"),
    "wrong rules": ("by: gibbs", "by: jensen"),
    "no rules": ("    by: [log-rules, linearity, kl]\n", ""),
    "a label": ("label: gap", "label: evidence"),
    "a remark and places": ("strict: true", "# nothing\n\nstrict: true"),
    "the claim": ("claim: log p(x) >=", "claim: 2 log p(x) >= log p(x) +"),
    "support": ("  - finite all\n", ""),
    "another family": ("  - q(z)\n", "  - q(z)\n  - r(x)\n"),
    "strictness": ("strict: true\n", ""),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two derivations, of which one uses the other."""
    made = tmp_path_factory.mktemp("project")
    (made / "elbo-verify.toml").write_text("")
    for name in NAMES:
        (made / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "derivations" / name, made / name)
    return made


@pytest.fixture(scope="module")
def kept(folder: Path) -> Reports:
    """What is known of both, as a host that asks again and again keeps it."""
    kept = Reports(None)
    verify(folder / NAMES[0], kept=kept)
    verify(folder / NAMES[1], kept=kept)
    return kept


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_file_is_judged_as_from_the_top(folder: Path, kept: Reports, edit: str) -> None:
    file, (old, new) = folder / NAMES[0], EDITS[edit]
    before = file.read_text(encoding="utf-8")
    assert before.count(old) == 1
    try:
        file.write_text(before.replace(old, new), encoding="utf-8")
        assert _said(file, kept) == _said(file)
        if edit in ("a label", "a line that is false"):  # what uses it has changed with it
            assert _said(folder / NAMES[1], kept) == _said(folder / NAMES[1])
    finally:
        file.write_text(before, encoding="utf-8")
    assert _said(file, kept) == _said(file)


def test_what_is_the_same_is_not_proved_again(
    folder: Path, kept: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, asked = folder / NAMES[0], list[int]()

    def check(environment: Environment, task: Task) -> CheckedStep:
        asked.append(task.report.index)
        return check_and_explain(environment, task)

    monkeypatch.setattr(again, "check_and_explain", check)
    before = file.read_text(encoding="utf-8")
    verify(file, kept=kept)
    try:
        old, new = EDITS["a line"]
        file.write_text(before.replace(old, new), encoding="utf-8")
        verify(file, kept=kept)
        # the line, and the next, which goes on from it
        assert asked == [4, 5]
    finally:
        file.write_text(before, encoding="utf-8")


def test_what_is_kept_of_several_files_is_what_was_proved(folder: Path) -> None:
    kept = Reports(None)
    both = verify(folder, kept=kept)
    assert [dumped(each) for each in both.derivations] == [
        _said(Path(each.file)) for each in both.derivations
    ]
    assert all(len(each.environment.context.store.nodes) == 0 for each in kept.checked.values())


def _said(file: Path, kept: Reports | None = None) -> str:
    (report,) = verify(file, kept=kept).derivations
    return dumped(report)
