"""How many lines of code are trusted."""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Iterator
from pathlib import Path

from derivation_table import ROOT

TRUSTED = ("kernel", "elaborate")
TEXTS = ("says", "conditions", "source", "passes", "fails", "aliases", "hints")
LAYOUT = {
    *(tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
    tokenize.COMMENT,
}


def code_lines(file: Path) -> int:
    """The lines of a file that hold code: no blank lines, comments, docstrings or rules' texts.
    A text over several lines counts as so many."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    apart = {line for node in _apart(tree) for line in range(node.lineno, _end(node) + 1)}
    with file.open("rb") as source:
        held = {
            line
            for token in tokenize.tokenize(source.readline)
            if token.type not in LAYOUT and token.type != tokenize.ENCODING
            for line in range(token.start[0], token.end[0] + 1)
        }
    return len(held - apart)


def _apart(tree: ast.Module) -> Iterator[ast.expr | ast.stmt | ast.keyword]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            match node.body:
                case [ast.Expr(value=ast.Constant(value=str())) as docstring, *_]:
                    yield docstring
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "Rule":
            yield from (given for given in node.keywords if given.arg in TEXTS)


def _end(node: ast.expr | ast.stmt | ast.keyword) -> int:
    assert node.end_lineno is not None
    return node.end_lineno


def trusted_lines() -> int:
    """How many lines of code are trusted."""
    files = (file for part in TRUSTED for file in (ROOT / "verifier" / part).rglob("*.py"))
    return sum(map(code_lines, files))
