"""Slips of the pen: what a written formula would be without one of them.

The catalogue is drawn from errata: a sign, the arguments of a divergence, a logarithm, a condition
or a joint density, a distribution, an expectation or a factor lost, an index off by one, an entropy
misnamed. What is proposed here need not mean anything, let alone hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from itertools import combinations
from typing import Any, Literal

from verifier.formula import written as w

Put = Callable[[Any], w.Written]


@dataclass(frozen=True)
class Vocabulary:
    """What may stand in the place of something else: all densities declared or written nearby,
    the laws of expectations nearby, variables and parameters."""

    densities: tuple[w.Density, ...]
    laws: tuple[tuple[w.Written, ...], ...]
    variables: tuple[w.Variable, ...]
    parameters: tuple[str, ...]
    marginals: tuple[w.Density, ...] = ()
    terms: tuple[w.Written, ...] = ()  # that a sum may have lost
    familiar: frozenset[str] = frozenset()  # names that stand elsewhere than in the line


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
    "relation", "sign", "swapped", "log", "scope", "condition", "distribution", "entropy", "index",
    "expectation", "inverse", "power", "term", "factor", "coefficient", "integral", "dropped",
    "weaker",
)  # fmt: skip

_WEIGHTY = frozenset({"factor", "coefficient", "integral", "expectation", "term", "dropped"})


def edits(formula: w.Written, vocabulary: Vocabulary) -> list[Edit]:
    """Each formula that is one slip away, each once; likely slips first, outer places first."""
    found: dict[w.Written, Edit] = {}
    for part, put, role in _places(formula, lambda new: new, "line"):
        for kind, after in _alternatives(part, role, vocabulary):
            whole = put(after)
            if whole != formula and not _evades(kind, whole, formula):
                found.setdefault(whole, Edit(kind, part, after, whole))
    for edit in _everywhere(formula, vocabulary):
        found.setdefault(edit.whole, edit)
    return sorted(found.values(), key=lambda edit: _rank(edit, formula, vocabulary.familiar))


def _rank(edit: Edit, formula: w.Written, familiar: frozenset[str]) -> tuple[int, int, bool, bool]:
    """Likely slips first; then what has no name that nothing else has, what is about the same
    thing, what takes the logarithm of a density."""
    strange = len(names_in(edit.whole) - familiar)
    other = edit.kind == "log" and not isinstance(edit.before, w.Density)
    return KINDS.index(edit.kind), strange, _other_subject(edit.whole, formula), other


def _everywhere(formula: w.Written, vocabulary: Vocabulary) -> Iterator[Edit]:
    """One variable or one name for another, wherever it stands."""
    nodes = [*formula.walk()]
    variables = dict.fromkeys(n for n in nodes if isinstance(n, w.Variable))
    for old in variables:
        for new in vocabulary.variables:
            if new != old and new.form == old.form:
                yield Edit("scope", old, new, _renamed(formula, old, new))
    parameters = [w.Name(name) for name in vocabulary.parameters]
    for name in dict.fromkeys(n for n in nodes if isinstance(n, w.Name)):
        for other in parameters if name in parameters else ():
            if other != name:
                yield Edit("coefficient", name, other, _renamed(formula, name, other))


def _renamed(node: w.Written, old: w.Written, new: w.Written) -> w.Written:
    if node == old:
        return new
    changed: dict[str, Any] = {}
    for item in fields(node):
        value = getattr(node, item.name)
        if isinstance(value, w.Written):
            changed[item.name] = _renamed(value, old, new)
        elif isinstance(value, tuple):
            changed[item.name] = tuple(
                _renamed(part, old, new) if isinstance(part, w.Written) else part for part in value
            )
    return replace(node, **changed)


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
    """Lines that may lead to this one: the logarithm outside of an expectation instead of inside,
    or inside instead of outside; without a divergence."""
    for part, put, _ in _places(formula, lambda new: new, "line"):
        match part:
            case w.Expectation(laws, body) if isinstance(inner := _inside(body), w.Logarithm):
                yield put(w.Logarithm(w.Expectation(laws, _inside(inner.argument)), inner.name))
            case w.Logarithm(argument, name) if isinstance(e := _inside(argument), w.Expectation):
                yield put(w.Expectation(e.laws, w.Logarithm(_atom(e.body), name)))
            case w.Sum(terms, signs):
                kept = [
                    (t, s) for t, s in zip(terms, signs, strict=True)
                    if not isinstance(t, w.Divergence)
                ]  # fmt: skip
                if 0 < len(kept) < len(terms):
                    left, signs_left = zip(*kept, strict=True)
                    yield put(w.Sum(left, "".join(signs_left)))


def _inside(node: w.Written) -> w.Written:
    while isinstance(node, w.Bracket):
        node = node.body
    return node


# -- places ---------------------------------------------------------------------------------------


def _places(node: w.Written, put: Put, role: str) -> Iterator[tuple[w.Written, Put, str]]:
    """Every part, how to put another in its place, and what it is there: a whole line, a term of
    a sum, a factor, a body, a law, a variable."""
    yield node, put, role
    for item in fields(node):
        value = getattr(node, item.name)
        inner = _role(node, item.name)
        if isinstance(value, w.Written):
            yield from _places(value, _one(node, item.name, put), inner)
        elif isinstance(value, tuple):
            for place, part in enumerate(value):
                if isinstance(part, w.Written):
                    yield from _places(part, _among(node, item.name, place, put), inner)


def _one(node: w.Written, name: str, put: Put) -> Put:
    return lambda new: put(_with(node, name, new))


def _among(node: w.Written, name: str, place: int, put: Put) -> Put:
    def putting(new: Any) -> w.Written:
        parts = list(getattr(node, name))
        parts[place] = new
        return put(_with(node, name, tuple(parts)))

    return putting


def _role(node: w.Written, name: str) -> str:
    match node:
        case w.Statement():
            return "line"
        case w.Sum():
            return "term"
        case w.Product():
            return "factor"
        case w.Quotient():
            return "ratio"
        case w.Expectation():
            return "body" if name == "body" else "law"
        case w.Integral() | w.SumOver() | w.Indexed():
            return "body" if name == "body" else "end" if name in ("low", "high") else "variable"
        case w.Bracket() | w.Logarithm() | w.Exponential() | w.Root() | w.Power():
            return "inside"
        case w.Divergence() | w.Entropy() | w.Law():
            return "law"
        case w.Variable():
            return "end"
        case w.Density() | w.VariableEntropy() | w.Information() | w.Call():
            return "variable"
    return "other"


# -- alternatives ---------------------------------------------------------------------------------

_VALUES = ("line", "term", "factor", "body", "ratio", "inside")
Found = Iterator[tuple[str, w.Written]]


def _alternatives(node: w.Written, role: str, vocabulary: Vocabulary) -> Found:
    value = role in _VALUES and not isinstance(node, w.Statement)
    match node:
        case w.Statement(relation=relation):
            for other in ("=", ">=", "<="):
                kind = "weaker" if relation == "=" else "relation"
                yield kind, replace(node, relation=other)
            yield "relation", replace(node, left=node.right, right=node.left, relation=relation)
        case w.Sum():
            yield from _signs(node)
        case w.Divergence(first, second):
            yield "swapped", replace(node, first=second, second=first)
            yield "entropy", w.Entropy(first, second)
            yield "entropy", w.Entropy(first)
            yield "entropy", w.Logarithm(w.Bracket(w.Quotient(_atom(first), _atom(second))))
        case w.Entropy(first, second):
            if second is None:
                for density in vocabulary.densities:
                    yield "entropy", w.Entropy(first, density)
            else:
                yield "swapped", w.Entropy(second, first)
                yield "entropy", w.Entropy(first)
                yield "entropy", w.Entropy(second)
                yield "entropy", w.Divergence(first, second)
        case w.VariableEntropy():
            yield from _of_variables(node)
        case w.Information(first, second, given):
            for left, right in ((first, second), (second, first)):
                yield "entropy", w.VariableEntropy(left, given, node.family)
                yield "entropy", w.VariableEntropy(left, (*right, *given), node.family)
        case w.Density():
            yield from _densities(node, vocabulary)
        case w.Variable():
            yield from _shifted_variable(node, vocabulary)
        case w.Quotient(numerator, denominator) if value:
            yield "inverse", replace(node, numerator=denominator, denominator=numerator)
            yield "factor", numerator
        case w.Product(factors) if value:
            for place in range(len(factors)):
                yield "factor", _product(factors[:place] + factors[place + 1 :])
        case w.Expectation(laws, body):
            yield "dropped", w.Bracket(body)
            yield from _other_laws(node, vocabulary)
            for place in range(len(laws) if len(laws) > 1 else 0):
                yield "distribution", replace(node, laws=laws[:place] + laws[place + 1 :])
        case w.Logarithm(argument) if value:
            yield "log", argument
        case w.Indexed():
            for name in ("low", "high"):
                for end in _near(getattr(node, name), vocabulary):
                    yield "index", _with(node, name, end)
        case w.Power(base, exponent):
            yield "power", base
            for near in _near(exponent, vocabulary):
                yield "power", replace(node, exponent=near)
        case w.Root(argument):
            yield "power", argument
        case w.Number() | w.Name():
            if role != "end":
                yield from (("coefficient", near) for near in _near(node, vocabulary))
            for density in vocabulary.densities:
                if density.left == (w.Variable(getattr(node, "name", "")),):
                    yield "log", density
    if value:
        yield from _wrapped(node, role, vocabulary)


def _signs(node: w.Sum) -> Found:
    """One sign turned, all of them, or a term left out."""
    turned = {"+": "-", "-": "+"}
    for place, sign in enumerate(node.signs):
        signs = node.signs[:place] + turned[sign] + node.signs[place + 1 :]
        yield "sign", replace(node, signs=signs)
    if len(node.signs) > 1:
        yield "sign", replace(node, signs="".join(turned[sign] for sign in node.signs))
        for first, second in combinations(range(len(node.signs) if len(node.signs) > 2 else 0), 2):
            both = (turned[s] if i in (first, second) else s for i, s in enumerate(node.signs))
            yield "sign", replace(node, signs="".join(both))
        for place in range(len(node.signs)):
            signs = node.signs[:place] + node.signs[place + 1 :]
            left = node.terms[:place] + node.terms[place + 1 :]
            yield "dropped", left[0] if signs == "+" else w.Sum(left, signs)


def _of_variables(node: w.VariableEntropy) -> Found:
    if node.right:
        yield "entropy", replace(node, left=node.right, right=node.left)
        yield "entropy", replace(node, left=(*node.left, *node.right), right=())
        yield "entropy", replace(node, right=())
        yield "entropy", w.Information(node.left, node.right, (), node.family)
    for place in range(len(node.left) if len(node.left) > 1 else 0):
        one, others = node.left[place], node.left[:place] + node.left[place + 1 :]
        yield "entropy", replace(node, left=(one,), right=(*others, *node.right))
        yield "entropy", replace(node, left=(one,))


def _densities(node: w.Density, vocabulary: Vocabulary) -> Found:
    """A condition lost or too many, the joint for the conditional, another variable, another
    family."""
    left, right = node.left, node.right
    for place in range(len(right)):
        yield "condition", replace(node, right=right[:place] + right[place + 1 :])
        moved = (*left, right[place])
        yield "condition", replace(node, left=moved, right=right[:place] + right[place + 1 :])
    if len(right) > 1:
        yield "condition", replace(node, right=())
        yield "condition", replace(node, left=(*left, *right), right=())
    for place in range(len(left) if len(left) > 1 else 0):
        rest = left[:place] + left[place + 1 :]
        yield "condition", replace(node, left=rest, right=(*right, left[place]))
        yield "condition", replace(node, left=rest)
    if right:
        yield "condition", replace(node, left=right, right=left)
    here = {*left, *right}
    for variable in vocabulary.variables:
        if variable not in here:
            yield "condition", replace(node, right=(*right, variable))
            yield "condition", replace(node, left=(*left, variable))
    for density in vocabulary.densities:
        if (density.family, density.parameters) != (node.family, node.parameters):
            named = replace(node, family=density.family, parameters=density.parameters)
            yield "distribution", named
        if {v.base for v in density.left} & {v.base for v in left}:
            yield "distribution", density


def _shifted_variable(node: w.Variable, vocabulary: Vocabulary) -> Found:
    """Another variable, or a subscript off by one."""
    for name in ("low", "high"):
        end = getattr(node, name)
        if end is not None:
            for other in _near(end, vocabulary):
                yield "index", _with(node, name, other)
    for variable in vocabulary.variables:
        if variable != node:
            yield "scope", variable


def _near(end: w.Written, vocabulary: Vocabulary) -> Iterator[w.Written]:
    """A number, a parameter or an end one step away, or another in its place."""
    one = w.Number("1")
    match end:
        case w.Number(text) if text.isdigit():
            for value in (int(text) + 1, int(text) - 1):
                if value >= 0:
                    yield w.Number(str(value))
        case w.Name():
            yield w.Sum((end, one), "+-")
            yield w.Sum((end, one), "++")
        case w.Sum(terms, signs) if len(terms) == 2 and isinstance(terms[1], w.Number):
            yield terms[0]
            yield replace(end, signs=signs[0] + ("-" if signs[1] == "+" else "+"))
        case _:
            return
    for name in vocabulary.parameters:
        if end != w.Name(name):
            yield w.Name(name)


def _other_laws(node: w.Expectation, vocabulary: Vocabulary) -> Found:
    for laws in vocabulary.laws:
        if laws != node.laws:
            yield "distribution", replace(node, laws=laws)
            if len(node.laws) + len(laws) <= 3 and not {*laws} & {*node.laws}:
                yield "distribution", replace(node, laws=(*node.laws, *laws))


def _wrapped(node: w.Written, role: str, vocabulary: Vocabulary) -> Found:
    """The logarithm, the sign, the expectation or the integral of a part that has lost it."""
    inner = node.body if isinstance(node, w.Bracket) else node
    if role in ("line", "body", "inside") and not isinstance(inner, w.Sum):
        yield "sign", w.Sum((node,), "-") if role == "line" else w.Bracket(w.Sum((node,), "-"))
    if role in ("line", "inside") and isinstance(inner, w.Sum) and len(inner.terms) > 1:
        yield "sign", w.Sum((w.Bracket(inner),), "-")
    if not isinstance(inner, w.Logarithm | w.Expectation | w.Number | w.Divergence):
        yield "log", w.Logarithm(_atom(node))
    if isinstance(inner, w.Name | w.Call | w.Density | w.Sum | w.Quotient):
        yield "log", w.Exponential(inner)
        yield "power", w.Root(inner)
        yield "power", w.Power(_atom(node), w.Number("2"))
        yield "coefficient", w.Sum((w.Number("1"), _atom(node)), "+-")
    if role != "ratio" and not isinstance(inner, w.Number):
        for laws in vocabulary.laws:
            yield "expectation", w.Expectation(laws, inner)
        for variable in vocabulary.variables:
            if not isinstance(inner, w.Logarithm | w.Sum | w.Divergence):
                yield "integral", w.Integral(inner, (variable,))
    if role == "line":
        known = node if isinstance(node, w.Sum) else w.Sum((node,), "+")
        for term in vocabulary.terms:
            for sign in "+-":
                yield "term", w.Sum((*known.terms, term), known.signs + sign)
    if role in ("line", "term") and not isinstance(inner, w.Number):
        for name in vocabulary.parameters:
            yield "coefficient", _product((w.Name(name), _atom(node)))
            yield "coefficient", w.Quotient(_atom(node), w.Name(name))
        yield "coefficient", _product((w.Quotient(w.Number("1"), w.Number("2"), True), _atom(node)))
        yield "coefficient", _product((w.Number("2"), _atom(node)))
        for density in (*vocabulary.densities, *vocabulary.marginals):
            yield "factor", w.Quotient(_atom(node), density)
            yield "factor", _product((_atom(node), density))


def _product(factors: Iterable[w.Written]) -> w.Written:
    """A product; of one factor that factor."""
    parts = tuple(factors)
    marks: list[Literal["", "*"]] = ["" for _ in parts[1:]]
    return parts[0] if len(parts) == 1 else w.Product(parts, tuple(marks))


def _with(node: w.Written, name: str, value: object) -> w.Written:
    """A node with another part."""
    changed: Any = {name: value}
    return replace(node, **changed)


def _atom(node: w.Written) -> w.Written:
    """A part in brackets, where it needs them as a factor or an argument."""
    apart = w.Sum | w.Product | w.Quotient | w.Integral | w.SumOver | w.Indexed
    return w.Bracket(node) if isinstance(node, apart) else node
