"""The settings of a project, as a file of settings would have them, and the files they take."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from verifier.outcome import Configured
from verifier.report.layout import DIM, PLAIN, TITLE, Line
from verifier.report.words import visible


def listing(found: Iterable[Configured]) -> Iterator[Line]:
    """Each path, where its settings stand, the settings as TOML, the files."""
    for number, each in enumerate(found):
        if number:
            yield ()
        origin = f"set in {each.file}" if each.file else "nothing sets any: these are the usual"
        yield (f"# {visible(each.path)}: {visible(origin)}", TITLE), ("", PLAIN)
        for name, value in each.settings:
            yield ((f"{name} = {_value(value)}", PLAIN),)
        for what, files in (("judged", each.taken), ("no derivation", each.skipped)):
            yield from (((f"# {what}: {visible(file)}", DIM),) for file in files)


def table(found: Iterable[Configured]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "path": each.path,
            "file": each.file or None,
            "settings": dict(each.settings),
            "taken": [*each.taken],
            "skipped": [*each.skipped],
        }
        for each in found
    ]


def _value(value: object) -> str:
    """As TOML has it; its texts are JSON's."""
    return json.dumps([*value] if isinstance(value, tuple) else value)
