"""What there is to say of each rule: `rules.toml`, and the texts that stand with it in the kernel.

Those are read, not imported: importing a rule would bring SymPy.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from verifier.outcome import Diagnostic, DiagnosticError

_HERE = Path(__file__).parent
_KERNEL = _HERE.parent / "kernel" / "rules"
_GIVEN = ("aliases", "tidying", "passes", "fails")
# A paragraph of a rule's docstring: its key, and what follows on the same line and indented ones.
_SAID = re.compile(r"^(says|conditions|source): (.*(?:\n +.*)*)", re.MULTILINE)


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
    data = tomllib.loads((_HERE / "rules.toml").read_text(encoding="utf-8"))
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
    """The texts in a rule's own file: of its docstring, and in its `RULE = Rule(..)`."""
    file = _KERNEL / f"{name.replace('-', '_')}.py"
    if not file.exists():
        return {}
    text = file.read_text(encoding="utf-8")
    rule = ast.parse(text[text.index("\nRULE = Rule(") + len("\nRULE = ") :], mode="eval").body
    given = {k.arg: k.value for k in rule.keywords} if isinstance(rule, ast.Call) else {}
    found = {key: ast.literal_eval(given[key]) for key in _GIVEN if key in given}
    docstring = text[: text.index('"""', 3)]
    found |= {key: " ".join(said.split()) for key, said in _SAID.findall(docstring)}
    acts = given.keys() & {"hooks", "bounds", "infer", "together"}
    return {**found, "so_only": bool(acts) and acts <= {"infer", "together"}}
