"""Chains that others wrote: what is true is proved with no rule cited, what is wrong is not."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from corpus_table import (
    AS_MARKED,
    CHAINS,
    ENCODED,
    FAULTS,
    TRUE,
    WRONG,
    Chain,
    Fault,
    Truth,
    diagnosed,
    expected,
    judged,
    judged_step,
    loaded,
    reasons,
)
from theorems import false, recorded

from verifier.outcome import Verdict

TRUE_FILES, WRONG_FILES = sorted(TRUE.glob("*.yaml")), sorted(WRONG.glob("*.yaml"))
AGAIN = "`python docs/make.py` makes it again"


def stem(item: Path | Fault) -> str:
    return item.stem if isinstance(item, Path) else item.path.stem


@pytest.mark.parametrize("file", TRUE_FILES, ids=stem)
def test_true_steps_are_proved_with_no_rule_cited(file: Path) -> None:
    """And no theorem on the way fails in worlds in which its hypotheses hold."""
    steps = loaded(file).steps
    assert {step.rules for step in steps} == {None}
    open_ = [step.expect for step in steps if step.expect is not Verdict.PROVED]
    assert {*open_} <= {Verdict.UNPROVED}
    assert len(reasons(file)) == len(open_)
    with recorded() as records:
        report = judged(file)
    assert report.as_expected
    assert not report.internal
    held, failing = false(records)
    assert held
    assert not failing
    assert [step.index for step in report.steps] == [*range(1, len(steps) + 1)]


@pytest.mark.parametrize("fault", FAULTS, ids=stem)
def test_fault_is_judged_as_it_deserves(fault: Fault) -> None:
    report, step = judged(fault.path), judged_step(fault.path, fault.step)
    assert report.as_expected
    assert not report.internal
    assert {other.verdict for other in report.steps if other.index < step.index} <= {Verdict.PROVED}
    assert step.verdict is AS_MARKED[fault.truth]
    if fault.truth is Truth.WRONG:
        assert step.counterexample is not None
    if fault.truth in (Truth.WRONG, Truth.ILL_FORMED):
        assert diagnosed(report, fault) is fault.diagnosed, (
            "`python tests/corpus_table.py` marks what is diagnosed"
        )
    if fault.truth is Truth.SUPPORT:
        assert any(step.index in assumption.steps for assumption in report.assumptions)
        without = WRONG / fault.without
        assert judged(without).as_expected
        assert judged_step(without, step.index).verdict in {Verdict.UNPROVED, Verdict.REFUTED}


def test_each_file_belongs_to_a_chain_and_each_mark_to_a_file() -> None:
    chains = {chain.name.lower() for chain in CHAINS}
    assert {file.stem.partition("-")[0] for file in TRUE_FILES} <= chains
    assert {line.file for line in ENCODED} <= {file.name for file in TRUE_FILES}
    marked = [name for fault in FAULTS for name in (fault.file, fault.without) if name]
    assert sorted(marked) == [file.name for file in WRONG_FILES]


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_lines_and_faults_of_a_chain_are_here_or_have_a_reason(chain: Chain) -> None:
    names = [line.line for line in chain.lines]
    assert len({*names}) == len(names)
    for line in chain.encoded:
        assert not line.missing
        assert line.file.startswith(f"{chain.name.lower()}-")
        assert {*line.steps} <= {*range(len(loaded(line.path).steps) + 1)}
        assert line.steps
    for fault in chain.faulty:
        assert not fault.missing
        assert fault.file.startswith(f"{chain.name.lower()}-{fault.fault.lower()}-")
    for mark in chain.marks:
        assert mark.file or mark.missing


def test_no_wrong_line_is_proved_and_nearly_all_are_refuted() -> None:
    wrong = [fault for fault in FAULTS if fault.truth is Truth.WRONG]
    verdicts = [expected(fault.path, fault.step) for fault in wrong]
    assert len(wrong) >= 40
    assert Verdict.PROVED not in verdicts
    assert verdicts.count(Verdict.REFUTED) >= 0.95 * len(verdicts)


def test_most_true_lines_are_encoded_and_nearly_all_of_those_proved() -> None:
    within = [line for chain in CHAINS if not chain.excluded for line in chain.lines]
    assert sum(bool(line.file) for line in within) >= 0.75 * len(within)
    assert sum(line.as_marked for line in ENCODED) >= 0.97 * len(ENCODED)


def test_most_wrong_lines_get_the_correction_that_the_notes_give() -> None:
    correctable = [fault for fault in FAULTS if fault.correctable]
    assert sum(fault.diagnosed for fault in correctable) >= 0.75 * len(correctable)


def test_coverage_is_current(make: ModuleType) -> None:
    assert make.COVERAGE.read_text(encoding="utf-8") == make.coverage(), AGAIN
