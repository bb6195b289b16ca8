"""Writing a file: where, over what, and whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import errno
import os
import stat
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from verifier.outcome import Diagnostic, DiagnosticError


def below(file: str, paths: Sequence[str]) -> str:
    """Where a file lies below the folder that was named, or its name alone."""
    for path in paths:
        if os.path.isdir(path) and not os.path.relpath(file, path).startswith(os.pardir):
            return os.path.relpath(file, path)
    return os.path.basename(file)


def apart(files: Sequence[str]) -> dict[str, str]:
    """A name for each of several files that are written into one folder: its own, or below the
    folder of all those that have it too."""
    names = Counter(map(os.path.basename, files))
    twice = [os.path.abspath(file) for file in files if names[os.path.basename(file)] > 1]
    root = os.path.commonpath([os.path.dirname(file) for file in twice]) if twice else ""
    return {
        file: os.path.relpath(os.path.abspath(file), root)
        if names[os.path.basename(file)] > 1
        else os.path.basename(file)
        for file in files
    }


def standing(out: str) -> bytes | None:
    """What stands where something is to be written, if anything does. Raises OSError, and
    DiagnosticError for what is no file, or only leads to one: what a pipe or a device gives is
    waited for in vain."""
    try:
        mode = os.lstat(out).st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(mode):
        raise DiagnosticError(Diagnostic("handout-link"))
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise DiagnosticError(Diagnostic("not-a-file"))
    return Path(out).read_bytes()


def put(path: str, data: bytes, mode: int | None = None) -> None:
    """Put a file in its place at once, under a mode, else under that of new files. It is written
    beside the place first: what stands there stays until all of it is on the disk.

    Raises OSError, and leaves nothing behind then.
    """
    if os.path.exists(path) and not os.access(path, os.W_OK):  # to rename is not to write
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    fresh = os.path.join(os.path.dirname(path), f".elbo-verify-{os.urandom(8).hex()}")
    try:
        with open(fresh, "xb") as stream:
            if mode is not None:
                os.chmod(fresh, mode)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(fresh, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(fresh)
        raise
