"""Statements reached, what later steps may use of them, and statements of other files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Mul

from verifier.elaborate.declarations import Declared
from verifier.kernel import terms
from verifier.kernel.binding import free_variables, rebuild
from verifier.kernel.model import Condition, Domination, Model, Positive
from verifier.kernel.prover import Premise
from verifier.kernel.terms import Statement, Var, densities
from verifier.kernel.theorem import Given, Needed
from verifier.language.derivation import Derivation
from verifier.language.printer import plain
from verifier.language.written import Statement as WrittenStatement
from verifier.language.written import Written

Load = Callable[[str], Derivation]


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
        if isinstance(item, Needed) and item.kind != "finite"
        for density in densities(item.term)
        if free_variables(density).isdisjoint(item.bound)
    )


def defined_where(
    model: Model, statement: Statement, needed: Iterable[object]
) -> tuple[Condition, ...]:
    """With `support`: what must hold in a world for lines to be defined there as they are written,
    though it may have cancelled in their terms."""
    if model.support is None:
        return ()
    items = [item for item in needed if isinstance(item, Needed)]
    found: list[Condition] = [
        Domination(Mul(*weight), density, "") if weight else Positive(density, "")
        for item in items
        for density, weight in item.weights
        if density not in item.laws
    ]
    left = _densities_of(statement.left) | _densities_of(statement.right)
    found += [Positive(d, "") for d in sorted(domain(items) - left, key=str)]
    return tuple(dict.fromkeys(found))


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
    """What a file declares that another doesn't, so that its statements can't be used there; ""
    when nothing."""
    theirs, ours = there.model, here.model
    named: tuple[tuple[str, Any, Any], ...] = (
        ("model", theirs.family, ours.family),
        ("parameters", theirs.parameter, ours.parameter),
        ("functions", theirs.function, ours.function),
    )
    for key, needed, found in named:
        for name, declared in needed.items():
            if found.get(name) != declared:
                return f"{key}: {name}"
    stated = {fact.text for fact in ours.facts}
    missing = [f"assume: {fact.text}" for fact in theirs.facts if fact.text not in stated]
    missing += [f"discrete: {label}" for label in sorted(theirs.discrete - ours.discrete)]
    return next(iter([*missing, *_unsupported(theirs, ours)]), "")


def _unsupported(theirs: Model, ours: Model) -> list[str]:
    if ours.support is None:
        return []
    if theirs.support is None:
        return ["no `support` at all, which is the standing assumption"]
    listed = {condition.text for condition in ours.support}
    return [f"support: {c.text}" for c in theirs.support if c.text not in listed]
