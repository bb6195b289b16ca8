"""What works on derivations works on documents."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import cli
from verifier import verify
from verifier.commands.fix import fix
from verifier.commands.mutate import mutate
from verifier.commands.replay import replay
from verifier.outcome import Fate
from verifier.report import machine

NOTES = r"""# Notes

$$
\begin{align}
\log p(x) &= \log \int p(x, z) dz \\
 &\ge E_{q(z)}[\log p(x, z) - \log q(z)]
\end{align}
$$

> $$ KL(q(z) \| p(z | x)) \ge 0 $$

By Bayes:
$$ p(z | x) = \frac{p(x | z) p(z)}{p(x)} \quad \text{(Bayes)} $$
"""
Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return written


# -- --fix -----------------------------------------------------------------------------------------

# The comments that are written, and what stands below each.
FIXED = {
    "a.md": (
        NOTES,
        {
            "<!-- elbo: by: marginalisation, jensen -->": "$$",
            "> <!-- elbo: by: gibbs -->": r"> $$ KL(q(z) \| p(z | x)) \ge 0 $$",
        },
    ),
    "a.tex": (
        "\\begin{align}\np(x) &= \\int p(x, z) dz \\quad \\text{(Jensen)}\n\\end{align}\n",
        {"% elbo: by: marginalisation": r"\begin{align}"},
    ),
    "a.rst": (
        "Text\n\n.. math::\n\n   p(x) = \\int p(x, z) dz\n",
        {".. elbo: by: marginalisation": ".. math::"},
    ),
    "a.py": (
        'r"""Text\n\n$$ p(x) = \\int p(x, z) dz $$\n"""\n',
        {"<!-- elbo: by: marginalisation -->": r"$$ p(x) = \int p(x, z) dz $$"},
    ),
}


@pytest.mark.parametrize("name", FIXED)
def test_rules_are_written_above_displays(name: str, write: Write) -> None:
    text, comments = FIXED[name]
    document = write(name, text)
    (report,) = fix(document).derivations
    assert report.unfixed is None
    assert [said.code for said in report.fixes or ()] == ["commented"] * len(comments)
    lines = document.read_text(encoding="utf-8").splitlines()
    assert {line: lines[at + 1] for at, line in enumerate(lines) if "elbo:" in line} == comments
    assert [line for line in lines if "elbo:" not in line] == text.splitlines()
    (again,) = fix(document).derivations
    assert not again.fixes
    assert not any(r.code == "reason-not-needed" for step in again.steps for r in step.remarks)


def test_what_begins_within_a_line_is_left_alone(write: Write) -> None:
    document = write("a.ipynb", json.dumps(
        {"cells": [{"cell_type": "markdown", "source": "$$ p(x) = \\int p(x, z) dz $$"}]}
    ))  # fmt: skip
    (report,) = fix(document).derivations
    assert [said.code for said in report.fixes or ()] == ["not-commented"]


# -- comments --------------------------------------------------------------------------------------

LEMMA = """\
title: A lemma
model: [p(x, z), 'q(z | x)']
start: log p(x)
steps:
  - ge: E_{q(z | x)}[log p(x, z) - log q(z | x)]
    label: bound
claim: log p(x) >= E_{q(z | x)}[log p(x, z) - log q(z | x)]
"""
BOUND = r"$$ \log p(x) \ge E_{q(z | x)}[\log p(x, z) - \log q(z | x)] $$"
COMMENTED = {
    "<!-- elbo: read: KL(q || p) = KL(q(z | x) || p(z)); E_q = q(z | x) -->\n"
    r"$$ E_q[\log p(x, z) - \log q(z|x)] = E_q[\log p(x|z)] - KL(q \| p) $$": ["proved"],
    "<!-- elbo: document; read: E = q(z | x) -->\n\n# One\n\n"
    r"$$ \log p(x) = E[\log p(x)] + E_{q(z|x)}[0] $$": ["proved"],
    "<!-- elbo: reasons: strict -->\n"
    r"$$ p(x) = \int p(x, z) dz \quad \text{(by Bayes)} $$": ["wrong-rule"],
    "<!-- elbo: by: bayes-rule -->\n$$ p(x) = \\int p(x, z) dz $$": ["proved"],
    f"<!-- elbo: file: lemma.yaml -->\n{BOUND}": ["proved"],
}  # fmt: skip


@pytest.mark.parametrize("text", COMMENTED)
def test_what_comments_say(text: str, write: Write) -> None:
    write("lemma.yaml", LEMMA)
    (report,) = verify(write("a.md", text)).derivations
    assert [step.verdict for step in report.steps] == COMMENTED[text]


WRONG = {
    "<!-- elbo: modle: p(x) -->": "unknown-comment-key",
    "<!-- elbo: read: E under q(z) -->": "unread-reading",
    "<!-- elbo: file: nowhere.yaml -->": "other-file",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_comments_may_not_say(text: str, write: Write) -> None:
    report = verify(write("a.md", f"{text}\n{BOUND}\n"))
    assert report.exit_status() == 2
    assert report.derivations[0].error is not None
    assert report.derivations[0].error.code == WRONG[text]


# -- folders ---------------------------------------------------------------------------------------


def test_folders_hold_documents_that_a_project_includes(write: Write, tmp_path: Path) -> None:
    write("lemma.yaml", LEMMA)
    write("notes/a.md", NOTES)
    write("README.md", "No display at all.\n")
    assert [Path(d.file).name for d in verify(tmp_path).derivations] == ["lemma.yaml"]
    write("elbo-verify.toml", 'include = ["*.yaml", "*.md"]\n')
    report = verify(tmp_path)
    assert [Path(d.file).name for d in report.derivations] == ["lemma.yaml", "a.md"]
    assert report.skipped == 1
    assert verify(tmp_path, complete=True).skipped == 1


# -- chains ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["tex", "html", "md", "yaml"])
def test_handouts_of_chains(ending: str, write: Write, tmp_path: Path) -> None:
    document = write("a.md", NOTES)
    folder = tmp_path / "out"
    assert cli.main([str(document), "--handout", f"{folder}/", "--to", ending]) == 0
    assert sorted(each.name for each in folder.iterdir()) == [f"a-{n}.{ending}" for n in (1, 2, 3)]
    assert cli.main([str(document), "--handout", f"{folder}/", "--to", ending, "--check"]) == 0
    one = [str(document), "--handout", str(tmp_path / f"all.{ending}")]
    assert cli.main(one) == (2 if ending == "yaml" else 0)


def test_slips_in_chains_stand_where_their_lines_do(write: Write) -> None:
    (found,) = mutate(write("a.md", NOTES), most=3).files
    assert {mutant.step for mutant in found.mutants} == {1, 2, 3, 4}
    assert {mutant.line for mutant in found.mutants} == {5, 6, 10, 13}
    assert all(mutant.fate is not Fate.ACCEPTED for mutant in found.mutants)


def test_counterexamples_are_replayed(write: Write, tmp_path: Path) -> None:
    document = write("a.md", NOTES + "\n$$ \\log p(x) = E_{q(z)}[\\log p(x | z)] $$\n")
    holder = tmp_path / "report.json"
    holder.write_text(machine.render(verify(document)), encoding="utf-8")
    again = replay(document, holder)
    assert again.error is None
    assert [each.breaks for each in again.replays] == [True]
    assert again.replays[0].said.location is not None
    assert again.replays[0].said.location.line == len(NOTES.splitlines()) + 2


def test_a_chain_is_extracted_with_what_it_follows_from(write: Write, tmp_path: Path) -> None:
    chain = (
        r"$$ \log p(x) \ge E_{q(z)}[\log \frac{p(x, z)}{q(z)}]"
        r" = E_{q(z)}[\log p(x, z)] + H(q(z)) $$"
    )
    bound = r"$$ \log p(x) \ge E_{q(z)}[\log p(x, z)] + H(q(z)) $$"
    folder = tmp_path / "out"
    assert cli.main([str(write("a.md", f"{chain}\n\n{bound}\n")), "--extract", str(folder)]) == 0
    assert verify(folder).exit_status() == 0
    assert (folder / "a-2.yaml").read_text(encoding="utf-8").count("- so:") == 2
    shutil.rmtree(folder)
