"""The language server over its protocol: what an editor is told and offered as one types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from benchmarks.editor import Editor
from verifier.derivation.keys import FILE_KEYS, STEP_KEYS

GOOD = """\
title: Divergence 😀
model:
  - p(x, z)
  - q(z)
parameters: [beta]
start: KL(q(z) || p(z))
steps:
  - {eq: "E_{q(z)}[log q(z) - log p(z)]", by: [kl, log-rules], label: split}
  - so: KL(q(z) || p(z)) + beta = beta + E_{q(z)}[log q(z) - log p(z)]
    by: rearrange
    using: split
claim: KL(q(z) || p(z)) + beta = E_{q(z)}[log q(z) - log p(z)] + beta
"""
WRONG = GOOD.replace('- log p(z)]", by: [kl', '+ log p(z)]", by: [entropy')


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    made = Editor()
    made.start()
    yield made
    assert made.stop() == 0


@pytest.fixture(scope="module")
def uri(editor: Editor, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A derivation that is open, and holds."""
    file = tmp_path_factory.mktemp("open") / "evidence.yaml"
    assert editor.open(file.as_uri(), GOOD) == []
    return file.as_uri()


def at(text: str, what: str, more: int = 0) -> types.Position:
    """Where something stands in a text, counted as editors count."""
    line = next(number for number, line in enumerate(text.split("\n")) if what in line)
    before = text.split("\n")[line].partition(what)[0]
    return types.Position(line, len(before.encode("utf-16-le")) // 2 + more)


def asked(uri: str, position: types.Position) -> dict[str, Any]:
    return {"text_document": types.TextDocumentIdentifier(uri), "position": position}


def spot(found: types.Diagnostic, text: str) -> str:
    """What a diagnostic marks, on one line."""
    assert found.range.start.line == found.range.end.line
    line = text.split("\n")[found.range.start.line].encode("utf-16-le")
    return line[2 * found.range.start.character : 2 * found.range.end.character].decode("utf-16-le")


def offered(editor: Editor, uri: str, line: int) -> list[types.CodeAction]:
    where = types.Range(types.Position(line, 0), types.Position(line, 1))
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(uri), where, types.CodeActionContext([])
    )
    return editor.ask(types.TEXT_DOCUMENT_CODE_ACTION, params) or []


def done(action: types.CodeAction, text: str) -> str:
    """A text after an action."""
    assert action.edit is not None
    (change,) = action.edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    lines = text.split("\n")
    for edit in sorted(
        change.edits, key=lambda e: -e.range.start.line * 1000 - e.range.start.character
    ):
        assert isinstance(edit, types.TextEdit)
        start, end = edit.range.start, edit.range.end
        first, last = lines[start.line], lines[end.line]
        head = first.encode("utf-16-le")[: 2 * start.character].decode("utf-16-le")
        tail = last.encode("utf-16-le")[2 * end.character :].decode("utf-16-le")
        lines[start.line : end.line + 1] = (head + edit.new_text + tail).split("\n")
    return "\n".join(lines)


def test_what_is_wrong_is_told_at_its_place_and_taken_back(editor: Editor, uri: str) -> None:
    said = {found.code: found for found in editor.type(uri, WRONG)}
    assert {*said} >= {"refuted", "claim-not-proved"}
    refuted = said["refuted"]
    assert spot(refuted, WRONG) == "E_{q(z)}[log q(z) + log p(z)]"
    assert refuted.severity == types.DiagnosticSeverity.Error
    assert refuted.message.startswith("step 1 is refuted: this is false")
    assert "it holds if a sign is turned" in refuted.message
    (action,) = (a for a in offered(editor, uri, refuted.range.start.line) if "write" in a.title)
    mended = done(action, WRONG)
    assert [found.code for found in editor.type(uri, mended)][:1] == ["wrong-rule"]
    (action,) = offered(editor, uri, refuted.range.start.line)
    assert action.title == "step 1: cite `by: [log-rules, kl]`"
    assert editor.type(uri, done(action, mended)) == []


def test_what_is_missing_is_declared(editor: Editor, uri: str) -> None:
    text = GOOD.replace("parameters: [beta]\n", "")
    (found, *_) = editor.type(uri, text)
    assert (found.code, spot(found, text)) == ("undeclared-name", "beta")
    titles = {a.title: a for a in offered(editor, uri, found.range.start.line)}
    mended = done(titles["add `beta` to `parameters`"], text)
    assert editor.type(uri, mended) == []


def test_only_the_newest_text_is_told_of(editor: Editor, uri: str) -> None:
    for number in range(3):
        editor.type_on(uri, f"{WRONG}# {number}\n")
    assert editor.type(uri, GOOD) == []
    assert not any(map(editor.was_told, (1, 2, 3)))
    assert editor.refreshed > 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\0", "control-character"),
        ("title: t\nsteps: [", "not-yaml"),
        ("- eq: 1\nsteps: 2", "not-yaml"),
        ("title: &b [*b]\nmodel: []\nclaim: x\n", "anchor"),
        (f"steps:\n- eq: {'(' * 3000}", "too-deep"),
        (GOOD.replace("by: rearrange", "by: rearange"), "unknown-rule"),
        (GOOD.replace("using: split", "using: other.yaml#claim"), "other-file"),
        (GOOD + "x" * (1 << 20), "too-large"),
    ],
    ids=range(8),
)
def test_bad_input_is_a_diagnostic(editor: Editor, uri: str, text: str, code: str) -> None:
    assert code in [found.code for found in editor.type(uri, text)]
    place = asked(uri, types.Position(1, 9))
    editor.ask(types.TEXT_DOCUMENT_HOVER, types.HoverParams(**place))
    editor.ask(types.TEXT_DOCUMENT_DEFINITION, types.DefinitionParams(**place))
    offered(editor, uri, 0)
    assert editor.said == []


def test_what_is_no_derivation_is_left_alone(editor: Editor, uri: str) -> None:
    assert editor.type(uri, "services: {web: {image: nginx}}\n") == []
    assert editor.type(uri, "") == []


def test_hover(editor: Editor, uri: str) -> None:
    editor.type(uri, GOOD)

    def shown(what: str, more: int) -> str:
        params = types.HoverParams(**asked(uri, at(GOOD, what, more)))
        found = editor.ask(types.TEXT_DOCUMENT_HOVER, params)
        return "" if found is None else str(found.contents.value)

    assert shown("[kl, log", 2).startswith("**kl** (also `definition-of-kl`")
    assert "*Provided that*" in shown("[kl, log", 2)
    assert shown("using: split", 8) == "```text\nE_{q(z)}[log q(z) - log p(z)]\n```"
    step = shown("so: KL", 6)
    assert step.startswith("\u2713 **step 2: proved** by `rearrange`")
    assert "*Given*" not in step
    assert "worlds sampled" in step
    assert shown("model:", 2) == FILE_KEYS["model"].says
    assert shown("label: split", 2) == STEP_KEYS["label"].says
    assert shown("title", 7) == ""


def test_inlay_hints(editor: Editor, uri: str) -> None:
    editor.type(uri, WRONG)
    whole = types.Range(types.Position(0, 0), types.Position(99, 0))
    params = types.InlayHintParams(types.TextDocumentIdentifier(uri), whole)
    found = editor.ask(types.TEXT_DOCUMENT_INLAY_HINT, params)
    lines = WRONG.split("\n")
    assert [hint.position.line for hint in found] == [7, 8]
    assert [hint.position.character for hint in found] == [len(lines[7]), len(lines[8])]
    assert found[0].label.strip().startswith("\u2717 refuted  residual")


def test_goes_to_labels_and_files(editor: Editor, uri: str, tmp_path: Path) -> None:
    editor.type(uri, GOOD)
    params = types.DefinitionParams(**asked(uri, at(GOOD, "using: split", 8)))
    found = editor.ask(types.TEXT_DOCUMENT_DEFINITION, params)
    assert (found.uri, found.range.start) == (uri, at(GOOD, "label: split", 7))
    lemma = tmp_path / "lemma.yaml"
    lemma.write_text(GOOD, encoding="utf-8")
    user = tmp_path / "user.yaml"
    text = GOOD.replace("rearrange\n    using: split", "algebra\n    using: lemma.yaml#claim")
    assert editor.open(user.as_uri(), text) == []
    params = types.DefinitionParams(**asked(user.as_uri(), at(text, "lemma.yaml", 2)))
    found = editor.ask(types.TEXT_DOCUMENT_DEFINITION, params)
    assert (found.uri, found.range.start) == (lemma.as_uri(), at(GOOD, "claim: ", 7))
    lemma.write_text(WRONG, encoding="utf-8")
    told = editor.save(lemma.as_uri(), user.as_uri())
    assert "premise-unproved" in [each.code for each in told]
    assert editor.close(user.as_uri()) == []


def test_documents(editor: Editor, tmp_path: Path) -> None:
    notes = (tmp_path / "notes.md").as_uri()
    text = "# Notes\n\nA model p(x, z).\n\n$$\\log p(x) = \\log p(x, z) {} \\log p(z \\mid x)$$\n"
    assert {f.code for f in editor.open(notes, text.format("-"), "markdown")} == {"for-all"}
    (found,) = (f for f in editor.type(notes, text.format("+")) if f.code == "refuted")
    assert found.range.start.line == 4
    assert editor.close(notes) == []
    new = "untitled:Untitled-1"
    assert "refuted" in [f.code for f in editor.open(new, text.format("+"), "markdown")]
    assert "refuted" not in [f.code for f in editor.type(new, text.format("-"))]
    tex = (tmp_path / "paper.tex").as_uri()
    display = "\\begin{align}\n\\log p(x) &= \\log p(x, z) + \\log p(z \\mid x)\n\\end{align}\n"
    (found,) = (f for f in editor.open(tex, display, "latex") if f.code == "refuted")
    assert found.range.start.line == 1


def test_comments_of_documents(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "lemma.yaml").write_text(GOOD, encoding="utf-8")
    notes = (tmp_path / "notes.md").as_uri()
    text = (
        "<!-- elbo: file: lemma.yaml; by: kl -->\n$$\\log p(x) = \\log p(x, z) + \\log p(z | x)$$\n"
    )
    editor.open(notes, text, "markdown")
    hover = types.HoverParams(**asked(notes, at(text, "kl -->", 1)))
    assert editor.ask(types.TEXT_DOCUMENT_HOVER, hover).contents.value.startswith("**kl**")
    place = types.DefinitionParams(**asked(notes, at(text, "lemma", 1)))
    found = editor.ask(types.TEXT_DOCUMENT_DEFINITION, place)
    assert found.uri == (tmp_path / "lemma.yaml").as_uri()
    wanted = types.CompletionParams(**asked(notes, at(text, "kl -->")))
    items = editor.ask(types.TEXT_DOCUMENT_COMPLETION, wanted)
    assert "jensen" in [item.label for item in items]
    (action,) = (a for a in offered(editor, notes, 1) if "write" in a.title)
    mended = done(action, text)
    assert "refuted" not in [found.code for found in editor.type(notes, mended)]
    assert editor.close(notes) == []


def test_completion(editor: Editor, uri: str) -> None:
    text = GOOD.replace("by: rearrange", "by: ")
    editor.type(uri, text)
    params = types.CompletionParams(**asked(uri, at(text, "    by: ", 8)))
    found = editor.ask(types.TEXT_DOCUMENT_COMPLETION, params)
    assert "rearrange" in [item.label for item in found]
