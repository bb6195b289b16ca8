"""What a line says may depend on a parameter at the end of its range: beneath an expectation over
z_{1:T} a term z_{i-1} is bound for i >= 2, and for i = 1 it is z_0, which is free. Then a file is
what it is in each of such cases, and a step is proved that is proved in all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from sympy import Expr, Symbol

from verifier.derivation.derivation import Derivation, Text
from verifier.elaborate.model import Declarations, read_declarations
from verifier.elaborate.record import IllFormed
from verifier.formula.lexer import FormulaError
from verifier.formula.written import Name, Written
from verifier.judge.environment import Environment
from verifier.judge.lines import RELATIONS, elaborated, parsed
from verifier.judge.task import CheckedStep
from verifier.kernel.discharge import Discharge
from verifier.kernel.model import Model
from verifier.kernel.rules import in_order
from verifier.kernel.sequences.ranges import is_sliced
from verifier.kernel.terms import end_text
from verifier.outcome import Diagnostic, DiagnosticError, Verdict

MOST = 4  # cases of a file
_UNCLEAR = frozenset({"which-part", "condition-missing"})  # for some values of a parameter
_SHORT = _UNCLEAR | {"out-of-range", "slice-too-short", "range-too-short"}
_WORST = (Verdict.REFUTED, Verdict.ILL_FORMED, Verdict.WRONG_RULE, Verdict.UNPROVED, Verdict.PROVED)


@dataclass(frozen=True)
class _Case:
    """A file in one case: under bounds more, or with a parameter at a place."""

    derivation: Derivation
    declared: Declarations

    def under(self, bound: str) -> _Case:
        """Under a bound more. Raises DiagnosticError."""
        at = self.derivation.claim
        line = Text(bound, (at.offsets[0],) * (len(bound) + 1), at.source, implied=True)
        lines = (line, *self.derivation.parameters)
        derivation = replace(self.derivation, parameters=lines)
        return _Case(derivation, read_declarations(derivation, self._places))

    def at(self, name: str, end: Expr) -> _Case:
        """With a parameter at an end of its range. Raises DiagnosticError."""
        places = {**self._places, name: self._places.get(str(end), end)}
        return replace(self, declared=read_declarations(self.derivation, places))

    @property
    def _places(self) -> Mapping[str, Expr]:
        return self.declared.elaborator.places

    def problem(self, written: Written) -> str:
        """The code of why a line means nothing; "" for one that means something."""
        try:
            elaborated(self.declared, written)
        except IllFormed as problem:
            return problem.code
        return ""

    def clears(self, written: Written) -> bool:
        """Whether it is clear what a line binds, and what its densities depend on."""
        return self.problem(written) not in _UNCLEAR

    @property
    def horizons(self) -> dict[str, None]:
        """The parameters by which slices of the families end, in an order of their own."""
        families = self.declared.model.families
        slots = (slot for family in families for slot in (*family.left, *family.right))
        ends = (end for slot in slots for end in slot.ends)
        return dict.fromkeys(sorted(symbol.name for end in ends for symbol in end.atoms(Symbol)))

    @property
    def lines(self) -> Iterator[Written]:
        """The lines that can be parsed."""
        steps = [(step.formula, step.key not in RELATIONS) for step in self.derivation.steps]
        start = [(text, False) for text in (self.derivation.start,) if text is not None]
        for text, statement in (*start, *steps, (self.derivation.claim, True)):
            with suppress(FormulaError):
                yield parsed(self.declared, text, statement)


def cases(derivation: Derivation, declared: Declarations) -> tuple[Declarations, ...]:
    """What a file declares in each of its cases, the general one last; as it stands where its lines
    need none, or no few would do."""
    model = declared.model
    sliced = any(map(is_sliced, (slot for family in model.families for slot in family.slots)))
    clear: list[Declarations] = []
    waiting = [_Case(derivation, declared)] if model.parameters and sliced else []
    while waiting:
        case = waiting.pop(0)
        written = next((line for line in case.lines if not case.clears(line)), None)
        if written is None:
            clear.append(case.declared)
            continue
        found = [*_halves(case, written)]
        halves = next((pair for pair in found if pair[1].clears(written)), next(iter(found), ()))
        if not halves or len(clear) + len(waiting) + len(halves) > MOST:
            return (declared,)
        waiting += halves
    return tuple(replace(case, written=declared.written) for case in clear) or (declared,)


def _halves(case: _Case, written: Written) -> Iterator[tuple[_Case, _Case]]:
    """A case at an end of a parameter's range at which a line is clear, and the rest of it; not of
    a horizon, on which all lines depend."""
    model = case.declared.model
    names = dict.fromkeys(node.name for node in written.walk() if isinstance(node, Name))
    for name in (name for name in names if name in model.parameter.keys() - case.horizons):
        for end, rest in _ends(model, Symbol(name)):
            try:
                special = case.at(name, end)
                if special.clears(written):
                    yield special, case.under(f"{name} {rest}")
            except DiagnosticError:
                continue


def bounded(derivation: Derivation, declared: Declarations, written: Written) -> str:
    """From where on a horizon leaves a line meaning something, that means nothing for its smallest
    values; "" where that is not why."""
    case = _Case(derivation, declared)
    if case.problem(written) not in _SHORT:
        return ""
    for name in case.horizons:
        for end, rest in _ends(declared.model, Symbol(name)):
            for bound in (rest, f">= {end_text(end + 2)}") if rest.startswith(">=") else ():
                with suppress(DiagnosticError):
                    if not case.under(f"{name} {bound}").problem(written):
                        return f"{name} {bound}"
    return ""


def with_bound(
    environment: Environment, text: Text, statement: bool, why: Diagnostic
) -> Diagnostic:
    """Why a line means nothing, with what to declare of a horizon if that is all."""
    if why.code not in _SHORT or not environment.explains:
        return why
    written = parsed(environment.declared, text, statement)
    bound = bounded(environment.derivation, environment.declared, written)
    return replace(why, data={**why.data, "bound": bound}) if bound else why


def _ends(model: Model, symbol: Symbol) -> Iterator[tuple[Expr, str]]:
    """The ends of a parameter's range, each with what the others are."""
    for up, down, step in ((">=", "<=", 1), ("<=", ">=", -1)):
        bounds = model.parameter[symbol.name].bounds
        ends = [right for left, relation, right in bounds if (left, relation) == (symbol, up)]
        ends += [left for left, relation, right in bounds if (right, relation) == (symbol, down)]
        for end in ends:
            if all(model.order.least(*(other, end)[::step]) for other in ends):
                yield end, f"{up} {end_text(end + step)}"
                break


def placed(declared: Declarations, step: CheckedStep) -> CheckedStep:
    """A step of a case: where it is false, with the places that its parameters have there."""
    example, places = step.report.counterexample, declared.elaborator.places
    if example is None or not places:
        return step
    said = ((name, end_text(place)) for name, place in places.items())
    example = replace(example, parameters=(*example.parameters, *said))
    return replace(step, report=replace(step.report, counterexample=example))


def worst(step: CheckedStep, beside: Sequence[CheckedStep]) -> CheckedStep:
    """A step, with what it is in other cases: as in the worst, or proved by what all lean on."""
    every = (step, *beside)
    found = min(every, key=lambda each: _WORST.index(each.report.verdict))
    if found.report.verdict is not step.report.verdict:
        return replace(step, report=found.report, leaned=found.leaned, theorem=None)
    if not step.proved:
        return step
    report, remarks = step.report, [each.report.remarks for each in beside]
    report = replace(
        report,
        rules=in_order({rule for each in every for rule in each.report.rules})
        if {each.report.rules for each in every} != {report.rules}
        else report.rules,
        remarks=tuple(
            remark
            for remark in report.remarks
            if remark.code != "superfluous" or all(remark in others for others in remarks)
        ),
        given=tuple(sorted({number for each in every for number in each.report.given})),
    )
    return replace(step, report=report, leaned=_together([each.leaned for each in every]))


def _together(leaned: Sequence[Discharge]) -> Discharge:
    """All that several leaned on."""
    return Discharge(
        by={condition for each in leaned for condition in each.by},
        facts={fact for each in leaned for fact in each.facts},
        declared={known for each in leaned for known in each.declared},
        given={number for each in leaned for number in each.given},
        standing=any(each.standing for each in leaned),
    )
