"""What `elbo:` comments say: of the display behind them, of their section, of all that follows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from verifier.derivation.derivation import Source, Text
from verifier.derivation.keys import DECLARATIONS, FILE_KEYS
from verifier.documents.blocks import Comment
from verifier.documents.traced import Traced
from verifier.outcome import Diagnostic, DiagnosticError

# What each key says: of the display behind it; of the section, as declarations do; and with one
# key of all that follows.
DISPLAY = {
    "skip": "The display isn't judged.",
    "chain": "`new`, or `continues`: whether its first line goes on from the display before.",
    "by": "The rules that its lines follow by, in place of printed reasons.",
    "expect": "The verdict that its lines have.",
}
SECTION = {
    "read": "What is written, and what it is read as: `KL(q || p) = KL(q(z | x) || p(z))`.",
    "file": "A derivation whose statements may be used.",
    "reasons": "`strict`: a reason has to be what its line needs.",
}
WHOLE = "document"
KEYS = {
    **DISPLAY,
    **SECTION,
    WHOLE: "What is said here holds to the end of the document.",
    **{name: FILE_KEYS[name].says for name in DECLARATIONS},
}
_KEY = re.compile(r"\s*(?P<key>[a-z]+)(?:\s*:(?!:)|\s*$|(?<=chain)[ \t]|(?<=skip)[ \t])")

Asked = dict[str, list[Text]]


def said(source: Source, comment: Comment) -> Iterator[tuple[str, Text]]:
    """The keys of a comment, each with its value; what has no key goes on with the last. Raises
    DiagnosticError for a key that there isn't."""
    last = ""
    for part in _parts(comment.body):
        match = _KEY.match(part.text)
        if match and match["key"] in KEYS:
            last = match["key"]
            part = part[match.end() :]
        elif last not in (*SECTION, *DECLARATIONS) or (match and match[0].rstrip().endswith(":")):
            named = re.match(r"\s*([\w-]*)", part.text)
            key = named[1] if named else ""
            close = get_close_matches(key, KEYS, 1)
            data = {"name": key, "close": close[0] if close else None, "known": (*KEYS,)}
            where = source.location(part.start, part.end)
            raise DiagnosticError(Diagnostic("unknown-comment-key", where, data))
        yield last, _text(source, part)


def _parts(body: Traced) -> Iterator[Traced]:
    """What stands between semicolons and line ends. Those in brackets part nothing: parameters
    stand behind them."""
    level = start = 0
    for at, character in enumerate(body.text + "\n"):
        level += (character in "([{") - (character in ")]}")
        if character == "\n" or (character == ";" and level <= 0):
            if body.text[start:at].strip(" \t%#\r"):
                yield body[start:at]
            start, level = at + 1, 0


def _text(source: Source, part: Traced) -> Text:
    value = part.text.strip(" \t%#\r")
    at = part.text.find(value) if value else 0
    return Text(value, tuple(part.offsets[at : at + len(value) + 1]), source)


def asked(source: Source, comments: Iterable[Comment], earlier: Asked) -> Asked:
    """What comments say of their section, by keys, and what earlier ones said of all that follows,
    which these then are among."""
    own: Asked = {}
    for comment in comments:
        for key, value in said(source, comment):
            if key not in DISPLAY:
                own.setdefault(key, []).append(value)
    every = {key: [*earlier.get(key, []), *own.get(key, [])] for key in {**earlier, **own}}
    whole = every.pop(WHOLE, None)
    if whole is not None:
        earlier |= every
    return every


def declared(own: Mapping[str, list[Text]], lines: dict[str, list[Text]]) -> None:
    """Put what comments declare in the place of what was inferred."""
    for key in own.keys() & {*DECLARATIONS}:
        names = {_declares(text.value) for text in own[key]}
        kept = [text for text in lines.get(key, []) if _declares(text.value) not in names]
        lines[key] = kept + own[key]


def _declares(line: str) -> str:
    found = re.match(r"\s*([A-Za-z]+(?:_\w+)?)", line)
    return found[1] if found else line
