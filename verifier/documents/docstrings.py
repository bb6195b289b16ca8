"""Docstrings of Python files, raw or not, and comments that declare something."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from verifier.documents.blocks import Comment, Heading, Page
from verifier.documents.forms import DOCSTRING
from verifier.documents.scanner import page
from verifier.documents.traced import Traced, whole

_LITERAL = re.compile(r"(?P<prefix>[A-Za-z]*)(?P<quotes>\"\"\"|'''|\"|')")
_ELBO = re.compile(r"^[ \t]*#[ \t]*elbo:(?P<elbo>[^\n]*)", re.MULTILINE)
_OWNERS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def pages(text: str) -> Iterator[Page]:
    """The docstrings of a file in their order, each a page. Raises SyntaxError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what escapes are in strings is no concern of ours
        tree = ast.parse(text)
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]
    found: list[tuple[int, Page]] = []
    for match in _ELBO.finditer(text):
        body = whole(text)[match.start("elbo") : match.end("elbo")]
        found.append((match.start(), Page((Comment(body, *match.span()),), "")))
    lines = text.encode("utf-8").splitlines(keepends=True)
    for node in ast.walk(tree):
        if not isinstance(node, _OWNERS) or not node.body:
            continue
        first = node.body[0]
        if not isinstance(first, ast.Expr) or not isinstance(first.value, ast.Constant):
            continue
        if isinstance(first.value.value, str):
            literal = first.value
            column = len(lines[literal.lineno - 1][: literal.col_offset].decode("utf-8"))
            start = starts[literal.lineno - 1] + column
            assert literal.end_lineno is not None
            assert literal.end_col_offset is not None
            last = lines[literal.end_lineno - 1][: literal.end_col_offset].decode("utf-8")
            end = starts[literal.end_lineno - 1] + len(last)
            found.append((start, page(_body(text, start, end), DOCSTRING)))
    found.sort(key=lambda pair: pair[0])
    asked: list[Page] = []  # comments before a docstring, which is a section of its own
    for start, each in found:
        asked.append(each)
        if not isinstance(next(iter(each.blocks), None), Comment):
            yield Page((Heading(1, "", start, start),), "")
            yield from asked
            asked = []
    yield from asked


def _body(text: str, start: int, end: int) -> Traced:
    r"""What stands between the quotes: of one that isn't raw `\\` as one backslash, all else as it
    is written."""
    match = _LITERAL.match(text, start)
    if match is None:
        return whole(text)[start:start]
    body = whole(text)[match.end() : end - len(match["quotes"])]
    if "r" in match["prefix"].lower():
        return body
    pieces = [(found.start(), found[0]) for found in re.finditer(r"\\\\|[^\\]+|\\", body.text)]
    offsets: list[int] = []
    for at, piece in pieces:
        first = body.offsets[at]
        offsets += [first] if piece == "\\\\" else range(first, first + len(piece))
    value = "".join("\\" if piece == "\\\\" else piece for _, piece in pieces)
    return Traced(value, (*offsets, body.end))
