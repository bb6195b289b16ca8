"""Which tactics of the base library a step is put to: those for its relation, and before them the
instances of inequalities that the kernel used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sympy import Expr

from verifier.certificate import indices
from verifier.certificate.account import Hint, Step
from verifier.certificate.printer import Printer
from verifier.certificate.tables import UncertifiableError
from verifier.kernel.arithmetic import Power
from verifier.kernel.binding import bind
from verifier.kernel.sequences.ranges import Undecided
from verifier.kernel.terms import KL, Density, Expectation, Log, Tuple, Var

SECONDS = 10
AVERAGES = ("timeout 25 seq_average",)
TACTICS = {"=": "step_eq", ">=": "step_le", "<=": "step_le"}
# What a rule is by, where it is one tactic.
CITED = {
    "entropy-nonnegative": "step_surprise",
    "gibbs": "step_information",
    "nonnegativity": "step_gain",
}


def tactics(
    step: Step, known: Iterable[str], printer: Printer, named: Mapping[Var, str]
) -> tuple[str, ...]:
    """The tactics for a step, the likeliest first. `known`: the names of what it starts from;
    `named`: the variables that it is about."""
    known = (*known,)
    instances = () if step.statement.relation == "=" else (*_instances(step.hints, printer, named),)
    cited = (CITED[rule] for rule in step.rules if rule in CITED)
    head = f"{TACTICS[step.statement.relation]} {together(known)}"
    tried = (*cited, *dict.fromkeys(instances), head)
    if not any(map(printer.tables.is_sequence, printer.tables.model.families)):
        # premises may be all of it, as they stand
        return ("step_chain", *tried) if instances and step.premises else tried
    # what is for tables looks long where it finds nothing
    limited = tuple(f"timeout {SECONDS} ({each})" for each in tried)
    first = ("seq_chain",) if step.premises else ()
    if step.statement.relation == "=":
        first = (*first, *(f"timeout {indices.SECONDS} (seq_from {name})" for name in known))
        return (*first, *AVERAGES, *indices.around(step, ("seq_eq", "seq_cancels", *limited)))
    own = dict.fromkeys(each.replace("step_", "seq_", 1) for each in instances)
    return (*first, *own, "seq_le", *limited)


def together(known: Iterable[str]) -> str:
    """What is known, as a tactic is told of it."""
    names = (*known,)
    return f"({', '.join(names)})" if len(names) > 1 else "".join(names) or "I"


def folded(known: Iterable[str]) -> tuple[str, ...]:
    """The tactics that leave densities folded: all of them, and all but conditionals."""
    return tuple(f"folded {k} {together(known)}" for k in ("idtac", "conditionals"))


def _instances(hints: Iterable[Hint], printer: Printer, named: Mapping[Var, str]) -> Iterator[str]:
    for hint in hints:
        try:
            yield from _instance(hint, printer, named)
        except (UncertifiableError, Undecided):
            continue


def _instance(hint: Hint, printer: Printer, named: Mapping[Var, str]) -> Iterator[str]:
    """An instance as the inequality that it is, or a side of it. What is printed twice has its
    factors in two orders."""
    found = dict(hint.instance)
    if isinstance(divergence := found.get("divergence"), KL):
        yield f"step_by 0 ({printer.closed(divergence, named)})"
    laws = [law for name, law in hint.instance if name == "under"]
    argument, outer = found.get("Y"), found.get("phi")
    if argument is not None and laws and isinstance(outer, (Log, Power)):
        shown = printer.closed(_averaged(outer, argument, laws), named)
        yield f"step_under ({shown})"
        if isinstance(outer, Power):
            yield f"step_over ({shown})"


def _averaged(outer: Log | Power, argument: Expr, laws: list[Expr]) -> Expr:
    """A function of the average of an argument under laws in which variables are opened; under the
    law of copies as it is written. Raises Undecided."""
    mean, *exponent = outer.args
    if all(isinstance(law, Density) for law in laws):
        bound = sorted({v for law in laws for v in law.left}, key=lambda v: v.label)
        found: Expr = outer.func(bind(Expectation, bound, argument, Tuple(*laws)), *exponent)
        return found
    if isinstance(mean, Expectation):
        return outer
    raise UncertifiableError("an average over a sequence")
