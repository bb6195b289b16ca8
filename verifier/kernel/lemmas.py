"""A theorem of one file in another: what it rests on becomes what has to hold here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sympy import Basic

from verifier.kernel.binding import free_variables, unfolded
from verifier.kernel.budget import Budget, OutOfWork
from verifier.kernel.definedness import defined
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.model import Fact, Family, Function, Model, Parameter
from verifier.kernel.positivity.signs import nonnegative, nonzero, positive
from verifier.kernel.positivity.support import implied
from verifier.kernel.terms import Statement
from verifier.kernel.theorem import Declared, Given, Hypothesis, KernelError, Theorem, conclude

_WORK = 20_000  # units of kernel work for comparing two files' declarations


class Undeclared(Exception):  # noqa: N818 - an outcome, not a mistake
    """What a lemma needs and this file doesn't declare."""


def imported(lemma: Theorem, there: Model, here: Model) -> Theorem:
    """A theorem of another file, its conditions as they are, to be discharged here like any; its
    facts and declarations by those of this file. Raises Undeclared."""
    if any(isinstance(item, Given) for item in lemma.hypotheses):
        raise KernelError("a lemma that isn't proved")
    if there.support is None and not there.marked and (here.marked or here.support is not None):
        raise KernelError("a lemma of which it isn't known what cancels in it")
    nf = _declaring(here)
    with nf.framed() as owed:  # bounds may follow from facts
        if lacks := next(iter(_undeclared(nf, there, here)), ""):
            raise Undeclared(lacks)
    hypotheses = owed.union(own for item in lemma.hypotheses for own in _here(nf, item, here))
    said = Statement(unfolded(lemma.left), lemma.relation, unfolded(lemma.right))
    return conclude(said, lemma.proof, frozenset(hypotheses))


def _here(nf: Normaliser, item: Any, here: Model) -> tuple[Hypothesis, ...]:
    """What a hypothesis of another file rests on here."""
    match item:
        case Fact():
            return _fact(nf, item, here)
        case Declared(kind=kind, name=name):
            if kind == "discrete" and name not in here.discrete:
                raise Undeclared(f"discrete: {name}")
            return (item,)
        case Basic():
            return (unfolded(item),)
    found = implied(here, item)
    if found is None:
        raise Undeclared(f"support: {item.text}")
    return found


def _fact(nf: Normaliser, fact: Fact, here: Model) -> tuple[Hypothesis, ...]:
    sides = unfolded(fact.left), unfolded(fact.right)
    for own in here.facts:
        alike = (unfolded(own.left), unfolded(own.right)) == sides
        if alike and own.relation == fact.relation and own.quantified >= fact.quantified:
            return (own,)
    if _is_for_all(fact):
        with nf.framed() as owed:
            if _holds(nf, sides[0], fact.relation, sides[1]):
                return (*owed, *defined(here, sides[0]), *defined(here, sides[1]))
    raise Undeclared(f"assume: {fact.text}")


def _undeclared(nf: Normaliser, there: Model, here: Model) -> list[str]:
    """What is declared there, of families, parameters, functions and copies, and not here."""
    return [
        *(f"model: {f.name}" for f in there.families if not _family(f, here)),
        *(f"parameters: {n}" for n, p in there.parameter.items() if not _bounded(nf, p, here)),
        *(f"functions: {n}" for n, f in there.function.items() if not _function(f, here)),
        *(f"copies: {v.label}" for v, slot in there.copies if (v, slot) not in here.copies),
    ]


def _declaring(model: Model) -> Normaliser:
    """Judges comparisons by what a model declares, facts at one point apart."""
    facts = tuple(filter(_is_for_all, model.facts))
    return Normaliser(Context(replace(model, facts=facts), Budget(_WORK)), {})


def _is_for_all(fact: Fact) -> bool:
    return free_variables(fact.left) | free_variables(fact.right) <= fact.quantified


def _holds(nf: Normaliser, left: Any, relation: str, right: Any) -> bool:
    """Whether a comparison follows from declared signs and bounds."""
    try:
        above = nf.normal(left) - nf.normal(right)
        if relation == "=":
            return not above
        met = {">": positive, "<": positive, ">=": nonnegative, "<=": nonnegative, "!=": nonzero}
        return met[relation](nf, -above if "<" in relation else above)
    except (OutOfWork, ZeroDivisionError, KeyError):  # KeyError: of what isn't declared
        return False


def _family(there: Family, model: Model) -> bool:
    """Whether a family is declared alike, or with a factorisation more."""
    here = model.family.get(there.name)
    return here is not None and there in (here, replace(here, factors=()))


def _bounded(nf: Normaliser, there: Parameter, model: Model) -> bool:
    """Whether a parameter is declared alike, or with tighter bounds."""
    here = model.parameter.get(there.symbol.name)
    if here is None or (there.integer and not here.integer):
        return False
    return all(bound in here.bounds or _holds(nf, *bound) for bound in there.bounds)


_SIGN_IMPLIES = {"> 0": (">= 0", "!= 0"), "< 0": ("<= 0", "!= 0")}


def _function(there: Function, model: Model) -> bool:
    """Whether a function is declared alike, or more is said of it."""
    here = model.function.get(there.name)
    if here is None or there.arguments != here.arguments:
        return False
    signs = ("", here.sign, *_SIGN_IMPLIES.get(here.sign, ()))
    said = (there.shape, there.low, there.high)
    alike = said == (here.shape, here.low, here.high) and here.closed >= there.closed
    return there.sign in signs and (said == ("", None, None) or alike)
