"""What a certificate is made of: a checked file as its statements, with what it uses of others."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import partial

from verifier.certificate.account import Account, Between, Hint, Premise, Step
from verifier.certificate.tables import UncertifiableError
from verifier.elaborate.record import IllFormed
from verifier.judge.checked import CheckedFile, Library
from verifier.judge.lines import elaborated
from verifier.judge.reached import Reached
from verifier.judge.task import CheckedStep, Task
from verifier.kernel.budget import OutOfWork
from verifier.tactics.links import links
from verifier.typeset.printer import plain

_ROOM = 10_000  # numbers for the steps of one file
_CLAIM = _ROOM - 1


def accounted(file: CheckedFile, library: Library | None = None) -> Account:
    """A checked file as what a certificate is made of, whether it is verified or not. `library`:
    where the files are that it uses. Raises UncertifiableError."""
    environment = file.environment
    begins = environment.start
    try:
        claim = elaborated(environment.declared, environment.claim)
        start = None if begins is None else elaborated(environment.declared, begins)
    except IllFormed:
        raise UncertifiableError("a line that means nothing") from None
    work = _Work(library or Library())
    own = work.entered(file)
    for step in file.run.steps:
        if step.task is not None:
            work.step(own, step.report.index)
    reached = file.run.reached
    return Account(
        file=os.path.basename(environment.derivation.source.name),
        title=environment.derivation.title,
        digest=environment.derivation.source.digest,
        model=environment.declared.model,
        steps=tuple(work.steps.values()),
        claim=claim.statement,
        claimed=plain(environment.claim),
        reached=None if reached is None else own.premise(reached),
        start=start.terms[0] if start else None,
        started=plain(begins) if begins else "",
    )


@dataclass
class _File:
    """A file among those that are used: its steps by their numbers, and which of them each chain
    is."""

    checked: CheckedFile
    first: int
    steps: dict[int, CheckedStep] = field(default_factory=dict)
    chains: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def premise(self, reached: Reached) -> Premise:
        chain = self.chains.get(reached.index, ())
        return Premise(reached.statement, tuple(self.first + n for n in chain))


@dataclass
class _Work:
    """The steps entered so far, each after those that it rests on."""

    library: Library
    files: list[_File] = field(default_factory=list)
    steps: dict[int, Step] = field(default_factory=dict)

    def entered(self, checked: CheckedFile) -> _File:
        """A file, entered once."""
        for known in self.files:
            if known.checked.environment is checked.environment:
                return known
        if checked.environment.cases:  # it would speak of one of them alone
            raise UncertifiableError("lines that mean something else where a range ends")
        file = _File(checked, len(self.files) * _ROOM)
        self.files.append(file)
        for step in checked.run.steps:
            task, number = step.task, step.report.index
            if task is None:
                continue
            file.steps[number] = step
            before = task.reached if task.goes_on else None
            above = file.chains.get(before.index, ()) if before else ()
            file.chains[number] = (*above, number)
        return file

    def step(self, file: _File, index: int) -> None:
        """Enter a step."""
        number, step = file.first + index, file.steps.get(index)
        if number in self.steps or step is None or step.task is None:
            return
        task, report = step.task, step.report
        known = tuple(self.premises(file, task))
        proof = step.theorem.proof if step.theorem else ()
        hints = tuple(Hint(each.rule, each.part, each.instance) for each in proof if each.instance)
        where = f" of {_name(file)}" if file.first else ""
        self.steps[number] = Step(
            number,
            task.goal.statement,
            f"step {index}{where}",
            report.text,
            report.rules,
            known,
            hints,
            () if file.first else _facts(file.checked, step),
            partial(_between, file.checked, step),
        )

    def premises(self, file: _File, task: Task) -> list[Premise]:
        """What a step starts from, entered."""
        found = [
            self.used(file, name.value, reached)
            for name, reached in zip(task.step.using, task.using, strict=False)
        ]
        own = task.reached
        return [*found, self.of(file, own)] if own and task.step.key == "so" else found

    def of(self, file: _File, reached: Reached) -> Premise:
        """A statement that a file came to, with the steps that it came of."""
        for index in file.chains.get(reached.index, ()):
            self.step(file, index)
        return file.premise(reached)

    def used(self, file: _File, name: str, reached: Reached) -> Premise:
        """A statement that a step names: of this file, or of another."""
        other, mark, label = name.partition("#")
        environment = file.checked.environment.used.environments.get(other)
        if not mark or environment is None:
            return self.of(file, reached)
        for checked in self.library.files.values():
            if checked.environment is environment:
                return self.of_other(self.entered(checked), label, reached)
        return Premise(reached.statement, ())

    def of_other(self, other: _File, label: str, reached: Reached) -> Premise:
        """A statement of another file, with the steps that it came of."""
        last = other.checked.run.reached if label == "claim" else other.checked.run.labels[label]
        if last is None:
            return Premise(reached.statement, ())
        premise = self.of(other, last)
        if label != "claim":
            return Premise(reached.statement, premise.steps)
        number = other.first + _CLAIM
        self.steps.setdefault(
            number,
            Step(number, reached.statement, f"the claim of {_name(other)}", label, (), (premise,)),
        )
        return Premise(reached.statement, (number,))


def _name(file: _File) -> str:
    return os.path.basename(file.checked.environment.derivation.source.name)


def _between(file: CheckedFile, step: CheckedStep) -> tuple[Between, ...]:
    """What a step goes through on the way from its left side to its right."""
    if step.task is None or step.theorem is None:
        return ()
    file.environment.context.budget.refill()
    try:
        found = links(file.environment.context, step.task.goal, step.report.rules)
    except OutOfWork:
        return ()
    return tuple(Between(each.statement, each.weights, each.known) for each in found)


def _facts(file: CheckedFile, step: CheckedStep) -> tuple[int, ...]:
    """The facts that a step leans on; all, where it isn't known which."""
    facts = file.environment.declared.model.facts
    theorem = step.theorem
    return tuple(
        number
        for number, fact in enumerate(facts, 1)
        if theorem is None or fact in theorem.hypotheses
    )
