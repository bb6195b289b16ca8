"""What there is to say of each rule: the texts that stand in its own file, what `rules.toml` adds
for the reader, a short line and a picture, and `shown.toml`, what is printed of it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verifier.kernel.rule import Rule

_FILE = Path(__file__).with_name("rules.toml")
_SHOWN = Path(__file__).with_name("shown.toml")


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule as a reader is shown it: its name among people, what it says, the first line the
    shortest, and what it needs, empty where that is nothing. Formulas stand between `$`."""

    human: str
    says: tuple[str, ...]
    needs: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule. `passes` and `fails` are derivations; of the second the last step is refuted.
    `figure` is empty for a rule without a picture."""

    name: str
    says: str
    conditions: str
    source: str
    passes: str
    fails: str
    line: str
    figure: str = ""
    aliases: tuple[str, ...] = ()
    tidying: bool = False
    so_only: bool = False
    called: tuple[str, ...] = ()  # by people

    @property
    def names(self) -> tuple[str, ...]:
        """All that it may be cited by."""
        return (self.name, *self.aliases)


@lru_cache(maxsize=1)
def _read() -> dict[str, Any]:
    return tomllib.loads(_SHOWN.read_text(encoding="utf-8"))


def declared() -> Mapping[str, list[str]]:
    """What the formulas of what is shown of rules are about, by keys of a derivation."""
    found: dict[str, list[str]] = _read()["declared"]
    return found


def shown(entry: Entry) -> Shown:
    """What a reader is shown of a rule; of one that isn't in the table, what its own file says."""
    data = _read().get(entry.name)
    if data is None:
        return Shown(entry.name.replace("-", " "), (entry.says,), entry.conditions)
    return Shown(data["human"], tuple(data["says"]), data["needs"])


@lru_cache(maxsize=1)
def _people() -> dict[str, str]:
    return {name: shown(entry).human for entry in entries() for name in entry.names}


def human(name: str) -> str:
    """What people call the rule of a citation name; the name itself where it is none."""
    return _people().get(name, name)


def is_rule(name: str) -> bool:
    """Whether a rule is cited by this name."""
    return name in _people()


def entries() -> tuple[Entry, ...]:
    """All rules, in the order of the format's table, `algebra` first."""
    from verifier.kernel.rules import ALGEBRA, RULES  # brings SymPy

    written = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    own = {name: _own(rule) for name, rule in RULES.items()}
    return tuple(
        _entry(name, {**own.get(name, {}), **written.get(name, {})}) for name in (ALGEBRA, *RULES)
    )


def _entry(name: str, data: Mapping[str, Any]) -> Entry:
    texts: dict[str, Any] = {
        key: value.strip("\n") if isinstance(value, str) else value for key, value in data.items()
    }
    called = texts.pop("called", "").replace("\n", " ").split("; ")
    return Entry(name, **texts, called=tuple(filter(None, called)))


def _own(rule: Rule) -> dict[str, Any]:
    """What a rule says of itself."""
    said = ("says", "conditions", "source", "passes", "fails", "aliases", "tidying")
    leads_on = bool(rule.infer or rule.together)
    so_only = leads_on and not (rule.hooks or rule.compares)
    line = rule.says.partition(";")[0]
    return {**{key: getattr(rule, key) for key in said}, "so_only": so_only, "line": line}
