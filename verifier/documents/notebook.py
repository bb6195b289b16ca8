"""Notebooks: their Markdown cells, each character of them where it stands in the file. Code, raw
cells and outputs are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from verifier.documents.blocks import Page
from verifier.documents.forms import PANDOC
from verifier.documents.scanner import page
from verifier.documents.traced import Traced

_DEEPEST = 60
_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ATOM = re.compile(r"[-+.0-9A-Za-z]+")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))|([^\\]+)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class NotJson(Exception):  # noqa: N818 - said by whoever asked
    """Where a text is no JSON."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def pages(text: str) -> Iterator[Page]:
    """The Markdown cells of a notebook, by their numbers. Raises NotJson."""
    whole, _ = _value(text, _skip(text, 0), 0)
    cells = _get(whole, "cells")
    if cells is None:
        sheets = _get(whole, "worksheets")
        cells = _get(sheets[0], "cells") if isinstance(sheets, list) and sheets else []
    for number, cell in enumerate(cells if isinstance(cells, list) else [], 1):
        kind = _get(cell, "cell_type")
        if isinstance(kind, Traced) and kind.text == "markdown":
            source = _joined(_get(cell, "source"))
            if source is not None:
                yield page(source, PANDOC, number)


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _joined(source: Any) -> Traced | None:
    """The source of a cell: one string, or a list of its lines."""
    parts = source if isinstance(source, list) else [source]
    parts = [part for part in parts if isinstance(part, Traced)]
    if not parts:
        return None
    offsets = [offset for part in parts for offset in part.offsets[:-1]]
    return Traced("".join(part.text for part in parts), (*offsets, parts[-1].end))


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _value(text: str, at: int, depth: int) -> tuple[Any, int]:
    """The value that begins at a place, strings with their places, and what is behind it."""
    mark = text[at : at + 1]
    if depth > _DEEPEST:
        raise NotJson(at)
    if mark == '"':
        return _string(text, at)
    if mark == "[":
        return _list(text, at, depth)
    if mark == "{":
        return _mapping(text, at, depth)
    atom = _ATOM.match(text, at)
    if atom is None:
        raise NotJson(at)
    return None, atom.end()


def _list(text: str, at: int, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    at = _skip(text, at + 1)
    while text[at : at + 1] != "]":
        value, at = _value(text, at, depth + 1)
        found.append(value)
        at = _comma(text, at, "]")
    return found, at + 1


def _mapping(text: str, at: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    at = _skip(text, at + 1)
    while text[at : at + 1] != "}":
        key, at = _string(text, at)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise NotJson(at)
        value, at = _value(text, _skip(text, at + 1), depth + 1)
        found[key.text] = value
        at = _comma(text, at, "}")
    return found, at + 1


def _comma(text: str, at: int, closer: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] == ",":
        return _skip(text, at + 1)
    if text[at : at + 1] != closer:
        raise NotJson(at)
    return at


def _string(text: str, at: int) -> tuple[Traced, int]:
    match = _STRING.match(text, at)
    if match is None:
        raise NotJson(at)
    characters: list[str] = []
    offsets: list[int] = []
    for piece in _ESCAPE.finditer(match[1]):
        start = match.start(1) + piece.start()
        if piece[3]:
            characters.append(piece[3])
            offsets += range(start, start + len(piece[3]))
        else:
            characters.append(
                chr(int(piece[1], 16)) if piece[1] else _ESCAPED.get(piece[2], piece[2])
            )
            offsets.append(start)
    return Traced("".join(characters), (*offsets, match.end(1))), match.end()
