"""Statements reached, what later steps may use of them, and statements of other files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr

from verifier.elaborate.declarations import Declared
from verifier.kernel import terms
from verifier.kernel.algebra import Context, Normaliser
from verifier.kernel.arithmetic import densities
from verifier.kernel.binding import free_variables, rebuild
from verifier.kernel.budget import Budget, OutOfWork
from verifier.kernel.model import (
    Condition,
    Family,
    Function,
    Model,
    Parameter,
)
from verifier.kernel.prover import Premise
from verifier.kernel.signs import nonnegative, nonzero, positive
from verifier.kernel.support import implied
from verifier.kernel.terms import Statement, Var
from verifier.kernel.theorem import Given, Needed
from verifier.language.derivation import Derivation
from verifier.language.printer import plain
from verifier.language.written import Statement as WrittenStatement
from verifier.language.written import Written

Load = Callable[[str], Derivation]
DECLARATION_BUDGET = 20_000  # units of kernel work for comparing two files' declarations


@dataclass(frozen=True)
class Reached:
    """A statement reached: what it says, in writing too, and on which unproved steps it rests.

    `fixed` are the variables that facts hold at one point, `needed` what its last line takes for
    granted, `last` the variables free in that line. `domain`: the densities of free variables that
    a line on the way to it takes for positive.
    """

    statement: Statement
    left: Written
    right: Written
    free: frozenset[Var]
    last: frozenset[Var]
    needed: tuple[Needed, ...] = ()
    given: tuple[int, ...] = ()
    fixed: frozenset[Var] = frozenset()
    domain: frozenset[Expr] = frozenset()
    index: int = 0
    assumed: tuple[Condition, ...] = ()  # by another file, which proves it

    @property
    def premise(self) -> Premise:
        """As the kernel takes it."""
        hypotheses = frozenset(Given(step) for step in self.given)
        return Premise(self.statement, hypotheses, self.fixed, self.index)

    def taken(self, model: Model) -> frozenset[Expr]:
        """What it takes for positive, but for what the facts that it holds by grant."""
        known = {d for d in granted(model) if free_variables(d) <= self.fixed}
        return self.domain - known

    @property
    def text(self) -> str:
        """As it is written."""
        return plain(WrittenStatement(self.left, self.statement.relation, self.right))


def domain(needed: Iterable[object]) -> frozenset[Expr]:
    """The densities of free variables that formulas take for positive."""
    return frozenset(
        density
        for item in needed
        if isinstance(item, Needed) and item.vanishing
        for density in densities(item.term)
        if not item.binds(density)
    )


def granted(model: Model) -> frozenset[Expr]:
    """The densities that facts at a point condition on: positive at that point."""
    points = (fact for fact in model.facts if not fact.quantified)
    atoms = (d for fact in points for side in (fact.left, fact.right) for d in _densities_of(side))
    return frozenset(
        terms.Density(d.family, condition, [v for v in d.right if v not in condition])
        for d in atoms
        if (condition := [v for v in d.right if v in model.family[d.family].left])
    )


def _densities_of(term: Any) -> set[Any]:
    found: set[Any] = term.atoms(terms.Density)
    return found


def unfolded(statement: Statement) -> Statement:
    """A statement without abbreviations, for a file that may define them otherwise."""

    def unfold(term: Any) -> Any:
        if isinstance(term, terms.Abbreviation):
            return unfold(term.body)
        return rebuild(term, unfold)

    return Statement(unfold(statement.left), statement.relation, unfold(statement.right))


def relative(load: Load, file: str) -> Load:
    """Loads what a file names: its paths are relative to it."""
    folder = file.rpartition("/")[0]
    return lambda name: load(f"{folder}/{name}" if folder else name)


def lacking(there: Declared, here: Declared) -> str:
    """What a file declares that another's declarations don't imply, so that its statements can't
    be used there; "" when nothing."""
    theirs, ours = there.model, here.model
    nf = _declaring(ours)
    missing = [
        f"model: {family.name}"
        for family in theirs.families
        if not _same_family(family, ours.family.get(family.name))
    ]
    missing += [
        f"parameters: {parameter.symbol.name}"
        for parameter in theirs.parameters
        if not _bounded(nf, parameter, ours.parameter.get(parameter.symbol.name))
    ]
    missing += [
        f"functions: {function.name}"
        for function in theirs.functions
        if not _same_function(function, ours.function.get(function.name))
    ]
    stated = {fact.text for fact in ours.facts}
    missing += [
        f"assume: {fact.text}"
        for fact in theirs.facts
        if fact.text not in stated and not _holds(nf, fact.left, fact.relation, fact.right)
    ]
    missing += [f"discrete: {label}" for label in sorted(theirs.discrete - ours.discrete)]
    return next(iter([*missing, *_unsupported(theirs, ours)]), "")


def _declaring(model: Model) -> Normaliser:
    """Judges comparisons by what a model declares, facts at one point apart."""
    facts = tuple(
        fact
        for fact in model.facts
        if free_variables(fact.left) | free_variables(fact.right) <= fact.quantified
    )
    return Normaliser(Context(replace(model, facts=facts), Budget(DECLARATION_BUDGET)), {})


def _holds(nf: Normaliser, left: Expr, relation: str, right: Expr) -> bool:
    """Whether a comparison follows from declared signs and bounds."""
    try:
        above = nf.normal(left) - nf.normal(right)
        return {
            ">": lambda: positive(nf, above),
            ">=": lambda: nonnegative(nf, above),
            "<": lambda: positive(nf, -above),
            "<=": lambda: nonnegative(nf, -above),
            "!=": lambda: nonzero(nf, above),
            "=": lambda: not above,
        }[relation]()
    except (OutOfWork, ZeroDivisionError, KeyError):  # KeyError: of what isn't declared
        return False


def _same_family(there: Family, here: Family | None) -> bool:
    """Whether a family is declared alike, or with a factorisation more."""
    return here is not None and there in (here, replace(here, factors=()))


def _bounded(nf: Normaliser, there: Parameter, here: Parameter | None) -> bool:
    if here is None or (there.integer and not here.integer):
        return False
    return all(bound in here.bounds or _holds(nf, *bound) for bound in there.bounds)


_SIGN_IMPLIES = {"> 0": (">= 0", "!= 0"), "< 0": ("<= 0", "!= 0")}


def _same_function(there: Function, here: Function | None) -> bool:
    """Whether a function is declared alike, or more is said of it."""
    if here is None or there.arguments != here.arguments:
        return False
    signs = ("", here.sign, *_SIGN_IMPLIES.get(here.sign, ()))
    shapes = (("", None, None), (here.shape, here.above, here.below))
    return there.sign in signs and (there.shape, there.above, there.below) in shapes


def _unsupported(theirs: Model, ours: Model) -> list[str]:
    if ours.support is None:
        return []
    if theirs.support is None:
        return ["the standing assumption, which holds without support"]
    return [f"support: {c.text}" for c in theirs.support if not implied(ours, c).holds]
