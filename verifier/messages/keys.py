"""The keys of a derivation and their values."""

from __future__ import annotations

from verifier.messages.files import TRAPS, trap
from verifier.messages.formulas import LINES
from verifier.messages.wording import Data, Hint, Wording, either, nearest


def _null_value(data: Data) -> str | None:
    return TRAPS["comment"] if data.get("cut") == "comment" else "leave the key out, or fill it in"


_KINDS = {"text": "a text", "list": "a list", "keys": "a mapping of keys to values"}


def _unknown_key(data: Data) -> str | None:
    return nearest(data) or trap(data)


def _other_type(data: Data) -> str | None:
    """How a value of the kind that is wanted is written."""
    wanted, found = data.get("wanted") or (), data.get("found")
    if tuple(wanted) == ("list",) and found == "mapping":
        return f"write each in a line of its own that begins with `- `{_like(data)}"
    if tuple(wanted) == ("list",):
        return f"write it in a line of its own that begins with `- `{_like(data)}"
    if data.get("owner") == "step" and found == "text":
        return "begin it with its key: `eq:`, `ge:`, `le:` or `so:`"
    if data.get("owner") == "derivation" and found == "text":
        return TRAPS["key"]
    return trap(data)


def _like(data: Data) -> str:
    """A line of a list, as an example."""
    line = {**LINES, "steps": "`eq: log p(x)`"}.get(str(data.get("key")))
    return f", as in `- {line.split('`')[1]}`" if line else ""


def _wrong_type(data: Data) -> str:
    what = f"`{data['key']}`" if "key" in data else f"a {data['owner']}"
    wanted = " or ".join(_KINDS.get(kind, kind) for kind in data["wanted"])
    return f"{what} must be {wanted}, but this is a {data['found']}"


MESSAGES: dict[str, Wording] = {
    "unknown-key": "a {owner} has no key `{key}`",
    "duplicate-key": "the key `{key}` is given a second time, after line {line}",
    "null-key": "a key without a name",
    "null-value": "`{key}` has no value",
    "missing-key": "the key `{key}` is missing",
    "missing-start": "`start` is missing: the first step, `{first}`, has no line to go on from",
    "empty-list": "`{key}` is empty",
    "wrong-type": _wrong_type,
    "wrong-value": lambda data: (
        f"`{data['key']}` must be {either(data['choices'])}, not `{data['value']}`"
    ),
    "no-statement": lambda data: f"a step needs one of {either(data['keys'])}",
    "two-statements": "a step says one thing: `{first}` or `{key}`, not both",
    "more-faults": "{count} more are not shown",
    "side-without-label": "a `side` needs a `label`, by which `using` can name it",
}

_MISSING = {
    "title": "say what it shows, as in `title: The ELBO bounds the evidence`",
    "model": "list the densities, as in `model: ['p(x, z)', q(z)]`; of numbers alone: `model: []`",
    "claim": "say what the steps come to, as in `claim: KL(q(z) || p(z)) >= 0`",
}

HINTS: dict[str, Hint] = {
    "unknown-key": _unknown_key,
    "missing-key": lambda data: _MISSING.get(str(data.get("key"))),
    "null-value": _null_value,
    "empty-list": lambda data: (
        "leave `by` out to have the rules found" if data.get("key") == "by" else None
    ),
    "wrong-type": _other_type,
    "wrong-value": nearest,
}
