"""YAML as plain nodes with their places: text, list, mapping, and nothing that YAML can do beyond.

The tree is built from the parser's events, so that anchors, aliases, tags and deep nesting are
refused where they begin, before anything can grow.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

import yaml

from verifier.derivation.derivation import Source, Text
from verifier.derivation.faults import Faults
from verifier.derivation.offsets import value_offsets
from verifier.derivation.source import first_unprintable, unprintable
from verifier.derivation.traps import trap_at, trap_of_error
from verifier.outcome import Diagnostic, DiagnosticError, Location

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEPTH = 16  # a derivation needs four levels

_NULLS = frozenset(["", "~", "null", "Null", "NULL"])
_SIGNS = frozenset(["anchor", "alias", "tag"])  # what a formula's first character may look like
_COMMENT = re.compile(r"[ \t]+#")
_COMMA = re.compile(r"\s*,")

# To YAML 1.1, and so to PyYAML, these three end a line; to YAML 1.2 they are text. They travel as
# noncharacters, which no source holds (see `source`).
_TEXT_BREAKS = {0x85: "\ufdd0", 0x2028: "\ufdd1", 0x2029: "\ufdd2"}
_RESTORED = {ord(stand_in): code for code, stand_in in _TEXT_BREAKS.items()}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. `null` when YAML would read nothing here: an empty plain scalar, `~` or `null`."""

    text: Text
    start: int
    end: int
    null: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A list."""

    items: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping, its pairs in the order of the file."""

    pairs: tuple[tuple[Node, Node], ...]
    start: int
    end: int


Node = Scalar | Listing | Mapping


def compose(source: Source, faults: Faults | None = None) -> Node:
    """The one document of a source. What it may not have is raised, or kept with the `faults`."""
    return _Composer(source, faults or Faults(), passing=faults is not None).document()


def place(source: Source, node: Node) -> Location:
    """Where a node stands."""
    return source.location(node.start, max(node.end, node.start))


def _shape(error: yaml.MarkedYAMLError) -> dict[str, object]:
    """The trap of brackets and columns, as data of a Diagnostic."""
    context, mark = error.context or "", error.context_mark
    if mark is not None and "flow" in context:
        return {
            "trap": "open",
            "mark": "[" if "sequence" in context else "{",
            "line": mark.line + 1,
        }
    if mark is not None and "quoted" in context:
        return {"trap": "unclosed", "line": mark.line + 1}
    return {"trap": "columns"} if "block" in context else {}


class _Composer:
    """Turns the event stream into nodes."""

    def __init__(self, source: Source, faults: Faults, passing: bool) -> None:
        self._source = source
        self._faults, self._passing = faults, passing
        self._events = self._parse()

    def document(self) -> Node:
        found: Node | None = None
        for event in self._events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            if found is not None:
                self._pass("several-documents", event)
                break
            found = self._node(next(self._events), 0, "")
        if found is None:
            where = self._source.location(0, 0)
            raise DiagnosticError(Diagnostic("empty-file", where))
        return found

    def _parse(self) -> Iterator[Any]:
        text = self._source.text.translate(_TEXT_BREAKS)
        try:
            yield from yaml.parse(text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            offset = min(mark.index if mark else 0, len(text))
            self._measure(text[:offset])
            problem = error.problem or error.context or "not understood"
            trap = trap_of_error(self._source, offset, problem) or _shape(error)
            data = {"problem": problem, **trap}
            where = self._source.location(offset, offset)
            on_its_line = (f.location and f.location.line == where.line for f in self._faults.found)
            if any(on_its_line):  # what follows from an alias, an anchor or a tag
                raise DiagnosticError(*self._faults.found) from error
            raise DiagnosticError(Diagnostic("not-yaml", where, data)) from error
        except yaml.YAMLError as error:
            where = self._source.location(0, 0)
            raise DiagnosticError(Diagnostic("not-yaml", where, {"problem": str(error)})) from error

    def _measure(self, text: str) -> None:
        """Refuse deep nesting before the place that the parser refuses.

        The parser looks ahead before it hands out an event, and may have a limit of its own.
        """
        depth = 0
        with contextlib.suppress(yaml.YAMLError):
            for event in yaml.parse(text, Loader=_LOADER):
                if isinstance(event, yaml.NodeEvent):
                    self._admit_depth(event, depth)
                depth += isinstance(event, yaml.CollectionStartEvent)
                depth -= isinstance(event, yaml.CollectionEndEvent)

    def _node(self, event: Any, depth: int, inside: Literal["", "block", "flow"]) -> Node:
        self._admit(event, depth)
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.AliasEvent):  # what it stands for isn't looked up
            text = Text(self._source.text[start:end], range(start, end + 1), self._source)
            return Scalar(text, start, end, null=False)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, inside)
        within: Literal["block", "flow"] = "flow" if event.flow_style else "block"
        nodes: list[Node] = []
        for following in self._events:
            if isinstance(following, yaml.CollectionEndEvent):
                break
            nodes.append(self._node(following, depth + 1, within))
        end = following.end_mark.index
        if isinstance(event, yaml.SequenceStartEvent):
            return Listing(tuple(nodes), start, end)
        return Mapping(tuple(zip(nodes[::2], nodes[1::2], strict=True)), start, end)

    def _admit(self, event: Any, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._pass("alias", event)
        elif event.anchor is not None:
            self._pass("anchor", event)
        elif event.tag is not None:
            self._pass("tag", event)
        self._admit_depth(event, depth)

    def _admit_depth(self, event: Any, depth: int) -> None:
        if depth > _DEPTH:
            self._refuse("too-deep", event)

    def _pass(self, code: str, event: Any) -> None:
        """Refuse what another complaint may follow."""
        with self._faults.kept() if self._passing else contextlib.nullcontext():
            self._refuse(code, event)

    def _refuse(self, code: str, event: Any) -> NoReturn:
        start, end = event.start_mark.index, event.end_mark.index
        where = self._source.location(start, end)
        trap = trap_at(self._source, start) if code in _SIGNS else {}
        raise DiagnosticError(Diagnostic(code, where, trap))

    def _scalar(self, event: Any, inside: str) -> Scalar:
        start, end = event.start_mark.index, event.end_mark.index
        style = event.style or ""
        value = event.value.translate(_RESTORED)
        offsets = value_offsets(self._source.text, start, end, value, style)
        bad = first_unprintable(value)
        if bad is not None:  # written as an escape
            raise unprintable(self._source, offsets[bad], value[bad], trap="escape")
        first = len(value) - len(value.lstrip())
        last = max(first, len(value.rstrip()))  # blanks at the ends mean nothing in any key
        cut = "" if style else self._cut(end, inside)
        text = Text(value[first:last], offsets[first : last + 1], self._source, cut)
        return Scalar(text, start, end, not style and value in _NULLS)

    def _cut(self, end: int, inside: str) -> Literal["", "comment", "comma"]:
        if _COMMENT.match(self._source.text, end):
            return "comment"
        return "comma" if inside == "flow" and _COMMA.match(self._source.text, end) else ""
