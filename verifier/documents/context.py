"""What a line is read with, what a reading is, and what readings share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from verifier.documents.formulas import Application, Tokens, application_at, closing, past
from verifier.formula.lexer import scan
from verifier.outcome import Diagnostic

MOST = 8  # readings of a line


ENDS = frozenset({"+", "-", ")", "]", "}", r"\}", r"\rangle", "||", ",", ":", "=", ">=", "<="})


OPEN = frozenset({"(", "[", r"\{"})


@dataclass(frozen=True, slots=True)
class Remark:
    """An assumption of a reading: its code in the messages, with what is read as what."""

    code: str
    data: tuple[tuple[str, str], ...]

    @property
    def diagnostic(self) -> Diagnostic:
        return Diagnostic("read-as", None, {"topic": self.code, **dict(self.data)})


Meanings = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of an expression, and what it assumes; `tacit`: what else in it is read as what,
    of which nothing is said."""

    tokens: Tokens
    remarks: tuple[Remark, ...] = ()
    tacit: Meanings = ()

    @property
    def meanings(self) -> Meanings:
        """What is read as what: each notation as it is written, and what it stands for."""
        told = (dict(remark.data) for remark in self.remarks)
        pairs = ((data["written"], data["read"]) for data in told if {*data} == {"written", "read"})
        return (*pairs, *self.tacit)


def agree(meanings: Iterable[tuple[str, str]]) -> bool:
    """Whether each notation is read as one thing, wherever it stands."""
    found: dict[str, str] = {}
    return all(found.setdefault(written, read) == read for written, read in meanings)


@dataclass(frozen=True, slots=True)
class NamedLaw:
    """A law that has been written in full: its density, of which it binds the left."""

    density: Application
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Formal:
    """What a name was defined at, and what it stands for there."""

    arguments: tuple[Tokens, ...]
    body: Tokens


class Unsure(Exception):  # noqa: N818 - no error: a line that isn't read
    """Why a line has no reading."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Context:
    """What a line is read with: the families, their model lines, the names of defines, the laws
    named so far, the last of them last, and the variables that its chain begins with."""

    models: dict[str, str]
    bases: frozenset[str] = frozenset()
    renamed: dict[str, str] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    folded: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    defines: frozenset[str] = frozenset()
    formals: Mapping[str, Formal] = field(default_factory=dict)  # what they were defined at
    laws: list[NamedLaw] = field(default_factory=list)
    stated: tuple[tuple[int, NamedLaw], ...] = ()  # by the text, and where
    inherited: int = 0  # how many of the laws are of earlier sections
    divergences: list[tuple[Tokens, Tokens]] = field(default_factory=list)
    near: tuple[Tokens, ...] = ()  # what the section's divergences are of
    around: frozenset[str] = frozenset()
    own: tuple[str, ...] = ()  # the families of the chain
    drawn: tuple[str, ...] = ()  # those that it has expectations under
    arrangements: dict[str, list[Tokens]] = field(default_factory=dict)
    functions: dict[str, Tokens] = field(default_factory=dict)  # those at one place alone

    def whole(self, family: str) -> str:
        """The density that the `model` line of a family is of."""
        return self.models[family].partition("=")[0].strip()

    def family(self, label: str) -> str:
        """The family that a label is of: q that of q_phi, where there is no other q."""
        label = self.renamed.get(label, label)
        if label in self.models or not label:
            return label
        alike = [name for name in self.models if name.partition("_")[0] == label]
        return alike[0] if len(alike) == 1 else label


def slots(line: str) -> tuple[frozenset[str], frozenset[str]]:
    """What a `model` line is over, and what it is only ever conditioned on."""
    inside = line.replace(" ", "").partition("=")[0].partition("(")[2].rstrip(")")
    left, _, right = inside.partition("|")
    split = re.compile(r",(?![^{]*\})")
    return frozenset(split.split(left)), frozenset(x for x in split.split(right) if x)


def made(text: str, at: Tokens) -> Tokens:
    """Tokens of a text that stands nowhere, at the place of others."""
    start, end = at[0].start, at[-1].end
    return tuple(token._replace(start=start, end=end) for token in scan(text)[:-1])


def moved(tokens: Tokens, at: Tokens) -> Tokens:
    start, end = at[0].start, at[-1].end
    return tuple(token._replace(start=start, end=end) for token in tokens)


def script_of(tokens: Tokens, at: int) -> tuple[Tokens, int]:
    """The same where a bracket behind the subscript isn't its own: of `H_q(z | x)` that is q."""
    if at + 1 < len(tokens) and tokens[at].text == "_" and tokens[at + 1].text != "{":
        return tokens[at + 1 : at + 2], at + 2
    return script_at(tokens, at)


def script_at(tokens: Tokens, at: int) -> tuple[Tokens, int]:
    """What stands in the subscript at a place, and what is behind it."""
    if at + 1 >= len(tokens) or tokens[at].text != "_":
        return (), at
    if tokens[at + 1].text == "{":
        end = closing(tokens, at + 1)
        return tokens[at + 2 : end], end + 1
    application = application_at(tokens, at + 1)
    if application is not None and tokens[at + 2].text == "(":
        inside = tokens[application.opened + 1 : application.end - 1]
        if any(t.text == "|" for t in inside) or (
            application.end < len(tokens) and (tokens[application.end].text in OPEN)
        ):
            return tokens[at + 1 : application.end], application.end
    return tokens[at + 1 : at + 2], at + 2


def product_end(tokens: Tokens, at: int) -> int:
    """Where the product ends that begins at a place."""
    start = at
    while at < len(tokens):
        text = tokens[at].text
        if text in ("(", "[", "{", r"\{", r"\langle"):
            at = past(tokens, at)
            continue
        if text in ENDS and not (text == "-" and at == start):
            break
        at += 1
    return min(at, len(tokens))
