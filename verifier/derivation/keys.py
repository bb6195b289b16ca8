"""The keys of the format, each in one line: how it is read, and who compares it.

A new key is a field of `Derivation` or `Step`, and a line here. What it declares about the
mathematics goes into the model, by `elaborate.model`; whether another file declares as much is
judged in `kernel.lemmas`, model by model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from verifier.derivation.derivation import Text
from verifier.derivation.fields import Fields
from verifier.outcome import FileVerdict, Verdict

STATEMENTS = ("eq", "ge", "le", "so", "side")
POINTS = tuple(map(str, range(21)))
BLANKS = ("reason", "relation", "line")


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a file or of a step: the field that it fills, how its value is read there, and when
    a worksheet that was filled in may have another value than its derivation, or none."""

    field: str
    read: Callable[[Fields, str], object]
    free: Literal["never", "where blank", "always"] = "never"
    required: bool = False
    declares: bool = False  # something that formulas are made of, or that is assumed


def _rules(step: Fields, key: str) -> tuple[Text, ...]:
    if step.is_empty(key):
        step.refuse_value("empty-list", key)
    return step.texts(key, or_one=True)


_ONE_OR_MORE = partial(Fields.texts, or_one=True)

FILE_KEYS: Mapping[str, Key] = {
    "title": Key("title", Fields.string, required=True),
    "source": Key("origin", Fields.string),
    "description": Key("description", Fields.string),
    **{name: Key(name, Fields.string) for name in ("author", "course", "date")},
    "model": Key("model", Fields.texts, required=True, declares=True),
    "copies": Key("copies", _ONE_OR_MORE, declares=True),
    "parameters": Key("parameters", Fields.texts, declares=True),
    "functions": Key("functions", Fields.texts, declares=True),
    "define": Key("define", Fields.texts, declares=True),
    "discrete": Key("discrete", Fields.texts, declares=True),
    "support": Key("support", Fields.texts, declares=True),
    "assume": Key("assume", Fields.texts, declares=True),
    "start": Key("start", Fields.text),
    "steps": Key("steps", Fields.items, required=True),
    "claim": Key("claim", Fields.text, required=True),
    "strict": Key("strict", Fields.flag),
    "expect": Key("expect", lambda file, key: file.choice(key, [*FileVerdict]), free="always"),
}
STEP_KEYS: Mapping[str, Key] = {
    "by": Key("rules", _rules),
    **dict.fromkeys(STATEMENTS, Key("formula", Fields.text)),
    "using": Key("using", _ONE_OR_MORE),
    "label": Key("label", Fields.text),
    "note": Key("note", Fields.string, free="where blank"),  # it may tell what is missing
    "expect": Key("expect", lambda step, key: step.choice(key, [*Verdict]), free="always"),
    "blank": Key("blank", lambda step, key: step.choice(key, BLANKS), free="where blank"),
    "points": Key("points", lambda step, key: int(step.choice(key, POINTS) or 1)),
}
DECLARATIONS = tuple(name for name, key in FILE_KEYS.items() if key.declares)


def free(keys: Mapping[str, Key], blank: bool = False) -> frozenset[str]:
    """The keys that a worksheet may have otherwise than its derivation; of a `blank` step more."""
    when: Collection[str] = ("always", "where blank") if blank else ("always",)
    return frozenset(name for name, key in keys.items() if key.free in when)


def values(fields: Fields, keys: Mapping[str, Key]) -> dict[str, object]:
    """The values of the keys that are there, by the fields that they fill."""
    found: dict[str, object] = {}
    for name, key in keys.items():
        with fields.passing():
            if name in fields:
                found[key.field] = key.read(fields, name)
    return found
