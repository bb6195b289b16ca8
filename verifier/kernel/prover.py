"""Steps become theorems here: the only caller of `theorem.conclude`.

Every attempt is a search for where a rule acts; what it finds counts only when normal forms under
the rules allowed agree, or a rule's own inference gives the goal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.algebra import Context, Normaliser
from verifier.kernel.binding import free_variables
from verifier.kernel.laws import is_law
from verifier.kernel.model import Fact
from verifier.kernel.nodes import TermNode, Variables
from verifier.kernel.places import places
from verifier.kernel.polynomials import ONE, ZERO, Monomial, Polynomial
from verifier.kernel.ranges import Undecided
from verifier.kernel.rules import RULES, closure, combine, hooks_of
from verifier.kernel.rules.bound import Bound, Law, laws_in
from verifier.kernel.rules.equations import Equation, Known, oriented
from verifier.kernel.rules.rearrange import difference
from verifier.kernel.rules.scopes import Scope, scopes
from verifier.kernel.signs import nonnegative
from verifier.kernel.terms import Relation, Statement
from verifier.kernel.theorem import (
    Hypothesis,
    Inference,
    Theorem,
    conclude,
    implies,
    turned,
)

MAX_INFERENCES = 2  # from a premise, one after the other
MAX_COVER = 3  # how many instances of inequalities may add up to a difference


@dataclass(frozen=True)
class Premise:
    """A statement that a step may start from: what it rests on, and where facts hold it fixed."""

    statement: Statement
    hypotheses: frozenset[Hypothesis] = frozenset()
    fixed: Variables = frozenset()
    step: int = 0


@dataclass(frozen=True)
class Goal:
    """What a step says, and from what: the statement reached (a `so`), those in `using`."""

    statement: Statement
    reached: Premise | None = None
    using: tuple[Premise, ...] = ()
    so: bool = False
    conditions: tuple[Hypothesis, ...] = ()  # of its formulas, as written


@dataclass(frozen=True)
class Attempt:
    """A way in which a goal follows: the rules that acted, where, from what, needing what."""

    used: frozenset[str]
    proof: tuple[Inference, ...] = ()
    needs: tuple[Hypothesis, ...] = ()
    equality: bool = False
    premises: tuple[Premise, ...] = ()
    facts: frozenset[Fact] = frozenset()

    def after(self, other: Attempt) -> Attempt:
        """Both, one after the other."""
        return Attempt(
            self.used | other.used,
            other.proof + self.proof,
            other.needs + self.needs,
            self.equality and other.equality,
            tuple(dict.fromkeys(other.premises + self.premises)),
            self.facts | other.facts,
        )


def prove(context: Context, goal: Goal, rules: Iterable[str]) -> tuple[Theorem, Attempt] | None:
    """The goal as a theorem under exactly these rules (and what they imply), if it follows."""
    attempt = follow(context, goal, rules)
    if attempt is None:
        return None
    attempt = _with_fewest_facts(context, goal, rules, attempt)
    hypotheses = frozenset((*attempt.needs, *goal.conditions, *attempt.facts))
    for premise in attempt.premises:
        hypotheses |= premise.hypotheses
    return conclude(goal.statement, attempt.proof, hypotheses), attempt


def _with_fewest_facts(
    context: Context, goal: Goal, rules: Iterable[str], attempt: Attempt
) -> Attempt:
    """The same without the facts that it can do without: which the rules used they don't tell."""
    names = tuple(rules)
    kept = [fact for fact in context.model.facts if fact in attempt.facts]
    for fact in tuple(kept) if len(kept) > 1 else ():
        fewer = tuple(other for other in kept if other is not fact)
        without = replace(context, model=replace(context.model, facts=fewer))
        found = follow(without, goal, names)
        if found is not None:
            kept, attempt = list(fewer), found
    return attempt


def follow(context: Context, goal: Goal, rules: Iterable[str]) -> Attempt | None:
    """How a goal follows under these rules; None when no way was found."""
    statement = goal.statement
    variables = any(
        side.has(terms.VariableEntropy, terms.Information)
        for side in (statement.left, statement.right)
    )
    names = closure(rules, variables)
    nf = Normaliser(scoped(context, goal, names), hooks_of(names))
    engine = _Engine(nf, names, laws_in(statement.left, statement.right))
    try:
        attempt = engine.relation(statement)
        if attempt is None and goal.so:
            attempt = engine.from_premises(goal)
    except (ZeroDivisionError, Undecided):  # undefined under what is assumed, or unknown where
        return None
    if attempt is None:
        return None
    used_premises = attempt.premises
    if "substitution" in attempt.used:
        used_premises = tuple(dict.fromkeys((*used_premises, *goal.using)))
    facts = set(nf.facts)
    if "assumption" in attempt.used:  # which of them is not told apart: see `prove`
        facts.update(context.model.facts)
    by_rule = {"model": "factorisation", "discrete": "entropy-nonnegative"}
    declared = (item for item in nf.declared if by_rule[item.kind] in attempt.used)
    leaned = nf.leaned if "absolute-continuity" in attempt.used else ()
    attempt = replace(attempt, needs=(*attempt.needs, *sorted((*declared, *leaned), key=str)))
    told = {inference.rule for inference in attempt.proof}
    proof = attempt.proof + tuple(
        Inference(name, site=nf.acts[name]) for name in RULES if name in nf.acts.keys() - told
    )
    return replace(attempt, proof=proof, premises=used_premises, facts=frozenset(facts))


def scoped(context: Context, goal: Goal, names: frozenset[str]) -> Context:
    """The context with the equations and statements that the rules may use in this step."""
    known: list[Known] = []
    if "assumption" in names:
        known += [
            Known("assumption", said, fact.quantified)
            for fact in context.model.facts
            if (said := _weakly(fact)) is not None
        ]
    if "substitution" in names:
        for premise in goal.using:
            said = premise.statement
            free = free_variables(said.left) | free_variables(said.right)
            apart = context.model.order.disjoint
            quantified = frozenset(v for v in free if apart([v], premise.fixed))
            known.append(Known("substitution", said, quantified))
    equations = [
        equation
        for item in known
        if item.statement.relation == "="
        and (
            equation := oriented(
                item.rule, item.statement.left, item.statement.right, item.quantified
            )
        )
    ]
    fixed = frozenset().union(
        *(p.fixed for p in (goal.reached, *goal.using) if p is not None),
    )
    return replace(context, equations=tuple(_acyclic(equations)), known=tuple(known), fixed=fixed)


def _weakly(fact: Fact) -> Statement | None:
    """What a fact says with =, >= or <=."""
    relations: dict[str, Relation] = {"=": "=", ">=": ">=", "<=": "<=", ">": ">=", "<": "<="}
    relation = relations.get(fact.relation)
    return None if relation is None else Statement(fact.left, relation, fact.right)


def _acyclic(equations: Sequence[Equation]) -> Iterator[Equation]:
    """One equation for each pattern: the first."""
    seen = set()
    for equation in equations:
        if equation.pattern not in seen:
            seen.add(equation.pattern)
            yield equation


class _Engine:
    """Ways to a goal under a fixed set of rules."""

    def __init__(self, nf: Normaliser, names: frozenset[str], laws: tuple[Law, ...]) -> None:
        self.nf = nf
        self.names = [name for name in RULES if name in names]
        self.laws = laws
        self.near = tuple(Scope(law) for law in laws if is_law(law.bound, law.densities))
        self.far = scopes(laws)

    def _attempt(self, **parts: object) -> Attempt:
        return Attempt(frozenset(self.nf.used), **parts)  # type: ignore[arg-type]

    # -- one relation -----------------------------------------------------------------------------

    def relation(self, statement: Statement) -> Attempt | None:
        """left REL right, by itself."""
        if self.equal(statement.left, statement.right):
            return self._attempt(equality=True)
        rewritten = self._rewritten(statement)
        if rewritten is not None or statement.relation == "=":
            return rewritten
        read = statement if statement.relation == ">=" else turned(statement)
        depth = sum(1 for name in self.names if RULES[name].bounds is not None)
        return self._averaged(read.left, read.right) or self.inequality(
            read.left, read.right, min(depth, 3)
        )

    def equal(self, left: Expr, right: Expr) -> bool:
        """Whether two terms have one normal form."""
        first, second = self.nf.normal(left), self.nf.normal(right)
        if first == second or self.nf.vanishes(first - second):
            return True
        return self.nf.whole(first) == self.nf.whole(second) and self._regroups()

    def _regroups(self) -> bool:
        """Whether products may take in the factors that continue them."""
        rule = next((name for name in ("index", "factorisation") if name in self.names), None)
        self.nf.used.update([rule] if rule else [])
        return rule is not None

    def _rewritten(self, statement: Statement) -> Attempt | None:
        """An equality by putting one side of a known equality for the other."""
        if not self.nf.context.known:
            return None
        for read in (statement, turned(statement)):
            for name, new, bound, part in self._replacements(read.left, 0):
                if self.equal(new, read.right):
                    self.nf.used.add(name)
                    proof = (Inference(name, part, bound.instance),)
                    return self._attempt(proof=proof, needs=bound.hypotheses, equality=True)
        return None

    def _replacements(self, side: Expr, direction: int) -> Iterator[tuple[str, Expr, Bound, Expr]]:
        """Every single replacement in a side; direction 0: equalities only."""
        unfold = "definition" in self.names
        found = list(places(self.nf, side, unfold))
        for name in self.names:
            bounds = RULES[name].bounds
            if bounds is None or (direction == 0 and name not in ("assumption", "substitution")):
                continue
            for place in found:
                if place.polarity == 0 and direction != 0:
                    continue
                laws = tuple(law.at(place) for law in self.laws)
                for bound in bounds(self.nf, place, direction * place.polarity, laws):
                    if direction == 0 or place.admits(bound.new):
                        yield name, place.put(bound.new), bound, place.part

    # -- inequalities -----------------------------------------------------------------------------

    def inequality(self, big: Expr, small: Expr, depth: int) -> Attempt | None:
        """big >= small, by instances that add up to the difference, or by replacements."""
        return self._covered(big, small) or (self._bounded(big, small, depth) if depth else None)

    def _covered(self, big: Expr, small: Expr) -> Attempt | None:
        return self.cover(self.nf.reduced(self.nf.normal(big) - self.nf.normal(small)), self.near)

    def _averaged(self, big: Expr, small: Expr) -> Attempt | None:
        """The same with the marginals and conditionals of the laws in sight: for whole steps."""
        gap = self.nf.reduced(self.nf.normal(big) - self.nf.normal(small))
        return self.cover(gap, self.near) or self.cover(gap, self.far)

    def cover(self, gap: Polynomial, where: tuple[Scope, ...]) -> Attempt | None:
        """A difference as a sum of what rules say to be >= 0, under these laws."""
        self.nf.context.budget.spend(len(gap.terms) * len(where) + 20)
        candidates = [
            (name, self.nf.normal(term), bound)
            for name in self.names
            if (generate := RULES[name].nonnegative) is not None
            for term, bound in generate(self.nf, gap, where)
        ]
        chosen = self._sum(gap, candidates, MAX_COVER)
        if chosen is None:
            return None
        self.nf.used.update(name for name, _, _ in chosen)
        return self._attempt(
            proof=tuple(Inference(name, None, bound.instance) for name, _, bound in chosen),
            needs=tuple(need for _, _, bound in chosen for need in bound.hypotheses),
        )

    def _sum(
        self, gap: Polynomial, candidates: list[tuple[str, Polynomial, Bound]], depth: int
    ) -> list[tuple[str, Polynomial, Bound]] | None:
        """Candidates that add up to a gap; next to one that can take away the term of the gap
        that the fewest have."""
        if self.nf.vanishes(gap):
            return []
        if not depth:
            return None
        able: dict[Monomial, list[tuple[tuple[str, Polynomial, Bound], Polynomial]]] = {}
        for candidate in candidates:
            self.nf.context.budget.spend()
            for core, factor in _multiples(self.nf, gap, candidate[1]).items():
                able.setdefault(core, []).append((candidate, factor))
        cores = [able.get(core, []) for core in _by_core(self.nf, gap)]
        for candidate, factor in min(cores, key=len):
            rest = self._sum(gap - candidate[1] * factor, candidates, depth - 1)
            if rest is not None:
                return [candidate, *rest]
        return None

    def _bounded(self, big: Expr, small: Expr, depth: int) -> Attempt | None:
        """One replacement that closes the gap; else one at every place; else two in a row."""
        states: list[tuple[Expr, Expr, Attempt]] = []
        for side, other, direction in ((big, small, -1), (small, big, 1)):
            for name, new, bound, part in self._replacements(side, direction):
                step = Attempt(
                    frozenset({name}), (Inference(name, part, bound.instance),), bound.hypotheses
                )
                if self.equal(new, other):
                    return self._attempt().after(step)
                states.append((new, small, step) if side is big else (big, new, step))
        for upper, lower, step in states if depth > 0 else ():
            self.nf.context.budget.spend(50)
            rest = self.inequality(upper, lower, depth - 1)
            if rest is not None:
                return replace(rest.after(step), equality=False)
        return None

    # -- from premises ----------------------------------------------------------------------------

    def from_premises(self, goal: Goal) -> Attempt | None:
        """A `so`: from the statement reached or one in `using`, or from several."""
        premises = [p for p in (goal.reached, *goal.using) if p is not None]
        for premise in premises:
            attempt = self._from_one(premise.statement, goal.statement, MAX_INFERENCES)
            if attempt is not None:
                return replace(attempt, premises=(premise,))
        if "combine" in self.names:
            statements = [premise.statement for premise in premises]
            for _, used in combine.infer_all(self.nf, statements, goal.statement):
                self.nf.used.add("combine")
                return self._attempt(
                    proof=(Inference("combine"),), premises=tuple(premises[i] for i in used)
                )
        return None

    def _from_one(self, premise: Statement, goal: Statement, depth: int) -> Attempt | None:
        attempt = self._linked(premise, goal)
        if attempt is not None and premise.relation == goal.relation:
            return attempt
        attempt = attempt or self._linked(turned(premise), goal)
        if attempt is not None and "rearrange" in self.names:
            step = Attempt(frozenset({"rearrange"}), (Inference("rearrange"),), equality=True)
            return attempt.after(step)
        if attempt is not None and (depth < MAX_INFERENCES or not attempt.equality):
            return attempt  # sides exchanged or = weakened, beside what another rule did
        for name in self.names if depth else ():
            infer = RULES[name].infer
            if infer is None or name == "combine":
                continue
            for reached in infer(self.nf, premise, goal):
                step = Attempt(frozenset({name}), (Inference(name),))
                rest = self._from_one(reached, goal, depth - 1)
                if rest is not None:
                    return rest.after(step)
        return self._rest_covered(premise, goal) if "rearrange" in self.names else None

    def _linked(self, premise: Statement, goal: Statement) -> Attempt | None:
        """goal.left .. premise.left REL premise.right .. goal.right, each link in one sense."""
        if not implies(premise.relation, goal.relation):
            return None
        relation = goal.relation
        links = (
            Statement(goal.left, relation, premise.left),
            Statement(premise.right, relation, goal.right),
        )
        if not any(self.equal(link.left, link.right) for link in links):
            return None
        attempts = [self.relation(link) for link in links]
        if attempts[0] is None or attempts[1] is None:
            return None
        return attempts[1].after(attempts[0])

    def _rest_covered(self, premise: Statement, goal: Statement) -> Attempt | None:
        """`rearrange` with an inequality: what a multiple of the premise leaves of the goal."""
        if goal.relation == "=":
            return None
        read = goal if goal.relation == ">=" else turned(goal)
        want = difference(self.nf, read)
        have = difference(self.nf, premise)
        for factor in _factors(want, have, signed=True):
            sense = premise if factor > 0 else turned(premise)
            if not implies(sense.relation, ">="):
                continue
            gap = want - have.scaled(factor)
            attempt = self.cover(gap, self.near) or self.cover(gap, self.far)
            if attempt is not None:
                return attempt.after(Attempt(frozenset({"rearrange"}), (Inference("rearrange"),)))
        return None


def _by_core(nf: Normaliser, polynomial: Polynomial) -> dict[Monomial, Polynomial]:
    """A polynomial's terms, those together that differ in parameters only: their coefficients."""
    found: dict[Monomial, Polynomial] = {}
    for monomial, coefficient in polynomial.terms.items():
        outside = tuple(f for f in monomial if _is_parameter(nf, f[0]))
        core = tuple(f for f in monomial if f not in outside)
        found[core] = found.get(core, ZERO) + Polynomial({outside: coefficient})
    return found


def _is_parameter(nf: Normaliser, atom: int) -> bool:
    node = nf.store.nodes[atom]
    return isinstance(node, TermNode) and node.term.is_Symbol


def _multiples(nf: Normaliser, gap: Polynomial, piece: Polynomial) -> dict[Monomial, Polynomial]:
    """For each term of a piece, what is >= 0 and times the piece cancels that term in a gap."""
    have, want = _by_core(nf, piece), _by_core(nf, gap)
    found = {}
    for core in have.keys() & want.keys():
        if have[core] == want[core]:  # also where both are of parameters alone
            found[core] = ONE
        elif value := have[core].value:
            factor = want[core].scaled(1 / Fraction(value))
            if nonnegative(nf, factor):
                found[core] = factor
    return found


def _factors(gap: Polynomial, piece: Polynomial, signed: bool = False) -> list[Fraction]:
    """The multiples of a piece that cancel one of its terms in a gap; positive unless `signed`."""
    ratios = {
        Fraction(gap.terms[m]) / Fraction(c) for m, c in piece.terms.items() if m in gap.terms
    }
    return sorted((r for r in ratios if r > 0 or signed), key=lambda r: (abs(r - 1), r))[:4]
