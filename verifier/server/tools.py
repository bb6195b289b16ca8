"""Tools for assistants (MCP): verify a text or a file, explain a rule or a code, propose an edit.

What comes of them is structured: the report in JSON, under its schema. Files are read below one
folder, and nothing is written.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import Field
from typing_extensions import TypedDict  # which Pydantic asks for before Python 3.12

from verifier.commands.jobs import DOCUMENT_LIMIT, is_document
from verifier.derivation.project import confine, is_below
from verifier.derivation.source import LIMIT, read_source, unchecked
from verifier.manual.rules import entries
from verifier.messages import hint, message
from verifier.messages.codes import code_named, codes
from verifier.outcome import DerivationReport, Diagnostic, DiagnosticError, Report
from verifier.report import machine
from verifier.server.judging import Judges
from verifier.server.proposals import better, proposals
from verifier.version import __version__

_ENDINGS = {"derivation": ".yaml", "markdown": ".md", "latex": ".tex"}
_MOST = 8  # proposals that are judged for one call
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_SAYS = """\
Verifies derivations over densities, expectations, KL and entropy line by line, each step under the
rule it cites; a false step gets an exact counterexample. A derivation is YAML: title, model, start,
steps (eq, ge, le or so, with by: RULE), claim. Verify what you derive, and go by the verdicts."""


def _schema() -> dict[str, Any]:
    """That of the report: in a wheel inside the package, in a checkout in docs/."""
    package = Path(__file__).resolve().parent.parent
    name = "report.schema.json"
    places = (package / name, package.parent / "docs" / name)
    found = next(place for place in places if place.is_file())
    schema: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))
    return {"type": "object", **schema}


Kind = Annotated[
    Literal["derivation", "markdown", "latex"],
    Field(description="What the text is: a derivation in YAML, or a document."),
]
Text = Annotated[str, Field(description="The whole text.", max_length=LIMIT)]
Named = Annotated[str, Field(description="A path, relative to the folder that is served.")]


class Offer(TypedDict):
    """An edit: what it does, the step it is for, whether that step holds then, the whole text."""

    said: str
    step: int
    holds: bool
    text: str


class Offers(TypedDict):
    """Edits that make a step better, none where nothing is known to."""

    offers: list[Offer]


class Explained(TypedDict):
    """A `rule` or a `code`, with all that there is to say of it."""

    kind: str
    about: dict[str, Any]


class Tools:
    """The tools for one folder."""

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root)
        self._judges = Judges(1, root=self._root)
        self._turn = asyncio.Lock()  # a text isn't asked about in the place of another

    def close(self) -> None:
        self._judges.close()

    async def verify(self, text: Text, kind: Kind = "derivation") -> dict[str, Any]:
        """Verify a text: a derivation in YAML, or the displays of a Markdown or LaTeX document.
        The report has each step's verdict (proved, wrong-rule, refuted, unproved, ill-formed),
        what is wrong, and of a refuted step an exact counterexample."""
        return _json(await self._judged(self._place(kind), text))

    async def verify_file(self, path: Named) -> dict[str, Any]:
        """Verify a derivation or a document in a file."""
        place, text = self._read(path)
        return _json(replace(await self._judged(place, text), file=path))

    async def propose(
        self, text: Text, step: Annotated[int, Field(description="0: of any step.", ge=0)] = 0
    ) -> Offers:
        """Propose edits of a derivation: the rules that a step should cite, a slip taken back, a
        line that is missing, a declaration that is missing. Each was judged: it is only proposed
        where its step is better with it."""
        place = self._place("derivation")
        report = await self._judged(place, text)
        source = unchecked(text, place)
        found: list[Offer] = []
        due = [each for each in proposals(source, report) if step in (0, each.step)]
        for each in due[:_MOST]:
            new = each.text(source)
            after = await self._judged(place, new)
            holds = better(report, after, each.step)
            if holds or not each.tried:
                said = message(each.said)
                found.append({"said": said, "step": each.step, "holds": holds, "text": new})
        return {"offers": found}

    async def explain(
        self, name: Annotated[str, Field(description="A rule, as it is cited, or a code.")]
    ) -> Explained:
        """Explain a rule (what it says and needs, with an example that holds and one that doesn't)
        or a code of a report (what it means, and what to do)."""
        manual = entries()
        for entry in manual:
            if name in entry.names:
                return {"kind": "rule", "about": {**asdict(entry), "aliases": [*entry.aliases]}}
        code = code_named(name)
        if code is not None:
            return {"kind": "code", "about": asdict(code)}
        names = [*(each for entry in manual for each in entry.names), *codes()]
        near = tuple(get_close_matches(name, names, 1))
        raise _refused(Diagnostic("no-rule-or-code", None, {"name": name, "near": near}))

    async def rules(self) -> dict[str, str]:
        """List the rules that a step may cite, each with what it says in a line."""
        return {entry.name: entry.line for entry in entries()}

    def _place(self, kind: str) -> str:
        """Where a text would lie: what it uses is looked for below the folder."""
        return os.path.join(self._root, f"text{_ENDINGS[kind]}")

    def _read(self, path: str) -> tuple[str, str]:
        """A file below the folder, and its text."""
        place = os.path.join(self._root, path)
        try:
            if "\0" in path or not is_below(place, self._root):
                raise DiagnosticError(Diagnostic("outside-root", None, {"file": path}))
            limit = DOCUMENT_LIMIT if is_document(place) else LIMIT
            source = read_source(place, limit)
        except DiagnosticError as error:
            raise _refused(error.diagnostic) from error
        return place, source.mark + source.text

    async def _judged(self, place: str, text: str) -> DerivationReport:
        async with self._turn:
            report = await asyncio.wrap_future(self._judges.ask(place, text))
        return replace(report, file=os.path.basename(place))


def _json(report: DerivationReport) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(machine.render(Report((report,))))
    return found


def _refused(diagnostic: Diagnostic) -> ToolError:
    advice = hint(diagnostic)
    return ToolError(message(diagnostic) + (f" ({advice})" if advice else ""))


def server(root: str) -> MCPServer[None]:
    """The server of the tools for a folder."""
    tools = Tools(root)

    @asynccontextmanager
    async def living(_: MCPServer[None]) -> AsyncIterator[None]:
        try:
            yield None
        finally:
            tools.close()

    return MCPServer(
        "elbo-verify",
        instructions=_SAYS,
        version=__version__,
        tools=[*_offered(tools)],
        lifespan=living,
        log_level="CRITICAL",
    )


def _offered(tools: Tools) -> Iterator[Tool]:
    for each in (tools.verify, tools.verify_file, tools.propose, tools.explain, tools.rules):
        tool = Tool.from_function(each, annotations=_READS, structured_output=True)
        if each in (tools.verify, tools.verify_file):
            tool.fn_metadata.output_schema = _schema()
        yield tool


def serve(root: str) -> int:
    """Serve an assistant over standard input and output until it has enough. Raises
    DiagnosticError where there is no such folder."""
    if not os.path.isdir(root):
        raise DiagnosticError(Diagnostic("unreadable", None, {"reason": "no such folder"}))
    confine(root)
    server(root).run()
    return 0
