"""What a wrong line was meant to be: the edit under which it holds, proved before it is said.

The kinds of edits are those of `errata.edits` for a line that can be read and of
`errata.repairs` for one that can't.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, zip_longest
from typing import TypeVar

from verifier.elaborate.record import IllFormed
from verifier.errata.alternatives import Vocabulary
from verifier.errata.edits import Edit, between, edits, names_in
from verifier.errata.repairs import repairs
from verifier.formula import written as w
from verifier.formula.lexer import FormulaError
from verifier.judge import saying
from verifier.judge.conditions import leaned_on
from verifier.judge.lines import RELATIONS, check_scope, elaborated, parsed
from verifier.judge.step import Case, Desk, canonical, check_of
from verifier.kernel.budget import OutOfWork
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inference import reflexive
from verifier.kernel.rules import EQUALITY_RULES, RULES, hooks_of
from verifier.kernel.theorem import composed
from verifier.outcome import Diagnosis
from verifier.tactics.prover import prove
from verifier.tactics.smallest import likely_sets
from verifier.typeset.printer import plain

LOOKED_AT = 30_000  # units of work for the edits of one line, proofs apart
PART_COST = 0.3, 2.5  # of them for reading each part of an edited line; of sequences
TRIED = 6  # edits that hold in a few worlds, and are put to the kernel
PROOFS = 40_000  # units of work for proving them
ONE_PROOF = 5000  # for one attempt
_KEYS = {relation: key for key, relation in RELATIONS.items()}
UNREAD = w.Name("")  # in the place of what can't be read
Item = TypeVar("Item")
_LONGEST = 40  # characters of a term that a line has lost
MOST_PARTS = 200  # of a line that is edited: all edits are made before the likeliest is known
MOST_CHARACTERS = 1000  # of a text that can't be read and is mended
_CHARACTERS_PER_UNIT = 4  # of work for reading a mended text


def diagnosed(desk: Desk, case: Case) -> Diagnosis | None:
    """The likeliest edit of a wrong line that the kernel proves; None when none is found. A case of
    what can't be read has no line."""
    if case.chain and case.reached is None:
        return None
    budget = desk.context.budget
    try:
        budget.left = LOOKED_AT
        found = _probable(desk, _candidates(desk, case))
        probable = list(islice(found, TRIED))
        budget.left = PROOFS
        proved = _first_proved(desk, probable)
    finally:
        budget.refill()
    if proved is None:
        return None
    edit, edited = proved
    return Diagnosis(edit.kind, plain(edit.before), plain(edit.after), _line(edited, edit.whole))


def closing_line(desk: Desk, case: Case) -> str | None:
    """A line between the last one and an inequality that follows from it in two steps, each of
    which the kernel proves; None when none is found."""
    if case.reached is None or case.step.key not in ("ge", "le"):
        return None
    budget = desk.context.budget
    key, last = case.step.key, case.reached
    try:
        budget.left = PROOFS
        for written in between(case.line.written):
            for first, second in (("eq", key), (key, "eq"), (key, key)):
                to = with_line(desk, replace(case, step=replace(case.step, key=first)), written)
                if to is None or not desk.second.probable(check_of(to)):
                    continue
                term = to.line.terms[0]
                here = replace(
                    last,
                    theorem=reflexive(desk.declared.model, term),
                    left=written,
                    right=written,
                    last=to.line.free,
                )
                on = replace(case, reached=here, step=replace(case.step, key=second))
                if all(_follows(desk, each) for each in (to, on)):
                    return _line(to, written)
    except OutOfWork:
        pass
    finally:
        budget.refill()
    return None


def _follows(desk: Desk, case: Case) -> bool:
    """Whether the kernel proves a line under any likely rules. Raises OutOfWork."""
    return any(holds(desk, case, names) for names in _asked(desk, case))


def _probable(desk: Desk, candidates: Iterator[tuple[Edit, Case]]) -> Iterator[tuple[Edit, Case]]:
    """The edits that hold in a few worlds, within the work for them."""
    try:
        for edit, edited in candidates:
            if desk.second.probable(check_of(edited)):
                yield edit, edited
    except OutOfWork:
        return


def _first_proved(desk: Desk, probable: Sequence[tuple[Edit, Case]]) -> tuple[Edit, Case] | None:
    """The first that the kernel proves; what takes little work is tried on all of them first."""
    cases = [_asked(desk, edited) for _, edited in probable]
    try:
        for turn in zip_longest(*cases):
            for (edit, edited), names in zip(probable, turn, strict=True):
                if names is not None and holds(desk, edited, names):
                    return edit, edited
    except OutOfWork:
        pass
    return None


def _asked(desk: Desk, case: Case) -> list[frozenset[str]]:
    """Which rules to try on an edited line."""
    cited = [name for name in canonical(case.step.rules or ()) if name in RULES]
    return likely_sets(desk.context, case.goal, cited)


def _line(case: Case, whole: w.Written) -> str:
    """The edited line, with its relation."""
    return f"{RELATIONS[case.step.key]} {plain(whole)}" if case.chain else plain(whole)


def _candidates(desk: Desk, case: Case) -> Iterator[tuple[Edit, Case]]:
    """The edits whose lines mean something, each with its case. Raises OutOfWork."""
    written = case.line.written
    if written == UNREAD:
        found = _repaired(desk, case)
    else:
        if case.step.key != "eq":
            yield from _other_relations(case, written)
        small = len([*islice(written.walk(), MOST_PARTS + 1)]) <= MOST_PARTS
        found = iter(edits(written, vocabulary(desk, case, written)) if small else ())
    for edit in found:
        desk.context.budget.spend(_cost(edit.whole))
        edited = with_line(desk, case, edit.whole)
        if edited is not None:
            yield edit, edited
    if written != UNREAD:
        yield from _remainders(desk, case, written)
        if case.step.key == "eq":  # what is weaker isn't what was meant, if anything else holds
            yield from _other_relations(case, written)


def _cost(whole: w.Written) -> int:
    parts = [*whole.walk()]
    indexed = any(isinstance(p, w.Indexed) or (isinstance(p, w.Variable) and p.high) for p in parts)
    return 1 + int(PART_COST[indexed] * len(parts))


def _repaired(desk: Desk, case: Case) -> Iterator[Edit]:
    """What can be read of a text that can't. Raises OutOfWork."""
    text, declared = case.step.formula, desk.declared
    if len(text.value) > MOST_CHARACTERS:
        return
    for kind, before, after, whole in repairs(text.value, variables_of(desk)):
        desk.context.budget.spend(1 + len(whole) // _CHARACTERS_PER_UNIT)
        try:
            mended = parsed(declared, replace(text, value=whole), not case.chain)
        except FormulaError:
            continue
        yield Edit(kind, w.Name(before), w.Name(after), mended)


def variables_of(desk: Desk) -> set[str]:
    """The variables that the model names."""
    model = (node for line in desk.declared.written["model"] for node in line.walk())
    return {plain(node) for node in model if isinstance(node, w.Variable)}


def _other_relations(case: Case, written: w.Written) -> Iterator[tuple[Edit, Case]]:
    """A chain's line under another relation, where that doesn't turn the chain round."""
    if not case.chain or case.reached is None or not case.line.terms:
        return
    so_far = case.reached.statement.relation
    for relation, key in _KEYS.items():
        if key != case.step.key and composed(so_far, relation) is not None:
            as_is, other = (w.Name(r) for r in (RELATIONS[case.step.key], relation))
            edited = replace(case, step=replace(case.step, key=key))
            kind = "weaker" if case.step.key == "eq" else "relation"
            yield Edit(kind, as_is, other, written), edited


def with_line(desk: Desk, case: Case, whole: w.Written) -> Case | None:
    """The case of an edited line; None where it means nothing."""
    try:
        line = elaborated(desk.declared, whole)
        check_scope(desk.declared.model.order, line, case.free_before)
    except (IllFormed, RecursionError):
        return None
    return replace(case, line=line)


def holds(desk: Desk, case: Case, names: frozenset[str]) -> bool:
    """Whether the kernel proves an edited line by these rules, and its conditions are met. Raises
    OutOfWork when there is none left for other lines."""
    context, budget = desk.context, desk.context.budget
    before = budget.left
    budget.left = allotted = min(before, ONE_PROOF)
    try:
        result = prove(context, case.goal, names)
        if result is None:
            return False
        leaning = leaned_on(context, result.theorem, desk.written())
        return not leaning.missing and not leaning.given
    except ZeroDivisionError:
        return False
    except OutOfWork:
        if before <= ONE_PROOF:
            raise
        return False
    finally:
        budget.left = before - (allotted - max(budget.left, 0))


def _remainders(desk: Desk, case: Case, written: w.Written) -> Iterator[tuple[Edit, Case]]:
    """The line with the term that it has lost, where what remains is one short term."""
    if not case.chain or case.step.key != "eq" or not case.line.terms:
        return
    said = case.goal.statement
    left = desk.context.budget.left
    try:
        nf = Normaliser(desk.context, hooks_of(EQUALITY_RULES))
        rest = nf.reduced(nf.normal(said.left) - nf.normal(said.right))
        lost = saying.said(desk.declared, nf.store.term(rest))
    except (OutOfWork, ZeroDivisionError):
        return
    finally:
        desk.context.budget.left = left
    if lost is None or len(rest.terms) != 1 or len(plain(lost)) > _LONGEST:
        return
    known = written if isinstance(written, w.Sum) else w.Sum((written,), "+")
    negative = isinstance(lost, w.Sum) and lost.signs == "-"
    term = lost.terms[0] if isinstance(lost, w.Sum) and negative else lost
    whole = w.Sum((*known.terms, term), known.signs + ("-" if negative else "+"))
    edited = with_line(desk, case, whole)
    if edited is not None:
        yield Edit("term", written, whole, whole), edited


def vocabulary(desk: Desk, case: Case, written: w.Written) -> Vocabulary:
    """What stands in the line and where it starts from, then what is declared."""
    near = [written, *(side for known in case.around for side in (known.right, known.left))]
    nodes = [node for formula in near for node in formula.walk()]
    named = (known.body for known in desk.declared.elaborator.abbreviations.values())
    declared = [n for line in (*desk.declared.written["model"], *named) for n in line.walk()]
    densities = _each(n for n in (*nodes, *declared) if isinstance(n, w.Density))
    laws = _each(n.laws for n in (*nodes, *declared) if isinstance(n, w.Expectation))
    laws += [(w.Law(d),) for d in densities if (w.Law(d),) not in laws]
    variables = _each(v for d in densities for v in (*d.left, *d.right))
    laws += [law for law in _laws_of_copies(nodes) if law not in laws]
    parameters = sorted(desk.declared.scope.parameters)
    others = [*(n for f in near[1:] for n in f.walk()), *declared]
    sums = (term for node in others if isinstance(node, w.Sum) for term in node.terms)
    marginals = tuple(_marginals(densities))
    logs = (w.Logarithm(d) for d in (*marginals, *densities))
    terms = _each((*logs, *sums, *map(w.Name, parameters)))
    familiar = frozenset[str]().union(*(names_in(n) for n in others))
    return Vocabulary(
        tuple(densities), tuple(laws), tuple(variables), tuple(parameters), marginals,
        tuple(terms), familiar,
    )  # fmt: skip


def _marginals(densities: Iterable[w.Density]) -> Iterator[w.Density]:
    """Of joint densities those of each variable alone."""
    for density in densities:
        if len(density.left) > 1 and not density.right:
            yield from (replace(density, left=(variable,)) for variable in density.left)


def _laws_of_copies(nodes: Iterable[w.Written]) -> Iterator[tuple[w.Written, ...]]:
    """The laws of all copies that a sum or product runs over: q(z_{1:K}) of q(z_k)."""
    for node in nodes:
        if not isinstance(node, w.Indexed):
            continue
        for density in node.body.walk():
            if isinstance(density, w.Density) and len(density.left) == 1:
                (one,) = density.left
                if one.low == w.Name(node.index) and node.index not in map(
                    _subscript, density.right
                ):
                    whole = w.Variable(one.base, "slice", node.low, node.high)
                    yield (w.Law(replace(density, left=(whole,))),)


def _subscript(variable: w.Variable) -> str:
    return variable.low.name if isinstance(variable.low, w.Name) else ""


def _each(items: Iterable[Item]) -> list[Item]:
    return list(dict.fromkeys(items))
