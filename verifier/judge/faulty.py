"""A file that is an error: all that is wrong with it, and the steps that can be judged none the
less.

What can't be read is taken out, one thing after the other, until a file is left. Its steps are then
judged, and those listed whose verdicts could be no others with what was taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from verifier.derivation.derivation import Derivation, Step, Text
from verifier.derivation.faults import MOST, Faults
from verifier.derivation.keys import DECLARATIONS
from verifier.formula.reader import RESERVED
from verifier.judge.chain import check_all, check_and_explain
from verifier.judge.checked import CheckedFile, Library, Load, checked_file, prepared
from verifier.judge.environment import Environment
from verifier.judge.lines import CHAIN
from verifier.judge.task import CheckedStep, Task
from verifier.outcome import Diagnostic, DiagnosticError, Location, StepReport, Verdict

_WORD = re.compile(r"[^\W\d_]+")
# Declarations whose lines bring names; all that hangs on another line shows none of its own.
_NAMING = ("model", "functions", "copies", "define")
# What is wrong with a text whatever is declared.
_AS_TEXT = frozenset(
    {"ambiguous", "bare-expectation", "expected", "reserved-name", "two-sides", "too-deep"}
    | {"too-long", "unclosed", "unexpected-character"}
)


def faulty(
    derivation: Derivation, load: Load, library: Library | None = None
) -> tuple[tuple[Diagnostic, ...], tuple[StepReport, ...]]:
    """All that is wrong with a file, in its order, and the steps that are judged; ((), ()) where
    nothing is."""
    faults, rest = Faults(derivation.faults), _begun(derivation)
    steps: tuple[StepReport, ...] = ()
    library = library or Library()
    while len(faults.found) <= MOST:
        try:
            environment = prepared(rest.derivation, load, library)
        except DiagnosticError as error:
            fault = error.diagnostic
            if not rest.hides(fault):
                faults.found.append(rest.placed(fault))
            less = rest.without(fault.location)
            if less is None:
                break
            rest = less
            continue
        if faults.found:
            steps = tuple(_judged(environment, rest))
        break
    return faults.in_order, steps


def checked_whole(
    derivation: Derivation,
    load: Load,
    library: Library | None = None,
    superfluous: bool = False,
) -> CheckedFile:
    """A file with its steps checked, as `checked_file` does it. Raises a DiagnosticError with all
    that is wrong with one that is an error."""
    try:
        Faults(derivation.faults).raised()
        return checked_file(derivation, load, library, superfluous=superfluous)
    except DiagnosticError as error:
        faults, _ = faulty(derivation, load, library)
        raise DiagnosticError(*(faults or error.diagnostics)) from error


@dataclass(frozen=True)
class _Rest:
    """What is left of a file. `unknown`: words that only lines had that were taken out; `weaker`:
    something was that may bear on any step; `blind`: what was is not even known; `unasked`: the
    steps up to the one whose line stands for the start, `partly` where there is one."""

    derivation: Derivation
    unknown: frozenset[str] = frozenset()
    weaker: bool = False
    blind: bool = False
    unasked: int = 0
    partly: bool = False

    def hides(self, fault: Diagnostic) -> bool:
        """Whether a fault may be there for what was taken out, or is told with a step."""
        start = self.derivation.start
        if self.unasked and start is not None and start.holds(fault.location):
            return True
        if fault.code in _AS_TEXT:
            return False
        text = self._text(fault.location)
        return text is not None and (self.blind or self.hangs(text))

    def placed(self, fault: Diagnostic) -> Diagnostic:
        """A fault with the key of the line that it is in, of which a hint may show the form."""
        for key in DECLARATIONS:
            if any(text.holds(fault.location) for text in getattr(self.derivation, key) or ()):
                return replace(fault, data={**fault.data, "form": key})
        return fault

    def hangs(self, text: Text) -> bool:
        """Whether a text names what only lines declare that were taken out."""
        names = {*_words(text.value)}
        return not self.unknown.isdisjoint(names | {name[1:] for name in names if name[0] == "d"})

    def _text(self, where: Location | None) -> Text | None:
        derivation = self.derivation
        texts = [text for key in DECLARATIONS for text in getattr(derivation, key) or ()]
        texts += [text for text in (derivation.start, derivation.claim) if text is not None]
        texts += [step.formula for step in derivation.steps]
        return next((text for text in texts if text.holds(where)), None)

    def without(self, where: Location | None) -> _Rest | None:
        """Less what stands at a place; None where that is nothing that can be taken out."""
        derivation = self.derivation
        for key in DECLARATIONS:
            lines: tuple[Text, ...] = getattr(derivation, key) or ()
            for gone in (text for text in lines if text.holds(where)):
                left: Any = {key: tuple(text for text in lines if text is not gone)}
                return self._undeclared(replace(derivation, **left), key, gone)
        if derivation.start is not None and derivation.start.holds(where):
            return self.startless()
        if derivation.claim.holds(where):
            claim = replace(derivation.claim, value="0 = 0", offsets=[0] * 6)
            weaker = self.weaker or derivation.support is not None  # it may be what is finite
            return replace(self, derivation=replace(derivation, claim=claim), weaker=weaker)
        steps = tuple(_less(derivation.steps, where))
        if steps == derivation.steps:
            return None
        return replace(self, derivation=replace(derivation, steps=steps))

    def _undeclared(self, derivation: Derivation, key: str, gone: Text) -> _Rest:
        words = {*_words(gone.value)} - {*_declared(derivation)} - RESERVED
        weaker = self.weaker or key not in _NAMING or not words
        return replace(self, derivation=derivation, unknown=self.unknown | words, weaker=weaker)

    def startless(self) -> _Rest:
        """With the next line of the first chain in the place of the start; none is left of a chain
        that has no other."""
        derivation = self.derivation
        left = derivation.steps[self.unasked :]
        if not left or left[0].key not in CHAIN:
            return replace(
                self, derivation=replace(derivation, start=None), partly=bool(self.unasked)
            )
        derivation = replace(derivation, start=left[0].formula)
        return replace(self, derivation=derivation, unasked=self.unasked + 1, partly=True)


def _begun(derivation: Derivation) -> _Rest:
    """A file with nothing taken out but what its keys lack."""
    rest = _Rest(derivation, blind=any(map(_blinds, derivation.faults)))
    if not derivation.claim.value:
        rest = rest.without(derivation.claim.location()) or rest
    lacks_start = derivation.start is None and bool(derivation.steps)
    if lacks_start and derivation.steps[0].key in CHAIN:
        rest = rest.startless()
    return rest


def _blinds(fault: Diagnostic) -> bool:
    """Whether a key that can't be read may have declared anything, or how steps are judged."""
    data = fault.data
    if fault.code in ("alias", "anchor", "tag"):
        return True
    if fault.code == "unknown-key" and data["owner"] == "derivation":
        return not data["near"] or not {*data["near"]}.isdisjoint((*DECLARATIONS, "strict"))
    return data.get("key") in (*DECLARATIONS, "strict")


def _less(steps: Iterable[Step], where: Location | None) -> Iterator[Step]:
    """Steps without the rule or the name at a place, where their verdicts are no longer asked for;
    up to the one whose line is at fault."""
    steps = [*steps]
    named = {n.value for step in steps for n in step.using if n.holds(where)}
    named |= {step.label.value for step in steps if step.label and step.label.holds(where)}
    for step in steps:
        if step.formula.holds(where):
            return
        rules = step.rules and tuple(rule for rule in step.rules if not rule.holds(where))
        using = tuple(name for name in step.using if name.value not in named)
        label = None if step.label and step.label.holds(where) else step.label
        whole = (rules, using) == (step.rules, step.using)
        yield replace(step, rules=rules, using=using, label=label, whole=step.whole and whole)


def _judged(environment: Environment, rest: _Rest) -> Iterator[StepReport]:
    """The steps whose verdicts can be had."""

    def check(environment: Environment, task: Task) -> CheckedStep:
        asked = task.step.whole and task.report.index > rest.unasked and not rest.blind
        return check_and_explain(environment, task) if asked else CheckedStep(task.report)

    steps = rest.derivation.steps
    run = check_all(environment, steps, check)
    first = next((n for n, step in enumerate(steps, 1) if step.key == "so"), 0)
    reports = [checked.report for checked in run.steps]
    if rest.unasked and reports[0].index == 0:  # what stands for the start means nothing
        reports = [step for step in reports if first and step.index > first]
    for step in reports:
        if step.index == 0:
            yield step
            continue
        text = steps[step.index - 1].formula
        if step.verdict is Verdict.ILL_FORMED:
            cut = text.cut and not steps[step.index - 1].whole  # by the key that YAML made of it
            if step.diagnostic is not None and not rest.hides(step.diagnostic) and not cut:
                yield step
        elif not steps[step.index - 1].whole or rest.blind or step.index <= rest.unasked:
            continue
        elif step.verdict is Verdict.PROVED or not (
            rest.weaker or rest.hangs(text) or (rest.partly and step.index == first)
        ):
            yield step


def _words(text: str) -> Iterable[str]:
    return _WORD.findall(text)


def _declared(derivation: Derivation) -> Iterator[str]:
    """The words of what the lines of a file declare, without what they say of it."""
    for key in (*_NAMING, "parameters"):
        for text in getattr(derivation, key):
            head = text.value.partition("=")[0] if key in ("model", "define") else text.value
            yield from _words(head)
