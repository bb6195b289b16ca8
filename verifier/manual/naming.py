"""What people call the rules: "by Jensen's inequality", "definition of the KL divergence".

A phrase names a rule where its words are those of a name, an alias or a phrase that `rules.toml`
lists under `called`: in any case and order, inflected, without the words that say nothing. Nothing
rests on it: a step is judged by the rule that is found.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from verifier.kernel.rules import RULES
from verifier.manual.rules import Entry, entries
from verifier.messages.codes import codes
from verifier.outcome import Diagnostic, DiagnosticError

_DATA: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)
_SILENT = frozenset(_DATA["silent"].split())
_ENDINGS: tuple[str, ...] = tuple(_DATA["endings"].split())

_WORD = re.compile(r"[^\W\d_]{2,}")  # letters by themselves are variables
_FORMULA = re.compile(r"[<>=\\]")  # what is left of one names nothing
_BETWEEN = re.compile(r"\s*(?:[,;+&/]|\band\b|\bthen\b)\s*")
_BEFORE = re.compile(r"(by|it is|it|this is|as|from|see|using|an?|the)\s+")
_STATEMENT = re.compile(
    r"(previous|last|above|first|preceding) (line|step|result|equation)"
    r"|(step|line|eq\.?|equation|lemma|part)? ?\(?[\d.]+[a-z]?\)?|\(?[*†]+\)?"
)
_DOUBLED = re.compile(r"([gmnpt])\1$")  # splitting, summing

MOST_NEAR = 3
LEAST = 0.3  # of what two phrases have in common, for one to be near the other
_MISSPELT, _MISNAMED = 0.8, 0.75  # how near letters are

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a phrase may name. Of `rules` any one; of none that which is `near`; `listed` are the
    rules that it names one after the other; `idle`: nobody could check it; `refers`: it is of a
    statement."""

    rules: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    idle: bool = False
    refers: bool = False


def rule_named(text: str) -> str | None:
    """The one rule that a phrase names."""
    rules = _known(text)
    return rules[0] if len(rules) == 1 else None


def phrase(text: str) -> Phrase:
    """What a phrase may name, or is nearest to."""
    rules = _known(text)
    if rules:
        return Phrase(rules)
    bare = _bare(text)
    if bare in _phrases("nothing"):
        return Phrase(idle=True)
    if _STATEMENT.fullmatch(bare):
        return Phrase(refers=True)
    parts = [rule_named(part) for part in _BETWEEN.split(text)]
    listed = tuple(part for part in parts if part is not None)
    if len(listed) == len(parts) > 1:
        return Phrase(listed=tuple(dict.fromkeys(listed)))
    return Phrase(near=_near(text))


def explained(names: Iterable[str]) -> Iterator[Entry]:
    """The rules that these phrases name, or a DiagnosticError for the first that names none, with
    the nearest rules or code."""
    known = {entry.name: entry for entry in entries()}
    for name in names:
        found = phrase(name)
        if len(found.rules) != 1:
            near = found.rules or found.near or found.listed
            near = near or tuple(get_close_matches(name, codes(), 1, _MISSPELT))
            raise DiagnosticError(Diagnostic("unknown-rule", None, {"name": name, "near": near}))
        yield known[found.rules[0]]


def _known(text: str) -> tuple[str, ...]:
    name = "-".join(text.lower().split())
    if name in _rules().names:
        return (_rules().names[name],)
    spelt = _spelt(text)
    words = _words(spelt)
    if _FORMULA.search(spelt) or words in _elsewhere():
        return ()
    return _rules().ordered.get(words) or _rules().bags.get(_bag(words)) or ()


def _near(text: str) -> tuple[str, ...]:
    """The rules nearest to a phrase: by its words, each as it may have been meant, else by its
    letters; none where many are as near."""
    words = _words(_spelt(text))
    if any({*words} >= {*other} for other in _elsewhere()):
        return ()
    table = _rules()
    known = {word for bag in table.bags for word in bag}
    meant = {near for word in _distinctive(words) for near in _meant(word, known)}
    scores = {bag: _likeness(meant, bag) for bag in table.bags if not meant.isdisjoint(bag)}
    best = max(scores.values(), default=0)
    if best >= LEAST:
        found = [rule for bag, score in scores.items() if score == best for rule in table.bags[bag]]
    else:
        found = [table.names[name] for name in get_close_matches(text, table.names, 1, _MISNAMED)]
    rules = tuple(dict.fromkeys(found))
    return rules if len(rules) <= MOST_NEAR else ()


def _meant(word: str, known: set[str]) -> list[str]:
    """A word that is known, or the one that a long word is nearest to."""
    if word in known or len(word) <= 5:
        return [word]
    return get_close_matches(word, known, 1, _MISSPELT)


def _likeness(words: set[str], bag: frozenset[str]) -> float:
    """How much of two bags of words is the same; rare words count more."""
    common, rest = (sum(map(_weight, part)) for part in (words & bag, words ^ bag))
    return common / (common + rest)


def _weight(word: str) -> float:
    rules = {rule for bag, rules in _rules().bags.items() if word in bag for rule in rules}
    return 1 / max(1, len(rules))


# -- what is known --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Table:
    """What the rules of a table are called, found as it is asked for: most are cited by name."""

    entries: tuple[Entry, ...]

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Rules by the names that the table has for them."""
        return {name: entry.name for entry in self.entries for name in entry.names}

    @cached_property
    def _called(self) -> list[tuple[Words, str]]:
        return [
            (_words(_spelt(name)), entry.name)
            for entry in self.entries
            for name in (*entry.names, *entry.called)
        ]

    @cached_property
    def ordered(self) -> Mapping[Words, tuple[str, ...]]:
        """Rules by the words of what they are called."""
        return _gathered(self._called)

    @cached_property
    def bags(self) -> Mapping[frozenset[str], tuple[str, ...]]:
        """Rules by those words that tell them apart."""
        return _gathered((_bag(words), rule) for words, rule in self._called)


def _rules() -> _Table:
    return _read(tuple(RULES))


@lru_cache(maxsize=4)
def _read(_: tuple[str, ...]) -> _Table:
    """What the rules of these names are called."""
    return _Table(entries())


def _gathered(pairs: Iterable[tuple[Any, str]]) -> Mapping[Any, tuple[str, ...]]:
    found: dict[Any, tuple[str, ...]] = {}
    for key, rule in pairs:
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), rule)))
    return found


@lru_cache(maxsize=1)
def _elsewhere() -> frozenset[Words]:
    return frozenset(_words(_spelt(name)) for name in _phrases("elsewhere"))


@lru_cache(maxsize=4)
def _phrases(key: str) -> frozenset[str]:
    return frozenset(" ".join(each.split()) for each in _DATA[key].split(";"))


# -- words ----------------------------------------------------------------------------------------


def _spelt(text: str) -> str:
    """A phrase in lower case, each thing spelt in one way."""
    text = text.lower()
    for pattern, spelling in _DATA["spellings"].items():
        text = re.sub(pattern, spelling, text)
    return text


def _bare(text: str) -> str:
    """A phrase without what is said before a reason."""
    text = " ".join(text.lower().split()).rstrip(".!")
    while (before := _BEFORE.match(text)) is not None:
        text = text[before.end() :]
    return text


def _words(spelt: str) -> Words:
    """The words that say something, without their endings."""
    return tuple(_stem(word) for word in _WORD.findall(spelt) if word not in _SILENT)


def _stem(word: str) -> str:
    """A word without its endings, and without the letter that is doubled before one."""
    word = re.sub(r"iz(?=[aei])", "is", word)
    for end in _ENDINGS:
        if word.endswith(end) and len(word) > len(end) + 2:
            return _stem(_DOUBLED.sub(r"\1", word.removesuffix(end)))
    return word


_GENERIC = frozenset(map(_stem, _DATA["generic"].split()))
_DEFINITION = _stem("definition")


def _distinctive(words: Words) -> frozenset[str]:
    return frozenset(words) - _GENERIC


def _bag(words: Words) -> frozenset[str]:
    """The words that tell names apart, a definition among them; all, where none does."""
    return _distinctive(words) | {*words}.intersection({_DEFINITION}) or frozenset(words)
