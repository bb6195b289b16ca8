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


def tactics(
    step: Step, known: Iterable[str], printer: Printer, named: Mapping[Var, str]
) -> tuple[str, ...]:
    """The tactics for a step, the likeliest first. `known`: the names of what it starts from;
    `named`: the variables that it is about."""
    known = (*known,)
    instances = () if step.statement.relation == "=" else (*_instances(step.hints, printer, named),)
    tried = (*dict.fromkeys(instances), f"{TACTICS[step.statement.relation]} {together(known)}")
    if not any(map(printer.tables.is_sequence, printer.tables.model.families)):
        return tried
    # what is for tables looks long where it finds nothing
    limited = tuple(f"timeout {SECONDS} ({each})" for each in tried)
    first = ("seq_chain",) if step.premises else ()
    if step.statement.relation == "=":
        first = (*first, *(f"timeout {indices.SECONDS} (seq_from {name})" for name in known))
        return (*first, *AVERAGES, *indices.around(step, ("seq_eq", "seq_cancels", *limited)))
    own = dict.fromkeys(each.replace("step_by", "seq_by", 1) for each in instances)
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
    """An instance as the inequality that it is: what is the smaller, what the larger."""
    found = dict(hint.instance)
    if isinstance(divergence := found.get("divergence"), KL):
        yield f"step_by 0 ({printer.closed(divergence, named)})"
    laws = [law for name, law in hint.instance if name == "under"]
    argument, outer = found.get("Y"), found.get("phi")
    if argument is not None and laws and isinstance(outer, Log):
        yield _below(_averaged(Log(argument), laws), Log(_averaged(argument, laws)), printer, named)
    elif argument is not None and laws and isinstance(outer, Power):
        inside = _averaged(Power(argument, outer.args[1]), laws)
        outside = Power(_averaged(argument, laws), outer.args[1])
        yield _below(inside, outside, printer, named)
        yield _below(outside, inside, printer, named)


def _below(smaller: Expr, larger: Expr, printer: Printer, named: Mapping[Var, str]) -> str:
    return f"step_by ({printer.closed(smaller, named)}) ({printer.closed(larger, named)})"


def _averaged(term: Expr, laws: list[Expr]) -> Expr:
    """The average of a term under laws in which variables are opened. Raises Undecided."""
    if not all(isinstance(law, Density) for law in laws):
        raise UncertifiableError("an average over a sequence")
    bound = {v for law in laws for v in law.left}
    found: Expr = bind(Expectation, sorted(bound, key=lambda v: v.label), term, Tuple(*laws))
    return found
