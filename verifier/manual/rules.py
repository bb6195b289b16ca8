"""What there is to say of each rule: the texts that stand in its own file, and what `rules.toml`
adds for the reader, a short line and a picture."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verifier.outcome import Diagnostic, DiagnosticError

if TYPE_CHECKING:
    from verifier.kernel.rule import Rule

_FILE = Path(__file__).with_name("rules.toml")


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

    @property
    def names(self) -> tuple[str, ...]:
        """All that it may be cited by."""
        return (self.name, *self.aliases)


def entries() -> tuple[Entry, ...]:
    """All rules, in the order of the format's table, `algebra` first."""
    from verifier.kernel.rules import ALGEBRA, RULES  # brings SymPy

    written = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    own = {name: _own(rule) for name, rule in RULES.items()}
    return tuple(
        _entry(name, {**own.get(name, {}), **written.get(name, {})}) for name in (ALGEBRA, *RULES)
    )


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


def _own(rule: Rule) -> dict[str, Any]:
    """What a rule says of itself."""
    said = ("says", "conditions", "source", "passes", "fails", "aliases", "tidying")
    leads_on = bool(rule.infer or rule.together)
    so_only = leads_on and not (rule.hooks or rule.compares)
    line = rule.says.partition(";")[0]
    return {**{key: getattr(rule, key) for key in said}, "so_only": so_only, "line": line}
