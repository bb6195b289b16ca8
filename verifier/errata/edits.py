"""Slips of the pen: what a written formula would be without one of them.

The catalogue is drawn from errata: a sign, the arguments of a divergence, a logarithm, a condition
or a joint density, a distribution, an expectation or a factor lost, an index off by one, an entropy
misnamed. What is proposed here need not mean anything, let alone hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sized
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import NamedTuple

from verifier.errata.alternatives import Vocabulary, alternatives, measured, with_log_moved
from verifier.errata.parts import mapped, parts, renamed
from verifier.formula import written as w


@dataclass(frozen=True)
class Edit:
    """A formula with one place changed: which slip that takes back, the part as it was and as it
    is now."""

    kind: str
    before: w.Written
    after: w.Written
    whole: w.Written


# The kinds, those first that are seen most.
KINDS = (
    "relation", "sign", "differential", "swapped", "log", "scope", "condition",
    "distribution", "entropy", "index", "expectation", "inverse", "power", "term",
    "factor", "coefficient", "integral", "dropped", "weaker",
)  # fmt: skip

_MOST_NODES = 100_000  # of all formulas in which one thing is put for another wherever it stands
_WEIGHTY = frozenset({"factor", "coefficient", "integral", "expectation", "term", "dropped"})


def edits(formula: w.Written, vocabulary: Vocabulary) -> list[Edit]:
    """Each formula that is one slip away, each once; likely slips first, outer places first."""
    found: dict[w.Written, Edit] = {}
    for part, put, role in parts(formula):
        for kind, after in alternatives(part, role, vocabulary):
            whole = put(after)
            if whole != formula and not _evades(kind, whole, formula):
                found.setdefault(whole, Edit(kind, part, after, whole))
    for edit in _everywhere(formula, vocabulary):
        found.setdefault(edit.whole, edit)
    seen: _Seen = {}
    logs = _shown(formula, seen).logs
    meant = (edit for edit in found.values() if _shown(edit.whole, seen).logs <= logs)
    return sorted(meant, key=lambda edit: _rank(edit, formula, vocabulary.familiar, seen))


def _rank(
    edit: Edit, formula: w.Written, familiar: frozenset[str], seen: _Seen
) -> tuple[int, int, bool, bool]:
    """Likely slips first; then what has no name that nothing else has, what is about the same
    thing, what takes the logarithm of a density."""
    strange = len(_shown(edit.whole, seen).names - familiar)
    other = edit.kind == "log" and not isinstance(edit.before, w.Density)
    return KINDS.index(edit.kind), strange, _other_subject(edit.whole, formula), other


class _Shown(NamedTuple):
    """What a formula shows: its names; whether it has logarithms, and how many of these are taken
    of what has logarithms itself: hardly any is meant."""

    node: w.Written
    names: frozenset[str]
    has_log: bool
    logs: int


_Seen = dict[int, _Shown]  # of nodes that edited formulas share, by which object they are


def _shown(node: w.Written, seen: _Seen) -> _Shown:
    known = seen.get(id(node))
    if known is None:
        below = [_shown(child, seen) for child in node.children()]
        names = frozenset[str]().union(*(each.names for each in below))
        log, inside = isinstance(node, w.Logarithm), any(each.has_log for each in below)
        known = seen[id(node)] = _Shown(
            node,
            names | {node.name} if isinstance(node, w.Name) else names,
            log or inside,
            sum(each.logs for each in below) + (log and inside),
        )
    return known


def _everywhere(formula: w.Written, vocabulary: Vocabulary) -> Iterator[Edit]:
    """One variable or one name for another, wherever it stands; a condition that all densities of a
    family have lost; each integral over what its density is of; what another ratio is divided by.
    """
    nodes = [*formula.walk()]
    variables = dict.fromkeys(n for n in nodes if isinstance(n, w.Variable))
    others = vocabulary.variables
    for old in variables if _is_made(variables, others, nodes) else ():
        for new in others:
            if new != old and new.form == old.form:
                yield Edit("scope", old, new, renamed(formula, old, new))
    densities = [*dict.fromkeys(n for n in nodes if isinstance(n, w.Density))]
    for family in dict.fromkeys(d.family for d in densities):
        for variable in vocabulary.variables if _is_made(vocabulary.variables, nodes) else ():
            given = partial(_given, family, variable)
            own = [d for d in densities if given(d) != d]
            if len(own) > 1:
                yield Edit("condition", own[0], given(own[0]), mapped(formula, given))
    parameters = [w.Name(name) for name in vocabulary.parameters]
    names = dict.fromkeys(n for n in nodes if isinstance(n, w.Name) and n in parameters)
    for name in names if _is_made(names, parameters, nodes) else ():
        for other in parameters:
            if other != name:
                yield Edit("coefficient", name, other, renamed(formula, name, other))
    if any(isinstance(n, w.Integral) for n in nodes):
        whole = mapped(formula, measured)
        if whole != formula:
            yield Edit("differential", formula, whole, whole)
    below = dict.fromkeys(n.denominator for n in nodes if isinstance(n, w.Quotient))
    for part, put, _ in parts(formula) if len(below) > 1 and _is_made(below, below, nodes) else ():
        if isinstance(part, w.Quotient):
            ratios = (replace(part, denominator=other) for other in below)
            yield from (Edit("factor", part, r, put(r)) for r in ratios if r != part)


def _is_made(*counted: Sized) -> bool:
    """Whether there is work for a formula of so many nodes, made for so many pairs."""
    return prod(map(len, counted)) <= _MOST_NODES


def _given(family: str, variable: w.Variable, node: w.Written) -> w.Written:
    """A density of a family with a condition more; anything else as it is."""
    if not isinstance(node, w.Density) or variable in (*node.left, *node.right):
        return node
    return replace(node, right=(*node.right, variable)) if node.family == family else node


def names_in(formula: w.Written) -> frozenset[str]:
    """The parameters and indices that stand in a formula."""
    return frozenset(node.name for node in formula.walk() if isinstance(node, w.Name))


def _other_subject(whole: w.Written, formula: w.Written) -> bool:
    """Whether a statement is about something else: what it says of its left side is at fault."""
    return (
        isinstance(formula, w.Statement)
        and isinstance(whole, w.Statement)
        and whole.left != formula.left
    )


def _evades(kind: str, whole: w.Written, formula: w.Written) -> bool:
    """Whether an edit makes a statement say nothing, or something of another thing."""
    if isinstance(whole, w.Statement) and whole.left == whole.right:
        return True
    return kind in _WEIGHTY and _other_subject(whole, formula)


def between(formula: w.Written) -> Iterator[w.Written]:
    """Lines that may lead to this one: the logarithm outside of an expectation or a sum instead of
    inside, or inside instead of outside; without a divergence."""
    for part, put, _ in parts(formula):
        yield from map(put, with_log_moved(part))
        if isinstance(part, w.Sum):
            every = zip(part.terms, part.signs, strict=True)
            kept = [(t, s) for t, s in every if not isinstance(t, w.Divergence)]
            if 0 < len(kept) < len(part.terms):
                left, signs_left = zip(*kept, strict=True)
                yield put(w.Sum(left, "".join(signs_left)))
