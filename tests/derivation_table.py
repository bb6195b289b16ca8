"""The accept and reject table: what ships, its twins, and how a row is judged."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from theorems import false, recorded

from verifier import verify
from verifier.outcome import DerivationReport

ROOT = Path(__file__).parent.parent
KEPT = "ELBO_TEST_REPORTS"  # names the folder in which the workers of a run share reports
STATEMENTS = ("eq", "ge", "le", "so", "side")


def label(file: Path) -> str:
    """How a test names a row: `kl`, `kl/sign`, `blog/kl-view`, `blog/kl-view/sign`."""
    home = next(folder for folder in HOMES if file.is_relative_to(folder))
    return file.relative_to(home).with_suffix("").as_posix()


def twin_of(file: Path) -> str:
    """The name of the derivation that a twin was made from: that of the twin's folder."""
    return label(file).rpartition("/")[0]


HOMES = (ROOT / "derivations", ROOT / "tests" / "derivations")
SHIPPED = {label(file): file for file in sorted(HOMES[0].rglob("*.yaml"))}
TWINS = sorted(HOMES[1].rglob("*.yaml"))
TABLE = (*SHIPPED.values(), *TWINS)


def judged(file: Path) -> DerivationReport:
    """The report on a file."""
    (report,) = verify(file).derivations
    return report


class Kept(NamedTuple):
    """What the workers of a run share about a file: its report, whether theorems of its proofs were
    held against worlds, and those that failed there."""

    report: DerivationReport
    held: bool
    failing: list[str]


@cache
def kept(file: Path) -> Kept:
    """A file that stays as it is, judged by whichever worker of the run comes to it first."""
    shared = Path(os.environ[KEPT]) / file.relative_to(ROOT).as_posix().replace("/", "+")
    if not shared.exists():
        with recorded() as records:
            report = judged(file)
        held, failing = false(records) if file in SHIPPED.values() else (False, [])
        own = shared.with_suffix(f".{os.getpid()}")
        own.write_bytes(pickle.dumps(Kept(report, bool(held), [*map(str, failing)])))
        own.replace(shared)
    found: Kept = pickle.loads(shared.read_bytes())
    return found


def judged_once(file: Path) -> DerivationReport:
    """The report on a file that stays as it is."""
    return kept(file).report


def judged_text(text: str) -> DerivationReport:
    """The report on a text."""
    (report,) = verify(text=text).derivations
    return report


def as_expected(report: DerivationReport) -> bool:
    """Whether a row passes: every verdict is the one that it says, and nothing broke."""
    return report.as_expected and not report.internal


def leaves(file: Path) -> dict[tuple[str, ...], str]:
    """The places of a derivation's YAML with what stands there, `expect` apart.

    A step's relation and its formula are two places, a list of rules is one. What `using` takes
    from another file is named by where that file lies, not by the way there.
    """
    data = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return {
        place: str((file.parent / text).resolve()) if "using" in place and "#" in text else text
        for place, text in _leaves(data)
    }


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
