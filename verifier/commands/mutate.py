"""`--mutate`: the slips of the pen that one could make in a derivation, and who refuses them.

A mutant is one step with its line changed in one place; all other lines are as they stand. It is
put to the front end, to the worlds and to the kernel, each without regard to the others: so one
that is false and yet proved shows, and it is seen how much the worlds alone would have refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from verifier.derivation.derivation import Derivation
from verifier.errata.edits import edits
from verifier.errata.repairs import repairs
from verifier.formula.lexer import FormulaError
from verifier.formula.written import Span
from verifier.judge.diagnosis import (
    MOST_CHARACTERS,
    MOST_PARTS,
    holds,
    variables_of,
    vocabulary,
    with_line,
)
from verifier.judge.file import File
from verifier.judge.lines import RELATIONS, parsed
from verifier.judge.premises import Load
from verifier.judge.step import Case, Desk, canonical, check_of
from verifier.kernel.budget import OutOfWork
from verifier.kernel.rules import RULES, TIDYING, in_order
from verifier.kernel.theorem import composed
from verifier.outcome import Diagnostic, Fate, Mutant
from verifier.tactics.smallest import likely_sets, relevant_rules
from verifier.typeset.printer import plain

ALL_AT_ONCE = 600  # units of kernel work for all rules at once on what the worlds refute
SEARCHED = 10_000  # for likely sets of rules on what they don't


@dataclass(frozen=True)
class _Slip:
    """A line changed in one place; `case` is None where it means nothing."""

    kind: str
    place: Span
    before: str
    after: str
    line: str
    case: Callable[[], Case | None]


def mutated(
    derivation: Derivation,
    load: Load,
    most: int | None = None,
    begin: Callable[[int], None] = lambda _: None,
) -> tuple[tuple[Mutant, ...], tuple[Diagnostic, ...]]:
    """The mutants of a derivation's steps, at most so many of each, and what was left out. `begin`
    is told which step is about to be mutated.

    Raises DiagnosticError for what makes a file an `error`.
    """
    file = File(derivation, load, ())
    file.run()
    mutants: list[Mutant] = []
    left_out: list[Diagnostic] = []
    for item in file.judged:
        index = item.report.index
        begin(index)
        text = derivation.steps[index - 1].formula if index else derivation.start
        assert text is not None
        case = file.cases.get(index)
        if case is None or not item.unconditional:  # a slip may mend what is wrong
            left_out.append(text.diagnostic("mutate-unproved", step=index))
            continue
        if _is_long(case):
            left_out.append(text.diagnostic("mutate-long", step=index))
        slips = [*_slips(file.desk, case)]
        chosen = slips if most is None else _spread(slips, most)
        if len(chosen) < len(slips):
            count, of = len(slips) - len(chosen), len(slips)
            left_out.append(text.diagnostic("mutate-some", step=index, count=count, of=of))
        mutants += _mutants(file.desk, case, chosen)
    return tuple(mutants), tuple(left_out)


def _spread(slips: Sequence[_Slip], most: int) -> list[_Slip]:
    """So many of them: of each kind as many as of any other while there are, from all over it."""
    kinds: dict[str, list[_Slip]] = {}
    for slip in slips:
        kinds.setdefault(slip.kind, []).append(slip)
    share = dict.fromkeys(kinds, 0)
    for _ in range(most):
        open_kinds = [kind for kind, found in kinds.items() if share[kind] < len(found)]
        if not open_kinds:
            break
        share[min(open_kinds, key=share.__getitem__)] += 1
    return [
        found[place * len(found) // share[kind]]
        for kind, found in kinds.items()
        for place in range(share[kind])
    ]


# -- slips ----------------------------------------------------------------------------------------


def _is_long(case: Case) -> bool:
    parts = islice(case.line.written.walk(), MOST_PARTS + 1)
    return len([*parts]) > MOST_PARTS or len(case.step.formula.value) > MOST_CHARACTERS


def _slips(desk: Desk, case: Case) -> Iterator[_Slip]:
    """Every slip in a step's line, each line once: in its relation, its formula, its text."""
    yield from _relations(case)
    if _is_long(case):
        return
    written, seen = case.line.written, {case.line.written}
    for edit in edits(written, vocabulary(desk, case, written)):
        seen.add(edit.whole)
        parts = edit.before.span, plain(edit.before), plain(edit.after)
        meant = partial(with_line, desk, case, edit.whole)
        yield _Slip(edit.kind, *parts, _said(case, plain(edit.whole)), meant)
    text = case.step.formula
    for kind, before, after, whole in repairs(text.value, variables_of(desk)):
        start = _alike(text.value, whole)
        parts = Span(start, start + len(before)), before, after
        try:
            other = parsed(desk.declared, replace(text, value=whole), not case.chain)
        except FormulaError:
            yield _Slip(kind, *parts, _said(case, whole), _nothing)
            continue
        if other not in seen:
            seen.add(other)
            meant = partial(with_line, desk, case, other)
            yield _Slip(kind, *parts, _said(case, plain(other)), meant)


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _relations(case: Case) -> Iterator[_Slip]:
    """A chain's line under the other relations; a chain that turns round means nothing."""
    if not case.chain or case.reached is None:
        return
    so_far, relation = case.reached.statement.relation, RELATIONS[case.step.key]
    for key, other in RELATIONS.items():
        if key == case.step.key:
            continue
        edited = replace(case, step=replace(case.step, key=key))
        meant = partial(replace, edited) if composed(so_far, other) else _nothing
        kind, line = "weaker" if relation == "=" else "relation", plain(case.line.written)
        yield _Slip(kind, Span(0, 0), relation, other, _said(edited, line), meant)


def _nothing() -> None:
    return None


def _said(case: Case, text: str) -> str:
    """A line with its relation."""
    return f"{RELATIONS[case.step.key]} {text}" if case.chain else text


# -- the opinions ---------------------------------------------------------------------------------


def _mutants(desk: Desk, original: Case, slips: Iterable[_Slip]) -> Iterator[Mutant]:
    """What becomes of each slip; of those that say the same, and not what the line says anyway,
    the first."""
    seen = {original.goal}
    for slip in slips:
        where = original.step.formula.location(slip.place)
        mutant = Mutant(
            original.blank.index, slip.kind, where.line, where.column, slip.before, slip.after,
            slip.line, Fate.ILL_FORMED,
        )  # fmt: skip
        case = slip.case()
        if case is None:
            yield mutant
        elif case.goal not in seen:
            seen.add(case.goal)
            yield _judged(desk, case, mutant)


def _judged(desk: Desk, case: Case, mutant: Mutant) -> Mutant:
    """What becomes of a slip that means something."""
    agrees = worlds(desk, case)
    rules = kernel(desk, case, agrees)
    mutant = replace(mutant, agrees=agrees, rules=rules)
    if agrees is None:
        return replace(mutant, fate=Fate.UNSEEN)
    if agrees:
        return replace(mutant, fate=Fate.UNDECIDED if rules is None else Fate.TRUE)
    if rules is None:
        return replace(mutant, fate=Fate.REFUTED)
    found = desk.second.refute(check_of(case))
    return replace(mutant, fate=Fate.ACCEPTED, counterexample=found)


def worlds(desk: Desk, case: Case) -> bool | None:
    """Whether a line holds in all worlds sampled; None where it was evaluated in none. One that
    does may fail in a corner that no sample is in: that is sought."""
    check = check_of(case)
    found = desk.second.holds(check)
    if not found:
        return found
    equal = replace(check, statement=replace(check.statement, relation="="))
    if check.statement.relation != "=" and desk.second.holds(equal):
        return True
    return desk.second.refute(check) is None


def kernel(desk: Desk, case: Case, agrees: bool | None) -> tuple[str, ...] | None:
    """The rules under which the kernel proves a line: those cited, all at once or, where it holds
    in worlds, any likely ones. None where it doesn't."""
    context, budget = desk.context, desk.context.budget
    cited = [name for name in canonical(case.step.rules or ()) if name in RULES]
    budget.refill()
    try:
        if holds(desk, case, frozenset({*cited, *(() if desk.strict else TIDYING)})):
            return tuple(cited)
        budget.left = SEARCHED if agrees else ALL_AT_ONCE
        likely = likely_sets(context, case.goal, cited) if agrees else ()
        whole = frozenset({*relevant_rules(context, case.goal), *TIDYING})
        for names in (whole, *likely):
            if holds(desk, case, names):
                return in_order(names)
    except OutOfWork:
        pass
    finally:
        budget.refill()
    return None
