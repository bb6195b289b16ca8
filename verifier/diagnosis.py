"""What a wrong line was meant to be: the one edit under which it holds, proved before it is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from verifier.elaborate.conditions import IllFormed
from verifier.elaborate.restate import restated
from verifier.kernel.algebra import Normaliser
from verifier.kernel.budget import OutOfWork
from verifier.kernel.prover import prove
from verifier.kernel.rules import EQUALITY_RULES, RULES, hooks_of
from verifier.kernel.theorem import composed
from verifier.language import written as w
from verifier.language.edits import Edit, Vocabulary, edits
from verifier.language.printer import plain
from verifier.lines import RELATIONS, Line, check_scope, elaborated
from verifier.outcome import Diagnosis
from verifier.search import some_set
from verifier.steps import Case, Desk, canonical, check_of, in_domain, leaned_on

LOOKED_AT = 12_000  # units of work for the edits of one line, proofs apart
EDIT_COST = 4  # of them for reading one edited line
TRIED = 6  # edits that hold in a few worlds, and are put to the kernel
_KEYS = {relation: key for key, relation in RELATIONS.items()}
Item = TypeVar("Item")
_LONGEST = 40  # characters of a term that a line has lost


def diagnosed(desk: Desk, case: Case, written: w.Written) -> Diagnosis | None:
    """The likeliest edit of a wrong line that the kernel proves; None when none is found."""
    budget = desk.context.budget
    tried = 0
    budget.left = LOOKED_AT
    for edit, edited in _candidates(desk, case, written):
        try:
            budget.spend(EDIT_COST)
            if not _is_probable(desk, edited):
                continue
        except OutOfWork:
            break
        left = budget.left
        budget.refill()
        if _holds(desk, edited):
            budget.refill()
            return Diagnosis(
                edit.kind, plain(edit.before), plain(edit.after), _line(edited, edit.whole)
            )
        budget.left = left
        tried += 1
        if tried == TRIED:
            break
    budget.refill()
    return None


def _line(case: Case, whole: w.Written) -> str:
    """The edited line, with its relation."""
    return f"{RELATIONS[case.step.key]} {plain(whole)}" if case.chain else plain(whole)


def _candidates(desk: Desk, case: Case, written: w.Written) -> Iterator[tuple[Edit, Case]]:
    """The edits whose lines mean something, each with its case."""
    if case.chain and case.reached is None:
        return
    yield from _other_relations(case, written)
    vocabulary = _vocabulary(desk, case, written)
    for edit in edits(written, vocabulary):
        edited = _case(desk, case, edit.whole)
        if edited is not None:
            yield edit, edited
    yield from _remainders(desk, case, written)


def _other_relations(case: Case, written: w.Written) -> Iterator[tuple[Edit, Case]]:
    """A chain's line under another relation, where that doesn't turn the chain round."""
    if not case.chain or case.reached is None or not case.line.terms:
        return
    so_far = case.reached.statement.relation
    for relation, key in _KEYS.items():
        if key != case.step.key and composed(so_far, relation) is not None:
            as_is, other = (w.Name(r) for r in (RELATIONS[case.step.key], relation))
            edited = replace(case, step=replace(case.step, key=key))
            yield Edit("relation", as_is, other, written), edited


def _case(desk: Desk, case: Case, whole: w.Written) -> Case | None:
    """The case of an edited line; None where it means nothing."""
    try:
        line = elaborated(desk.declared, whole)
        check_scope(line, case.free_before)
    except (IllFormed, RecursionError):
        return None
    return replace(case, line=line)


def _is_probable(desk: Desk, case: Case) -> bool:
    """Whether an edited line says something, and that holds in a few worlds."""
    said = case.goal.statement
    return said.left != said.right and desk.second.probable(check_of(desk, case))


def _holds(desk: Desk, case: Case) -> bool:
    """Whether the kernel proves an edited line, and its conditions are met."""
    goal = case.goal
    context = in_domain(desk, goal.conditions)
    cited = [name for name in canonical(case.step.rules or ()) if name in RULES]
    try:
        names = some_set(context, goal, cited)
        result = None if names is None else prove(context, goal, names)
        return result is not None and not leaned_on(context, case, *result).missing
    except (OutOfWork, ZeroDivisionError):
        return False


def _remainders(desk: Desk, case: Case, written: w.Written) -> Iterator[tuple[Edit, Case]]:
    """The line with the term that it has lost, where what remains is one short term."""
    if not case.chain or case.step.key != "eq" or not case.line.terms:
        return
    said = case.goal.statement
    left = desk.context.budget.left
    try:
        nf = Normaliser(desk.context, hooks_of(EQUALITY_RULES))
        rest = nf.reduced(nf.normal(said.left) - nf.normal(said.right))
        lost = restated(nf.store.term(rest))
    except (OutOfWork, ZeroDivisionError):
        return
    finally:
        desk.context.budget.left = left
    if len(rest.terms) != 1 or len(plain(lost)) > _LONGEST:
        return
    terms, signs = (written.terms, written.signs) if isinstance(written, w.Sum) else ((written,), "+")
    negative = isinstance(lost, w.Sum) and lost.signs == "-"
    term = lost.terms[0] if isinstance(lost, w.Sum) and negative else lost
    whole = w.Sum((*terms, term), signs + ("-" if negative else "+"))
    edited = _case(desk, case, whole)
    if edited is not None:
        yield Edit("term", written, whole, whole), edited


def _vocabulary(desk: Desk, case: Case, written: w.Written) -> Vocabulary:
    """What stands in the line and where it starts from, then what is declared."""
    near = [written, *(side for known in case.around for side in (known.right, known.left))]
    nodes = [node for formula in near for node in formula.walk()]
    declared = [node for line in desk.declared.model_written for node in line.walk()]
    densities = _each(n for n in (*nodes, *declared) if isinstance(n, w.Density))
    laws = _each(n.laws for n in nodes if isinstance(n, w.Expectation))
    laws += [(w.Law(d),) for d in densities if (w.Law(d),) not in laws]
    variables = _each(v for d in densities for v in (*d.left, *d.right))
    parameters = sorted(desk.declared.scope.parameters)
    return Vocabulary(tuple(densities), tuple(laws), tuple(variables), tuple(parameters))


def _each(items: Iterable[Item]) -> list[Item]:
    return list(dict.fromkeys(items))
