"""The file that `--replay` names: the counterexamples of a report in JSON, or a single one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError
from math import prod
from typing import Any

from verifier.derivation.source import read_source
from verifier.outcome import Counterexample, Diagnostic, DiagnosticError, Location, Table

LIMIT = 1 << 24  # bytes: a report on a folder has less than a tenth of it
_CELLS = 4096  # of one table
_LONG = 120  # characters of a number


@dataclass(frozen=True)
class World:
    """A world that is said to break a step; both sides in it are worked out anew."""

    step: int
    given: Counterexample


def read_worlds(path: str, derivation: str) -> tuple[World, ...]:
    """The worlds that a file holds for a derivation. Raises DiagnosticError."""
    text = read_source(path, LIMIT, "a file of worlds").text
    try:
        data = json.loads(text)
    except JSONDecodeError as error:
        where = Location(error.lineno, error.colno, error.lineno, error.colno)
        raise _refused("world-not-json", where, problem=_lowered(error.msg)) from error
    except (ValueError, RecursionError) as error:
        why = "a number is too long" if isinstance(error, ValueError) else "nested too deeply"
        raise _refused("world-not-json", problem=why) from error
    found = tuple(_worlds(_a(dict, data, "it"), derivation))
    if not found:
        raise _refused("world-none", file=derivation)
    return found


def _worlds(data: dict[str, Any], derivation: str) -> Iterator[World]:
    if "derivations" not in data:
        yield World(_step(data, "step"), _counterexample(data, ""))
        return
    reports = [
        _a(dict, each, "derivations") for each in _a(list, data["derivations"], "derivations")
    ]
    for report in _of(reports, derivation):
        for index, step in enumerate(_a(list, report.get("steps"), "steps")):
            where = f"steps[{index}]"
            example = _a(dict, step, where).get("counterexample")
            if example is not None:
                where += ".counterexample"
                given = _counterexample(_a(dict, example, where), f"{where}.")
                yield World(_step(step, "index"), given)


def _of(reports: list[dict[str, Any]], derivation: str) -> list[dict[str, Any]]:
    """The reports on a derivation: on the same path, or on a file of that name."""
    for same in (os.path.normpath, os.path.basename):
        found = [r for r in reports if same(str(r.get("file"))) == same(derivation)]
        if found:
            return found
    return []


def _counterexample(data: dict[str, Any], where: str) -> Counterexample:
    return Counterexample(
        tables=_tables(data, "tables", where),
        weights=_tables(data, "weights", where),
        parameters=tuple(
            (name, _number(value, f"{where}parameters.{name}"))
            for name, value in _a(dict, data.get("parameters", {}), f"{where}parameters").items()
        ),
        point=tuple(
            (name, _count(value, f"{where}point.{name}"))
            for name, value in _a(dict, data.get("point", {}), f"{where}point").items()
        ),
        left="",
        right="",
        difference="",
    )


def _tables(data: dict[str, Any], key: str, where: str) -> tuple[Table, ...]:
    tables = _a(list, data.get(key, []), where + key)
    return tuple(
        _table(_a(dict, table, at), at)
        for table, at in ((t, f"{where}{key}[{i}]") for i, t in enumerate(tables))
    )


def _table(data: dict[str, Any], where: str) -> Table:
    axes = tuple(_a(str, v, f"{where}.axes") for v in _a(list, data.get("axes"), f"{where}.axes"))
    shape = tuple(
        _count(n, f"{where}.shape") for n in _a(list, data.get("shape"), f"{where}.shape")
    )
    cells = _a(list, data.get("cells"), f"{where}.cells")
    wanted = prod(shape)
    if len(axes) != len(shape) or not 0 < wanted <= _CELLS:
        raise _refused("world-wrong", key=f"{where}.shape", wanted="a size for each axis")
    if len(cells) != wanted:
        raise _refused("world-wrong", key=f"{where}.cells", wanted=f"a list of {wanted} numbers")
    numbers = tuple(_number(cell, f"{where}.cells[{i}]") for i, cell in enumerate(cells))
    return Table(_a(str, data.get("name"), f"{where}.name"), axes, shape, numbers)


# -- one value ------------------------------------------------------------------------------------

_KINDS: dict[type[Any], str] = {dict: "an object", list: "a list", str: "a text"}


def _a(kind: type[Any], value: object, where: str) -> Any:
    if not isinstance(value, kind):
        raise _refused("world-wrong", key=where, wanted=_KINDS[kind])
    return value


def _count(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _CELLS:
        raise _refused("world-wrong", key=where, wanted="an integer from 0 on")
    return value


def _step(data: dict[str, Any], key: str) -> int:
    return _count(data.get(key), key)


def _number(value: object, where: str) -> str:
    """A number as text; which texts are numbers is for whoever needs its value."""
    text = str(value)
    if not isinstance(value, (str, int)) or isinstance(value, bool) or len(text) > _LONG:
        raise _refused("world-number", key=where, found=text[:_LONG])
    return text


def _lowered(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


def _refused(code: str, where: Location | None = None, **data: object) -> DiagnosticError:
    return DiagnosticError(Diagnostic(code, where or Location(1, 1, 1, 1), data))
