"""A counterexample as it is shown: exact tables of all that a statement's truth depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from sympy import Basic, Symbol

from verifier.kernel.model import Domination, Family, Finite, Function, Model, Positive
from verifier.kernel.terms import Call, Density, Information, Statement, Var, VariableEntropy
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.meaning.functions import formal_call
from verifier.numeric.meaning.relations import difference
from verifier.numeric.numbers.arrays import Axes, Field, ordered
from verifier.numeric.worlds.facts import Solutions
from verifier.outcome import Counterexample, Table


class Shown(NamedTuple):
    """One thing that a counterexample shows: of what kind, under which name, its values, over which
    variables, those that tell the rows of a table apart (those right of the bar), and whose
    density it is."""

    kind: Literal["table", "function", "coefficient", "width", "parameter"]
    name: str
    values: Field
    axes: Axes = ()
    given: Axes = ()
    over: Family | None = None


def counterexample(
    interpreter: Interpreter, statements: Sequence[Statement], point: Mapping[Var, int]
) -> Counterexample:
    """The world of an exact interpreter at a point, for the first of the statements; the others
    are its premises."""
    names = needed(interpreter.tables.model, interpreter.solutions, statements)
    shown = [*world(interpreter, names)]
    indices = ((name, str(value)) for name, value in interpreter.indices.items())
    parameters = ((s.name, _text_at(s.values, {})) for s in shown if s.kind == "parameter")
    left, right = statements[0].left, statements[0].right
    return Counterexample(
        tables=tuple(_table(s) for s in shown if _has_table(s)),
        weights=tuple(_table(s) for s in shown if s.kind == "width" and (s.values.data != 1).any()),
        parameters=(*indices, *parameters),
        point=tuple((v.label, point[v]) for v in ordered(point)),
        left=_text_at(interpreter.value(left), point),
        right=_text_at(interpreter.value(right), point),
        difference=_text_at(difference(interpreter, left, right), point),
    )


def _has_table(shown: Shown) -> bool:
    """Coefficients that are 0 everywhere are left out, but for the value at 0."""
    if shown.kind == "coefficient" and not shown.name.endswith(" offset"):
        return bool((shown.values.data != 0).any())
    return shown.kind in ("table", "function", "coefficient")


def _text_at(field: Field, point: Mapping[Var, int]) -> str:
    from verifier.numeric.numbers.exact import text

    sizes = zip(field.axes, field.data.shape, strict=False)
    index = [point.get(variable, 0) if size > 1 else 0 for variable, size in sizes]
    return text(field.data[(*index, 0)])


def _table(shown: Shown) -> Table:
    from verifier.numeric.numbers.exact import exact_text

    data = shown.values.data[..., 0]
    sizes = dict(zip(shown.values.axes, data.shape, strict=True))
    cells = tuple(exact_text(cell) for cell in data.reshape(-1))
    name, axes = shown.name, shown.axes
    if shown.over is not None:
        axes = varied(shown.over, lambda v: sizes.get(v, 1) > 1)
        name = title(shown.over, axes)
    labels = tuple(variable.label for variable in axes)
    return Table(name, labels, tuple(sizes.get(v, 1) for v in axes), cells)


# -- what is shown --------------------------------------------------------------------------------


def world(interpreter: Interpreter, names: frozenset[str]) -> Iterator[Shown]:
    """What the families, functions and parameters of these names are, in all worlds."""
    model = interpreter.tables.model
    families = [family for family in model.families if family.name in names]
    functions = [function for function in model.functions if function.name in names]
    for family in families:
        joint = interpreter.tables.joint(family)
        axes = ordered(family.slots), ordered(family.right)
        yield Shown("table", title(family), joint, *axes, family)
    for function in functions:
        yield from _function(interpreter, function)
    slots = {slot for family in families for slot in family.slots}
    slots |= {argument for f in functions for argument in f.arguments if argument is not None}
    for slot in ordered(interpreter.alphabets.slot(slot) for slot in slots):
        width = interpreter.alphabets.width(slot)
        if width is not None:
            yield Shown("width", slot.label, width, (slot,))
    for parameter in model.parameters:
        name = parameter.symbol.name
        if name in names and name not in interpreter.indices:
            yield Shown("parameter", name, interpreter.value(parameter.symbol))


def title(declared: Family | Function, axes: Axes | None = None) -> str:
    """The name of a table: `p(x, z)`, `q(z | x)`, `f(x, z)`; of a density as it is over `axes`."""
    if isinstance(declared, Function):
        return f"{declared.name}({', '.join(v.label for v in declared.arguments if v)})"
    sides = [[v.label for v in side if axes is None or v in axes]
             for side in (declared.left, declared.right)]  # fmt: skip
    return f"{declared.name}({' | '.join(', '.join(side) for side in sides if side)})"


def varied(family: Family, varies: Callable[[Var], bool]) -> Axes:
    """The variables that a table of a density is shown over: a variable left of the bar that has
    one value tells nothing apart, unless all have."""
    several = tuple(v for v in family.left if varies(v)) or family.left[:1]
    return ordered((*several, *family.right))


def _function(interpreter: Interpreter, function: Function) -> Iterable[Shown]:
    """The values of a function; the coefficients of one that takes numbers."""
    axes = ordered(v for v in function.arguments if v is not None)
    call = formal_call(function)
    if call is None:
        for name, field in interpreter.functions.described(function):
            yield Shown("coefficient", f"{function.name}: {name}", field, axes)
        return
    value = interpreter.alphabets.full(interpreter.value(call), axes)
    yield Shown("function", title(function), value, axes)


# -- what a statement depends on ------------------------------------------------------------------


def assumed_of(model: Model, solutions: Solutions) -> frozenset[str]:
    """The names that decide on whether the facts hold."""
    return needed(model, solutions, [Statement(f.left, "=", f.right) for f in model.facts])


def needed(model: Model, solutions: Solutions, statements: Iterable[Statement]) -> frozenset[str]:
    """The names of families, functions and parameters that decide on statements: those in them, in
    what defines these or makes them up, and in what is assumed of any of them, or of the point."""
    return _needed(model, solutions, statements)[0]


def unspoken_of(
    model: Model, solutions: Solutions, statements: Iterable[Statement], slots: Iterable[Var]
) -> frozenset[Var]:
    """The slots of which neither statements nor all that decides on them speak: densities of the
    others are the same whatever these are."""
    terms = _needed(model, solutions, statements)[1]
    variables = {v for term in terms for v in term.atoms(Var)}
    parts = {v.name for v in variables if v.ends and v.low != v.high}
    single = {model.slot(v) for v in variables}
    return frozenset(v for v in slots if v not in single and v.name not in parts)


def _needed(
    model: Model, solutions: Solutions, statements: Iterable[Statement]
) -> tuple[frozenset[str], list[Basic]]:
    groups = [*_groups(model, solutions)]
    terms: list[Basic] = [side for said in statements for side in (said.left, said.right)]
    terms += [side for fact in solutions.local_facts for side in (fact.left, fact.right)]
    names = _all_names(terms)
    while True:
        added = [group for group in groups if not group[0].isdisjoint(names)]
        if not added:
            return names, terms
        groups = [group for group in groups if group not in added]
        terms += (term for _, group in added for term in group)
        names = _all_names(terms)


def _groups(model: Model, solutions: Solutions) -> Iterator[tuple[frozenset[str], Sequence[Basic]]]:
    """Names, and the terms that are needed as soon as one of them is."""
    for family in model.families:
        formula = () if family.formula is None else (family.formula,)
        yield frozenset({family.name}), (*family.factors, *formula, *family.right)
    for function in model.functions:
        parts = (*function.arguments, function.low, function.high)
        yield frozenset({function.name}), [part for part in parts if part is not None]
    for term, value in (*solutions.values.items(), *solutions.tables.items()):
        yield _names(term), (term, value)
    assumed: list[tuple[Basic, ...]] = [(f.left, f.right) for f in model.facts]
    assumed += [(b[0], b[2]) for parameter in model.parameters for b in parameter.bounds]
    for condition in model.support or ():
        if isinstance(condition, Domination):
            assumed.append((condition.first, condition.second))
        elif isinstance(condition, Positive):
            assumed.append((condition.density,))
        elif isinstance(condition, Finite) and condition.expression is not None:
            assumed.append((condition.expression,))
    for terms in assumed:
        yield _all_names(terms), terms


def _all_names(terms: Iterable[Basic]) -> frozenset[str]:
    return frozenset[str]().union(*map(_names, terms))


def _names(term: Basic) -> frozenset[str]:
    """The names of families, functions and parameters in a term."""
    atoms = term.atoms(Density, Call, Symbol, VariableEntropy, Information)
    return frozenset(str(getattr(atom, "name", None) or atom.args[0].name) for atom in atoms)
