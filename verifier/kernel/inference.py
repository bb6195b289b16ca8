"""The inferences: theorems in, a theorem out. Nothing else makes one.

`H |- left REL right`: wherever H holds, both sides are defined and the relation holds. So each
inference has the conditions under which its own sides are defined among its hypotheses, beside
those of its premises and what its moves owe (`Normaliser.framed`). Who looks for a way to a goal
only chooses which inferences are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from sympy import Basic, Expr, Rational

from verifier.kernel import theorem as theorems
from verifier.kernel.arithmetic import ZERO, minus, product, total
from verifier.kernel.binding import fresh_tag, substitute
from verifier.kernel.definedness import binders, defined, nested, rebound
from verifier.kernel.equality.context import fixed_by
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.slices import united
from verifier.kernel.inequality.candidates import Candidate, Comparison, Taken, Takes
from verifier.kernel.inequality.positions import positions
from verifier.kernel.model import Fact, Model
from verifier.kernel.moves.factors import factored
from verifier.kernel.moves.partial_sums import from_the_start
from verifier.kernel.polynomials import ONE, Polynomial
from verifier.kernel.positivity.signs import nonnegative
from verifier.kernel.rules import RULES
from verifier.kernel.terms import Relation, Statement
from verifier.kernel.theorem import Hypothesis, Inference, KernelError, Sides, Theorem, turned

Proof = tuple[Inference, ...]
R = TypeVar("R")


def _concluded(
    model: Model, statement: Statement, owed: Iterable[Hypothesis], proof: Proof = (),
    others: Iterable[Expr] = (),
) -> Theorem:  # fmt: skip
    """A theorem: with what it owes, its sides are defined. `others`: what else it is made of, in
    which integrals may have been exchanged."""
    sides = statement.left, statement.right
    hypotheses = {*owed, *defined(model, sides[0]), *defined(model, sides[1])}
    if Sides.FINITE in hypotheses:
        hypotheses |= binders(sides[0]) | binders(sides[1])
    if Sides.INTEGRABLE in hypotheses:
        hypotheses.update(*map(nested, (*sides, *others)))
    hypotheses -= {*Sides}
    return theorems.conclude(statement, proof, frozenset(hypotheses))


# -- equality -------------------------------------------------------------------------------------


def equal(nf: Normaliser, left: Expr, right: Expr) -> Theorem | None:
    """left = right, where both have one normal form. What cancels under a weight is compared with
    its marks first: what both sides have lost alike is not owed."""
    for keeping in (True, False) if nf.marks else (False,):
        with nf.framed() as owed, nf.keep(keeping):
            same = _same(nf, nf.normal(left), nf.normal(right))
        if same:
            return _concluded(nf.model, Statement(left, "=", right), owed)
        if Sides.MARKED not in owed:
            return None
    return None


def _same(nf: Normaliser, first: Polynomial, second: Polynomial) -> bool:
    """Whether two normal forms are one: what is free needs no marks, a side shows it."""
    first, second = first.unmarked, second.unmarked
    if first == second or nf.vanishes(first - second):
        return True
    rule = nf.acting(from_the_start) or nf.acting(factored)  # products take in what continues them
    if rule is None or united(nf, first) != united(nf, second):
        return False
    nf.used.add(rule)
    return True


def turn(premise: Theorem) -> Theorem:
    """From left REL right: right REL' left."""
    return theorems.conclude(turned(premise.statement), premise.proof, premise.hypotheses)


def weaken(premise: Theorem, relation: Relation) -> Theorem:
    """From =: >= or <=. Raises KernelError."""
    if not theorems.implies(premise.relation, relation):
        raise KernelError(f"{premise.relation} doesn't give {relation}")
    said = Statement(premise.left, relation, premise.right)
    return theorems.conclude(said, premise.proof, premise.hypotheses)


def transitive(first: Theorem, second: Theorem) -> Theorem:
    """From a REL b and b REL' c: a REL'' c. Raises KernelError where the middles differ, or the
    relations don't compose."""
    relation = theorems.composed(first.relation, second.relation)
    if relation is None:
        raise KernelError(f"{first.relation} and {second.relation} don't compose")
    if first.right != second.left:
        raise KernelError(f"{first.right} is not {second.left}")
    said, hypotheses = Statement(first.left, relation, second.right), first.hypotheses
    return theorems.conclude(said, first.proof + second.proof, hypotheses | second.hypotheses)


def given(statement: Statement, step: int) -> Theorem:
    """A statement that isn't proved, given itself: that it holds, and is defined."""
    return theorems.conclude(statement, (), frozenset({theorems.Given(step)}))


def reflexive(model: Model, term: Expr) -> Theorem:
    """term = term, where it is defined."""
    return _concluded(model, Statement(term, "=", term), ())


# -- what may be used -----------------------------------------------------------------------------


def assumed(model: Model, fact: Fact) -> Theorem | None:
    """What a fact says with =, >= or <=: where its sides are defined; at a point, that they are."""
    relations: dict[str, Relation] = {"=": "=", ">=": ">=", "<=": "<=", ">": ">=", "<": "<="}
    relation = relations.get(fact.relation)
    if relation is None:
        return None
    return _concluded(model, Statement(fact.left, relation, fact.right), {fact})


# -- replacement at a position --------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Replacement:
    """A side of a statement with another part at one position, and the theorem that it is so."""

    rule: str
    new: Expr
    theorem: Callable[[], Theorem]  # the side REL the new one
    part: Expr  # the other part


def replacement(
    nf: Normaliser, rule: str, whole: Expr, number: int, direction: int, candidate: Candidate
) -> Replacement | None:
    """What a rule makes of a candidate for one of a term's `positions`, by its number, in
    whose part the term is monotone: +1 makes the whole larger or equal, -1 smaller or equal, 0
    keeps it."""
    position = positions(nf, whole)[number]
    with nf.weighed(position.weights), nf.framed() as owed:
        found = _made(RULES[rule].compares, nf, position, direction * position.polarity, candidate)
        if found is None or (direction and not position.admits(found.new)):
            return None
        weights = (*position.weights, *found.weights)
        hypotheses = frozenset((*owed, *(_under(item, weights) for item in found.hypotheses)))
    new = position.put(found.new)
    relation: Relation = "=" if direction == 0 else "<=" if direction > 0 else ">="

    def theorem() -> Theorem:
        proof = (Inference(rule, position.part, found.instance),)
        said = Statement(whole, relation, new)
        return _concluded(nf.model, said, hypotheses | position.owed, proof)

    return Replacement(rule, new, theorem, found.new)


def _made(takes: Takes[R] | None, *asked: object) -> R | None:
    """What a rule makes of a candidate; None where it refuses."""
    return None if takes is None else takes.make(*asked)


def _under(item: Hypothesis, weights: Iterable[Expr]) -> Hypothesis:
    return rebound(item, weights) if isinstance(item, Basic) else item


# -- sums of inequalities -------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Instance:
    """A term that a rule says of a candidate to be >= 0, in normal form too."""

    rule: str
    candidate: Candidate
    term: Expr
    value: Polynomial
    comparison: Comparison
    owed: frozenset[Hypothesis]


def instance(nf: Normaliser, rule: str, candidate: Candidate) -> Instance | None:
    """What a rule says of a candidate to be >= 0."""
    with nf.framed() as owed:
        found = _made(RULES[rule].nonnegative, nf, candidate)
        if found is None:
            return None
        term, comparison = found
        value = nf.normal(term)
    hypotheses = frozenset((*owed, *comparison.hypotheses))
    return Instance(rule, candidate, term, value, comparison, hypotheses)


# A rule, a candidate of which it is to say that it is >= 0, and what is >= 0 times that.
Part = tuple[str, Candidate, Polynomial]


def added(nf: Normaliser, statement: Statement, parts: Sequence[Part]) -> Theorem | None:
    """left >= right, where left - right is the sum of instances times what is >= 0."""
    return _summed(nf, statement, parts, ZERO, frozenset(), ())


def rearranged(
    nf: Normaliser, rule: str, premise: Theorem, goal: Statement, factor: Fraction,
    parts: Sequence[Part],
) -> Theorem | None:  # fmt: skip
    """The same, where what is left of a multiple of a theorem is such a sum."""
    sense = premise.statement if factor > 0 else turned(premise.statement)
    if not theorems.implies(sense.relation, ">="):
        return None
    moved = product(Rational(factor), minus(premise.left, premise.right))
    return _summed(nf, goal, parts, moved, premise.hypotheses, (*premise.proof, Inference(rule)))


def _summed(
    nf: Normaliser, statement: Statement, parts: Sequence[Part], above: Expr,
    hypotheses: frozenset[Hypothesis], proof: Proof,
) -> Theorem | None:  # fmt: skip
    """left >= right, where left - right is what is known to be above 0 and the instances."""
    if statement.relation != ">=":
        return None
    whole = [statement.right, above]
    with nf.framed() as owed:
        gap = nf.normal(statement.left) - nf.normal(statement.right) - nf.normal(above)
        for rule, candidate, factor in parts:
            part = instance(nf, rule, candidate)
            if part is None or not (factor == ONE or nonnegative(nf, factor)):
                return None
            gap = gap - nf.product([part.value, factor])
            owed |= part.owed
            whole.append(product(part.term, nf.store.term(factor)))
            proof = (*proof, Inference(rule, None, part.comparison.instance))
        if not nf.vanishes(gap.unmarked):
            return None
    owed = owed.union(hypotheses, defined(nf.model, total(*whole)))
    return _concluded(nf.model, statement, owed, proof, whole)


# -- from statement to statement ------------------------------------------------------------------


def inferred(
    nf: Normaliser, rule: str, premise: Theorem, goal: Statement, candidate: Candidate = None
) -> Theorem | None:
    """What a rule infers from one theorem, on the way to a goal."""
    with nf.framed() as owed:
        taken = _made(RULES[rule].infer, nf, premise.statement, goal, candidate)
    if taken is None or not nf.model.order.disjoint(fixed_by(premise), taken.bound):
        return None
    below = {_bound_by(nf.model, item, taken) for item in premise.hypotheses}
    hypotheses = below.union(owed, *(defined(nf.model, term) for term in taken.sums))
    proof, others = (*premise.proof, Inference(rule)), (premise.left, premise.right)
    return _concluded(nf.model, taken.statement, hypotheses, proof, others)


def _bound_by(model: Model, item: Hypothesis, taken: Taken) -> Hypothesis:
    """A hypothesis of a premise below the binder that an inference makes: rebound."""
    if not taken.bound or not isinstance(item, Basic):
        return item
    tag = fresh_tag()
    opened = {v: v.tagged(tag) for v in taken.bound}
    weights = [substitute(weight, opened, model.order) for weight in taken.weights]
    return _under(substitute(item, opened, model.order), weights)


def combined(
    nf: Normaliser, rule: str, premises: Sequence[Theorem], goal: Statement
) -> Theorem | None:
    """What a rule infers from several theorems, all of them used."""
    together = RULES[rule].together
    statements = [premise.statement for premise in premises]
    with nf.framed() as owed:
        if together is None or not together(nf, statements, goal):
            return None
    hypotheses = owed.union(*(premise.hypotheses for premise in premises))
    sides = [minus(said.left, said.right) for said in (goal, *statements)]
    hypotheses |= defined(nf.model, total(*sides))
    proof = tuple(step for premise in premises for step in premise.proof)
    return _concluded(nf.model, goal, hypotheses, (*proof, Inference(rule)), sides)
