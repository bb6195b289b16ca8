"""The project that a file belongs to: the nearest folder, from its own upwards, with an
`elbo-verify.toml` or a `pyproject.toml` that has `[tool.elbo-verify]`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verifier.derivation.source import read_source
from verifier.outcome import Diagnostic, DiagnosticError

_OURS, _SHARED, _TOOL = "elbo-verify.toml", "pyproject.toml", "elbo-verify"


@dataclass(frozen=True, slots=True)
class Project:
    """A project: its folder, links resolved, the file that says so, and what that says."""

    folder: str
    file: str
    table: Mapping[str, Any]


def project_of(folder: str) -> Project | None:
    """The project that a folder lies in. Raises DiagnosticError for a file that can't be read."""
    here, above = "", os.path.realpath(folder)
    while above != here:
        here, above = above, os.path.dirname(above)
        for name in (_OURS, _SHARED):
            table = _table(os.path.join(here, name), shared=name == _SHARED)
            if table is not None:
                return Project(here, os.path.join(here, name), table)
    return None


def _table(path: str, shared: bool) -> Mapping[str, Any] | None:
    """What a file says to us; None where it isn't there or, of a shared one, says nothing."""
    if not os.path.isfile(path):
        return None
    try:
        text = read_source(path).text
    except DiagnosticError as error:
        if shared:  # it may say what it likes to others
            return None
        raise _refused(path, error.diagnostic) from error
    if shared and _TOOL not in text:
        return None
    import tomllib

    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refused(path, Diagnostic("not-toml", None, {"problem": str(error)})) from error
    table = found.get("tool", {}).get(_TOOL) if shared else found
    return table if table is None or isinstance(table, dict) else {}


def _refused(path: str, cause: Diagnostic) -> DiagnosticError:
    return DiagnosticError(Diagnostic("project-file", None, {"file": path, "cause": cause}))


def is_below(path: str, folder: str) -> bool:
    """Whether a path leads, by whatever links, to what lies below a folder."""
    root = os.path.realpath(folder)
    return os.path.commonpath((root, os.path.realpath(path))) == root
