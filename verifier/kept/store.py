"""Entries in a folder: each whole or not there, found by all that it depends on."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from importlib.machinery import PathFinder

TYPE_CHECKING = False  # importing `typing` for it would cost more than this whole module
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

_FORM = 1  # of entries
_MOST = 32  # entries in each of 256 folders
_LIBRARIES = ("sympy", "numpy", "flint", "yaml")
_PACKAGE = os.path.dirname(os.path.dirname(__file__))


def usual_folder() -> str | None:
    """Where things are kept: ELBO_VERIFY_CACHE (nowhere, when that is empty), or a folder among the
    user's caches."""
    named = os.environ.get("ELBO_VERIFY_CACHE")
    if named is not None:
        return named or None
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        home = os.path.expanduser("~/Library/Caches")
    else:
        home = os.environ.get("XDG_CACHE_HOME", "") or os.path.expanduser("~/.cache")
    return os.path.join(home, "elbo-verify") if os.path.isabs(home) else None


class Store:
    """Values of JSON by keys, in a folder made when there is something to keep. An entry that is
    damaged, or that another version of the program wrote, isn't found; a folder that can't be read
    or written has none."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._program = ""

    def found(self, *key: object) -> Any:
        """What was kept under a key; None where nothing was."""
        try:
            with open(self._place(key), encoding="utf-8") as stream:
                seal, _, body = stream.read().partition("\n")
            return json.loads(body) if seal == text_digest(body) else None
        except (OSError, ValueError, RecursionError):
            return None

    def keep(self, value: object, *key: object) -> None:
        """Keep a value, in the place of what was there: at once, whatever others do meanwhile."""
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        try:
            place = self._place(key)
            beside = f"{place}.{os.getpid()}"
            os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)
            _forget(os.path.dirname(place), _MOST)
            with open(beside, "w", encoding="utf-8") as stream:
                stream.write(f"{text_digest(body)}\n{body}")
            os.replace(beside, place)
        except (OSError, ValueError):
            return

    def _place(self, key: tuple[object, ...]) -> str:
        self._program = self._program or text_digest(repr([*_program()]))
        name = text_digest(repr((_FORM, self._program, key)))
        return os.path.join(self._folder, name[:2], f"{name[2:]}.json")


def text_digest(text: str) -> str:
    """The SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def file_digest(path: str) -> str | None:
    """The SHA-256 of a file; None where none can be read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        with open(path, "rb") as stream:
            return hashlib.sha256(stream.read()).hexdigest()
    except (OSError, ValueError):
        return None


def unchanged(uses: Mapping[str, str | None]) -> bool:
    """Whether files still have the digests that they had."""
    return all(file_digest(path) == digest for path, digest in uses.items())


def _program() -> Iterator[object]:
    """What a verdict may depend on beside the files: every module and table of this package, and
    the libraries below it, by their sizes and times."""
    yield sys.version
    for name in _LIBRARIES:
        spec = PathFinder.find_spec(name)
        yield name, spec and spec.origin and _stamp(spec.origin)
    waiting = [_PACKAGE]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if not entry.is_dir():
                    yield entry.name, _stamp(entry.path)
                elif entry.name != "__pycache__":
                    waiting.append(entry.path)


def _stamp(path: str) -> tuple[int, int]:
    known = os.stat(path)
    return known.st_size, known.st_mtime_ns


def _forget(folder: str, most: int) -> None:
    """Make room for one more entry: the oldest go, and with them what a killed process left."""
    with os.scandir(folder) as entries:
        by_age = sorted(entries, key=lambda entry: -entry.stat().st_mtime_ns)
    for entry in by_age[most - 1 :]:
        os.unlink(entry.path)
