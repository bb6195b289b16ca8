"""Facts solved: what an equation of `assume` determines, as a term, so that worlds meet it exactly.

`for all s: p(s) = exp(-U(s)) / Z` determines U(s) = -(log Z + log p(s)); `q(z | x) = p(z | x)` a
table of q; `for all x: f(x) <= 1` gives f(x) = 1 - slack(x). What can't be solved is left to be
tested in each world.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sympy import Basic, Expr, Symbol

from verifier.kernel.arithmetic import (
    ONE,
    Quotient,
    minus,
    power,
    product,
    quotient,
    total,
)
from verifier.kernel.binding import free_variables
from verifier.kernel.model import Fact, Family, Function, Model, Sign
from verifier.kernel.terms import Abbreviation, Binder, Call, Density, Exp, Log, Var
from verifier.numeric.numbers.arrays import ordered
from verifier.numeric.worlds.forms import POWERS, PRODUCTS, SUMS


@dataclass(frozen=True)
class Solutions:
    """What facts determine. `values`: of parameters, and of functions at their formal arguments.

    `tables`: conditional tables of families. `at_a_point` are functions that are determined at
    the first point of their axes only; `slacks` functions made up on the way. `global_facts` hold
    at all points, `local_facts` at one. `solved` has what a fact was solved for: where that comes
    out as no number the fact determines nothing, and what was drawn stands.
    """

    values: Mapping[Basic, Expr] = field(default_factory=dict)
    tables: Mapping[Density, Expr] = field(default_factory=dict)
    at_a_point: frozenset[Basic] = frozenset()
    slacks: tuple[Function, ...] = ()
    global_facts: tuple[Fact, ...] = ()
    local_facts: tuple[Fact, ...] = ()
    solved: Mapping[Fact, Basic] = field(default_factory=dict)

    def solution(self, fact: Fact) -> Expr | None:
        """What a fact determines of what it was solved for."""
        target = self.solved.get(fact)
        if target is None:
            return None
        return self.tables[target] if target in self.tables else self.values[target]


NONE = Solutions()


def variables_of(fact: Fact) -> frozenset[Var]:
    """The free variables of both sides."""
    return free_variables(fact.left) | free_variables(fact.right)


def is_global(fact: Fact) -> bool:
    """Whether a fact holds at all points."""
    return variables_of(fact) <= fact.quantified


class _Solver:
    """Solves the facts of a model one after the other, without circles."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.values: dict[Basic, Expr] = {}
        self.tables: dict[Density, Expr] = {}
        self.at_a_point: set[Basic] = set()
        self.slacks: list[Function] = []
        self.solved: dict[Fact, Basic] = {}
        self._needs: dict[str, frozenset[str]] = {}

    def solutions(self) -> Solutions:
        """All that the facts determine."""
        facts = self.model.facts
        for fact in facts:
            target = self._solve(fact) if fact.relation == "=" else self._bound(fact)
            if target is not None:
                self.solved[fact] = target
        return Solutions(
            self.values,
            self.tables,
            frozenset(self.at_a_point),
            tuple(self.slacks),
            tuple(f for f in facts if is_global(f)),
            tuple(f for f in facts if not is_global(f)),
            self.solved,
        )

    def _solve(self, fact: Fact) -> Basic | None:
        for target in self._targets(fact):
            solution = isolated(target, fact.left, fact.right)
            if solution is not None and self._accept(fact, target, solution):
                return target
        return None

    def _bound(self, fact: Fact) -> Basic | None:
        """Solve `f(x) <= ..` and its like for a function that stands alone on one side."""
        sides = ((fact.left, fact.right, 1), (fact.right, fact.left, -1))
        for target, other, sign in sides:
            if fact.relation == "!=" or not isinstance(target, Call) or not is_global(fact):
                continue
            if target.name in _names(other):
                continue
            slack = Call(f"slack of {target.name}", *target.arguments)
            upward = sign if fact.relation in (">=", ">") else -sign
            if self._accept(fact, target, (total if upward > 0 else minus)(other, slack)):
                function = self.model.function[target.name]
                strict: Sign = ">= 0" if "=" in fact.relation else "> 0"
                self.slacks.append(Function(slack.name, function.arguments, strict))
                return target
        return None

    def _targets(self, fact: Fact) -> Iterator[Basic]:
        """Functions at their formal arguments first, then parameters, then whole tables."""
        atoms = sorted(_outer(fact.left) | _outer(fact.right), key=str)
        for kind in (Call, Symbol, Density):
            yield from (atom for atom in atoms if isinstance(atom, kind))

    def _accept(self, fact: Fact, target: Basic, solution: Expr) -> bool:
        needs = self._closure(solution)
        if target in self.values or target in self.tables or _name(target) in needs:
            return False
        if isinstance(target, Density):
            return self._accept_table(fact, target, solution)
        arguments = free_variables(target)
        formal = self._is_formal(target)
        if not formal or (is_global(fact) and not free_variables(solution) <= arguments):
            return False
        if not is_global(fact) and isinstance(target, Call):
            self.at_a_point.add(target)
        self.values[target] = solution
        self._needs[_name(target)] = needs
        return True

    def _is_formal(self, target: Basic) -> bool:
        if isinstance(target, Symbol):
            parameter = self.model.parameter.get(target.name)
            return parameter is not None and not parameter.integer
        function = self.model.function.get(_name(target))
        return function is not None and function.arguments == target.args[1:]

    def _accept_table(self, fact: Fact, target: Density, solution: Expr) -> bool:
        """A family's own table, whole: any other marginal would not fix the rest of it."""
        family = self.model.family.get(target.family)
        if family is None or family.formula is not None or not is_global(fact):
            return False
        own = target in family.factors if family.factors else _whole(target, family)
        needs = self._closure(solution)
        if not own or not free_variables(solution) <= free_variables(target):
            return False
        self.tables[target] = solution
        self._needs[target.family] = needs
        return True

    def _closure(self, term: Expr) -> frozenset[str]:
        """All names that a term's value depends on, through solutions, factors and formulas."""
        names: set[str] = set()
        open_names = set(_names(term))
        while open_names:
            name = open_names.pop()
            names.add(name)
            open_names |= self._direct(name) - names
        return frozenset(names)

    def _direct(self, name: str) -> frozenset[str]:
        family = self.model.family.get(name)
        needs = self._needs.get(name, frozenset())
        if family is None:
            return needs
        formula = _names(family.formula) if family.formula is not None else frozenset()
        return needs | formula | {factor.family for factor in family.factors}


def _whole(target: Density, family: Family) -> bool:
    """Whether a density is all that its family declares."""
    sides = ((target.left, family.left), (target.right, family.right))
    return all(ordered(here) == ordered(declared) for here, declared in sides)


def _names(term: Expr) -> frozenset[str]:
    """The names of the functions, parameters and families in a term."""
    return frozenset(_name(atom) for atom in term.atoms(Call, Symbol, Density))


def _name(atom: Basic) -> str:
    if isinstance(atom, Density):
        return atom.family
    return str(getattr(atom, "name", ""))


def _outer(term: Basic) -> set[Basic]:
    """The functions, parameters and densities of a term that no binder stands above."""
    if isinstance(term, (Call, Symbol, Density)):
        return {term}
    if isinstance(term, Binder):
        return set()
    return set().union(*(_outer(part) for part in term.args))


def occurrences(target: Basic, term: Basic) -> int:
    """How often a term stands in another, or its name does beneath a binder."""
    if term == target:
        return 1
    return sum(occurrences(target, part) for part in term.args)


def isolated(target: Basic, left: Expr, right: Expr) -> Expr | None:
    """The term T with `target = T` equivalent to `left = right`; None when it isn't that simple."""
    counts = occurrences(target, left), occurrences(target, right)
    if sum(counts) != 1:
        return None
    side, other = (left, right) if counts[0] else (right, left)
    while side != target:
        peeled = _peeled(target, side, other)
        if peeled is None:
            return None
        side, other = peeled
    return other


def _peeled(target: Basic, side: Expr, other: Expr) -> tuple[Expr, Expr] | None:
    """`side = other` with the outermost operation of `side` undone; None when it can't be."""
    if isinstance(side, Abbreviation):
        return side.body, other
    if isinstance(side, Log):
        return side.args[0], Exp(other)
    if isinstance(side, Exp):
        return side.args[0], Log(other)
    if not isinstance(side, (*SUMS, *PRODUCTS, *POWERS, Quotient)):
        return None
    inner = next(part for part in side.args if occurrences(target, part))
    rest = [part for part in side.args if part is not inner]
    if isinstance(side, POWERS):
        return _root(inner, side, other)
    if isinstance(side, Quotient):
        above, below = side.args
        return inner, product(other, below) if inner is above else quotient(above, other)
    if isinstance(side, SUMS):
        return inner, minus(other, total(*rest))
    return inner, quotient(other, product(*rest))


def _root(inner: Expr, side: Expr, other: Expr) -> tuple[Expr, Expr] | None:
    base, exponent = side.args
    if inner != base or not exponent.is_Integer or other.is_negative:
        return None
    return base, (quotient(ONE, other) if exponent == -1 else power(other, 1 / exponent))


def solve(model: Model) -> Solutions:
    """What the facts of a model determine."""
    return _Solver(model).solutions()
