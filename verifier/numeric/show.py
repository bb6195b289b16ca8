"""A counterexample as it is shown: exact tables of what a statement mentions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sympy import Basic, Symbol

from verifier.kernel.model import Family, Function
from verifier.kernel.terms import Call, Density, Information, Statement, Var, VariableEntropy
from verifier.numeric.arrays import Axes, Field, ordered
from verifier.numeric.evaluate import Interpreter
from verifier.numeric.functions import formal_call
from verifier.numeric.validity import difference
from verifier.outcome import Counterexample, Table


def counterexample(
    interpreter: Interpreter, statement: Statement, point: Mapping[Var, int]
) -> Counterexample:
    """The world of an exact interpreter that breaks a statement at a point."""
    names = mentioned(interpreter, statement)
    families = [f for f in interpreter.tables.model.families if f.name in names]
    functions = [f for f in interpreter.tables.model.functions if f.name in names]
    tables = [_density_table(interpreter, family) for family in families]
    tables += [table for f in functions for table in _function_tables(interpreter, f)]
    gap = difference(interpreter, statement.left, statement.right)
    return Counterexample(
        tables=tuple(tables),
        weights=tuple(_widths(interpreter, [*families, *functions])),
        parameters=tuple(_parameters(interpreter, names)),
        point=tuple((v.label, point[v]) for v in ordered(point)),
        left=_text_at(interpreter.value(statement.left), point),
        right=_text_at(interpreter.value(statement.right), point),
        difference=_text_at(gap, point),
    )


def mentioned(interpreter: Interpreter, statement: Statement) -> frozenset[str]:
    """The names of families, functions and parameters in a statement, and in what defines them."""
    names: set[str] = set()
    pending: set[Basic] = {statement.left, statement.right}
    while pending:
        term = pending.pop()
        atoms = term.atoms(Density, Call, Symbol, VariableEntropy, Information)
        new = {str(getattr(atom, "name", None) or atom.args[0].name) for atom in atoms} - names
        names |= new
        families = [f for f in interpreter.tables.model.families if f.name in new]
        pending |= {f.formula for f in families if f.formula is not None}
    return frozenset(names)


def _text_at(field: Field, point: Mapping[Var, int]) -> str:
    from verifier.numeric.exact import text

    sizes = zip(field.axes, field.data.shape, strict=False)
    index = [point.get(variable, 0) if size > 1 else 0 for variable, size in sizes]
    return text(field.data[(*index, 0)])


def _table(name: str, field: Field) -> Table:
    from verifier.numeric.exact import exact_text

    data = field.data[..., 0]
    axes = tuple(variable.label for variable in field.axes)
    return Table(name, axes, data.shape, tuple(exact_text(cell) for cell in data.reshape(-1)))


def _density_table(interpreter: Interpreter, family: Family) -> Table:
    left = ", ".join(variable.label for variable in family.left)
    right = ", ".join(variable.label for variable in family.right)
    given = f" | {right}" if right else ""
    return _table(f"{family.name}({left}{given})", interpreter.tables.joint(family))


def _function_tables(interpreter: Interpreter, function: Function) -> Iterable[Table]:
    call = formal_call(function)
    if call is None:
        for name, field in interpreter.functions.described(function):
            yield _table(f"{function.name}: {name}", field)
        return
    axes: Axes = ordered(v for v in call.arguments if isinstance(v, Var))
    arguments = ", ".join(v.label for v in call.arguments if isinstance(v, Var))
    value = interpreter.tables.full(interpreter.value(call), axes)
    yield _table(f"{function.name}({arguments})", value)


def _widths(interpreter: Interpreter, declared: Iterable[Family | Function]) -> Iterable[Table]:
    slots: set[Var] = set()
    for item in declared:
        if isinstance(item, Family):
            slots |= item.slots
        else:
            slots |= {argument for argument in item.arguments if argument is not None}
    for slot in ordered(interpreter.tables.slot(slot) for slot in slots):
        width = interpreter.tables.width(slot)
        if width is not None:
            yield _table(f"width of {slot.label}", width)


def _parameters(interpreter: Interpreter, names: frozenset[str]) -> Iterable[tuple[str, str]]:
    yield from ((name, str(value)) for name, value in interpreter.indices.items())
    for parameter in interpreter.tables.model.parameters:
        if parameter.symbol.name in names:
            yield parameter.symbol.name, _text_at(interpreter.value(parameter.symbol), {})
