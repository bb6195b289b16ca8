"""The language server: verdicts in an editor as one types, and what may be done about them."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer
from pygls.workspace import PositionCodec

from verifier.commands.jobs import is_document, is_strict, neighbour
from verifier.derivation.derivation import Derivation
from verifier.derivation.rewrite import Edit
from verifier.derivation.source import unchecked
from verifier.messages import message
from verifier.outcome import DerivationReport, DiagnosticError, Location
from verifier.server import texts
from verifier.server.completion import completions
from verifier.server.diagnostics import diagnostics
from verifier.server.judging import Judges, is_ours
from verifier.server.places import commented_at, key_at, loaded, named_at, statement, step_at
from verifier.server.positions import Typed
from verifier.server.proposals import Proposal, better, proposals
from verifier.version import __version__

PAUSE = 0.05  # seconds without a key before a text is judged
_ENDINGS = {"markdown": ".md", "latex": ".tex", "tex": ".tex", "restructuredtext": ".rst"}
TRIES = 3  # proposals that are judged before they are offered, for one request


@dataclass
class Open:
    """A file that is open in the editor: its text, and what is to become of it."""

    uri: str
    version: int
    typed: Typed
    judged: asyncio.Task[DerivationReport | None]
    tried: dict[tuple[Edit, ...], bool] = field(default_factory=dict)  # and whether it helps

    @property
    def path(self) -> str:
        return self.typed.source.name

    @cached_property
    def derivation(self) -> Derivation | None:
        """What can be read of it."""
        return None if is_document(self.path) else loaded(self.path, self.typed.source.text)


class Server(LanguageServer):
    """What is open, and the processes that judge it."""

    def __init__(self) -> None:
        # Texts come whole: they are small, and lines need not end for the library where they end
        # for us.
        super().__init__("elbo-verify", __version__, types.TextDocumentSyncKind.Full)
        self.judges = Judges()
        self.open: dict[str, Open] = {}

    def type(self, uri: str, version: int, text: str, language: str = "") -> None:
        """A file has a new text: what was asked of the old one is no longer. `language`: what the
        editor takes it for, when it is opened."""
        before = self.open.get(uri)
        if before is not None:
            before.judged.cancel()
        path = _path(uri, language) if before is None else before.path
        typed = Typed(unchecked(text, path), self._codec)
        task = asyncio.get_running_loop().create_task(self._judged(uri, version, typed))
        self.open[uri] = Open(uri, version, typed, task)

    def close(self, uri: str) -> None:
        """A file isn't open any more."""
        known = self.open.pop(uri, None)
        if known is not None:
            known.judged.cancel()
            self.judges.forget(known.path)
            self._publish(uri, None, [])

    def again(self, uri: str) -> None:
        """A file was saved: others may use it."""
        for other in [*self.open.values()]:
            if other.uri != uri and not is_document(other.path):
                self.type(other.uri, other.version, other.typed.source.text)

    async def known(self, uri: str) -> tuple[Open, DerivationReport] | None:
        """The newest text of a file with its report; None where it has none."""
        while (asked := self.open.get(uri)) is not None:
            with suppress(asyncio.CancelledError):
                report = await asyncio.shield(asked.judged)
                return None if report is None else (asked, report)
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise asyncio.CancelledError
        return None

    async def offered(self, asked: Open, report: DerivationReport, lines: range) -> list[Proposal]:
        """What may be done about the steps that begin on these lines, or are found fault with
        there."""
        steps = {
            step.index
            for step in report.steps
            for where in (step.diagnostic and step.diagnostic.location,)
            if step.line in lines or (where and where.line in lines)
        }
        source = asked.typed.source
        found: dict[tuple[Edit, ...], Proposal] = {}
        tries = TRIES
        for each in proposals(source, report, _strict(asked.path)):
            if each.step not in steps or each.edits in found:
                continue
            if each.tried and each.edits not in asked.tried:
                if not tries:
                    continue
                tries -= 1
                after = await self._tried(asked, each.text(source))
                asked.tried[each.edits] = better(report, after, each.step)
            if asked.tried.get(each.edits, True):
                found[each.edits] = each
        return [*found.values()]

    async def _tried(self, asked: Open, text: str) -> DerivationReport:
        """The report on a text that isn't what is typed, and so doesn't take its place."""
        folder, name = os.path.split(asked.path)
        return await asyncio.wrap_future(
            self.judges.ask(os.path.join(folder, f".tried-{name}"), text)
        )

    async def _judged(self, uri: str, version: int, typed: Typed) -> DerivationReport | None:
        path, text = typed.source.name, typed.source.mark + typed.source.text
        if not is_ours(path, text):
            self._publish(uri, version, [])
            return None
        await asyncio.sleep(PAUSE)
        report = await asyncio.wrap_future(self.judges.ask(path, text))
        self._publish(uri, version, diagnostics(typed, report))
        workspace = self.client_capabilities.workspace
        if workspace and workspace.inlay_hint and workspace.inlay_hint.refresh_support:
            self.workspace_inlay_hint_refresh(None)
        return report

    def _publish(self, uri: str, version: int | None, found: Sequence[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, [*found], version)
        )

    @property
    def _codec(self) -> PositionCodec:
        return self.workspace.position_codec


def _path(uri: str, language: str) -> str:
    """The file of an address; of a text that has none yet a name in no folder."""
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return path or Path(uri.rpartition(":")[2]).name + _ENDINGS.get(language, ".yaml")


def _strict(path: str) -> bool:
    try:
        return is_strict(path)
    except DiagnosticError:
        return False


def server() -> Server:
    """A server with all that it can do."""
    made = Server()
    _follow(made)
    _tell(made)
    _lead(made)
    return made


def _follow(made: Server) -> None:
    """What is open and what is typed."""

    @made.feature(types.INITIALIZED)
    def initialized(ls: Server, _: types.InitializedParams) -> None:
        ls.judges.warm()
        ls.thread_pool.submit(texts.manual)

    @made.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        ls.type(document.uri, document.version, document.text, document.language_id)

    @made.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        if params.content_changes:
            ls.type(document.uri, document.version, params.content_changes[-1].text)

    @made.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
        ls.again(params.text_document.uri)

    @made.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
        ls.close(params.text_document.uri)

    @made.feature(types.SHUTDOWN)
    def shut(ls: Server, _: None) -> None:
        ls.judges.close()


def _tell(made: Server) -> None:
    """What is said of a text beside its diagnostics."""

    @made.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
        asked = ls.open.get(params.text_document.uri)
        if asked is None:
            return None
        where = _where(asked.typed, params.position)
        named = asked.derivation and named_at(asked.derivation, where)
        if named and named.kind == "rule":
            entry = texts.manual().get(named.text.value)
            where_ = asked.typed.range(named.text.location())
            return _markdown(texts.rule(entry), where_) if entry is not None else None
        if named and asked.derivation is not None:
            found = statement(asked.derivation, named.text.value)
            told = found and f"```text\n{found[2]}\n```"
            return _markdown(told, asked.typed.range(named.text.location())) if told else None
        offset = asked.typed.offset(params.position)
        if is_document(asked.path):
            word = commented_at(asked.typed.source, offset)
            if word is not None and (entry := texts.manual().get(word[0])) is not None:
                return _markdown(texts.rule(entry), asked.typed.range(word[1]))
        elif (said := key_at(asked.typed.source, offset)) is not None:
            return _markdown(said)
        known = await ls.known(params.text_document.uri)
        if known is None:
            return None
        asked, report = known
        step = step_at(asked.derivation, report, where.line)
        return _markdown(texts.step(report, step)) if step is not None else None

    @made.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def hints(ls: Server, params: types.InlayHintParams) -> list[types.InlayHint] | None:
        known = await ls.known(params.text_document.uri)
        if known is None:
            return None
        asked, report = known
        found = []
        for step in report.steps:
            line = step.place.end_line if step.place is not None else step.line
            end = asked.typed.line_range(line).end
            if params.range.start.line <= end.line <= params.range.end.line:
                found.append(types.InlayHint(end, f"  {texts.hinted(step)}", padding_left=True))
        return found


def _lead(made: Server) -> None:
    """What may be written, done, and gone to."""

    signs = types.CompletionOptions(trigger_characters=[":", "[", ",", "#", " "])

    @made.feature(types.TEXT_DOCUMENT_COMPLETION, signs)
    def complete(ls: Server, params: types.CompletionParams) -> list[types.CompletionItem] | None:
        asked = ls.open.get(params.text_document.uri)
        if asked is None:
            return None
        typed = params.context.trigger_character if params.context else None
        offset = asked.typed.offset(params.position)
        return completions(asked.path, asked.typed.source.text, offset, typed)

    @made.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(ls: Server, params: types.DefinitionParams) -> types.Location | None:
        asked = ls.open.get(params.text_document.uri)
        if asked is None:
            return None
        if asked.derivation is None:
            word = commented_at(asked.typed.source, asked.typed.offset(params.position))
            return _beginning(asked.path, word[0]) if word is not None else None
        named = named_at(asked.derivation, _where(asked.typed, params.position))
        found = statement(asked.derivation, named.text.value) if named else None
        if found is None:
            return None
        file, where, _ = found
        if file == asked.path:
            return types.Location(asked.uri, asked.typed.range(where))
        return _place(file, where)

    kinds = types.CodeActionOptions([types.CodeActionKind.QuickFix])

    @made.feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)
    async def actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        known = await ls.known(params.text_document.uri)
        if known is None:
            return None
        asked, report = known
        lines = range(params.range.start.line + 1, params.range.end.line + 2)
        found = await ls.offered(asked, report, lines)
        return [_action(asked, each, params.context.diagnostics) for each in found]


def _place(file: str, where: Location) -> types.Location | None:
    start = types.Position(where.line - 1, where.column - 1)
    uri = uris.from_fs_path(os.path.abspath(file))
    return types.Location(uri, types.Range(start, start)) if uri else None


def _beginning(document: str, name: str) -> types.Location | None:
    """Where a derivation begins that a document names."""
    try:
        return _place(neighbour(document, name).source.name, Location(1, 1, 1, 1))
    except DiagnosticError:
        return None


def _action(asked: Open, proposal: Proposal, shown: Sequence[types.Diagnostic]) -> types.CodeAction:
    edits = [asked.typed.edit(edit) for edit in proposal.edits]
    of_it = [d for d in shown if isinstance(d.data, dict) and d.data.get("step") == proposal.step]
    change = types.TextDocumentEdit(
        types.OptionalVersionedTextDocumentIdentifier(asked.uri, asked.version), [*edits]
    )
    return types.CodeAction(
        message(proposal.said),
        kind=types.CodeActionKind.QuickFix,
        diagnostics=of_it,
        is_preferred=not proposal.tried,
        edit=types.WorkspaceEdit(document_changes=[change]),
    )


def _where(typed: Typed, position: types.Position) -> Location:
    offset = typed.offset(position)
    return typed.source.location(offset, offset)


def _markdown(text: str, where: types.Range | None = None) -> types.Hover:
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), where)


def serve() -> int:
    """Speak with an editor over standard input and output until it has enough."""
    for name in ("pygls", "asyncio"):  # what goes wrong is answered, or nobody is there any more
        logging.getLogger(name).setLevel(logging.CRITICAL)
    made = server()
    try:
        made.start_io()
    finally:
        made.judges.close()
    return 0
