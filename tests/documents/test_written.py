"""What is written of documents: their chains as derivations, copies with verdicts; and what is
printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from derivation_table import ROOT
from jsonschema import Draft202012Validator

import cli
from verifier import verify
from verifier.commands.annotate import annotate
from verifier.commands.extract import extract
from verifier.commands.jobs import DOCUMENTS
from verifier.documents.formats import FORMATS
from verifier.outcome import FileVerdict
from verifier.report import machine, plain

FOLDER = Path(__file__).parent / "corpus"
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
SHOWN = ("kl-first.md", "chain.ipynb", "labels.tex", "importance.md")


@pytest.mark.parametrize("name", ["kl-first.md", "slides.md", "thesis.tex", "readings.md"])
def test_chains_verify_by_themselves_with_the_same_verdicts(name: str, tmp_path: Path) -> None:
    report = verify(FOLDER / name)
    written = extract(report, str(tmp_path))
    assert written
    alone = verify(*written)
    assert alone.exit_status(expect=True) == 0
    steps = [step.verdict for each in alone.derivations for step in each.steps]
    assert steps == [step.verdict for step in report.derivations[0].steps]


@pytest.mark.parametrize("name", ["kl-first.md", "labels.tex"])
def test_copies_have_the_verdicts_and_all_else(name: str, tmp_path: Path) -> None:
    annotate(verify(FOLDER / name), str(tmp_path))
    copy = (tmp_path / name).read_text(encoding="utf-8")
    assert "refuted" in copy
    lines = iter(copy.splitlines())
    assert all(line in lines for line in (FOLDER / name).read_text(encoding="utf-8").splitlines())


def test_a_document_is_not_written_over_itself(tmp_path: Path) -> None:
    document = tmp_path / "a.md"
    document.write_text("$$ p(x) = \\int p(x, z) dz $$\n", encoding="utf-8")
    with pytest.raises(FileExistsError):
        annotate(verify(document), str(tmp_path))


def test_documents_of_one_name_have_each_their_own(tmp_path: Path) -> None:
    documents = [tmp_path / name for name in ("a/n.md", "b/c/n.md", "b/n.tex", "b/m.md")]
    for number, document in enumerate(documents):
        document.parent.mkdir(parents=True, exist_ok=True)
        document.write_text(f"$$ p_{number}(x) = \\int p_{number}(x, z) dz $$\n", encoding="utf-8")
    report = verify(*documents)
    chains = {Path(path) for path in extract(report, str(tmp_path / "out"))}
    named = {"a/n-1.yaml", "b/c/n-1.yaml", "n-1.yaml", "m-1.yaml"}
    assert chains == {tmp_path / "out" / name for name in named}
    texts = [path.read_text(encoding="utf-8") for path in sorted(chains)]
    assert all(any(f"p_{number}(x)" in text for text in texts) for number in range(4))
    copies = {Path(path) for path in annotate(report, str(tmp_path / "copies"))}
    assert copies == {
        tmp_path / "copies" / name for name in ("a/n.md", "b/c/n.md", "n.tex", "m.md")
    }


def test_a_document_beside_one_of_its_name(tmp_path: Path) -> None:
    documents = [tmp_path / "n.md", tmp_path / "n.tex"]
    for document in documents:
        document.write_text("$$ p(x) = \\int p(x, z) dz $$\n", encoding="utf-8")
    written = extract(verify(*documents), str(tmp_path / "out"))
    assert [Path(path).name for path in written] == ["n.md-1.yaml", "n.tex-1.yaml"]


@pytest.mark.parametrize("name", SHOWN)
def test_json_follows_the_schema(name: str) -> None:
    whole = json.loads(machine.render(verify(FOLDER / name)))
    Draft202012Validator(SCHEMA).validate(whole)
    steps = whole["derivations"][0]["steps"]
    assert all({"line", "end_line", "display", "row", "chain"} <= step.keys() for step in steps)
    assert ("cell" in steps[0]) == name.endswith(".ipynb")
    assert whole["derivations"][0]["read_as"]


def test_what_is_printed_names_lines_of_the_document() -> None:
    said = plain.render(verify(FOLDER / "kl-first.md"))
    assert "kl-first.md:6:" in said
    assert "step 2 is refuted" in said
    assert "Read as" in said
    assert "the model is `p(x, z)`" in said


STATUSES = {
    "$$ p(x) = \\int p(x, z) dz $$": (0, 0),
    "$$ p(x) = \\int p(x, z) dx $$": (1, 1),
    "$$ p(x) = \\int p(x, z) dz $$\n\n$$ p(x) \\approx q(x) $$": (0, 1),
    "words alone": (2, 2),
}


@pytest.mark.parametrize("text", STATUSES)
def test_exit_status(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = tmp_path / "a.md"
    document.write_text(text, encoding="utf-8")
    assert (cli.main([str(document)]), cli.main(["--complete", str(document)])) == STATUSES[text]
    assert capsys.readouterr().out


COMMENTS = """
<!-- elbo: model: p(x, y, z) = p(x | z) p(y | z) p(z); document -->
$$ p(x | y, z) = p(x | z) $$

<!-- elbo: skip -->
$$ \\log p(x) = 7 $$

# Another

<!-- elbo: expect: refuted -->
$$ p(x | y) = p(x) $$

$$ p(y | x, z) = p(y | z) $$
"""


def test_comments_declare_and_skip(tmp_path: Path) -> None:
    document = tmp_path / "a.md"
    document.write_text(COMMENTS, encoding="utf-8")
    report = verify(document)
    assert [step.verdict for step in report.derivations[0].steps] == ["proved", "refuted", "proved"]
    reading = report.derivations[0].reading
    assert reading is not None
    assert [left.code for left in reading.not_judged] == ["skip"]
    assert report.exit_status() == 1
    assert report.exit_status(expect=True) == 0


def test_formats_are_known_where_files_are_told_apart() -> None:
    assert {*DOCUMENTS} == {*FORMATS}
    assert verify(FOLDER / "wiki.md").verdict is FileVerdict.FAILED
