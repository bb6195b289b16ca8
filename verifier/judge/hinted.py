"""What is declared, for the hints of a complaint about a formula."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from verifier.elaborate.model import Declarations
from verifier.formula import written as w
from verifier.formula.spellings import WORDS
from verifier.outcome import Diagnostic
from verifier.typeset.printer import plain

Data = Mapping[str, object]


def hinted(declared: Declarations, complaint: Diagnostic) -> Diagnostic:
    """A complaint with what its hint may show of the `model` lines: the density that a family by
    itself is to be, a law of the variable whose expectation is asked for."""
    lines = [line for line in declared.written["model"] if isinstance(line, w.FamilyLine)]
    name = complaint.data.get("name")
    if complaint.code == "undeclared-name":
        for density in (line.density for line in lines):
            if density.family == name:
                return replace(
                    complaint, code="bare-family", data={"name": name, "like": plain(density)}
                )
    if complaint.code == "bare-expectation":
        law = next(_laws(lines[::-1], name, complaint), None)  # often of what was declared last
        return replace(complaint, data={**complaint.data, "law": law})
    if complaint.code == "variable-in-arithmetic" and name in WORDS:
        return replace(
            complaint, code="meaningless", data={"spelling": name, "topic": WORDS[str(name)]}
        )
    shown = _SHOWN.get(complaint.code)
    more = shown(declared, lines, complaint) if shown else None
    return replace(complaint, data={**complaint.data, **more}) if more else complaint


def _with_more(_: Declarations, lines: list[w.FamilyLine], complaint: Diagnostic) -> Data:
    """A family's density with the variables that it lacks."""
    for line in lines:
        if line.density.family == complaint.data["name"] and not line.factors and not line.formula:
            head, bar, given = plain(line.density)[:-1].partition(" | ")
            return {"like": f"{head}, {complaint.data['variables']}{bar}{given})"}
    return {}


def _whole(declared: Declarations, _: list[w.FamilyLine], complaint: Diagnostic) -> Data:
    """A parameter that ends a slice and isn't declared to be an integer."""
    ends = re.findall(r":\s*(\w+)", complaint.location.excerpt if complaint.location else "")
    for name in dict.fromkeys(ends):
        parameter = declared.model.parameter.get(name)
        if parameter is not None and not parameter.integer:
            return {"whole": f"{name} in positive integers"}
    return {}


_SHOWN = {"not-covered": _with_more, "which-part": _whole, "out-of-range": _whole}


def _laws(lines: list[w.FamilyLine], name: object, complaint: Diagnostic) -> Iterator[str]:
    """The densities of a variable that lines declare; of any, those first that stand in what is
    complained of."""
    where = complaint.location
    said = set(re.findall(r"\w+", where.excerpt[where.column - 1 :])) if where else set()
    found = [
        (plain(variable), plain(replace(line.density, left=(variable,))))
        for line in lines
        for variable in line.density.left
    ]
    for variable, law in sorted(found, key=lambda one: one[0] not in said):
        if name is None or variable == name:
            yield law
