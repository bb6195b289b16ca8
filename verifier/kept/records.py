"""Reports as texts, and back: whole, and nothing but reports.

What is read is plain JSON. Nothing in it names what is to be run or imported.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from verifier.formula import written
from verifier.outcome import diagnostic, documents, figures, report
from verifier.outcome.report import DerivationReport

_KINDS: dict[str, type[Any]] = {
    name: kind
    for module in (diagnostic, documents, figures, report, written)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and kind.__module__ == module.__name__
}
_FIELDS = {
    name: tuple(item.name for item in fields(kind))
    for name, kind in _KINDS.items()
    if is_dataclass(kind)
}
_PLAIN = (str, int, float, bool, type(None))


def dumped(value: DerivationReport) -> str:
    """A report as a text. Raises TypeError for one that holds what no report should."""
    return json.dumps(_down(value), ensure_ascii=False, separators=(",", ":"))


def loaded(text: str) -> DerivationReport:
    """The report that a text was made of. Raises ValueError for a text that no report was."""
    try:
        value = _up(json.loads(text))
    except (ValueError, TypeError, LookupError, RecursionError, AttributeError) as error:
        raise ValueError from error
    if not isinstance(value, DerivationReport):
        raise ValueError
    return value


def _down(value: object) -> object:
    """Tuples as lists; what has a kind as a mapping of its name alone; mappings as one of ""."""
    if isinstance(value, Enum):
        return {type(value).__name__: value.value}
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, tuple):
        return [*map(_down, value)]
    if isinstance(value, Mapping):
        return {"": [[_down(key), _down(item)] for key, item in value.items()]}
    kind = type(value).__name__
    if _KINDS.get(kind) is not type(value):
        raise TypeError(f"no report holds a {kind}")
    return {kind: [_down(getattr(value, name)) for name in _FIELDS[kind]]}


def _up(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_up, value))
    if not isinstance(value, dict):
        return value
    ((name, content),) = value.items()
    if not name:
        return {_up(key): _up(item) for key, item in content}
    kind = _KINDS[name]
    if issubclass(kind, Enum):
        return kind(content)
    return kind(**dict(zip(_FIELDS[name], map(_up, content), strict=True)))
