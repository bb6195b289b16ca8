"""What each code means and what to do about it: `codes.toml`, with the texts of `samples.yaml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One code: what it means and when it is said, what to do, and what is said, for example, each
    with its hint."""

    name: str
    means: str
    do: str
    examples: tuple[tuple[str, str], ...] = ()


@cache
def codes() -> dict[str, CodeEntry]:
    """Every code, without examples."""
    written = tomllib.loads((_FOLDER / "codes.toml").read_text(encoding="utf-8"))
    return {name: CodeEntry(name, *texts) for name, texts in written.items()}


def code_named(name: str) -> CodeEntry | None:
    """All there is to say of a code, if it is one."""
    known = codes().get(name.strip("[]`"))
    if known is None:
        return None
    said = tuple((sample["says"], sample.get("hint", "")) for sample in samples()[known.name])
    return CodeEntry(known.name, known.means, known.do, said)


@cache
def samples() -> dict[str, list[dict[str, Any]]]:
    """Of every code what is said of some data, to which the tests hold the wordings."""
    import yaml

    text = (_FOLDER / "samples.yaml").read_text(encoding="utf-8")
    found: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)
    return found
