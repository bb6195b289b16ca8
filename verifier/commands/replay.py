"""`replay`: counterexamples held against the steps of a derivation once more."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from verifier.commands.chains import chains_of
from verifier.commands.engine import engine
from verifier.commands.jobs import Path, fault, is_document, is_strict, jobs, neighbour
from verifier.commands.judging import Asked, report_on
from verifier.derivation.derivation import Derivation
from verifier.derivation.loader import readable
from verifier.derivation.source import read_source
from verifier.derivation.worlds import World, read_worlds
from verifier.judge.checked import CheckedFile, Load
from verifier.judge.faulty import checked_whole
from verifier.outcome import DiagnosticError, Location, Replay, ReplayReport


def replay(path: Path, world: Path) -> ReplayReport:
    """Hold the worlds of a file, counterexamples as `--format json` writes them, against the steps
    of a derivation once more. Nothing that is wrong with either raises."""
    file, holder = os.fsdecode(path), os.fsdecode(world)
    report = ReplayReport(file, holder)
    faulty = holder
    try:
        with engine():
            worlds = read_worlds(holder, file)
            faulty = file
            if is_document(file):
                return replace(report, replays=_in_chains(file, worlds))
            loaded = readable(read_source(file), is_strict(file))
            return replace(report, replays=in_worlds(loaded, partial(neighbour, file), worlds))
    except DiagnosticError as error:
        first, *further = error.diagnostics
        return replace(report, error=first, further=tuple(further), faulty=faulty)
    except Exception as error:
        return replace(report, error=fault(error), faulty=faulty, internal=True)


def _in_chains(file: str, worlds: Sequence[World]) -> tuple[Replay, ...]:
    """Given worlds, each held against the step of a document that it is said to break."""
    (job,), _ = jobs(file)
    document = report_on(job, Asked())
    if document.error is not None:
        raise DiagnosticError(document.error)
    steps = {step.index: step for step in document.steps}
    waiting = {world.step: world for world in worlds if world.step in steps}
    found: dict[int, Replay] = {}
    for chain, numbers in chains_of(document):
        own = [each for number, each in waiting.items() if number in numbers]
        local = [replace(each, step=numbers.index(each.step) + 1) for each in own]
        again = in_worlds(readable(chain.read()), partial(neighbour, file), local) if own else ()
        for world, each in zip(own, again, strict=True):
            step = steps[world.step]
            where = Location(step.line, step.column, step.line, step.column)
            told = replace(each.said, location=where)
            found[world.step] = replace(each, step=world.step, said=told)
            del waiting[world.step]
    return tuple(found[world.step] for world in worlds if world.step in found)


def in_worlds(loaded: Derivation, load: Load, worlds: Sequence[World]) -> tuple[Replay, ...]:
    """Given worlds, each held against the step that it is said to break.

    Raises DiagnosticError for what makes a file an `error`.
    """
    file = checked_whole(loaded, load)
    return tuple(_replayed(file, world) for world in worlds)


def _replayed(file: CheckedFile, world: World) -> Replay:
    """What becomes of a world in which a step is said to be false."""
    steps = file.environment.derivation.steps
    found = {step.report.index: step for step in file.run.steps if step.report.index}
    step = found.get(world.step)
    if step is None:
        nowhere = steps[0].formula
        return Replay(world.step, nowhere.diagnostic("world-step", step=world.step))
    text = steps[world.step - 1].formula
    if step.task is None:
        return Replay(world.step, text.diagnostic("world-meaningless", step=world.step))
    try:
        code, example = file.environment.second.replayed(step.task.conjecture, world.given)
    except DiagnosticError as error:
        why = error.diagnostic
        said = text.diagnostic(why.code, **{**why.data, "step": world.step})
        return Replay(world.step, said, statement=step.report.statement)
    left, right = (example.left, example.right) if example else ("", "")
    said = text.diagnostic(code, step=world.step, left=left, right=right)
    breaks = {"world-breaks": True, "world-undecided": None}.get(code, False)
    return Replay(world.step, said, breaks, step.report.statement, example)
