"""The accept and reject table: what ships, its twins, and how a row is judged."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from theorems import Record, false, recorded
from twins import twins, write

from verifier import verify
from verifier.commands.jobs import neighbour
from verifier.derivation.derivation import Derivation
from verifier.derivation.loader import load, load_text
from verifier.judge.checked import CheckedFile, Library, Load, checked_file, continued
from verifier.judge.file import check_file, report_of
from verifier.outcome import DerivationReport, DiagnosticError

ROOT = Path(__file__).parent.parent
KEPT = "ELBO_TEST_REPORTS"  # names the folder in which the workers of a run share reports
FLAVOURS = ("jensen", "kl", "bayes")
STATEMENTS = ("eq", "ge", "le", "so", "side")
R = TypeVar("R")

SHIPPED = {
    file.relative_to(ROOT / "derivations").with_suffix("").as_posix(): file
    for file in sorted((ROOT / "derivations").rglob("*.yaml"))
}
TWINS = twins()
# Each derivation before its twins: they go on from what was proved of it.
TABLE = tuple(row for name in SHIPPED for row in (name, *(t for t in TWINS if TWINS[t].of == name)))


@cache
def written() -> Path:
    """A folder with what ships and all twins as files."""
    folder = Path(os.environ[KEPT]) / f"derivations.{os.getpid()}"
    write(folder)
    return folder


def path(name: str) -> Path:
    """The file of a row: for twins, one that is written for the run."""
    return SHIPPED.get(name) or TWINS[name].file(written())


def judged(file: Path) -> DerivationReport:
    """The report on a file."""
    (report,) = verify(file).derivations
    return report


def judged_text(text: str) -> DerivationReport:
    """The report on a text."""
    (report,) = verify(text=text).derivations
    return report


def ruled(text: str) -> DerivationReport:
    """The verdicts on a text that uses no other. What is wrong isn't explained, which takes longer
    than to find it wrong."""
    return report_of(checked_file(load_text(text), _none_beside, explains=False))


def _none_beside(name: str) -> Derivation:
    raise AssertionError(name)


# -- from a step on ------------------------------------------------------------------------------


LIBRARY = Library()  # what derivations take from others, checked once


def load_beside(name: str) -> Load:
    """Loads what a derivation takes from others, from where a derivation lies that ships."""
    return partial(neighbour, str(SHIPPED[name]))


@lru_cache(maxsize=1)
def original(name: str) -> tuple[CheckedFile, DerivationReport, Record]:
    """A derivation that ships, judged; the report, and the theorems made on the way."""
    LIBRARY.rest()
    with recorded() as records:
        known = checked_file(load(SHIPPED[name]), load_beside(name), LIBRARY)
        report = report_of(known)
    return known, report, records[0]


def from_its_place(name: str) -> DerivationReport:
    """The report on a twin. The steps before its fault are those of the derivation that it was made
    of and were judged with that; from the fault on it is judged, in the worlds of that derivation.
    Where a declaration or the start is at fault, all of it is.

    What a line was meant to be takes the longest in sequences; it is asked of flavours alone."""
    twin, derivation = TWINS[name], load(path(name))
    explains = twin.of in FLAVOURS
    try:
        known = original(twin.of)[0]
        file = continued(known, derivation, load_beside(twin.of), LIBRARY, explains)
        return report_of(file)
    except DiagnosticError:
        return check_file(derivation, load_beside(twin.of))


# -- reports that a run shares -------------------------------------------------------------------


class Kept(NamedTuple):
    """What the workers of a run share about a row: its report, whether theorems of its proofs were
    held against worlds, and those that failed there."""

    report: DerivationReport
    held: bool
    failing: list[str]


def made_once(name: str, make: Callable[[], R]) -> R:
    """What is made by whichever worker of the run comes to it first."""
    shared = Path(os.environ[KEPT]) / name.replace("/", "+")
    if not shared.exists():
        own = shared.with_name(f"{shared.name}.{os.getpid()}")
        own.write_bytes(pickle.dumps(make()))
        own.replace(shared)
    found: R = pickle.loads(shared.read_bytes())
    return found


@cache
def kept(row: str | Path) -> Kept:
    """A row of the table, or a file that stays as it is."""
    name = row if isinstance(row, str) else row.relative_to(ROOT).as_posix()
    return made_once(name, partial(_found, row))


def _found(row: str | Path) -> Kept:
    if isinstance(row, Path):
        return Kept(judged(row), False, [])
    if row in TWINS:
        return Kept(from_its_place(row), False, [])
    _, report, record = original(row)
    held, failing = false([record])
    return Kept(report, bool(held), [*map(str, failing)])


def judged_once(row: str | Path) -> DerivationReport:
    """The report on a row of the table, or on a file that stays as it is."""
    return kept(row).report


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
