"""Find-the-error sheets: lines that are wrong, refuted before, and named in the solution alone."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from derivation_table import judged_once

import cli
from verifier import verify
from verifier.commands.erroneous import errors
from verifier.handout import Form, markdown
from verifier.handout.hiding import with_errors
from verifier.handout.html import page as html
from verifier.handout.sheet import Sheet, Slip, sheet
from verifier.handout.tex import page as tex
from verifier.outcome import DiagnosticError, Report, Verdict
from verifier.typeset.printer import plain


@pytest.fixture(scope="module")
def kl() -> Report:
    return Report((judged_once("kl"),))


@pytest.fixture(scope="module")
def slips(kl: Report) -> tuple[Slip, ...]:
    (found,) = errors(kl, 3, 1).values()
    return found


@pytest.fixture(scope="module")
def wrong(kl: Report, slips: tuple[Slip, ...]) -> Sheet:
    return with_errors(sheet(kl.derivations[0]), slips)


def test_each_line_is_refuted_and_no_two_are_neighbours(
    kl: Report, slips: tuple[Slip, ...]
) -> None:
    numbers = [slip.number for slip in slips]
    assert len(numbers) == 3
    assert all(later - one > 1 for one, later in pairwise(numbers))
    assert numbers[-1] < len(kl.derivations[0].steps)
    text = Path(kl.derivations[0].file).read_text(encoding="utf-8")
    steps = kl.derivations[0].steps
    for slip in slips:
        had = steps[slip.number - 1].text
        assert had in text
        put = text.replace(had, plain(slip.formula), 1)
        if slip.relation != slip.right_relation:
            continue
        judged = verify(text=put).derivations[0].steps[slip.number - 1]
        assert judged.verdict is Verdict.REFUTED


def test_a_seed_chooses(kl: Report, slips: tuple[Slip, ...]) -> None:
    assert errors(kl, 3, 1) == {kl.derivations[0].file: slips}
    assert errors(kl, 3, 2) != {kl.derivations[0].file: slips}


def test_there_may_not_be_so_many(kl: Report) -> None:
    with pytest.raises(DiagnosticError) as caught:
        errors(kl, 40, 1)
    assert caught.value.diagnostic.code == "errors-few"


@pytest.mark.parametrize("renderer", [html, markdown])
def test_only_the_solution_names_them(wrong: Sheet, renderer: ModuleType) -> None:
    asked = renderer.page([wrong], Form(student=True))
    solved = renderer.page([wrong], Form(solutions=True))
    assert "What is wrong" not in asked
    assert "What is wrong" in solved
    assert all("3 of these lines are wrong" in text for text in (asked, solved))


def test_in_latex_too(wrong: Sheet) -> None:
    assert "What is wrong" not in tex.render([wrong], Form(student=True))
    assert "What is wrong" in tex.render([wrong], Form(solutions=True))
    assert "elbonew{" not in tex.render([wrong], Form(student=True)).partition("Fill")[2]


def test_the_command(kl: Report, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = kl.derivations[0].file, tmp_path / "hunt.md"
    assert cli.main([file, "--handout", str(out), "--errors", "1"]) == 0
    assert "1 of these lines is wrong" in out.read_text(encoding="utf-8")
    assert cli.main([file, "--handout", str(tmp_path / "hunt.yaml"), "--errors", "1"]) == 2
    capsys.readouterr()


NOTES = r"""# Jensen

$$\log p(x) = \log \int p(x,z) dz = \log E_{q(z)}[p(x,z)/q(z)]
\ge E_{q(z)}[\log p(x,z) - \log q(z)]$$

# Product rule

$$\log p(x,z) = \log p(x|z) + \log p(z)$$
"""


def test_of_the_chains_of_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is called what its section is; one that is too short has none."""
    file, out = tmp_path / "notes.md", tmp_path / "sheets"
    file.write_text(NOTES, encoding="utf-8")
    asked = [str(file), "--handout", f"{out}/", "--to", "md", "--errors"]
    assert cli.main([*asked, "1"]) == 0
    first, second = (out.joinpath(f"notes-{n}.md").read_text("utf-8") for n in (1, 2))
    assert first.startswith("# Jensen\n")
    assert "1 of these lines is wrong" in first
    assert second.startswith("# Product rule\n")
    assert "wrong" not in second
    file.write_text(NOTES.partition("# Product")[2], encoding="utf-8")
    capsys.readouterr()
    assert cli.main([*asked, "1"]) == 2
    assert "to make wrong only 0 could be" in capsys.readouterr().err
