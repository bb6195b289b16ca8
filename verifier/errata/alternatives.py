"""What a part of a written formula may have been, had the pen not slipped there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from verifier.errata.parts import Role, with_parts
from verifier.formula import written as w

Found = Iterator[tuple[str, w.Written]]  # the kind of slip, and what stood there

_VALUES = ("line", "term", "factor", "body", "ratio", "inside")


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


def alternatives(node: w.Written, role: Role, vocabulary: Vocabulary) -> Found:
    """Each part that may stand in the place of one, with the slip that this takes back."""
    value = role in _VALUES and not isinstance(node, w.Statement)
    match node:
        case w.Statement(relation=relation):
            for other in ("=", ">=", "<="):
                kind = "weaker" if relation == "=" else "relation"
                yield kind, replace(node, relation=other)
            yield "relation", replace(node, left=node.right, right=node.left, relation=relation)
        case w.Sum():
            yield from _signs(node)
            yield from _reaching_further(node)
        case w.Integral():
            yield from _measured(node, vocabulary)
        case w.Divergence() | w.Entropy() | w.VariableEntropy() | w.Information():
            yield from _measures(node, vocabulary)
        case w.Density():
            yield from _densities(node, vocabulary)
        case w.Variable():
            yield from _shifted_variable(node, vocabulary)
        case w.Quotient(numerator, denominator) if value:
            yield "inverse", replace(node, numerator=denominator, denominator=numerator)
            yield from _exchanged(node)
            yield "factor", numerator
            yield from _logarithms(node)
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
            if node.kind == "sum" and value:
                mean = w.Quotient(w.Number("1"), in_brackets(node.high), True)
                yield "coefficient", _product((mean, node))
            for name in ("low", "high"):
                for end in _near(getattr(node, name), vocabulary):
                    yield "index", with_parts(node, {name: end})
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
        yield from (("log", other) for other in with_log_moved(node))
        yield from _wrapped(node, role, vocabulary)


def with_log_moved(node: w.Written) -> Iterator[w.Written]:
    """The logarithm outside of an expectation or a sum instead of inside, or inside of it."""
    inner = inside(node.argument) if isinstance(node, w.Logarithm) else None
    if isinstance(node, w.Logarithm) and isinstance(inner, w.Expectation):
        yield replace(inner, body=replace(node, argument=in_brackets(inner.body)))
    elif isinstance(node, w.Expectation) and isinstance(log := inside(node.body), w.Logarithm):
        yield replace(log, argument=replace(node, body=inside(log.argument)))
    *before, last = _factors(inner or node)
    if isinstance(last, w.Indexed) and last.kind == "sum":
        if isinstance(node, w.Logarithm):
            yield _product(
                (*before, replace(last, body=replace(node, argument=in_brackets(last.body))))
            )
        elif isinstance(log := inside(last.body), w.Logarithm):
            whole = _product((*before, replace(last, body=in_brackets(inside(log.argument)))))
            yield replace(log, argument=in_brackets(whole))


def _measures(
    node: w.Divergence | w.Entropy | w.VariableEntropy | w.Information, vocabulary: Vocabulary
) -> Found:
    """Another measure of information, or the same one with its arguments swapped."""
    match node:
        case w.Divergence(first, second):
            yield "swapped", replace(node, first=second, second=first)
            yield "entropy", w.Entropy(first, second)
            yield "entropy", w.Entropy(first)
            ratio = w.Quotient(in_brackets(first), in_brackets(second))
            yield "entropy", w.Logarithm(w.Bracket(ratio))
        case w.Entropy(first, second):
            if second is None:
                for density in vocabulary.densities:
                    yield "entropy", w.Entropy(first, density)
                if isinstance(first, w.Density):  # of the variables, the condition averaged too
                    yield "entropy", w.VariableEntropy(first.left, first.right, first.family)
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


def _reaching_further(node: w.Sum) -> Found:
    """A sum over an index whose bracket was closed before the terms that it goes on with."""
    for place, (term, sign) in enumerate(zip(node.terms[:-1], node.signs, strict=False)):
        inner = inside(term)
        before = inner.factors[:-1] if isinstance(inner, w.Product) else ()
        over = inner.factors[-1] if isinstance(inner, w.Product) else inner
        if not isinstance(over, w.Indexed) or over.kind != "sum" or sign == "-":
            continue
        within = w.Sum((over.body, *node.terms[place + 1 :]), "+" + node.signs[place + 1 :])
        whole = _product((*before, replace(over, body=w.Bracket(within))))
        others = (*node.terms[:place], whole)
        yield "scope", w.Sum(others, node.signs[: place + 1]) if place else whole


def measured(node: w.Written) -> w.Written:
    """An integral over what the density in it is of; anything else as it is."""
    if not isinstance(node, w.Integral):
        return node
    body = inside(node.body)
    factors = body.factors if isinstance(body, w.Product) else (body,)
    found = (f for f in factors if isinstance(f, w.Density) and len(f.left) == len(node.variables))
    density = next(found, None)
    return node if density is None else replace(node, variables=density.left)


def _measured(node: w.Integral, vocabulary: Vocabulary) -> Found:
    """The variables of an integral as they stand in it; a density of them that it has lost."""
    yield "differential", measured(node)
    for density in vocabulary.densities:
        if density.left == node.variables:
            yield "factor", replace(node, body=_product((density, in_brackets(node.body))))
    named = [part for part in node.body.walk() if isinstance(part, w.Variable)]
    for place, variable in enumerate(node.variables):
        for other in dict.fromkeys(v for v in named if v.base == variable.base):
            if other.form == variable.form == "slice":
                for ends in ({"low": other.low}, {"high": other.high}):
                    one = with_parts(variable, ends)
                    before, after = node.variables[:place], node.variables[place + 1 :]
                    yield "differential", with_parts(node, {"variables": (*before, one, *after)})


def _logarithms(node: w.Quotient) -> Found:
    """What is divided by what belongs in the logarithm; the logarithm of a ratio upside down."""
    above, below = node.numerator, node.denominator
    inner = inside(above)
    if isinstance(inner, w.Logarithm):
        ratio = w.Quotient(inner.argument, below)
        yield "log", replace(inner, argument=w.Bracket(ratio))
    elif isinstance(above, w.Density) and isinstance(below, w.Density):
        yield "log", w.Logarithm(w.Bracket(w.Quotient(below, above)))


def _exchanged(node: w.Quotient) -> Found:
    """A factor above the line for one below; an expectation that goes on to what is below."""
    if isinstance(inner := inside(node.numerator), w.Expectation):
        ratio = w.Quotient(in_brackets(inner.body), node.denominator)
        yield "scope", replace(inner, body=ratio)
    above, below = (_factors(side) for side in (node.numerator, node.denominator))
    for i, over in enumerate(above if len(above) * len(below) > 1 else ()):
        for j, under in enumerate(below):
            upper = _product((*above[:i], under, *above[i + 1 :]))
            lower = _product((*below[:j], over, *below[j + 1 :]))
            yield "inverse", replace(node, numerator=upper, denominator=in_brackets(lower))


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
                yield "index", with_parts(node, {name: other})
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


def _wrapped(node: w.Written, role: Role, vocabulary: Vocabulary) -> Found:
    """The logarithm, the sign, the expectation or the integral of a part that has lost it."""
    inner = inside(node)
    if role in ("line", "body", "inside") and not isinstance(inner, w.Sum):
        yield "sign", w.Sum((node,), "-") if role == "line" else w.Bracket(w.Sum((node,), "-"))
    if role in ("line", "inside") and isinstance(inner, w.Sum) and len(inner.terms) > 1:
        yield "sign", w.Sum((w.Bracket(inner),), "-")
    if not isinstance(inner, w.Logarithm | w.Expectation | w.Number | w.Divergence):
        yield "log", w.Logarithm(in_brackets(node))
    if isinstance(inner, w.Name | w.Call | w.Density | w.Sum | w.Quotient):
        yield "log", w.Exponential(inner)
        yield "power", w.Root(inner)
        yield "power", w.Power(in_brackets(node), w.Number("2"))
        yield "coefficient", w.Sum((w.Number("1"), in_brackets(node)), "+-")
    if role != "ratio" and not isinstance(inner, w.Number):
        for laws in vocabulary.laws:
            yield "expectation", w.Expectation(laws, inner)
        for variable in vocabulary.variables:
            if not isinstance(inner, w.Logarithm | w.Sum | w.Divergence):
                yield "integral", w.Integral(inner, (variable,))
    if role == "line":
        if not isinstance(inner, w.Number):
            yield "dropped", w.Number("0")
        known = node if isinstance(node, w.Sum) else w.Sum((node,), "+")
        for term in vocabulary.terms:
            for sign in "+-":
                yield "term", w.Sum((*known.terms, term), known.signs + sign)
    if role in ("line", "term") and not isinstance(inner, w.Number):
        for name in vocabulary.parameters:
            yield "coefficient", _product((w.Name(name), in_brackets(node)))
            yield "coefficient", w.Quotient(in_brackets(node), w.Name(name))
        yield (
            "coefficient",
            _product((w.Quotient(w.Number("1"), w.Number("2"), True), in_brackets(node))),
        )
        yield "coefficient", _product((w.Number("2"), in_brackets(node)))
        for density in (*vocabulary.densities, *vocabulary.marginals):
            yield "factor", w.Quotient(in_brackets(node), density)
            yield "factor", _product((in_brackets(node), density))


def _factors(node: w.Written) -> tuple[w.Written, ...]:
    """The factors of a product, in brackets or not."""
    inner = inside(node)
    return inner.factors if isinstance(inner, w.Product) else (node,)


def _product(factors: Iterable[w.Written]) -> w.Written:
    """A product; of one factor that factor."""
    parts = tuple(factors)
    marks: list[Literal["", "*"]] = ["" for _ in parts[1:]]
    return parts[0] if len(parts) == 1 else w.Product(parts, tuple(marks))


def inside(node: w.Written) -> w.Written:
    """A part without the brackets around it."""
    return inside(node.body) if isinstance(node, w.Bracket) else node


def in_brackets(node: w.Written) -> w.Written:
    """A part in brackets, where it needs them as a factor or an argument."""
    apart = w.Sum | w.Product | w.Quotient | w.Integral | w.SumOver | w.Indexed
    return w.Bracket(node) if isinstance(node, apart) else node
