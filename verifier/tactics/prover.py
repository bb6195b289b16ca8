"""Ways to a goal under given rules. Not trusted: each is made of the kernel's inferences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.budget import OutOfWork
from verifier.kernel.equality.context import Context, Known
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.positions import positions
from verifier.kernel.inequality.scopes import Scope
from verifier.kernel.inference import (
    Replacement,
    added,
    assumed,
    equal,
    rearranged,
    transitive,
    turn,
    weaken,
)
from verifier.kernel.model import Fact
from verifier.kernel.rules import RULES, closure
from verifier.kernel.sequences.ranges import Undecided
from verifier.kernel.terms import Statement
from verifier.kernel.theorem import Given, Inference, Theorem, implies, turned
from verifier.tactics.candidates import reached, replacements, summed
from verifier.tactics.covering import covering, parts_of
from verifier.tactics.forms import Forms
from verifier.tactics.gaps import multiples, nearer
from verifier.tactics.known import marginals, put_in, rewritings
from verifier.tactics.opened import opened
from verifier.tactics.tried import tried

Made = TypeVar("Made", Theorem, Theorem | None)
Trace = dict[Theorem, tuple[object, ...]]  # theorems, and what each was made of

MAX_INFERENCES = 2  # from a premise, one after the other


@dataclass(frozen=True)
class Goal:
    """What a step says, and from what: the theorem reached (a `so`), those in `using`. `meets`:
    whether what a theorem rests on is declared, so that another way needn't be looked for;
    `may_hold`: whether nothing is known to speak against a statement on the way; `forms`: what
    attempts share."""

    statement: Statement
    reached: Theorem | None = None
    using: tuple[Theorem, ...] = ()
    so: bool = False
    meets: Callable[[Theorem], bool] = lambda _: True
    may_hold: Callable[[Statement], bool] = lambda _: True
    forms: Forms = field(default_factory=Forms, compare=False, repr=False)
    trace: Trace | None = field(default=None, compare=False, repr=False)  # to be written down

    def noted(self, made: Made, *of: object) -> Made:
        """A theorem, with what it was made of written down where that is wanted."""
        if made is not None and self.trace is not None:
            self.trace[made] = of
        return made

    def turned(self, found: Theorem) -> Theorem:
        return self.noted(turn(found), found)

    def joined(self, first: Theorem, second: Theorem) -> Theorem:
        return self.noted(transitive(first, second), first, second)


@dataclass(frozen=True)
class Attempt:
    """A way in which a goal follows: the rules that acted, where, from what. `equality`: no
    inequality was needed."""

    theorem: Theorem
    used: frozenset[str]
    proof: tuple[Inference, ...] = ()
    equality: bool = False
    premises: tuple[Theorem, ...] = ()


def prove(context: Context, goal: Goal, rules: Iterable[str]) -> Attempt | None:
    """The goal as a theorem under exactly these rules (and what they imply), if it follows, with
    the fewest facts: which of them a rule used isn't told."""
    names = tuple(rules)
    attempt = follow(context, goal, names)
    if attempt is None:
        return None
    leaned = {item for item in attempt.theorem.hypotheses if isinstance(item, Fact)}
    kept = [fact for fact in context.model.facts if fact in leaned]
    for fact in tuple(kept) if len(kept) > 1 else ():
        fewer = tuple(other for other in kept if other is not fact)
        less = replace(context, model=replace(context.model, facts=fewer))
        try:
            found = follow(less, goal, names)
        except OutOfWork:  # it is proved as it is
            break
        if found is not None:
            kept, attempt = list(fewer), found
    return attempt


def follow(
    context: Context, goal: Goal, rules: Iterable[str], exactly: bool = True
) -> Attempt | None:
    """How a goal follows under these rules; None when no way was found. Unless it is to be told
    `exactly`, other rules may be among those that it took."""
    said: list[Statement | Theorem | Fact] = [goal.statement, *goal.using, *context.model.facts]
    said += [] if goal.reached is None else [goal.reached]
    closed = terms.VariableEntropy, terms.Information
    variables = any(side.has(*closed) for each in said for side in (each.left, each.right))
    names = closure(rules, variables)
    nf, shared = goal.forms.under(scoped(context, goal, names), names)
    before = context.budget.left
    found = _followed(nf, goal, names)
    if found is None or not shared or not exactly:
        return found
    context.budget.left = before  # by itself
    return _followed(Normaliser(nf.context, nf.hooks), goal, names)


def _followed(nf: Normaliser, goal: Goal, names: frozenset[str]) -> Attempt | None:
    """The same by normal forms under these rules."""
    statement = goal.statement
    engine = _Engine(nf, names, goal)
    try:
        theorem, premises = engine.rewritten(goal)
        theorem = theorem or engine.relation(statement)
        if theorem is None and goal.so:
            theorem, premises = engine.from_premises(goal)
        if theorem is None and nf.context.known:
            theorem, nf = _by_known(engine, statement)
    except (ZeroDivisionError, Undecided):  # undefined under what is assumed, or unknown where
        return None
    if theorem is None:
        return None
    if any(RULES[name].uses == "using" for name in nf.used):
        premises = tuple(dict.fromkeys((*premises, *goal.using)))
    equality = theorem.relation == "=" and all(p.relation == "=" for p in premises)
    own = theorem.proof
    for premise in premises:  # what it was itself proved by is another step's
        own = tuple(step for step in own if step not in premise.proof)
    told = {inference.rule for inference in own}
    proof = own + tuple(
        Inference(name, site=nf.acts[name]) for name in RULES if name in nf.acts.keys() - told
    )
    used = frozenset(nf.used) | told
    if theorem.relation != statement.relation:
        theorem = goal.noted(weaken(theorem, statement.relation), theorem)
    return Attempt(theorem, used, proof, equality, premises)


def scoped(context: Context, goal: Goal, names: frozenset[str]) -> Context:
    """The context with the equations and statements that the rules may use in this step."""
    model, used = context.model, {RULES[name].uses for name in names}
    known = []
    if "facts" in used:
        said = (assumed(model, fact) for fact in model.facts)
        known += [Known("facts", theorem) for theorem in said if theorem is not None]
    if "using" in used:
        known += [Known("using", premise) for premise in goal.using]
    return replace(context, equations=rewritings(known), known=tuple(known))


def _by_known(engine: _Engine, said: Statement) -> tuple[Theorem | None, Normaliser]:
    """What equations leave that rewrite an atom: by marginals of what is known too, or by what is
    known put in, which then rewrites nothing."""
    known = engine.nf.context.known
    plain = engine.knowing(known, ())
    more = tuple(marginals(plain.nf))
    if more:
        wider = engine.knowing((*known, *more), rewritings((*known, *more)))
        found = wider.relation(said)
        if found is not None:
            wider.nf.used |= plain.nf.used
            return found, wider.nf
    return put_in(plain.nf, plain.names, plain.laws.shown, said, plain.relation), plain.nf


class _Engine:
    """Ways to a goal under a fixed set of rules."""

    def __init__(self, nf: Normaliser, names: frozenset[str], goal: Goal) -> None:
        self.nf = nf
        self.goal = goal
        self.laws = goal.forms.laws(nf.model.order, goal.statement)
        self.names = tuple(name for name in RULES if name in names)
        self.failed: dict[Statement, int] = {}  # inequalities, to which depth
        self.moving = next((name for name in self.names if RULES[name].moves), None)

    def knowing(self, known: tuple[Known, ...], equations: tuple[Known, ...]) -> _Engine:
        """The same with other statements that may be used, and equations that rewrite."""
        context = replace(self.nf.context, known=known, equations=equations)
        nf = Normaliser(context, self.nf.hooks)
        return _Engine(nf, frozenset(self.names), self.goal)

    # -- one relation -----------------------------------------------------------------------------

    def relation(self, statement: Statement) -> Theorem | None:
        """left REL right, or left = right, by itself."""
        found = equal(self.nf, statement.left, statement.right) or self._rewritten(statement)
        if found is not None or statement.relation == "=":
            return found
        read = statement if statement.relation == ">=" else turned(statement)
        depth = sum(1 for name in self.names if RULES[name].compares is not None)
        found = self.cover(read, self.laws.near) or self.cover(read, self.laws.far)
        if found is None:
            proved = partial(self.inequality, depth=min(depth, 3))
            found = opened(self.nf, read, proved, self.goal.joined)
        elif depth and not self.goal.meets(found):
            other = self._by_replacements(read, 0)
            found = other if other is not None and self.goal.meets(other) else found
        return found if found is None or read is statement else self.goal.turned(found)

    def _rewritten(self, statement: Statement) -> Theorem | None:
        """An equality by putting one side of a known equality for the other."""
        if not self.nf.context.known:
            return None
        for read in (statement, turned(statement)):
            for step in self._replacements(read.left, 0):
                rest = tried(equal, self.nf, step.new, read.right)
                if rest is not None:
                    self.nf.used.add(step.rule)
                    found = self.goal.joined(self.goal.noted(step.theorem(), step, self.nf), rest)
                    return found if read is statement else self.goal.turned(found)
        return None

    def _replacements(self, side: Expr, direction: int) -> Iterator[Replacement]:
        """Every single replacement in a side; direction 0: equalities only."""
        for name in self.names:
            if RULES[name].compares is None or (direction == 0 and RULES[name].uses is None):
                continue
            for number, position in enumerate(positions(self.nf, side)):
                if position.polarity == 0 and direction != 0:
                    continue
                yield from replacements(self.nf, name, side, number, direction, self.laws)

    # -- inequalities -----------------------------------------------------------------------------

    def inequality(self, said: Statement, depth: int) -> Theorem | None:
        """left >= right, by instances that add up to the difference, or by replacements."""
        if self.failed.get(said, -1) >= depth:  # the same replacements in another order
            return None
        found = self.cover(said, self.laws.near)
        found = self._by_replacements(said, depth) if found is None and depth else found
        self.failed |= {} if found else {said: depth}
        return found

    def cover(self, said: Statement, where: tuple[Scope, ...]) -> Theorem | None:
        """A difference as a sum of what rules say to be >= 0, under these laws."""
        gap = self.nf.difference(said)
        chosen = covering(self.nf, self.names, gap, where)
        if not chosen:
            return None
        self.nf.used.update(part.rule for part, _ in chosen)
        return self.goal.noted(added(self.nf, said, parts_of(chosen)), chosen)

    def _by_replacements(self, said: Statement, depth: int) -> Theorem | None:
        """One replacement that closes the gap; else, as long as the gap gets shorter, one more, as
        where a rule bounds each term of a sum; else two in a row."""
        states: list[tuple[Statement, Replacement, bool]] = []
        for upper, direction in ((True, -1), (False, 1)):
            side, other = (said.left, said.right) if upper else (said.right, said.left)
            for step in self._replacements(side, direction):
                rest = tried(equal, self.nf, step.new, other)
                if rest is not None:
                    return self._joined(step, rest, upper)
                left = step.new if upper else said.left
                right = said.right if upper else step.new
                states.append((Statement(left, ">=", right), step, upper))
        closest = nearer(self.nf, said, [between for between, _, _ in states])
        if closest is not None:
            between, step, upper = states[closest]
            rest = self.cover(between, self.laws.near) or self._by_replacements(between, 0)
            if rest is not None:
                return self._joined(step, rest if upper else self.goal.turned(rest), upper)
        for between, step, upper in states if depth > 0 else ():
            if not self.goal.may_hold(between):
                continue
            self.nf.context.budget.spend(50)
            rest = self.inequality(between, depth - 1)
            if rest is not None:
                return self._joined(step, rest if upper else self.goal.turned(rest), upper)
        return None

    def _joined(self, step: Replacement, rest: Theorem, upper: bool) -> Theorem:
        """A replacement in a side, and what leads from there to the other side."""
        self.nf.used.add(step.rule)
        found = self.goal.joined(self.goal.noted(step.theorem(), step, self.nf), rest)
        return found if upper else self.goal.turned(found)

    # -- from premises ----------------------------------------------------------------------------

    def from_premises(self, goal: Goal) -> tuple[Theorem | None, tuple[Theorem, ...]]:
        """A `so`: from the theorem reached or one in `using`, or from several; with those used."""
        premises = [p for p in (goal.reached, *goal.using) if p is not None]
        for premise in premises:
            if one := self._from_one(premise, goal.statement, MAX_INFERENCES):
                return one, (premise,)
        for name in self.names:
            for found, used in summed(self.nf, name, premises, goal.statement):
                self.nf.used.add(name)
                return self.goal.noted(found, *used), used
        return None, ()

    def rewritten(self, goal: Goal) -> tuple[Theorem | None, tuple[Theorem, ...]]:
        """An inequality that is the one reached with its right side rewritten: what is proved is
        used before a proof is looked for."""
        said, reached = goal.statement, goal.reached
        if reached is None or reached.left != said.left or "=" in (said.relation, reached.relation):
            return None, ()
        if any(isinstance(item, Given) for item in reached.hypotheses):
            return None, ()
        last = equal(self.nf, reached.right, said.right)
        fits = last is not None and reached.relation == said.relation
        return (self.goal.joined(reached, last), (reached,)) if fits and last else (None, ())

    def _from_one(self, premise: Theorem, goal: Statement, depth: int) -> Theorem | None:
        found, inequality = self._linked(premise, goal)
        if found is not None and premise.relation == goal.relation:
            return found
        if found is None:
            found, inequality = self._linked(self.goal.turned(premise), goal)
        if found is not None and self.moving is not None:
            self.nf.used.add(self.moving)
            return found
        if found is not None and (depth < MAX_INFERENCES or inequality):
            return found  # sides exchanged or = weakened, beside what another rule did
        for name in self.names if depth else ():
            for between in reached(self.nf, name, premise, goal):
                rest = self._from_one(self.goal.noted(between, premise), goal, depth - 1)
                if rest is not None:
                    self.nf.used.add(name)
                    return rest
        return self._rest_covered(premise, goal, self.moving) if self.moving else None

    def _linked(self, premise: Theorem, goal: Statement) -> tuple[Theorem | None, bool]:
        """goal.left .. premise.left REL premise.right .. goal.right, each link in one sense; and
        whether a link is an inequality."""
        if not implies(premise.relation, goal.relation):
            return None, False
        links = (
            Statement(goal.left, goal.relation, premise.left),
            Statement(premise.right, goal.relation, goal.right),
        )
        if not any(equal(self.nf, link.left, link.right) for link in links):
            return None, False
        first = self.relation(links[0])
        last = self.relation(links[1]) if first is not None else None
        if first is None or last is None:
            return None, False
        whole = self.goal.joined(self.goal.joined(first, premise), last)
        return whole, not first.relation == last.relation == "="

    def _rest_covered(self, premise: Theorem, goal: Statement, rule: str) -> Theorem | None:
        """What a multiple of the premise leaves of a goal, by inequalities."""
        if goal.relation == "=":
            return None
        read = goal if goal.relation == ">=" else turned(goal)
        want, have = self.nf.difference(read), self.nf.difference(premise.statement)
        for factor in multiples(want, have, signed=True):
            sense = premise.statement if factor > 0 else turned(premise.statement)
            if not implies(sense.relation, ">="):
                continue
            gap = want - have.scaled(factor)
            where = (self.laws.near, self.laws.far)
            tries = (covering(self.nf, self.names, gap, laws) for laws in where)
            chosen = next(filter(None, tries), [])
            parts = parts_of(chosen)
            found = rearranged(self.nf, rule, premise, read, factor, parts) if parts else None
            if found is not None:
                self.nf.used.update({rule, *(part.rule for part, _ in chosen)})
                self.goal.noted(found, premise, factor, chosen)
                return found if read is goal else self.goal.turned(found)
        return None
