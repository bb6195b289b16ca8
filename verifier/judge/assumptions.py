"""What is assumed: the lines that steps lean on, and those that none does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.derivation.derivation import Derivation
from verifier.elaborate.binders import family_name
from verifier.formula.written import FamilyLine, Written
from verifier.judge.environment import Environment
from verifier.judge.obligations import STANDING
from verifier.judge.task import CheckedStep
from verifier.kernel.discharge import Discharge
from verifier.kernel.theorem import Declared
from verifier.outcome import Assumption, Diagnostic


def assumptions(
    environment: Environment, steps: Sequence[CheckedStep], others: Sequence[Discharge]
) -> tuple[Assumption, ...]:
    """Each line that steps, the claim or proofs about densities by formula lean on, in order."""
    leaning: dict[str, list[int]] = {}
    for step in steps:
        for text in _leaning(environment, step.leaned):
            leaning.setdefault(text, []).append(step.report.index)
    for leaned in others:
        for text in _leaning(environment, leaned):
            leaning.setdefault(text, [])
    lines = _declared_lines(environment)
    return tuple(
        Assumption(text, tuple(numbers), lines.get(text)) for text, numbers in leaning.items()
    )


def horizons(derivation: Derivation) -> Iterator[Diagnostic]:
    """A remark on each parameter that no line declares."""
    for text in derivation.parameters:
        if text.implied:
            name = text.value.partition(" ")[0]
            yield text.diagnostic("horizon", name=name, bound=text.value)


def unused(environment: Environment, used: Sequence[Assumption]) -> Iterator[Diagnostic]:
    """Remarks on what is assumed and no step leans on."""
    derivation, leaned = environment.derivation, {item.text for item in used}
    for text in (*(derivation.support or ()), *derivation.assume):
        if text.value not in leaned:
            yield text.diagnostic("unused-assumption", name=text.value)
    for text in derivation.discrete:
        said = f"{text.value} is discrete"
        if said not in leaned:
            yield text.diagnostic("unused-assumption", name=said)


def _leaning(environment: Environment, leaned: Discharge) -> list[str]:
    """What a discharge leaned on, as the report names it."""
    texts = {item.text for item in (*leaned.by, *leaned.facts)}
    texts |= {_said(environment, known) for known in leaned.declared}
    return sorted({*texts, STANDING} if leaned.standing else texts)


def _said(environment: Environment, known: Declared) -> str:
    """What is declared, as the report names it."""
    if known.kind == "discrete":
        return f"{known.name} is discrete"
    lines = zip(environment.derivation.model, environment.declared.written["model"], strict=True)
    return next(
        text.value
        for text, line in lines
        if isinstance(line, FamilyLine) and family_name(line.density) == known.name
    )


def _declared_lines(environment: Environment) -> dict[str, Written]:
    """What is declared, by its text."""
    return {
        text.value: line
        for key, lines in environment.declared.written.items()
        for text, line in zip(getattr(environment.derivation, key) or (), lines, strict=True)
    }
