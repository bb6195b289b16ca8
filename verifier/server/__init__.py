"""Verdicts while one types: for editors, in a browser, for assistants."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from verifier.outcome import Diagnostic, DiagnosticError

_MODULES = {"lsp": "language", "serve": "page", "mcp": "tools"}


def start(lsp: bool = False, port: int | None = None, root: str | None = None) -> int:
    """Be the language server, show the page on a port, or else be the server of tools for a folder.
    Raises DiagnosticError where the extra for it isn't installed."""
    if lsp:
        return _serve("lsp")()
    return _serve("mcp")(root or ".") if port is None else _serve("serve")(port)


def _serve(option: str) -> Callable[..., int]:
    try:
        found: Callable[..., int] = import_module(f"{__name__}.{_MODULES[option]}").serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "verifier":
            raise
        raise DiagnosticError(Diagnostic("server-extra", None, {"option": option})) from error
    return found
