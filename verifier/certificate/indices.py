"""Which tactics a step over sequences is put to that is about factors and indices: what is taken
off marginals, sums whose ranges are shifted, quotients of marginals."""

from __future__ import annotations

from sympy import Expr

from verifier.certificate.account import Step
from verifier.kernel.terms import KL, CrossEntropy, Entropy, Log

SECONDS = 25  # for each
OWN = frozenset({"factorisation", "index", "bayes-rule", "chain-rule", "marginalisation"})
_LOGARITHMS = (Log, KL, Entropy, CrossEntropy)


def around(step: Step, tried: tuple[str, ...]) -> tuple[str, ...]:
    """The tactics for an equality, with those of its kind before or after what is tried of others:
    first where a rule that it cites is about factors or indices."""
    own = tuple(f"timeout {SECONDS} {each}" for each in _own(step))
    return (*own, *tried) if OWN.intersection(step.rules) else (*tried, *own)


def _own(step: Step) -> tuple[str, ...]:
    said = step.statement
    if not any(map(_has_logarithms, (said.left, said.right))):
        return "seq_ratio", "seq_index"
    if "factorisation" in step.rules:
        return "seq_factors", "seq_index", "seq_ratio"
    return "seq_index", "seq_factors", "seq_ratio"


def _has_logarithms(term: Expr) -> bool:
    return bool(term.atoms(*_LOGARITHMS))
