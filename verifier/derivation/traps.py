"""Where YAML's own syntax swallows mathematics: what a hint can say about it."""

from __future__ import annotations

import re

from verifier.derivation.derivation import Source
from verifier.outcome import Diagnostic

# The place of a value on its line: behind dashes and a key.
_VALUE = re.compile(r"[ \t]*(?:- +)?(?:[A-Za-z]+:[ \t]+|- +)?")
_RELATION = re.compile(r"[ \t]*(?:- +)?\{?[ \t]*(?P<mark>[>=<]+)[ \t]*:")
_KEY = re.compile(r"([ \t]*(?:- +)?)[A-Za-z-]+(?=:|\Z)")
# Of the backslashes in double quotes those that YAML makes a blank of: "\theta" is a tab, heta.
_BLANK = re.compile(r"(?<!\\)(?:\\\\)*(?P<escape>\\(?P<letter>[nrtLNP_]))[A-Za-z]")
_BLANKS = {"n": 10, "r": 13, "t": 9, "L": 0x2028, "N": 0x85, "P": 0x2029, "_": 0xA0}
_INDICATORS = frozenset("-{[]}*&!%@`|>,?#\"'")


def trap_at(source: Source, offset: int) -> dict[str, str]:
    """The trap that a text beginning at `offset` fell into, as data of a Diagnostic."""
    mark = source.text[offset : offset + 1]
    if mark == "\t":
        return {"trap": "tab"}
    if mark in _INDICATORS and mark:
        return {"trap": "quote" if mark in "\"'" else "leading", "mark": mark}
    if re.match(r"[^\r\n]*:[ \t]", source.text[offset:]):
        return {"trap": "colon"}
    return {}


def escaped(source: Source, start: int, end: int) -> Diagnostic | None:
    """The complaint about a LaTeX command that YAML reads as a blank, in double quotes."""
    found = _BLANK.search(source.text, start, end) if source.text[start] == '"' else None
    if found is None:
        return None
    where = source.location(*found.span("escape"))
    return Diagnostic(
        "control-character", where, {"code": _BLANKS[found["letter"]], "trap": "escape"}
    )


def trap_of_error(source: Source, offset: int, problem: str) -> dict[str, str]:
    """The same where the parser gave up: what stands there, or how the text there began."""
    if "escape" in problem:
        return {"trap": "escape"}
    if "expected ':'" in problem:
        return {"trap": "key"}
    if "mapping values" in problem:
        return {"trap": _of_colon(source, offset)}
    if source.text[offset : offset + 1] == "\t":
        return {"trap": "tab"}
    line = source.location(offset, offset).line
    relation = _RELATION.match(source.text, source.starts[line - 1])
    if relation:
        return {"trap": "relation", "mark": relation["mark"]}
    trap = _leading(source, line)
    if not trap and line > 1 and re.search(r"[ \t]#", _line(source, line - 1)):
        return {"trap": "comment"}
    return trap


def _of_colon(source: Source, offset: int) -> str:
    """The trap of a colon that YAML has no use for: in a text, or behind a key that stands further
    right than that of the line above, or below a line without one."""
    line = source.location(offset, offset).line
    key = _KEY.fullmatch(source.text[source.starts[line - 1] : offset])
    if key is None or line == 1:
        return "colon"
    above = _KEY.match(_line(source, line - 1))
    return "key" if above is None else "columns" if len(key[1]) > len(above[1]) else "colon"


def _leading(source: Source, line: int) -> dict[str, str]:
    start = source.starts[line - 1]
    found = _VALUE.match(source.text, start)
    trap = trap_at(source, found.end() if found else start)
    return {} if trap.get("trap") == "colon" else trap


def _line(source: Source, line: int) -> str:
    return source.text[source.starts[line - 1] : source.starts[line]]
