"""Loading a derivation: its keys, each of the right kind, with their places.

Formulas stay text here. Neither SymPy nor NumPy is imported.
"""

from __future__ import annotations

import os
import re
from itertools import takewhile
from typing import Any

from verifier.derivation.derivation import Derivation, Source, Step, Text
from verifier.derivation.faults import Faults
from verifier.derivation.fields import Fields
from verifier.derivation.keys import FILE_KEYS, STATEMENTS, STEP_KEYS, values
from verifier.derivation.rewrite import name_of, value_of
from verifier.derivation.source import LIMIT, read_bytes, read_source, text_source
from verifier.derivation.yaml_nodes import Listing, Mapping, Node, compose
from verifier.outcome import DiagnosticError, FileVerdict

_STEPS = re.compile(r"^steps[ \t]*:", re.MULTILINE)
_CLAIM = re.compile(r"^claim[ \t]*:", re.MULTILINE)
_PERHAPS = re.compile(r"""(?:^|[{,])\s*["']?steps["']?\s*:""", re.MULTILINE)
_OURS = re.compile(
    r"""(?:^|[{,])[ \t]*(?:["']?(?:title|model|claim)["']?|-[ \t]+(?:eq|ge|le|so|side))[ \t]*:""",
    re.MULTILINE,
)
_EXPECT = re.compile(r"^expect:[ \t]+['\"]?(\w+)", re.MULTILINE)


def load(path: str | os.PathLike[str]) -> Derivation:
    """The derivation in a file. Raises a DiagnosticError with what is wrong."""
    return derivation(read_source(path))


def load_text(text: str, name: str = "<text>") -> Derivation:
    """The derivation in a text."""
    return derivation(text_source(text, name))


def expected_verdict(source: Source) -> FileVerdict:
    """The verdict expected of a file that can't be loaded, as far as can be told."""
    found = _EXPECT.search(source.text)
    named = found[1] if found else ""
    return FileVerdict(named) if named in [*FileVerdict] else FileVerdict.VERIFIED


def derivation(source: Source, strict: bool = False) -> Derivation:
    """The derivation in a source, `strict` unless it says otherwise. Raises a DiagnosticError with
    all that is wrong with its keys."""
    found = readable(source, strict)
    Faults(found.faults).raised()
    return found


def is_derivation(source: Source) -> bool:
    """Whether a text is one, whatever else may be wrong with it, and not what others write in YAML:
    pipelines have `steps`, too, and settings a `model`."""
    if _STEPS.search(source.text) and _CLAIM.search(source.text):
        return True
    try:
        root = compose(source, Faults())
    except DiagnosticError:
        return may_be_one(source.text)
    keys = {name_of(key) for key, _ in root.pairs} if isinstance(root, Mapping) else set()
    steps = value_of(root, "steps")
    if "claim" in keys and ("model" in keys or steps):
        return True
    if not isinstance(steps, Listing):
        return False
    said = {name_of(key) for s in steps.items if isinstance(s, Mapping) for key, _ in s.pairs}
    ours = keys <= FILE_KEYS.keys() and ("title" in keys or not steps.items)
    return ours or bool(said & {*STATEMENTS})


def could_be_one(path: str) -> bool:
    """The same of a file that is no text, or too large, in whatever encoding; one that can't be
    opened may be one."""
    try:
        data = read_bytes(path, LIMIT)
    except (DiagnosticError, OSError):
        return True
    return may_be_one(data.replace(b"\0", b"").decode("latin-1"))


def holds_one(path: str) -> bool:
    """Whether there is a file that is a derivation."""
    try:
        return is_derivation(read_source(path))
    except DiagnosticError:
        return False


def may_be_one(text: str) -> bool:
    """The same of a text that can't be read."""
    return _PERHAPS.search(text) is not None and _OURS.search(text) is not None


def readable(source: Source, strict: bool = False) -> Derivation:
    """What can be read of the derivation in a source, and all that is wrong with its keys: a text
    that is missing is empty, and steps end before the first that says nothing.

    Raises a DiagnosticError for what is no mapping of keys.
    """
    faults = Faults()
    file = Fields(source, compose(source, faults), "derivation", FILE_KEYS, faults)
    nothing = Text("", (0,), source)
    found: dict[str, Any] = {"title": "", "model": (), "claim": nothing, "strict": strict}
    found |= values(file, FILE_KEYS)
    for name, key in FILE_KEYS.items():
        if key.required and name not in file and not file.means(name):
            with faults.kept():
                file.missing("missing-key", key=name)
    found["steps"] = steps = _steps(source, file, faults) if "steps" in file else ()
    if steps and steps[0].key != "so" and "start" not in file and not file.means("start"):
        with faults.kept():
            file.missing("missing-start", first=steps[0].key)
    return Derivation(source=source, **found, faults=tuple(faults.found))


def _steps(source: Source, file: Fields, faults: Faults) -> tuple[Step, ...]:
    entries: tuple[Node, ...] = ()
    with faults.kept():
        entries = file.items("steps")
        if not entries:
            file.refuse_value("empty-list", "steps")
    steps = [_step(source, entry, faults) for entry in entries]
    return tuple(step for step in takewhile(lambda step: step is not None, steps) if step)


def _step(source: Source, node: Node, faults: Faults) -> Step | None:
    """A step; None where it says nothing."""
    known = len(faults.found)
    with faults.kept():
        step = Fields(source, node, "step", STEP_KEYS, faults)
        found: dict[str, Any] = values(step, STEP_KEYS)
        key = _statement(step)
        if key == "side" and "label" not in step:
            with faults.kept():
                step.refuse_key("side-without-label", "side")
        if key and "formula" in found:
            return Step(key=key, **found, whole=len(faults.found) == known)
    return None


def _statement(step: Fields) -> str:
    """The one key of a step that says what follows; "" where an unknown one was meant to be it."""
    found = [key for key in step if key in STATEMENTS]
    if not found:
        if any(map(step.means, STATEMENTS)):
            return ""
        step.missing("no-statement", keys=STATEMENTS)
    if len(found) > 1:
        step.refuse_key("two-statements", found[1], first=found[0])
    return found[0]
