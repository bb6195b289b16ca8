"""Names in a certificate: each thing has one, no two things the same, and none is a name of Coq's.

What stands for something of the file begins with a letter and `_` that say what kind of thing it
is: no name of the standard library or of ours does.
"""

from __future__ import annotations

import re
from collections.abc import Hashable

ALPHABET, VARIABLE, DENSITY, KERNEL = "A", "v", "d", "k"
FUNCTION, CONSTANT, WORLD = "f", "c", "w"
KINDS = (ALPHABET, VARIABLE, DENSITY, KERNEL, FUNCTION, CONSTANT, WORLD)


class UncertifiableError(Exception):
    """What a certificate doesn't speak of."""


class Names:
    """The names given so far."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, Hashable], str] = {}
        self._taken: set[str] = set()

    def of(self, kind: str, thing: Hashable, text: str) -> str:
        """The name of a thing, made of a text when it is first asked for."""
        key = kind, thing
        if key not in self._of:
            self._of[key] = self._free(f"{kind}_{_plain(text)}")
            self._taken.add(self._of[key])
        return self._of[key]

    def _free(self, wanted: str) -> str:
        while wanted in self._taken:
            wanted += "'"
        return wanted


def unlike(wanted: str, taken: frozenset[str]) -> str:
    """A name of a bound variable that no variable around has."""
    while wanted in taken:
        wanted += "'"
    return wanted


def bound(text: str) -> str:
    """The name that a variable has where nothing around has it."""
    return f"{VARIABLE}_{_plain(text)}"


def _plain(text: str) -> str:
    """A text in what names are made of: another text, another name. What is no letter, digit or
    `_` becomes its number between two `'`, in which no name ends that `unlike` made."""
    return re.sub(r"[^0-9A-Za-z_]", lambda found: f"'{ord(found[0]):x}'", text)


def comment(text: str) -> str:
    """A text as a comment, whatever stands in it."""
    plain = " ".join(text.split()).replace('"', "'")
    while "(*" in plain or "*)" in plain:
        plain = plain.replace("(*", "( *").replace("*)", "* )")
    return f"(* {plain} *)"
