"""What there is to say of each rule: `rules.toml`, and the texts that stand in its own file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from verifier.outcome import Diagnostic, DiagnosticError

_FILE = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule. `passes` and `fails` are derivations; of the second the last step is refuted."""

    name: str
    line: str
    figure: str
    says: str
    conditions: str
    source: str
    passes: str
    fails: str
    aliases: tuple[str, ...] = ()
    tidying: bool = False
    so_only: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All that it may be cited by."""
        return (self.name, *self.aliases)


def entries() -> tuple[Entry, ...]:
    """All rules, in the order of the format's table, `algebra` first."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(_entry(name, {**written, **_kernel(name)}) for name, written in data.items())


def explained(names: Iterable[str]) -> Iterator[Entry]:
    """The rules of these names, or a DiagnosticError for the first that is none."""
    known = {name: entry for entry in entries() for name in entry.names}
    for name in names:
        if name not in known:
            near = tuple(get_close_matches(name, known))
            raise DiagnosticError(Diagnostic("unknown-rule", None, {"name": name, "near": near}))
        yield known[name]


def _entry(name: str, data: Mapping[str, Any]) -> Entry:
    texts: dict[str, Any] = {
        key: value.strip("\n") if isinstance(value, str) else value for key, value in data.items()
    }
    return Entry(name, **texts)


def _kernel(name: str) -> dict[str, Any]:
    """What a rule says of itself; nothing for `algebra`, which is none."""
    from verifier.kernel.rules import RULES

    rule = RULES.get(name)
    if rule is None:
        return {}
    said = ("says", "conditions", "source", "passes", "fails", "aliases", "tidying")
    leads_on = bool(rule.infer or rule.together)
    so_only = leads_on and not (rule.hooks or rule.compares)
    return {**{key: getattr(rule, key) for key in said}, "so_only": so_only}
