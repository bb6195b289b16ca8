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
MOST_POINTS = 20
BLANKS = ("reason", "relation", "line")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    def __call__(self, fields: Fields, key: str) -> object:
        return fields.choice(key, self.words)


@dataclass(frozen=True, slots=True)
class Count:
    """A number from 0 to a few."""

    most: int

    def __call__(self, fields: Fields, key: str) -> object:
        return int(fields.choice(key, [str(n) for n in range(self.most + 1)]) or 1)


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a file or of a step: the field that it fills, how its value is read there, what it
    is for, and when a worksheet that was filled in may have another value than its derivation, or
    none."""

    field: str
    read: Callable[[Fields, str], object]
    says: str
    free: Literal["never", "where blank", "always"] = "never"
    required: bool = False
    declares: bool = False  # something that formulas are made of, or that is assumed


def rules(step: Fields, key: str) -> tuple[Text, ...]:
    """Rules that are cited, one or several."""
    if step.is_empty(key):
        step.refuse_value("empty-list", key)
    return step.texts(key, or_one=True)


ONE_OR_MORE = partial(Fields.texts, or_one=True)


def _declares(field: str, read: Callable[[Fields, str], object], says: str) -> Key:
    return Key(field, read, says, declares=True, required=field == "model")


FILE_KEYS: Mapping[str, Key] = {
    "title": Key("title", Fields.string, "What this derivation shows, for people.", required=True),
    "source": Key("origin", Fields.string, "Where it is from, for people."),
    "description": Key("description", Fields.string, "What there is to say of it, for people."),
    "author": Key("author", Fields.string, "Who it is by, as handouts print it."),
    "course": Key("course", Fields.string, "What it is for, as handouts print it."),
    "date": Key("date", Fields.string, "When, as handouts print it."),
    "model": _declares(
        "model",
        Fields.texts,
        "The families of distributions: `p(x, z)` with all marginals and conditionals, `q(z | x)`"
        " one that is only ever conditioned, `p(x, z) = p(x | z) p(z)` with its factorisation,"
        " `m(x) := (p(x) + q(x)) / 2` by a formula.",
    ),
    "copies": _declares("copies", ONE_OR_MORE, "Independent copies of a variable: `z_k of z`."),
    "parameters": _declares(
        "parameters", Fields.texts, "Constants and their ranges: `lambda`, `beta > 0`, `T >= 1`."
    ),
    "functions": _declares(
        "functions",
        Fields.texts,
        "Free functions: `f(x, z)`, `r(z) >= 0`, `phi(u) concave`, `g(u) increasing`.",
    ),
    "define": _declares("define", Fields.texts, "Abbreviations: `L = E_{q(z)}[log p(x, z)]`."),
    "discrete": _declares("discrete", Fields.texts, "Variables on a countable set."),
    "support": _declares(
        "support",
        Fields.texts,
        "Where densities vanish and what is finite: `q(z) << p(z | x)`, `p(z) > 0`, `finite all`."
        " Without this key all densities are positive together and all that is written is finite.",
    ),
    "assume": _declares(
        "assume", Fields.texts, "Facts that are granted: `beta > 0`, `for all s: f(s) = log p(s)`."
    ),
    "start": Key("start", Fields.text, "The expression that the chain begins with."),
    "steps": Key("steps", Fields.items, "The lines, each with its reason.", required=True),
    "claim": Key(
        "claim", Fields.text, "What is shown: the statement that the chain reaches.", required=True
    ),
    "strict": Key(
        "strict", Fields.flag, "`true`: each step is judged under exactly the rules that it cites."
    ),
    "expect": Key(
        "expect", Choice((*FileVerdict,)), "The verdict that is expected of this file.", "always"
    ),
}
STEP_KEYS: Mapping[str, Key] = {
    "by": Key(
        "rules", rules, "The rule, or list of rules, by which it follows; without it one is found."
    ),
    "eq": Key("formula", Fields.text, "The last expression is equal to this one."),
    "ge": Key("formula", Fields.text, "The last expression is greater than this one, or equal."),
    "le": Key("formula", Fields.text, "The last expression is less than this one, or equal."),
    "so": Key(
        "formula", Fields.text, "A new statement, `left = right`, that follows from what is shown."
    ),
    "side": Key(
        "formula",
        Fields.text,
        "A statement beside the chain, which `using` brings back by its label.",
    ),
    "using": Key(
        "using",
        ONE_OR_MORE,
        "Labels of statements above, or `other.yaml#label`, that this step uses.",
    ),
    "label": Key("label", Fields.text, "A name for the statement reached here."),
    # it may tell what is missing
    "note": Key("note", Fields.string, "What there is to say of this step.", "where blank"),
    "expect": Key(
        "expect", Choice((*Verdict,)), "The verdict that is expected of this step.", "always"
    ),
    "blank": Key("blank", Choice(BLANKS), "What a worksheet leaves out here.", "where blank"),
    "points": Key("points", Count(MOST_POINTS), "What the blank of a worksheet is worth."),
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
