"""What wordings are made of: templates over a diagnostic's data, or functions of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Data = Mapping[str, Any]
Wording = str | Callable[[Data], str]
Hint = str | Callable[[Data], str | None]


class Known(dict[str, Any]):
    """Data of a diagnostic; what is missing is left open in the sentence."""

    def __missing__(self, key: str) -> str:
        return "..."


def said(wording: Hint, data: Mapping[str, Any]) -> str | None:
    """The sentence that a wording makes of its data."""
    if callable(wording):
        return wording(Known(data))
    return wording.format_map(Known({key: plain(value) for key, value in data.items()}))


def plain(value: object) -> str:
    """A value of the data as it stands in a sentence."""
    if isinstance(value, (tuple, list)):
        return ", ".join(f"`{item}`" if isinstance(item, str) else str(item) for item in value)
    return str(value)


def either(items: object) -> str:
    """`a`, `b` or `c`."""
    names = [f"`{item}`" for item in items] if isinstance(items, (tuple, list)) else [str(items)]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def nearest(data: Data) -> str | None:
    """The usual hint for a misspelt name."""
    near = data.get("near")
    return f"did you mean {either(near)}?" if near else None


def work_spent(data: Data, joint: str) -> str:
    """What was spent, where that was all that there is; empty where some is left."""
    terms, values = data.get("spent"), data.get("values")
    said = [f"{terms:,} terms were looked at"] if terms else []
    said += [f"{values:,} values were worked out in sampled worlds"] if values else []
    return f"{joint}{' and '.join(said)}" if said else ""
