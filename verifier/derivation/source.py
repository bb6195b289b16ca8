"""Reading a file: only regular files, of a sensible size, in UTF-8, without control characters."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys

from verifier.derivation.derivation import Source
from verifier.outcome import Diagnostic, DiagnosticError

LIMIT = 1 << 20  # bytes; a derivation of a thousand steps has about a tenth of it

_MARK = "\ufeff"
_BREAK = re.compile(r"\r\n|\r|\n")

# What YAML 1.2 doesn't call printable, and the noncharacters that the loader uses for itself: said
# by what is left out, which is compiled ten times as fast as what is let in.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def read_source(
    path: str | os.PathLike[str], limit: int = LIMIT, what: str = "a derivation"
) -> Source:
    """The text of a file, or a DiagnosticError that says why it can't be read."""
    name = os.fsdecode(path)
    try:
        data = read_bytes(name, limit)
    except (OSError, ValueError) as error:
        raise _refused(name, "unreadable", reason=getattr(error, "strerror", None)) from error
    if len(data) > limit:
        raise _refused(name, "too-large", limit=limit, what=what)
    return decoded(name, data)


def standard_input() -> Source:
    """What is given on standard input."""
    name = "<stdin>"
    try:
        data = sys.stdin.buffer.read(LIMIT + 1)
    except (AttributeError, OSError, ValueError) as error:  # it may be closed, or a folder
        reason = getattr(error, "strerror", None)
        raise _refused(name, "unreadable", reason=reason or "it is closed") from error
    if len(data) > LIMIT:
        raise _refused(name, "too-large", limit=LIMIT)
    return decoded(name, data)


def text_source(text: str, name: str) -> Source:
    """The same for a text that is already there."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > LIMIT:
        raise _refused(name, "too-large", limit=LIMIT)
    return _checked(_source(name, text, data))


def unchecked(text: str, name: str) -> Source:
    """A text with its places, whatever stands in it."""
    return _source(name, text, text.encode("utf-8", "surrogatepass"))


def first_unprintable(text: str) -> int | None:
    """Where the first character stands that a terminal might obey instead of showing it."""
    found = _UNPRINTABLE.search(text)
    return found.start() if found else None


def unprintable(source: Source, offset: int, character: str, **trap: str) -> DiagnosticError:
    """The error for a character that can't be shown, and the trap that it came from, if any."""
    where = source.location(offset, offset + 1)
    return DiagnosticError(Diagnostic("control-character", where, {"code": ord(character), **trap}))


def read_bytes(name: str, limit: int) -> bytes:
    """What is in a file, up to a byte beyond the limit. Raises OSError, and DiagnosticError for
    what is no file: a FIFO or a device could block for ever, so it is never opened."""
    if not stat.S_ISREG(os.stat(name).st_mode):
        raise _refused(name, "not-a-file", folder=os.path.isdir(name))
    with open(name, "rb") as stream:
        return stream.read(limit + 1)


def _refused(name: str, code: str, **data: object) -> DiagnosticError:
    """An error of the file as a whole: it has no place in it but the first."""
    return DiagnosticError(Diagnostic(code, _source(name, "", b"").location(0, 0), data))


def decoded(name: str, data: bytes) -> Source:
    """The text that bytes hold."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        # The start of the file is good up to the byte, so the byte's offset in it is its length.
        shown = _source(name, data.decode("utf-8", "replace"), data)
        offset = len(data[: error.start].decode("utf-8"))
        where = shown.location(offset, offset + 1)
        info = {"byte": data[error.start], "utf16": data[:2] in (b"\xff\xfe", b"\xfe\xff")}
        raise DiagnosticError(Diagnostic("not-utf-8", where, info)) from error
    return _checked(_source(name, text, data))


def _source(name: str, text: str, data: bytes) -> Source:
    mark = _MARK if text.startswith(_MARK) else ""
    text = text.removeprefix(mark)
    starts = (0, *(found.end() for found in _BREAK.finditer(text)))
    return Source(name, text, starts, hashlib.sha256(data).hexdigest(), mark)


def _checked(source: Source) -> Source:
    offset = first_unprintable(source.text)
    if offset is not None:
        raise unprintable(source, offset, source.text[offset])
    return source
