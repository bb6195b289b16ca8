"""What a wrong line was meant to be: the edit under which it holds, proved before it is said.

The kinds of edits are those of `errata.edits` for a line that can be read and of
`errata.repairs` for one that can't.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, zip_longest
from typing import TypeVar

from verifier.elaborate.record import IllFormed, Record
from verifier.errata.alternatives import Vocabulary
from verifier.errata.edits import Edit, edits, names_in
from verifier.errata.repairs import repairs
from verifier.formula import written as w
from verifier.formula.lexer import FormulaError
from verifier.formula.reader import RESERVED
from verifier.formula.scope import Scope
from verifier.judge import readable
from verifier.judge.edited import for_edits
from verifier.judge.environment import Environment
from verifier.judge.lines import KEYS, RELATIONS, UNREAD, Line, check_scope, elaborated, parsed
from verifier.judge.obligations import leaned_on
from verifier.judge.rulings import canonical
from verifier.judge.task import CheckedStep, Task
from verifier.kernel.budget import OutOfWork
from verifier.kernel.rules import EQUALITY_RULES, RULES
from verifier.kernel.theorem import composed
from verifier.outcome import Diagnosis
from verifier.tactics.prover import prove
from verifier.tactics.smallest import likely_sets
from verifier.typeset.latex import latex
from verifier.typeset.printer import plain

LOOKED_AT = 100_000  # units of work for the edits of one line, proofs apart
PART_COST = 0.3, 2.5  # of them for reading each part of an edited line; of sequences
TRIED = 6  # edits that hold in a few worlds, and are put to the kernel
PROVED = 28_000  # units of work for that, and as many for those of them that tell nothing new
PROOFS = 40_000  # for lines that may be meant between others
ONE_PROOF = 5000  # for one attempt
Item = TypeVar("Item")
Candidate = tuple[Edit, Task]  # the line with one edit
_LONGEST = 40  # characters of a term that a line has lost
LONGEST_LINE = 2000  # parts of a line of which is asked what it was meant to be
MOST_PARTS = 200  # of a line that is edited: all edits are made before the likeliest is known
MOST_CHARACTERS = 1000  # of a text that can't be read and is mended
_CHARACTERS_PER_UNIT = 4  # of work for reading a mended text


def meaningless(environment: Environment, task: Task) -> CheckedStep:
    """A step whose line means nothing, with what it was meant to be, if that is found."""
    if not environment.explains:
        return CheckedStep(task.report)
    try:
        written = parsed(environment.declared, task.step.formula, not task.goes_on)
    except FormulaError:
        written = UNREAD.written
    unread = replace(task, line=Line(written, (), Record()))
    return with_mended(environment, CheckedStep(task.report), unread)


@dataclass(frozen=True)
class Mended:
    """A wrong step with the line that it was meant to be, and what the report says of that."""

    task: Task
    diagnosis: Diagnosis


def with_mended(environment: Environment, found: CheckedStep, task: Task) -> CheckedStep:
    """A wrong step with what it was meant to be, if that is found."""
    known = mended(environment, task)
    if known is None:
        return found
    report = replace(found.report, diagnosis=known.diagnosis)
    return replace(found, report=report, mended=known.task)


def mended(environment: Environment, task: Task) -> Mended | None:
    """The likeliest edit of a wrong line that the kernel proves; None when none is found. A task of
    what can't be read has no line."""
    if task.goes_on and task.reached is None:
        return None
    budget = environment.context.budget
    try:
        budget.left = LOOKED_AT
        proved = _first_proved(environment, _probable(environment, _candidates(environment, task)))
    finally:
        budget.refill()
    if proved is None:
        return None
    edit, edited = proved
    return Mended(
        edited,
        Diagnosis(
            edit.kind,
            plain(edit.before),
            plain(edit.after),
            _line(edited, edit.whole),
            latex(edit.whole),
        ),
    )


def _probable(
    environment: Environment, candidates: Iterator[Candidate]
) -> Iterator[tuple[Candidate, bool]]:
    """The edits that hold in a few worlds, within the work for them; which of them tell nothing
    new: a number, and bounds of what they are equal to."""
    try:
        for edit, edited in candidates:
            if environment.second.probable(edited.conjecture):
                number = isinstance(edit.whole, w.Number)
                yield (edit, edited), number or _is_tight(environment, edited)
    except OutOfWork:
        pass


def _first_proved(
    environment: Environment, probable: Iterator[tuple[Candidate, bool]]
) -> Candidate | None:
    """The first edit that the kernel proves. What takes little work is tried on all of them first,
    and as soon as one is found; those that tell nothing new come last."""
    proofs = _Proofs(environment)
    telling: list[Candidate] = []
    tight: list[Candidate] = []
    for candidate, is_tight in probable:
        if is_tight:
            tight.append(candidate)
            continue
        if proofs.first([candidate], slice(1)):
            return candidate
        telling.append(candidate)
        if len(telling) == TRIED:
            break
    found = proofs.first(telling, slice(1, None))
    return found or _Proofs(environment).first(tight[:TRIED], slice(None))


@dataclass
class _Proofs:
    """Attempts at proving edits, apart from the work for finding them."""

    environment: Environment
    left: int = PROVED

    def first(self, edits: Sequence[Candidate], turns: slice) -> Candidate | None:
        """The first that the kernel proves by the sets of rules that are likely, at some turns."""
        budget = self.environment.context.budget
        apart, budget.left = budget.left, self.left
        asked = [likely(self.environment, edited)[turns] for _, edited in edits]
        try:
            for turn in zip_longest(*asked):
                for (edit, edited), names in zip(edits, turn, strict=True):
                    if names is not None and holds(self.environment, edited, names):
                        return edit, edited
        except OutOfWork:
            pass
        finally:
            self.left, budget.left = budget.left, apart
        return None


def _is_tight(environment: Environment, task: Task) -> bool:
    """Whether a line bounds what is the same as the bound. Raises OutOfWork."""
    said = task.goal.statement
    if said.relation == "=":
        return False
    nf, _ = task.forms.under(environment.context, EQUALITY_RULES)
    try:
        return not nf.reduced(nf.normal(said.left) - nf.normal(said.right)).terms
    except ZeroDivisionError:
        return False


def likely(environment: Environment, task: Task) -> list[frozenset[str]]:
    """Which rules to try on an edited line."""
    cited = [name for name in canonical(task.step.rules or ()) if name in RULES]
    return likely_sets(environment.context, task.goal, cited)


def _line(task: Task, whole: w.Written) -> str:
    """The edited line, with its relation."""
    return f"{RELATIONS[task.step.key]} {plain(whole)}" if task.goes_on else plain(whole)


def _candidates(environment: Environment, task: Task) -> Iterator[Candidate]:
    """The edits whose lines mean something, each with its task. Raises OutOfWork."""
    written = task.line.written
    if len([*islice(written.walk(), LONGEST_LINE + 1)]) > LONGEST_LINE:
        return
    if written == UNREAD.written:
        found = _repaired(environment, task)
    else:
        if task.step.key != "eq":
            yield from _other_relations(task, written)
        small = len([*islice(written.walk(), MOST_PARTS + 1)]) <= MOST_PARTS
        found = iter(edits(written, vocabulary(environment, task, written)) if small else ())
    hidden = len(task.line.record.hidden)  # nobody binds once more what is bound around
    alike = for_edits(environment)
    for edit in found:
        environment.context.budget.spend(_cost(edit.whole))
        edited = with_line(alike, task, edit.whole)
        if edited is not None and len(edited.line.record.hidden) <= hidden:
            yield edit, edited
    if written != UNREAD.written:
        yield from _remainders(environment, task, written)
        if task.step.key == "eq":  # what is weaker isn't what was meant, if anything else holds
            yield from _other_relations(task, written)


def _cost(whole: w.Written) -> int:
    parts = [*whole.walk()]
    indexed = any(isinstance(p, w.Indexed) or (isinstance(p, w.Variable) and p.high) for p in parts)
    return 1 + int(PART_COST[indexed] * len(parts))


def _repaired(environment: Environment, task: Task) -> Iterator[Edit]:
    """What can be read of a text that can't. Raises OutOfWork."""
    text, declared = task.step.formula, environment.declared
    if len(text.value) > MOST_CHARACTERS:
        return
    known = vocabulary(environment, task, task.line.written).laws
    laws = [plain(w.Expectation(law, w.Number("0"))).removesuffix("[0]") for law in known]
    families, variables = declared.scope.families, variables_of(environment)
    for kind, before, after, whole in repairs(
        text.value, variables, laws, families, partial(_is_known, declared.scope)
    ):
        environment.context.budget.spend(1 + len(whole) // _CHARACTERS_PER_UNIT)
        try:
            mended = parsed(declared, replace(text, value=whole), not task.goes_on)
        except FormulaError:
            continue
        yield Edit(kind, w.Name(before), w.Name(after), mended)


def _is_known(scope: Scope, name: str) -> bool:
    return name in RESERVED or scope.is_declared(name)


def variables_of(environment: Environment) -> set[str]:
    """The variables that the model names."""
    model = (node for line in environment.declared.written["model"] for node in line.walk())
    return {plain(node) for node in model if isinstance(node, w.Variable)}


def _other_relations(task: Task, written: w.Written) -> Iterator[Candidate]:
    """A chain's line under another relation, where that doesn't turn the chain round."""
    if not task.goes_on or task.reached is None or not task.line.terms:
        return
    so_far = task.reached.statement.relation
    for relation, key in KEYS.items():
        if key != task.step.key and composed(so_far, relation) is not None:
            as_is, other = (w.Name(r) for r in (RELATIONS[task.step.key], relation))
            edited = replace(task, step=replace(task.step, key=key))
            kind = "weaker" if task.step.key == "eq" else "relation"
            yield Edit(kind, as_is, other, written), edited


def with_line(environment: Environment, task: Task, whole: w.Written) -> Task | None:
    """The task of an edited line; None where it means nothing."""
    try:
        line = elaborated(environment.declared, whole)
        check_scope(environment.declared.model.order, line, task.free_before)
    except (IllFormed, RecursionError):
        return None
    return replace(task, line=line)


def holds(environment: Environment, task: Task, names: frozenset[str], given: bool = False) -> bool:
    """Whether the kernel proves a line by these rules, and its conditions are met; `given`: also
    where it rests on what isn't proved. Raises OutOfWork when there is none left for other lines.
    """
    context, budget = environment.context, environment.context.budget
    before = budget.left
    budget.left = allotted = min(before, ONE_PROOF)
    may_hold = environment.second.may_hold(task.conjecture.premises)
    try:
        result = prove(context, replace(task.goal, may_hold=may_hold), names)
        if result is None:
            return False
        leaning = leaned_on(context, result.theorem, environment.written)
        return not leaning.missing and (given or not leaning.given)
    except ZeroDivisionError:
        return False
    except OutOfWork:
        if before <= ONE_PROOF:
            raise
        return False
    finally:
        budget.left = before - (allotted - max(budget.left, 0))


def _remainders(environment: Environment, task: Task, written: w.Written) -> Iterator[Candidate]:
    """The line with the term that it has lost, where what remains is one short term."""
    if not task.goes_on or task.step.key != "eq" or not task.line.terms:
        return
    said = task.goal.statement
    left = environment.context.budget.left
    try:
        nf, _ = task.forms.under(environment.context, EQUALITY_RULES)
        rest = nf.reduced(nf.normal(said.left) - nf.normal(said.right))
        lost = readable.formula(environment.declared, nf.store.term(rest), task.formulas)
    except (OutOfWork, ZeroDivisionError):
        return
    finally:
        environment.context.budget.left = left
    if lost is None or len(rest.terms) != 1 or len(plain(lost)) > _LONGEST:
        return
    known = written if isinstance(written, w.Sum) else w.Sum((written,), "+")
    negative = isinstance(lost, w.Sum) and lost.signs == "-"
    term = lost.terms[0] if isinstance(lost, w.Sum) and negative else lost
    whole = w.Sum((*known.terms, term), known.signs + ("-" if negative else "+"))
    edited = with_line(environment, task, whole)
    if edited is not None:
        yield Edit("term", written, whole, whole), edited


def vocabulary(environment: Environment, task: Task, written: w.Written) -> Vocabulary:
    """What stands in the line and where it starts from, then what is declared."""
    near = [written, *task.formulas[1:]]
    nodes = [node for formula in near for node in formula.walk()]
    named = (known.body for known in environment.declared.elaborator.abbreviations.values())
    declared = [n for line in (*environment.declared.written["model"], *named) for n in line.walk()]
    densities = _each(n for n in (*nodes, *declared) if isinstance(n, w.Density))
    laws = _each(n.laws for n in (*nodes, *declared) if isinstance(n, w.Expectation))
    laws += [(w.Law(d),) for d in densities if (w.Law(d),) not in laws]
    variables = _each(v for d in densities for v in (*d.left, *d.right))
    laws += [law for law in _laws_of_copies(nodes) if law not in laws]
    parameters = sorted(environment.declared.scope.parameters)
    others = [*(n for f in near[1:] for n in f.walk()), *declared]
    sums = (term for node in others if isinstance(node, w.Sum) for term in node.terms)
    marginals = tuple(_marginals(densities))
    named_last = (*map(w.Name, parameters), *(w.Logarithm(w.Name(name)) for name in parameters))
    logs = (w.Logarithm(d) for d in (*marginals, *densities))
    terms = _each((*logs, *sums, *_measures(nodes, (*marginals, *densities)), *named_last))
    familiar = frozenset[str]().union(*(names_in(n) for n in others))
    return Vocabulary(
        tuple(densities), tuple(laws), tuple(variables), tuple(parameters), marginals,
        tuple(terms), familiar,
    )  # fmt: skip


def _measures(nodes: Sequence[w.Written], densities: Sequence[w.Density]) -> Iterator[w.Written]:
    """What bounds are short of: entropies of what stands nearby, divergences of its laws, and the
    logarithms of all copies that a sum runs over."""
    for node in nodes:
        match node:
            case w.Information(first, second) | w.VariableEntropy(first, second):
                for variables in (first, second):
                    if variables:
                        yield w.VariableEntropy(variables, (), node.family)
            case w.Expectation(laws=(w.Law(density=w.Density() as law),)):
                for density in densities:
                    if density != law and density.left == law.left:
                        yield w.Divergence(law, density)
            case w.Indexed(kind="sum"):
                inner = [d for d in node.body.walk() if isinstance(d, w.Density)]
                for density in (*_marginals(inner), *inner):
                    yield replace(node, body=w.Logarithm(density))


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
