"""The JSON Schema of a derivation's file, for editors: of the loader's own declarations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from verifier.derivation.fields import Fields
from verifier.derivation.keys import (
    FILE_KEYS,
    ONE_OR_MORE,
    STATEMENTS,
    STEP_KEYS,
    Choice,
    Count,
    Key,
    rules,
)

Json = dict[str, Any]

# Every scalar is taken as its text; to YAML `0` is a number and `true` a boolean.
_TEXT: Json = {"type": ["string", "number", "boolean"]}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_SHAPES: Mapping[object, Json] = {
    Fields.string: _TEXT,
    Fields.text: _TEXT,
    Fields.texts: _TEXTS,
    ONE_OR_MORE: {"anyOf": [_TEXT, _TEXTS]},
    Fields.items: {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/step"}},
    Fields.flag: {"type": "boolean"},
    rules: {
        "anyOf": [
            {"$ref": "#/definitions/rule"},
            {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/rule"}},
        ]
    },
}


def schema(known: Iterable[tuple[str, str]]) -> Json:
    """The schema; `known`: the rules by all their names, each with what it says."""
    named = [{"const": name, "description": says} for name, says in known]
    phrase = {"type": "string"}  # as people call rules; a description would be shown for all
    step = _mapping(STEP_KEYS, "A step: one line, and by what it follows.")
    step["oneOf"] = [{"required": [key]} for key in STATEMENTS]
    step["dependencies"] = {"side": ["label"]}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A derivation for elbo-verify",
        **_mapping(FILE_KEYS, "A derivation, line by line: docs/format.md."),
        "definitions": {"step": step, "rule": {"anyOf": [*named, phrase]}},
    }


def _mapping(keys: Mapping[str, Key], says: str) -> Json:
    return {
        "description": says,
        "type": "object",
        "properties": {
            name: {"description": key.says, **_shape(key)} for name, key in keys.items()
        },
        "required": [name for name, key in keys.items() if key.required],
        "additionalProperties": False,
    }


def _shape(key: Key) -> Json:
    if isinstance(key.read, Choice):
        return {"enum": [*key.read.words]}
    if isinstance(key.read, Count):
        return {"type": "integer", "minimum": 0, "maximum": key.read.most}
    return _SHAPES[key.read]
