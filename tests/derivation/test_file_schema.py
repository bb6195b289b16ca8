"""The JSON Schema of a derivation's file: of the loader's declarations, and what editors make of
it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from derivation_table import ROOT, SHIPPED
from jsonschema import Draft7Validator
from programs import NODE, needs_node

from verifier.derivation.keys import FILE_KEYS, STEP_KEYS
from verifier.manual.rules import entries

FILE = ROOT / "docs" / "derivation.schema.json"
SCHEMA = json.loads(FILE.read_text(encoding="utf-8"))
GOOD = "title: t\nmodel: []\nstart: 1\nsteps:\n  - eq: 1\n    by: algebra\nclaim: 1 = 1\n"


def test_it_is_as_the_loader_declares(make: ModuleType) -> None:
    assert FILE.read_text(encoding="utf-8") == make.derivation_schema(), (
        "`python docs/make.py` makes it again"
    )
    Draft7Validator.check_schema(SCHEMA)


def test_every_key_and_every_rule_has_its_description() -> None:
    step = SCHEMA["definitions"]["step"]["properties"]
    for keys, properties in ((FILE_KEYS, SCHEMA["properties"]), (STEP_KEYS, step)):
        assert {name: each["description"] for name, each in properties.items()} == {
            name: key.says for name, key in keys.items()
        }
    *rules, phrase = SCHEMA["definitions"]["rule"]["anyOf"]
    said = {rule["const"]: rule["description"] for rule in rules}
    assert all(said[rule.name] == rule.says for rule in entries())
    assert {*said} == {name for rule in entries() for name in rule.names}
    assert phrase == {"type": "string"}


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_is_as_it_says(name: str) -> None:
    Draft7Validator(SCHEMA).validate(yaml.safe_load(SHIPPED[name].read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: t\n", ""),
        ("title: t", "titel: t"),
        ("- eq: 1", "- eqq: 1"),
        ("- eq: 1", "- eq: 1\n    ge: 1"),
        ("- eq: 1", "- side: 1 = 1"),
        ("by: algebra", "by: []"),
        ("model: []", "model: p(x)"),
        ("claim:", "expect: good\nclaim:"),
        ("claim:", "strict: sometimes\nclaim:"),
        ("steps:\n  - eq: 1\n    by: algebra", "steps: []"),
    ],
)
def test_what_the_loader_refuses_is_refused(before: str, after: str) -> None:
    validator = Draft7Validator(SCHEMA)
    validator.validate(yaml.safe_load(GOOD))
    assert not validator.is_valid(yaml.safe_load(GOOD.replace(before, after)))


# -- in an editor ----------------------------------------------------------------------------------

WRITTEN = f"""# yaml-language-server: $schema={FILE.as_uri()}
title: t
model: []
start: 1
steps:
  - eqq: 1
    by: k
  - eq: 1
    by: jensen
claim: 1 = 1
"""


@needs_node("yaml-language-server")
def test_an_editor_completes_rules_explains_keys_and_marks_a_wrong_one(tmp_path: Path) -> None:
    pytest.importorskip("pygls", reason="the extra `test` has it")
    found = asyncio.run(asyncio.wait_for(_edited((tmp_path / "x.yaml").as_uri()), 60))
    assert ("Property eqq is not allowed.", 5) in found["wrong"]
    assert "The expression that the chain begins with" in found["start"]
    assert "for phi concave" in found["jensen"]
    rules = {rule.name for rule in entries()}
    assert rules <= {*found["rules"]}
    assert "KL" in found["rules"]["kl"]


async def _edited(uri: str) -> dict[str, Any]:
    """What yaml-language-server says of a file, over its protocol."""
    from lsprotocol import types as lsp
    from pygls.lsp.client import LanguageClient

    client: Any = LanguageClient("elbo-verify", "1")
    marked: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def publish(said: lsp.PublishDiagnosticsParams) -> None:
        if said.diagnostics and not marked.done():
            marked.set_result([(each.message, each.range.start.line) for each in said.diagnostics])

    def configure(asked: lsp.ConfigurationParams) -> list[dict[str, Any]]:
        return [{} for _ in asked.items]

    client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(publish)
    client.feature(lsp.WORKSPACE_CONFIGURATION)(configure)
    client.feature(lsp.CLIENT_REGISTER_CAPABILITY)(lambda _: None)
    program = NODE / "yaml-language-server" / "bin" / "yaml-language-server"
    await client.start_io("node", str(program), "--stdio")
    await client.initialize_async(lsp.InitializeParams(lsp.ClientCapabilities()))
    client.initialized(lsp.InitializedParams())
    item = lsp.TextDocumentItem(uri, "yaml", 1, WRITTEN)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    document = lsp.TextDocumentIdentifier(uri)

    async def hover(line: int, column: int) -> str:
        at = lsp.HoverParams(document, lsp.Position(line, column))
        return str(await client.text_document_hover_async(at))

    wrong = await marked
    at = lsp.CompletionParams(document, lsp.Position(6, 9))
    offered: Any = await client.text_document_completion_async(at)
    found = {
        "wrong": wrong,
        "start": await hover(3, 2),
        "jensen": await hover(8, 9),
        "rules": {item.label: str(item.documentation) for item in offered.items},
    }
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return found
