"""What people call the keys, by whose keys they are: data for hints."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches

_KEYS: Mapping[str, Mapping[str, str]] = {
    "derivation": {
        "title": "name heading topic",
        "source": "reference ref origin cite citation from url bibliography",
        "description": "abstract summary text comment comments note notes about",
        "author": "authors by written_by lecturer teacher",
        "course": "class lecture seminar module",
        "date": "day year when",
        "model": "models families family densities density distributions distribution joint",
        "copies": "copy iid samples replicas",
        "parameters": "params param parameter constants constant const hyperparameters scalars",
        "functions": "function func funcs fn",
        "define": "definitions definition defs def let where abbreviations notation macros",
        "discrete": "finite countable categorical",
        "support": "supports domination conditions",
        "assume": "assumption assumptions assuming facts fact hypotheses hypothesis premises"
        " suppose constraints",
        "start": "begin initial lhs left first",
        "steps": "step proof derivation chain lines argument body",
        "claim": "goal conclusion theorem result statement claims target prove show conclude"
        " proposition rhs qed end",
        "strict": "exact pedantic",
        "expect": "expected verdict",
    },
    "step": {
        "by": "rule rules reason reasons why because justification via due_to",
        "eq": "= == equal equals equality is eqn equation same",
        "ge": ">= ≥ ⩾ > geq gte \\ge \\geq greater greater_equal at_least atleast",
        "le": "<= =< ≤ ⩽ < leq lte \\le \\leq less less_equal at_most atmost",
        "so": "hence thus therefore then implies => ==> conclude statement have infer iff",
        "side": "lemma aside claim sublemma auxiliary",
        "using": "from use uses given premises premise cites ref refs with and",
        "label": "name id tag title as",
        "note": "comment notes comments remark text explanation description hint",
        "expect": "expected verdict",
        "blank": "hide hidden gap",
        "points": "point marks score worth",
    },
}  # fmt: skip
_MEANT = {
    owner: {word: key for key, words in keys.items() for word in words.split()}
    for owner, keys in _KEYS.items()
}


_VALUES: Mapping[str, str] = {
    **dict.fromkeys(("yes", "on", "1"), "true"),
    **dict.fromkeys(("no", "off", "0"), "false"),
    **dict.fromkeys(("ok", "pass", "passes", "correct", "valid"), "verified proved"),
    **dict.fromkeys(("fail", "fails", "wrong", "invalid", "incorrect"), "failed refuted"),
    "true": "verified proved",
    "false": "failed refuted",
    "proved": "verified",
    "verified": "proved",
    "refuted": "failed",
    "failed": "refuted",
    "step": "line",
    "rule": "reason",
    "sign": "relation",
}


def meant_value(value: str, choices: Collection[str]) -> tuple[str, ...]:
    """The value that was likely meant, of those that a key may have."""
    plain = value.strip().lower().replace("_", "-")
    found = [plain] if plain in choices else _VALUES.get(plain, "").split()
    return tuple(v for v in found if v in choices) or tuple(get_close_matches(plain, choices, 1))


def meant(name: str, owner: str, known: Collection[str]) -> tuple[str, ...]:
    """The key that a name is likely to mean, of those that there may be."""
    plain = name.strip().lower().replace(" ", "_").replace("-", "_")
    key = plain if plain in known else _MEANT[owner].get(plain)
    if key is not None:
        return (key,) if key in known else ()
    return tuple(get_close_matches(plain, known, 1))
