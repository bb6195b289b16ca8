"""What may be written at a place: rules, labels, keys and their values, names that are declared.

Seen from the lines above alone: while one types, a file is seldom whole.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from lsprotocol.types import CompletionItem, CompletionItemKind, MarkupContent, MarkupKind

from verifier.commands.jobs import is_document, neighbour
from verifier.derivation.keys import FILE_KEYS, STEP_KEYS, Choice
from verifier.documents.comments import KEYS
from verifier.formula.reader import RESERVED
from verifier.outcome import DiagnosticError
from verifier.server import texts
from verifier.server.places import COMMENT

_LABEL = re.compile(r"""\blabel:[ \t]*['"]?([^'"\s,}\]]+)""")
_DECLARED = re.compile(r"""[ \t\[,'"-]*([^\W\d]\w*)(\((?:[^()]|\([^()]*\))*\))?""")
_VALUE = re.compile(r"\b(?P<key>[a-z]+):[ \t]*(?:\[[^\]]*)?['\"]?[\w.#/-]*$")
_KEY = re.compile(r"[ \t]*(?:-[ \t]+)?\{?\w*$")
_FLOW_KEY = re.compile(r"[ \t]*(?:-[ \t]+)?\{.*,[ \t]*\w*$")
_ITEM = re.compile(r"[ \t]*-[ \t]+['\"]?[\w.#/-]*$")
_WORD = re.compile(r"[^\W\d]\w*$")
_OPENS = re.compile(r"([ \t]*(?:-[ \t]+)?)([a-z]+):[ \t]*(?:#.*)?$")
_NAMED = ("model", "functions", "define", "parameters")
_KINDS = {
    "model": CompletionItemKind.Class,
    "functions": CompletionItemKind.Function,
    "define": CompletionItemKind.Constant,
    "parameters": CompletionItemKind.Variable,
}


def completions(file: str, text: str, offset: int, typed: str | None) -> list[CompletionItem]:
    """What may stand at an offset of the text of a file. `typed`: the sign that asked for it, where
    nobody did."""
    start = text.rfind("\n", 0, offset) + 1
    line = text[start:offset]
    if is_document(file):
        return [*_commented(line, typed)]
    above = text[:start].splitlines()
    key = _value_of(line, above)
    if key is not None:
        return [*_values(key, file, text, line)]
    if typed is None and (_KEY.fullmatch(line) or _FLOW_KEY.fullmatch(line)):
        return [*_keys(line, above)]
    if typed is None and _WORD.search(line):
        return [*_names(text)]
    return []


def _commented(line: str, typed: str | None) -> Iterator[CompletionItem]:
    """What an `elbo:` comment may go on with."""
    comment = COMMENT.search(line)
    if comment is None:
        return
    key, colon, _ = comment[1].rpartition(";")[2].partition(":")
    if colon and key.strip() in _WORDS:
        yield from _values(key.strip(), "", "", line)
    elif not colon and typed in (None, ":"):
        for place, (name, says) in enumerate(KEYS.items()):
            yield _property(name, says, place)


def _value_of(line: str, above: list[str]) -> str | None:
    """The key of words whose value is written here."""
    found = _VALUE.search(line)
    if found is not None:
        return found["key"] if found["key"] in _WORDS else None
    if not _ITEM.fullmatch(line):
        return None
    opened = _opened_by(line, above)
    return opened if opened in ("by", "using") else None


def _opened_by(line: str, above: list[str]) -> str | None:
    """The key whose list an item, on a line of its own, stands in."""
    indent = len(line) - len(line.lstrip())
    for other in reversed(above):
        opens = _OPENS.fullmatch(other)
        if opens is not None and len(opens[1]) <= indent:
            return opens[2]
        if other.strip() and len(other) - len(other.lstrip()) < indent:
            return None
    return None


_WORDS: dict[str, tuple[str, ...]] = {
    "by": (),
    "using": (),
    "strict": ("true", "false"),
    **{
        name: key.read.words
        for keys in (FILE_KEYS, STEP_KEYS)  # what both have has the words of a step
        for name, key in keys.items()
        if isinstance(key.read, Choice)
    },
}


def _values(key: str, file: str, text: str, line: str) -> Iterator[CompletionItem]:
    if key == "by":
        yield from _rules()
    elif key == "using":
        yield from _statements(file, text, line)
    for place, word in enumerate(_WORDS[key]):
        yield _item(word, CompletionItemKind.EnumMember, order=place)


def _rules() -> Iterator[CompletionItem]:
    for place, (name, entry) in enumerate(texts.manual().items()):
        also = "" if name == entry.name else f"{entry.name}: "
        yield CompletionItem(
            name,
            kind=CompletionItemKind.Function,
            detail=also + entry.line,
            documentation=MarkupContent(MarkupKind.Markdown, texts.rule(entry)),
            sort_text=f"{name != entry.name:d}{place:04}",
        )


def _statements(file: str, text: str, line: str) -> Iterator[CompletionItem]:
    """Labels of this file, or of one that is named already; and the files beside this one."""
    word = re.split(r"[\s\[,'\"]", line)[-1]
    if "#" in word:
        other = word.partition("#")[0]
        try:
            known = neighbour(file, other)
        except DiagnosticError:
            return
        yield _item("claim", CompletionItemKind.Reference, known.claim.value)
        for step in known.steps:
            if step.label is not None:
                yield _item(step.label.value, CompletionItemKind.Reference, step.formula.value)
        return
    for label in dict.fromkeys(_LABEL.findall(text)):
        yield _item(label, CompletionItemKind.Reference)
    own = os.path.basename(file)
    for name in _beside(os.path.dirname(file)):
        if name != own:
            yield _item(f"{name}#claim", CompletionItemKind.File, order=1)


def _beside(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith((".yaml", ".yml")))
    except OSError:
        return []


def _keys(line: str, above: list[str]) -> Iterator[CompletionItem]:
    of_file = not line[:1].isspace() and not line.lstrip().startswith("-")
    if "steps:" not in [each.rstrip() for each in above] and not of_file:
        return
    for place, (name, key) in enumerate((FILE_KEYS if of_file else STEP_KEYS).items()):
        yield _property(name, key.says, place)


def _property(name: str, says: str, place: int) -> CompletionItem:
    return CompletionItem(
        name,
        kind=CompletionItemKind.Property,
        detail=says,
        insert_text=f"{name}: ",
        sort_text=f"{place:04}",
    )


def _names(text: str) -> Iterator[CompletionItem]:
    """What the declarations name, as they stand."""
    for key, line in _declarations(text):
        found = _DECLARED.match(line)
        if found is not None:
            more = "(" if found[2] else ""
            yield _item(found[1], _KINDS[key], line.strip(" -\"'"), insert=found[1] + more)
    for name in sorted(RESERVED):
        yield _item(name, CompletionItemKind.Keyword, order=1)


def _declarations(text: str) -> Iterator[tuple[str, str]]:
    """Each line of a key that declares names, of a list in brackets each item."""
    key = ""
    for line in text.splitlines():
        name, colon, rest = line.partition(":")
        if colon and name in FILE_KEYS:
            key = name
            items: Iterable[str] = re.split(r",(?![^(]*\))", rest.strip(" []"))
        elif colon and not line[:1].isspace() and not line.startswith("-"):
            key = ""
            items = ()
        else:
            items = [line]
        if key in _NAMED:
            yield from ((key, item) for item in items if item.strip(" -"))


def _item(
    name: str, kind: CompletionItemKind, detail: str = "", order: int = 0, insert: str | None = None
) -> CompletionItem:
    return CompletionItem(
        name,
        kind=kind,
        detail=detail or None,
        insert_text=insert,
        sort_text=f"{order:04}{name}",
    )
