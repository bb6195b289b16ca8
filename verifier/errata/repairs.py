"""Text that is no formula: what it would be with a bracket, a differential or a relation mended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

_OPEN, _CLOSED = "([{", ")]}"
_STRICT = re.compile(r"(?<![<>=!])[<>](?![<>=])")
_BARE = re.compile(r"\bE(?=\[)")  # an expectation that doesn't say under what
_APPLIED = re.compile(r"(?<!\\)\b([A-Za-z]\w*)(?=\()")
_TWICE = re.compile(r"(\([^()]*\))\1")
_RAISED = re.compile(r"\^(\w+|\{[^{}]*\})")
_TERMS = re.compile(r" (?=[-+] )")  # where a term of a sum ends


def repairs(
    text: str,
    variables: Iterable[str],
    laws: Sequence[str] = (),
    families: Iterable[str] = (),
    is_known: Callable[[str], bool] = lambda _: True,
) -> Iterator[tuple[str, str, str, str]]:
    """(kind, what stood there, what stands there now, the whole text), each once."""
    seen = {text}
    strange = [name for name in dict.fromkeys(_APPLIED.findall(text)) if not is_known(name)]
    named = (
        ("distribution", name, family, re.sub(rf"\b{name}(?=\()", family, text))
        for name in strange
        for family in sorted(families)
    )
    for kind, before, after, whole in (*named, *_repairs(text, sorted(variables), laws)):
        if whole not in seen:
            seen.add(whole)
            yield kind, before, after, whole


def _repairs(
    text: str, variables: list[str], laws: Sequence[str]
) -> Iterator[tuple[str, str, str, str]]:
    for found in _BARE.finditer(text):
        for law in laws:
            yield "expectation", "E", law, text[: found.start()] + law + text[found.end() :]
    for found in _TWICE.finditer(text):
        whole = text[: found.end(1)] + text[found.end() :]
        yield "bracket", found.group(), found.group(1), whole
    for found in _STRICT.finditer(text):
        sign = found.group()
        yield "relation", sign, f"{sign}=", text[: found.end()] + "=" + text[found.end() :]
    ends = [*(m.start() for m in _TERMS.finditer(text)), len(text)]
    ends += [place for place, letter in enumerate(text) if letter in _CLOSED]
    if "int" in text:
        for variable in variables:
            for end in sorted(ends, reverse=True):
                d = f" d{variable}"
                yield "measure", "", d.strip(), text[:end] + d + text[end:]
    for found in _RAISED.finditer(text):
        whole = text[: found.start()] + text[found.end() :]
        yield "index", found.group(), "", whole
    for place, letter in enumerate(text):
        if letter in _OPEN + _CLOSED:
            yield "bracket", letter, "", text[:place] + text[place + 1 :]
    for closed in _CLOSED[:2]:
        for end in ends:
            yield "bracket", "", closed, text[:end] + closed + text[end:]
