"""The server of tools, spoken to by the client of its kit: structured, and below its folder."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mcp import Client, StdioServerParameters

from verifier.server.tools import server

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
TEXT = """\
title: Divergence
model: [p(z), q(z)]
start: KL(q(z) || p(z))
steps:
  - {eq: "E_{q(z)}[log q(z) - log p(z)]", by: [kl, log-rules]}
claim: KL(q(z) || p(z)) = E_{q(z)}[log q(z) - log p(z)]
"""
WRONG = TEXT.replace('- log p(z)]"', '+ log p(z)]"')
UNCITED = TEXT.replace("[kl, log-rules]", "entropy")
SECRET = "a-secret: of mine\n"


class Assistant:
    """A client of a server in this process."""

    def __init__(self, root: Path) -> None:
        self._runner = asyncio.Runner()
        self.client = Client(server(str(root)))
        self._runner.run(self._enter())

    async def _enter(self) -> None:
        self._done, begun = asyncio.Event(), asyncio.Event()

        async def living() -> None:  # it is left by the task that entered it
            async with self.client:
                begun.set()
                await self._done.wait()

        self._task = asyncio.create_task(living())
        await begun.wait()

    def close(self) -> None:
        async def leave() -> None:
            self._done.set()
            await self._task

        self._runner.run(leave())
        self._runner.close()

    def call(self, tool: str, **arguments: Any) -> tuple[bool, Any, str]:
        """Whether it went wrong, what is structured of the answer, and its text."""
        found: Any = self._runner.run(self.client.call_tool(tool, arguments))
        return bool(found.is_error), found.structured_content, found.content[0].text

    def tools(self) -> dict[str, Any]:
        return {tool.name: tool for tool in self._runner.run(self.client.list_tools()).tools}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is served, in a project that reaches further, with links that lead out."""
    outer = tmp_path_factory.mktemp("outer")
    (outer / "elbo-verify.toml").write_text("")
    (outer / "secret.yaml").write_text(SECRET)
    (outer / "lemma.yaml").write_text(TEXT)
    inner = outer / "served"
    inner.mkdir()
    (inner / "right.yaml").write_text(TEXT)
    (inner / "link.yaml").symlink_to(outer / "secret.yaml")
    (inner / "notes.md").write_text("A model p(x, z).\n\n$$p(x) = \\int p(x, z) dz$$\n")
    using = "{so: 1 = 1, using: FILE#claim, by: algebra}]\nclaim: 1 = 1\n"
    head = "title: t\nmodel: [p(z), q(z)]\nsteps: ["
    for name, file in (("uses", "right.yaml"), ("reaches", "../lemma.yaml"), ("sees", "link.yaml")):
        (inner / f"{name}.yaml").write_text(head + using.replace("FILE", file))
    return inner


@pytest.fixture(scope="module")
def assistant(folder: Path) -> Iterator[Assistant]:
    made = Assistant(folder)
    yield made
    made.close()


def test_tools_say_what_they_take_and_give(assistant: Assistant) -> None:
    tools = assistant.tools()
    assert {*tools} == {"verify", "verify_file", "propose", "explain", "rules"}
    for tool in tools.values():
        assert tool.description
        assert tool.annotations.read_only_hint
        Draft202012Validator.check_schema(tool.input_schema)
        Draft202012Validator.check_schema(tool.output_schema)
    assert tools["verify"].output_schema == {"type": "object", **SCHEMA}


@pytest.mark.parametrize(
    ("text", "kind", "verdict"),
    [
        (TEXT, "derivation", "verified"),
        (WRONG, "derivation", "failed"),
        ("steps: [", "derivation", "error"),
        ("", "derivation", "error"),
        ("A model p(x, z).\n\n$$p(x) = \\int p(x, z) dz$$\n", "markdown", "verified"),
    ],
)
def test_a_text_is_verified(assistant: Assistant, text: str, kind: str, verdict: str) -> None:
    wrong, report, said = assistant.call("verify", text=text, kind=kind)
    assert not wrong
    assert report["verdict"] == verdict
    Draft202012Validator(SCHEMA).validate(report)
    assert json.loads(said) == report


def test_a_false_step_has_its_counterexample(assistant: Assistant) -> None:
    _, report, _ = assistant.call("verify", text=WRONG)
    (step,) = report["derivations"][0]["steps"]
    assert step["verdict"] == "refuted"
    assert {table["name"] for table in step["counterexample"]["tables"]} == {"p(z)", "q(z)"}


@pytest.mark.parametrize(
    ("path", "verdict"), [("right.yaml", "verified"), ("notes.md", "verified")]
)
def test_a_file_is_verified(assistant: Assistant, path: str, verdict: str) -> None:
    wrong, report, _ = assistant.call("verify_file", path=path)
    assert not wrong
    (found,) = report["derivations"]
    assert (found["file"], found["verdict"]) == (path, verdict)


OUTSIDE = [
    "../secret.yaml",
    "link.yaml",
    "/etc/passwd",
    "./../served/../secret.yaml",
    "x\0y",
    "~/x",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_file_outside_is_read(assistant: Assistant, path: str) -> None:
    wrong, _, said = assistant.call("verify_file", path=path)
    assert wrong
    assert "not below the folder" in said or "can't be read" in said
    assert "a-secret" not in said


@pytest.mark.parametrize("name", ["reaches", "sees"])
def test_no_file_outside_is_used(assistant: Assistant, folder: Path, name: str) -> None:
    calls = (
        assistant.call("verify_file", path=f"{name}.yaml"),
        assistant.call("verify", text=(folder / f"{name}.yaml").read_text()),
    )
    for wrong, report, said in calls:
        assert not wrong
        assert report["derivations"][0]["error"]["code"] == "outside"
        assert "a-secret" not in said
    assert assistant.call("verify_file", path="uses.yaml")[1]["derivations"][0]["error"] is None


def test_edits_are_proposed(assistant: Assistant) -> None:
    wrong, found, _ = assistant.call("propose", text=WRONG)
    assert not wrong
    assert any("write" in offer["said"] and offer["holds"] for offer in found["offers"])
    for offer in found["offers"]:
        assert assistant.call("verify", text=offer["text"])[1]["verdict"] == "verified"
    _, found, _ = assistant.call("propose", text=UNCITED, step=1)
    assert [offer["step"] for offer in found["offers"]] == [1]
    assert assistant.call("propose", text=UNCITED, step=2)[1] == {"offers": []}
    assert assistant.call("propose", text="steps: [")[1] == {"offers": []}


def test_rules_and_codes_are_explained(assistant: Assistant) -> None:
    _, found, _ = assistant.call("explain", name="kl-nonnegative")
    assert (found["kind"], found["about"]["name"]) == ("rule", "gibbs")
    _, found, _ = assistant.call("explain", name="needs-finite")
    assert (found["kind"], found["about"]["name"]) == ("code", "needs-finite")
    assert found["about"]["do"]
    wrong, _, said = assistant.call("explain", name="jenson")
    assert wrong
    assert "did you mean `jensen`?" in said
    assert assistant.call("rules")[1]["gibbs"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [("verify", {}), ("verify", {"text": 1}), ("verify", {"text": "", "kind": "html"}), ("no", {})],
)
def test_a_wrong_call_is_said_to_be(
    assistant: Assistant, tool: str, arguments: dict[str, Any]
) -> None:
    try:
        wrong, _, said = assistant.call(tool, **arguments)
    except Exception as error:
        wrong, said = True, str(error)
    assert wrong
    assert "Traceback" not in said


def test_the_command_serves(folder: Path) -> None:
    async def listed() -> list[str]:
        arguments = ["-m", "verifier", "--mcp", "--root", str(folder)]
        command = StdioServerParameters(
            command=sys.executable, args=arguments, env={"PYTHONPATH": str(ROOT)}
        )
        async with Client(command) as client:
            return [tool.name for tool in (await client.list_tools()).tools]

    assert "verify" in asyncio.run(listed())
