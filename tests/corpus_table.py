"""The corpus: chains that others wrote, what of them is encoded, and what is wrong in them.

`tests/corpus/marks.yaml` says which step of which file is which line of a chain, and which fault.
A file carries the verdicts that it expects, so that totals need no judging: that each is judged
so is the business of a test per file. `python tests/corpus_table.py` marks which faults are
diagnosed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from verifier import verify
from verifier.derivation.derivation import Derivation
from verifier.derivation.loader import load
from verifier.outcome import DerivationReport, FileVerdict, StepReport, Verdict

FOLDER = Path(__file__).parent / "corpus"
TRUE, WRONG, MARKS = FOLDER / "true", FOLDER / "wrong", FOLDER / "marks.yaml"


class Truth(StrEnum):
    """What is the matter with a line that is faulty."""

    WRONG = "wrong"  # false
    ILL_FORMED = "ill-formed"  # it doesn't mean anything
    LOOSE = "loose"  # badly written, but true
    REASON = "reason"  # true, but not by the reason given
    SUPPORT = "support"  # true under an assumption that nobody makes


# Rules by which a diagnosis may differ from the correction in the notes: it is spelt otherwise.
SPELLING = {
    "algebra", "log-rules", "linearity", "swap", "normalisation", "tower", "chain-rule",
    "factorisation",
}  # fmt: skip
AS_MARKED = {
    Truth.WRONG: Verdict.REFUTED,
    Truth.ILL_FORMED: Verdict.ILL_FORMED,
    Truth.LOOSE: Verdict.PROVED,
    Truth.REASON: Verdict.WRONG_RULE,
    Truth.SUPPORT: Verdict.PROVED,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A true line of a chain: the steps that say it, or why none does."""

    line: str
    file: str = ""
    steps: tuple[int, ...] = ()
    missing: str = ""
    note: str = ""

    @property
    def path(self) -> Path:
        return TRUE / self.file

    @property
    def name(self) -> str:
        return self.line

    @property
    def of_notes(self) -> bool:
        """Whether it is not printed in the chain, but given as right where that is wrong."""
        return self.line.startswith("note.")

    @property
    def open(self) -> tuple[int, ...]:
        """Its steps that are not expected to be proved, and so are not."""
        steps = (step for step in self.steps if step)
        return tuple(s for s in steps if expected(self.path, s) is not Verdict.PROVED)

    @property
    def as_marked(self) -> bool:
        """Whether it is expected to be proved, and so is."""
        return not self.open

    @property
    def unproved(self) -> str:
        """Why not, as the file says."""
        return f"unproved, {reasons(self.path)[self.open[0]]}" if self.file and self.open else ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that the notes name, as one form of a wrong line; or why it is not here."""

    fault: str
    line: str = ""
    file: str = ""
    without: str = ""  # the same line where no support is assumed
    step: int = 0
    kind: str = ""
    truth: Truth = Truth.WRONG
    corrected: str | None = None
    diagnosed: bool = False
    missing: str = ""
    note: str = ""

    @property
    def path(self) -> Path:
        return WRONG / self.file

    @property
    def name(self) -> str:
        return self.fault

    @property
    def unproved(self) -> str:
        return ""

    @property
    def correctable(self) -> bool:
        """Whether it is false, and there is one line that it should have been."""
        return self.truth in (Truth.WRONG, Truth.ILL_FORMED) and self.corrected is not None

    @property
    def as_marked(self) -> bool:
        """Whether its step is expected to be judged as the fault deserves."""
        return expected(self.path, self.step) is AS_MARKED[self.truth]


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain. `excluded`: what the language can't say, without which little is left of it."""

    name: str
    title: str
    excluded: str
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]

    @property
    def encoded(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.file)

    @property
    def marks(self) -> tuple[Line | Fault, ...]:
        return (*self.lines, *self.faults)

    @property
    def faulty(self) -> tuple[Fault, ...]:
        """The faults that are encoded."""
        return tuple(fault for fault in self.faults if fault.file)


def _chain(mark: dict[str, Any]) -> Chain:
    lines = (Line(**{**line, "steps": tuple(line.get("steps", ()))}) for line in mark["lines"])
    faults = ({**f, "truth": Truth(f.get("truth", "wrong"))} for f in mark["faults"])
    return Chain(
        mark["chain"],
        mark["title"],
        mark["excluded"] or "",
        tuple(lines),
        tuple(Fault(kind=fault.pop("class", ""), **fault) for fault in faults),
    )


CHAINS = tuple(map(_chain, yaml.safe_load(MARKS.read_text(encoding="utf-8"))))
FAULTS = tuple(fault for chain in CHAINS for fault in chain.faulty)
ENCODED = tuple(line for chain in CHAINS for line in chain.encoded)


@cache
def loaded(file: Path) -> Derivation:
    """A file, read."""
    return load(file)


@cache
def judged(file: Path) -> DerivationReport:
    """The report on a file; it is made once."""
    (report,) = verify(file).derivations
    return report


@cache
def reasons(file: Path) -> dict[int, str]:
    """Why the true steps that stay unproved do: a comment on each, in their order."""
    found = re.findall(
        r"^ *# true, unproved: (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE
    )
    steps = enumerate(loaded(file).steps, 1)
    return dict(zip((n for n, s in steps if s.expect is not Verdict.PROVED), found, strict=True))


def expected(file: Path, step: int) -> Verdict:
    """The verdict that a file expects of a step, or of its start."""
    if step:
        return loaded(file).steps[step - 1].expect
    return Verdict.ILL_FORMED if loaded(file).expect is FileVerdict.FAILED else Verdict.PROVED


def judged_step(file: Path, step: int) -> StepReport:
    """The report on a step of a file."""
    (report,) = (report for report in judged(file).steps if report.index == step)
    return report


def diagnosed(report: DerivationReport, fault: Fault) -> bool:
    """Whether the diagnosis of the faulty step is the correction that the notes give, or comes to
    it by arithmetic and by rules that change how it is spelt."""
    (step,) = (step for step in report.steps if step.index == fault.step)
    if step.diagnosis is None or fault.corrected is None:
        return False
    left, relation, right = _compared(step.diagnosis.line, step)
    first, other, second = _compared(fault.corrected.removeprefix("so "), step)
    if relation == other and _same(fault.path, f"{left} - ({right})", f"{first} - ({second})"):
        return True
    turned = {"=": "=", ">=": "<=", "<=": ">="}[other]
    return relation == turned and _same(fault.path, f"{left} - ({right})", f"{second} - ({first})")


def _compared(line: str, step: StepReport) -> tuple[str, str, str]:
    """What a line compares, and how. The left side of a chain's line is the line before it: 0."""
    parts = re.split(r"(?:^| )(=|>=|<=) ", line)
    if len(parts) == 1:
        parts = ["", step.relation, line]
    return parts[0] or "0", parts[1], parts[2]


def _same(file: Path, first: str, second: str) -> bool:
    """Whether two expressions of a file differ by spelling, arithmetic and tidying only."""
    data = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    header = {key: data[key] for key in data.keys() - {"expect", "start", "steps", "claim"}}
    steps = {"start": first, "steps": [{"eq": second}], "claim": f"{first} = {second}"}
    (report,) = verify(text=yaml.safe_dump({**header, **steps})).derivations
    return any(
        step.verdict is Verdict.PROVED and {*step.rules} <= SPELLING for step in report.steps
    )


def mark() -> None:
    """Write into the marks which faults are diagnosed."""
    text = MARKS.read_text(encoding="utf-8").replace(", diagnosed: yes", "")
    for fault in FAULTS:
        if fault.truth in (Truth.WRONG, Truth.ILL_FORMED) and diagnosed(judged(fault.path), fault):
            place = f"file: {fault.file}, step: {fault.step}"
            text = text.replace(place, f"{place}, diagnosed: yes")
    MARKS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    mark()
