"""Twins: derivations that ship, made wrong in one place. `twins.txt` has one a line.

`python tests/twins.py FOLDER` writes them out as files, for `elbo-verify --expect FOLDER`.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from shutil import copytree

from verifier.outcome import FileVerdict, Verdict

SHIPPED = Path(__file__).parent.parent / "derivations"
TABLE = Path(__file__).with_name("twins.txt")


@dataclass(frozen=True)
class Twin:
    """A derivation, a place in it, what stands there and what instead, and what becomes of that.

    A place is a key and, of a list, the number of an entry: `start`, `model 2`, `step 5`.
    """

    of: str
    fault: str
    place: str
    verdict: FileVerdict
    verdicts: dict[int, Verdict]  # of the steps that aren't proved
    right: str
    wrong: str

    @property
    def name(self) -> str:
        return f"{self.of}/{self.fault}"

    @cached_property
    def text(self) -> str:
        """The text of the derivation with the fault in it, and what is expected of it."""
        text = (SHIPPED / f"{self.of}.yaml").read_text(encoding="utf-8")
        start, end = span(text, self.place)
        stands = r"\s+".join(map(re.escape, self.right.split()))
        block, count = re.subn(stands, lambda _: self.wrong, text[start:end])
        if count != 1:
            raise ValueError(f"{self.name}: {self.place} has {self.right!r} {count} times")
        text = text[:start] + block + text[end:]
        for step, verdict in self.verdicts.items():
            _, end = span(text, f"step {step}")
            text = f"{text[:end]}    expect: {verdict}\n{text[end:]}"
        return f"{text}expect: {self.verdict}\n"

    def file(self, folder: Path) -> Path:
        """Where it lies below a folder: beside the derivation, for what that takes from others."""
        return folder / f"{self.of}.{self.fault}.yaml"


def span(text: str, place: str) -> tuple[int, int]:
    """Where the lines of a place are in the text of a derivation."""
    key, _, number = place.replace("step ", "steps ").partition(" ")
    section = re.search(rf"^{key}:.*\n(?: .*\n)*", text, re.MULTILINE)
    if section is None:
        raise ValueError(f"no {key}")
    if not number:
        return section.span()
    entries = re.finditer(r"^  - .*\n(?:    .*\n)*", section[0], re.MULTILINE)
    start, end = [entry.span() for entry in entries][int(number) - 1]
    return section.start() + start, section.start() + end


def twins() -> dict[str, Twin]:
    """The table, read: a derivation, and below it a line for each of its twins."""
    found = {}
    of = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            fault, place, expected, change, *_ = re.split(r"  +", line.strip())
            right, _, wrong = change.partition(" -> ")
            twin = Twin(of, fault, place, *_expected(expected), right, wrong)
            found[twin.name] = twin
        elif not line.startswith("#"):
            of = line
    return found


def _expected(text: str) -> tuple[FileVerdict, dict[int, Verdict]]:
    """What a line expects: a verdict of the file, or those of steps in a file that fails."""
    if text in [*FileVerdict]:
        return FileVerdict(text), {}
    verdicts = (each.split() for each in text.split(", "))
    return FileVerdict.FAILED, {int(step): Verdict(verdict) for step, verdict in verdicts}


def write(folder: Path) -> None:
    """What ships and all twins, below a folder."""
    copytree(SHIPPED, folder, dirs_exist_ok=True)
    for twin in twins().values():
        twin.file(folder).write_text(twin.text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
