"""An editor: the language server in a process of its own, spoken to over its protocol."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

ROOT = Path(__file__).resolve().parents[1]
LONG = 30  # seconds, on a machine that is busy
Found = TypeVar("Found")


class Editor:
    """A client of a server. What it is asked, it waits for."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._client = LanguageClient("tests", "0")
        self._told: dict[tuple[str, int | None], asyncio.Future[list[types.Diagnostic]]] = {}
        self._version = 0
        self.refreshed = 0
        self.said: list[str] = []

        def told(params: types.PublishDiagnosticsParams) -> None:
            future = self._awaited(params.uri, params.version)
            if not future.done():
                future.set_result([*params.diagnostics])

        def refresh(_: None) -> None:
            self.refreshed += 1

        def said(params: types.ShowMessageParams) -> None:
            self.said.append(params.message)

        self._client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(told)
        self._client.feature(types.WORKSPACE_INLAY_HINT_REFRESH)(refresh)
        self._client.feature(types.WINDOW_SHOW_MESSAGE)(said)

    def start(self) -> types.InitializeResult:
        return self._run(self._start())

    async def _start(self) -> types.InitializeResult:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = (sys.executable, "-m", "verifier", "--lsp")
        await self._client.start_io(*command, env=environment)
        refresh = types.InlayHintWorkspaceClientCapabilities(refresh_support=True)
        workspace = types.WorkspaceClientCapabilities(inlay_hint=refresh)
        capabilities = types.ClientCapabilities(workspace=workspace)
        params = types.InitializeParams(capabilities, process_id=os.getpid())
        result = await self._client.initialize_async(params)
        self._client.initialized(types.InitializedParams())
        return result

    def stop(self) -> int | None:
        """The status that the server ends with."""

        async def stop() -> int | None:
            await self._client.shutdown_async(None)
            self._client.exit(None)
            process: Any = self._client._server
            status: int | None = await process.wait()
            stopping: Any = self._client.stop
            await stopping()
            return status

        try:
            return self._run(stop())
        finally:
            self._runner.close()

    def open(self, uri: str, text: str, language: str = "yaml") -> list[types.Diagnostic]:
        """What is wrong with a file that is opened."""
        self._version += 1
        item = types.TextDocumentItem(uri, language, self._version, text)
        return self._after(
            uri, lambda: self._client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        )

    def type(self, uri: str, text: str) -> list[types.Diagnostic]:
        """What is wrong with a file after a change."""
        return self._after(uri, lambda: self._change(uri, text))

    def type_on(self, uri: str, text: str) -> None:
        """A change that is followed by another before it is judged."""

        async def change() -> None:
            self._change(uri, text)

        self._run(change())

    def save(self, uri: str, other: str) -> list[types.Diagnostic]:
        """What is wrong with another file that is open after one was saved."""
        document = types.TextDocumentIdentifier(uri)

        async def saved() -> list[types.Diagnostic]:
            told = self._told
            for key in [key for key in told if key[0] == other]:
                version = key[1]
            del told[other, version]
            self._client.text_document_did_save(types.DidSaveTextDocumentParams(document))
            return await asyncio.wait_for(self._awaited(other, version), LONG)

        return self._run(saved())

    def close(self, uri: str) -> list[types.Diagnostic]:
        document = types.TextDocumentIdentifier(uri)
        self._told.pop((uri, None), None)

        async def closed() -> list[types.Diagnostic]:
            self._client.text_document_did_close(types.DidCloseTextDocumentParams(document))
            return await asyncio.wait_for(self._awaited(uri, None), LONG)

        return self._run(closed())

    def was_told(self, version: int) -> bool:
        """Whether anything was said of a version, counted back from the newest."""
        return any(
            key[1] == self._version - version and future.done()
            for key, future in self._told.items()
        )

    def ask(self, method: str, params: Any) -> Any:
        """The answer to a request."""

        async def asked() -> Any:
            return await asyncio.wait_for(
                self._client.protocol.send_request_async(method, params), LONG
            )

        return self._run(asked())

    def _change(self, uri: str, text: str) -> None:
        self._version += 1
        document = types.VersionedTextDocumentIdentifier(self._version, uri)
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self._client.text_document_did_change(types.DidChangeTextDocumentParams(document, [whole]))

    def _after(self, uri: str, tell: Callable[[], None]) -> list[types.Diagnostic]:
        async def told() -> list[types.Diagnostic]:
            tell()
            return await asyncio.wait_for(self._awaited(uri, self._version), LONG)

        return self._run(told())

    def _awaited(self, uri: str, version: int | None) -> asyncio.Future[list[types.Diagnostic]]:
        loop = asyncio.get_running_loop()
        return self._told.setdefault((uri, version), loop.create_future())

    def _run(self, asked: Coroutine[Any, Any, Found]) -> Found:
        return self._runner.run(asked)
