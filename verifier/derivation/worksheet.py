"""Worksheets as files: the text of a derivation with its answers taken out, to be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from verifier.derivation import yaml_nodes as nodes
from verifier.derivation.answers import OPEN, answers, relation_of
from verifier.derivation.derivation import Source
from verifier.derivation.keys import FILE_KEYS, STATEMENTS, STEP_KEYS, free
from verifier.derivation.loader import derivation
from verifier.derivation.rewrite import Edit, edited, end_of, name_of, value_of
from verifier.derivation.source import text_source
from verifier.derivation.yaml_nodes import Listing, Node, Scalar
from verifier.outcome import Diagnostic, DiagnosticError

_COMMENT_LINE = re.compile(r"(?<=[\r\n])[ \t]*#[^\r\n]*(?:\r\n|\r|\n)")
_COMMENT = re.compile(r"[ \t]*#[^\r\n]*")
_FOLLOWING = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)|\s*,\s*")
_BREAK = re.compile(r"\r\n|\r|\n")

HEAD = "# Write what is missing in the place of each blank, and change nothing else:"
_HOW = {
    "reason": f"by: {OPEN}          a rule, or rules in brackets: [kl, log-rules]",
    "relation": f"{OPEN}: formula     eq, ge or le; in a statement, =, >= or <=",
    "line": f"eq: {OPEN}          the line; 'in quotes' where it begins with a sign or has : or #",
}


def worksheet(source: Source, blanks: Mapping[int, str]) -> str:
    """The text of a derivation without the `reason`, `relation` or `line` of these steps.

    Of a blank step the note and the comments around it go too, which may tell what is missing; all
    else, layout and comments, stays as it is. Raises DiagnosticError where that can't be done.
    """
    text = source.text
    root = nodes.compose(source)
    steps = value_of(root, "steps")
    assert isinstance(steps, Listing)  # it is a derivation
    layout = _Layout(text, text[steps.start] == "[", (_BREAK.search(text) or ["\n"])[0])
    edits = [edit for name in free(FILE_KEYS) for edit in _without(text, root, name)]
    starts = [step.start for step in steps.items]
    ends = [_reach(text, step) for step in steps.items]
    for number, step in enumerate(steps.items, 1):
        kind = blanks.get(number, "")
        if kind or any(value_of(step, name) is not None for name in free(STEP_KEYS)):
            edits.append(Edit(starts[number - 1], ends[number - 1], layout.step(step, kind)))
    gaps = [*zip([_behind(root, "steps"), *ends], [*starts, steps.end], strict=True)]
    for start, end in {gaps[place] for number in blanks for place in (number - 1, number)}:
        bare = _COMMENT.sub("", _COMMENT_LINE.sub("", text[start:end]))
        edits.append(Edit(start, max(start, end), bare))
    kinds = [_HOW[kind] for kind in _HOW if kind in blanks.values()]
    head = HEAD + layout.ending + "".join(f"# {line}{layout.ending}" for line in kinds)
    return source.mark + _checked(source, blanks, head + edited(text, edits))


def _checked(source: Source, blanks: Mapping[int, str], text: str) -> str:
    """A worksheet that reads as one with nothing answered."""
    try:
        found = answers(derivation(source), text_source(text, source.name))
    except DiagnosticError as error:
        raise DiagnosticError(Diagnostic("worksheet-unwritable")) from error
    if {a.number: a.blank for a in found if a.step is None and a.fault is None} != dict(blanks):
        raise DiagnosticError(Diagnostic("worksheet-unwritable"))
    return text


def _behind(root: Node, name: str) -> int:
    """Where a key of the file ends."""
    pairs = root.pairs if isinstance(root, nodes.Mapping) else ()
    return next(key.end for key, _ in pairs if name_of(key) == name)


def _reach(text: str, step: Node) -> int:
    """Where what is written of a step ends."""
    if text[step.start] == "{" or not isinstance(step, nodes.Mapping):
        return step.end
    return max(end_of(text, value) for _, value in step.pairs)


def _without(text: str, root: Node, name: str) -> Iterable[Edit]:
    """Takes a key out of the mapping of the file."""
    pairs = root.pairs if isinstance(root, nodes.Mapping) else ()
    for number, (key, value) in enumerate(pairs):
        if name_of(key) == name:
            end = end_of(text, value)
            following = _FOLLOWING.match(text, end)
            if following is not None:
                yield Edit(key.start, following.end(), "")
            else:  # the last of a mapping in braces, or of the file
                yield Edit(end_of(text, pairs[number - 1][1]), end, "")


class _Layout(NamedTuple):
    """How the steps of a file are laid out."""

    text: str
    flow: bool
    ending: str

    def step(self, step: Node, kind: str) -> str:
        """The text of a step with something left blank; "" when nothing is."""
        assert isinstance(step, nodes.Mapping)
        dropped = free(STEP_KEYS, blank=bool(kind))
        parts = [
            self._pair(key, value, kind) for key, value in step.pairs if name_of(key) not in dropped
        ]
        if kind == "reason" and value_of(step, "by") is None:
            parts.append(f"by: {OPEN}")
        if kind:
            parts.append(f"blank: {kind}")
        if self.flow or self.text[step.start] == "{":
            return f"{{{', '.join(parts)}}}"
        before = self.text[: step.start]
        column = step.start - max(before.rfind("\n"), before.rfind("\r")) - 1
        return (self.ending + " " * column).join(parts)

    def _pair(self, key: Node, value: Node, kind: str) -> str:
        """A key with its value, as it stands in the text where it isn't blank."""
        name, text = name_of(key), self.text
        if name == "by" and kind == "reason":
            return f"by: {OPEN}"
        if name in STATEMENTS and kind == "line":
            return f"{name}: {OPEN}"
        start, end = text.index(":", key.end), end_of(text, value)
        if name not in STATEMENTS or kind != "relation":
            return name + text[start:end]
        if name not in ("so", "side"):
            return OPEN + text[start:end]
        span = relation_of(value.text) if isinstance(value, Scalar) else None
        if span is None or not isinstance(value, Scalar):
            raise DiagnosticError(Diagnostic("worksheet-unwritable"))
        at = value.text.offsets
        left, right = text[start : at[span.start]], text[at[span.end] : end]
        return f"{name}{left.rstrip()} {OPEN} {right.lstrip()}"
