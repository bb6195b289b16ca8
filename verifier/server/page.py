"""A page to try derivations on: text on the one side, on the other what comes of it as one types.

Served to this machine alone, by Python's own server: there is nothing to install, and nothing in it
that a library for servers would be needed for. Its address has a secret in it, so that neither
other sites that the browser shows nor other users of the machine can ask anything.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import webbrowser
from collections.abc import Callable
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import replace
from functools import cached_property
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from urllib.parse import parse_qs

from verifier.commands import shipped
from verifier.derivation.source import LIMIT, unchecked
from verifier.handout import Form
from verifier.messages import message
from verifier.outcome import DerivationReport, Diagnostic, DiagnosticError
from verifier.report.streams import printed
from verifier.server.judging import Judges
from verifier.server.proposals import proposals
from verifier.server.sheets import Sheets
from verifier.server.shown import handout, shown, status

_HERE = Path(__file__).with_name("files")
_FILES = {
    "": ("page.html", "text/html"),
    "page.css": ("page.css", "text/css"),
    "page.js": ("page.js", "text/javascript"),
}
_ENDINGS = {"derivation": ".yaml", "markdown": ".md", "latex": ".tex"}
_FORMS = {
    "handout": Form(),
    "worksheet": Form(student=True),
    "solutions": Form(solutions=True),
}
_TABS = 16  # whose texts are waited for
_MOST = 3 * LIMIT + 4096  # bytes of a request: a text in a form takes up to three times its room
_FIELDS = 512  # of a form: a worksheet has one for each blank
_LONGEST = 300  # seconds that an answer is waited for
_IDLE = 30  # seconds that a request may take to come in
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self';"
    " style-src 'self' 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Page(ThreadingHTTPServer):
    """The server. `address` is where its page is."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.secret = secrets.token_urlsafe(16)
        self.judges = Judges()
        self.sheets = Sheets()
        self._tabs: dict[str, None] = {}

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # that of the base asks the network for the machine's name
        self.server_name, self.server_port = "127.0.0.1", self.socket.getsockname()[1]

    @property
    def hosts(self) -> frozenset[str]:
        """By what names it may be called: a site elsewhere may have its own name lead here."""
        return frozenset(f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost"))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/{self.secret}/"

    @cached_property
    def examples(self) -> dict[str, Path]:
        """What travels with the program, by name, the first to look at first."""
        folder = Path(shipped.folder())
        files = {
            file.relative_to(folder).with_suffix("").as_posix(): file
            for file in sorted(folder.rglob("*.yaml"))
        }
        first = {name: files.pop(name) for name in shipped.FLAVOURS}
        return {**first, **files}

    def judged(self, asked: dict[str, str], what: str) -> tuple[str, str, DerivationReport]:
        """The text that is asked about for this or that, where it would lie, and its report. Raises
        CancelledError where a later one was asked about meanwhile. What an example uses is found
        beside it."""
        text = asked.get("text", "").replace("\r\n", "\n")
        known = self.examples.get(asked.get("example", ""))
        folder = str(known.parent) if known else os.path.join(shipped.folder(), "none")
        ending = _ENDINGS.get(asked.get("kind", ""), ".yaml")
        tab = "".join(filter(str.isalnum, asked.get("tab", "")))[:32]
        path = os.path.join(folder, f"{what}-{tab}{ending}")
        self._tabs.pop(path, None)
        self._tabs[path] = None
        for old in [*self._tabs][:-_TABS]:
            del self._tabs[old]
            self.judges.forget(old)
        report = self.judges.ask(path, text).result(_LONGEST)
        return text, path, replace(report, file="text" + ending)


class _RefusedError(Exception):
    """Why something isn't answered."""

    def __init__(self, why: HTTPStatus) -> None:
        super().__init__(why)
        self.why = why


class _Handler(BaseHTTPRequestHandler):
    server: Page
    server_version = "elbo-verify"
    sys_version = ""
    timeout = _IDLE

    def do_GET(self) -> None:
        self._served(self._shown)

    def do_POST(self) -> None:
        self._served(self._judged)

    def _served(self, serve: Callable[[str], None]) -> None:
        try:
            serve(self._asked_for())
        except _RefusedError as refused:
            self.close_connection = True
            self._answer(refused.why.phrase.encode(), "text/plain", refused.why)

    def _shown(self, name: str) -> None:
        if name in _FILES:
            file, kind = _FILES[name]
            self._answer((_HERE / file).read_bytes(), kind)
        elif name == "examples":
            self._json([*self.server.examples])
        else:
            example = self.server.examples.get(name.removeprefix("examples/"))
            if example is None:
                raise _RefusedError(HTTPStatus.NOT_FOUND)
            self._answer(example.read_bytes(), "text/plain")

    def _judged(self, name: str) -> None:
        if self.headers.get("Origin") not in {f"http://{host}" for host in self.server.hosts}:
            raise _RefusedError(HTTPStatus.FORBIDDEN)
        if name == "check":
            self._checked(self._body())
            return
        if name not in ("judge", "fill", *_FORMS):
            raise _RefusedError(HTTPStatus.NOT_FOUND)
        try:
            text, path, report = self.server.judged(self._body(), name)
        except CancelledError as error:
            raise _RefusedError(HTTPStatus.CONFLICT) from error
        except TookTooLong as error:
            raise _RefusedError(HTTPStatus.GATEWAY_TIMEOUT) from error
        if name == "judge":
            self._json(_seen(text, report))
            return
        if name == "fill":
            self._sheet(lambda: self.server.sheets.made(path, text, report))
            return
        made = handout(report, _FORMS[name])
        if made is not None:
            self._answer(made.encode(), "text/html")
        else:
            why = message(report.error or Diagnostic("handout-error"))
            self._answer(why.encode(), "text/plain", HTTPStatus.CONFLICT)

    def _checked(self, asked: dict[str, str]) -> None:
        self._sheet(lambda: self.server.sheets.checked(asked))

    def _sheet(self, make: Callable[[], str | None]) -> None:
        """A worksheet that is filled in on the page, or why there is none."""
        try:
            made = make()
        except DiagnosticError as error:
            self._answer(message(error.diagnostic).encode(), "text/plain", HTTPStatus.CONFLICT)
            return
        if made is None:  # of another start of the server, or too long ago
            raise _RefusedError(HTTPStatus.GONE)
        self._answer(made.encode(), "text/html")

    def _asked_for(self) -> str:
        """What below the address is asked for. Raises _RefusedError where nothing may be."""
        if self.headers.get("Host") not in self.server.hosts:
            raise _RefusedError(HTTPStatus.FORBIDDEN)
        if self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            raise _RefusedError(HTTPStatus.FORBIDDEN)
        secret, _, name = self.path.partition("?")[0].removeprefix("/").partition("/")
        if not secrets.compare_digest(secret.encode(), self.server.secret.encode()):
            raise _RefusedError(HTTPStatus.NOT_FOUND)
        return name

    def _body(self) -> dict[str, str]:
        """What is sent, from a form or in JSON. Raises _RefusedError."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 10):
            raise _RefusedError(HTTPStatus.LENGTH_REQUIRED)
        if int(length) > _MOST:
            raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        sent = self.rfile.read(int(length))
        try:
            if self.headers.get_content_type() == "application/x-www-form-urlencoded":
                found = parse_qs(sent.decode(), keep_blank_values=True, max_num_fields=_FIELDS)
                return {name: values[-1] for name, values in found.items()}
            asked = json.loads(sent)
        except (ValueError, RecursionError) as error:
            raise _RefusedError(HTTPStatus.BAD_REQUEST) from error
        if not isinstance(asked, dict) or not all(isinstance(v, str) for v in asked.values()):
            raise _RefusedError(HTTPStatus.BAD_REQUEST)
        return asked

    def _json(self, value: object) -> None:
        self._answer(json.dumps(value).encode(), "application/json")

    def _answer(self, body: bytes, kind: str, status_: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status_)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def _seen(text: str, report: DerivationReport) -> dict[str, object]:
    """What the page needs of a report: `offers` are what may be done, and the text after it."""
    source = unchecked(text, report.file)
    offers = [
        {"said": message(each.said).replace("`", ""), "text": each.text(source)}
        for each in proposals(source, report)
        if not each.tried
    ]
    return {
        "verdict": report.verdict,
        "status": status(report),
        "html": shown(report),
        "offers": offers,
        "sheet": report.document is not None,
    }


def serve(port: int) -> int:
    """Show the page until there is an interrupt. Raises DiagnosticError where it can't be."""
    try:
        page = Page(port)
    except (OSError, OverflowError) as error:
        data = {"port": port, "reason": getattr(error, "strerror", None) or "there is no such port"}
        raise DiagnosticError(Diagnostic("server-port", None, data)) from error
    page.judges.warm()
    said = message(Diagnostic("server-page", None, {"address": page.address}))
    status_ = printed(lambda stream: stream.write(said + "\n"))
    if sys.stdout is not None and sys.stdout.isatty():
        webbrowser.open(page.address)
    try:
        page.serve_forever()
    finally:
        page.server_close()
        page.judges.close()
    return status_
