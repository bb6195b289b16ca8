"""Find-the-error sheets: lines of a derivation made wrong by a slip of the pen, each refuted by an
exact counterexample before anyone is asked to find it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from hashlib import sha256

from verifier.commands.engine import engine
from verifier.commands.jobs import is_strict, neighbour
from verifier.commands.slips import Slip as Caught
from verifier.commands.slips import slips
from verifier.derivation.derivation import Source
from verifier.derivation.loader import readable
from verifier.derivation.source import read_source
from verifier.handout.sheet import Slip
from verifier.judge.environment import Environment
from verifier.judge.faulty import checked_whole
from verifier.judge.lines import RELATIONS
from verifier.judge.task import Task
from verifier.outcome import Diagnostic, DiagnosticError, FileVerdict, Report

# The slips that a reader may well make, before all others.
_TAUGHT = ("sign", "swapped", "condition", "distribution", "inverse", "index", "relation", "log")
_TRIED = 12  # slips of a step that are held against the worlds


def errors(
    report: Report, count: int, seed: int, sources: Mapping[str, Source] | None = None
) -> dict[str, tuple[Slip, ...]]:
    """So many lines of each verified file made wrong, no two in a row and none the last, which the
    claim would tell; the same ones for a file and a seed everywhere. Of the chains of a document,
    whose texts are `sources`, a short one has fewer. Raises DiagnosticError for a file in which
    there aren't so many, and for a document in which there is none."""
    files = [each for each in report.derivations if each.verdict is FileVerdict.VERIFIED]
    known = sources or {}
    found = {
        each.file: _errors(known.get(each.file) or read_source(each.file), count,
                           f"{each.digest}:{seed}")
        for each in files
    }  # fmt: skip
    for each, slips_ in found.items():
        if len(slips_) < count and (sources is None or not any(found.values())):
            data = {"file": each, "count": count, "found": len(slips_)}
            raise DiagnosticError(Diagnostic("errors-few", None, data))
    return found


def _errors(source: Source, count: int, seed: str) -> tuple[Slip, ...]:
    file = source.name
    with engine():
        loaded = readable(source, is_strict(file))
        checked = checked_whole(loaded, partial(neighbour, file))
        tasks = checked.run.tasks
        numbers = [item.report.index for item in checked.run.steps if item.unconditional]
        numbers = [number for number in numbers if 0 < number < len(loaded.steps)]
        found: dict[int, Slip] = {}
        for number in sorted(numbers, key=lambda number: _rank(seed, str(number))):
            if len(found) == count:
                break
            if number in tasks and not {number - 1, number + 1} & {*found}:
                slip = next(_refuted(checked.environment, tasks[number], seed), None)
                found |= {number: slip} if slip else {}
    return tuple(found[number] for number in sorted(found))


def _refuted(environment: Environment, task: Task, seed: str) -> Iterator[Slip]:
    """The line with a slip in it, for each that a world refutes."""

    def likely(slip: Caught) -> tuple[bool, int]:
        return slip.kind not in _TAUGHT, _rank(seed, slip.line)

    chosen = sorted(slips(environment, task), key=likely)
    for slip in chosen[:_TRIED]:
        other = slip.task()
        if other is None or other.goal == task.goal:
            continue
        if environment.second.refute(other.conjecture) is not None:
            yield Slip(
                task.report.index,
                RELATIONS.get(other.step.key, ""), other.line.written,
                RELATIONS.get(task.step.key, ""), task.line.written,
            )  # fmt: skip


def _rank(seed: str, text: str) -> int:
    """A number that these alone decide, on every machine."""
    return int(sha256(f"{seed}:{text}".encode()).hexdigest(), 16)
