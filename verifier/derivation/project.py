"""The project that a file belongs to: the nearest folder, from its own upwards, with an
`elbo-verify.toml` or a `pyproject.toml` that has `[tool.elbo-verify]`; and what that sets."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from verifier.derivation.source import read_source
from verifier.outcome import Diagnostic, DiagnosticError

_OURS, _SHARED, _TOOL = "elbo-verify.toml", "pyproject.toml", "elbo-verify"
CHOSEN = "ELBO_VERIFY_CONFIG"  # the variable that names the file of settings: `--config`


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project may set. `include` and `exclude`: which files of folders are derivations, by
    patterns below the project's folder; `notation` and `format`: as the options of that name."""

    include: tuple[str, ...] = ("*.yaml", "*.yml")
    exclude: tuple[str, ...] = ()
    strict: bool = False
    notation: tuple[str, ...] = ()
    format: str = "text"


@dataclass(frozen=True, slots=True)
class Project:
    """A project: its folder, links resolved, and what it sets."""

    folder: str
    settings: Settings
    file: str = ""  # that sets it, if any

    def has(self, path: str, document: bool = False) -> bool:
        """Whether a file of a folder is one of its derivations, if it is a derivation at all. A
        document is, where what includes it names its ending: not for its folder's sake."""
        where, name = os.path.split(path)
        place = os.path.relpath(os.path.join(os.path.realpath(where), name), self.folder)
        place = place.replace(os.sep, "/")
        ending = os.path.splitext(name)[1]
        include = [p for p in self.settings.include if not document or p.endswith(ending)]
        included, excluded = (
            any(fnmatchcase(place, p) or fnmatchcase(place, f"{p.rstrip('/')}/*") for p in patterns)
            for patterns in (include, self.settings.exclude)
        )
        return included and not excluded


def project_of(folder: str) -> Project | None:
    """The project that a folder lies in. Raises DiagnosticError where what it sets can't be
    read."""
    for path in may_set(folder):
        if os.path.isfile(path):
            status = os.stat(path)
            settings = _settings(path, status.st_mtime_ns, status.st_size)
            if settings is not None:
                return Project(os.path.dirname(path), settings, path)
        elif os.environ.get(CHOSEN):
            raise _refused(path, Diagnostic("unreadable", None, {"reason": "no such file"}))
    return None


_ceilings: list[str] = []


def confine(folder: str) -> None:
    """From now on this process looks for no project above a folder: with that, what lies in it
    reaches nothing outside of it."""
    _ceilings[:] = [os.path.realpath(folder)]


def may_set(folder: str) -> Iterator[str]:
    """The files by which a folder may be part of a project, the nearest first, there or not; or the
    one that was chosen for all."""
    chosen = os.environ.get(CHOSEN)
    if chosen:
        yield os.path.realpath(chosen)
        return
    here, above = "", os.path.realpath(folder)
    while above != here and all(is_below(above, ceiling) for ceiling in _ceilings):
        here, above = above, os.path.dirname(above)
        yield from (os.path.join(here, name) for name in (_OURS, _SHARED))


def project_or(folder: str) -> Project:
    """The project that a folder lies in, or the folder as one that sets nothing."""
    return project_of(folder) or Project(os.path.realpath(folder), Settings())


def is_below(path: str, folder: str) -> bool:
    """Whether a path leads, by whatever links, to what lies below a folder."""
    root = os.path.realpath(folder)
    return os.path.commonpath((root, os.path.realpath(path))) == root


@lru_cache(maxsize=256)
def _settings(path: str, *_: int) -> Settings | None:
    """What a file sets; None where it says nothing to us. Asked again when the file changes."""
    shared = os.path.basename(path) == _SHARED
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
    tools = found.get("tool", {})
    table = (tools.get(_TOOL) if isinstance(tools, dict) else None) if shared else found
    return None if table is None else _read(path, table)


def _read(path: str, table: object) -> Settings:
    if not isinstance(table, dict):
        raise _unfit(path, f"tool.{_TOOL}", "a table")
    for name in table:
        if name not in _KEYS:
            near = tuple(get_close_matches(name, _KEYS, 1))
            data = {"name": name, "known": tuple(_KEYS), "near": near}
            raise _refused(path, Diagnostic("unknown-setting", None, data))
    return Settings(**{name: _KEYS[name](path, name, value) for name, value in table.items()})


def _flag(path: str, name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _unfit(path, name, "`true` or `false`")
    return value


def _texts(path: str, name: str, value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in listed):
        raise _unfit(path, name, "a list of texts")
    return tuple(listed)


def _text(path: str, name: str, value: object) -> str:
    if not isinstance(value, str):
        raise _unfit(path, name, "a text")
    return value


_KEYS: Mapping[str, Callable[[str, str, object], Any]] = {
    "include": _texts,
    "exclude": _texts,
    "strict": _flag,
    "notation": _texts,
    "format": _text,
}


def unfit(project: Project, name: str, wanted: str) -> DiagnosticError:
    """That a setting of a project isn't what is wanted."""
    return _unfit(project.file, name, wanted)


def _unfit(path: str, name: str, wanted: str) -> DiagnosticError:
    return _refused(path, Diagnostic("unfit-setting", None, {"name": name, "wanted": wanted}))


def _refused(path: str, cause: Diagnostic) -> DiagnosticError:
    data = {"file": path, "cause": cause, "near": cause.data.get("near")}
    return DiagnosticError(Diagnostic("project-file", None, data))
