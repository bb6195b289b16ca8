"""The accept and reject table: what ships, its twins, and how a row is judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from verifier import verify
from verifier.outcome import DerivationReport

ROOT = Path(__file__).parent.parent
SHIPPED = {file.stem: file for file in sorted((ROOT / "derivations").glob("*.yaml"))}
TWINS = sorted((ROOT / "tests" / "derivations").glob("*/*.yaml"))
TABLE = (*SHIPPED.values(), *TWINS)
STATEMENTS = ("eq", "ge", "le", "so", "side")


def label(file: Path) -> str:
    """How a test names a row: `kl`, `kl/sign`."""
    return file.stem if file in SHIPPED.values() else f"{file.parent.name}/{file.stem}"


def judged(file: Path) -> DerivationReport:
    """The report on a file."""
    (report,) = verify(file).derivations
    return report


def judged_text(text: str) -> DerivationReport:
    """The report on a text."""
    (report,) = verify(text=text).derivations
    return report


def as_expected(report: DerivationReport) -> bool:
    """Whether a row passes: every verdict is the one that it says, and nothing broke."""
    return report.as_expected and not report.internal


def leaves(file: Path) -> dict[tuple[str, ...], str]:
    """The places of a derivation's YAML with what stands there, `expect` apart.

    A step's relation and its formula are two places, a list of rules is one.
    """
    data = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return dict(_leaves(data))


def _leaves(node: Any, *path: str) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key in STATEMENTS:
                yield (*path, "relation"), key
            if key != "expect":
                yield from _leaves(value, *path, "formula" if key in STATEMENTS else key)
    elif isinstance(node, list) and path[-1] != "by":
        for number, value in enumerate(node, 1):
            yield from _leaves(value, *path, str(number))
    else:
        yield path, str(node)
