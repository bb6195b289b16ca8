"""What a goal is between its sides: the statements that an attempt went through, one after the
other, for whoever shows it again in smaller steps. Not trusted: each is only looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from sympy import Expr, Integer, Rational

from verifier.kernel import terms
from verifier.kernel.arithmetic import negative, product, total
from verifier.kernel.binding import bind, free_variables
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.positions import positions
from verifier.kernel.inference import Replacement
from verifier.kernel.polynomials import ONE
from verifier.kernel.rules import EQUALITY_RULES, RULES, closure, hooks_of
from verifier.kernel.terms import Statement
from verifier.kernel.theorem import Theorem, turned
from verifier.tactics.covering import Cover
from verifier.tactics.prover import Goal, Trace, follow
from verifier.tactics.tried import tried

MOST = 12  # links
LONGEST = 4000  # characters of a line between


@dataclass(frozen=True)
class Link:
    """A statement on the way: where these weights are not 0. `known`: it is a premise."""

    statement: Statement
    weights: tuple[Expr, ...] = ()
    known: bool = False


def links(context: Context, goal: Goal, rules: Iterable[str]) -> tuple[Link, ...]:
    """The statements that an attempt at a goal goes through, each shown by those before; none where
    there is no attempt, or nothing between."""
    trace: Trace = {}
    names = tuple(name for name in rules if name in RULES)  # `algebra` is none
    attempt = follow(context, replace(goal, trace=trace), names)
    if attempt is None:
        return ()
    names = tuple(name for name in RULES if name in closure((*names, *attempt.used)))
    work = _Links(context, goal, names, trace, tuple(attempt.used))
    found = tuple(dict.fromkeys(work.of(attempt.theorem)))
    return found if 1 < len(found) <= MOST else ()


@dataclass
class _Links:
    context: Context
    goal: Goal
    names: tuple[str, ...]
    trace: Trace
    used: tuple[str, ...]

    def of(self, theorem: Theorem) -> Iterator[Link]:
        """What a theorem was made of, and then the theorem."""
        made = self.trace.get(theorem)
        said = theorem.statement
        if made is None:
            premises = (self.goal.reached, *self.goal.using)
            known = any(p is theorem for p in premises)
            if said.relation == "=" and not known:
                yield from self.equality(said)
            yield Link(said, known=known)
            return
        for part in made:
            if isinstance(part, Theorem):
                yield from self.of(part)
            elif isinstance(part, Replacement):
                yield from self.replaced(theorem, part, made[-1])
            elif isinstance(part, list):
                yield from self.sum(said, part, *_multiples(made))
        yield Link(said)

    def replaced(self, made: Theorem, step: Replacement, nf: object) -> Iterator[Link]:
        """What is said of a part; and on average, where it is below binders."""
        said, old = made.statement, made.proof[0].part
        if not isinstance(nf, Normaliser):
            return
        position = next((p for p in positions(nf, said.left) if p.part is old), None)
        if position is None:
            return
        part, weights = Statement(position.part, said.relation, step.part), position.weights
        if position.polarity < 0:
            part = Statement(part.left, turned(said).relation, part.right)
        yield Link(part, weights)
        inside = {v for term in (part.left, part.right, *weights) for v in free_variables(term)}
        opened = inside - free_variables(said.left) - free_variables(said.right)
        if opened:
            sides = (
                bind(terms.Integral, sorted(opened, key=terms.slot_order), product(*weights, side))
                for side in (part.left, part.right)
            )
            left, right = sides
            yield Link(Statement(left, part.relation, right))

    def sum(self, said: Statement, cover: Cover, *known: Expr) -> Iterator[Link]:
        """A difference as a sum of what is >= 0, or `known` to be."""
        nf = self.normaliser(self.names)
        gap = [*known]
        for part, factor in cover:
            yield Link(Statement(part.term, ">=", Integer(0)))
            scaled = part.term if factor == ONE else product(nf.store.term(factor), part.term)
            yield Link(Statement(scaled, ">=", Integer(0)))
            gap.append(scaled)
        yield Link(Statement(said.left, "=", total(said.right, *gap)))

    def equality(self, said: Statement) -> Iterator[Link]:
        """An equality by one rule after the other: the normal forms of both sides under more and
        more of them."""
        acting = [n for n in self.names if n in EQUALITY_RULES and n in self.used]
        acting = [n for n in acting if RULES[n].uses is None]
        down, up = [said.left], [said.right]
        for count in range(1, len(acting) + 1):
            nf = self.normaliser(acting[:count])
            for side, whole in ((down, said.left), (up, said.right)):
                form = tried(nf.normal, whole)
                term = None if form is None else nf.store.term(form)
                if term is not None and term != side[-1] and len(str(term)) <= LONGEST:
                    side.append(term)
        if down[-1] != up[-1] and len(down) + len(up) == 2:
            return
        for left, right in pairwise(dict.fromkeys((*down, *reversed(up)))):
            yield Link(Statement(left, "=", right))

    def normaliser(self, names: Iterable[str]) -> Normaliser:
        plain = replace(self.context, equations=(), known=())
        return Normaliser(plain, hooks_of(EQUALITY_RULES.intersection(closure(names))))


def _multiples(made: tuple[object, ...]) -> Iterator[Expr]:
    """The multiples of what premises say to be >= 0 that a theorem was made of."""
    for premise, factor in pairwise(made):
        if isinstance(premise, Theorem) and isinstance(factor, Fraction):
            said = premise.statement
            yield product(Rational(factor), total(said.left, negative(said.right)))
