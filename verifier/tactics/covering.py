"""Differences as sums of what rules say to be >= 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.scopes import Scope
from verifier.kernel.inference import Instance, Part, instance
from verifier.kernel.polynomials import ONE, ZERO, Monomial, Polynomial
from verifier.kernel.positivity.signs import nonnegative
from verifier.kernel.rules import RULES
from verifier.tactics.candidates import FOR_DIFFERENCES
from verifier.tactics.once import once
from verifier.tactics.scopes import parameters_apart
from verifier.tactics.tried import tried

Cover = list[tuple[Instance, Polynomial]]  # instances, each times what is >= 0
Cores = dict[Monomial, Polynomial]  # without parameters; coefficients in these
MAX_COVER = 3  # how many instances of inequalities may add up to a difference


@once
def covering(
    nf: Normaliser, names: tuple[str, ...], gap: Polynomial, where: tuple[Scope, ...]
) -> Cover | None:
    """Instances of rules, each times what is >= 0, that add up to a gap under these laws."""
    nf.context.budget.spend(len(gap.terms) * len(where) + 20)
    candidates = [found for name in names for found in instances(nf, name, gap, where)]
    return _sum(nf, gap, candidates, MAX_COVER)


def _sum(nf: Normaliser, gap: Polynomial, candidates: list[Instance], depth: int) -> Cover | None:
    """Candidates that add up to a gap; next to one that can take away the term of the gap
    that the fewest have."""
    if nf.vanishes(gap):
        return []
    if not depth:
        return None
    able: dict[Monomial, Cover] = {}
    want = _by_core(nf, gap)
    for candidate in candidates:
        nf.context.budget.spend()
        for core, factor in _multiples(nf, want, _by_core(nf, candidate.value)).items():
            able.setdefault(core, []).append((candidate, factor))
    # what is of parameters alone may go with a term that isn't, and (b - 1) E[f] with two terms
    needed = (core for core in want if core in able or (core and want[core].single))
    cores = [able.get(core, []) for core in needed]
    for candidate, factor in min(cores, key=len, default=[]):
        rest = _sum(nf, gap - candidate.value * factor, candidates, depth - 1)
        if rest is not None:
            return [(candidate, factor), *rest]
    return None


def instances(
    nf: Normaliser, rule: str, gap: Polynomial, where: Sequence[Scope]
) -> Iterator[Instance]:
    """What a rule says to be >= 0, of the candidates near a difference."""
    takes = RULES[rule].nonnegative
    for candidate in FOR_DIFFERENCES[takes.kind](nf, gap, where) if takes else ():
        found = tried(_instance, nf, rule, candidate)
        if found is not None:
            yield found


_instance = once(instance)
_nonnegative = once(nonnegative)


def parts_of(chosen: Cover) -> list[Part]:
    """The same, for the kernel to make again."""
    return [(part.rule, part.candidate, factor) for part, factor in chosen]


@once
def _by_core(nf: Normaliser, polynomial: Polynomial) -> Cores:
    """A polynomial's terms, those together that differ in parameters only: their coefficients."""
    found: Cores = {}
    for monomial, coefficient in polynomial.terms.items():
        outside, core = parameters_apart(nf, monomial)
        found[core] = found.get(core, ZERO) + outside.scaled(coefficient)
    return found


def _multiples(nf: Normaliser, want: Cores, have: Cores) -> Cores:
    """For each term of what there is, what is >= 0 and times it cancels that term in a gap."""
    found = {}
    for core in have.keys() & want.keys():
        if have[core] == want[core]:  # also where both are of parameters alone
            found[core] = ONE
        elif have[core].single is not None:
            factor = nf.reduced(want[core] * nf.integer_power(have[core], -1))
            if _nonnegative(nf, factor):
                found[core] = factor
    return found
