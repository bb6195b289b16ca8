"""Loading a derivation: its keys, each of the right kind, with their places.

Formulas stay text here. Neither SymPy nor NumPy is imported.
"""

from __future__ import annotations

import os
import re
from typing import Any

from verifier.derivation.derivation import Derivation, Source, Step
from verifier.derivation.fields import Fields
from verifier.derivation.keys import FILE_KEYS, STATEMENTS, STEP_KEYS, values
from verifier.derivation.source import read_source, text_source
from verifier.derivation.yaml_nodes import Node, compose
from verifier.outcome import FileVerdict

_EXPECT = re.compile(r"^expect:[ \t]+['\"]?(\w+)", re.MULTILINE)


def load(path: str | os.PathLike[str]) -> Derivation:
    """The derivation in a file. Raises a DiagnosticError with the first thing that is wrong."""
    return derivation(read_source(path))


def load_text(text: str, name: str = "<text>") -> Derivation:
    """The derivation in a text."""
    return derivation(text_source(text, name))


def expected_verdict(source: Source) -> FileVerdict:
    """The verdict expected of a file that can't be loaded, as far as can be told."""
    found = _EXPECT.search(source.text)
    named = found[1] if found else ""
    return FileVerdict(named) if named in [*FileVerdict] else FileVerdict.VERIFIED


def derivation(source: Source) -> Derivation:
    """The derivation in a source."""
    file = Fields(source, compose(source), "derivation", FILE_KEYS)
    for name, key in FILE_KEYS.items():
        if key.required and name not in file:
            file.missing("missing-key", key=name)
    steps = _steps(source, file)
    if "start" not in file and steps[0].key != "so":
        file.missing("missing-start", first=steps[0].key)
    found: dict[str, Any] = {**values(file, FILE_KEYS), "steps": steps}
    return Derivation(source=source, **found)


def _steps(source: Source, file: Fields) -> tuple[Step, ...]:
    entries = file.items("steps")
    if not entries:
        file.refuse_value("empty-list", "steps")
    return tuple(_step(source, entry) for entry in entries)


def _step(source: Source, node: Node) -> Step:
    step = Fields(source, node, "step", STEP_KEYS)
    key = _statement(step)
    if key == "side" and "label" not in step:
        step.refuse_key("side-without-label", "side")
    found: dict[str, Any] = values(step, STEP_KEYS)
    return Step(key=key, **found)


def _statement(step: Fields) -> str:
    """The one key of a step that says what follows."""
    found = [key for key in step if key in STATEMENTS]
    if not found:
        step.missing("no-statement", keys=STATEMENTS)
    if len(found) > 1:
        step.refuse_key("two-statements", found[1], first=found[0])
    return found[0]
