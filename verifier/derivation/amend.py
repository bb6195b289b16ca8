"""A line, a formula or a declaration written into the text of a derivation, which stays as it is
everywhere else."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.derivation import yaml_nodes as nodes
from verifier.derivation.derivation import Source
from verifier.derivation.keys import STATEMENTS
from verifier.derivation.rewrite import (
    BREAK,
    Edit,
    appended,
    end_of,
    line_start,
    name_of,
    value_of,
)
from verifier.derivation.source import text_source
from verifier.derivation.yaml_nodes import Listing, Mapping, Scalar
from verifier.outcome import DiagnosticError

_KEYS = {"=": "eq", ">=": "ge", "<=": "le"}  # a line may begin with its relation


def formula_edits(source: Source, step: int, line: str) -> list[Edit]:
    """After these a step says a line; none where it can't be written. A line that goes on from the
    one above begins with its relation."""
    item = _step(source, step)
    if not isinstance(item, Mapping):
        return []
    key, value = next((pair for pair in item.pairs if name_of(pair[0]) in STATEMENTS), (None, None))
    if not isinstance(key, Scalar) or value is None:
        return []
    edits = []
    relation, _, rest = line.partition(" ")
    if name_of(key) in _KEYS.values():
        if relation not in _KEYS:
            return []
        line = rest
        if _KEYS[relation] != name_of(key):
            edits.append(Edit(key.start, end_of(source.text, key), _KEYS[relation]))
    spelled = _spelled(line, _in_brackets(source, item))
    if spelled is None:
        return []
    return [*edits, Edit(value.start, end_of(source.text, value), spelled)]


def line_edits(source: Source, step: int, line: str) -> list[Edit]:
    """After these a step, written as an item of a list, stands above another; none where the steps
    don't have lines of their own."""
    item = _step(source, step)
    if item is None:
        return []
    start = line_start(source.text, item.start)
    margin = source.text[start : item.start]
    if margin.strip() != "-":
        return []
    return [Edit(start, start, margin.partition("-")[0] + line + _line_end(source))]


def declaration_edits(source: Source, key: str, items: Sequence[str]) -> list[Edit]:
    """After these a key that has a list has more items; none where it can't be written."""
    root = nodes.compose(source)
    if not isinstance(root, Mapping):
        return []
    value = value_of(root, key)
    flow = _in_brackets(source, root) or (value is not None and _in_brackets(source, value))
    spelled = [text for item in items if (text := _spelled(item, flow)) is not None]
    if len(spelled) < len(items) or not (value is None or isinstance(value, Listing)):
        return []
    if isinstance(value, Listing) and value.items:
        return [appended(source.text, value, spelled)]
    listed = f"[{', '.join(spelled)}]"
    if value is not None:
        return [Edit(value.start, value.end, listed)]
    if flow:
        return [Edit(root.start + 1, root.start + 1, f"{key}: {listed}, ")]
    below = [place for place, _ in root.pairs if name_of(place) in ("start", "steps")]
    if not below:
        return []
    at, end = line_start(source.text, below[0].start), _line_end(source)
    return [Edit(at, at, f"{key}:{end}" + "".join(f"  - {item}{end}" for item in spelled))]


def _step(source: Source, number: int) -> nodes.Node | None:
    steps = value_of(nodes.compose(source), "steps")
    items = steps.items if isinstance(steps, Listing) else ()
    return items[number - 1] if 0 < number <= len(items) else None


def _in_brackets(source: Source, node: nodes.Node) -> bool:
    """Whether what stands in a node stands in brackets; a key of a `[..]` may lack its own."""
    steps = value_of(nodes.compose(source), "steps")
    bare = steps is not None and steps.start <= node.start < steps.end
    starts = (node.start, steps.start) if steps is not None and bare else (node.start,)
    return any(source.text[start : start + 1] in ("[", "{") for start in starts)


def _line_end(source: Source) -> str:
    found = BREAK.search(source.text)
    return found[0] if found else "\n"


def _spelled(text: str, flow: bool) -> str | None:
    """A text as YAML has it, in brackets or not: plain where that is read as what it is."""
    for spelled in (text, "'" + text.replace("'", "''") + "'"):
        try:
            root = nodes.compose(text_source(f"[{spelled}]" if flow else f"- {spelled}", ""))
        except DiagnosticError:
            continue
        match root:
            case Listing(items=(Scalar(text=found, null=False),)):
                if found.value == text and not found.cut:
                    return spelled
    return None
