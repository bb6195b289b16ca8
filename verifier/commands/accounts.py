"""What a certificate is made of: a checked file as its statements."""

from __future__ import annotations

from verifier.certificate.account import Account, Premise, Step
from verifier.judge.checked import CheckedFile
from verifier.judge.lines import elaborated
from verifier.judge.reached import Reached
from verifier.judge.task import CheckedStep
from verifier.typeset.printer import plain


def accounted(file: CheckedFile) -> Account:
    """A checked file as what a certificate is made of, whether it is verified or not."""
    environment = file.environment
    claim = elaborated(environment.declared, environment.claim)
    chains: dict[int, tuple[int, ...]] = {0: ()}
    steps = [_step(step, chains) for step in file.run.steps if step.task is not None]
    reached = file.run.reached
    begins = environment.start
    start = None if begins is None else elaborated(environment.declared, begins)
    return Account(
        file=environment.derivation.source.name,
        title=environment.derivation.title,
        digest=environment.derivation.source.digest,
        model=environment.declared.model,
        steps=tuple(steps),
        claim=claim.statement,
        claimed=plain(environment.claim),
        reached=None if reached is None else _premise(reached, chains),
        start=start.terms[0] if start else None,
        started=plain(begins) if begins else "",
    )


def _step(step: CheckedStep, chains: dict[int, tuple[int, ...]]) -> Step:
    """A step, entered in the chain that it goes on."""
    task, number = step.task, step.report.index
    assert task is not None
    before = task.reached
    goes_on = task.goes_on and before is not None
    known = tuple(_premise(each, chains) for each in task.known)
    chains[number] = (*chains.get(before.index, ()), number) if goes_on and before else (number,)
    return Step(number, task.goal.statement, goes_on, step.report.text, step.report.rules, known)


def _premise(reached: Reached, chains: dict[int, tuple[int, ...]]) -> Premise:
    return Premise(reached.statement, chains.get(reached.index, ()))
